/** Elimination on random networks of factors against sums over all configurations, and networks of known answers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Factor, mapped, odometer, type PlacedFactor, tabled } from '../../../src/exact/discrete/factor.js';
import { solveNetwork } from '../../../src/exact/discrete/network.js';
import { type Scope, sizeOfScope, stridesIn, type Variable } from '../../../src/exact/discrete/value.js';
import { meanOf } from '../../../src/exact/summary.js';
import { answer, probabilities, solved } from './solved.js';

const variableOf = (id: number, size: number): Variable => ({ id, values: Array.from({ length: size }, (_, k) => k) });

type Specification = {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly weights: readonly number[];
};

/** A chain of laws, maps and weights over variables that earlier ones have made. */
function factorsOf(specifications: readonly Specification[]): {
  readonly variables: readonly Variable[];
  readonly factors: readonly PlacedFactor[];
} {
  const variables: Variable[] = [variableOf(0, 2)];
  const factors: PlacedFactor[] = [
    { ...tabled(variables.slice(), Float64Array.of(0.3, 0.7)), child: variables[0]!, position: 0 },
  ];
  for (const { kind, a, b, c, weights } of specifications) {
    const parents = [...new Set([variables[a % variables.length]!, variables[b % variables.length]!])].sort(
      (x, y) => x.id - y.id,
    );
    const size = sizeOfScope(parents);
    const at = (i: number): number => weights[i % weights.length]!;
    const position = factors.length;
    if (kind === 0) {
      factors.push({
        ...tabled(
          parents,
          Float64Array.from({ length: size }, (_, i) => at(i)),
          0.5,
        ),
        child: null,
        position,
      });
      continue;
    }
    const variable = variableOf(variables.length, 2 + (c % 2));
    const inner = variable.values.length;
    if (kind === 1) {
      const map = Int32Array.from({ length: size }, (_, i) => Math.floor(at(i) * 7) % inner);
      factors.push({ ...mapped([...parents, variable], map), child: variable, position });
    } else {
      const table = new Float64Array(size * inner);
      for (let i = 0; i < size; i++) {
        const row = Array.from({ length: inner }, (_, k) => at(i * inner + k) + (k === 0 ? 0.01 : 0));
        const total = row.reduce((x, y) => x + y, 0);
        row.forEach((w, k) => {
          table[i * inner + k] = w / total;
        });
      }
      factors.push({ ...tabled([...parents, variable], table), child: variable, position });
    }
    variables.push(variable);
  }
  return { variables, factors };
}

/** A map as a table. */
function asTable(factor: Factor): Factor {
  const { scope, map } = factor;
  if (map === null) return factor;
  const inner = scope.at(-1)!.values.length;
  const table = new Float64Array(map.length * inner);
  map.forEach((number, i) => {
    if (number >= 0) table[i * inner + number] = 1;
  });
  return { scope, table, logScale: factor.logScale, map: null };
}

/** The total, and the law of a scope, by going through everything. */
function bruteForce(
  variables: Scope,
  factors: readonly PlacedFactor[],
  scope: Scope,
): { readonly total: number; readonly law: readonly number[] } {
  const law = new Array<number>(sizeOfScope(scope)).fill(0);
  const tables = factors.map(asTable);
  const strides = tables.map((f) => stridesIn(variables, f.scope));
  const into = stridesIn(variables, scope);
  const { digits, advance } = odometer(variables);
  let total = 0;
  do {
    const offset = (along: readonly number[]): number => along.reduce((at, stride, d) => at + stride * digits[d]!, 0);
    let weight = 1;
    for (const [k, f] of tables.entries()) weight *= f.table[offset(strides[k]!)]! * Math.exp(f.logScale);
    total += weight;
    const at = offset(into);
    law[at] = law[at]! + weight;
  } while (advance() >= 0);
  return { total, law: law.map((w) => w / total) };
}

const specification = fc.record({
  kind: fc.nat(2),
  a: fc.nat(20),
  b: fc.nat(20),
  c: fc.nat(1),
  weights: fc.array(fc.constantFrom(0, 0, 0.2, 0.5, 0.9, 1.3), { minLength: 4, maxLength: 8 }),
});

describe('random networks', () => {
  test.each([[1], [3]])('with %i scopes asked for', (count) => {
    fc.assert(
      fc.property(
        fc.array(specification, { minLength: 1, maxLength: 9 }),
        fc.array(fc.nat(20), { minLength: 6, maxLength: 6 }),
        (specifications, picks) => {
          const { variables, factors } = factorsOf(specifications);
          const scopes = Array.from({ length: count }, (_, k) =>
            [
              ...new Set([
                variables[picks[2 * k]! % variables.length]!,
                variables[picks[2 * k + 1]! % variables.length]!,
              ]),
            ].sort((x, y) => x.id - y.id),
          );
          const network = solveNetwork(factors, scopes, 1e7);
          if ('needs' in network) expect.fail('too large');
          for (const scope of scopes) {
            const { total, law } = bruteForce(variables, factors, scope);
            if (total === 0) {
              expect(network.logTotal).toBe(Number.NEGATIVE_INFINITY);
              continue;
            }
            expect(Math.abs(network.logTotal - Math.log(total))).toBeLessThan(1e-11);
            const found = network.law(scope);
            law.forEach((p, i) => {
              expect(Math.abs(found![i]! - p)).toBeLessThan(1e-12);
            });
          }
          // A scope that nobody spoke of before.
          const other = variables.slice(0, 2);
          const { total, law } = bruteForce(variables, factors, other);
          if (total > 0)
            law.forEach((p, i) => {
              expect(Math.abs(network.law(other)![i]! - p)).toBeLessThan(1e-12);
            });
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });
});

const clinic = `
enum State { Low, Normal, High }
const cough = [[[0.9, 0.1], [0.7, 0.3]], [[0.6, 0.4], [0.2, 0.8]], [[0.5, 0.5], [0.05, 0.95]]]
model Clinic {
  trip ~ bernoulli(0.02)
  smokes ~ bernoulli(0.4)
  infection ~ bernoulli(if trip then 0.06 else 0.01)
  tumour ~ bernoulli(if smokes then 0.1 else 0.01)
  pressure ~ categorical(State, if smokes then [0.2, 0.3, 0.5] else [0.3, 0.5, 0.2])
  shadow := infection or tumour
  film ~ bernoulli(if shadow then 0.97 else 0.04)
  coughs ~ bernoulli(cough[pressure, shadow][1])
}`;

describe('a network of a clinic', () => {
  // P(shadow) by the independent causes of both kinds of smokers.
  const infected = 0.02 * 0.06 + 0.98 * 0.01;
  const shadowed = (tumour: number): number => 1 - (1 - infected) * (1 - tumour);

  test('forwards', () => {
    const expected = 0.4 * shadowed(0.1) + 0.6 * shadowed(0.01);
    expect(answer(`${clinic}\nquery q = P(shadow)`)).toBeCloseTo(expected, 14);
    expect(answer(`${clinic}\nquery q = P(film)`)).toBeCloseTo(0.04 + 0.93 * expected, 14);
  });

  test('backwards', () => {
    const expected = 0.4 * shadowed(0.1) + 0.6 * shadowed(0.01);
    expect(answer(`${clinic}\nquery q = P(smokes | shadow = true)`)).toBeCloseTo((0.4 * shadowed(0.1)) / expected, 14);
    expect(answer(`${clinic}\nquery q = P(tumour | shadow = true, infection = true)`)).toBeCloseTo(
      0.4 * 0.1 + 0.6 * 0.01,
      14,
    );
  });

  test('after an intervention', () => {
    expect(answer(`${clinic}\nquery q = P(smokes | do(shadow = true))`)).toBeCloseTo(0.4, 14);
    expect(probabilities(`${clinic}\nquery q = P(pressure | do(smokes = true), film = true)`)[2]).toBeCloseTo(0.5, 14);
  });

  test('all nodes together agree with each by itself', () => {
    const names = ['trip', 'smokes', 'infection', 'tumour', 'shadow', 'film'];
    const all = solved(`${clinic}\nquery q = posterior(${names.join(', ')} | coughs = true)`);
    for (const [i, name] of names.entries())
      expect(meanOf(all.marginal(i))).toBeCloseTo(answer(`${clinic}\nquery q = P(${name} | coughs = true)`), 13);
  });
});

describe('size', () => {
  test('a chain of 60 nodes from both ends', () => {
    const chain =
      'model M { x[0] ~ bernoulli(0.3) for i in 1..60 { x[i] ~ bernoulli(if x[i - 1] then 0.7 else 0.2) } }';
    // 0.7 - 0.2 is what is left of a node after one step; 0.4 is where it comes to rest.
    expect(answer(`${chain}\nquery q = P(x[59])`)).toBeCloseTo(0.4 - 0.1 * 0.5 ** 59, 13);
    const forwards = 0.4 + 0.6 * 0.5 ** 20;
    const [up, down] = [forwards * (0.4 + 0.6 * 0.5 ** 39), (1 - forwards) * (0.4 - 0.4 * 0.5 ** 39)];
    expect(answer(`${chain}\nquery q = P(x[20] | x[0] = true, x[59] = true)`)).toBeCloseTo(up / (up + down), 13);
  });

  test('a hidden Markov model of 2000 steps and 50 states against the forward recursion', () => {
    const states = 50;
    const steps = 2000;
    const row = (i: number): number[] => {
      const weights = Array.from({ length: states }, (_, j) => 1 + ((7 * i + 3 * j) % 11) + (i === j ? 20 : 0));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.map((w) => w / total);
    };
    const rows = Array.from({ length: states }, (_, i) => row(i));
    const seen = Array.from({ length: steps }, (_, t) => 3 * Math.sin(t / 40) + ((t * 7) % 5) / 5);
    const mean = Array.from({ length: states }, (_, i) => -4 + 0.16 * i);
    const text = `const T = [${rows.map((r) => `[${r.join(', ')}]`).join(', ')}]
const m = [${mean.join(', ')}]
const y = [${seen.join(', ')}]
model M {
  s[0] ~ discrete_uniform(0, ${states - 1})
  x[0] ~ normal(m[s[0]], 1)
  for t in 1..${steps} { s[t] ~ categorical(T[s[t - 1]])  x[t] ~ normal(m[s[t]], 1) }
}
query q = E(s[${steps - 1}] | x = y)`;
    let belief = rows.map(() => 1 / states);
    let logZ = 0;
    for (let t = 0; t < steps; t++) {
      if (t > 0) belief = rows.map((_, j) => rows.reduce((sum, r, i) => sum + belief[i]! * r[j]!, 0));
      belief = belief.map((b, i) => (b * Math.exp(-0.5 * (seen[t]! - mean[i]!) ** 2)) / Math.sqrt(2 * Math.PI));
      const total = belief.reduce((a, b) => a + b, 0);
      logZ += Math.log(total);
      belief = belief.map((b) => b / total);
    }
    const made = solved(text);
    expect(Math.abs(made.logEvidence - logZ)).toBeLessThan(1e-9 * Math.abs(logZ));
    expect(meanOf(made.marginal(0))).toBeCloseTo(
      belief.reduce((sum, b, i) => sum + i * b, 0),
      9,
    );
  });
});
