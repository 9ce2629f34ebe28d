/** Instruments of random linear models: the ratio of covariances they promise is the effect. */
import { expect, test } from 'vitest';
import { edgesOf, type IndexedGraph, neighbours } from '../../src/causal/indexed.js';
import { areInstruments, instruments } from '../../src/causal/instruments.js';
import { graphNamed } from './cases.js';
import { generator, randomGraph } from './discrete_scm.js';

/** A linear model of a graph, with the covariances that it implies. */
function linearModel(graph: IndexedGraph, random: () => number) {
  const nodes = [...graph.nodes.keys()];
  const coefficient = new Map<string, number>();
  const noise = nodes.map((i) => nodes.map((j) => (i === j ? 3 + random() : 0)));
  for (const { from, to, kind } of edgesOf(graph)) {
    if (kind === '->') coefficient.set(`${from} ${to}`, 2 * random() - 1);
    else {
      const shared = (random() < 0.5 ? -1 : 1) * (0.2 + 0.3 * random());
      noise[from]![to] = shared;
      noise[to]![from] = shared;
    }
  }
  const direct = (from: number, to: number): number => coefficient.get(`${from} ${to}`) ?? 0;
  const total = (from: number, to: number): number =>
    from === to ? 1 : [...neighbours(graph.parents, to)].reduce((sum, p) => sum + total(from, p) * direct(p, to), 0);
  const effects = nodes.map((from) => nodes.map((to) => total(from, to)));
  const covariance = nodes.map((i) =>
    nodes.map((j) => {
      let sum = 0;
      for (const a of nodes) for (const b of nodes) sum += effects[a]![i]! * noise[a]![b]! * effects[b]![j]!;
      return sum;
    }),
  );
  /** The covariance of i and j given some nodes, by elimination. */
  const given = (i: number, j: number, on: readonly number[]): number => {
    const all = [...on, i, j];
    const m = all.map((a) => all.map((b) => covariance[a]![b]!));
    for (let k = 0; k < on.length; k++)
      for (let r = k + 1; r < all.length; r++) {
        const factor = m[r]![k]! / m[k]![k]!;
        for (let c = 0; c < all.length; c++) m[r]![c]! -= factor * m[k]![c]!;
      }
    return m[on.length]![on.length + 1]!;
  };
  return { direct, total, given };
}

test.each(['total', 'direct'] as const)('the %s effect', (effect) => {
  const random = generator(21);
  let met = 0;
  for (let k = 0; k < 1500; k++) {
    const count = 4 + Math.floor(3 * random());
    const graph = graphNamed(randomGraph(count, 0.45, 0.2, random));
    const [x, y] = [Math.floor(random() * count), Math.floor(random() * count)];
    if (x === y) continue;
    const model = linearModel(graph, random);
    for (const { instrument, given } of instruments(graph, x, y, effect)) {
      expect(areInstruments(graph, x, y, effect, new Set([instrument]), given)).toBe(true);
      const strength = model.given(instrument, x, [...given]);
      if (Math.abs(strength) < 1e-6) continue;
      const ratio = model.given(instrument, y, [...given]) / strength;
      expect(Math.abs(ratio - model[effect](x, y))).toBeLessThan(1e-6);
      met += 1;
    }
  }
  expect(met).toBeGreaterThan(500);
});

test('no effect of a mediator is conditioned on', () => {
  const graph = graphNamed('z -> m; x -> m -> y; x <-> y');
  const at = (name: string): number => graph.indexOf.get(name) ?? -1;
  expect([...instruments(graph, at('x'), at('y'), 'total')]).toEqual([]);
  expect(areInstruments(graph, at('x'), at('y'), 'total', new Set([at('z')]), new Set([at('m')]))).toBe(false);
});
