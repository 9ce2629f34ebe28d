import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import type { Source, Span } from '../../syntax/span.js';
import type { Graph, GraphEdge } from '../graph.js';
import { createCollector } from './collector.js';

const arrow = /^\s*(<-+\.*-*>|<=+>|-+\.*-+>|=+>|-+\.+->|-{3,})(?:\|[^|]*\|)?\s*/;
const node = /^\s*([\p{L}\p{N}_.]+)\s*(\(\[|\[\[|\(\(|\[\(|\{\{|[([{>])?/u;
const closing: Readonly<Record<string, string>> = {
  '([': '])',
  '[[': ']]',
  '((': '))',
  '[(': ')]',
  '{{': '}}',
  '(': ')',
  '[': ']',
  '{': '}',
  '>': ']',
};
/** Statements that say nothing of the graph. */
const silent = /^(?:%%|(?:classDef|style|linkStyle|click|subgraph|end|direction|flowchart|graph)(?=\s+[^\s<=-]|\s*$))/;

/**
 * Reads a Mermaid flowchart: `x --> y`, chains, `&` between nodes, labels in brackets, which become the names; `<-->` and `<-.->` are `<->`, `---` is `--`,
 * and `class a,b latent` makes nodes latent. E0550 for a line that is something else, E0551 for an edge that is none of a causal graph.
 */
export function readMermaid(source: Source): Outcome<Graph> {
  const found: Diagnostic[] = [];
  const labels = new Map<string, string>();
  const edges: GraphEdge[] = [];
  const order: string[] = [];
  const latent: string[] = [];
  let start = 0;
  for (const line of source.text.split('\n')) {
    const span: Span = { start, end: start + line.length };
    start += line.length + 1;
    for (const statement of line.split(/(?<!#\w+);/)) readStatement(statement.trim(), span);
  }

  function readStatement(text: string, span: Span): void {
    const marked = /^class\s+(\S+)\s+latent\b/.exec(text)?.[1];
    if (marked !== undefined) latent.push(...marked.split(','));
    if (text === '' || marked !== undefined || silent.test(text) || text.startsWith('class ')) return;
    const state = { rest: text };
    let left = readNodes(state, span);
    while (left !== null && state.rest.trim() !== '') {
      const link = arrow.exec(state.rest);
      if (link === null) {
        const undirected = /^\s*-/.test(state.rest);
        const message = undirected ? 'this is no edge of a causal graph' : `'${state.rest}' is no edge`;
        found.push(diagnose(undirected ? 'E0551' : 'E0550', message, source, span));
        return;
      }
      state.rest = state.rest.slice(link[0].length);
      const right = readNodes(state, span);
      if (right === null) return;
      const kind = link[1]?.startsWith('<') === true ? '<->' : link[1]?.endsWith('>') === true ? '->' : '--';
      for (const from of left) for (const to of right) edges.push({ from, to, kind });
      left = right;
    }
  }

  function readNodes(state: { rest: string }, span: Span): readonly string[] | null {
    const ids: string[] = [];
    for (;;) {
      const head = node.exec(state.rest);
      if (head?.[1] === undefined) {
        found.push(diagnose('E0550', `expected a node, not '${state.rest}'`, source, span));
        return null;
      }
      const [whole, id, bracket] = head;
      ids.push(id!);
      order.push(id!);
      state.rest = state.rest.slice(whole.length);
      if (bracket !== undefined) {
        const end = closing[bracket]!;
        const close = state.rest.indexOf(end);
        if (close === -1) {
          found.push(diagnose('E0550', `this '${bracket}' is not closed`, source, span));
          return null;
        }
        const label = state.rest.slice(0, close).replace(/^\s*"|"\s*$/g, '');
        labels.set(id!, label.replaceAll('#quot;', '"'));
        state.rest = state.rest.slice(close + end.length);
      }
      state.rest = state.rest.replace(/^:::\w+/, '');
      if (!/^\s*&/.test(state.rest)) return ids;
      state.rest = state.rest.replace(/^\s*&/, '');
    }
  }

  if (found.length > 0) return fail(...found);
  const collector = createCollector();
  const nameOf = (id: string): string => labels.get(id) ?? id;
  for (const id of order) collector.node(nameOf(id));
  for (const id of latent) collector.latent(nameOf(id));
  for (const { from, to, kind } of edges) collector.edge(nameOf(from), nameOf(to), kind);
  return succeed(collector.graph());
}
