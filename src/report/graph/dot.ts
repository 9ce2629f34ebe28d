import type { Graph, GraphNode } from '../../causal/graph.js';

/** The graph in the language of Graphviz: latent nodes dashed, parameters as boxes, nodes under `do` doubly framed, common causes dashed. */
export function graphDot(graph: Graph, name: string): string {
  const lines = [`digraph ${quoted(name)} {`];
  for (const node of graph.nodes) lines.push(`  ${quoted(node.name)}${attributes(node)};`);
  for (const { from, to, kind } of graph.edges) lines.push(`  ${quoted(from)} -> ${quoted(to)}${ends[kind]};`);
  return `${[...lines, '}'].join('\n')}\n`;
}

const ends = { '->': '', '<->': ' [dir=both, style=dashed]', '--': ' [dir=none]' } as const;

function attributes(node: GraphNode): string {
  const parts: string[] = [];
  if (node.parameter) parts.push('shape=box');
  if (node.latent) parts.push('style=dashed');
  if (node.intervened) parts.push('peripheries=2');
  return parts.length > 0 ? ` [${parts.join(', ')}]` : '';
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
