/** Draws whose noise is laid open: the same program, with its noise as arguments. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import { javascript } from '../../src/codegen/javascript.js';
import type { Host, ReadRequest } from '../../src/data/host.js';
import { noiseOf, unconstrained } from '../../src/inference/standard_noise.js';
import { newDraws } from '../../src/ir/draws.js';
import type { KernelOptions } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { NoiseKind, Program } from '../../src/ir/ir.js';
import { verify } from '../../src/ir/verify.js';
import { mainName } from '../../src/passes/assemble.js';
import { openableDraws, openNoise } from '../../src/passes/open_noise.js';
import { parametersOf } from '../../src/passes/parameters.js';
import { planForm } from '../../src/plan/plan.js';
import { extendAddress, rootAddress } from '../../src/runtime/random/address.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { addressedState, noiseSource } from '../../src/runtime/random/source.js';
import { diagnose, fail } from '../../src/syntax/diagnostic.js';

const refused = (request: ReadRequest) =>
  fail(diagnose('E0502', 'There are no files here.', request.source, request.span));
const nowhere: Host = { readText: refused, readTable: refused };

/** The program of the only query of a text, as a method gets it that opens noise: with what mechanisms are made of. */
function programOf(text: string): Program {
  const loaded = loadProject({ name: 'program.scm', text }, nowhere);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((d) => d.message).join());
  const project = loaded.value;
  const errors = check(project).filter((d) => d.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((d) => d.message).join());
  const [query] = project.queries;
  const model = [...project.models.keys()].at(-1);
  const expression = query?.declaration.expression;
  if (query === undefined || model === undefined || expression?.kind !== 'value' || expression.value.kind !== 'form')
    throw new Error('no form');
  const plan = planForm(project, query, expression.value, model, { method: 'mh', samples: null });
  if (!plan.ok) throw new Error(plan.diagnostics.map((d) => d.message).join());
  return plan.value.program;
}

const options: KernelOptions = {
  layout: 'addressed',
  key: keyFromSeed('open'),
  limits: { steps: 1e6, depth: 100, elements: 1e6 },
  externs: {},
};

/** Columns of the opened program, for noise given column by column. */
function run(program: Program, given: readonly Float64Array[], count: number, engine = javascript) {
  const main = program.functions[mainName]!;
  const outputs = main.results.map((type) => {
    if (type.kind === 'address') throw new Error('an address goes out');
    return type;
  });
  const draws = { ...newDraws(outputs, count), given };
  engine(program, mainName, options).fill(draws, 0, count);
  return draws;
}

/** The addresses of the draws at the top of main, by their results. */
function addressesOf(program: Program): ReadonlyMap<number, { readonly hi: number; readonly lo: number }> {
  const { body } = program.functions[mainName]!;
  const known = new Map([[body.args[0]!.id, rootAddress]]);
  const numbers = new Map<number, number>();
  const found = new Map<number, { readonly hi: number; readonly lo: number }>();
  for (const i of body.body) {
    if (i.kind === 'const' && typeof i.value === 'number') numbers.set(i.result.id, i.value);
    if (i.kind === 'address')
      known.set(i.result.id, extendAddress(known.get(i.parent)!, i.site, i.index === null ? 0 : numbers.get(i.index)!));
    if (i.kind === 'draw') found.set(i.result.id, extendAddress(known.get(i.address)!, i.site, 0));
  }
  return found;
}

/** The noise that particles of the addressed layout have at an address, request after request. */
function noiseAt(address: { readonly hi: number; readonly lo: number }, kinds: readonly NoiseKind[], count: number) {
  const state = new Int32Array(4);
  const columns = kinds.map(() => new Float64Array(count));
  const source = noiseSource(state);
  for (let p = 0; p < count; p++)
    kinds.forEach((kind, k) => {
      addressedState(options.key, address, p, k, state);
      columns[k]![p] = source[kind]();
    });
  return columns;
}

describe('draws of a fixed number of noise numbers', () => {
  const families = [
    'normal(1, 2)',
    'uniform(-1, 3)',
    'exponential(2)',
    'lognormal(0, 0.5)',
    'half_cauchy(2)',
    'half_normal(2)',
    'bernoulli(0.3)',
    'cauchy(0, 1)',
    'laplace(0, 1)',
    'weibull(2, 1)',
    'categorical([0.2, 0.3, 0.5])',
    'discrete_uniform(1, 6)',
  ];

  test.each(families)('%s of given noise has the value that the noise has in the program', (family) => {
    const program = programOf(
      `model M { a ~ normal(0, 1)  x ~ ${family}  y ~ normal(a + real(x), 1) }\nquery q = posterior(a, x, y)`.replace(
        'real(x)',
        family.startsWith('bernoulli') ? '(if x then 1 else 0)' : 'x',
      ),
    );
    const draws = openableDraws(program);
    expect(draws.size).toBe(3);
    const { program: opened, noise } = openNoise(program, draws);
    expect(verify(opened)).toEqual([]);
    expect(openableDraws(opened).size).toBe(3);
    const addresses = addressesOf(program);
    const given: Float64Array[] = [];
    let at = 0;
    for (const i of program.functions[mainName]!.body.body) {
      if (i.kind !== 'draw') continue;
      const kinds: NoiseKind[] = [];
      for (const site = noise[at]!.site; at < noise.length && noise[at]!.site === site; at++)
        kinds.push(noise[at]!.noise);
      given.push(...noiseAt(addresses.get(i.result.id)!, kinds, 40));
    }
    const before = run(program, [], 40);
    expect(run(opened, given, 40).columns).toEqual(before.columns);
    expect(run(opened, given, 40, interpret).columns).toEqual(before.columns);
  });

  test('only what is chosen is opened', () => {
    const program = programOf('model M { a ~ normal(0, 1)  b ~ uniform(a, 5) }\nquery q = posterior(a, b)');
    const [first = -1] = openableDraws(program);
    const { program: opened, noise } = openNoise(program, new Set([first]));
    expect(noise).toEqual([{ noise: 'normal', site: expect.any(Number), name: 'a' }]);
    const plain = run(program, [], 20);
    const draws = run(opened, [new Float64Array(20).fill(1.5)], 20);
    expect([...(draws.columns[0] ?? [])]).toEqual(new Array(20).fill(1.5));
    expect(draws.columns[1]).not.toEqual(plain.columns[1]);
    expect(openNoise(program, new Set()).program).toBe(program);
  });
});

/** The greatest distance of the distribution functions of two samples of one size, in units of what chance gives: 1.95 is one in a thousand. */
function distance(a: readonly number[], b: readonly number[]): number {
  const count = a.length;
  const all = [...a.map((value) => ({ value, step: 1 })), ...b.map((value) => ({ value, step: -1 }))].sort(
    (x, y) => x.value - y.value,
  );
  let at = 0;
  let most = 0;
  all.forEach(({ value, step }, i) => {
    at += step;
    if (all[i + 1]?.value !== value) most = Math.max(most, Math.abs(at));
  });
  return most / count / Math.sqrt(2 / count);
}

describe('draws of a varying number of noise numbers go by their mechanism', () => {
  const families: readonly (readonly [family: string, kinds: string, summary: string])[] = [
    ['gamma(2.5, 2)', 'uniform', 'x'],
    ['gamma(shape = 0.4, scale = 2)', 'uniform', 'x'],
    ['beta(2, 3)', 'uniform', 'x'],
    ['student_t(3, 0, 1)', 'uniform', 'x'],
    ['poisson(3.5)', 'uniform', 'x'],
    ['binomial(12, 0.3)', 'uniform', 'x'],
    ['negative_binomial(4, 2)', 'uniform uniform', 'x'],
    ['inverse_gamma(3, 2)', 'uniform', 'x'],
    ['truncated(normal(0, 1), 1, 3)', 'uniform', 'x'],
    ['mvnormal([0.0, 1.0], [[1.0, 0.5], [0.5, 2.0]])', 'normal normal', 'x[0] * x[1]'],
    ['iid(gamma(2, 1), 3)', 'uniform uniform uniform', 'x[0] * x[2] - x[1]'],
    ['dirichlet([1.0, 2.0, 0.5])', 'uniform exponential uniform exponential uniform exponential', 'x[0] * x[1] + x[2]'],
  ];

  test.each(families)('%s', (family, kinds, summary) => {
    const program = programOf(`model M { x ~ ${family}  y := ${summary} }\nquery q = posterior(y)`);
    const { program: opened, noise } = openNoise(program, openableDraws(program));
    expect(noise.map((n) => n.noise).join(' ')).toBe(kinds);
    expect(verify(opened)).toEqual([]);
    const count = 2000;
    const given = noise.map(({ noise: kind }, k) => noiseAt({ hi: k, lo: 99 }, [kind], count)[0]!);
    const before = Array.from(run(program, [], count).columns[0] ?? [], Number);
    const after = Array.from(run(opened, given, count).columns[0] ?? [], Number);
    expect(distance(before, after)).toBeLessThan(1.95);
    expect(Array.from(run(opened, given, 20, interpret).columns[0] ?? [], Number)).toEqual(after.slice(0, 20));
  });

  test('parameters that are not constant leave arrays closed, but not numbers', () => {
    const program = programOf(`model M { a ~ exponential(1)  g ~ gamma(a, 1)  x ~ dirichlet([a, 1]) }
    query q = posterior(g, x)`);
    expect(openNoise(program, openableDraws(program)).noise.map(({ name }) => name)).toEqual(['a', 'g']);
  });
});

test('draws in loops and branches are not opened, those around them are', () => {
  const program = programOf(`model M {
    n ~ poisson(3)
    a ~ normal(0, 1)
    for i in 0..n { x[i] ~ normal(a, 1) }
    if a > 0 { b ~ normal(0, 1) }
    y := sum(x) + (if a > 0 then 1.0 else 0.0)
  }
  query q = posterior(a, y)`);
  const { noise } = openNoise(program, openableDraws(program));
  expect(noise.map(({ name }) => name)).toContain('a');
  expect(noise.map(({ name }) => name)).not.toContain('x');
});

test('a world that shares noise reads the same parameters; evidence that fixes the noise keeps it closed', () => {
  const text = (evidence: string) => `model M { z ~ normal(0, 1)  x ~ normal(z, 1)  y := x + z }
  query q = posterior(y[do(z = 3)] - x | ${evidence})`;
  const free = programOf(text('z > 0'));
  const opened = openNoise(free, openableDraws(free));
  expect(opened.noise.map(({ name }) => name).sort()).toEqual(['x', 'z']);
  expect(verify(opened.program)).toEqual([]);
  const draws = run(opened.program, [new Float64Array(3).fill(0.5), new Float64Array(3).fill(-1)], 3);
  expect(Array.from(draws.columns[0] as Float64Array, (v) => Math.round(v * 1e9) / 1e9)).toEqual([5.5, 5.5, 5.5]);
  const fixed = programOf(text('x = 1'));
  expect(openNoise(fixed, openableDraws(fixed)).noise.map(({ name }) => name)).toEqual(['z']);
});

test('a domain that parameters leave is named as before', () => {
  const program = programOf('model M { s ~ normal(0, 1)  x ~ normal(0, s) }\nquery q = posterior(x)');
  const { program: opened } = openNoise(program, openableDraws(program));
  const given = [Float64Array.of(-1), Float64Array.of(0)];
  expect(() => run(opened, given, 1)).toThrow(
    expect.objectContaining({ code: 'E0601', message: expect.stringContaining('normal(real, real) at x') }),
  );
});

describe('parameters of a model in time', () => {
  const names = (text: string) => {
    const program = programOf(text);
    return [...new Set(openNoise(program, parametersOf(program)).noise.map(({ name }) => name))];
  };

  test('what a scoring loop reads in every round, and what that hangs on', () => {
    expect(
      names(`const y = [${Array.from({ length: 400 }, (_, t) => (t % 7) / 2).join(', ')}]
      model M {
        top ~ exponential(1)
        s ~ half_normal(top)
        phi ~ uniform(0, 1)
        free ~ normal(0, 1)
        h[0] ~ normal(0, s)
        for t in 1..400 { h[t] ~ normal(phi * h[t - 1], s)  observe y[t] ~ normal(h[t], 1) }
        other := free + phi
      }
      query q = posterior(s, other)`),
    ).toEqual(['top', 's', 'phi']);
  });

  test('without such a loop, the draws before the first score', () => {
    expect(
      names(`model M { a ~ normal(0, 1)  b ~ normal(a, 1)  observe 1.0 ~ normal(b, 1)  c ~ normal(b, 1)  observe 2.0 ~ normal(c, 1) }
      query q = posterior(c)`),
    ).toEqual(['a', 'b']);
  });
});

describe('standard noise as a function of a standard normal number', () => {
  test.each(['uniform', 'normal', 'exponential'] as const)('%s: there and back, rising', (kind) => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 8, noNaN: true }), (z) => {
        const noise = noiseOf(kind, z);
        expect(Math.abs(unconstrained(kind, noise) - z)).toBeLessThan(kind === 'uniform' && z > 5 ? 0.1 : 1e-6);
        expect(noiseOf(kind, z + 1)).toBeGreaterThan(noise);
      }),
    );
  });

  test('ends of the line', () => {
    expect(noiseOf('uniform', -60)).toBeGreaterThan(0);
    expect(noiseOf('uniform', 60)).toBeLessThan(1);
    expect(noiseOf('exponential', -60)).toBeGreaterThan(0);
    // -log P(Z > 40), by mpmath: 804.6084420137538.
    expect(noiseOf('exponential', 40)).toBeCloseTo(804.6084420137538, 9);
    expect(unconstrained('exponential', noiseOf('exponential', 40))).toBeCloseTo(40, 12);
    // -log P(Z > 1) = 1.8410216450092636.
    expect(noiseOf('exponential', 1)).toBeCloseTo(1.8410216450092636, 14);
  });
});
