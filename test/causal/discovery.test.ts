import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maximalAncestralGraph } from '../../src/causal/ancestral.js';
import type { ColliderRule } from '../../src/causal/discovery/discovery.js';
import { fciGraph } from '../../src/causal/discovery/fci.js';
import { type Arrow, knownArrows, noKnowledge, type PriorKnowledge } from '../../src/causal/discovery/knowledge.js';
import {
  directedEdge,
  type MarkedEdge,
  type MarkedGraph,
  markedGraph,
  undirectedEdge,
} from '../../src/causal/discovery/marked_graph.js';
import { pcGraph } from '../../src/causal/discovery/pc.js';
import type { ConstraintProblem } from '../../src/causal/discovery/tested.js';
import { markedDagitty, markedDeclaration, markedJson, markedText } from '../../src/causal/discovery/write_marked.js';
import { cpdagOf } from '../../src/causal/equivalence.js';
import { readDagitty } from '../../src/causal/formats/dagitty.js';
import { graphNode, graphOfDeclaration } from '../../src/causal/graph.js';
import { separationOracle } from '../../src/causal/independence/oracle.js';
import type { IndependenceTest } from '../../src/causal/independence/test.js';
import { edgesOf, type IndexedEdge, type IndexedGraph, indexEdges } from '../../src/causal/indexed.js';
import { ancestors } from '../../src/causal/reach.js';
import { separated } from '../../src/causal/separation.js';
import { topologicalOrder } from '../../src/causal/structure.js';
import { parse } from '../../src/syntax/parse.js';
import { graphNamed, graphOf, list, ofKind } from './cases.js';

const observedOf = (graph: IndexedGraph): readonly number[] =>
  [...graph.nodes.keys()].filter((v) => !graph.nodes[v]!.latent);

function problemFor(
  graph: IndexedGraph,
  colliders: ColliderRule = 'standard',
  prior: PriorKnowledge = noKnowledge,
): ConstraintProblem {
  const observed = observedOf(graph);
  const known = knownArrows(observed.length, prior);
  if (!known.ok) throw new Error(known.reason);
  return {
    names: observed.map((v) => graph.nodes[v]!.name),
    test: separationOracle(graph, observed),
    alpha: 0.5,
    colliders,
    most: observed.length,
    known: known.value,
  };
}

function nothing(count: number): ConstraintProblem['known'] {
  const known = knownArrows(count, noKnowledge);
  if (!known.ok) throw new Error(known.reason);
  return known.value;
}

/** A graph over nodes of which the last `hidden` are latent; `bits` say which pairs are joined, arrows go up. The order of nodes is mixed by `turn`. */
function randomGraph(count: number, bits: readonly boolean[], turn: number, hidden = 0): IndexedGraph {
  const place = Array.from({ length: count }, (_, v) => (v * (2 * turn + 1) + turn) % count);
  const fair = new Set(place).size === count ? place : place.map((_, v) => v);
  const edges: IndexedEdge[] = [];
  let at = 0;
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++)
      if (bits[at++ % bits.length] === true) edges.push({ from: fair[a]!, to: fair[b]!, kind: '->' });
  return indexEdges(
    Array.from({ length: count }, (_, v) => graphNode(`v${v}`, { latent: v >= count - hidden })),
    edges,
  );
}

/** A random acyclic graph. */
const graphs = (least: number, most: number, density: number, hidden = 0): fc.Arbitrary<IndexedGraph> =>
  fc
    .tuple(
      fc.integer({ min: least, max: most }),
      fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 45, maxLength: 45 }),
      fc.integer({ min: 0, max: 5 }),
    )
    .map(([count, chances, turn]) =>
      randomGraph(
        count,
        chances.map((c) => c < density),
        turn,
        hidden,
      ),
    );

function classOf(graph: IndexedGraph): MarkedGraph {
  const { directed, undirected } = cpdagOf(graph);
  return markedGraph(
    graph.nodes.map(({ name }) => name),
    [...directed.map(([a, b]) => directedEdge(a, b)), ...undirected.map(([a, b]) => undirectedEdge(a, b))],
  );
}

describe('PC that knows the independencies', () => {
  test.each(['standard', 'majority', 'conservative'] as const)('finds the class of random graphs (%s)', (rule) => {
    fc.assert(
      fc.property(graphs(2, 9, 35), (graph) => {
        const { graph: found, undecided, conflicts } = pcGraph(problemFor(graph, rule));
        expect(markedText(found)).toBe(markedText(classOf(graph)));
        expect([undecided, conflicts]).toEqual([0, 0]);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test('what is known narrows the class to the members that agree', () => {
    fc.assert(
      fc.property(
        graphs(3, 5, 55),
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 0, max: 2 }),
        (graph, pick, how) => {
          const arrows = edgesOf(graph).map(({ from, to }): Arrow => [from, to]);
          if (arrows.length === 0) return;
          const [from, to] = arrows[pick % arrows.length]!;
          const prior: PriorKnowledge = [
            { tiers: [], required: [[from, to] as const], forbidden: [] },
            { tiers: [], required: [], forbidden: [[to, from] as const] },
            { tiers: tiersOf(graph, pick), required: [], forbidden: [] },
          ][how]!;
          const known = knownArrows(graph.count, prior);
          if (!known.ok) throw new Error(known.reason);
          const members = equivalentGraphs(graph).filter((member) =>
            edgesOf(member).every((e) => known.value.forbidden[e.from * graph.count + e.to] === 0),
          );
          expect(markedText(pcGraph(problemFor(graph, 'standard', prior)).graph)).toBe(
            markedText(
              commonMarks(
                graph.nodes.map(({ name }) => name),
                members,
                'tail',
              ),
            ),
          );
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  test('prior knowledge that contradicts itself is refused', () => {
    const refused = (prior: Partial<PriorKnowledge>): string => {
      const known = knownArrows(3, { ...noKnowledge, ...prior });
      return known.ok ? '' : known.reason;
    };
    expect(refused({ required: [[0, 1]], forbidden: [[0, 1]] })).toContain('forbidden');
    expect(refused({ required: [[1, 0]], tiers: [[0], [1]] })).toContain('tiers');
    expect(
      refused({
        required: [
          [0, 1],
          [1, 0],
        ],
      }),
    ).not.toBe('');
    expect(
      refused({
        required: [
          [0, 1],
          [1, 2],
          [2, 0],
        ],
      }),
    ).toContain('circle');
    expect(refused({ required: [[0, 1]], forbidden: [[1, 0]] })).toBe('');
  });
});

/** Two tiers by a topological order cut at some place. */
function tiersOf(graph: IndexedGraph, pick: number): readonly (readonly number[])[] {
  const order = topologicalOrder(graph)!;
  const cut = 1 + (pick % (graph.count - 1));
  return [order.slice(0, cut), order.slice(cut)];
}

/** All graphs with the same nodes and joined pairs that say the same independencies. */
function equivalentGraphs(graph: IndexedGraph): readonly IndexedGraph[] {
  const wanted = statements(graph);
  return orientations(graph, ['->', '<-']).filter(
    (other) => topologicalOrder(other) !== null && statements(other) === wanted,
  );
}

/** Every way to mark the edges of a graph. */
function orientations(graph: IndexedGraph, kinds: readonly ('->' | '<-' | '<->')[]): readonly IndexedGraph[] {
  const edges = edgesOf(graph);
  const found: IndexedGraph[] = [];
  const go = (chosen: readonly IndexedEdge[]): void => {
    const next = edges[chosen.length];
    if (next === undefined) {
      found.push(indexEdges(graph.nodes, chosen));
      return;
    }
    for (const kind of kinds)
      go([
        ...chosen,
        kind === '<-' ? { from: next.to, to: next.from, kind: '->' } : { from: next.from, to: next.to, kind },
      ]);
  };
  go([]);
  return found;
}

/** Which pairs are separated by which sets, as one text. */
function statements(graph: IndexedGraph): string {
  const bits: string[] = [];
  for (let x = 0; x < graph.count; x++)
    for (let y = x + 1; y < graph.count; y++)
      for (let set = 0; set < 1 << graph.count; set++) {
        if (((set >> x) & 1) + ((set >> y) & 1) > 0) continue;
        const given = [...graph.nodes.keys()].filter((v) => ((set >> v) & 1) === 1);
        bits.push(separated(graph, [x], [y], given) ? '1' : '0');
      }
  return bits.join('');
}

/** Marks that all graphs have in common; where they differ a circle, or a line of two tails. */
function commonMarks(
  names: readonly string[],
  members: readonly IndexedGraph[],
  otherwise: 'tail' | 'circle',
): MarkedGraph {
  const marksIn = new Map<string, Set<MarkedEdge['atA']>>();
  const note = (a: number, b: number, mark: MarkedEdge['atA']): void => {
    const key = `${a},${b}`;
    marksIn.set(key, (marksIn.get(key) ?? new Set()).add(mark));
  };
  for (const member of members)
    for (const { from, to, kind } of edgesOf(member)) {
      note(from, to, 'arrow');
      note(to, from, kind === '->' ? 'tail' : 'arrow');
    }
  const markAt = (a: number, b: number): MarkedEdge['atA'] => {
    const [one, ...others] = marksIn.get(`${a},${b}`)!;
    return others.length === 0 ? one! : otherwise;
  };
  const edges = edgesOf(members[0]!).map(({ from, to }) => ({
    a: from,
    b: to,
    atA: markAt(to, from),
    atB: markAt(from, to),
  }));
  return markedGraph(
    names,
    // A line has two tails where an edge points either way.
    otherwise === 'circle'
      ? edges
      : edges.map((e) => (e.atA === 'tail' && e.atB === 'tail' ? undirectedEdge(e.a, e.b) : e)),
  );
}

/** Whether a mixed graph is ancestral: no node is above one that it is joined with by an edge into both, and there is no circle. */
function isAncestral(graph: IndexedGraph): boolean {
  if (topologicalOrder(graph) === null) return false;
  return edgesOf(graph).every(
    ({ from, to, kind }) => kind === '->' || !(ancestors(graph, [from]).has(to) || ancestors(graph, [to]).has(from)),
  );
}

/** The partial ancestral graph by listing all ancestral graphs that say the same. */
function pagByEnumeration(graph: IndexedGraph): MarkedGraph {
  const mag = maximalAncestralGraph(graph);
  const wanted = statements(mag);
  const members = orientations(mag, ['->', '<-', '<->']).filter((g) => isAncestral(g) && statements(g) === wanted);
  return edgesOf(mag).length === 0
    ? markedGraph(
        mag.nodes.map(({ name }) => name),
        [],
      )
    : commonMarks(
        mag.nodes.map(({ name }) => name),
        members,
        'circle',
      );
}

describe('marked graphs as text', () => {
  const names = ['a', 'family income', 'if', 'family-income'];
  const graph = markedGraph(names, [
    directedEdge(1, 0),
    undirectedEdge(1, 2),
    { a: 0, b: 2, atA: 'arrow', atB: 'arrow' },
  ]);
  test('a declaration has names that a program can write', () => {
    expect(markedDeclaration(graph, 'Found')).toBe(
      'graph Found {\n  family_income -> a\n  a <-> if_\n  family_income -- if_\n  family_income_2\n}\n',
    );
  });

  test('each pair of marks has its sign', () => {
    const marks = ['tail', 'arrow', 'circle'] as const;
    const signs = marks.flatMap((atA) =>
      marks.map((atB) => markedText(markedGraph(['a', 'b'], [{ a: 0, b: 1, atA, atB }])).trim()),
    );
    expect(signs).toEqual([
      'a -- b',
      'a --> b',
      'a --o b',
      'b --> a',
      'a <-> b',
      'b o-> a',
      'b --o a',
      'a o-> b',
      'a o-o b',
    ]);
  });

  test('what is found is read back from the languages that hold it', () => {
    fc.assert(
      fc.property(graphs(2, 7, 40), (of) => {
        const found = classOf(of);
        const wanted = found.edges.map((e) =>
          e.atB === 'arrow' ? `${e.a}>${e.b}` : e.atA === 'arrow' ? `${e.b}>${e.a}` : `${e.a}-${e.b}`,
        );
        const read = readDagitty({ name: 'found.dagitty', text: markedDagitty(found) });
        const { file, diagnostics } = parse({ name: 'found.scm', text: markedDeclaration(found, 'Found')! });
        const [declaration] = file.declarations;
        if (!read.ok || declaration?.kind !== 'graph') throw new Error('not read back');
        expect(diagnostics).toEqual([]);
        for (const { nodes, edges } of [read.value, graphOfDeclaration(declaration)]) {
          expect(nodes.map(({ name }) => name).sort()).toEqual([...found.nodes].sort());
          const place = (name: string): number => found.nodes.indexOf(name);
          expect(
            edges
              .map(({ from, to, kind }) =>
                kind === '--' ? [place(from), place(to)].sort().join('-') : `${place(from)}>${place(to)}`,
              )
              .sort(),
          ).toEqual([...wanted].sort());
        }
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  test('a pair has one edge', () => {
    expect(() => markedGraph(['a', 'b'], [directedEdge(0, 1), undirectedEdge(1, 0)])).toThrow();
    expect(() => markedGraph(['a', 'b'], [directedEdge(0, 0)])).toThrow();
  });
});

describe('FCI that knows the independencies', () => {
  test.each(ofKind('fci_oracle').map((c) => [c.id, c] as const))('%s', (_, c) => {
    const graph = graphOf(c);
    const latents = new Set(list(c.latents));
    const nodes = graph.nodes.map((node) => ({ ...node, latent: latents.has(node.name) }));
    const { graph: found } = fciGraph(problemFor(indexEdges(nodes, edgesOf(graph))));
    const wanted = Array.isArray(c.marks) ? c.marks : [];
    const lines = (edges: readonly ReturnType<typeof markedJson>['edges'][number][]): readonly string[] =>
      edges.map((e) => [`${e.a} ${e.at_a}`, `${e.b} ${e.at_b}`].sort().join(', ')).sort();
    expect(lines(markedJson(found).edges)).toEqual(lines(wanted));
    expect(wanted.length).toBeGreaterThan(3);
  });

  test('finds what all equivalent ancestral graphs have in common', () => {
    let circles = 0;
    let arrows = 0;
    fc.assert(
      fc.property(graphs(5, 7, 42, 2), (graph) => {
        if (edgesOf(maximalAncestralGraph(graph)).length > 6) return;
        const { graph: found } = fciGraph(problemFor(graph));
        expect(markedText(found)).toBe(markedText(pagByEnumeration(graph)));
        for (const { atA, atB } of found.edges) {
          circles += Number(atA === 'circle') + Number(atB === 'circle');
          arrows += Number(atA === 'arrow') + Number(atB === 'arrow');
        }
      }),
      { seed: 23, numRuns: 100 },
    );
    expect(circles).toBeGreaterThan(100);
    expect(arrows).toBeGreaterThan(50);
  });

  test('selection makes edges without arrows', () => {
    // Rows are kept by what neighbours of a ring do together; e and f hang on a.
    const ring = 'a -> s1 <- b; b -> s2 <- c; c -> s3 <- d; d -> s4 <- a; a -> e -> f';
    const graph = graphNamed(`dag { ${ring} }`);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const place = (name: string): number => graph.indexOf.get(name)!;
    const selected = ['s1', 's2', 's3', 's4'].map(place);
    const test: IndependenceTest = {
      name: 'selected',
      test: (x, y, given) => {
        const set = [...given.map((v) => place(names[v]!)), ...selected];
        const apart = separated(graph, [place(names[x]!)], [place(names[y]!)], set);
        return { statistic: 0, p: apart ? 1 : 0, df: null, sparse: false };
      },
    };
    const { graph: found } = fciGraph({ ...problemFor(graph), names, test, known: nothing(names.length), most: 6 });
    expect(markedText(found)).toBe('a -- b\na -- d\na --o e\nb -- c\nc -- d\ne --o f\n');
  });

  test('marks that follow from tiers hold in every member that agrees with them', () => {
    let gained = 0;
    fc.assert(
      fc.property(graphs(5, 7, 42, 2), fc.integer({ min: 0, max: 99 }), (graph, pick) => {
        const mag = maximalAncestralGraph(graph);
        if (edgesOf(mag).length > 6) return;
        const order = topologicalOrder(mag)!;
        const cut = 1 + (pick % (mag.count - 1));
        const prior = { ...noKnowledge, tiers: [order.slice(0, cut), order.slice(cut)] };
        const early = new Set(order.slice(0, cut));
        const wanted = statements(mag);
        const members = orientations(mag, ['->', '<-', '<->']).filter(
          (g) =>
            isAncestral(g) &&
            edgesOf(g).every(({ from, to, kind }) => kind === '<->' || early.has(from) || !early.has(to)) &&
            statements(g) === wanted,
        );
        expect(members.length).toBeGreaterThan(0);
        if (edgesOf(mag).length === 0) return;
        const { graph: found } = fciGraph(problemFor(graph, 'standard', prior));
        const plain = fciGraph(problemFor(graph)).graph;
        const certain = commonMarks(found.nodes, members, 'circle');
        expect(found.edges.map(({ a, b }) => [a, b])).toEqual(certain.edges.map(({ a, b }) => [a, b]));
        for (const [k, edge] of found.edges.entries())
          for (const end of ['atA', 'atB'] as const) {
            if (edge[end] !== 'circle') expect(edge[end]).toBe(certain.edges[k]![end]);
            if (edge[end] !== 'circle' && plain.edges[k]![end] === 'circle') gained += 1;
          }
      }),
      { seed: 31, numRuns: 100 },
    );
    expect(gained).toBeGreaterThan(20);
  });
});
