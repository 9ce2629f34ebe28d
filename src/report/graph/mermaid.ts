import type { Graph, GraphNode } from '../../causal/graph.js';

/**
 * The graph as a Mermaid flowchart. Nodes are numbered, because Mermaid takes some names for its own words. Latent nodes are
 * round with dashed edges around, parameters boxes, nodes under `do` doubly framed.
 */
export function graphMermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map((node, index) => [node.name, `n${index}`]));
  const lines = ['flowchart TD'];
  for (const node of graph.nodes) lines.push(`  ${ids.get(node.name)}${shape(node)}`);
  for (const edge of graph.edges) {
    const arrow = { '->': '-->', '<->': '<-.->', '--': '---' }[edge.kind];
    lines.push(`  ${ids.get(edge.from)} ${arrow} ${ids.get(edge.to)}`);
  }
  const latent = graph.nodes.filter((node) => node.latent).map((node) => ids.get(node.name));
  if (latent.length > 0) lines.push('  classDef latent stroke-dasharray: 4 4', `  class ${latent.join(',')} latent`);
  return `${lines.join('\n')}\n`;
}

function shape(node: GraphNode): string {
  const label = `"${node.name.replaceAll('"', '#quot;')}"`;
  if (node.intervened) return `[[${label}]]`;
  return node.parameter ? `[${label}]` : `(${label})`;
}
