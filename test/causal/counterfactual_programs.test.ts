/** The counterfactual cases asked of programs: answers against estimands, warnings against identification, bounds against other mechanisms. */
import { describe, expect, test } from 'vitest';
import { type CounterfactualEvent, identifyCounterfactual } from '../../src/causal/identify/counterfactual.js';
import { evaluate } from '../../src/causal/identify/estimand.js';
import { edgesOf, type IndexedGraph } from '../../src/causal/indexed.js';
import type { Answer } from '../../src/report/answer.js';
import { ask } from '../models/programs.js';
import { type Case, graphNamed, graphOf, ofKind } from './cases.js';
import { distributionOf, generator, randomGraph, randomScm } from './discrete_scm.js';
import { programOf } from './scm_program.js';

const truth = (value: number): string => (value === 1 ? 'true' : 'false');

function eventText({ variable, value, action }: CounterfactualEvent): string {
  const acts = Object.entries(action).map(([name, to]) => `${name} = ${truth(to)}`);
  return `${variable}${acts.length === 0 ? '' : `[do(${acts.join(', ')})]`} == ${truth(value)}`;
}

const questionOf = (events: readonly CounterfactualEvent[], evidence: readonly CounterfactualEvent[]): string =>
  `P(${events.map(eventText).join(' and ')}${evidence.length === 0 ? '' : ` | ${evidence.map(eventText).join(', ')}`})`;

const plain = (name: string): string => name.replace(/['*]+$/, '');
const warned = ({ warnings }: Answer): boolean => warnings.some(({ code }) => code === 'W0604');

/** The graph with a node for each common cause: what the tables of the program speak of. */
function explicit(graph: IndexedGraph): IndexedGraph {
  const name = (v: number): string => graph.nodes[v]!.name;
  const common = edgesOf(graph).filter(({ kind }) => kind === '<->');
  const direct = edgesOf(graph).filter(({ kind }) => kind === '->');
  return graphNamed(
    [
      ...graph.nodes.map((node) => node.name),
      ...direct.map(({ from, to }) => `${name(from)} -> ${name(to)}`),
      ...common.flatMap(({ from, to }, k) => [`u${k} -> ${name(from)}`, `u${k} -> ${name(to)}`]),
    ].join('; '),
  );
}

/** Whether a question is known from experiments on all nodes, latent ones too, once its answer, its bounds and its warning have been held against that. */
async function examine(
  graph: IndexedGraph,
  events: readonly CounterfactualEvent[],
  evidence: readonly CounterfactualEvent[],
  seed: number,
): Promise<'identified' | 'open' | 'impossible'> {
  const found = identifyCounterfactual(graph, events, evidence, 'interventions');
  const answer = await ask(`${programOf(graph, generator(seed))}\nquery q = ${questionOf(events, evidence)}`);
  if (found.kind === 'impossible') {
    expect(answer.error).not.toBeNull();
    return 'impossible';
  }
  // A constant may stand over evidence that never holds.
  if (answer.error?.code === 'E0610') return 'impossible';
  if (answer.error !== null) throw new Error(`${answer.error.code} ${answer.error.message}`);
  const value = Number(answer.value);
  const open = identifyCounterfactual(explicit(graph), events, evidence, 'interventions').kind === 'unidentifiable';
  expect(warned(answer)).toBe(open);
  const { bounds } = answer;
  if (open) {
    expect(bounds!.high - bounds!.low).toBeGreaterThan(1e-6);
    expect(value).toBeGreaterThan(bounds!.low - 1e-9);
    expect(value).toBeLessThan(bounds!.high + 1e-9);
    return 'open';
  }
  expect(bounds).toBeUndefined();
  if (found.kind === 'unidentifiable') return 'identified';
  if (found.kind === 'constant') expect(value).toBeCloseTo(found.value, 12);
  else {
    const distribution = distributionOf(graph, randomScm(graph, generator(seed)));
    const known = new Map(
      [...found.symbols].flatMap(([name, symbol]) => (symbol.value === null ? [] : [[name, symbol.value] as const])),
    );
    const expected = evaluate(
      found.estimand,
      known,
      () => 2,
      (of, given, action, values) => {
        const bare = new Map([...values].map(([name, to]) => [name, to] as const));
        // Primes tell values of one variable apart; in one probability there is one of each.
        const map = new Map([...of, ...given, ...action].map((name) => [plain(name), bare.get(name) ?? 0] as const));
        return distribution(of.map(plain), given.map(plain), action.map(plain), map);
      },
    );
    expect(value).toBeCloseTo(expected, 9);
  }
  return 'identified';
}

const eventsIn = (value: unknown): readonly CounterfactualEvent[] =>
  (Array.isArray(value) ? value : []).map(({ var: variable, val, do: action }) => ({ variable, value: val, action }));

describe('cases', () => {
  test.each(ofKind('counterfactual').map((c): [string, Case] => [c.id, c]))('%s', async (_, c) => {
    const graph = graphOf(c);
    const [events, evidence] = [eventsIn(c.gamma), eventsIn(c.delta)];
    const found = await examine(graph, events, evidence, 7);
    if (c.data === 'interventions' && c.identifiable !== null && c.constant === null)
      expect(found === 'identified' || c.identifiable === false).toBe(true);
  });
});

test('random counterfactuals of random programs', async () => {
  const random = generator(29);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const bit = (): number => (random() < 0.5 ? 0 : 1);
  const counts = { identified: 0, open: 0, impossible: 0 };
  for (let k = 0; k < 70; k++) {
    const graph = graphNamed(randomGraph(3 + Math.floor(random() * 2), 0.5, 0.15, random));
    const names = graph.nodes.map(({ name }) => name);
    const event = (): CounterfactualEvent => ({
      variable: pick(names),
      value: bit(),
      action: random() < 0.3 ? {} : { [pick(names)]: bit() },
    });
    const first = event();
    // One node in two worlds, or whatever comes.
    const events = random() < 0.5 ? [first, { ...event(), variable: first.variable }] : [first];
    const evidence = Array.from({ length: random() < 0.6 ? 1 : 0 }, event);
    counts[await examine(graph, events, evidence, 100 + k)] += 1;
  }
  expect(counts.identified).toBeGreaterThan(20);
  expect(counts.open).toBeGreaterThan(5);
});
