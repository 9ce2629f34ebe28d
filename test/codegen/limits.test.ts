/** Limits stop every engine where they stop the interpreter, and programs below them may be large. */
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { buildFunction } from '../../src/ir/build.js';
import { defaultLimits, type Engine } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { address, real } from '../ir/families.js';
import { programOf } from '../ir/hand_program.js';
import { options, outcome, wasmAlone } from './agree.js';
import { down, endless, grows, immense, ladder, limits, longWalk, straightLine } from './limit_programs.js';

const engines: readonly (readonly [name: string, engine: Engine, draws: number])[] = [
  ['JavaScript', javascript, 1500],
  ['WebAssembly', wasmAlone, 300],
];

describe.each(engines)('%s', (_name, engine, draws) => {
  /** The engine and the interpreter agree on a program under all limits from 0 on. */
  function expectSameFaults(program: Program, name: 'steps' | 'depth' | 'elements', upTo: number): void {
    for (let limit = 0; limit <= upTo; limit++) {
      const run = (asked: Engine): unknown => outcome(asked, program, 'addressed', 1, 2, limits({ [name]: limit }));
      expect({ limit, found: run(engine) }).toEqual({ limit, found: run(interpret) });
    }
  }

  test('a loop without end stops with its place', () => {
    const found = outcome(engine, endless, 'particle', 0, 1, limits({ steps: 1e6 }));
    expect(found).toMatchObject({ code: 'E0701', at: 2 });
  });

  test('steps, depth and elements fault exactly where the interpreter does', () => {
    expectSameFaults(down(12), 'steps', 14);
    expectSameFaults(down(12), 'depth', 14);
    expectSameFaults(grows, 'elements', 19);
    expectSameFaults(grows, 'steps', 10);
  });

  test('calls inlined into others count as calls', () => {
    const program = programOf([
      buildFunction('one', [real], [real], { draws: false, scores: false }, (b, [x]) => [b.op('add', [x!, b.real(1)])]),
      buildFunction('two', [real], [real], { draws: false, scores: false }, (b, [x]) =>
        b.call('one', [b.call('one', [x!], [real])[0]!], [real]),
      ),
      buildFunction('main', [address], [real], { draws: false, scores: false }, (b) =>
        b.call('two', [b.real(1)], [real]),
      ),
    ]);
    expectSameFaults(program, 'steps', 4);
    expectSameFaults(program, 'depth', 3);
  });

  test('recursion goes as deep as the limit allows, whatever the stack of the host', () => {
    for (const layout of ['addressed', 'particle'] as const) {
      const last = outcome(engine, down(4999), layout, 0, 2, limits({}));
      expect(last).toMatchObject({ count: 2 });
      expect(last).toEqual(outcome(interpret, down(4999), layout, 0, 2, limits({})));
      const beyond = outcome(engine, down(5000), layout, 0, 2, limits({}));
      expect(beyond).toMatchObject({ code: 'E0702' });
      expect(beyond).toEqual(outcome(interpret, down(5000), layout, 0, 2, limits({})));
      expect(outcome(engine, down(60_000), layout, 0, 1, limits({ depth: 100_000 }))).toMatchObject({
        count: 1,
        steps: 60_001,
      });
    }
  });

  test('draws of a family that draws itself count as calls', () => {
    expectSameFaults(ladder(8), 'depth', 10);
    for (const layout of ['addressed', 'column', 'particle'] as const) {
      const last = outcome(engine, ladder(4999), layout, 0, 2, limits({}));
      expect(last).toMatchObject({ count: 2 });
      expect(last).toEqual(outcome(interpret, ladder(4999), layout, 0, 2, limits({})));
      const beyond = outcome(engine, ladder(5000), layout, 0, 2, limits({}));
      expect(beyond).toMatchObject({ code: 'E0702', at: 4 });
      expect(beyond).toEqual(outcome(interpret, ladder(5000), layout, 0, 2, limits({})));
    }
  });

  test('an array of more elements than the limit is refused before it is made', () => {
    expect(outcome(engine, immense, 'addressed', 0, 1, limits({}))).toMatchObject({ code: 'E0703' });
  });

  test('arrays of many elements grow in linear time', () => {
    const size = 200_000;
    const result = engine(longWalk(size), 'main', { ...options('particle'), limits: defaultLimits }).runBlock(0, 3);
    const path = result.columns[1]![2]!;
    expect(path).toHaveLength(size);
    expect(path instanceof Float64Array && path[0]).toBe(result.columns[0]![2]);
  });

  test('many draws and scores in a row agree with the interpreter', () => {
    const program = straightLine(draws);
    for (const layout of ['column', 'particle'] as const)
      expect(outcome(engine, program, layout, 1, 4)).toEqual(outcome(interpret, program, layout, 1, 4));
  });
});
