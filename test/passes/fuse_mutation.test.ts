/** A pass that joins what it must not is caught by the comparison of random programs. */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import type { InstructionOf } from '../../src/ir/ir.js';
import { verify } from '../../src/ir/verify.js';
import type { place } from '../../src/passes/fuse/place.js';
import { loopProgram } from './loop_program.js';
import { outcome } from './same_run.js';

const programs = Array.from({ length: 150 }, (_, seed) => loopProgram(seed));
const before = programs.map((program) => outcome(program, 'particle', 4));

const results = (run: ReturnType<typeof outcome>): unknown =>
  typeof run === 'string' ? run : [run.columns, run.logWeight, run.dimension];

/** Programs that come out ill-formed or with other results. */
async function caught(): Promise<number> {
  const { fuse } = await import('../../src/passes/fuse/fuse.js');
  return programs.filter((program, k) => {
    const after = fuse(program, 'main').program;
    if (verify(after).length > 0) return true;
    return !isDeepStrictEqual(results(outcome(after, 'particle', 4)), results(before[k]!));
  }).length;
}

/** The pass with one of its files in another form. */
async function caughtWith(file: string, change: () => object): Promise<number> {
  vi.resetModules();
  vi.doMock(file, change);
  const count = await caught();
  vi.doUnmock(file);
  return count;
}

afterEach(() => {
  vi.resetModules();
});

test('the pass as it is', async () => {
  vi.resetModules();
  expect(await caught()).toBe(0);
});

test('dependence is ignored', async () => {
  const wrong: typeof place = (_first, _second, between) => ({ before: [], after: between });
  expect(await caughtWith('../../src/passes/fuse/place.js', () => ({ place: wrong }))).toBeGreaterThan(0);
});

test('draws, weights and faults may change their order', async () => {
  expect(await caughtWith('../../src/passes/fuse/quiet.js', () => ({ quietIn: () => () => true }))).toBeGreaterThan(0);
});

test('elements are taken at any index', async () => {
  const elementsOf = (loop: InstructionOf<'for'>) =>
    new Map(
      loop.results.flatMap((result, k) => {
        const last = loop.body.body.find((i) => 'result' in i && i.result.id === loop.body.yields[k]);
        const value = last?.kind === 'op' && (last.op === 'set' || last.op === 'extend') ? last.args[0] : undefined;
        return value === undefined ? [] : [[result.id, value] as const];
      }),
    );
  expect(await caughtWith('../../src/passes/fuse/elements.js', () => ({ elementsOf }))).toBeGreaterThan(0);
});
