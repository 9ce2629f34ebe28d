/** Every pass on random programs: well formed afterwards, and the same outputs and weights to the bit. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { NoiseLayout } from '../../src/ir/engine.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { printProgram } from '../../src/ir/print.js';
import { verify } from '../../src/ir/verify.js';
import { joinCommon } from '../../src/passes/cse.js';
import { fold } from '../../src/passes/fold.js';
import { fuse } from '../../src/passes/fuse/fuse.js';
import { hoist } from '../../src/passes/hoist.js';
import { inline } from '../../src/passes/inline.js';
import { optionalPasses } from '../../src/passes/passes.js';
import { optimise } from '../../src/passes/pipeline.js';
import { reduce } from '../../src/passes/reduce.js';
import { slice } from '../../src/passes/slice.js';
import { withStatistics } from '../../src/passes/statistics/statistics.js';
import { strip } from '../../src/passes/strip.js';
import { tabulate } from '../../src/passes/tabulate.js';
import { unroll } from '../../src/passes/unroll.js';
import { constantOf } from '../../src/plan/simplify.js';
import { arbitraryProgram, comparable, externs, limits, type RandomProgram } from '../ir/arbitrary_program.js';
import { key } from '../ir/run.js';

/** What a run gives; steps are no part of it (passes make them fewer), nor is `unaligned` where a slice may change it. */
function outcome(program: Program, layout: NoiseLayout, countsUnaligned: boolean): unknown {
  try {
    const result = interpret(program, 'main', { layout, key, limits, externs }).runBlock(1, 6);
    return comparable({ ...result, steps: 0, unaligned: countsUnaligned ? result.unaligned : 0 });
  } catch (thrown) {
    if (isFault(thrown)) return thrown.code;
    throw thrown;
  }
}

type Pass = {
  readonly name: string;
  readonly run: (program: Program) => Program;
  /** It leaves draws and faults out: noise by particle shifts, a fault may be gone. */
  readonly slices: boolean;
};

const passes: readonly Pass[] = [
  { name: 'fold', run: (p) => fold(p, 'main'), slices: false },
  { name: 'inline', run: (p) => inline(p, 'main'), slices: false },
  { name: 'inline, little', run: (p) => inline(p, 'main', { size: 40 }), slices: false },
  { name: 'unroll', run: (p) => unroll(p, 'main'), slices: false },
  { name: 'strip', run: strip, slices: false },
  { name: 'cse', run: (p) => joinCommon(p, 'main'), slices: false },
  {
    name: 'inline, strip, fold, unroll, fold',
    run: (p) => fold(unroll(fold(strip(inline(p, 'main')), 'main'), 'main'), 'main'),
    slices: false,
  },
  { name: 'reduce', run: reduce, slices: false },
  { name: 'hoist', run: hoist, slices: false },
  {
    name: 'inline, strip, hoist, reduce, hoist',
    run: (p) => hoist(reduce(hoist(strip(inline(p, 'main'))))),
    slices: false,
  },
  { name: 'fuse', run: (p) => fuse(p, 'main').program, slices: false },
  {
    name: 'inline, strip, fold, fuse',
    run: (p) => fuse(fold(strip(inline(p, 'main')), 'main'), 'main').program,
    slices: false,
  },
  {
    name: 'inline, strip, fold, tabulate',
    run: (p) => tabulate(fold(strip(inline(p, 'main')), 'main'), 'main', constantOf),
    slices: false,
  },
  { name: 'slice', run: (p) => slice(p, 'main').program, slices: true },
  { name: 'optimise', run: (p) => optimise(p, 'main', {}).program, slices: true },
  ...optionalPasses.map((name) => ({
    name: `optimise without ${name}`,
    run: (p: Program) => optimise(p, 'main', {}, { without: new Set([name]) }).program,
    slices: true,
  })),
];

function expectSame({ program, layouts }: RandomProgram, pass: Pass): void {
  const after = pass.run(program);
  const problems = verify(after);
  if (problems.length > 0) expect.fail(`${problems.join('\n')}\n${printProgram(after)}`);
  for (const layout of layouts) {
    if (pass.slices && layout === 'particle') continue;
    const before = outcome(program, layout, !pass.slices);
    if (pass.slices && typeof before === 'string') continue;
    expect(outcome(after, layout, !pass.slices)).toEqual(before);
  }
}

describe.each(passes)('$name', (pass) => {
  test.prop([fc.noShrink(arbitraryProgram)], { numRuns: 20, seed: 11 })('keeps what a program does', (random) => {
    expectSame(random, pass);
  });
});

/** Log weights, rounded away the last bits; the codes of faults. */
function weights(program: Program): readonly number[] | string {
  try {
    const { logWeight } = interpret(program, 'main', { layout: 'addressed', key, limits, externs }).runBlock(1, 6);
    return Array.from(logWeight.subarray(0, 6));
  } catch (thrown) {
    if (isFault(thrown)) return thrown.code;
    throw thrown;
  }
}

describe('statistics', () => {
  test.prop([fc.noShrink(arbitraryProgram)], { numRuns: 60, seed: 12 })(
    'keeps the weights but for rounding',
    (random) => {
      const before = optimise(random.program, 'main', {}).program;
      const after = withStatistics(before, 'main', constantOf);
      const problems = verify(after);
      if (problems.length > 0) expect.fail(`${problems.join('\n')}\n${printProgram(after)}`);
      const [a, b] = [weights(before), weights(after)];
      if (typeof a === 'string' || typeof b === 'string') {
        expect(b).toBe(a);
        return;
      }
      a.forEach((x, i) => {
        const y = b[i]!;
        expect(x === y || Math.abs(x - y) <= 1e-12 * Math.max(1, Math.abs(x)), `${x} and ${y}`).toBe(true);
      });
    },
  );
});
