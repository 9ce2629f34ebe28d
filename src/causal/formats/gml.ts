import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import type { Source, Span } from '../../syntax/span.js';
import type { Graph } from '../graph.js';
import { createCollector } from './collector.js';
import { type GraphToken, graphTokens } from './tokens.js';

/** A list of keys with their values, as GML writes everything. */
type Block = { readonly entries: readonly Entry[]; readonly span: Span };
type Entry = { readonly key: string; readonly value: GraphToken | Block };

/** Lists inside of lists, more of which no graph has. */
const deepest = 200;

/**
 * Reads a directed graph in GML (Himsolt 1996): `graph [ directed 1 node [ id 0 label "x" ] edge [ source 0 target 1 ] ]`. A node is called by
 * its label, else by its id; one with `observed "no"` or `latent 1` is latent; an edge with `bidirected 1` is a `<->`, one with `undirected 1` a `--`. E0550 where the text is
 * something else, E0551 for a graph that says it is undirected.
 */
export function readGml(source: Source): Outcome<Graph> {
  const { tokens, diagnostics } = graphTokens(source);
  const found: Diagnostic[] = [...diagnostics];
  let at = 0;
  const block = (start: number, depth: number): Block => {
    const entries: Entry[] = [];
    if (depth > deepest) {
      found.push(diagnose('E0550', 'lists stand too deep in each other', source, tokens[at]!.span));
      at = tokens.length - 1;
    }
    while (at < tokens.length - 1 && tokens[at]!.text !== ']') {
      const key = tokens[at]!;
      at += 1;
      const value = tokens[at]!;
      if (key.kind !== 'word' || value.kind === 'end') {
        found.push(diagnose('E0550', `expected a key and its value, not '${key.text}'`, source, key.span));
        continue;
      }
      at += 1;
      if (value.kind === 'sign' && value.text === '[') {
        entries.push({ key: key.text.toLowerCase(), value: block(value.span.start, depth + 1) });
        if (tokens[at]?.text === ']') at += 1;
        else found.push(diagnose('E0550', "this '[' is not closed", source, value.span));
      } else entries.push({ key: key.text.toLowerCase(), value });
    }
    return { entries, span: { start, end: tokens[Math.min(at, tokens.length - 1)]!.span.end } };
  };
  const file = block(0, 0);
  const graph = file.entries.find((e) => e.key === 'graph')?.value;
  if (graph === undefined || !('entries' in graph))
    return fail(...found, diagnose('E0550', "expected 'graph [ … ]'", source, file.span));
  if (wordOf(graph, 'directed') !== '1')
    return fail(
      ...found,
      diagnose('E0551', 'this graph is not directed', source, graph.span, "write 'directed 1' into it"),
    );
  const collector = createCollector();
  const names = new Map<string, string>();
  const called = new Set<string>();
  for (const node of blocksOf(graph, 'node')) {
    const id = wordOf(node, 'id');
    const label = wordOf(node, 'label');
    const name = label === null ? id : label.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    if (id === null || name === null) found.push(diagnose('E0550', 'a node needs an id', source, node.span));
    else {
      if (names.has(id) || called.has(name))
        found.push(diagnose('E0550', `two nodes are called '${names.has(id) ? id : name}'`, source, node.span));
      names.set(id, name);
      called.add(name);
      collector.node(name);
      if (wordOf(node, 'observed') === 'no' || wordOf(node, 'latent') === '1') collector.latent(name);
    }
  }
  for (const edge of blocksOf(graph, 'edge')) {
    const [from, to] = [names.get(wordOf(edge, 'source') ?? ''), names.get(wordOf(edge, 'target') ?? '')];
    if (from === undefined || to === undefined)
      found.push(diagnose('E0550', 'an edge needs the ids of two nodes, as source and target', source, edge.span));
    else {
      const turned = wordOf(edge, 'undirected') === '1' ? '--' : '->';
      collector.edge(from, to, wordOf(edge, 'bidirected') === '1' ? '<->' : turned);
    }
  }
  return found.length > 0 ? fail(...found) : succeed(collector.graph());
}

const blocksOf = ({ entries }: Block, key: string): readonly Block[] =>
  entries.flatMap((e) => (e.key === key && 'entries' in e.value ? [e.value] : []));

function wordOf({ entries }: Block, key: string): string | null {
  const value = entries.find((e) => e.key === key)?.value;
  return value === undefined || 'entries' in value ? null : value.text;
}

const marksOf = { '->': '', '<->': ' bidirected 1', '--': ' undirected 1' } as const;

/** A graph in GML. */
export function writeGml(graph: Graph): string {
  const quoted = (name: string): string =>
    `"${name.replaceAll('\\', '\\\\').replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
  const ids = new Map(graph.nodes.map(({ name }, id) => [name, id]));
  const lines = ['graph [', '  directed 1'];
  for (const [id, { name, latent }] of graph.nodes.entries())
    lines.push(`  node [ id ${id} label ${quoted(name)}${latent ? ' latent 1' : ''} ]`);
  for (const { from, to, kind } of graph.edges)
    lines.push(`  edge [ source ${ids.get(from)} target ${ids.get(to)}${marksOf[kind]} ]`);
  return `${[...lines, ']'].join('\n')}\n`;
}
