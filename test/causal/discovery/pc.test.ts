import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Arrow, knownArrows, noKnowledge, type PriorKnowledge } from '../../../src/causal/discovery/knowledge.js';
import { pcGraph } from '../../../src/causal/discovery/pc.js';
import { markedText } from '../../../src/causal/discovery/write_marked.js';
import { edgesOf, type IndexedGraph } from '../../../src/causal/indexed.js';
import { topologicalOrder } from '../../../src/causal/structure.js';
import { commonMarks, orientations, statements } from './equivalent.js';
import { classOf, graphs, problemFor } from './known_independencies.js';

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

/** All graphs with the same nodes and joined pairs that say the same independencies. */
function equivalentGraphs(graph: IndexedGraph): readonly IndexedGraph[] {
  const wanted = statements(graph);
  return orientations(graph, ['->', '<-']).filter(
    (other) => topologicalOrder(other) !== null && statements(other) === wanted,
  );
}

/** Two tiers by a topological order cut at some place. */
function tiersOf(graph: IndexedGraph, pick: number): readonly (readonly number[])[] {
  const order = topologicalOrder(graph)!;
  const cut = 1 + (pick % (graph.count - 1));
  return [order.slice(0, cut), order.slice(cut)];
}
