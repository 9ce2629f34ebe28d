import { expect, test } from 'vitest';
import { type Graph, graphNode } from '../../src/causal/graph.js';
import { layered } from '../../src/report/graph/layout.js';
import { graphSvg } from '../../src/report/graph/svg.js';

const graph: Graph = {
  nodes: [
    graphNode('sense <of> place', { latent: true }),
    graphNode('gps', { intervened: true }),
    graphNode('hippocampus'),
    graphNode('memory'),
    graphNode('rate', { parameter: true }),
    graphNode('alone'),
  ],
  edges: [
    { from: 'sense <of> place', to: 'gps', kind: '->' },
    { from: 'sense <of> place', to: 'memory', kind: '->' },
    { from: 'gps', to: 'hippocampus', kind: '->' },
    { from: 'hippocampus', to: 'memory', kind: '->' },
    { from: 'rate', to: 'memory', kind: '->' },
    { from: 'gps', to: 'memory', kind: '<->' },
  ],
};

test('causes stand above effects, and no two nodes in one place', () => {
  const places = layered(graph);
  const layer = new Map(graph.nodes.map(({ name }, v) => [name, places[v]!.layer]));
  for (const { from, to, kind } of graph.edges) if (kind === '->') expect(layer.get(from)).toBeLessThan(layer.get(to)!);
  expect(layer.get('rate')).toBe(layer.get('memory')! - 1);
  const spots = places.map(({ layer: row, place }) => `${row} ${place}`);
  expect(new Set(spots).size).toBe(spots.length);
  for (const a of places)
    for (const b of places)
      if (a !== b && a.layer === b.layer) expect(Math.abs(a.place - b.place)).toBeGreaterThan(0.99);
});

test('a picture without colour, closed tag by tag', () => {
  const svg = graphSvg(graph, 'Navigation & "memory"');
  const open: string[] = [];
  for (const [, end, tag, empty] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (end === '/') expect(open.pop()).toBe(tag);
    else if (empty !== '/') open.push(tag!);
  }
  expect(open).toEqual([]);
  expect(svg).toContain('<title>Navigation &amp; &quot;memory&quot;</title>');
  expect(svg).toContain('<title>sense &lt;of&gt; place (latent)</title>');
  expect(svg).toContain('<title>gps (set by do)</title>');
  expect(svg).toContain('<title>rate (parameter)</title>');
  expect(svg).toContain('<title>gps &lt;-&gt; memory</title>');
  const colours = [...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
  expect(new Set(colours)).toEqual(new Set(['none', 'black', 'white']));
  expect(svg.match(/marker-start/g)).toHaveLength(1);
});

test('circles and empty graphs are drawn too', () => {
  const circle: Graph = {
    nodes: [graphNode('a'), graphNode('b')],
    edges: [
      { from: 'a', to: 'b', kind: '->' },
      { from: 'b', to: 'a', kind: '->' },
    ],
  };
  expect(graphSvg(circle, 'circle')).toContain('<title>b -&gt; a</title>');
  expect(graphSvg({ nodes: [], edges: [] }, 'empty')).toContain('</svg>');
});
