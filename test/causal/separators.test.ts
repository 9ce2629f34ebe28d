/** Separating sets, adjustment sets and instruments of random mixed graphs against all subsets. */
import { describe, expect, test } from 'vitest';
import { adjustmentSets, isAdjustmentSet, minimalAdjustmentSets, totalEffect } from '../../src/causal/adjustment.js';
import { frontDoorSets, isFrontDoorSet, minimalFrontDoorSet } from '../../src/causal/frontdoor.js';
import { type IndexedGraph, neighbours } from '../../src/causal/indexed.js';
import { ancestors } from '../../src/causal/reach.js';
import { openPath, separated } from '../../src/causal/separation.js';
import { minimalSeparator, minimalSeparators } from '../../src/causal/separators.js';
import { graphNamed } from './cases.js';
import { generator, randomGraph } from './discrete_scm.js';

/** All subsets of a list. */
function subsets(list: readonly number[]): readonly ReadonlySet<number>[] {
  return Array.from({ length: 2 ** list.length }, (_, mask) => new Set(list.filter((_, k) => (mask >> k) & 1)));
}

const minimalOf = (sets: readonly ReadonlySet<number>[]): readonly ReadonlySet<number>[] =>
  sets.filter((set) => !sets.some((other) => other.size < set.size && [...other].every((v) => set.has(v))));

const texts = (sets: Iterable<ReadonlySet<number>>): readonly string[] =>
  [...sets].map((set) => [...set].sort((a, b) => a - b).join()).sort();

/** Whether some path is open, by walking every path. */
function openByPaths(graph: IndexedGraph, x: number, y: number, z: ReadonlySet<number>): boolean {
  const above = ancestors(graph, z);
  const edges = (v: number): readonly (readonly [number, boolean, boolean])[] => [
    ...[...neighbours(graph.parents, v)].map((w) => [w, true, false] as const),
    ...[...neighbours(graph.children, v)].map((w) => [w, false, true] as const),
    ...[...neighbours(graph.spouses, v)].map((w) => [w, true, true] as const),
  ];
  const walk = (v: number, head: boolean, seen: ReadonlySet<number>): boolean => {
    if (v === y) return true;
    return edges(v).some(([w, headHere, headThere]) => {
      if (seen.has(w)) return false;
      const inner = v !== x;
      const collider = head && headHere;
      if (inner && (collider ? !above.has(v) : z.has(v))) return false;
      return walk(w, headThere, new Set([...seen, w]));
    });
  };
  return walk(x, false, new Set([x]));
}

describe('random mixed graphs', () => {
  const random = generator(3);
  const graphs = Array.from({ length: 120 }, () => {
    const count = 4 + Math.floor(random() * 4);
    const text = randomGraph(count, 0.4, 0.15, random);
    const hidden = random() < 0.4 ? `; ${'abcdefgh'[Math.floor(random() * count)]} [latent]` : '';
    return graphNamed(text + hidden);
  });
  const pairs = (graph: IndexedGraph): readonly [number, number] => {
    const observed = [...graph.nodes.keys()].filter((v) => !graph.nodes[v]!.latent);
    const x = observed[Math.floor(random() * observed.length)]!;
    const rest = observed.filter((v) => v !== x);
    return [x, rest[Math.floor(random() * rest.length)]!];
  };

  test('separation is that of all paths, and the witness is an open one', () => {
    for (const graph of graphs) {
      const [x, y] = pairs(graph);
      const rest = [...graph.nodes.keys()].filter((v) => v !== x && v !== y);
      for (const z of subsets(rest.slice(0, 5))) {
        const open = openByPaths(graph, x, y, z);
        expect(separated(graph, [x], [y], z)).toBe(!open);
        const path = openPath(graph, [x], [y], z);
        expect(path === null).toBe(!open);
        if (path !== null) expect(new Set(path.nodes).size).toBe(path.nodes.length);
      }
    }
  });

  test('minimal separators are those among all subsets', () => {
    let found = 0;
    for (const graph of graphs) {
      const [x, y] = pairs(graph);
      const allowed = [...graph.nodes.keys()].filter((v) => v !== x && v !== y && !graph.nodes[v]!.latent);
      const forced = new Set(allowed.slice(0, random() < 0.3 ? 1 : 0));
      const problem = { x: new Set([x]), y: new Set([y]), forced, allowed: new Set(allowed) };
      const valid = subsets(allowed).filter((z) => [...forced].every((v) => z.has(v)) && separated(graph, [x], [y], z));
      const wanted = texts(minimalOf(valid));
      expect(texts(minimalSeparators(graph, problem))).toEqual(wanted);
      const one = minimalSeparator(graph, problem);
      if (wanted.length === 0) expect(one).toBeNull();
      else expect(wanted).toContain(texts([one ?? new Set()])[0]);
      found += wanted.length;
    }
    expect(found).toBeGreaterThan(40);
  });

  test('adjustment sets and front doors are those among all subsets', () => {
    let fronts = 0;
    for (const graph of graphs) {
      const [x, y] = pairs(graph);
      const observed = [...graph.nodes.keys()].filter((v) => v !== x && v !== y && !graph.nodes[v]!.latent);
      for (const effect of ['total', 'direct'] as const) {
        const question = { ...totalEffect(new Set([x]), new Set([y])), effect };
        const valid = subsets(observed).filter((set) => isAdjustmentSet(graph, question, set).valid);
        expect(texts(adjustmentSets(graph, question))).toEqual(texts(valid));
        expect(texts(minimalAdjustmentSets(graph, question))).toEqual(texts(minimalOf(valid)));
      }
      const question = { x: new Set([x]), y: new Set([y]), must: new Set<number>(), mustNot: new Set<number>() };
      const valid = subsets(observed).filter((set) => isFrontDoorSet(graph, question, set));
      expect(texts(frontDoorSets(graph, question))).toEqual(texts(valid));
      const least = minimalFrontDoorSet(graph, question);
      if (valid.length === 0) expect(least).toBeNull();
      else expect(texts(minimalOf(valid))).toContain(texts([least ?? new Set()])[0]);
      fronts += valid.length;
    }
    expect(fronts).toBeGreaterThan(10);
  });
});
