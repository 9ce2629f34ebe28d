/** Causal graphs as plain data, and how they are read off a `graph` declaration. */
import type { DeclarationOf, GraphStatement } from '../syntax/tree.js';

/** A variable of a causal graph. */
export type GraphNode = {
  readonly name: string;
  /** Never measured. */
  readonly latent: boolean;
  /** Set by `do`: it has no causes left. */
  readonly intervened: boolean;
  /** A parameter of the population, the same for every unit. */
  readonly parameter: boolean;
};

/** `->` goes from cause to effect; `<->` is an unnamed common cause of both; `--` is an edge that points one way or the other: it is not known which. */
export type GraphEdge = { readonly from: string; readonly to: string; readonly kind: '->' | '<->' | '--' };

/** Nodes in the order in which they are first named; no edge stands twice. */
export type Graph = { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };

/** A node by its name; what `marks` leaves out is false. */
export const graphNode = (name: string, marks: Partial<Omit<GraphNode, 'name'>> = {}): GraphNode => ({
  name,
  latent: false,
  intervened: false,
  parameter: false,
  ...marks,
});

/** The graph that a `graph` declaration writes down. A `<-` is turned round; an edge written twice counts once. */
export function graphOfDeclaration(declaration: DeclarationOf<'graph'>): Graph {
  const latent = new Set<string>();
  const names = new Set<string>();
  const edges = new Map<string, GraphEdge>();
  for (const statement of declaration.statements) {
    for (const name of namesIn(statement)) names.add(name);
    if (statement.kind === 'latent') for (const name of statement.names) latent.add(name.text);
    if (statement.kind === 'edges')
      for (const edge of edgesOf(statement)) {
        // `a <-> b` and `b <-> a` are one edge, and so are `a -- b` and `b -- a`.
        const ends = edge.kind === '->' ? [edge.from, edge.to] : [edge.from, edge.to].sort();
        const key = ends.join(` ${edge.kind} `);
        if (!edges.has(key)) edges.set(key, edge);
      }
  }
  return {
    nodes: [...names].map((name) => graphNode(name, { latent: latent.has(name) })),
    edges: [...edges.values()],
  };
}

function namesIn(statement: GraphStatement): readonly string[] {
  switch (statement.kind) {
    case 'latent':
      return statement.names.map((name) => name.text);
    case 'isolated':
      return [statement.name.text];
    case 'edges':
      return statement.groups.flatMap((group) => group.map((name) => name.text));
  }
}

function* edgesOf(statement: Extract<GraphStatement, { readonly kind: 'edges' }>): Iterable<GraphEdge> {
  for (const [i, arrow] of statement.arrows.entries())
    for (const left of statement.groups[i] ?? [])
      for (const right of statement.groups[i + 1] ?? []) {
        const [from, to] = arrow === '<-' ? [right.text, left.text] : [left.text, right.text];
        yield { from, to, kind: arrow === '<-' ? '->' : arrow };
      }
}

/** Why there is no graph after `do` on these nodes: an edge of unknown direction at one of them would be there or not. Null where there is one. */
export function openToDo(graph: Graph, targets: ReadonlySet<string>): string | null {
  const line = graph.edges.find(({ from, to, kind }) => kind === '--' && (targets.has(from) || targets.has(to)));
  return line === undefined ? null : `whether \`${line.from} -- ${line.to}\` is there after do hangs on its direction`;
}

/** The graph after `do` on these nodes, at which no edge is of unknown direction: no arrow and no common cause points at them any more. */
export function operate(graph: Graph, targets: ReadonlySet<string>): Graph {
  return {
    nodes: graph.nodes.map((node) => (targets.has(node.name) ? { ...node, intervened: true } : node)),
    edges: graph.edges.filter((edge) => !targets.has(edge.to) && !(edge.kind === '<->' && targets.has(edge.from))),
  };
}
