/** Graphs in the languages of dagitty and Graphviz, which are the same but for their attributes. */
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import type { Source, Span } from '../../syntax/span.js';
import type { Graph } from '../graph.js';
import { createCollector } from './collector.js';
import { type GraphToken, graphTokens } from './tokens.js';

/** Attributes in brackets, in small letters; those without a value have ''. */
type Attributes = ReadonlyMap<string, string>;

/** Words before the braces of a whole graph. */
const kinds = new Set(['dag', 'mag', 'pdag', 'pag', 'graph', 'digraph', 'strict']);
/** What Graphviz sets defaults by. */
const defaults = new Set(['node', 'edge', 'graph']);

/**
 * What Graphviz draws for an edge between a and b: `dir` says which ends have an arrowhead, and an arrowhead may be `none`. The edge as written where nothing
 * is said.
 */
function drawn(arrow: string, marks: Attributes): string {
  const [dir, head, tail] = ['dir', 'arrowhead', 'arrowtail'].map((name) => marks.get(name));
  if (dir === undefined && head === undefined) return arrow;
  const written = { '->': 'forward', '<-': 'back', '<->': 'both', '--': 'none' };
  const way = dir ?? new Map(Object.entries(written)).get(arrow);
  // With `<-` the tail of the arrow stands right.
  const ends = {
    right: (way === 'forward' || way === 'both') && head !== 'none',
    left: (way === 'back' || way === 'both') && tail !== 'none',
  };
  if (ends.right) return ends.left ? '<->' : '->';
  return ends.left ? '<-' : '--';
}

/** Groups inside of groups, more of which no graph has. */
const deepest = 200;

/** The names at one end of an edge: several where a group in braces stands there. */
type Ends = readonly string[];

/**
 * Reads `a -> b <- c <-> d`, groups in braces, attributes in brackets, with or without `dag { … }` or `digraph name { … }` around.
 * Latent is what has the attribute `latent`, `unobserved` or `u`, `observed=no` or the style `dashed`; edges have the arrowheads
 * that Graphviz draws (`dir=both` is a `<->`, `dir=none` a `--`); `node [ … ]` and `edge [ … ]` hold for what follows in their group. E0550 where the text is something else; E0551 for the edge of another kind of graph.
 */
export function readDagitty(source: Source): Outcome<Graph> {
  const { tokens, diagnostics } = graphTokens(source);
  const found: Diagnostic[] = [...diagnostics];
  const collector = createCollector();
  let at = 0;
  let depth = 0;
  /** What `node [ … ]` and `edge [ … ]` say for those that follow in their group, and nodes that were named. */
  let defaultMarks: readonly [node: Attributes, edge: Attributes] = [new Map(), new Map()];
  const known = new Set<string>();
  const peek = (): GraphToken => tokens[Math.min(at, tokens.length - 1)]!;
  const isSign = (text: string): boolean => peek().kind === 'sign' && peek().text === text;
  const take = (text: string): boolean => {
    if (!isSign(text)) return false;
    at += 1;
    return true;
  };
  const complain = (message: string, span: Span = peek().span): void => {
    found.push(diagnose('E0550', message, source, span));
  };

  const attributes = (): Attributes => {
    const all = new Map<string, string>();
    while (take('[')) {
      while (peek().kind !== 'end' && !isSign(']')) {
        const name = peek();
        at += 1;
        if (name.kind !== 'word') continue;
        const value = take('=') ? peek() : null;
        if (value !== null && value.kind === 'word') at += 1;
        all.set(name.text.toLowerCase(), value?.text.toLowerCase() ?? '');
      }
      if (!take(']')) complain("expected ']'");
    }
    return all;
  };

  /** A name, or a group of statements in braces: all names in it are its ends. */
  const ends = (first: boolean): Ends | null => {
    if (take('{')) {
      depth += 1;
      if (depth > deepest) {
        complain('braces stand too deep in each other');
        at = tokens.length - 1;
      }
      const outside = defaultMarks;
      const names = statements('}');
      defaultMarks = outside;
      depth -= 1;
      if (!take('}') && depth < deepest) complain("expected '}'");
      return names;
    }
    const { kind, text } = peek();
    if (kind !== 'word') return null;
    at += 1;
    collector.node(text);
    if (!known.has(text)) mark(text, defaultMarks[0]);
    known.add(text);
    // Behind a later node they are those of the edge.
    if (first && isSign('[')) mark(text, attributes());
    return [text];
  };

  const mark = (name: string, marks: Attributes): void => {
    const hidden = ['latent', 'unobserved', 'u'].some((word) => marks.has(word)) || marks.get('observed') === 'no';
    if (hidden || marks.get('style') === 'dashed') collector.latent(name);
  };

  const statement = (): readonly string[] => {
    if (peek().kind === 'word' && !peek().quoted && tokens[at + 1]?.text === '=') {
      at += 3;
      return [];
    }
    if (peek().kind === 'word' && defaults.has(peek().text) && tokens[at + 1]?.text === '[') {
      const of = peek().text;
      at += 1;
      const [node, edge] = defaultMarks;
      const marks = attributes();
      if (of === 'node') defaultMarks = [new Map([...node, ...marks]), edge];
      if (of === 'edge') defaultMarks = [node, new Map([...edge, ...marks])];
      return [];
    }
    if (peek().text === 'subgraph' && !peek().quoted) {
      at += 1;
      if (peek().kind === 'word') at += 1;
    }
    const first = ends(true);
    if (first === null) {
      complain(`expected the name of a node, not ${peek().kind === 'end' ? 'the end' : `'${peek().text}'`}`);
      at += 1;
      return [];
    }
    let all = first;
    const links: { readonly left: Ends; readonly arrow: string; readonly right: Ends; readonly span: Span }[] = [];
    let left = first;
    while (peek().kind === 'sign' && /[-<>]/.test(peek().text)) {
      const { text: arrow, span } = peek();
      at += 1;
      const right = ends(false);
      if (right === null) {
        complain('expected the other end of this edge', span);
        break;
      }
      links.push({ left, arrow, right, span });
      all = all.concat(right);
      left = right;
    }
    const marks = links.length > 0 ? attributes() : new Map<string, string>();
    for (const link of links) connect(link, new Map([...defaultMarks[1], ...marks]));
    return all;
  };

  const connect = (
    link: { readonly left: Ends; readonly arrow: string; readonly right: Ends; readonly span: Span },
    marks: Attributes,
  ): void => {
    const arrow = drawn(link.arrow, marks);
    if (arrow !== '->' && arrow !== '<-' && arrow !== '<->' && arrow !== '--') {
      found.push(
        diagnose(
          'E0551',
          `'${link.arrow}' is no edge of a causal graph`,
          source,
          link.span,
          "write '->', '<-', '<->' or '--'",
        ),
      );
      return;
    }
    for (const a of link.left)
      for (const b of link.right)
        if (arrow === '<-') collector.edge(b, a, '->');
        else collector.edge(a, b, arrow);
  };

  const statements = (end: '}' | null): readonly string[] => {
    const names: string[] = [];
    while (peek().kind !== 'end' && !(end !== null && isSign(end))) {
      if (take(';') || take(',')) continue;
      for (const name of statement()) names.push(name);
    }
    return names;
  };

  while (peek().kind === 'word' && kinds.has(peek().text.toLowerCase()) && !peek().quoted) {
    const next = tokens[at + 1];
    if (next?.text !== '{' && tokens[at + 2]?.text !== '{' && tokens[at + 3]?.text !== '{') break;
    at += 1;
  }
  if (peek().kind === 'word' && tokens[at + 1]?.text === '{' && tokens[at + 1]?.kind === 'sign') at += 1;
  if (at > 0 && take('{')) {
    statements('}');
    if (!take('}')) complain("expected '}'");
    if (peek().kind !== 'end') complain(`'${peek().text}' stands behind the graph`);
  } else statements(null);
  if (found.length > 0) return fail(...found);
  return succeed(collector.graph());
}

/** A graph in the language of dagitty. */
export function writeDagitty(graph: Graph): string {
  const lines = [graph.edges.some(({ kind }) => kind === '--') ? 'pdag {' : 'dag {'];
  for (const { name, latent } of graph.nodes) lines.push(`  ${quoted(name)}${latent ? ' [latent]' : ''}`);
  for (const { from, to, kind } of graph.edges) lines.push(`  ${quoted(from)} ${kind} ${quoted(to)}`);
  return `${[...lines, '}'].join('\n')}\n`;
}

const quoted = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) ? name : `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
