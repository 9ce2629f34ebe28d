/** Marked graphs as text in the languages that can hold them. */
import { identifierOf } from '../../data/identifier.js';
import type { EdgeFrequencies } from './bootstrap.js';
import { edgeSign, hasCircles, type MarkedEdge, type MarkedGraph, turnedRight } from './marked_graph.js';

/** A line for each edge, `a --> b`, then the names of nodes that no edge ends at. */
export function markedText(graph: MarkedGraph): string {
  const lines = edgesToRight(graph).map((edge) => `${graph.nodes[edge.a]} ${edgeSign(edge)} ${graph.nodes[edge.b]}`);
  return [...lines, ...alone(graph)].map((line) => `${line}\n`).join('');
}

const edgesToRight = ({ edges }: MarkedGraph): readonly MarkedEdge[] => edges.map(turnedRight);

/** Names of nodes without edges. */
function alone({ nodes, edges }: MarkedGraph): readonly string[] {
  const joined = new Set(edges.flatMap(({ a, b }) => [a, b]));
  return nodes.filter((_, v) => !joined.has(v));
}

const dotEnds = { tail: 'none', arrow: 'normal', circle: 'odot' } as const;

/** The graph in the language of Graphviz: a circle is a small circle at the end of an edge. */
export function markedDot(graph: MarkedGraph, name: string): string {
  const edges = edgesToRight(graph).map(
    ({ a, b, atA, atB }) =>
      `  ${quoted(graph.nodes[a]!)} -> ${quoted(graph.nodes[b]!)} [dir=both, arrowtail=${dotEnds[atA]}, arrowhead=${dotEnds[atB]}];`,
  );
  return `${[`digraph ${quoted(name)} {`, ...graph.nodes.map((node) => `  ${quoted(node)};`), ...edges, '}'].join('\n')}\n`;
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const dagittyEnds = { tail: '-', arrow: '>', circle: '@' } as const;

/** The graph in the language of dagitty: `dag`, `pdag` where edges have no direction, `pag` where there are circles. */
export function markedDagitty(graph: MarkedGraph): string {
  const kind = hasCircles(graph) ? 'pag' : graph.edges.some(isLine) ? 'pdag' : 'dag';
  const edges = edgesToRight(graph).map((edge) => {
    const left = edge.atA === 'arrow' ? '<' : dagittyEnds[edge.atA];
    const sign =
      edge.atA === 'tail' && edge.atB === 'arrow' ? '->' : isLine(edge) ? '--' : `${left}-${dagittyEnds[edge.atB]}`;
    return `  ${word(graph.nodes[edge.a]!)} ${sign} ${word(graph.nodes[edge.b]!)}`;
  });
  return `${[`${kind} {`, ...graph.nodes.map((node) => `  ${word(node)}`), ...edges, '}'].join('\n')}\n`;
}

const isLine = ({ atA, atB }: MarkedEdge): boolean => atA === 'tail' && atB === 'tail';
const word = (name: string): string => (/^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) ? name : quoted(name));

/** The graph as a `graph` declaration of a program, its nodes spelled as a program can name them; null where it has circles, which none can hold. */
export function markedDeclaration(graph: MarkedGraph, name: string): string | null {
  if (hasCircles(graph)) return null;
  const spelled = { ...graph, nodes: identifiersOf(graph.nodes) };
  const edges = edgesToRight(spelled).map((edge) => {
    const sign = isLine(edge) ? '--' : edge.atA === 'arrow' ? '<->' : '->';
    return `  ${spelled.nodes[edge.a]} ${sign} ${spelled.nodes[edge.b]}`;
  });
  return `${[`graph ${name} {`, ...edges, ...alone(spelled).map((node) => `  ${node}`), '}'].join('\n')}\n`;
}

/** Names that a program can write; one that is taken gets `_2`, `_3` … behind it. */
function identifiersOf(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const spelled = identifierOf(name) ?? '_';
    let free = spelled;
    for (let k = 2; taken.has(free); k++) free = `${spelled}_${k}`;
    taken.add(free);
    return free;
  });
}

/** The graph as plain data: `nodes`, and `edges` with both ends and the marks there. */
export const markedJson = (graph: MarkedGraph) => ({
  nodes: graph.nodes,
  edges: edgesToRight(graph).map(({ a, b, atA, atB }) => ({
    a: graph.nodes[a]!,
    b: graph.nodes[b]!,
    at_a: atA,
    at_b: atB,
  })),
});

/** As `markedText`, with how often each edge was found; then pairs that are not joined in the graph and were in one of twenty replicates or more. */
export function frequenciesText(graph: MarkedGraph, { replicates, edges: found }: EdgeFrequencies): string {
  const of = new Map(found.map((edge) => [`${edge.a},${edge.b}`, edge]));
  const rowOf = (edge: MarkedEdge): readonly [string, string] => {
    const seen = of.get(edge.a < edge.b ? `${edge.a},${edge.b}` : `${edge.b},${edge.a}`);
    const kinds = (seen?.marks ?? []).map(({ atA, atB, share }) => {
      const turned = edge.a < edge.b ? { atA, atB } : { atA: atB, atB: atA };
      return `${edgeSign({ a: edge.a, b: edge.b, ...turned })} ${percent(share)}`;
    });
    return [
      `${graph.nodes[edge.a]} ${edgeSign(edge)} ${graph.nodes[edge.b]}`,
      `${percent(seen?.share ?? 0)}${kinds.length > 0 ? `  (${kinds.join(', ')})` : ''}`,
    ];
  };
  const joined = new Set(graph.edges.map(({ a, b }) => `${a},${b}`));
  const rare = found.filter(({ a, b, share }) => !joined.has(`${a},${b}`) && share >= 0.05);
  const rows = edgesToRight(graph).map(rowOf);
  const others = rare.map(({ a, b, share }): readonly [string, string] => [
    `${graph.nodes[a]}, ${graph.nodes[b]}`,
    percent(share),
  ]);
  const width = Math.max(0, ...[...rows, ...others].map(([left]) => left.length));
  const lines = (list: typeof others): readonly string[] =>
    list.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
  return [
    ...lines(rows),
    ...alone(graph),
    ...(others.length > 0 ? ['', 'not joined above, but in some replicates:', ...lines(others)] : []),
    '',
    `shares of ${replicates} tables of rows drawn again`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}

const percent = (part: number): string => `${Math.round(100 * part)} %`.padStart(5);

/** Frequencies as plain data: by pair `share`, and for each way to mark it the marks and their share. */
export const frequenciesJson = ({ nodes }: MarkedGraph, { replicates, failed, edges }: EdgeFrequencies) => ({
  replicates,
  failed,
  edges: edges.map(({ a, b, share, marks }) => ({
    a: nodes[a]!,
    b: nodes[b]!,
    share,
    marks: marks.map(({ atA, atB, share: part }) => ({ at_a: atA, at_b: atB, share: part })),
  })),
});
