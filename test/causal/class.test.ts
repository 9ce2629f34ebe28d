import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustmentSets, isAdjustmentSet, totalEffect } from '../../src/causal/adjustment.js';
import { adjustmentSetsOfClass } from '../../src/causal/class/adjustment.js';
import { identificationInClass } from '../../src/causal/class/identification.js';
import { byCauses, graphClass, membersOfClass } from '../../src/causal/class/members.js';
import { possibleDescendants } from '../../src/causal/class/possible.js';
import { classSize, cpdagOf } from '../../src/causal/equivalence.js';
import { type Graph, type GraphEdge, graphNode } from '../../src/causal/graph.js';
import { type Distribution, evaluate } from '../../src/causal/identify/estimand.js';
import { parseEstimand } from '../../src/causal/identify/parse_estimand.js';
import { edgesOf, type IndexedGraph, indexEdges, namesOf, neighbours, withEdges } from '../../src/causal/indexed.js';
import { descendants } from '../../src/causal/reach.js';
import { topologicalOrder } from '../../src/causal/structure.js';

const letters = ['a', 'b', 'c', 'd', 'e', 'f'];

/** `a -> b, b -- c` as a graph. */
function graphOf(text: string): Graph {
  const edges = [...text.matchAll(/(\w+) (->|--|<->) (\w+)/g)].map(
    ([, from, kind, to]): GraphEdge => ({ from: from!, kind: kind === '->' || kind === '<->' ? kind : '--', to: to! }),
  );
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort();
  return { nodes: names.map((name) => graphNode(name)), edges };
}

function classOf(graph: Graph) {
  const found = graphClass(graph);
  if (!found.ok) throw new Error(found.message);
  return found.value;
}

const key = (g: IndexedGraph): string =>
  edgesOf(g)
    .map(({ from, to }) => `${from}>${to}`)
    .sort()
    .join();

const joinedIn = (g: IndexedGraph, a: number, b: number): boolean =>
  neighbours(g.parents, a).includes(b) || neighbours(g.children, a).includes(b);

const colliders = (g: IndexedGraph): string =>
  [...g.nodes.keys()]
    .flatMap((v) => {
      const parents = [...neighbours(g.parents, v)];
      return parents.flatMap((a) => parents.filter((b) => a < b && !joinedIn(g, a, b)).map((b) => `${a}>${v}<${b}`));
    })
    .sort()
    .join();

/** All acyclic graphs that direct the lines of a graph and have the colliders of its arrows only, by trying every way. */
function bruteMembers(graph: Graph): readonly string[] {
  const lines = graph.edges.filter(({ kind }) => kind === '--');
  const at = new Map(graph.nodes.map(({ name }, i) => [name, i]));
  const number = ({ from, to }: GraphEdge) => ({ from: at.get(from)!, to: at.get(to)!, kind: '->' as const });
  const arrows = graph.edges.filter(({ kind }) => kind === '->').map(number);
  const skeleton = indexEdges(graph.nodes, [...arrows, ...lines.map(number)]);
  const given = [...graph.nodes.keys()]
    .flatMap((v) => {
      const parents = arrows.filter(({ to }) => to === v).map(({ from }) => from);
      return parents.flatMap((a) =>
        parents.filter((b) => a < b && !joinedIn(skeleton, a, b)).map((b) => `${a}>${v}<${b}`),
      );
    })
    .sort()
    .join();
  const found: string[] = [];
  for (let way = 0; way < 1 << lines.length; way++) {
    const turned = lines.map((line, k) => {
      const { from, to, kind } = number(line);
      return (way >> k) % 2 === 0 ? { from, to, kind } : { from: to, to: from, kind };
    });
    const member = indexEdges(graph.nodes, [...arrows, ...turned]);
    if (topologicalOrder(member) !== null && colliders(member) === given) found.push(key(member));
  }
  return found.sort();
}

/** Edges among the first `count` letters: none, an arrow forward, or a line. */
const mixed = (count: number, lines: boolean): fc.Arbitrary<Graph> =>
  fc.array(fc.integer({ min: 0, max: lines ? 3 : 1 }), { minLength: 15, maxLength: 15 }).map((picks) => {
    const edges: GraphEdge[] = [];
    let k = 0;
    for (let a = 0; a < count; a++)
      for (let b = a + 1; b < count; b++) {
        const pick = picks[k++]!;
        if (pick > 0) edges.push({ from: letters[a]!, to: letters[b]!, kind: pick === 1 ? '->' : '--' });
      }
    return { nodes: letters.slice(0, count).map((name) => graphNode(name)), edges };
  });

/** The class of an acyclic graph, with some of its lines directed as they are there: background knowledge. */
const knownClass = (count: number): fc.Arbitrary<{ readonly graph: Graph; readonly truth: IndexedGraph }> =>
  fc.tuple(mixed(count, false), fc.array(fc.boolean(), { minLength: 15, maxLength: 15 })).map(([graph, told]) => {
    const truth = classOf(graph).first;
    const { directed, undirected } = cpdagOf(truth);
    const edge = (a: number, b: number, kind: '->' | '--'): GraphEdge => ({
      from: letters[a]!,
      to: letters[b]!,
      kind,
    });
    const edges = [
      ...directed.map(([a, b]) => edge(a, b, '->')),
      ...undirected.map(([a, b], k) => {
        if (told[k] !== true) return edge(a, b, '--');
        return neighbours(truth.children, a).includes(b) ? edge(a, b, '->') : edge(b, a, '->');
      }),
    ];
    return { graph: { nodes: graph.nodes, edges }, truth };
  });

describe('members of a class', () => {
  test('are all graphs with the same colliders, each once, and none where there are none', () => {
    fc.assert(
      fc.property(mixed(5, true), (graph) => {
        const wanted = bruteMembers(graph);
        const found = graphClass(graph);
        if (!found.ok) expect(wanted).toEqual([]);
        else expect([...membersOfClass(found.value)].map(key).sort()).toEqual(wanted);
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  test('are as many as the class of an acyclic graph has', () => {
    fc.assert(
      fc.property(mixed(6, false), (graph) => {
        const { first } = classOf(graph);
        const cpdag = cpdagOf(first);
        const name = (v: number): string => letters[v]!;
        const lines = cpdag.undirected.map(([a, b]) => ({ from: name(a), to: name(b), kind: '--' as const }));
        const arrows = cpdag.directed.map(([a, b]) => ({ from: name(a), to: name(b), kind: '->' as const }));
        const members = [...membersOfClass(classOf({ nodes: graph.nodes, edges: [...arrows, ...lines] }))];
        expect(members.length).toBe(classSize(cpdag));
        expect(members.map(key)).toContain(key(first));
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  test('come lazily from a class of 30! graphs', () => {
    const names = Array.from({ length: 30 }, (_, k) => `n${k}`);
    const edges = names.flatMap((from, k) => names.slice(k + 1).map((to) => ({ from, to, kind: '--' as const })));
    const members = membersOfClass(classOf({ nodes: names.map((name) => graphNode(name)), edges }));
    const three = [members.next().value, members.next().value, members.next().value];
    expect(new Set(three.map((m) => (m === undefined ? '' : key(m)))).size).toBe(3);
  });

  test('are counted by the causes of a node', () => {
    // The path a -- b -- c has three graphs: b causes both, or comes from one side.
    const parts = byCauses(classOf(graphOf('a -- b, b -- c')), 1);
    expect(parts.map(({ causes, members }) => [causes, members])).toEqual(
      expect.arrayContaining([
        [[], 1],
        [[0], 1],
        [[2], 1],
      ]),
    );
    expect(parts).toHaveLength(3);
    const ends = byCauses(classOf(graphOf('a -- b, b -- c')), 0);
    expect(ends.map(({ causes, members }) => [causes.length, members]).sort()).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test('are refused beside hidden causes and where there are none', () => {
    expect(graphClass(graphOf('a -- b, b <-> c'))).toMatchObject({ ok: false, code: 'E0670' });
    const hidden: Graph = {
      nodes: [graphNode('a'), graphNode('u', { latent: true })],
      edges: [{ from: 'u', to: 'a', kind: '--' }],
    };
    expect(graphClass(hidden)).toMatchObject({ ok: false, code: 'E0670' });
    // A square of lines has no direction without a circle or a new collider.
    expect(graphClass(graphOf('a -- b, b -- c, c -- d, a -- d'))).toMatchObject({ ok: false, code: 'E0671' });
  });
});

describe('what a node may lead to', () => {
  test('is what it leads to in one of the members', () => {
    let lines = 0;
    fc.assert(
      fc.property(
        knownClass(6),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        ({ graph }, v, out) => {
          const graphs = classOf(graph);
          if (graphs.partly === null) return;
          lines += 1;
          const avoid = new Set(out === v ? [] : [out]);
          const members = [...membersOfClass(graphs)];
          const wanted = members.flatMap((m) => [
            ...descendants(
              withEdges(m, ({ to }) => !avoid.has(to)),
              [v],
            ),
          ]);
          const found = possibleDescendants(graphs.partly, v, avoid);
          expect([...found.keys()].sort()).toEqual([...new Set(wanted)].sort());
          for (const path of found.values())
            expect(
              members.some((m) => path.every((w, k) => k === 0 || neighbours(m.parents, w).includes(path[k - 1]!))),
            ).toBe(true);
        },
      ),
      { seed: 15, numRuns: 400 },
    );
    expect(lines).toBeGreaterThan(100);
  });

  test('lines that do not hang together are directed on their own', () => {
    fc.assert(
      fc.property(knownClass(6), fc.integer({ min: 0, max: 5 }), ({ graph }, v) => {
        const graphs = classOf(graph);
        const causes = (member: IndexedGraph): string => [...neighbours(member.parents, v)].sort().join();
        const all = [...membersOfClass(graphs)];
        const parts = byCauses(graphs, v);
        const counted = parts.reduce((sum, { members }) => sum + members, 0);
        for (const { causes: own, members } of parts) {
          const share = all.filter((m) => causes(m) === own.join()).length / all.length;
          expect(members / counted).toBeCloseTo(share, 12);
        }
        expect(parts).toHaveLength(new Set(all.map(causes)).size);
      }),
      { seed: 16, numRuns: 200 },
    );
  });

  test('in a class of 3^20 graphs, around a few of them', () => {
    const chains = Array.from({ length: 20 }, (_, k) => `a${k} -- b${k}, b${k} -- c${k}`).join();
    const graphs = classOf(graphOf(`${chains}, a0 -> y, x -> y`));
    expect(byCauses(graphs, graphs.first.indexOf.get('b7')!).map(({ members }) => members)).toEqual([1, 1, 1]);
    const ask = (action: string) => {
      const found = identificationInClass(graphs, { outcome: ['y'], action: [action], given: [], experiments: [] });
      return found.ok ? found.value : null;
    };
    expect(ask('x')).toMatchObject({ identifiable: true, estimand: 'P(y | x)' });
    expect(ask('c0')).toMatchObject({ identifiable: false, hedge: expect.stringContaining('c0 -> b0 -> a0 -> y') });
    expect(ask('c9')).toMatchObject({ identifiable: true, estimand: 'P(y)' });
  });
});

describe('questions of a class', () => {
  test('adjustment sets are those that are valid in every member', () => {
    fc.assert(
      fc.property(knownClass(5), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 }), ({ graph }, i, by) => {
        const graphs = classOf(graph);
        const [x, y] = [i, (i + by) % 5];
        const question = totalEffect(new Set([x]), new Set([y]));
        const members = [...membersOfClass(graphs)];
        const wanted = [...adjustmentSets(members[0]!, question)].filter((set) =>
          members.every((m) => isAdjustmentSet(m, question, set).valid),
        );
        const text = (sets: Iterable<ReadonlySet<number>>): readonly string[] =>
          [...sets].map((set) => [...set].sort().join()).sort();
        expect(text(adjustmentSetsOfClass(graphs, question, 'all'))).toEqual(text(wanted));
        const least = wanted.filter((set) => !wanted.some((s) => s.size < set.size && [...s].every((v) => set.has(v))));
        expect(text(adjustmentSetsOfClass(graphs, question, 'minimal'))).toEqual(text(least));
      }),
      { seed: 13, numRuns: 300 },
    );
  });

  test('an effect is identified where all members give the same number, and the formula gives it', () => {
    let [identified, open] = [0, 0];
    fc.assert(
      fc.property(knownClass(4), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 }), (drawn, i, by) => {
        const graphs = classOf(drawn.graph);
        const [x, y] = [letters[i]!, letters[(i + by) % 4]!];
        const table = jointOf(drawn.truth);
        const effects = [...membersOfClass(graphs)].map((m) => effectIn(m, table, i, (i + by) % 4));
        const same = effects.every((e) => e.every((p, k) => Math.abs(p - effects[0]![k]!) < 1e-9));
        const query = { outcome: [y], action: [x], given: [], experiments: [] };
        const found = identificationInClass(graphs, query);
        if (!found.ok) throw new Error(found.message);
        expect(found.value.identifiable, `${x} on ${y}`).toBe(same);
        if (!found.value.identifiable) {
          open += 1;
          return;
        }
        identified += 1;
        const estimand = parseEstimand(found.value.estimand ?? '');
        if (estimand === null) throw new Error(found.value.estimand ?? 'no estimand');
        for (const value of [0, 1]) {
          const values = new Map([
            [x, value],
            [y, 1],
          ]);
          expect(evaluate(estimand, values, () => 2, seenIn(drawn.truth, table))).toBeCloseTo(effects[0]![value]!, 9);
        }
      }),
      { seed: 14, numRuns: 300 },
    );
    expect(identified).toBeGreaterThan(50);
    expect(open).toBeGreaterThan(20);
  });

  test('the formula takes nodes that lines join together', () => {
    const graphs = classOf(graphOf('a -- b, a -> y, b -> y, x -> y, x -> a, x -> b'));
    const found = identificationInClass(graphs, { outcome: ['y'], action: ['x'], given: [], experiments: [] });
    expect(found.ok && found.value.estimand).toBe('P(y | x)');
    const two = classOf(graphOf('a -- b, a -> y, b -> y, c -> y, c -> d, e -> d'));
    const both = identificationInClass(two, { outcome: ['y'], action: ['a', 'b'], given: [], experiments: [] });
    expect(both.ok && both.value.identifiable).toBe(true);
    const one = identificationInClass(two, { outcome: ['y'], action: ['a'], given: [], experiments: [] });
    expect(one.ok && one.value).toMatchObject({
      identifiable: false,
      hedge: expect.stringContaining('a -- b: in a graph of the class it is a -> b -> y'),
    });
    expect(namesOf(two.first, [0])).toEqual(['a']);
  });
});

/** A joint distribution of binary nodes with the separations of a graph, as probabilities by the bits of the nodes. */
function jointOf(graph: IndexedGraph): readonly number[] {
  const factor = factorsOf(graph);
  return Array.from({ length: 1 << graph.count }, (_, bits) =>
    [...graph.nodes.keys()].reduce((p, v) => p * factor(v, bits), 1),
  );
}

/** What a joint distribution answers to the probabilities of an estimand. */
const seenIn = (graph: IndexedGraph, table: readonly number[]): Distribution => {
  const mass = (names: readonly string[], values: ReadonlyMap<string, number>): number =>
    table.reduce((sum, p, bits) => {
      const fits = names.every((name) => ((bits >> graph.indexOf.get(name)!) & 1) === (values.get(name) ?? 0));
      return fits ? sum + p : sum;
    }, 0);
  return (of, given, _, values) => mass([...of, ...given], values) / mass(given, values);
};

/** P(v | parents) at an assignment, fixed by a formula that treats every node and every value in its own way. */
function factorsOf(graph: IndexedGraph): (v: number, bits: number) => number {
  return (v, bits) => {
    const causes = [...neighbours(graph.parents, v)].reduce((sum, w) => sum + (w + 1.37) * ((bits >> w) & 1), 0);
    const one = 0.1 + 0.8 * (0.5 + 0.5 * Math.sin(1.9 * causes + 0.7 * v + 0.3));
    return ((bits >> v) & 1) === 1 ? one : 1 - one;
  };
}

/** P(y = 1 | do(x = 0)) and P(y = 1 | do(x = 1)) if a member is the truth behind a joint distribution: by truncated factorisation. */
function effectIn(graph: IndexedGraph, table: readonly number[], x: number, y: number): readonly number[] {
  const mass = (fixed: number, values: number): number =>
    table.reduce((sum, p, bits) => ((bits & fixed) === (values & fixed) ? sum + p : sum), 0);
  return [0, 1].map((value) => {
    let total = 0;
    for (const [bits] of table.entries()) {
      if (((bits >> x) & 1) !== value || ((bits >> y) & 1) !== 1) continue;
      let product = 1;
      for (const v of graph.nodes.keys()) {
        if (v === x) continue;
        const causes = [...neighbours(graph.parents, v)].reduce((mask, w) => mask | (1 << w), 0);
        product *= mass(causes | (1 << v), bits) / mass(causes, bits);
      }
      total += product;
    }
    return total;
  });
}
