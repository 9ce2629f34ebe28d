import { type Graph, type GraphEdge, graphNode } from '../graph.js';

/** Gathers a graph in the order in which its nodes are named. */
type GraphCollector = {
  readonly node: (name: string) => void;
  readonly latent: (name: string) => void;
  /** An edge between two nodes, which it names; a second one like it counts once. */
  readonly edge: (from: string, to: string, kind: GraphEdge['kind']) => void;
  readonly graph: () => Graph;
};

export function createCollector(): GraphCollector {
  const names = new Set<string>();
  const hidden = new Set<string>();
  const edges = new Map<string, GraphEdge>();
  return {
    node: (name) => void names.add(name),
    latent: (name) => {
      names.add(name);
      hidden.add(name);
    },
    edge: (from, to, kind) => {
      names.add(from);
      names.add(to);
      const ends = kind === '->' ? [from, to] : [from, to].sort();
      const key = JSON.stringify([kind, ...ends]);
      if (!edges.has(key)) edges.set(key, { from, to, kind });
    },
    graph: () => ({
      nodes: [...names].map((name) => graphNode(name, { latent: hidden.has(name) })),
      edges: [...edges.values()],
    }),
  };
}
