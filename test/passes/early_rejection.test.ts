import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { webassembly } from '../../src/codegen/wasm/kernel.js';
import { normalCdf } from '../../src/exact/normal.js';
import { newDraws } from '../../src/ir/draws.js';
import { type Draws, defaultLimits, type KernelOptions } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import { verify } from '../../src/ir/verify.js';
import { mainName } from '../../src/passes/assemble.js';
import { type WrittenMeasure, withDistance, withRealParameters } from '../../src/passes/comparison.js';
import { type Norm, rejectEarly } from '../../src/passes/early_rejection.js';
import { planOf } from './small_programs.js';

/** So many normals, compared with zeros. */
const normals = (count: number, rest = ''): string =>
  `model M { for i in 0..${count} { y[i] ~ normal(0, 1) } }
   query q = E(y[0] | y ~= zeros(${count})${rest}) using abc(epsilon = 1)`;

function planned(text: string) {
  const made = planOf(text);
  if (!('program' in made)) throw new Error(made.join('\n'));
  return made;
}

const options: KernelOptions = { layout: 'particle', key: [1, 2], limits: defaultLimits, externs: {} };
const count = 1024;

/** Draws of the program with early rejection at a bound, by an engine. */
function run(text: string, norm: Norm, bound: number, engine: typeof javascript) {
  const { program, comparison } = planned(text);
  const early = rejectEarly(program, norm, null);
  if (early === null || comparison === null) throw new Error('nothing is rejected early');
  expect(verify(early)).toEqual([]);
  const draws: Draws = {
    ...newDraws([{ kind: 'real' }, { kind: 'real' }], count),
    given: [new Float64Array(count).fill(bound)],
  };
  const { steps } = engine(withDistance(early, comparison, null, false), mainName, options).fill(draws, 0, count);
  const distances = Float64Array.from(draws.columns[1] ?? [], Number);
  const accepted = distances.map((d, i) => (draws.logWeight[i] === 0 && d <= bound ? d : Number.NaN));
  return { accepted, steps };
}

/** P(χ² with n degrees of freedom ≤ x), n even. */
function chiSquared(n: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < n / 2; k++) {
    term *= x / 2 / k;
    sum += term;
  }
  return 1 - Math.exp(-x / 2) * sum;
}

describe.each([
  ['written out', 4, 1.8],
  ['in a loop', 100, 9.9],
])('summaries %s', (_, length, bound) => {
  test.each([
    ['euclidean', bound, chiSquared(length, bound * bound)],
    ['maximum', bound / 2, (2 * normalCdf(bound / 2) - 1) ** length],
  ] as const)('the share within a %s distance is that of the law', (norm, within, share) => {
    const text = normals(length).replace('epsilon = 1', `epsilon = 1, distance = ${norm}`);
    const { accepted } = run(text, norm, within, javascript);
    const kept = accepted.filter((d) => !Number.isNaN(d)).length;
    expect(Math.abs(kept / count - share)).toBeLessThan(4.5 * Math.sqrt((share * (1 - share)) / count));
  });

  test('what is accepted are the runs that would be accepted without it, in both engines', () => {
    const text = normals(length);
    const all = run(text, 'euclidean', Infinity, javascript);
    const near = run(text, 'euclidean', bound, javascript);
    const slow = run(text, 'euclidean', bound, interpret);
    expect(near.accepted).toEqual(all.accepted.map((d) => (d <= bound ? d : Number.NaN)));
    expect(slow.accepted).toEqual(near.accepted);
  });
});

test('a run ends when it has passed the bound', () => {
  const text = normals(100);
  const { steps } = run(text, 'euclidean', 2, javascript);
  // Of 100 rounds about five are run.
  expect(steps).toBeLessThan(count * 12);
  expect(run(text, 'euclidean', Infinity, javascript).steps).toBeGreaterThanOrEqual(count * 100);
});

test.each([
  ['exact evidence beside', normals(4, ', y[1] > 0')],
  ['a single summary', 'model M { y ~ normal(0, 1) }\nquery q = E(y | y ~= 0) using abc(epsilon = 1)'],
  [
    'what was seen is random',
    'model M { a ~ normal(0, 1)  b ~ normal(0, 1)  c ~ normal(0, 1) }\nquery q = E(a | a ~= b, b ~= c) using abc(epsilon = 1)',
  ],
])('with %s runs are not ended early', (_, text) => {
  expect(rejectEarly(planned(text).program, 'euclidean', null)).toBe(null);
});

test.each([
  ['unrolled', 3],
  ['in a loop', 40],
])('scales that main takes as parameters give the bits of scales that are written into it: %s', (_, length) => {
  const { program, comparison } = planned(normals(length));
  if (comparison === null) throw new Error('nothing is compared');
  const scales = Float64Array.from({ length }, (_, k) => 0.3 + 0.7 * k);
  const distances = (
    from: typeof program,
    measure: WrittenMeasure,
    given: readonly number[],
    engine: typeof javascript,
  ) => {
    const early = rejectEarly(from, 'euclidean', measure);
    if (early === null) throw new Error('nothing is rejected early');
    const bounds = [...given, 2].map((value) => new Float64Array(count).fill(value));
    const draws: Draws = { ...newDraws([{ kind: 'real' }, { kind: 'real' }], count), given: bounds };
    engine(withDistance(early, comparison, measure, false), mainName, options).fill(draws, 0, count);
    return [draws.logWeight, draws.columns];
  };
  const opened = withRealParameters(program, length);
  const parameters: WrittenMeasure = { kind: 'parameters', scales: opened.parameters };
  for (const engine of [interpret, javascript, webassembly])
    expect(distances(opened.program, parameters, [...scales], engine)).toEqual(
      distances(program, { kind: 'scales', scales }, [], engine),
    );
});
