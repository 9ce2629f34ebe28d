/** Estimands against simulated interventions in random models. */
import { describe, expect, test } from 'vitest';
import { type Estimand, evaluate } from '../../src/causal/identify/estimand.js';
import { identify } from '../../src/causal/identify/identify.js';
import { parseEstimand } from '../../src/causal/identify/parse_estimand.js';
import { estimandText } from '../../src/causal/identify/write_estimand.js';
import { graphNamed, graphOf, list, ofKind } from './cases.js';
import { distributionOf, generator, randomGraph, randomScm } from './discrete_scm.js';
import { checkRandomGraphs, greatestError } from './oracle.js';

describe('identifiable cases: the estimand is the intervention', () => {
  const identifiable = [...ofKind('identify'), ...ofKind('z_identify')].filter((c) => c.identifiable === true);
  test.each(identifiable.map((c) => [c.id, c] as const))('%s', (_, c) => {
    const query = {
      outcome: list(c.outcome),
      action: list(c.do),
      given: list(c.given),
      experiments: list(c.experiments_on),
    };
    expect(greatestError(graphOf(c), query, 20, generator(7))).toBeLessThan(1e-9);
  });
});

test('random mixed graphs: an estimand is right, a hedge forbids', () => {
  const { identifiable, refused, unshown } = checkRandomGraphs(120, 6, generator(11));
  expect(identifiable).toBeGreaterThan(40);
  expect(refused).toBeGreaterThan(10);
  expect(unshown).toBe(0);
});

test('names that begin like a word of estimands', () => {
  const text = 'sum{summer} P_{Price}(P | summer, Price) P(summer)';
  const back = parseEstimand(text);
  expect(back === null ? null : estimandText(back)).toBe(text);
});

test('experiments on some nodes, in random graphs', () => {
  const random = generator(12);
  let helped = 0;
  for (let k = 0; k < 400; k++) {
    const graph = graphNamed(randomGraph(5, 0.4, 0.3, random));
    const [y, x, w, ...others] = graph.nodes.map(({ name }) => name).sort(() => random() - 0.5);
    const alone = { outcome: [y!], action: [x!], given: random() < 0.3 ? [w!] : [], experiments: [] };
    const query = { ...alone, experiments: [w!, ...others, ...(random() < 0.3 ? [x!] : [])] };
    if (identify(graph, alone).identifiable || !identify(graph, query).identifiable) continue;
    helped += 1;
    expect(greatestError(graph, query, 1, random)).toBeLessThan(1e-9);
  }
  expect(helped).toBeGreaterThan(10);
});

test('an estimand is read back as it was written', () => {
  const random = generator(5);
  let read = 0;
  const expectReadBack = (estimand: Estimand): void => {
    const text = estimandText(estimand);
    const back = parseEstimand(text);
    expect(back === null ? null : estimandText(back)).toBe(text);
    read += 1;
  };
  for (const c of ofKind('identify')) {
    const query = { outcome: list(c.outcome), action: list(c.do), given: list(c.given), experiments: [] };
    const found = identify(graphOf(c), query);
    if (found.identifiable) expectReadBack(found.estimand);
  }
  for (let k = 0; k < 100; k++) {
    const graph = graphNamed(randomGraph(5, 0.5, 0.2, random));
    const found = identify(graph, { outcome: ['a'], action: ['b'], given: [], experiments: [] });
    if (!found.identifiable) continue;
    expectReadBack(found.estimand);
    const values = new Map([
      ['a', 1],
      ['b', 1],
    ]);
    const distribution = distributionOf(graph, randomScm(graph, random));
    const again = parseEstimand(estimandText(found.estimand));
    expect(again).not.toBeNull();
    if (again === null) continue;
    const number = (e: Estimand) =>
      evaluate(
        e,
        values,
        () => 2,
        (of, given, action, bound) => {
          const plain = (names: readonly string[]) => names.map((name) => name.replace(/\*+$/, ''));
          const held = new Map(
            [...of, ...given, ...action].map((name) => [name.replace(/\*+$/, ''), bound.get(name) ?? 0]),
          );
          return distribution(plain(of), plain(given), plain(action), held);
        },
      );
    expect(number(again)).toBeCloseTo(number(found.estimand), 12);
  }
  expect(read).toBeGreaterThan(50);
  for (const bad of ['', 'P', 'P(a', 'sum{a P(a)', '[P(a)] / P(b)', 'P(a) )', 'x + y', '[]'])
    expect(parseEstimand(bad), bad).toBeNull();
});
