import type { Graph, GraphEdge, GraphNode } from '../../causal/graph.js';
import { layered } from './layout.js';
import type { GraphView } from './view.js';

const size = { column: 130, row: 90, margin: 30, height: 36, line: 18, small: 6.2, letter: 8.2, least: 64 };

type Box = { readonly x: number; readonly y: number; readonly width: number };

/**
 * The graph as a picture. Nothing hangs on colour: latent nodes have a dashed outline, parameters are boxes, nodes under `do` have a double one; a
 * common cause is a dashed bow with two heads, and an edge of unknown direction has none. What is seen has a thick outline; edges of open paths are thick, those
 * of closed paths only have a bar across, and those of none are faint. Every node and edge has a title for those who listen.
 */
export function graphSvg(graph: Graph, name: string, view: GraphView = { given: new Set(), between: null }): string {
  const places = layered(graph);
  const widest = Math.max(size.column, ...graph.nodes.map((node) => widthOf(node) + 30));
  const left = Math.min(0, ...places.map((p) => p.place));
  const right = Math.max(0, ...places.map((p) => p.place));
  const layers = Math.max(0, ...places.map((p) => p.layer));
  const legend = legendOf(view);
  const longest = Math.max(0, ...legend.map((line) => line.length * size.small));
  const width = Math.max((right - left) * widest + widest, longest) + 2 * size.margin;
  const drawn = layers * size.row + size.height + 2 * size.margin;
  const height = drawn + legend.length * size.line;
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
    '  <defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z"/></marker></defs>',
    ...graph.edges.map(({ from, to, kind }, k) => {
      const way = view.between === null ? 'plain' : (view.between.edges[k] ?? 'apart');
      return edge(boxes.get(from)!, boxes.get(to)!, kind, way, `${from} ${kind} ${to}`);
    }),
    ...graph.nodes.map((node) => nodeSvg(node, view.given.has(node.name), boxes.get(node.name)!)),
    ...legend.map(
      (line, k) =>
        `  <text x="${size.margin}" y="${round(drawn + (k + 0.3) * size.line)}" font-size="12">${escaped(line)}</text>`,
    ),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

const widthOf = ({ name }: GraphNode): number => Math.max(size.least, name.length * size.letter + 24);
const round = (x: number): number => Math.round(10 * x) / 10;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What the picture of a view means. */
function legendOf({ given, between }: GraphView): readonly string[] {
  const seen = given.size === 0 ? [] : [`thick outline: given (${[...given].join(', ')})`];
  if (between === null) return seen;
  const open = between.paths.filter((path) => path.open).length;
  const ways = `thick edges: on open paths (${open}); with a bar: on closed paths only (${between.paths.length - open} paths)`;
  return [...seen, `${ways}${between.complete ? '' : '; there are more paths'}`];
}

function nodeSvg(node: GraphNode, given: boolean, { x, y, width }: Box): string {
  const dashes = node.latent ? ' stroke-dasharray="4 3"' : '';
  const corner = node.parameter ? 0 : size.height / 2;
  const outline = (by: number): string =>
    `<rect x="${round(x - width / 2 - by)}" y="${round(y - size.height / 2 - by)}" width="${round(width + 2 * by)}" height="${size.height + 2 * by}" rx="${corner + (corner > 0 ? by : 0)}" fill="${by > 0 ? 'none' : 'white'}" stroke="black"${by === 0 && given ? ' stroke-width="3"' : ''}${dashes}/>`;
  const said = [
    node.latent ? 'latent' : '',
    node.parameter ? 'parameter' : '',
    node.intervened ? 'set by do' : '',
    given ? 'given' : '',
  ]
    .filter((word) => word !== '')
    .join(', ');
  return `  <g><title>${escaped(node.name)}${said === '' ? '' : ` (${said})`}</title>${outline(0)}${node.intervened ? outline(3) : ''}<text x="${round(x)}" y="${round(y + 5)}" text-anchor="middle">${escaped(node.name)}</text></g>`;
}

/** A straight edge between neighbouring layers, a bow within a layer and across several; common causes bend the other way. */
function edge(
  from: Box,
  to: Box,
  kind: GraphEdge['kind'],
  way: 'plain' | 'open' | 'closed' | 'apart',
  title: string,
): string {
  const [a, b] = [border(from, to), border(to, from)];
  const far = Math.abs(to.y - from.y) > 1.5 * size.row;
  const level = Math.abs(to.y - from.y) < 1;
  // A bow over several layers passes the boxes between at their sides.
  const around = (size.least + 28) / Math.max(1, Math.hypot(b.x - a.x, b.y - a.y));
  const bend = kind === '<->' ? -Math.max(0.25, far ? around : 0) : far ? Math.max(0.18, around) : level ? 0.18 : 0;
  const middle = { x: (a.x + b.x) / 2 - bend * (b.y - a.y), y: (a.y + b.y) / 2 + bend * (b.x - a.x) };
  const path = `M${round(a.x)} ${round(a.y)} Q${round(middle.x)} ${round(middle.y)} ${round(b.x)} ${round(b.y)}`;
  const ends = {
    '->': ' marker-end="url(#head)"',
    '<->': ' marker-end="url(#head)" stroke-dasharray="5 4" marker-start="url(#head)"',
    '--': '',
  }[kind];
  const look = { plain: '', open: ' stroke-width="3"', closed: '', apart: ' stroke-opacity="0.3"' }[way];
  const said = { plain: '', open: ' (on an open path)', closed: ' (on closed paths only)', apart: '' }[way];
  const drawn = `  <path d="${path}" fill="none" stroke="black"${look}${ends}><title>${escaped(`${title}${said}`)}</title></path>`;
  if (way !== 'closed') return drawn;
  // Half way along the bow, across its direction there.
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  const [cx, cy] = [(a.x + 2 * middle.x + b.x) / 4, (a.y + 2 * middle.y + b.y) / 4];
  const [ox, oy] = [(-dy / length) * 7, (dx / length) * 7];
  return `${drawn}\n  <path d="M${round(cx - ox)} ${round(cy - oy)} L${round(cx + ox)} ${round(cy + oy)}" stroke="black" stroke-width="2"/>`;
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
