import { describe, expect, test } from 'vitest';
import type { Discovered, DiscoveryOptions } from '../../../src/causal/discovery/discovery.js';
import { noKnowledge } from '../../../src/causal/discovery/knowledge.js';
import { adaptiveLasso } from '../../../src/causal/discovery/lasso.js';
import { lingam } from '../../../src/causal/discovery/lingam.js';
import type { UnitColumn } from '../../../src/causal/estimate/units.js';
import { keyFromSeed } from '../../../src/runtime/random/seed.js';
import { label, quantity } from '../simulate.js';
import { linearColumns, type Parents, randomParents } from './random_models.js';

const options: DiscoveryOptions = {
  test: null,
  alpha: 0.05,
  score: null,
  colliders: 'standard',
  most: null,
  prior: noKnowledge,
  key: keyFromSeed('lingam'),
};

type Found = Extract<Discovered, { readonly ok: true }>;
function found(columns: readonly UnitColumn[], more: Partial<DiscoveryOptions> = {}): Found {
  const result = lingam.run(columns, { ...options, ...more });
  if (!result.ok) throw new Error(result.reason);
  return result;
}

const arrowsOf = ({ graph }: Found): readonly string[] =>
  graph.edges.map(({ a, b, atA }) => (atA === 'arrow' ? `${b}->${a}` : `${a}->${b}`)).sort();
const arrowsIn = (parents: Parents): readonly string[] =>
  parents.flatMap((set, v) => [...set].map((w) => `${w}->${v}`)).sort();

describe.each(['uniform', 'exponential'] as const)('DirectLiNGAM with %s noise', (shape) => {
  test('finds all arrows and their directions, and no others', () => {
    let [right, all, extra] = [0, 0, 0];
    for (let k = 0; k < 8; k++) {
      const truth = randomParents(7, 0.4, `lingam ${k}`);
      const arrows = arrowsOf(found(linearColumns(truth, 3000, `lingam ${shape} ${k}`, shape)));
      const wanted = new Set(arrowsIn(truth));
      right += arrows.filter((a) => wanted.has(a)).length;
      extra += arrows.filter((a) => !wanted.has(a)).length;
      all += wanted.size;
    }
    expect(all).toBeGreaterThan(40);
    expect(right).toBe(all);
    expect(extra).toBeLessThanOrEqual(Math.floor(0.05 * all));
  });
});

test('two columns that no test of independence tells apart', () => {
  const forth = linearColumns([new Set(), new Set([0])], 2000, 'two', 'uniform');
  expect(arrowsOf(found(forth))).toEqual(['0->1']);
  expect(arrowsOf(found([...forth].reverse()))).toEqual(['1->0']);
  expect(found(forth).remarks).toEqual([]);
});

test('normal noise tells nothing, and that is said', () => {
  const { remarks, figures } = found(linearColumns([new Set(), new Set([0])], 2000, 'normal'));
  expect(figures.normal).toBe(2);
  expect(remarks[0]).toContain('may be normal');
});

test('what is known beforehand is kept', () => {
  const columns = linearColumns([new Set(), new Set([0]), new Set([1]), new Set([1, 2])], 2000, 'known', 'uniform');
  expect(arrowsOf(found(columns))).toEqual(['0->1', '1->2', '1->3', '2->3']);
  const against = found(columns, { prior: { ...noKnowledge, tiers: [[1], [0]] } });
  expect(arrowsOf(against)).toContain('1->0');
  const told = found(columns, { prior: { tiers: [], required: [[0, 3]], forbidden: [[1, 2]] } });
  expect(arrowsOf(told)).toContain('0->3');
  expect(arrowsOf(told)).not.toContain('1->2');
});

test('columns that it is not for', () => {
  const x = quantity('x', [1, 2, 3, 4]);
  const refused = (columns: readonly UnitColumn[]) => lingam.run(columns, options);
  expect(refused([x, label('g', 2, [0, 1, 0, 1])])).toMatchObject({
    ok: false,
    reason: expect.stringContaining('`g` holds labels'),
  });
  expect(refused([x, quantity('one', [1, 1, 1, 1])])).toMatchObject({
    ok: false,
    reason: expect.stringContaining('`one`'),
  });
  const z = quantity('z', [2, 1, 3, 7]);
  const sum = quantity(
    'sum',
    x.values.map((v, k) => v + z.values[k]!),
  );
  expect(refused([x, z, sum, quantity('w', [0, 1, 0, 5])])).toMatchObject({ ok: false });
});

test('the adaptive lasso leaves out what has no coefficient', () => {
  // Moments of y = 2 a - b + noise, with c and d beside them, correlated with a.
  const gram = [1, 0.5, 0.5, 0, 0.5, 1, 0.2, 0, 0.5, 0.2, 1, 0, 0, 0, 0, 1];
  const truth = [2, -1, 0, 0];
  const cross = [0, 1, 2, 3].map((i) => truth.reduce((s, b, j) => s + b * gram[4 * i + j]!, 0));
  const variance = truth.reduce((s, b, i) => s + b * cross[i]!, 0) + 1;
  const moments = { size: 4, gram: Float64Array.from(gram), cross: Float64Array.from(cross), variance, rows: 1000 };
  // The full regression of a sample is a little off.
  expect(adaptiveLasso(moments, Float64Array.of(2.02, -0.97, 0.03, -0.02))).toEqual([0, 1]);
});
