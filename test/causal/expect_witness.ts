/** What two models that show that an effect is not identifiable must be. */
import { expect } from 'vitest';
import type { CausalQuery } from '../../src/causal/identify/identify.js';
import { lawOf, type Witness } from '../../src/causal/identify/witness_models.js';
import { edgesOf, type IndexedGraph } from '../../src/causal/indexed.js';
import { withoutLatents } from '../../src/causal/structure.js';

/** Whether the models keep to the graph, agree to 1e-9 on all that is observed, where everything is possible, and differ in the effect as they say. */
export function expectWitness(graph: IndexedGraph, query: CausalQuery, witness: Witness): void {
  const edges = edgesOf(withoutLatents(graph)).map(
    ({ from, to, kind }) => `${graph.nodes[from]!.name} ${kind} ${graph.nodes[to]!.name}`,
  );
  const all = graph.nodes.map(({ name }) => name);
  for (const model of witness.models) {
    const hearing = new Map<number, string[]>();
    for (const { name, bits } of model.nodes)
      for (const term of bits.flatMap(({ parity }) => parity))
        if (term.kind === 'bit') expect(edges).toContain(`${term.node} -> ${name}`);
        else hearing.set(term.coin, [...(hearing.get(term.coin) ?? []), name]);
    for (const [a, b, ...more] of hearing.values()) {
      expect(more).toEqual([]);
      if (b !== undefined) expect(edges.some((e) => e === `${a} <-> ${b}` || e === `${b} <-> ${a}`)).toBe(true);
    }
  }
  const [first, second] = witness.models.map((model) => lawOf(model, new Map(), all));
  const states = witness.models[0].nodes.reduce((product, { bits }) => product * 2 ** bits.length, 1);
  expect(first!.size).toBe(states);
  expect(second!.size).toBe(states);
  for (const [key, { p }] of first!) expect(Math.abs(p - second!.get(key)!.p)).toBeLessThan(1e-9);
  const names = [...query.outcome, ...query.given];
  const effects = witness.models.map((model) => {
    let [joint, below] = [0, 0];
    for (const { values, p } of lawOf(model, witness.action, names).values()) {
      if (query.given.some((v) => values.get(v) !== witness.given.get(v))) continue;
      below += p;
      if (query.outcome.every((v) => values.get(v) === witness.outcome.get(v))) joint += p;
    }
    return joint / below;
  });
  expect(effects[0]).toBeCloseTo(witness.effects[0], 12);
  expect(effects[1]).toBeCloseTo(witness.effects[1], 12);
  expect(Math.abs(effects[0]! - effects[1]!)).toBeGreaterThan(1e-3);
}
