/** Bounds by response types: published numbers, closed forms, and random models whose truth must lie within. */
import { describe, expect, test } from 'vitest';
import { type Bounded, boundsOf, type Quantity } from '../../../src/causal/bounds/bounds.js';
import { boundsFromData } from '../../../src/causal/bounds/from_data.js';
import { tableOf, tableOfProbabilities } from '../../../src/causal/bounds/joint_table.js';
import type { CounterfactualEvent } from '../../../src/causal/identify/counterfactual.js';
import { identify } from '../../../src/causal/identify/identify.js';
import { type IndexedGraph, neighbours } from '../../../src/causal/indexed.js';
import { noiseOf } from '../../../src/causal/refute/refutation.js';
import { components, topologicalOrder } from '../../../src/causal/structure.js';
import { keyFromSeed } from '../../../src/runtime/random/seed.js';
import { cases, graphNamed } from '../cases.js';
import { generator, marginal, randomGraph, randomScm } from '../discrete_scm.js';

function ends(bounded: Bounded): {
  readonly low: number;
  readonly high: number;
  readonly sharp: boolean;
  readonly gap: number;
} {
  if (!bounded.ok) throw new Error(bounded.reason);
  return bounded;
}

const event = (
  variable: string,
  value: number,
  action: Readonly<Record<string, number>> = {},
): CounterfactualEvent => ({
  variable,
  value,
  action,
});

/** The difference of two worlds: P(outcome | do(exposure = to)) - P(outcome | do(exposure = from)). */
const difference = (outcome: string, value: number, exposure: string, to: number, from: number): Quantity => ({
  terms: [
    { weight: 1, events: [{ variable: outcome, value, action: { [exposure]: to } }] },
    { weight: -1, events: [{ variable: outcome, value, action: { [exposure]: from } }] },
  ],
  given: [],
});

/** PNS, PN and PS of x for y, both binary. */
const necessitySufficiency: Quantity = {
  terms: [{ weight: 1, events: [event('y', 1, { x: 1 }), event('y', 0, { x: 0 })] }],
  given: [],
};
const necessity: Quantity = {
  terms: [{ weight: 1, events: [event('y', 0, { x: 0 })] }],
  given: [event('x', 1), event('y', 1)],
};
const sufficiency: Quantity = {
  terms: [{ weight: 1, events: [event('y', 1, { x: 1 })] }],
  given: [event('x', 0), event('y', 0)],
};

test('vitamin A: a trial with imperfect compliance', () => {
  const graph = graphNamed('z -> x; x -> y; x <-> y');
  // z, x, y (1: survived), the first changing fastest.
  const counts = [74, 34, 0, 12, 11514, 2385, 0, 9663].map(BigInt);
  const found = ends(boundsOf(graph, tableOf([2, 2, 2], counts), difference('y', 1, 'x', 1, 0)));
  const wanted = cases.find(({ id }) => id === 'num-vitaminA')!.expected;
  expect(wanted).toEqual({ ACE_bounds: [-0.1946228482, 0.0053936889] });
  expect(found.low).toBeCloseTo(-0.1946228482, 10);
  expect(found.high).toBeCloseTo(0.0053936889, 10);
  expect(found.sharp).toBe(true);
  expect(found.gap).toBe(0);
});

test('cholestyramine: the trial of the Lipid Research Clinics', () => {
  // Balke and Pearl (1997), section 4: 0.392 <= ACE <= 0.780 from P(y, d | z).
  const graph = graphNamed('z -> x; x -> y; x <-> y');
  const shares = [919, 315, 0, 139, 81, 73, 0, 473].map(BigInt);
  const found = ends(boundsOf(graph, tableOf([2, 2, 2], shares), difference('y', 1, 'x', 1, 0)));
  expect(found.low).toBeCloseTo(0.392, 12);
  expect(found.high).toBeCloseTo(0.78, 12);
});

/** The closed form of Balke and Pearl (1997, equation 8) for P(y = 1 | do(x = 1)) - P(y = 1 | do(x = 0)); p(y, x | z). */
function balkePearl(p: (y: number, x: number, z: number) => number): readonly [number, number] {
  const low = [
    p(1, 1, 1) + p(0, 0, 0) - 1,
    p(1, 1, 0) + p(0, 0, 1) - 1,
    p(1, 1, 0) - p(1, 1, 1) - p(1, 0, 1) - p(0, 1, 0) - p(1, 0, 0),
    p(1, 1, 1) - p(1, 1, 0) - p(1, 0, 0) - p(0, 1, 1) - p(1, 0, 1),
    -p(0, 1, 1) - p(1, 0, 1),
    -p(0, 1, 0) - p(1, 0, 0),
    p(0, 0, 1) - p(0, 1, 1) - p(1, 0, 1) - p(0, 1, 0) - p(0, 0, 0),
    p(0, 0, 0) - p(0, 1, 0) - p(1, 0, 0) - p(0, 1, 1) - p(0, 0, 1),
  ];
  const high = [
    1 - p(0, 1, 1) - p(1, 0, 0),
    1 - p(0, 1, 0) - p(1, 0, 1),
    -p(0, 1, 0) + p(0, 1, 1) + p(0, 0, 1) + p(1, 1, 0) + p(0, 0, 0),
    -p(0, 1, 1) + p(1, 1, 1) + p(0, 0, 1) + p(0, 1, 0) + p(0, 0, 0),
    p(1, 1, 1) + p(0, 0, 1),
    p(1, 1, 0) + p(0, 0, 0),
    -p(1, 0, 1) + p(1, 1, 1) + p(0, 0, 1) + p(1, 1, 0) + p(1, 0, 0),
    -p(1, 0, 0) + p(1, 1, 0) + p(0, 0, 0) + p(1, 1, 1) + p(1, 0, 1),
  ];
  return [Math.max(...low), Math.min(...high)];
}

test('an instrument: the closed form of 8 terms on each side', () => {
  const graph = graphNamed('z -> x; x -> y; x <-> y');
  const random = generator(11);
  let compared = 0;
  for (let k = 0; k < 60; k++) {
    const joint = randomModel(graph, random, 3).observed;
    const share = joint[0]! + joint[2]! + joint[4]! + joint[6]!;
    // With one value of z alone there is no instrument.
    if (share < 1e-9 || share > 1 - 1e-9) continue;
    compared += 1;
    const p = (y: number, x: number, z: number): number =>
      joint[z + 2 * x + 4 * y]! / joint.filter((_, i) => i % 2 === z).reduce((a, b) => a + b, 0);
    const [low, high] = balkePearl(p);
    const found = ends(boundsOf(graph, tableOfProbabilities([2, 2, 2], joint), difference('y', 1, 'x', 1, 0)));
    expect(found.low).toBeCloseTo(low, 10);
    expect(found.high).toBeCloseTo(high, 10);
  }
  expect(compared).toBeGreaterThan(20);
});

test('without assumptions an effect of a binary cause has bounds of width one', () => {
  const found = ends(
    boundsOf(graphNamed('x -> y; x <-> y'), tableOf([2, 2], [30n, 10n, 20n, 40n]), difference('y', 1, 'x', 1, 0)),
  );
  expect(found.low).toBeCloseTo(0.4 - (0.2 + 0.5), 12);
  expect(found.high).toBeCloseTo(0.4 + 0.5 - 0.2, 12);
  const rising = ends(
    boundsOf(graphNamed('x -> y; x <-> y'), tableOf([2, 2], [30n, 10n, 20n, 40n]), difference('y', 1, 'x', 1, 0), {
      monotone: [{ cause: 'x', effect: 'y', direction: 1 }],
    }),
  );
  expect(rising.low).toBe(0);
  expect(rising.high).toBeCloseTo(0.7, 12);
});

test('necessity and sufficiency of an unconfounded cause', () => {
  // Tian and Pearl (2000): max(0, p1 - p0) <= PNS <= min(p1, 1 - p0).
  const graph = graphNamed('x -> y');
  const table = tableOf([2, 2], [30n, 10n, 20n, 40n]);
  const [p1, p0] = [0.8, 0.4];
  expect(ends(boundsOf(graph, table, necessitySufficiency))).toMatchObject({ sharp: true, gap: 0 });
  const pns = ends(boundsOf(graph, table, necessitySufficiency));
  expect([pns.low, pns.high]).toEqual([expect.closeTo(p1 - p0, 12), expect.closeTo(1 - p0, 12)]);
  const pn = ends(boundsOf(graph, table, necessity));
  expect([pn.low, pn.high]).toEqual([expect.closeTo((p1 - p0) / p1, 12), expect.closeTo((1 - p0) / p1, 12)]);
  const ps = ends(boundsOf(graph, table, sufficiency));
  expect([ps.low, ps.high]).toEqual([expect.closeTo((p1 - p0) / (1 - p0), 12), expect.closeTo(1, 12)]);
  // Monotone: a number.
  const sure = ends(boundsOf(graph, table, necessity, { monotone: [{ cause: 'x', effect: 'y', direction: 1 }] }));
  expect(sure.low).toBeCloseTo(0.5, 12);
  expect(sure.high).toBeCloseTo(0.5, 12);
});

test('response types of a model without confounding: num-cq', () => {
  const graph = graphNamed('x -> y');
  const joint = (types: readonly number[]): readonly number[] => {
    const [never = 0, against = 0, along = 0, always = 0] = types;
    // x changes fastest: its probabilities are 1/3 and 2/3.
    return [(never + along) / 3, (2 * (never + against)) / 3, (against + always) / 3, (2 * (along + always)) / 3];
  };
  const first = ends(
    boundsOf(
      graph,
      tableOfProbabilities([2, 2], joint([3, 4, 5, 6].map((w) => w / 18))),
      difference('y', 1, 'x', 1, 0),
    ),
  );
  expect(first.low).toBeCloseTo(0.0555555556, 10);
  expect(first.high).toBeCloseTo(0.0555555556, 10);
  const uniform = tableOfProbabilities([2, 2], joint([0.25, 0.25, 0.25, 0.25]));
  for (const [quantity, value] of [
    [difference('y', 1, 'x', 1, 0), 0],
    [necessitySufficiency, 0.25],
    [necessity, 0.5],
    [sufficiency, 0.5],
  ] as const) {
    const found = ends(boundsOf(graph, uniform, quantity));
    expect(found.low).toBeLessThanOrEqual(value + 1e-12);
    expect(found.high).toBeGreaterThanOrEqual(value - 1e-12);
  }
});

/** A model of binary nodes: each c-component draws the answers of its members to their parents from one random joint distribution. */
function randomModel(graph: IndexedGraph, random: () => number, spread: number) {
  const order = topologicalOrder(graph)!;
  const parts = components(graph, new Set(graph.nodes.keys())).map((part) => {
    const members = [...part];
    const widths = members.map((v) => 2 ** neighbours(graph.parents, v).length);
    const types = 2 ** widths.reduce((a, b) => a + b, 0);
    const support = Array.from({ length: Math.min(types, 3 ** spread) }, () => ({
      type: Math.floor(random() * types),
      p: -Math.log(random()),
    }));
    const total = support.reduce((sum, { p }) => sum + p, 0);
    return { members, widths, support: support.map(({ type, p }) => ({ type, p: p / total })) };
  });
  /** The probability that a function of all units' answers is true; `run` gives the assignment under an action. */
  const chance = (holds: (run: (action: Readonly<Record<string, number>>) => readonly number[]) => boolean): number => {
    let sum = 0;
    const answer = new Map<number, number>();
    const visit = (k: number, p: number): void => {
      const part = parts[k];
      if (part === undefined) {
        const run = (action: Readonly<Record<string, number>>): readonly number[] => {
          const values = new Array<number>(graph.count).fill(0);
          for (const v of order) {
            let place = 0;
            for (const q of neighbours(graph.parents, v)) place = 2 * place + values[q]!;
            values[v] = action[graph.nodes[v]!.name] ?? (answer.get(v)! >> place) & 1;
          }
          return values;
        };
        if (holds(run)) sum += p;
        return;
      }
      for (const { type, p: q } of part.support) {
        let rest = type;
        for (const [i, v] of part.members.entries()) {
          answer.set(v, rest % 2 ** part.widths[i]!);
          rest = Math.floor(rest / 2 ** part.widths[i]!);
        }
        visit(k + 1, p * q);
      }
    };
    visit(0, 1);
    return sum;
  };
  const observed = new Float64Array(2 ** graph.count);
  for (let a = 0; a < observed.length; a++)
    observed[a] = chance((run) => run({}).reduce((index, value, v) => index + (value << v), 0) === a);
  const all = (events: readonly CounterfactualEvent[]): number =>
    chance((run) => events.every(({ variable, value, action }) => run(action)[graph.indexOf.get(variable)!] === value));
  const truth = ({ terms, given }: Quantity): number =>
    terms.reduce((sum, { weight, events }) => sum + weight * all([...events, ...given]), 0) / all(given);
  return { observed, truth, all };
}

describe('random models: the truth lies within', () => {
  const shapes = [
    'x -> y; x <-> y',
    'z -> x; x -> y; x <-> y',
    'w -> x; w -> y; x -> y; x <-> y',
    'x -> m; m -> y; x <-> y',
    'x -> m; m -> y',
    'x -> m; m -> y; m <-> y',
    'x -> y; y -> w; x <-> w',
    'z -> x; x -> y; x <-> y; x <-> z',
    'x -> y; w <-> x; w <-> y; x <-> y',
  ];
  const questions: readonly (readonly [string, Quantity])[] = [
    ['effect', difference('y', 1, 'x', 1, 0)],
    ['level', { terms: [{ weight: 1, events: [event('y', 1, { x: 1 })] }], given: [] }],
    ['pns', necessitySufficiency],
    ['pn', necessity],
    ['ps', sufficiency],
    ['treated', { ...difference('y', 1, 'x', 1, 0), given: [event('x', 1)] }],
    ['given another world', { ...necessity, given: [event('y', 1, { x: 1 })] }],
  ];
  test.each(shapes)('%s', (text) => {
    const graph = graphNamed(text);
    const random = generator(7);
    let compared = 0;
    for (let k = 0; k < 3; k++) {
      const model = randomModel(graph, random, 3);
      const table = tableOfProbabilities(
        graph.nodes.map(() => 2),
        model.observed,
      );
      for (const [name, quantity] of questions) {
        const truth = model.truth(quantity);
        const found = boundsOf(graph, table, quantity);
        // Sparse models leave circumstances without units; then nothing is said.
        if (!found.ok || Number.isNaN(truth)) continue;
        expect(truth, name).toBeGreaterThanOrEqual(found.low - 1e-9);
        expect(truth, name).toBeLessThanOrEqual(found.high + 1e-9);
        expect(found.gap).toBeLessThan(1e-9);
        // What experiments say narrows bounds and leaves the truth inside.
        const experiments = [0, 1].map((x) => ({
          events: [event('y', 1, { x })],
          probability: model.all([event('y', 1, { x })]),
        }));
        const narrower = boundsOf(graph, table, quantity, { experiments });
        if (!narrower.ok) continue;
        compared += 1;
        expect(truth, name).toBeGreaterThanOrEqual(narrower.low - 1e-9);
        expect(truth, name).toBeLessThanOrEqual(narrower.high + 1e-9);
        expect(narrower.low).toBeGreaterThanOrEqual(found.low - 1e-9);
        expect(narrower.high).toBeLessThanOrEqual(found.high + 1e-9);
      }
    }
    expect(compared).toBeGreaterThan(5);
  });

  test('mixed graphs: effects within, and a point where they are identified', () => {
    const random = generator(3);
    let points = 0;
    let proper = 0;
    for (let k = 0; k < 80; k++) {
      const graph = graphNamed(randomGraph(4, 0.5, 0.35, random));
      const scm = randomScm(graph, random);
      const observed = scm.joint(new Map());
      const quantity: Quantity = { terms: [{ weight: 1, events: [event('b', 1, { a: 1 })] }], given: [] };
      const found = boundsOf(
        graph,
        tableOfProbabilities(
          graph.nodes.map(() => 2),
          observed,
        ),
        quantity,
      );
      if (!found.ok) {
        expect(found.reason).toContain('response types');
        continue;
      }
      const at = (name: string): number => graph.indexOf.get(name)!;
      const truth = marginal(scm.joint(new Map([[at('a'), 1]])), new Map([[at('b'), 1]]));
      expect(truth).toBeGreaterThanOrEqual(found.low - 1e-9);
      expect(truth).toBeLessThanOrEqual(found.high + 1e-9);
      if (found.high - found.low < 1e-9) points += 1;
      else proper += 1;
      const known = identify(graph, { outcome: ['b'], action: ['a'], given: [], experiments: [] }).identifiable;
      if (known) expect(found.high - found.low).toBeLessThan(1e-9);
      else expect(found.high - found.low).toBeGreaterThan(1e-6);
    }
    expect(points).toBeGreaterThan(30);
    expect(proper).toBeGreaterThan(5);
  });
});

test('data that no model of the graph gives: the nearest that one does, and how far that is', () => {
  // An instrumental inequality is broken: z turns y round while x stays.
  const graph = graphNamed('z -> x; x -> y; x <-> y');
  const table = tableOf([2, 2, 2], [90n, 10n, 0n, 0n, 10n, 90n, 0n, 0n]);
  const found = ends(boundsOf(graph, table, difference('y', 1, 'x', 1, 0)));
  // With x = 0 for all, P(y | z) must be the same for both: 80 of 200 units have to be others, half of the difference on each side.
  expect(found.gap).toBeCloseTo(0.4, 12);
  expect(found.low).toBeLessThanOrEqual(found.high);
});

test('several hidden worlds make a program too large, which is said', () => {
  const graph = graphNamed('a -> x; b -> x; c -> x; d -> x; x -> y; x <-> y');
  const found = boundsOf(
    graph,
    tableOfProbabilities(
      graph.nodes.map(() => 2),
      new Float64Array(64).fill(1 / 64),
    ),
    difference('y', 1, 'x', 1, 0),
  );
  expect(found.ok).toBe(false);
});

test('of a large component only as much is looked at as there is room for', () => {
  const names = [...'abcdefgh'];
  const chain = names.slice(1).map((to, k) => `${names[k]} -> ${to}; ${names[k]} <-> ${to}`);
  const graph = graphNamed([...chain, 'a -> c', 'b -> d', 'c -> e', 'd -> f', 'e -> g', 'f -> h'].join('; '));
  const random = generator(4);
  const rows = 500;
  const columns = graph.nodes.map(({ name }) => ({
    name,
    size: 2,
    codes: Float64Array.from({ length: rows }, () => Number(random() < 0.5)),
  }));
  const noise = noiseOf(keyFromSeed('1'), 0);
  const found = boundsFromData(graph, columns, rows, difference('h', 1, 'g', 1, 0), () => ({}), noise);
  if (!found.ok) throw new Error(found.reason);
  expect(found.hidden.length).toBeGreaterThan(0);
  expect(found.sharp).toBe(false);
  // Coins: nothing is known but that the effect of one on another lies about the middle of what is possible.
  expect(found.low).toBeLessThan(0);
  expect(found.high).toBeGreaterThan(0);
  expect(found.high - found.low).toBeLessThan(1 + 1e-9);
});
