/** The parts of Markov chains over noise: kernels whose noise is handed to them, tables of noise, and what proposals learn. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTraced, interpretTraced, type TracedKernel } from '../../src/codegen/traced.js';
import { adapt, type Block, endWindow, newBlock, observe } from '../../src/inference/mcmc/adapt.js';
import { newSites, noNoise } from '../../src/inference/mcmc/sites.js';
import { newDraws } from '../../src/ir/draws.js';
import { interpret } from '../../src/ir/interpret.js';
import type { NoiseKind } from '../../src/ir/ir.js';
import { mainName } from '../../src/passes/assemble.js';
import { nextExponential } from '../../src/runtime/random/exponential.js';
import { nextNormal } from '../../src/runtime/random/normal.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { seedRequest } from '../../src/runtime/random/source.js';
import { nextUniform } from '../../src/runtime/random/uniform.js';
import { planOf } from '../passes/small_programs.js';

const key = keyFromSeed('chains');
const options = { key, limits: { steps: 1e6, depth: 1000, elements: 1e6 }, externs: {} };
const salts = { uniform: 0, normal: 0x5bd1e995, exponential: 0x27d4eb2f };

function programOf(text: string) {
  const plan = planOf(`${text} using importance`);
  if (!('program' in plan)) throw new Error(plan.join('\n'));
  return plan.program;
}

/** Programs of every way in which noise is asked for. */
const programs: readonly (readonly [string, string])[] = [
  [
    'known addresses',
    'model M { a ~ normal(0, 1)  b ~ exponential(1)  observe 1.0 ~ normal(a, b + 0.1)  c := a + b }\nquery q = posterior(a, b, c)',
  ],
  [
    'loops',
    'model M { for i in 0..200 { x[i] ~ normal(0, 1) }  s := sum(x)  observe 3.0 ~ normal(s, 1) }\nquery q = posterior(s, x[7])',
  ],
  [
    'rejection',
    'model M { g ~ gamma(2.5, 1)  t ~ student_t(3, 0, g)  observe 1.0 ~ normal(t, 1) }\nquery q = posterior(g, t)',
  ],
  [
    'random length',
    'model M { n ~ poisson(4)  for i in 0..n { x[i] ~ uniform(0, 1) }  s := sum(x) + 0.0  observe 3.0 ~ normal(s, 1) }\nquery q = posterior(n, s)',
  ],
  [
    'recursion',
    'fn tail(p) { if sample bernoulli(p) { return 1 + tail(p) }  return 0 }\nmodel M { p ~ uniform(0, 0.8)  n := tail(p)  observe n > 0 }\nquery q = posterior(p, n)',
  ],
  [
    'branches of one name',
    'model M { z ~ bernoulli(0.5)  if z { x ~ normal(0, 1) } else { x ~ uniform(0, 1) }  y := x }\nquery q = posterior(y)',
  ],
  [
    'worlds',
    'model M { z ~ normal(0, 1)  x ~ normal(z, 1)  for i in 0..3 { w[i] ~ bernoulli(if x > 0 then 0.7 else 0.2) }  y := sum([if v then 1 else 0 for v in w]) }\nquery q = posterior(y[do(x = 2)], y | z > 0)',
  ],
  [
    'abduction',
    'model M { z ~ normal(0, 1)  x ~ normal(z, 1)  k ~ poisson(exp(x / 4)) }\nquery q = posterior(k[do(z = 0)], x[do(z = 1)] | k = 2)',
  ],
];

/** Noise as the addressed layout has it for a particle: what a site of the traced kernel stands for. */
function numberAt(particle: number) {
  const state = new Int32Array(4);
  return (noise: NoiseKind, hi: number, lo: number): number => {
    seedRequest(key[0], key[1], hi, lo ^ salts[noise], particle, state);
    return noise === 'uniform' ? nextUniform(state) : noise === 'normal' ? nextNormal(state) : nextExponential(state);
  };
}

describe('a program as a function of its noise', () => {
  test.each(programs)('%s: the noise of the addressed layout gives its weights and outputs', (_, text) => {
    const program = programOf(text);
    const { results } = program.functions[mainName]!;
    const outputs = results.map((type) => {
      if (type.kind === 'address') throw new Error('an address goes out');
      return type;
    });
    const wanted = newDraws(outputs, 30);
    interpret(program, mainName, { ...options, layout: 'addressed' }).fill(wanted, 0, 30);
    let particle = 0;
    const ask = (noise: NoiseKind, hi: number, lo: number): number => numberAt(particle)(noise, hi, lo);
    const kernels = [compileTraced, interpretTraced].map((make) => make(program, mainName, options, ask));
    expect(kernels[0]!.sites).toEqual(kernels[1]!.sites);
    expect(kernels[0]!.asks).toBe(kernels[1]!.asks);
    const run = (kernel: TracedKernel) => {
      kernel.sites.forEach(({ noise, hi, lo }, k) => {
        kernel.set(k, numberAt(particle)(noise, hi, lo));
      });
      const { logWeight, dimension } = kernel.run();
      return { logWeight, dimension, outputs: results.map((_type, k) => kernel.output(k)) };
    };
    for (particle = 0; particle < 30; particle++)
      for (const kernel of kernels)
        expect(run(kernel)).toEqual({
          logWeight: wanted.logWeight[particle],
          dimension: wanted.dimension[particle],
          outputs: wanted.columns.map((column) => column[particle]),
        });
  });

  test('known addresses are a vector, others are asked for', () => {
    const [known, loops, , length] = programs.map(([, text]) =>
      compileTraced(programOf(text), mainName, options, () => 0.5),
    );
    expect(known!.sites.map(({ noise }) => noise)).toEqual(['normal', 'exponential']);
    expect(known!.asks).toBe(false);
    expect(loops!.sites.length).toBe(200);
    expect(length!.asks).toBe(true);
  });
});

describe('the table of noise', () => {
  type Step = { readonly asks: readonly number[]; readonly change: number | null; readonly accepts: boolean };
  const step = fc.record({
    asks: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }),
    change: fc.option(fc.nat(59), { nil: null }),
    accepts: fc.boolean(),
  });

  test('keeps what comes again, draws what is new, drops what does not come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps: readonly Step[]) => {
        const sites = newSites(key);
        let held = new Map<number, number>();
        const seen = new Set<number>();
        steps.forEach(({ asks, change, accepts }, at) => {
          const places = [...held.keys()];
          const changes = change !== null && places.length > 0;
          const place = changes ? change % places.length : 0;
          if (changes) sites.beginWith(at, place, -1 - at);
          else sites.begin(at);
          const next = new Map<number, number>();
          for (const a of asks) {
            const value = sites.ask('uniform', Math.imul(a, 0x9e3779b9), a);
            if (next.has(a)) expect(value).toBe(next.get(a));
            else if (changes && a === places[place]) expect(value).toBe(-1 - at);
            else if (held.has(a)) expect(value).toBe(held.get(a));
            else {
              expect(seen.has(value)).toBe(false);
              seen.add(value);
            }
            next.set(a, value);
          }
          expect(sites.asked()).toBe(next.size);
          if (accepts) {
            sites.accept();
            held = next;
          } else sites.reject();
          expect(sites.held()).toBe(held.size);
          expect(Array.from(sites.read().value)).toEqual([...held.values()]);
        });
        const copy = newSites(key);
        copy.write(sites.read());
        expect(copy.read()).toEqual(sites.read());
        copy.write(noNoise);
        expect(copy.held()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test('two kinds of noise at one address of a program are two numbers', () => {
    const [, text] = programs[5]!;
    const sites = newSites(key);
    const kernel = compileTraced(programOf(text), mainName, options, sites.ask);
    let uniform = 0;
    for (let at = 0; at < 200; at++) {
      kernel.set(0, at % 2 === 0 ? 0.1 : 0.9);
      sites.begin(at);
      kernel.run();
      sites.accept();
      const y = kernel.output(0);
      if (typeof y === 'number' && y > 0 && y < 1) uniform += 1;
    }
    // Half of the runs are uniform, and a third of the others lies between 0 and 1.
    expect(uniform).toBeGreaterThanOrEqual(100);
    expect(uniform).toBeLessThan(160);
  });
});

/** L Lᵀ of a block. */
function productOf({ members, factor }: Block): readonly (readonly number[])[] {
  const d = members.length;
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_unused, j) => {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += factor[i * d + k]! * factor[j * d + k]!;
      return sum;
    }),
  );
}

const close = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
  a.forEach((row, i) => {
    row.forEach((value, j) => {
      expect(value).toBeCloseTo(b[i]![j]!, 9);
    });
  });

describe('what proposals learn', () => {
  const numbers = (n: number) => fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n, maxLength: n });

  test('the factor becomes that of L (I + η (α - α*) u uᵀ / |u|²) Lᵀ', () => {
    fc.assert(
      fc.property(numbers(6), numbers(3), fc.double({ min: 0, max: 1, noNaN: true }), (l, u, alpha) => {
        const square = u.reduce((sum, v) => sum + v * v, 0);
        fc.pre(square > 1e-3);
        const block = newBlock([0, 1, 2], 1);
        block.factor.set([1 + Math.abs(l[0]!), 0, 0, l[1]!, 1 + Math.abs(l[2]!), 0, l[3]!, l[4]!, 1 + Math.abs(l[5]!)]);
        const before = [...block.factor];
        adapt(block, Float64Array.from(u), alpha);
        const eta = Math.min(1, 3) * (alpha - 0.234);
        const moved = [0, 1, 2].map((i) => [0, 1, 2].reduce((sum, k) => sum + before[i * 3 + k]! * u[k]!, 0));
        const wanted = [0, 1, 2].map((i) =>
          [0, 1, 2].map(
            (j) =>
              [0, 1, 2].reduce((sum, k) => sum + before[i * 3 + k]! * before[j * 3 + k]!, 0) +
              (eta * moved[i]! * moved[j]!) / square,
          ),
        );
        close(productOf(block), wanted);
      }),
    );
  });

  test('at the end of a window the factor is that of the covariance', () => {
    const block = newBlock([2, 0], 1);
    const states = Array.from({ length: 4000 }, (_, k) => {
      const [a, b] = [Math.sin(k * k), Math.cos(3 * k + k * k)];
      return Float64Array.of(1e-3 * (a + 0.5 * b) + 7, 99, b);
    });
    for (const state of states) observe(block, state);
    const mean = (f: (s: Float64Array) => number) => states.reduce((sum, s) => sum + f(s), 0) / states.length;
    const [m0, m2] = [mean((s) => s[0]!), mean((s) => s[2]!)];
    const wanted = [
      [mean((s) => (s[2]! - m2) ** 2), mean((s) => (s[2]! - m2) * (s[0]! - m0))],
      [mean((s) => (s[2]! - m2) * (s[0]! - m0)), mean((s) => (s[0]! - m0) ** 2)],
    ];
    endWindow(block);
    const found = productOf(block);
    for (const [i, row] of wanted.entries())
      for (const [j, value] of row.entries()) expect(found[i]![j]! / value).toBeCloseTo(1, 2);
    expect(block.window.every((v) => v === 0)).toBe(true);
  });

  test('a window in which nothing moved changes nothing', () => {
    const block = newBlock([0, 1], 1);
    for (let k = 0; k < 100; k++) observe(block, Float64Array.of(1, k));
    const before = block.factor.slice();
    endWindow(block);
    expect(block.factor).toEqual(before);
  });
});
