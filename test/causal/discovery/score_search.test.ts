import { describe, expect, test } from 'vitest';
import { directionsOf } from '../../../src/causal/class/members.js';
import {
  arrowsOf,
  classOfParents,
  extension,
  linesOf,
  type PartlyDirected,
} from '../../../src/causal/class/partly_directed.js';
import type { Discovered, DiscoveryAlgorithm, DiscoveryOptions } from '../../../src/causal/discovery/discovery.js';
import { exact, exactSearch } from '../../../src/causal/discovery/exact.js';
import { deleting, ges, greedySearch, inserting } from '../../../src/causal/discovery/ges.js';
import { knownArrows, noKnowledge, type PriorKnowledge } from '../../../src/causal/discovery/knowledge.js';
import { graphScore } from '../../../src/causal/discovery/scores/cached.js';
import { covarianceBic } from '../../../src/causal/discovery/scores/gaussian.js';
import { scores } from '../../../src/causal/discovery/scores/registry.js';
import type { LocalScore } from '../../../src/causal/discovery/scores/score.js';
import type { UnitColumn } from '../../../src/causal/estimate/units.js';
import { keyFromSeed } from '../../../src/runtime/random/seed.js';
import { quantity, streamOf } from '../simulate.js';
import { labelColumns, linearColumns, orderOf, type Parents, randomParents } from './random_models.js';

const options: DiscoveryOptions = {
  test: null,
  alpha: 0.05,
  score: null,
  colliders: 'standard',
  most: null,
  prior: noKnowledge,
  key: keyFromSeed('search'),
};

function found(
  algorithm: DiscoveryAlgorithm,
  columns: readonly UnitColumn[],
  more: Partial<DiscoveryOptions> = {},
): Found {
  const result = algorithm.run(columns, { ...options, ...more });
  if (!result.ok) throw new Error(result.reason);
  return result;
}

type Found = Extract<Discovered, { readonly ok: true }>;

/** Edges as text, sorted, of what was found and of a class. */
const edgesFound = ({ graph }: Found): readonly string[] =>
  graph.edges
    .map(({ a, b, atA, atB }) => (atB === 'arrow' ? `${a}->${b}` : atA === 'arrow' ? `${b}->${a}` : `${a}--${b}`))
    .sort();
function isAcyclic(parents: Parents): boolean {
  const left = new Set(parents.keys());
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const v of left) if (![...parents[v]!].some((w) => left.has(w))) left.delete(v);
  }
  return left.size === 0;
}

const scoreFound = ({ figures }: Found): number => figures.score ?? Number.NaN;

const classText = (g: PartlyDirected): readonly string[] =>
  [...[...arrowsOf(g)].map(([a, b]) => `${a}->${b}`), ...[...linesOf(g)].map(([a, b]) => `${a}--${b}`)].sort();

function scoreOf(columns: readonly UnitColumn[], name = 'bic'): LocalScore {
  const made = scores.get(name)?.make(columns);
  if (made?.ok !== true) throw new Error(name);
  return made.score;
}

/** The covariances of a linear model with noise of variance 1, exactly. */
function covarianceIn(parents: Parents, slope: () => number): Float64Array {
  const count = parents.length;
  const weights = new Map<number, Float64Array>();
  for (const v of orderOf(parents)) {
    const own = new Float64Array(count);
    own[v] = 1;
    for (const w of parents[v]!) {
      const b = slope();
      for (const [k, value] of weights.get(w)!.entries()) own[k]! += b * value;
    }
    weights.set(v, own);
  }
  return Float64Array.from({ length: count * count }, (_, k) => {
    const [a, b] = [weights.get(Math.floor(k / count))!, weights.get(k % count)!];
    return a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  });
}

test('GES with the true covariances of ten columns and a billion rows finds the class of every graph', () => {
  for (let k = 0; k < 30; k++) {
    const truth = randomParents(10, 0.1 + 0.02 * k, `limit ${k}`);
    const noise = streamOf(`limit ${k}`);
    const covariance = covarianceIn(truth, () => (0.4 + 0.8 * noise.uniform()) * (noise.uniform() < 0.5 ? -1 : 1));
    const known = knownArrows(10, noKnowledge);
    if (!known.ok) throw new Error(known.reason);
    const score = covarianceBic(covariance, 10, 1e9);
    const result = greedySearch({ count: 10, score, ceiling: null, known: known.value, most: null });
    if (!result.ok) throw new Error(result.reason);
    expect(classText(classOfParents(result.parents))).toEqual(classText(classOfParents(truth)));
  }
});

describe('GES on many rows from a graph over the columns', () => {
  const kinds = [
    ['linear normal', (parents: Parents, seed: string) => linearColumns(parents, 20_000, seed)],
    ['labels', (parents: Parents, seed: string) => labelColumns(parents, 2, 20_000, seed)],
  ] as const;
  test.each(kinds)('%s', (_, columnsOf) => {
    let exactly = 0;
    for (let k = 0; k < 12; k++) {
      const truth = randomParents(8, 0.25, `ges ${k}`);
      const columns = columnsOf(truth, `ges ${k}`);
      const result = found(ges, columns);
      const best = graphScore(scoreOf(columns), truth);
      if (edgesFound(result).join() !== classText(classOfParents(truth)).join()) continue;
      exactly += 1;
      expect(Math.abs(scoreFound(result) - best)).toBeLessThan(1e-6);
    }
    expect(exactly).toBeGreaterThanOrEqual(9);
  });
});

/** The classes that one arrow more or less in one of the members leads to, each with what it gains; by trying all of them. */
function classesBeside(g: PartlyDirected, score: LocalScore, more: boolean): ReadonlyMap<string, number> {
  const beside = new Map<string, number>();
  for (const member of directionsOf(g))
    for (let x = 0; x < g.count; x++)
      for (let y = 0; y < g.count; y++) {
        if (x === y || member.parents[y]!.has(x) === more || member.parents[x]!.has(y)) continue;
        const parents = member.parents.map((set) => new Set(set));
        if (more) parents[y]!.add(x);
        else parents[y]!.delete(x);
        if (!isAcyclic(parents)) continue;
        beside.set(
          classText(classOfParents(parents)).join(),
          graphScore(score, parents) - graphScore(score, member.parents),
        );
      }
  return beside;
}

test.each([
  ['more', inserting, true],
  ['less', deleting, false],
] as const)(
  'steps of GES lead to all classes with one edge %s and to no other, and gain what they say',
  (_, phase, more) => {
    let steps = 0;
    for (let k = 0; k < 25; k++) {
      const columns = linearColumns(randomParents(6, 0.3, `steps ${k}`), 100, `steps ${k}`);
      const known = knownArrows(6, noKnowledge);
      if (!known.ok) throw new Error(known.reason);
      const problem = { count: 6, score: scoreOf(columns), ceiling: null, known: known.value, most: null };
      const g = classOfParents(randomParents(6, 0.4, `other ${k}`));
      const reached = new Map<string, number>();
      for (let x = 0; x < 6; x++)
        for (let y = 0; y < 6; y++)
          for (const step of x === y ? [] : phase.operators(g, x, y, problem)) {
            if (!phase.valid(g, step)) continue;
            const parents = extension(phase.apply(g, step));
            if (parents === null) throw new Error('a valid step leads to no class');
            const text = classText(classOfParents(parents)).join();
            expect(Math.abs((reached.get(text) ?? step.gain) - step.gain)).toBeLessThan(1e-8);
            reached.set(text, step.gain);
          }
      const wanted = classesBeside(g, problem.score, more);
      expect([...reached.keys()].sort()).toEqual([...wanted.keys()].sort());
      for (const [text, gain] of wanted) expect(Math.abs(reached.get(text)! - gain)).toBeLessThan(1e-8);
      steps += wanted.size;
    }
    expect(steps).toBeGreaterThan(100);
  },
);

test('GES finds two causes of one effect, and leaves a chain without directions', () => {
  const collider = linearColumns([new Set(), new Set(), new Set([0, 1])], 5000, 'collider');
  expect(edgesFound(found(ges, collider))).toEqual(['0->2', '1->2']);
  const chain = linearColumns([new Set(), new Set([0]), new Set([1])], 5000, 'chain');
  expect(edgesFound(found(ges, chain))).toEqual(['0--1', '1--2']);
});

test('GES is never above the exact search, which is never below the truth', () => {
  let equal = 0;
  for (let k = 0; k < 15; k++) {
    const truth = randomParents(7, 0.4, `small ${k}`);
    const columns = k % 2 === 0 ? linearColumns(truth, 2000, `small ${k}`) : labelColumns(truth, 2, 2000, `small ${k}`);
    const [greedy, best] = [scoreFound(found(ges, columns)), scoreFound(found(exact, columns))];
    expect(greedy).toBeLessThan(best + 1e-6);
    expect(best).toBeGreaterThan(graphScore(scoreOf(columns), truth) - 1e-6);
    if (Math.abs(greedy - best) < 1e-6) equal += 1;
  }
  expect(equal).toBeGreaterThan(5);
});

/** All acyclic graphs over four nodes. */
function allGraphs(): readonly Parents[] {
  const pairs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].filter((b) => b !== a).map((b) => [a, b] as const));
  const graphs: Parents[] = [];
  for (let set = 0; set < 1 << pairs.length; set++) {
    const parents: Set<number>[] = [0, 1, 2, 3].map(() => new Set());
    for (const [k, [a, b]] of pairs.entries()) if (((set >> k) & 1) === 1) parents[b]!.add(a);
    if (isAcyclic(parents)) graphs.push(parents);
  }
  return graphs;
}

describe('exact search among all graphs of four nodes', () => {
  const graphs = allGraphs();
  test('there are 543', () => expect(graphs).toHaveLength(543));

  const priors: readonly (readonly [string, PriorKnowledge, number | null])[] = [
    ['nothing known', noKnowledge, null],
    ['at most one parent', noKnowledge, 1],
    ['tiers', { ...noKnowledge, tiers: [[2], [0, 3]] }, null],
    [
      'arrows',
      {
        tiers: [],
        required: [[3, 0]],
        forbidden: [
          [1, 2],
          [2, 1],
          [0, 2],
        ],
      },
      null,
    ],
  ];
  test.each(priors)('%s', (_, prior, most) => {
    for (let k = 0; k < 10; k++) {
      const truth = randomParents(4, 0.6, `four ${k}`);
      const columns = labelColumns(truth, 2, 30 + 10 * k, `four ${k}`);
      const name = k % 2 === 0 ? 'bdeu' : 'bic';
      const made = scores.get(name)?.make(columns);
      if (made?.ok !== true) throw new Error(name);
      const { score, ceiling } = made;
      const known = knownArrows(4, prior);
      if (!known.ok) throw new Error(known.reason);
      const may = graphs.filter((parents) =>
        parents.every(
          (set, v) =>
            (most === null || set.size <= most) &&
            [...set].every((w) => known.value.forbidden[w * 4 + v] === 0) &&
            [0, 1, 2, 3].every((w) => known.value.required[w * 4 + v] === 0 || set.has(w)),
        ),
      );
      const best = Math.max(...may.map((parents) => graphScore(score, parents)));
      const result = exactSearch({ count: 4, score, ceiling, known: known.value, most });
      if (!result.ok) throw new Error(result.reason);
      expect(Math.abs(graphScore(score, result.parents) - best)).toBeLessThan(1e-9);
      expect(result.remarks.length).toBe(most === null ? 0 : 1);
    }
  });
});

describe('what is known beforehand', () => {
  const prior: PriorKnowledge = {
    tiers: [
      [4, 5],
      [0, 1],
    ],
    required: [[2, 3]],
    forbidden: [
      [0, 1],
      [1, 2],
      [2, 1],
    ],
  };
  test.each([
    ['ges', ges],
    ['exact', exact],
  ] as const)('is kept by %s', (_, algorithm) => {
    for (let k = 0; k < 12; k++) {
      const columns = linearColumns(randomParents(6, 0.4, `known ${k}`), 500, `known ${k}`);
      const edges = edgesFound(found(algorithm, columns, { prior }));
      expect(edges).toContain('2->3');
      for (const [a, b] of [
        [0, 1],
        [1, 2],
        [2, 1],
        [0, 4],
        [0, 5],
        [1, 4],
        [1, 5],
      ] as const) {
        expect(edges).not.toContain(`${a}->${b}`);
        expect(edges).not.toContain(`${Math.min(a, b)}--${Math.max(a, b)}`);
      }
    }
  });
  test('directs what data leave open', () => {
    const chain = linearColumns([new Set(), new Set([0]), new Set([1])], 5000, 'chain');
    expect(edgesFound(found(ges, chain, { prior: { ...noKnowledge, tiers: [[0], [1, 2]] } }))).toEqual([
      '0->1',
      '1->2',
    ]);
    const contradiction = { ...noKnowledge, required: [[0, 1]] as const, forbidden: [[0, 1]] as const };
    expect(ges.run(chain, { ...options, prior: contradiction })).toMatchObject({ ok: false });
  });
});

test('a bound on parents is kept and reported', () => {
  const truth = [new Set<number>(), new Set<number>(), new Set<number>(), new Set([0, 1, 2])];
  const columns = linearColumns(truth, 2000, 'bound');
  expect(edgesFound(found(exact, columns))).toEqual(['0->3', '1->3', '2->3']);
  const bounded = found(exact, columns, { most: 2 });
  expect(bounded.remarks[0]).toContain('at most 2 parents');
  for (const algorithm of [ges, exact]) {
    const into = [0, 1, 2, 3].map(
      (v) => edgesFound(found(algorithm, columns, { most: 2 })).filter((e) => e.endsWith(`->${v}`)).length,
    );
    expect(Math.max(...into)).toBeLessThanOrEqual(2);
  }
});

test('more columns than the exact search can do', () => {
  const columns = Array.from({ length: 21 }, (_, k) => quantity(`v${k}`, [1, 2, 3]));
  expect(exact.run(columns, options)).toMatchObject({ ok: false, reason: expect.stringContaining('up to 20') });
});
