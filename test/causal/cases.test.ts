import { describe, expect, test } from 'vitest';
import { acyclification } from '../../src/causal/acyclification.js';
import {
  adjustmentSets,
  isAdjustmentSet,
  maximalAdjustmentSet,
  minimalAdjustmentSets,
  optimalAdjustmentSet,
  optimalMinimalAdjustmentSet,
  totalEffect,
} from '../../src/causal/adjustment.js';
import { maximalAncestralGraph } from '../../src/causal/ancestral.js';
import { classSize, cpdagOf } from '../../src/causal/equivalence.js';
import { frontDoorSets, greatestFrontDoorSet, isFrontDoorSet } from '../../src/causal/frontdoor.js';
import { isHedge } from '../../src/causal/identify/hedge.js';
import { identify } from '../../src/causal/identify/identify.js';
import { basisOfImplications } from '../../src/causal/implications.js';
import { edgesOf, indexEdges, namedGraph, namesOf, withEdges } from '../../src/causal/indexed.js';
import { instruments } from '../../src/causal/instruments.js';
import { descendants } from '../../src/causal/reach.js';
import { openPath, separated } from '../../src/causal/separation.js';
import { latentProjection, markovBlanket, topologicalOrder } from '../../src/causal/structure.js';
import { vanishingTetrads } from '../../src/causal/tetrads.js';
import { at, type Case, graphNamed, graphOf, list, lists, ofKind, sorted } from './cases.js';
import { generator, randomGraph } from './discrete_scm.js';

const named = (graph: ReturnType<typeof graphOf>, sets: Iterable<ReadonlySet<number>>) =>
  sorted([...sets].map((set) => namesOf(graph, set)));

describe('separation', () => {
  test.each(ofKind('dsep').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const [x, y, z] = [at(graph, list(c.x)), at(graph, list(c.y)), at(graph, list(c.given))];
    expect(separated(graph, x, y, z)).toBe(c.separated);
    expect(openPath(graph, x, y, z) === null).toBe(c.separated);
  });

  test.each(ofKind('sigma_separation').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const [x, y, z] = [at(graph, list(c.x)), at(graph, list(c.y)), at(graph, list(c.given))];
    expect(separated(graph, x, y, z)).toBe(c.d_separated);
    expect(separated(acyclification(graph).graph, x, y, z)).toBe(c.sigma_separated);
  });

  test.each(ofKind('do_calculus_rule').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const [x, y, z, w] = [c.x, c.y, c.z, c.w].map((names) => at(graph, list(names)));
    expect(ruleApplies(Number(c.rule), graph, y!, z!, x!, w!)).toBe(c.applies);
  });
});

describe('adjustment', () => {
  const questionOf = (c: Case, graph: ReturnType<typeof graphOf>) => {
    const [x, y] = [at(graph, list(c.exposure)), at(graph, list(c.outcome))];
    const mustNot = c.criterion === 'backdoor' ? descendants(graph, x) : new Set<number>();
    const effect = c.effect === 'direct' ? ('direct' as const) : ('total' as const);
    return { ...totalEffect(x, y), effect, must: at(graph, list(c.must)), mustNot };
  };

  test.each(ofKind('adjustment').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const question = questionOf(c, graph);
    if ('minimal' in c)
      expect(named(graph, minimalAdjustmentSets(graph, question))).toEqual(sorted(lists(c.minimal) ?? []));
    if ('all' in c) expect(named(graph, adjustmentSets(graph, question))).toEqual(sorted(lists(c.all) ?? []));
    if ('n_all' in c) expect([...adjustmentSets(graph, question)].length).toBe(c.n_all);
    if ('maximal' in c) {
      const greatest = maximalAdjustmentSet(graph, question);
      expect(greatest === null ? [] : named(graph, [greatest])).toEqual(sorted(lists(c.maximal) ?? []));
    }
    for (const biased of lists(c.biased) ?? [])
      expect(isAdjustmentSet(graph, question, at(graph, biased)).valid).toBe(false);
    for (const [field, effect] of [
      ['check', question.effect],
      ['direct_check', 'direct'],
    ] as const)
      for (const checked of Array.isArray(c[field]) ? c[field] : []) {
        const [set, valid] = Array.isArray(checked) ? checked : [];
        expect(isAdjustmentSet(graph, { ...question, effect }, at(graph, list(set))).valid).toBe(valid);
      }
  });

  test.each(ofKind('adjustment_under_selection').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const question = { ...questionOf(c, graph), selected: at(graph, list(c.selected)) };
    expect(isAdjustmentSet(graph, question, at(graph, list(c.adjust))).valid).toBe(c.valid);
  });

  test.each(ofKind('optimal_adjustment').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const question = { ...questionOf(c, graph), must: at(graph, list(c.conditional)) };
    const [whole, minimal] = [optimalAdjustmentSet(graph, question), optimalMinimalAdjustmentSet(graph, question)];
    if (c.textbook_O_set_observed === true) expect(named(graph, [whole ?? new Set()])).toEqual(sorted([list(c.o_set)]));
    expect(named(graph, [minimal ?? new Set()])).toEqual(sorted([list(c.o_minimal)]));
  });
});

test.each(ofKind('frontdoor').map((c) => [c.id, c] as const))('front doors: %s', (_, c) => {
  const graph = graphOf(c);
  const [x, y] = [at(graph, list(c.exposure)), at(graph, list(c.outcome))];
  const question = { x, y, must: new Set<number>(), mustNot: new Set<number>() };
  expect(named(graph, frontDoorSets(graph, question))).toEqual(sorted(lists(c.all_observed_frontdoor_sets) ?? []));
  for (const set of lists(c.valid) ?? []) expect(isFrontDoorSet(graph, question, at(graph, set))).toBe(true);
  const hidden = (set: readonly string[]) => set.some((name) => graph.nodes[graph.indexOf.get(name) ?? 0]!.latent);
  for (const set of lists(c.invalid) ?? [])
    expect(!hidden(set) && isFrontDoorSet(graph, question, at(graph, set))).toBe(false);
  if ('maximum' in c) {
    const greatest = greatestFrontDoorSet(graph, question);
    expect(greatest === null ? null : namesOf(graph, greatest)).toEqual(c.maximum);
  }
});

test.each(ofKind('instruments').map((c) => [c.id, c] as const))('instruments: %s', (_, c) => {
  const graph = graphOf(c);
  const [x, y] = [...at(graph, [String(c.exposure), String(c.outcome)])];
  const found = [...instruments(graph, x!, y!, c.effect === 'total' ? 'total' : 'direct')].map(
    ({ instrument, given }) => `${namesOf(graph, [instrument])} | ${namesOf(graph, given).toSorted().join(' ')}`,
  );
  const wanted = c.all_minimal_conditional_instruments;
  const texts = (Array.isArray(wanted) ? wanted : []).map(
    ({ z, given }: { z: string; given: readonly string[] }) => `${z} | ${[...given].sort().join(' ')}`,
  );
  expect(found.sort()).toEqual(texts.sort());
});

describe('structure', () => {
  test.each(ofKind('testable_implications').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const found = [...basisOfImplications(graph)].map(({ x, y, given }) => ({
      x: graph.nodes[x]!.name,
      y: graph.nodes[y]!.name,
      given: [...namesOf(graph, given)].sort(),
    }));
    const wanted = Array.isArray(c.minimal) ? c.minimal : [];
    const ends = (i: { x: string; y: string; given: readonly string[] }) => [[i.x, i.y].sort(), i.given];
    expect(found.map(ends)).toEqual(wanted.map(ends));
  });

  test.each(ofKind('latent_projection').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const projected = namedGraph(latentProjection(graph, at(graph, list(c.latents))));
    const text = ({ edges }: typeof projected) =>
      edges.map(({ from, to, kind }) => (kind === '->' ? [from, to] : [from, to].sort()).join(kind)).sort();
    expect(text(projected)).toEqual(text(namedGraph(graphNamed(String(c.result)))));
  });

  test.each(ofKind('markov_blanket').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    for (const [of, blanket] of Array.isArray(c.cases) ? c.cases : [])
      expect([...namesOf(graph, markovBlanket(graph, at(graph, list(of))))].sort()).toEqual(list(blanket));
  });
});

describe('equivalence', () => {
  test.each(ofKind('cpdag').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const { directed, undirected } = cpdagOf(graph);
    const name = (pairs: readonly (readonly [number, number])[]) =>
      pairs.map((p) => p.map((v) => graph.nodes[v]!.name));
    expect(sorted(name(directed))).toEqual(sorted(lists(c.directed) ?? []));
    expect(sorted(name(undirected))).toEqual(sorted(lists(c.undirected) ?? []));
  });

  test.each(ofKind('equivalence_class_size').map((c) => [c.id, c] as const))('%s', (_, c) => {
    expect(classSize(cpdagOf(graphOf(c)))).toBe(c.size);
  });

  test.each(ofKind('mag').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const text = ({ edges }: ReturnType<typeof namedGraph>) =>
      edges.map(({ from, to, kind }) => (kind === '->' ? [from, to] : [from, to].sort()).join(kind)).sort();
    expect(text(namedGraph(maximalAncestralGraph(graphOf(c))))).toEqual(text(namedGraph(graphNamed(String(c.result)))));
  });

  test.each(ofKind('vanishing_tetrads').map((c) => [c.id, c] as const))('%s', (_, c) => {
    expect([...vanishingTetrads(graphOf(c))].length).toBe(c.count);
  });

  test('class sizes are those of all orientations of small graphs', () => {
    const random = generator(31);
    for (let k = 0; k < 40; k++) {
      const graph = graphNamed(randomGraph(5, 0.6, 0, random));
      const cpdag = cpdagOf(graph);
      const edges = edgesOf(graph);
      let size = 0;
      for (let mask = 0; mask < 2 ** edges.length; mask++) {
        const turned = edges.map((e, i) => ((mask >> i) & 1 ? { ...e, from: e.to, to: e.from } : e));
        const other = indexEdges(graph.nodes, turned);
        if (topologicalOrder(other) === null) continue;
        const its = cpdagOf(other);
        if (JSON.stringify(its) === JSON.stringify(cpdag)) size += 1;
      }
      expect(classSize(cpdag)).toBe(size);
    }
  });
});

describe('identification', () => {
  test.each([...ofKind('identify'), ...ofKind('z_identify')].map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const query = {
      outcome: list(c.outcome),
      action: list(c.do),
      given: list(c.given),
      experiments: list(c.experiments_on),
    };
    const found = identify(graph, query);
    expect(found.identifiable).toBe(c.identifiable);
    if (!found.identifiable && query.given.length === 0 && query.experiments.length === 0)
      expect(isHedge(graph, query, found.hedge)).toBe(true);
  });
});

/** The rules of the do-calculus (Pearl, Causality, 2009, theorem 3.4.1), by surgery and separation alone. */
function ruleApplies(
  rule: number,
  graph: ReturnType<typeof graphOf>,
  y: ReadonlySet<number>,
  z: ReadonlySet<number>,
  x: ReadonlySet<number>,
  w: ReadonlySet<number>,
): boolean {
  const cut = (into: ReadonlySet<number>, outOf: ReadonlySet<number>) =>
    withEdges(graph, ({ from, to, kind }) =>
      kind === '<->' ? !into.has(from) && !into.has(to) : !into.has(to) && !outOf.has(from),
    );
  const given = [...x, ...w];
  if (rule === 1) return separated(cut(x, new Set()), y, z, given);
  if (rule === 2) return separated(cut(x, z), y, z, given);
  const below = cut(x, new Set());
  const free = new Set([...z].filter((v) => ![...w].some((node) => descendants(below, [v]).has(node))));
  return separated(cut(new Set([...x, ...free]), new Set()), y, z, given);
}
