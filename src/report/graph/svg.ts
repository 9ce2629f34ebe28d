import type { Graph, GraphEdge, GraphNode } from '../../causal/graph.js';
import { layered } from './layout.js';

const size = { column: 130, row: 90, margin: 30, height: 36, letter: 8.2, least: 64 };

type Box = { readonly x: number; readonly y: number; readonly width: number };

/**
 * The graph as a picture. Nothing hangs on colour: latent nodes have a dashed outline, parameters are boxes, nodes under `do` have a double one; a
 * common cause is a dashed bow with two heads, and an edge of unknown direction has none. Every node and edge has a title for those who listen.
 */
export function graphSvg(graph: Graph, name: string): string {
  const places = layered(graph);
  const widest = Math.max(size.column, ...graph.nodes.map((node) => widthOf(node) + 30));
  const left = Math.min(0, ...places.map((p) => p.place));
  const right = Math.max(0, ...places.map((p) => p.place));
  const layers = Math.max(0, ...places.map((p) => p.layer));
  const width = (right - left) * widest + widest + 2 * size.margin;
  const height = layers * size.row + size.height + 2 * size.margin;
  const boxes = new Map(
    graph.nodes.map((node, v): [string, Box] => {
      const { place, layer } = places[v]!;
      const x = size.margin + widest / 2 + (place - left) * widest;
      const y = size.margin + size.height / 2 + layer * size.row;
      return [node.name, { x, y, width: widthOf(node) }];
    }),
  );
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="sans-serif" font-size="14">`,
    `  <title>${escaped(name)}</title>`,
    '  <defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z"/></marker></defs>',
    ...graph.edges.map(({ from, to, kind }) => edge(boxes.get(from)!, boxes.get(to)!, kind, `${from} ${kind} ${to}`)),
    ...graph.nodes.map((node) => nodeSvg(node, boxes.get(node.name)!)),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

const widthOf = ({ name }: GraphNode): number => Math.max(size.least, name.length * size.letter + 24);
const round = (x: number): number => Math.round(10 * x) / 10;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function nodeSvg(node: GraphNode, { x, y, width }: Box): string {
  const dashes = node.latent ? ' stroke-dasharray="4 3"' : '';
  const corner = node.parameter ? 0 : size.height / 2;
  const outline = (by: number): string =>
    `<rect x="${round(x - width / 2 - by)}" y="${round(y - size.height / 2 - by)}" width="${round(width + 2 * by)}" height="${size.height + 2 * by}" rx="${corner + (corner > 0 ? by : 0)}" fill="${by > 0 ? 'none' : 'white'}" stroke="black"${dashes}/>`;
  const said = [node.latent ? 'latent' : '', node.parameter ? 'parameter' : '', node.intervened ? 'set by do' : '']
    .filter((word) => word !== '')
    .join(', ');
  return `  <g><title>${escaped(node.name)}${said === '' ? '' : ` (${said})`}</title>${outline(0)}${node.intervened ? outline(3) : ''}<text x="${round(x)}" y="${round(y + 5)}" text-anchor="middle">${escaped(node.name)}</text></g>`;
}

/** A straight edge between neighbouring layers, a bow within a layer and across several; common causes bend the other way. */
function edge(from: Box, to: Box, kind: GraphEdge['kind'], title: string): string {
  const [a, b] = [border(from, to), border(to, from)];
  const far = Math.abs(to.y - from.y) > 1.5 * size.row;
  const level = Math.abs(to.y - from.y) < 1;
  const bend = kind === '<->' ? -0.25 : far || level ? 0.18 : 0;
  const middle = { x: (a.x + b.x) / 2 - bend * (b.y - a.y), y: (a.y + b.y) / 2 + bend * (b.x - a.x) };
  const path = `M${round(a.x)} ${round(a.y)} Q${round(middle.x)} ${round(middle.y)} ${round(b.x)} ${round(b.y)}`;
  const ends = {
    '->': ' marker-end="url(#head)"',
    '<->': ' marker-end="url(#head)" stroke-dasharray="5 4" marker-start="url(#head)"',
    '--': '',
  }[kind];
  return `  <path d="${path}" fill="none" stroke="black"${ends}><title>${escaped(title)}</title></path>`;
}

/** Where the line between two boxes leaves the first. */
function border(box: Box, towards: Box): { readonly x: number; readonly y: number } {
  const [dx, dy] = [towards.x - box.x, towards.y - box.y];
  if (dx === 0 && dy === 0) return { x: box.x, y: box.y - size.height / 2 - 2 };
  const share = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : (box.width / 2 + 2) / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : (size.height / 2 + 2) / Math.abs(dy),
  );
  return { x: box.x + share * dx, y: box.y + share * dy };
}
