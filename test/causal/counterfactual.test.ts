/** Counterfactual identification against models whose exogenous states are all listed. */
import { describe, expect, test } from 'vitest';
import { identificationAcrossWorlds } from '../../src/causal/identify/across_worlds.js';
import {
  type CounterfactualEvent,
  type CounterfactualTerm,
  identifyCounterfactual,
} from '../../src/causal/identify/counterfactual.js';
import { evaluate } from '../../src/causal/identify/estimand.js';
import { parseCounterfactual } from '../../src/causal/identify/parse_counterfactual.js';
import { parseEstimand } from '../../src/causal/identify/parse_estimand.js';
import { estimandText } from '../../src/causal/identify/write_estimand.js';
import { edgesOf, type IndexedGraph, neighbours } from '../../src/causal/indexed.js';
import { topologicalOrder } from '../../src/causal/structure.js';
import { type Case, graphNamed, graphOf, ofKind } from './cases.js';
import { generator, randomGraph } from './discrete_scm.js';

/** Binary nodes as functions of parents, common causes and a noise of three values; all exogenous states with their probabilities. */
function functionalScm(graph: IndexedGraph, random: () => number) {
  const common = edgesOf(graph).filter(({ kind }) => kind === '<->');
  const order = topologicalOrder(graph) ?? [];
  const levels = [...common.map(() => 2), ...order.map(() => 3)];
  const chances = levels.map((n) => {
    const weights = Array.from({ length: n }, () => 0.2 + random());
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((w) => w / total);
  });
  const mechanisms = order.map((v, k) => {
    const parents = [...neighbours(graph.parents, v)];
    const hidden = common.flatMap(({ from, to }, i) => (from === v || to === v ? [i] : []));
    // One level of the noise makes it 0 and one 1 whatever the causes are, so that everything is possible.
    const rows = 2 ** (parents.length + hidden.length);
    const table = Array.from({ length: 3 * rows }, (_, row) =>
      row < rows ? 0 : row < 2 * rows || random() < 0.5 ? 1 : 0,
    );
    return { v, parents, hidden, table, noise: common.length + k };
  });
  const run = (state: readonly number[], action: ReadonlyMap<number, number>): readonly number[] => {
    const values: number[] = new Array(graph.count).fill(0);
    for (const { v, parents, hidden, table, noise } of mechanisms) {
      let row = state[noise]!;
      for (const p of parents) row = 2 * row + values[p]!;
      for (const h of hidden) row = 2 * row + state[h]!;
      values[v] = action.get(v) ?? table[row]!;
    }
    return values;
  };
  const states: { readonly state: readonly number[]; readonly p: number }[] = [];
  const list = (k: number, state: readonly number[], p: number): void => {
    if (k === levels.length) states.push({ state, p });
    else for (let u = 0; u < levels[k]!; u++) list(k + 1, [...state, u], p * chances[k]![u]!);
  };
  list(0, [], 1);
  const actionOf = (action: Readonly<Record<string, number>>): ReadonlyMap<number, number> =>
    new Map(Object.entries(action).map(([name, value]) => [graph.indexOf.get(name)!, value]));
  const valueIn = (state: readonly number[], { variable, action, nested = {} }: CounterfactualTerm): number => {
    const from = Object.entries(nested).map(
      ([name, term]) => [graph.indexOf.get(name)!, valueIn(state, term)] as const,
    );
    return run(state, new Map([...actionOf(action), ...from]))[graph.indexOf.get(variable)!]!;
  };
  /** The probability that all events happen together. */
  const probability = (events: readonly CounterfactualEvent[]): number =>
    states.reduce((sum, { state, p }) => {
      const all = events.every((e) => valueIn(state, e) === e.value);
      return all ? sum + p : sum;
    }, 0);
  return { probability };
}

const plain = (name: string): string => name.replace(/['*]+$/, '');

/** The greatest difference between estimand and truth in some models; null where the counterfactual is not identified. */
function errorOf(
  graph: IndexedGraph,
  events: readonly CounterfactualEvent[],
  evidence: readonly CounterfactualEvent[],
  data: 'interventions' | 'observations',
  random: () => number,
  models: number,
): number | null {
  const found = identifyCounterfactual(graph, events, evidence, data);
  if (found.kind === 'unidentifiable' || found.kind === 'impossible') return null;
  let worst = 0;
  for (let k = 0; k < models; k++) {
    const scm = functionalScm(graph, random);
    const below = scm.probability(evidence);
    if (below === 0) continue;
    const truth = scm.probability([...events, ...evidence]) / below;
    if (found.kind === 'constant') {
      worst = Math.max(worst, Math.abs(truth - found.value));
      continue;
    }
    const values = new Map(
      [...found.symbols].flatMap(([name, { value }]) => (value === null ? [] : [[name, value] as const])),
    );
    const known = new Map<string, number>();
    const value = evaluate(
      found.estimand,
      values,
      () => 2,
      (of, given, action, bound) => {
        const pick = (names: readonly string[]) => names.map((name) => [plain(name), bound.get(name) ?? 0] as const);
        const acted = Object.fromEntries(pick(action));
        const event = ([variable, v]: readonly [string, number]) => ({ variable, value: v, action: acted });
        const ask = (names: readonly string[]): number => {
          const events = pick(names).map(event);
          const key = JSON.stringify(events);
          const before = known.get(key) ?? scm.probability(events);
          known.set(key, before);
          return before;
        };
        const under = ask(given);
        return under === 0 ? 0 : ask([...of, ...given]) / under;
      },
    );
    if (Number.isFinite(value)) worst = Math.max(worst, Math.abs(truth - value));
  }
  return worst;
}

const eventsIn = (value: unknown): readonly CounterfactualEvent[] =>
  (Array.isArray(value) ? value : []).map(({ var: variable, val, do: action }) => ({ variable, value: val, action }));

describe('cases', () => {
  test.each(ofKind('counterfactual').map((c): [string, Case] => [c.id, c]))('%s', (_, c) => {
    const graph = graphOf(c);
    const data = c.data === 'observations' ? 'observations' : 'interventions';
    const [events, evidence] = [eventsIn(c.gamma), eventsIn(c.delta)];
    const found = identifyCounterfactual(graph, events, evidence, data);
    if (c.identifiable === null) expect(found.kind).toBe('impossible');
    else expect(found.kind === 'identified' || found.kind === 'constant').toBe(c.identifiable);
    if (typeof c.constant === 'number') expect(found).toEqual({ kind: 'constant', value: c.constant });
    if (c.identifiable === true) expect(errorOf(graph, events, evidence, data, generator(3), 20)).toBeLessThan(1e-9);
  });
});

test('random counterfactuals of random graphs', () => {
  const random = generator(17);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let identified = 0;
  let refused = 0;
  for (let k = 0; k < 150; k++) {
    const graph = graphNamed(randomGraph(3 + Math.floor(random() * 2), 0.5, 0.2, random));
    const names = graph.nodes.map(({ name }) => name);
    const event = (): CounterfactualEvent => ({
      variable: pick(names),
      value: random() < 0.5 ? 0 : 1,
      action: random() < 0.5 ? {} : { [pick(names)]: random() < 0.5 ? 0 : 1 },
    });
    const events = Array.from({ length: 1 + Math.floor(random() * 2) }, event);
    const evidence = Array.from({ length: Math.floor(random() * 3) }, event);
    const data = random() < 0.7 ? ('interventions' as const) : ('observations' as const);
    const error = errorOf(graph, events, evidence, data, random, 4);
    if (error === null) refused += 1;
    else {
      identified += 1;
      expect(error, JSON.stringify({ edges: edgesOf(graph), names, events, evidence, data })).toBeLessThan(1e-9);
    }
  }
  expect(identified).toBeGreaterThan(40);
  expect(refused).toBeGreaterThan(20);
});

test('random questions with a node as it is in another world', () => {
  const random = generator(19);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const bit = (): number => (random() < 0.5 ? 0 : 1);
  let identified = 0;
  for (let k = 0; k < 120; k++) {
    const graph = graphNamed(randomGraph(4, 0.6, 0.1, random));
    const names = graph.nodes.map(({ name }) => name).toSorted(() => random() - 0.5);
    const [x, m, y] = names;
    const nested = { [m!]: { variable: m!, action: { [x!]: bit() } } };
    const events = [{ variable: y!, value: bit(), action: { [x!]: bit() }, nested }];
    const evidence = random() < 0.4 ? [{ variable: pick(names), value: bit(), action: {} }] : [];
    const data = random() < 0.5 ? ('interventions' as const) : ('observations' as const);
    const error = errorOf(graph, events, evidence, data, random, 3);
    if (error === null) continue;
    identified += 1;
    expect(error, JSON.stringify({ edges: edgesOf(graph), names, events, evidence, data })).toBeLessThan(1e-9);
  }
  expect(identified).toBeGreaterThan(40);
});

describe('questions as text', () => {
  const mediated = 'x -> m -> y; x -> y';
  const ask = (graph: string, text: string, experiments: readonly string[] = []) => {
    const question = parseCounterfactual(text);
    if (question === null) throw new Error(text);
    return identificationAcrossWorlds(graphNamed(graph), question, experiments);
  };
  test.each([
    ['x -> y', 'P(y[do(x = 1)] | x = 0)', 'P(y | x=1)'],
    [mediated, 'P(y[do(x = 1, m = m[do(x = 0)])])', 'sum{m} P(m | x=0) P(y | x=1, m)'],
    [mediated, 'P(y | m = 1, do(x))', 'P(y | x, m=1)'],
    ['x -> m -> y; x <-> y', 'P(y[do(x = 1)])', 'sum{m} P(m | x=1) sum{x} P(y | x, m) P(x)'],
    ['x; y', 'P(y[do(x = 1)] and not y[do(x = 0)])', '0'],
    ['z -> x -> y; z -> y', 'P(y[do(x = 1)] | x = 0)', null],
  ])('%s: %s', (graph, text, estimand) => {
    const found = ask(graph, text);
    if (!found.ok) return expect.fail(found.message);
    expect(found.value.identifiable).toBe(true);
    if (estimand !== null) expect(found.value.estimand).toBe(estimand);
    const back = parseEstimand(found.value.estimand ?? '');
    if (estimand !== '0') expect(back === null ? null : estimandText(back)).toBe(found.value.estimand);
  });

  test.each([
    ['x -> y', 'P(y[do(x = 1)], y[do(x = 0)])', '{y}: what is asked for'],
    ['x -> y', 'P(y[do(x = 1)] and not y[do(x = 0)])', '{y}: what is asked for'],
    ['x -> y; x <-> y', 'P(y[do(x = 1)] | x = 0)', 'at once'],
    ['x -> m -> y; x -> y; m <-> y', 'P(y[do(x = 1, m = m[do(x = 0)])])', '{m, y}'],
    ['x -> y; x <-> y', 'P(y[do(x = 1)])', 'hidden common causes'],
  ])('no data tell %s: %s', (graph, text, hedge) => {
    const found = ask(graph, text);
    if (!found.ok) return expect.fail(found.message);
    expect(found.value.identifiable).toBe(false);
    expect(found.value.hedge).toContain(hedge);
  });

  test('an experiment tells what observation does not', () => {
    const found = ask('x -> y; x <-> y', 'P(y[do(x = 1)])', ['x']);
    expect(found.ok && found.value.estimand).toBe('P_{x=1}(y)');
  });

  test.each([
    ['P(y[do(x)] | x = 0)', 'with a value and there without'],
    ['P(y[do(x = 1)] = 1 | y = 1, y = 0)', 'never happens'],
  ])('%s', (text, message) => {
    const found = ask('x -> y', text);
    expect(found.ok ? '' : found.message).toContain(message);
  });

  test('what is no question', () => {
    for (const bad of [
      'y[do(x = 1)]',
      'P(y[do(x = 1])',
      'P(y[do()])',
      'P(y[do(x = 1)] |)',
      'P(y[do(x = 1)] or y)',
      'P(| y)',
      'P(y[do(x = 1)] = )',
    ])
      expect(parseCounterfactual(bad), bad).toBeNull();
  });
});
