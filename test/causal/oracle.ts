/** Identification against what simulation says: estimands against interventions, hedges against two models. */
import { expect } from 'vitest';
import { checkDerivation } from '../../src/causal/identify/check_derivation.js';
import { evaluate } from '../../src/causal/identify/estimand.js';
import { isHedge } from '../../src/causal/identify/hedge.js';
import { type CausalQuery, identify } from '../../src/causal/identify/identify.js';
import { identification } from '../../src/causal/identify/strategy.js';
import { witnessOf } from '../../src/causal/identify/witness_models.js';
import type { IndexedGraph } from '../../src/causal/indexed.js';
import { topologicalOrder, withoutLatents } from '../../src/causal/structure.js';
import { graphNamed } from './cases.js';
import { distributionOf, marginal, randomGraph, randomScm } from './discrete_scm.js';
import { expectWitness } from './expect_witness.js';

/** The greatest difference of an estimand from the simulated intervention in some models, over all values of the query's variables. */
export function greatestError(graph: IndexedGraph, query: CausalQuery, models: number, random: () => number): number {
  const observed = withoutLatents(graph);
  const found = identify(observed, query);
  if (!found.identifiable) throw new Error('not identifiable');
  let worst = 0;
  for (let k = 0; k < models; k++) {
    const scm = randomScm(observed, random);
    const distribution = distributionOf(observed, scm);
    const asked = [...query.outcome, ...query.action, ...query.given];
    for (let row = 0; row < 2 ** asked.length; row++) {
      const values = new Map(asked.map((name, i) => [name, (row >> i) & 1]));
      const pick = (names: readonly string[]) =>
        new Map(names.map((name) => [observed.indexOf.get(name)!, values.get(name)!]));
      const joint = scm.joint(pick(query.action));
      const truth = marginal(joint, pick([...query.outcome, ...query.given])) / marginal(joint, pick(query.given));
      worst = Math.max(worst, Math.abs(truth - evaluate(found.estimand, values, () => 2, distribution)));
    }
  }
  return worst;
}

/**
 * Random questions of random mixed graphs: where there is an estimand it is the simulated intervention and its derivation is accepted; where there is none
 * the hedge is one, and two models that it makes agree on all that is observed and differ in the effect.
 */
export function checkRandomGraphs(
  graphs: number,
  nodes: number,
  random: () => number,
): { readonly identifiable: number; readonly refused: number; readonly unshown: number } {
  let [identifiable, refused, unshown] = [0, 0, 0];
  for (let k = 0; k < graphs; k++) {
    const count = 3 + Math.floor(random() * (nodes - 2));
    const graph = graphNamed(randomGraph(count, 0.45, 0.1 + 0.25 * random(), random));
    const [a, b, z] = graph.nodes.map(({ name }) => name).toSorted(() => random() - 0.5);
    const order = (topologicalOrder(graph) ?? []).map((v) => graph.nodes[v]!.name);
    // Mostly the cause is acted on.
    const turned = order.indexOf(a!) > order.indexOf(b!) && random() < 0.9;
    const [x, y] = turned ? [b, a] : [a, b];
    const given = random() < 0.3 && z !== undefined ? [z] : [];
    const query = { outcome: [y!], action: [x!], given, experiments: [] };
    const about = JSON.stringify([k, query]);
    const found = identify(graph, query);
    const named = identification(graph, query);
    expect(named.identifiable, about).toBe(found.identifiable);
    if (found.identifiable) {
      identifiable += 1;
      expect(greatestError(graph, query, 1, random), about).toBeLessThan(1e-9);
      expect(checkDerivation(graph, query, { steps: named.steps, estimand: named.estimand ?? '' }), about).toBeNull();
      continue;
    }
    refused += 1;
    expect(isHedge(graph, found.joint, found.hedge), about).toBe(true);
    const witness = witnessOf(graph, query);
    if (witness !== null) expectWitness(graph, query, witness);
    else {
      expect(given, about).not.toEqual([]);
      unshown += 1;
    }
  }
  return { identifiable, refused, unshown };
}
