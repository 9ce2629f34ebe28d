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
  const called = new Map<string, string>();
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
        const label = labelIn(state.rest, end);
        if (label === null) {
          found.push(diagnose('E0550', `this '${bracket}' is not closed`, source, span));
          return null;
        }
        const name = label.text.replaceAll('#quot;', '"');
        if ((called.get(name) ?? id) !== id)
          found.push(diagnose('E0550', `two nodes are called '${name}'`, source, span));
        labels.set(id!, name);
        called.set(name, id!);
        state.rest = state.rest.slice(label.end);
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

/** A label up to the bracket that ends it, and where that one ends: in quotes any text, else one whose brackets are closed. */
function labelIn(text: string, end: string): { readonly text: string; readonly end: number } | null {
  const quoted = /^\s*"([^"]*)"\s*/.exec(text);
  if (quoted?.[1] !== undefined)
    return text.startsWith(end, quoted[0].length) ? { text: quoted[1], end: quoted[0].length + end.length } : null;
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    if (open === 0 && text.startsWith(end, at)) return { text: text.slice(0, at), end: at + end.length };
    if (/[([{]/.test(text[at]!)) open += 1;
    else if (/[)\]}]/.test(text[at]!) && open > 0) open -= 1;
  }
  return null;
}
