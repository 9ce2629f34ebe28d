import { describe, expect, test } from 'vitest';
import { compileTuned, javascript } from '../../src/codegen/javascript.js';
import { compilePausing } from '../../src/codegen/pausing.js';
import { compileResumable } from '../../src/codegen/resumable.js';
import { buildFunction } from '../../src/ir/build.js';
import { newDraws } from '../../src/ir/draws.js';
import type { BlockResult, Engine, NoiseLayout } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Instruction, Program, Value } from '../../src/ir/ir.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { address, int, real } from '../ir/families.js';
import { programOf } from '../ir/hand_program.js';
import { expectSame, options, outcomeOf } from './agree.js';

type WithParameters = {
  readonly program: Program;
  readonly values: readonly number[];
  readonly kinds: readonly string[];
};

/** The program with literals of main turned into parameters, and what they were. */
function withParameters(program: Program, layout: NoiseLayout): WithParameters {
  const main = program.functions.main!;
  const exponents = new Set(main.body.body.flatMap((i) => (i.kind === 'op' && i.op === 'power' ? [i.args[1]!] : [])));
  const values: number[] = [];
  const args: Value[] = [];
  const turned = (i: Instruction): boolean => {
    if (i.kind !== 'const' || typeof i.value !== 'number' || exponents.has(i.result.id)) return false;
    // In the column layout what decides which draws are made must stay known.
    const kinds = layout === 'column' ? ['real'] : ['real', 'int', 'bool', 'enum'];
    if (!kinds.includes(i.result.type.kind) || args.length === 5) return false;
    values.push(i.value);
    args.push(i.result);
    return true;
  };
  const body = main.body.body.filter((i) => !turned(i));
  const next = { ...main, body: { ...main.body, args: [...main.body.args, ...args], body } };
  return {
    program: { ...program, functions: { ...program.functions, main: next } },
    values,
    kinds: args.map(({ type }) => type.kind),
  };
}

const [first, base] = [1024, 1000];

/** Particles of the second block, and of the third where there are as many, by `fill`, into places that begin elsewhere. */
function filled(
  engine: Engine,
  program: Program,
  layout: NoiseLayout,
  given: readonly Float64Array[],
  count: number,
): BlockResult {
  const draws = newDraws(program.functions.main!.results, first - base + count);
  const counts = engine(program, 'main', options(layout)).fill({ ...draws, given }, first, first + count, base);
  return { count, ...draws, ...counts };
}

const columnsOf = (
  values: readonly number[],
  change: (value: number, k: number, p: number) => number,
): Float64Array[] =>
  values.map((value, k) => Float64Array.from({ length: first - base + 1030 }, (_, p) => change(value, k, p)));

const programs = Array.from({ length: 24 }, (_, k) => randomProgram(k + 21_000, 1 + (k % 12)));

/** `left` calls, each of which draws around `at`. */
const recursion = programOf([
  buildFunction('down', [address, int, real], [real], { draws: true, scores: false }, (b, [a, left, x]) =>
    b.ifElse(
      b.op('gt', [left!, b.int(0)]),
      () => {
        const y = b.draw('normal', real, [x!, b.real(1)], a!, 10);
        const [z] = b.call('down', [b.address(a!, 12), b.op('sub', [left!, b.int(1)]), y], [real]);
        return [b.op('add', [z!, y])];
      },
      () => [x!],
      [real],
    ),
  ),
  buildFunction('main', [address, int, real], [real], { draws: true, scores: true }, (b, [root, left, at]) => {
    b.score('normal', [at!, b.real(2)], b.real(0.5), root!, 13);
    return b.call('down', [root!, left!, at!], [real]);
  }),
]);

describe('parameters of main beside its root address', () => {
  test('are found in many of the programs', () => {
    const found = programs.map(({ program }) => withParameters(program, 'particle'));
    expect(found.filter(({ values }) => values.length > 1).length).toBeGreaterThan(10);
    expect([...new Set(found.flatMap(({ kinds }) => kinds))].sort()).toEqual(['bool', 'enum', 'int', 'real']);
  });

  test.each(['addressed', 'column', 'particle'] as const)('are read where the draws go, %s', (layout) => {
    for (const { seed, program: before, layouts } of programs) {
      const { program, values, kinds } = withParameters(before, layout);
      if (!layouts.includes(layout) || values.length === 0) continue;
      const count = seed === 21_004 ? 1030 : 20;
      const same = columnsOf(values, (value) => value);
      const plain = outcomeOf(() => filled(javascript, before, layout, [], count));
      expectSame(
        { seed, layout },
        outcomeOf(() => filled(javascript, program, layout, same, count)),
        plain,
      );
      const other = columnsOf(values, (value, k, p) => (kinds[k] === 'real' ? value + 0.01 * ((p + k) % 7) : value));
      const wanted = outcomeOf(() => filled(interpret, program, layout, other, count));
      expectSame(
        { seed, layout },
        outcomeOf(() => filled(javascript, program, layout, other, count)),
        wanted,
      );
      const split: Engine = (p, m, o) => compileTuned(p, m, o, { longestBody: 25 });
      expectSame(
        { seed, layout },
        outcomeOf(() => filled(split, program, layout, other, count)),
        wanted,
      );
    }
  });

  test('are known to kernels that pause', () => {
    for (const { seed, program: before, layouts } of programs) {
      for (const layout of layouts) {
        const { program, values } = withParameters(before, layout);
        const given = columnsOf(values, (value) => value).map((column) => column.subarray(0, 10));
        const plain = outcomeOf(() => javascript(before, 'main', options(layout)).runBlock(1, 10));
        if (typeof plain === 'object' && plain !== null && 'code' in plain) continue;
        for (const compile of [compileResumable, compilePausing]) {
          const kernel = compile(program, 'main', options(layout));
          const found = outcomeOf(() => {
            kernel.start(1, 10, given);
            while (kernel.advance());
            return kernel.finish();
          });
          expectSame({ seed, layout }, found, plain);
        }
      }
    }
  });

  test('decide how deep recursion goes, beyond the stack of the host as well', () => {
    const given = [
      Float64Array.from({ length: 9 }, (_, p) => (p === 4 ? 30_000 : p % 3)),
      Float64Array.from({ length: 9 }, (_, p) => p / 100),
    ];
    const limits = { steps: 1e9, depth: 40_000, elements: 1e6 };
    const draws = newDraws([real], 9);
    const kernel = javascript(recursion, 'main', { ...options('particle'), limits });
    kernel.fill({ ...draws, given }, 1024, 1033, 1024);
    const shallow = newDraws([real], 9);
    const flat = [given[0]!.map((left) => Math.min(left, 2)), given[1]!];
    interpret(recursion, 'main', options('particle')).fill({ ...shallow, given: flat }, 1024, 1033, 1024);
    for (const p of [0, 2, 3, 5, 8]) {
      expect(draws.logWeight[p]).toBe(shallow.logWeight[p]);
      expect(draws.columns[0]![p]).toBe(shallow.columns[0]![p]);
    }
    expect(draws.columns[0]![4]).not.toBe(shallow.columns[0]![4]);
  });

  test('cannot be left out', () => {
    for (const engine of [javascript, interpret]) {
      const kernel = engine(recursion, 'main', options('particle'));
      expect(() => kernel.runBlock(0, 4)).toThrow('main has 2 parameters');
      expect(() => kernel.fill(newDraws([real], 4), 0, 4)).toThrow('main has 2 parameters');
    }
  });
});
