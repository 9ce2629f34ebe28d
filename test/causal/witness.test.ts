/** Two models that agree on all that is observed and differ in the effect, for what is not identifiable. */
import { describe, expect, test } from 'vitest';
import { type Hedge, isHedge } from '../../src/causal/identify/hedge.js';
import { type CausalQuery, identify } from '../../src/causal/identify/identify.js';
import { witnessOf } from '../../src/causal/identify/witness_models.js';
import { edgesOf, type IndexedGraph } from '../../src/causal/indexed.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { witnessProgram } from '../../src/report/witness_program.js';
import { memoryHost } from '../check/host.js';
import { graphNamed, graphOf, list, ofKind } from './cases.js';
import { generator, randomGraph } from './discrete_scm.js';
import { expectWitness } from './expect_witness.js';

const queryOf = (c: { readonly [field: string]: unknown }): CausalQuery => ({
  outcome: list(c.outcome),
  action: list(c.do),
  given: list(c.given),
  experiments: [],
});

const unidentifiable = ofKind('identify').filter((c) => c.identifiable === false);

test.each(unidentifiable.map((c) => [c.id, c] as const))('%s', (_, c) => {
  const graph = graphOf(c);
  const witness = witnessOf(graph, queryOf(c));
  if (witness === null) return expect.fail('no witness');
  expectWitness(graph, queryOf(c), witness);
});

test('random graphs: every hedge makes two models', () => {
  const random = generator(61);
  let shown = 0;
  while (shown < 60) {
    const graph = graphNamed(randomGraph(3 + Math.floor(random() * 4), 0.45, 0.3, random));
    const names = graph.nodes.map(({ name }) => name).toSorted(() => random() - 0.5);
    const action = names.splice(0, random() < 0.3 && names.length > 3 ? 2 : 1);
    const outcome = names.splice(0, random() < 0.3 ? 2 : 1);
    const query = { outcome, action, given: [], experiments: [] };
    if (outcome.length === 0 || identify(graph, query).identifiable) continue;
    const witness = witnessOf(graph, query);
    if (witness === null) return expect.fail(JSON.stringify({ edges: edgesOf(graph), query }));
    expectWitness(graph, query, witness);
    shown += 1;
  }
});

test('no models for what is identifiable, nor beside experiments', () => {
  const query = { outcome: ['y'], action: ['x'], given: [], experiments: [] };
  expect(witnessOf(graphNamed('x -> y'), query)).toBeNull();
  expect(witnessOf(graphNamed('x -> y; x <-> y'), { ...query, experiments: ['y'] })).toBeNull();
});

test('as a program, which gives what it says', async () => {
  for (const c of unidentifiable) {
    const witness = witnessOf(graphOf(c), queryOf(c));
    if (witness === null) return expect.fail('no witness');
    const text = witnessProgram(witness);
    const session = openSession({ name: 'w.scm', text }, memoryHost({}), defaultSettings);
    if (!session.ok) return expect.fail(text);
    const asked = (name: string) =>
      session.value.answer(
        { kind: 'named', name },
        { signal: new AbortController().signal, onProgress: () => undefined },
      );
    const [first, second] = [await asked('first'), await asked('second')];
    expect(first.value).toBeCloseTo(witness.effects[0], 12);
    expect(second.value).toBeCloseTo(witness.effects[1], 12);
  }
});

describe('hedges that are changed are none', () => {
  const graph = graphNamed('x -> m -> y; x <-> m; m <-> y; w -> x; w <-> y; y -> v');
  const query = { outcome: ['y'], action: ['x'] };
  const found = identify(graph, { ...query, given: [], experiments: [] });
  const hedge: Hedge = found.identifiable ? { forest: [], inner: [] } : found.hedge;

  test('the one that was found is one', () => expect(isHedge(graph, query, hedge)).toBe(true));

  test.each([
    ['the same set twice', (h: Hedge) => ({ forest: h.inner, inner: h.inner })],
    ['nothing inside', (h: Hedge) => ({ ...h, inner: [] })],
    ['turned round', (h: Hedge) => ({ forest: h.inner, inner: h.forest })],
    ['without what is acted on', (h: Hedge) => ({ ...h, forest: h.forest.filter((v) => v !== 'x') })],
    ['what is acted on inside', (h: Hedge) => ({ ...h, inner: [...h.inner, 'x'] })],
    ['an effect of the outcome beside', (h: Hedge) => ({ ...h, forest: [...h.forest, 'v'] })],
    ['an effect of the outcome inside', (h: Hedge) => ({ forest: [...h.forest, 'v'], inner: ['v'] })],
  ] as const)('%s', (_, change) => expect(isHedge(graph, query, change(hedge))).toBe(false));

  test('in random graphs', () => {
    const random = generator(62);
    let changed = 0;
    while (changed < 150) {
      const other = graphNamed(randomGraph(4 + Math.floor(random() * 3), 0.45, 0.25, random));
      const [x, y, ...rest] = other.nodes.map(({ name }) => name).toSorted(() => random() - 0.5);
      const asked = { outcome: [y!], action: [x!] };
      const answer = identify(other, { ...asked, given: [], experiments: [] });
      if (answer.identifiable) continue;
      const { forest, inner } = answer.hedge;
      expect(isHedge(other, asked, answer.hedge)).toBe(true);
      // Nodes that nothing joins to a component are no part of it; what is acted on stands outside of the inner one.
      const apart = rest.filter((v) => !forest.includes(v) && !joined(other, v, forest));
      for (const v of apart) expect(isHedge(other, asked, { inner, forest: [...forest, v] })).toBe(false);
      expect(isHedge(other, asked, { forest, inner: [...inner, x!] })).toBe(false);
      expect(isHedge(other, asked, { forest: forest.filter((v) => v !== inner[0]), inner })).toBe(false);
      expect(isHedge(other, { ...asked, action: inner }, answer.hedge)).toBe(false);
      changed += 3 + apart.length;
    }
  });
});

const joined = (graph: IndexedGraph, v: string, others: readonly string[]): boolean =>
  edgesOf(graph).some(({ from, to, kind }) => {
    const ends = [graph.nodes[from]!.name, graph.nodes[to]!.name];
    return kind === '<->' && ends.includes(v) && ends.some((end) => others.includes(end));
  });
