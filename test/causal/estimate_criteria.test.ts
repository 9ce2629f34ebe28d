/** What methods of estimation accept, on random graphs with hidden causes: the formula that they estimate is the effect by graph surgery. */
import { expect, test } from 'vitest';
import { backdoor } from '../../src/causal/estimate/methods/backdoor.js';
import { frontdoor } from '../../src/causal/estimate/methods/frontdoor.js';
import type { EffectQuestion, EstimationMethod } from '../../src/causal/estimate/methods/method.js';
import { descendants } from '../../src/causal/reach.js';
import { graphNamed } from './cases.js';
import { distributionOf, generator, randomGraph, randomScm } from './discrete_scm.js';

/** All assignments of 0 and 1 to some names, added to one that is there. */
function* assignments(
  names: readonly string[],
  to: ReadonlyMap<string, number>,
): Generator<ReadonlyMap<string, number>> {
  for (let k = 0; k < 2 ** names.length; k++)
    yield new Map([...to, ...names.map((name, i) => [name, (k >> i) & 1] as const)]);
}

type Probability = (of: readonly string[], given: readonly string[], at: ReadonlyMap<string, number>) => number;

/** The mean over covariates in the group of the outcome in their cells. */
const adjusted = (
  p: Probability,
  covariates: readonly string[],
  group: readonly string[],
  at: ReadonlyMap<string, number>,
) =>
  [...assignments(covariates, at)].reduce(
    (sum, cell) => sum + p(['y'], ['x', ...covariates, ...group], cell) * p(covariates, group, cell),
    0,
  );

/** The front-door formula in each cell of the covariates and the group. */
function throughDoor(
  p: Probability,
  mediators: readonly string[],
  covariates: readonly string[],
  group: readonly string[],
  at: ReadonlyMap<string, number>,
): number {
  let total = 0;
  const beside = [...covariates, ...group];
  for (const cell of assignments(covariates, at))
    for (const door of assignments(mediators, cell)) {
      let behind = 0;
      for (const x of [0, 1]) {
        const other = new Map([...door, ['x', x] as const]);
        behind += p(['y'], ['x', ...mediators, ...beside], other) * p(['x'], beside, other);
      }
      total += p(covariates, group, cell) * p(mediators, ['x', ...beside], door) * behind;
    }
  return total;
}

const cases: readonly (readonly [string, EstimationMethod, number])[] = [
  ['backdoor', backdoor, 40],
  ['frontdoor', frontdoor, 12],
];

test.each(cases)('%s', (name, method, least) => {
  const random = generator(name.length);
  let accepted = 0;
  let inGroups = 0;
  for (let k = 0; k < 6000 && (accepted < 120 || inGroups < least); k++) {
    const drawn = randomGraph(5, 0.45, 0.15, random).replaceAll('e', 'y').replaceAll('d', 'x');
    // A front door leaves no arrow from exposure to outcome.
    const named = name === 'frontdoor' ? drawn.replace('x -> y', 'x') : drawn;
    const graph = graphNamed(named);
    const behind = descendants(graph, [graph.indexOf.get('x')!]);
    if (!behind.has(graph.indexOf.get('y')!)) continue;
    const rest = ['a', 'b', 'c'].sort(() => random() - 0.5);
    const group = rest.filter((v) => random() < 0.3 && !behind.has(graph.indexOf.get(v)!)).slice(0, 1);
    const free = rest.filter((v) => !group.includes(v));
    const nodes = free.filter(() => random() < 0.4);
    const given = free.filter((v) => name === 'frontdoor' && !nodes.includes(v) && random() < 0.4);
    const question: EffectQuestion = {
      graph,
      exposure: 'x',
      outcome: 'y',
      group,
      held: group,
      selected: new Set(),
      measured: new Set(['a', 'b', 'c', 'x', 'y']),
    };
    const plan = method.plan(question, {
      nodes,
      options: given.length === 0 ? new Map() : new Map([['given', { texts: given, number: null }]]),
    });
    if (!plan.ok) continue;
    accepted += 1;
    if (group.length > 0) inGroups += 1;
    const { covariates, others } = plan.strategy;
    const beside = covariates.filter((v) => !group.includes(v));
    const distribution = distributionOf(graph, randomScm(graph, random));
    const seen: Probability = (of, below, at) => (of.length === 0 ? 1 : distribution(of, below, [], at));
    for (const at of assignments(['x', ...group], new Map([['y', 1]]))) {
      const formula =
        name === 'backdoor' ? adjusted(seen, beside, group, at) : throughDoor(seen, others, beside, group, at);
      const act = distribution(['y'], group, ['x'], at);
      expect(
        Math.abs(formula - act),
        `${named}: ${plan.strategy.title} of ${group.join()} given ${beside.join()}`,
      ).toBeLessThan(1e-9);
    }
  }
  expect(accepted).toBeGreaterThanOrEqual(60);
  expect(inGroups).toBeGreaterThanOrEqual(least);
});
