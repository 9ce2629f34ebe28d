import { describe, expect, test } from 'vitest';
import type { BlockResult } from '../../src/ir/engine.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import { verify } from '../../src/ir/verify.js';
import { comparable, externs, limits, randomProgram } from './arbitrary_program.js';
import { key } from './run.js';

const programs = Array.from({ length: 300 }, (_, seed) => randomProgram(seed, 1 + (seed % 12)));

describe('random programs', () => {
  test('keep the rules', () => {
    for (const { seed, program } of programs)
      expect({ seed, problems: verify(program) }).toEqual({ seed, problems: [] });
  });

  test('hang on their seed alone', () => {
    for (const seed of [3, 77, 200]) expect(randomProgram(seed, 9)).toEqual(randomProgram(seed, 9));
  });

  test('have loops, branches and recursion in at least a third', () => {
    for (const feature of ['loops', 'branches', 'recursion'] as const)
      expect(programs.filter((p) => p.features[feature]).length).toBeGreaterThan(feature === 'recursion' ? 75 : 100);
    expect(programs.filter((p) => p.layouts.includes('column')).length).toBeGreaterThan(75);
  });

  test('run, mostly without faults, to the same bits again', () => {
    let faults = 0;
    let weighted = 0;
    let dead = 0;
    let unaligned = 0;
    for (const { program, layouts } of programs) {
      for (const layout of layouts) {
        const kernel = interpret(program, 'main', { layout, key, limits, externs });
        try {
          const result: BlockResult = kernel.runBlock(1, 5);
          expect(comparable(kernel.runBlock(1, 5))).toEqual(comparable(result));
          if (result.logWeight.some((w) => w !== 0)) weighted += 1;
          if (result.logWeight.includes(Number.NEGATIVE_INFINITY)) dead += 1;
          if (result.unaligned > 0) unaligned += 1;
        } catch (thrown) {
          if (!isFault(thrown)) throw thrown;
          faults += 1;
        }
      }
    }
    expect(faults).toBeGreaterThan(5);
    expect(faults).toBeLessThan(100);
    expect(weighted).toBeGreaterThan(200);
    expect(dead).toBeGreaterThan(20);
    expect(unaligned).toBeGreaterThan(20);
  });
});
