import { describe, expect, test } from 'vitest';
import { type Builder, buildFunction } from '../../src/ir/build.js';
import { defaultLimits } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program, ValueId } from '../../src/ir/ir.js';
import { address, int, real, reals } from './families.js';
import { mainProgram, programOf } from './hand_program.js';
import { faultOf, optionsFor, run } from './run.js';

/** A program without outputs. */
const silentProgram = (body: (b: Builder, root: ValueId) => unknown): Program =>
  mainProgram([], (b, root) => {
    body(b, root);
    return [];
  });

describe('faults and limits', () => {
  const endless = mainProgram([int], (b) =>
    b.whileLoop(
      [b.int(0)],
      () => b.bool(true),
      ([n]) => [b.op('add', [n!, b.int(1)])],
    ),
  );
  const forever = buildFunction('forever', [int], [int], { draws: false, scores: false }, (b, [n]) =>
    b.call('forever', [b.op('add', [n!, b.int(1)])], [int]),
  );
  const deep = programOf([
    forever,
    buildFunction('main', [address], [int], { draws: false, scores: false }, (b) =>
      b.call('forever', [b.int(0)], [int]),
    ),
  ]);

  test.each([
    ['E0701', endless, { limits: { ...defaultLimits, steps: 100 } }],
    ['E0702', deep, { limits: { ...defaultLimits, depth: 50 } }],
    ['E0702', deep, {}],
    ['E0703', mainProgram([reals], (b) => [b.op('fill', [b.int(1e12), b.real(0)])]), {}],
    ['E0703', mainProgram([reals], (b) => [b.op('extend', [b.constant(reals, [0]), b.int(1e12), b.real(0)])]), {}],
    ['E0602', mainProgram([real], (b) => [b.op('index', [b.constant(reals, [1]), b.int(1)])]), {}],
    ['E0602', mainProgram([reals], (b) => [b.op('set', [b.constant(reals, [1]), b.int(-1), b.real(0)])]), {}],
    ['E0602', silentProgram((b) => b.op('to_enum', [b.int(2)], { kind: 'enum', name: 'E', members: ['a', 'b'] })), {}],
    ['E0601', mainProgram([real], (b, root) => [b.draw('normal', real, [b.real(0), b.real(-1)], root, 10)]), {}],
    [
      'E0604',
      mainProgram([real], (b, root) => [b.draw('normal', real, [b.real(Number.NaN), b.real(1)], root, 10)]),
      {},
    ],
    ['E0603', silentProgram((b) => b.factor(b.real(Number.NaN))), {}],
    ['E0603', silentProgram((b, root) => b.score('normal', [b.real(0), b.real(1)], b.real(Number.NaN), root, 10)), {}],
    ['E0622', silentProgram((b) => b.check(b.bool(false), 'E0622', 'No.')), {}],
  ] as const)('%s', (code, program, more) => {
    expect(faultOf(program, more).code).toBe(code);
  });

  test('a fault names the site and carries the place', () => {
    const program = mainProgram([real], (b, root) =>
      b.withPlace(0, () => [b.draw('normal', real, [b.real(0), b.real(0)], root, 10)]),
    );
    const placed = { ...program, sources: ['a.scm'], places: [{ source: 0, span: { start: 1, end: 2 } }] };
    expect(faultOf(placed)).toEqual({
      fault: true,
      code: 'E0601',
      message: 'The parameters of normal at s10 are outside its domain.',
      at: 0,
    });
  });

  test('the limit of steps is the number of steps allowed', () => {
    const program = silentProgram((b) => b.forLoop(b.int(0), b.int(10), [], () => []));
    expect(run(program, 1, 'addressed', { limits: { ...defaultLimits, steps: 10 } }).steps).toBe(10);
    expect(faultOf(program, { limits: { ...defaultLimits, steps: 9 } }).code).toBe('E0701');
  });

  test('calls go as deep as the limit, and no deeper', () => {
    const count = buildFunction('count', [int], [int], { draws: false, scores: false }, (b, [n]) =>
      b.ifElse(
        b.op('gt', [n!, b.int(0)]),
        () => [b.op('add', [b.call('count', [b.op('sub', [n!, b.int(1)])], [int])[0]!, b.int(1)])],
        () => [b.int(0)],
        [int],
      ),
    );
    const counting = (times: number): Program =>
      programOf([
        count,
        buildFunction('main', [address], [int], { draws: false, scores: false }, (b) =>
          b.call('count', [b.int(times)], [int]),
        ),
      ]);
    expect(run(counting(4999), 1).columns[0]).toEqual(Float64Array.of(4999));
    expect(faultOf(counting(5000)).code).toBe('E0702');
    expect(run(counting(50_000), 1, 'addressed', { limits: { ...defaultLimits, depth: 1e5 } }).steps).toBe(50_001);
  });

  test('an unbound program is refused', () => {
    const program = mainProgram([real], (b) => [b.input(real, 'n')]);
    expect(() => interpret(program, 'main', optionsFor('addressed'))).toThrow('input');
  });
});
