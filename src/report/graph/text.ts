import type { Graph, GraphNode } from '../../causal/graph.js';
import type { GraphView } from './view.js';

/**
 * A line for each node with what it causes, then a line for each unnamed common cause and each edge of unknown direction: `a -> b, c`. The paths of a
 * view follow, each open or closed.
 */
export function graphText(graph: Graph, view: GraphView = { given: new Set(), between: null }): string {
  const effects = new Map<string, string[]>(graph.nodes.map((node) => [node.name, []]));
  for (const edge of graph.edges) if (edge.kind === '->') effects.get(edge.from)?.push(edge.to);
  const named = graph.nodes.map((node) => {
    const to = effects.get(node.name) ?? [];
    return `${node.name}${marks(node, view.given.has(node.name))}${to.length > 0 ? ` -> ${to.join(', ')}` : ''}`;
  });
  const shared = graph.edges.filter(({ kind }) => kind !== '->').map(({ from, kind, to }) => `${from} ${kind} ${to}`);
  const paths = (view.between?.paths ?? []).map(({ text, open }) => `${open ? 'open  ' : 'closed'}  ${text}`);
  const none = view.between !== null && paths.length === 0 ? ['no path'] : [];
  const more = view.between?.complete === false ? ['… and more'] : [];
  const apart = view.between === null ? [] : [''];
  return [...named, ...shared, ...apart, ...paths, ...none, ...more].map((line) => `${line}\n`).join('');
}

function marks(node: GraphNode, given: boolean): string {
  const words: string[] = [];
  if (node.latent) words.push('latent');
  if (node.parameter) words.push('param');
  if (node.intervened) words.push('do');
  if (given) words.push('given');
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}
