import { describe, expect, test } from 'vitest';
import type { PausingKernel } from '../../src/codegen/pausing.js';
import { compileResumable, type Pauses } from '../../src/codegen/resumable.js';
import { compileStepped } from '../../src/codegen/stepped.js';
import { compileMachineWasm } from '../../src/codegen/wasm/machine/kernel.js';
import { compileSteppedWasm } from '../../src/codegen/wasm/stepped/kernel.js';
import { schemes } from '../../src/inference/resampling/registry.js';
import { resamplingUniforms } from '../../src/inference/resampling/uniforms.js';
import { runFilter } from '../../src/inference/smc/filter.js';
import { withPauses } from '../../src/inference/smc/pauses.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Constant, Program } from '../../src/ir/ir.js';
import { mainName } from '../../src/passes/assemble.js';
import { finished } from '../../src/runtime/jobs.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { sweep } from '../sweep.js';
import { expectSame, options, outcome, outcomeOf } from './agree.js';
import { days, faultless, mostBytes, resampled, walk } from './lockstep_programs.js';
import { planned } from './side_by_side_programs.js';

describe('a filter', () => {
  test.each(Object.values(schemes))('with $name resampling', (scheme) => {
    const program = withPauses(walk(20, false), 'main', 'column').program;
    const settings = { ...options('column'), pauses: 'resamples' } as const;
    const wasm = compileSteppedWasm(program, 'main', settings);
    if ('reason' in wasm) throw new Error(wasm.reason);
    const kernels = [wasm, compileStepped(program, 'main', settings)!];
    for (const particles of [3001, 40]) {
      const [found, wanted] = kernels.map((kernel) => {
        const uniforms = (step: number): (() => number) => resamplingUniforms([1, 2], 0, step);
        return finished(runFilter(kernel, { particles, scheme, threshold: 0.9 }, 0, uniforms));
      });
      expect(wanted!.resampled).toBeGreaterThan(5);
      expect(found).toEqual(wanted);
    }
  });
});

/** A kernel in WebAssembly, or null; what is left to JavaScript has a reason. */
function inWasm(program: Program, layout: NoiseLayout, pauses: Pauses = 'scores'): PausingKernel | null {
  const made = compileSteppedWasm(program, 'main', { ...options(layout), pauses });
  if (!('reason' in made)) return made;
  expect(made.reason).not.toBe('');
  return null;
}

test('ancestors are those of the schemes, where rounding might decide too', () => {
  const program = withPauses(walk(5, false), 'main', 'column').program;
  const kernel = inWasm(program, 'column', 'resamples')!;
  const count = 500;
  const ends = [2 ** -53, 1 - 2 ** -53, 0.5, 1e-13];
  const weightings = [
    (p: number) => -((p % 7) ** 2),
    () => 0,
    (p: number) => (p < 20 || p > 480 ? Number.NEGATIVE_INFINITY : -p / 10),
    (p: number) => (p === 250 ? 0 : -60),
  ];
  for (const logWeight of weightings)
    for (const u of ends)
      for (const scheme of [schemes.systematic!, schemes.stratified!]) {
        kernel.start(0, count);
        kernel.advance();
        kernel.logWeight().set(Float64Array.from({ length: count }, (_, p) => logWeight(p)));
        const { weights } = kernel.relative!()!;
        const uniforms = Float64Array.from({ length: count }, (_, k) => (k % 3 === 0 ? u : ends[(k * 5) % 4]!));
        const wanted = scheme.ancestors(weights.slice(), uniforms, count);
        const found = kernel.choose!(scheme.name, uniforms, () => wanted)!.slice();
        expect(found.sort()).toEqual(wanted);
      }
});

test.each([
  'observe 3 ~ poisson(exp(x))',
  'observe 3 ~ binomial(20, logistic(x))',
  'observe 0.5 ~ gamma(2, exp(x))',
  'observe 0.5 ~ beta(2, exp(x))',
  'observe 0.5 ~ student_t(4, x, 1)',
  'k = sample poisson(20 * exp(x))  observe 15 ~ normal(k, 3)',
  'k = sample binomial(100, logistic(x))  observe 40 ~ normal(k, 5)',
])('functions of the library leave particles in lockstep: %s', (step) => {
  const text = `model M { var x = 0.0  var k = 0  for t in 0..3 { x = sample normal(x, 0.1)  ${step} }  last := x + k }
    query q = E(last)`;
  const { program } = withPauses(planned(text), mainName, 'column');
  expect(compileSteppedWasm(program, mainName, { ...options('column'), pauses: 'resamples' })).not.toHaveProperty(
    'reason',
  );
});

describe('loops over particles in WebAssembly give the bits of those in JavaScript', () => {
  test.each([31_000, 31_100])('on random programs from %d on, resampled', (first) => {
    let fit = 0;
    for (let seed = first; seed < first + sweep(25, 50); seed++) {
      const { program, layouts } = randomProgram(seed, 1 + (seed % 12));
      for (const layout of layouts) {
        const other = compileStepped(program, 'main', options(layout));
        if (other === null) continue;
        const kernel = inWasm(program, layout);
        if (kernel === null) continue;
        fit += 1;
        const straight = outcomeOf(() => {
          kernel.start(1, 10);
          while (kernel.advance());
          return kernel.finish();
        });
        expectSame({ seed, layout }, faultless(straight), faultless(outcome(interpret, program, layout)));
        const again = outcomeOf(() => resampled(kernel, 1, 10));
        const wanted = outcomeOf(() => resampled(other, 1, 10));
        expectSame({ seed, layout, again: true }, faultless(again), faultless(wanted));
      }
    }
    expect(fit).toBeGreaterThan(sweep(7, 15));
  });

  test.each(['addressed', 'particle'] as const)('on random control flow in which particles die, %s', (layout) => {
    const kernel = inWasm(days(6), layout)!;
    const found = outcomeOf(() => resampled(kernel, 2, 1500));
    expect(found).toEqual(outcomeOf(() => resampled(compileStepped(days(6), 'main', options(layout))!, 2, 1500)));
  });

  test('over several blocks with streams of draws, and with draws of two worlds', () => {
    let fit = 0;
    for (let seed = 41_000; seed < 41_030; seed++) {
      const { program, layouts } = randomProgram(seed, 1 + (seed % 12));
      if (!layouts.includes('column')) continue;
      const other = compileStepped(program, 'main', options('column'));
      const kernel = other === null ? null : inWasm(program, 'column');
      if (other === null || kernel === null) continue;
      fit += 1;
      const found = outcomeOf(() => resampled(kernel, 1, 2100));
      expectSame({ seed }, faultless(found), faultless(outcomeOf(() => resampled(other, 1, 2100))));
    }
    expect(fit).toBeGreaterThan(4);
  });

  test.each(['column', 'addressed', 'particle'] as const)('on walks whose path is asked for or not, %s', (layout) => {
    for (const program of [walk(30, true), walk(30, false), walk(20, true, 3), walk(3, false, 3)])
      for (const pauses of ['scores', 'resamples', 'never'] as const) {
        const kernel = inWasm(program, layout, pauses)!;
        const other = compileStepped(program, 'main', { ...options(layout), pauses })!;
        for (const [block, count] of [
          [3, 50],
          [0, 51],
        ] as const)
          expectSame(
            { layout, pauses },
            outcomeOf(() => resampled(kernel, block, count)),
            outcomeOf(() => resampled(other, block, count)),
          );
      }
  });
});

test('arrays that the host gives are read where they are made', () => {
  const program = mainProgram([real], (b, root) => {
    const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
    b.score('normal', [x, b.real(1)], b.real(0.5), root, 11);
    const y = b.draw('normal', real, [x, b.real(1)], root, 12);
    const [z] = b.ifElse(
      b.op('gt', [y, b.real(0)]),
      () => [b.op('index', [b.extern('split', [y], reals), b.int(1)])],
      () => [b.real(0)],
      [real],
    );
    return [z!];
  });
  const split = (y: Constant): Constant => [Number(y), 3 * Number(y)];
  const settings = { ...options('particle'), pauses: 'scores', externs: { split } } as const;
  const others = [compileStepped(program, 'main', settings)!, compileResumable(program, 'main', settings)];
  for (const compile of [compileSteppedWasm, compileMachineWasm]) {
    const wasm = compile(program, 'main', settings);
    if ('reason' in wasm) throw new Error(wasm.reason);
    for (const other of others) expect(resampled(wasm, 0, 70)).toEqual(resampled(other, 0, 70));
  }
});

test('a state grows with particles, not with steps', () => {
  const bytesOf = (program: Program): number => mostBytes(inWasm(program, 'column')!);
  const short = bytesOf(walk(100, false));
  expect(short).toBeLessThan(400);
  expect(bytesOf(walk(2000, false))).toBe(short);
});
