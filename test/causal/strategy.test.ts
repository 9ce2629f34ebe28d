/** Arguments with a name: their estimands are the intervention, and their steps are licensed. */
import { describe, expect, test } from 'vitest';
import { applies } from '../../src/causal/identify/do_calculus.js';
import { evaluate } from '../../src/causal/identify/estimand.js';
import { parseEstimand } from '../../src/causal/identify/parse_estimand.js';
import { parseCausalQuery } from '../../src/causal/identify/parse_query.js';
import { identification } from '../../src/causal/identify/strategy.js';
import { estimandText } from '../../src/causal/identify/write_estimand.js';
import { at, graphNamed, list, ofKind } from './cases.js';
import { distributionOf, generator, marginal, randomGraph, randomScm } from './discrete_scm.js';

const query = (x: string, y: string) => ({ outcome: [y], action: [x], given: [], experiments: [] });

describe('the argument a person would name', () => {
  test.each([
    ['x -> y', 'no confounding'],
    ['y -> x', 'no effect'],
    ['z -> x -> y; z -> y', 'backdoor'],
    ['x -> m -> y; x <-> y', 'frontdoor'],
    ['w -> z -> x -> y; w <-> x; w <-> y', 'c-components'],
  ])('%s: %s', (graph, strategy) => {
    const found = identification(graphNamed(graph), query('x', 'y'));
    expect([found.identifiable, found.strategy]).toEqual([true, strategy]);
    expect(found.tree === undefined ? null : estimandText(found.tree)).toBe(found.estimand);
  });

  test('an instrument where nothing identifies', () => {
    const found = identification(graphNamed('z -> x -> y; x <-> y'), query('x', 'y'));
    expect(found.identifiable).toBe(false);
    expect(found.hedge).toContain('{x, y}');
    expect(found.strategy).toContain('z is an instrument');
  });
});

test('estimands as written, in random graphs, are the intervention', () => {
  const random = generator(21);
  const seen = new Map<string, number>();
  for (let k = 0; k < 250; k++) {
    const graph = graphNamed(randomGraph(4 + Math.floor(random() * 2), 0.45, 0.12, random));
    const [x, y] = graph.nodes.map(({ name }) => name).toSorted(() => random() - 0.5);
    const found = identification(graph, query(x!, y!));
    if (!found.identifiable) continue;
    seen.set(found.strategy ?? '', (seen.get(found.strategy ?? '') ?? 0) + 1);
    const estimand = parseEstimand(found.estimand ?? '');
    if (estimand === null) return expect.fail(found.estimand ?? 'no estimand');
    const scm = randomScm(graph, random);
    const distribution = distributionOf(graph, scm);
    const plain = (name: string): string => name.replace(/\*+$/, '');
    for (const [a, b] of [
      [0, 1],
      [1, 1],
    ] as const) {
      const values = new Map([
        [x!, a],
        [y!, b],
      ]);
      const joint = scm.joint(new Map([[graph.indexOf.get(x!)!, a]]));
      const truth = marginal(joint, new Map([[graph.indexOf.get(y!)!, b]]));
      const value = evaluate(
        estimand,
        values,
        () => 2,
        (of, given, action, bound) =>
          distribution(
            of.map(plain),
            given.map(plain),
            action.map(plain),
            new Map([...of, ...given, ...action].map((name) => [plain(name), bound.get(name) ?? 0])),
          ),
      );
      expect(Math.abs(value - truth)).toBeLessThan(1e-9);
    }
  }
  for (const strategy of ['no effect', 'no confounding', 'backdoor', 'c-components'])
    expect(seen.get(strategy) ?? 0, strategy).toBeGreaterThan(1);
});

test.each(ofKind('do_calculus_rule').map((c) => [c.id, c] as const))('rule of the do-calculus: %s', (_, c) => {
  const graph = graphNamed(String(c.graph));
  const rule = Number(c.rule);
  if (rule !== 1 && rule !== 2 && rule !== 3) return expect.fail('no rule');
  const names = { y: list(c.y), z: list(c.z), x: list(c.x), w: list(c.w) };
  at(graph, names.y);
  expect(applies(graph, { rule, ...names }) !== null).toBe(c.applies);
});

test('questions as text', () => {
  expect(parseCausalQuery('P(y | do(x), z)')).toEqual({ outcome: ['y'], action: ['x'], given: ['z'], experiments: [] });
  expect(parseCausalQuery('P(y, event.depth | do(x, w[3]))')).toEqual({
    outcome: ['y', 'event.depth'],
    action: ['x', 'w[3]'],
    given: [],
    experiments: [],
  });
  for (const bad of ['y', 'P()', 'P(y |)', 'P(do(x))', 'P(y | do())', 'P(y | x z)', 'P(y | do(x)) + 1'])
    expect(parseCausalQuery(bad), bad).toBeNull();
});
