import type { Graph } from '../../causal/graph.js';
import type { Json } from '../json.js';

/** The graph as JSON: `nodes` with their marks, `edges` with kind `->`, `<->` or `--`. */
export const graphJson = (graph: Graph): Json => ({
  nodes: graph.nodes.map(({ name, latent, intervened, parameter }) => ({ name, latent, intervened, parameter })),
  edges: graph.edges.map(({ from, to, kind }) => ({ from, to, kind })),
});
