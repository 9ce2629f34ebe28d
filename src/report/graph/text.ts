import type { Graph, GraphNode } from '../../causal/graph.js';

/** A line for each node with what it causes, then a line for each unnamed common cause and each edge of unknown direction: `a -> b, c`. */
export function graphText(graph: Graph): string {
  const effects = new Map<string, string[]>(graph.nodes.map((node) => [node.name, []]));
  for (const edge of graph.edges) if (edge.kind === '->') effects.get(edge.from)?.push(edge.to);
  const named = graph.nodes.map((node) => {
    const to = effects.get(node.name) ?? [];
    return `${node.name}${marks(node)}${to.length > 0 ? ` -> ${to.join(', ')}` : ''}`;
  });
  const shared = graph.edges.filter(({ kind }) => kind !== '->').map(({ from, kind, to }) => `${from} ${kind} ${to}`);
  return [...named, ...shared].map((line) => `${line}\n`).join('');
}

function marks(node: GraphNode): string {
  const words: string[] = [];
  if (node.latent) words.push('latent');
  if (node.parameter) words.push('param');
  if (node.intervened) words.push('do');
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}
