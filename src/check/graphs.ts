/** Graphs without mechanisms. */
import { unknown } from '../ir/type.js';
import type { DeclarationOf, Name } from '../syntax/tree.js';
import type { ModelInfo, NodeInfo } from './node_info.js';
import type { Declared } from './project.js';
import { type Frame, noEffects, report } from './session.js';
import { noReads } from './value.js';

type Graph = DeclarationOf<'graph'>;
type Edge = { readonly from: Name; readonly to: Name };

/** The arrows of a graph one by one; `<->` is none: it is an unnamed common cause. */
function arrowsOf(graph: Graph): readonly Edge[] {
  const edges: Edge[] = [];
  for (const statement of graph.statements) {
    if (statement.kind !== 'edges') continue;
    for (const [i, arrow] of statement.arrows.entries()) {
      const left = statement.groups[i] ?? [];
      const right = statement.groups[i + 1] ?? [];
      for (const a of left)
        for (const b of right) {
          if (arrow === '->') edges.push({ from: a, to: b });
          else if (arrow === '<-') edges.push({ from: b, to: a });
        }
    }
  }
  return edges;
}

/** The graph as a model whose nodes have no types. */
export function graphInfo(graph: Declared<Graph>): ModelInfo {
  const { declaration, source } = graph;
  const latent = new Set(
    declaration.statements.flatMap((s) => (s.kind === 'latent' ? s.names.map((n) => n.text) : [])),
  );
  const edges = arrowsOf(declaration);
  const nodes = new Map<string, NodeInfo>();
  for (const name of namesOf(declaration)) {
    if (nodes.has(name.text)) continue;
    nodes.set(name.text, {
      name: name.text,
      source,
      span: name.span,
      rank: 0,
      indexTypes: null,
      modifier: latent.has(name.text) ? 'latent' : null,
      operator: ':=',
      part: null,
      element: unknown,
      reads: new Set(edges.filter((e) => e.to.text === name.text).map((e) => e.from.text)),
      optional: false,
    });
  }
  return {
    name: declaration.name.text,
    source,
    nodes,
    parameters: [],
    found: new Map(),
    effects: noEffects(),
    weighed: noReads,
    signature: null,
    locals: noReads,
    complete: true,
    fixed: noReads,
  };
}

const namesOf = (graph: Graph): readonly Name[] =>
  graph.statements.flatMap((s) => (s.kind === 'latent' ? s.names : s.kind === 'isolated' ? [s.name] : s.groups.flat()));

/** E0431 for arrows that lead back, E0432 for a variable that is its own cause or latent twice. */
export function checkGraph(frame: Frame, graph: Graph): void {
  const latent = new Set<string>();
  for (const statement of graph.statements) {
    if (statement.kind === 'edges') checkSelfEdges(frame, statement);
    if (statement.kind !== 'latent') continue;
    for (const name of statement.names) {
      if (latent.has(name.text)) report(frame, 'E0432', `\`${name.text}\` is declared latent twice`, name.span);
      latent.add(name.text);
    }
  }
  reportCircle(
    frame,
    arrowsOf(graph).filter((e) => e.from.text !== e.to.text),
  );
}

function checkSelfEdges(
  frame: Frame,
  statement: Extract<Graph['statements'][number], { readonly kind: 'edges' }>,
): void {
  for (const [i, left] of statement.groups.slice(0, -1).entries())
    for (const name of left)
      for (const other of statement.groups[i + 1] ?? [])
        if (name.text === other.text)
          report(frame, 'E0432', `an arrow leads from \`${name.text}\` to itself`, other.span);
}

/** Reports the first arrow that closes a circle, with the way around. */
function reportCircle(frame: Frame, edges: readonly Edge[]): void {
  const below = new Map<string, Edge[]>();
  for (const edge of edges) below.set(edge.from.text, [...(below.get(edge.from.text) ?? []), edge]);
  const state = new Map<string, 'open' | 'done'>();
  for (const start of below.keys()) {
    // Depth first with a stack of our own: a graph may be a chain of thousands.
    const way: { readonly name: string; next: number }[] = state.has(start) ? [] : [{ name: start, next: 0 }];
    for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
      state.set(at.name, 'open');
      const edge = below.get(at.name)?.[at.next++];
      if (edge === undefined) {
        state.set(at.name, 'done');
        way.pop();
      } else if (state.get(edge.to.text) === 'open') {
        const names = way.map((w) => w.name);
        const circle = [...names.slice(names.indexOf(edge.to.text)), edge.to.text];
        report(
          frame,
          'E0431',
          `the arrows lead in a circle: ${circle.join(' -> ')}`,
          edge.to.span,
          'for a common cause that has no name write `<->`',
        );
        return;
      } else if (!state.has(edge.to.text)) way.push({ name: edge.to.text, next: 0 });
    }
  }
}
