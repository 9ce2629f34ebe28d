/** Random discrete models as programs. */
import { edgesOf, type IndexedGraph, neighbours } from '../../src/causal/indexed.js';
import { topologicalOrder } from '../../src/causal/structure.js';

/** `randomScm` of the same seed as a program: it takes its numbers in the same order. */
export function programOf(graph: IndexedGraph, random: () => number): string {
  const common = edgesOf(graph).filter(({ kind }) => kind === '<->');
  const lines = common.map((_, k) => `latent u${k} ~ bernoulli(${0.2 + 0.6 * random()})`);
  for (const v of topologicalOrder(graph) ?? []) {
    const causes = [...neighbours(graph.parents, v)].map((p) => graph.nodes[p]!.name);
    for (const [k, { from, to }] of common.entries()) if (from === v || to === v) causes.push(`u${k}`);
    const table = Array.from({ length: 2 ** causes.length }, () => 0.05 + 0.9 * random());
    const row = causes.reduce((so, name) => (so === '' ? `int(${name})` : `(2 * ${so} + int(${name}))`), '');
    lines.push(`${graph.nodes[v]!.name} ~ bernoulli(${row === '' ? table[0] : `[${table.join(', ')}][${row}]`})`);
  }
  return `model M {\n${lines.join('\n')}\n}`;
}
