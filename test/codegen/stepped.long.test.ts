import { describe, expect, test } from 'vitest';
import { compilePausing } from '../../src/codegen/pausing.js';
import { systematic } from '../../src/inference/resampling/systematic.js';
import { resamplingUniforms } from '../../src/inference/resampling/uniforms.js';
import { runFilter } from '../../src/inference/smc/filter.js';
import type { Program } from '../../src/ir/ir.js';
import { finished } from '../../src/runtime/jobs.js';
import { real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { options } from './agree.js';

/** Stochastic volatility over so many days: the last state. */
const volatility = (days: number): Program =>
  mainProgram([real], (b, root) => {
    const first = b.make(reals, [b.draw('normal', real, [b.real(-1), b.real(0.8)], root, 10)]);
    const [path] = b.forLoop(
      b.int(1),
      b.int(days),
      [first],
      (t, [h]) => {
        const here = b.address(root, 11, t);
        const before = b.op('index', [h!, b.op('sub', [t, b.int(1)])]);
        const mean = b.op('add', [b.op('mul', [b.real(0.97), b.op('add', [before, b.real(1)])]), b.real(-1)]);
        const next = b.draw('normal', real, [mean, b.real(0.2)], here, 12);
        const seen = b.op('sin', [b.op('mul', [b.real(1.7), b.op('to_real', [t])])]);
        b.score('normal', [b.real(0), b.op('exp', [b.op('div', [next, b.real(2)])])], seen, here, 13);
        return [b.op('extend', [h!, t, next], reals)];
      },
      [reals],
    );
    return [b.op('index', [path!, b.int(days - 1)])];
  });

/** The least seconds of processor time of some runs, resampled at each step, and the bytes of a particle. */
function costOf(days: number, particles: number): { readonly seconds: number; readonly bytes: number } {
  const settings = options('column');
  const kernel = compilePausing(volatility(days), 'main', settings);
  let seconds = Number.POSITIVE_INFINITY;
  // Short runs are repeated until V8 has their code ready.
  const runs = Math.max(3, Math.ceil(2e7 / (days * particles)));
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    finished(
      runFilter(kernel, { particles, scheme: systematic, threshold: 1 }, 1024 * run, (step) =>
        resamplingUniforms(settings.key, run, step),
      ),
    );
    const { user, system } = process.cpuUsage(before);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  return { seconds, bytes: kernel.liveBytes() };
}

/** Slope of the regression of the logarithms. */
function slopeOf(sizes: readonly number[], seconds: readonly number[]): number {
  const [x, y] = [sizes.map(Math.log), seconds.map(Math.log)];
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const above = x.reduce((sum, xi, k) => sum + (xi - mx) * (y[k]! - my), 0);
  return above / x.reduce((sum, xi) => sum + (xi - mx) ** 2, 0);
}

/** Fails unless the cost is linear in the sizes and the bytes of a particle are the same at all of them. */
function expectLinear(sizes: readonly number[], costs: readonly ReturnType<typeof costOf>[]): void {
  const slope = slopeOf(
    sizes,
    costs.map(({ seconds }) => seconds),
  );
  expect(slope).toBeGreaterThan(0.95);
  expect(slope).toBeLessThan(1.1);
  expect(new Set(costs.map(({ bytes }) => bytes)).size).toBe(1);
}

describe('a particle filter costs as much as its size says over three decades, and its state hangs on none of them', () => {
  test('in particles', () => {
    const particles = [1000, 10_000, 100_000, 1_000_000];
    expectLinear(
      particles,
      particles.map((n) => costOf(100, n)),
    );
  });

  test('in steps', () => {
    const steps = [30, 300, 3000, 30_000];
    expectLinear(
      steps,
      steps.map((days) => costOf(days, 2048)),
    );
  });
});
