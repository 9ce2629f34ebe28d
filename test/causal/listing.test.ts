/** Lists of sets, of all subsets and at size. */
import { describe, expect, test } from 'vitest';
import {
  adjustmentSets,
  isAdjustmentSet,
  maximalAdjustmentSet,
  minimalAdjustmentSets,
  totalEffect,
} from '../../src/causal/adjustment.js';
import { frontDoorSets, isFrontDoorSet, minimalFrontDoorSet } from '../../src/causal/frontdoor.js';
import { graphNode } from '../../src/causal/graph.js';
import { type IndexedEdge, indexEdges } from '../../src/causal/indexed.js';
import { instruments } from '../../src/causal/instruments.js';
import { setsFoundBy } from '../../src/causal/listing.js';
import { separated } from '../../src/causal/separation.js';
import { graphNamed } from './cases.js';
import { generator, randomGraph } from './discrete_scm.js';

test('all sets of a family are listed, each once, with few searches between them', () => {
  const random = generator(31);
  for (let round = 0; round < 50; round++) {
    const nodes = [0, 1, 2, 3, 4, 5];
    const family = Array.from({ length: 64 }, (_, mask) => new Set(nodes.filter((v) => (mask >> v) & 1))).filter(
      () => random() < 0.3,
    );
    let searches = 0;
    let most = 0;
    const listed: string[] = [];
    const found = setsFoundBy(nodes, (has, lacks) => {
      searches += 1;
      const fits = family.filter((set) => [...has].every((v) => set.has(v)) && [...lacks].every((v) => !set.has(v)));
      return fits[Math.floor(random() * fits.length)] ?? null;
    });
    for (const set of found) {
      listed.push([...set].sort().join());
      most = Math.max(most, searches);
      searches = 0;
    }
    expect(listed.toSorted()).toEqual(family.map((set) => [...set].sort().join()).toSorted());
    expect(most).toBeLessThanOrEqual(nodes.length + 1);
  }
});

test('to a maximal adjustment set nothing can be added', () => {
  const random = generator(32);
  let compared = 0;
  for (let round = 0; round < 150; round++) {
    const graph = graphNamed(randomGraph(6, 0.35, 0.15, random));
    const question = totalEffect(new Set([0]), new Set([graph.count - 1]));
    const all = [...adjustmentSets(graph, question)];
    const found = maximalAdjustmentSet(graph, question);
    if (found === null) expect(all).toEqual([]);
    else {
      expect(isAdjustmentSet(graph, question, found).valid).toBe(true);
      expect(all.filter((set) => set.size > found.size && [...found].every((v) => set.has(v)))).toEqual([]);
      if (all.length > 1) compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(20);
});

describe('ten thousand nodes', () => {
  const count = 10_000;
  const nodes = Array.from({ length: count }, (_, k) => graphNode(`v${k}`));
  const random = generator(33);
  const base: IndexedEdge[] = [];
  const joined = new Set<number>();
  while (base.length < 1.5 * count) {
    const [from, to] = [Math.floor(random() * count), Math.floor(random() * count)].sort((a, b) => a - b);
    if (from === to || joined.has(from! * count + to!)) continue;
    joined.add(from! * count + to!);
    base.push({ from: from!, to: to!, kind: '->' });
  }
  const [x, m, y] = [count - 3, count - 2, count - 1];
  const inner = base.filter(({ to }) => to < x);
  const first = <T>(sequence: Iterable<T>, most: number): readonly T[] => {
    const items: T[] = [];
    for (const item of sequence) {
      items.push(item);
      if (items.length === most) break;
    }
    return items;
  };

  test('adjustment sets', () => {
    const confounded: IndexedEdge[] = [
      ...inner,
      { from: 17, to: x, kind: '->' },
      { from: 17, to: y, kind: '->' },
      { from: x, to: y, kind: '->' },
    ];
    const graph = indexEdges(nodes, confounded);
    const question = totalEffect(new Set([x]), new Set([y]));
    const sets = first(adjustmentSets(graph, question), 50);
    expect(new Set(sets.map((set) => [...set].join())).size).toBe(50);
    for (const set of sets.slice(0, 3)) expect(isAdjustmentSet(graph, question, set).valid).toBe(true);
    expect(first(minimalAdjustmentSets(graph, question), 5).map((set) => [...set])).toContainEqual([17]);
    expect(maximalAdjustmentSet(graph, question)?.size).toBeGreaterThan(count / 2);
  });

  test('front doors', () => {
    const graph = indexEdges(nodes, [
      ...inner,
      { from: x, to: m, kind: '->' },
      { from: m, to: y, kind: '->' },
      { from: x, to: y, kind: '<->' },
    ]);
    const question = { x: new Set([x]), y: new Set([y]), must: new Set<number>(), mustNot: new Set<number>() };
    expect(minimalFrontDoorSet(graph, question)).toEqual(new Set([m]));
    const sets = first(frontDoorSets(graph, question), 30);
    expect(new Set(sets.map((set) => [...set].join())).size).toBe(30);
    for (const set of sets.slice(0, 3)) expect(isFrontDoorSet(graph, question, set)).toBe(true);
  });

  test('instruments', () => {
    const graph = indexEdges(nodes, [
      ...inner,
      { from: 17, to: x, kind: '->' },
      { from: x, to: y, kind: '->' },
      { from: x, to: y, kind: '<->' },
    ]);
    const found = first(instruments(graph, x, y, 'total'), 20);
    expect(found).toHaveLength(20);
    for (const { instrument, given } of found) expect(separated(graph, [instrument], [x], given)).toBe(false);
  });
});
