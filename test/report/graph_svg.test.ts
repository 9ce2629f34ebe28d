import { expect, test } from 'vitest';
import { type Graph, graphNode } from '../../src/causal/graph.js';
import { pathsBetween } from '../../src/causal/paths.js';
import { separated } from '../../src/causal/separation.js';
import { layered } from '../../src/report/graph/layout.js';
import { graphSvg } from '../../src/report/graph/svg.js';
import { graphText } from '../../src/report/graph/text.js';
import { graphView } from '../../src/report/graph/view.js';
import { graphNamed } from '../causal/cases.js';
import { generator, randomGraph } from '../causal/discrete_scm.js';

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

test('what is seen, and open and closed paths', () => {
  const plain: Graph = {
    nodes: ['x', 'z', 'y', 'c', 'm', 'away'].map((name) => graphNode(name)),
    edges: [
      { from: 'z', to: 'x', kind: '->' },
      { from: 'z', to: 'y', kind: '->' },
      { from: 'x', to: 'm', kind: '->' },
      { from: 'm', to: 'y', kind: '->' },
      { from: 'x', to: 'c', kind: '->' },
      { from: 'y', to: 'c', kind: '<->' },
      { from: 'away', to: 'x', kind: '->' },
    ],
  };
  const view = graphView(plain, ['z'], ['x', 'y']);
  expect(view.between?.edges).toEqual(['closed', 'closed', 'open', 'open', 'closed', 'closed', null]);
  expect(view.between?.paths).toEqual([
    { text: 'x -> m -> y', open: true },
    { text: 'x -> c <-> y', open: false },
    { text: 'x <- z -> y', open: false },
  ]);
  const svg = graphSvg(plain, 'paths', view);
  expect(svg).toContain('<title>z (given)</title>');
  expect(svg).toContain('<title>m -&gt; y (on an open path)</title>');
  expect(svg).toContain('<title>z -&gt; y (on closed paths only)</title>');
  expect(svg.match(/stroke-width="2"/g)).toHaveLength(4);
  expect(svg.match(/stroke-width="3"/g)).toHaveLength(3);
  expect(svg.match(/stroke-opacity="0.3"/g)).toHaveLength(1);
  const colours = [...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
  expect(new Set(colours)).toEqual(new Set(['none', 'black', 'white']));
  expect(graphText(plain, view)).toBe(
    'x -> m, c\nz (given) -> x, y\ny\nc\nm -> y\naway -> x\ny <-> c\n\nopen    x -> m -> y\nclosed  x -> c <-> y\nclosed  x <- z -> y\n',
  );
  expect(graphView(plain, ['c'], ['x', 'y']).between?.paths.map(({ open }) => open)).toEqual([true, true, true]);
});

test('a path is open exactly where nodes are connected', () => {
  const random = generator(71);
  for (let k = 0; k < 200; k++) {
    const mixed = graphNamed(randomGraph(5, 0.4, 0.25, random));
    const [x, y, ...rest] = [...mixed.nodes.keys()].toSorted(() => random() - 0.5);
    const given = new Set(rest.filter(() => random() < 0.4));
    const { paths, complete } = pathsBetween(mixed, x!, y!, given);
    expect(complete).toBe(true);
    expect(paths.some(({ open }) => open)).toBe(!separated(mixed, [x!], [y!], given));
  }
});
