/** Graphs whose edges have a mark at each end, as data can tell them: what discovery ends in. */

/** What stands at one end of an edge. A circle: members of the class differ there. */
export type Mark = 'tail' | 'arrow' | 'circle';

/**
 * An edge between two nodes, by their places. `a --> b` has a tail at a and an arrow at b; two tails are an edge without a direction, two
 * arrows a common cause, and circles say that the mark is not known.
 */
export type MarkedEdge = { readonly a: number; readonly b: number; readonly atA: Mark; readonly atB: Mark };

/** Nodes by their names, and at most one edge for each pair, in the order of the pairs with a < b. */
export type MarkedGraph = { readonly nodes: readonly string[]; readonly edges: readonly MarkedEdge[] };

/** A marked graph of these edges, put in order. Throws where a pair has two edges or an edge both ends at one node. */
export function markedGraph(nodes: readonly string[], edges: Iterable<MarkedEdge>): MarkedGraph {
  const ordered = [...edges]
    .map(({ a, b, atA, atB }): MarkedEdge => (a < b ? { a, b, atA, atB } : { a: b, b: a, atA: atB, atB: atA }))
    .sort((e, f) => e.a - f.a || e.b - f.b);
  for (const [k, { a, b }] of ordered.entries()) {
    const next = ordered[k + 1];
    if (a === b || (next !== undefined && next.a === a && next.b === b))
      throw new Error('marked graph: pair of one edge');
  }
  return { nodes, edges: ordered };
}

/** `from --> to`. */
export const directedEdge = (from: number, to: number): MarkedEdge => ({ a: from, b: to, atA: 'tail', atB: 'arrow' });

/** `a -- b`. */
export const undirectedEdge = (a: number, b: number): MarkedEdge => ({ a, b, atA: 'tail', atB: 'tail' });

/** A graph in the making: entry `a * count + b` is the mark at b of the edge between a and b, 0 where there is none. */
export type MarkMatrix = { readonly count: number; readonly marks: Uint8Array };

/** Numbers of marks in a matrix. */
export const none = 0;
export const tail = 1;
export const arrow = 2;
export const circle = 3;

/** A matrix with the same mark at both ends of each edge of a skeleton, a symmetric matrix of zeros and ones. */
export const matrixOfSkeleton = (count: number, skeleton: Uint8Array, mark: number): MarkMatrix => ({
  count,
  marks: skeleton.map((joined) => (joined === 0 ? none : mark)),
});

const markNamed: readonly Mark[] = ['circle', 'tail', 'arrow', 'circle'];

/** The marked graph of a matrix. */
export function graphOfMatrix({ count, marks }: MarkMatrix, nodes: readonly string[]): MarkedGraph {
  const edges: MarkedEdge[] = [];
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++)
      if (marks[a * count + b] !== none)
        edges.push({ a, b, atA: markNamed[marks[b * count + a]!]!, atB: markNamed[marks[a * count + b]!]! });
  return { nodes, edges };
}

/** Whether a mark is left open somewhere. */
export const hasCircles = ({ edges }: MarkedGraph): boolean =>
  edges.some(({ atA, atB }) => atA === 'circle' || atB === 'circle');

const leftEnd = { tail: '-', arrow: '<', circle: 'o' } as const satisfies Record<Mark, string>;
const rightEnd = { tail: '-', arrow: '>', circle: 'o' } as const satisfies Record<Mark, string>;

/** How an edge is written from a to b: `-->`, `<--`, `<->`, `--`, `o->`, `o-o`, `--o` and so on. */
export function edgeSign({ atA, atB }: MarkedEdge): string {
  if (atA === 'tail' && atB === 'tail') return '--';
  return `${leftEnd[atA]}-${rightEnd[atB]}`;
}

/** The edge with its arrow to the right, where only one end has one. */
export const turnedRight = (edge: MarkedEdge): MarkedEdge =>
  (edge.atA === 'arrow' && edge.atB !== 'arrow') || (edge.atB === 'tail' && edge.atA === 'circle')
    ? { a: edge.b, b: edge.a, atA: edge.atB, atB: edge.atA }
    : edge;
