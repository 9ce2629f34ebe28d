import { describe, expect, test } from 'vitest';
import { directionsOf } from '../../../src/causal/class/members.js';
import { arrowsOf, classOfParents, linesOf } from '../../../src/causal/class/partly_directed.js';
import { greedySearch } from '../../../src/causal/discovery/ges.js';
import { knownArrows, noKnowledge } from '../../../src/causal/discovery/knowledge.js';
import { cachedScore, graphScore } from '../../../src/causal/discovery/scores/cached.js';
import { mixedBic } from '../../../src/causal/discovery/scores/mixed.js';
import { scores } from '../../../src/causal/discovery/scores/registry.js';
import type { LocalScore } from '../../../src/causal/discovery/scores/score.js';
import type { UnitColumn } from '../../../src/causal/estimate/units.js';
import { label, quantity, streamOf } from '../simulate.js';
import { labelColumns, linearColumns, randomParents } from './random_models.js';

function scoreOf(name: string, columns: readonly UnitColumn[]): LocalScore {
  const made = scores.get(name)?.make(columns);
  if (made?.ok !== true) throw new Error(made?.reason ?? name);
  return made.score;
}

const close = (a: number, b: number): void => expect(Math.abs(a - b) / Math.abs(b)).toBeLessThan(1e-12);

describe('local scores by hand', () => {
  // Six rows: x = 0 0 0 1 1 1, y = 0 0 1 1 1 2.
  const columns = [label('x', 2, [0, 0, 0, 1, 1, 1]), label('y', 3, [0, 0, 1, 1, 1, 2])];
  test('BIC of tables', () => {
    const score = scoreOf('bic', columns);
    close(score(0, []), 6 * Math.log(0.5) - Math.log(6) / 2);
    close(score(1, [0]), 2 * (2 * Math.log(2 / 3) + Math.log(1 / 3)) - 2 * Math.log(6));
  });
  test('BDeu', () => {
    const score = scoreOf('bdeu', columns);
    // Beta function: x has three of each with a prior of 1/2 and 1/2.
    const rising = (a: number, n: number): number =>
      Array.from({ length: n }, (_, k) => Math.log(a + k)).reduce((s, v) => s + v, 0);
    close(score(0, []), 2 * rising(1 / 2, 3) - rising(1, 6));
    const row = rising(1 / 6, 2) + rising(1 / 6, 1) - rising(1 / 2, 3);
    close(score(1, [0]), 2 * row);
  });
  test('BIC of normal mechanisms', () => {
    const [x, y] = [
      [1, 2, 3, 4, 6],
      [2, 1, 4, 3, 9],
    ];
    const score = scoreOf('bic', [quantity('x', x!), quantity('y', y!)]);
    const density = (residuals: readonly number[]): number => {
      const variance = residuals.reduce((s, e) => s + e * e, 0) / residuals.length;
      return residuals.reduce((s, e) => s - (Math.log(2 * Math.PI * variance) + (e * e) / variance) / 2, 0);
    };
    const mean = (v: readonly number[]): number => v.reduce((s, e) => s + e, 0) / v.length;
    close(score(0, []), density(x!.map((v) => v - mean(x!))) - Math.log(5));
    const [mx, my] = [mean(x!), mean(y!)];
    const slope =
      x!.reduce((s, v, k) => s + (v - mx) * (y![k]! - my), 0) / x!.reduce((s, v) => s + (v - mx) * (v - mx), 0);
    close(score(1, [0]), density(y!.map((v, k) => v - my - slope * (x![k]! - mx))) - 1.5 * Math.log(5));
  });
  test('tables with more cells than an array has room for', () => {
    // Twelve columns of four labels: 4^12 combinations, of which 200 rows meet 200 at most.
    const wide = labelColumns(randomParents(13, 0.2, 'wide'), 4, 200, 'wide');
    const parents = Array.from({ length: 12 }, (_, k) => k + 1);
    const rows = new Map<string, number[]>();
    for (let r = 0; r < 200; r++) {
      const key = parents.map((p) => wide[p]!.values[r]!).join();
      rows.set(key, [...(rows.get(key) ?? []), wide[0]!.values[r]!]);
    }
    let likelihood = 0;
    for (const list of rows.values())
      for (const v of list) likelihood += Math.log(list.filter((w) => w === v).length / list.length);
    const penalty = (Math.log(200) / 2) * 3 * 4 ** 12;
    close(scoreOf('bic', wide)(0, parents), likelihood - penalty);
    expect(likelihood).toBeLessThanOrEqual(0);
  });
});

describe('labels and quantities together', () => {
  /** A group, a quantity around its mean, a quantity of both, and a label that hangs on the last one. */
  function columnsOf(rows: number, seed: string): readonly UnitColumn[] {
    const noise = streamOf(seed);
    const drawn = Array.from({ length: rows }, () => {
      const group = Math.floor(3 * noise.uniform());
      const x = 1.5 * group + noise.normal();
      const y = x - 2 * group + noise.normal();
      return [group, x, y, y + 0.5 * noise.normal() > 0 ? 1 : 0];
    });
    const at = (k: number): readonly number[] => drawn.map((row) => row[k]!);
    return [label('group', 3, at(0)), quantity('x', at(1)), quantity('y', at(2)), label('high', 2, at(3))];
  }

  test('are the scores of each where there is but one kind', () => {
    const labels = labelColumns(randomParents(4, 0.5, 'pure'), 3, 200, 'pure');
    const quantities = linearColumns(randomParents(4, 0.5, 'pure'), 200, 'pure');
    for (const columns of [labels, quantities])
      for (const parents of [[], [1], [1, 3], [1, 2, 3]]) {
        const [one, other] = [mixedBic(columns)(0, parents), scoreOf('bic', columns)(0, parents)];
        expect(Math.abs(one - other) / Math.abs(other)).toBeLessThan(1e-10);
      }
  });

  test('a quantity is regressed with an intercept for each label', () => {
    const columns = columnsOf(150, 'regressed');
    const [group, x, y] = columns.map(({ values }) => values);
    const within = (values: Float64Array): Float64Array =>
      values.map((v, r) => {
        const those = values.filter((_, k) => group![k] === group![r]);
        return v - those.reduce((sum, w) => sum + w, 0) / those.length;
      });
    const [dx, dy] = [within(x!), within(y!)];
    const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, k) => sum + v * b[k]!, 0);
    const left = (dot(dy, dy) - dot(dx, dy) ** 2 / dot(dx, dx)) / 150;
    // Three intercepts, a slope and a variance.
    const wanted = -75 * (Math.log(2 * Math.PI * left) + 1) - (5 / 2) * Math.log(150);
    close(scoreOf('bic', columns)(2, [0, 1]), wanted);
  });

  test('equivalent graphs have one score, and GES finds the class', () => {
    const columns = columnsOf(4000, 'mixed');
    const score = scoreOf('bic', columns);
    const truth = [new Set<number>(), new Set([0]), new Set([0, 1]), new Set([2])];
    const members = [...directionsOf(classOfParents(truth))];
    expect(members.length).toBeGreaterThan(3);
    for (const member of members) {
      const whole = graphScore(score, truth);
      expect(Math.abs(graphScore(score, member.parents) - whole)).toBeLessThan(1e-9 * Math.abs(whole));
    }
    const known = knownArrows(4, noKnowledge);
    if (!known.ok) throw new Error(known.reason);
    const found = greedySearch({ count: 4, score, ceiling: null, known: known.value, most: null });
    if (!found.ok) throw new Error(found.reason);
    const text = (parents: readonly ReadonlySet<number>[]): readonly string[] => {
      const g = classOfParents(parents);
      return [...arrowsOf(g), ...linesOf(g)].map((pair) => pair.join()).sort();
    };
    expect(text(found.parents)).toEqual(text(truth));
  });
});

describe('equal scores of equivalent graphs', () => {
  const kinds = [
    ['bic', 'labels', (parents: readonly ReadonlySet<number>[], seed: string) => labelColumns(parents, 3, 300, seed)],
    ['bdeu', 'labels', (parents: readonly ReadonlySet<number>[], seed: string) => labelColumns(parents, 3, 300, seed)],
    ['bic', 'quantities', (parents: readonly ReadonlySet<number>[], seed: string) => linearColumns(parents, 300, seed)],
  ] as const;
  test.each(kinds)('%s of %s', (name, _, columnsOf) => {
    let compared = 0;
    for (let k = 0; k < 15; k++) {
      const truth = randomParents(6, 0.5, `equal ${k}`);
      const score = scoreOf(name, columnsOf(truth, `equal ${k}`));
      const whole = graphScore(score, truth);
      for (const member of directionsOf(classOfParents(truth))) {
        const other = graphScore(score, member.parents);
        expect(Math.abs(other - whole)).toBeLessThan(1e-9 * Math.max(1, Math.abs(whole)));
        compared += 1;
      }
      // A graph with one arrow less is in another class, and has another score.
      const from = truth.findIndex((set) => set.size > 0);
      if (from < 0) continue;
      const less = truth.map((set, v) => (v === from ? new Set([...set].slice(1)) : set));
      expect(Math.abs(graphScore(score, less) - whole)).toBeGreaterThan(1e-6);
    }
    expect(compared).toBeGreaterThan(50);
  });
});

test('the score of all arrows does not hang on the order: it is that of the joint distribution', () => {
  const columns = linearColumns(randomParents(5, 0.5, 'joint'), 200, 'joint');
  const score = scoreOf('bic', columns);
  const orders = [
    [0, 1, 2, 3, 4],
    [4, 2, 0, 1, 3],
    [3, 4, 1, 0, 2],
  ];
  const wholes = orders.map((order) =>
    graphScore(
      score,
      columns.map((_, v) => order.slice(0, order.indexOf(v))),
    ),
  );
  for (const whole of wholes) close(whole, wholes[0]!);
});

test.each(['bic', 'bdeu'])('no more parents have a score above the ceiling of %s', (name) => {
  const columns = labelColumns(randomParents(6, 0.5, 'ceiling'), 3, 60, 'ceiling');
  const made = scores.get(name)?.make(columns);
  if (made?.ok !== true || made.ceiling === null) throw new Error(name);
  const sets = Array.from({ length: 32 }, (_, set) => [1, 2, 3, 4, 5].filter((v) => ((set >> (v - 1)) & 1) === 1));
  let close = 0;
  for (const few of sets)
    for (const more of sets.filter((set) => few.every((v) => set.includes(v)))) {
      const room = made.ceiling(0, few) - made.score(0, more);
      expect(room).toBeGreaterThan(0);
      if (room < 60) close += 1;
    }
  expect(close).toBeGreaterThan(0);
});

test('a set of parents is scored once', () => {
  let asked = 0;
  const cached = cachedScore((node, parents) => {
    asked += 1;
    return node + parents.length;
  });
  expect([cached.local(1, [2, 300]), cached.local(1, [2, 300]), cached.local(1, [2]), cached.local(2, [2])]).toEqual([
    3, 3, 2, 3,
  ]);
  expect([asked, cached.asked()]).toEqual([3, 3]);
});

test('columns that a score is not for', () => {
  const mixed = [quantity('height', [1, 2]), label('sex', 2, [0, 1])];
  expect(scores.get('bdeu')?.make(mixed)).toMatchObject({ ok: false, reason: expect.stringContaining('`height`') });
  const fixed = [quantity('height', [1, 2]), quantity('one', [1, 1])];
  expect(scores.get('bic')?.make(fixed)).toMatchObject({ ok: false, reason: expect.stringContaining('`one`') });
});
