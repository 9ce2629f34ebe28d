import { describe, expect, test } from 'vitest';
import { writeDagitty } from '../../src/causal/formats/dagitty.js';
import { writeGml } from '../../src/causal/formats/gml.js';
import { writeLavaan } from '../../src/causal/formats/lavaan.js';
import { isGraphFile, readGraph } from '../../src/causal/formats/read_graph.js';
import { type Graph, graphNode } from '../../src/causal/graph.js';
import { graphDot } from '../../src/report/graph/dot.js';
import { graphMermaid } from '../../src/report/graph/mermaid.js';
import { generator, randomGraph } from './discrete_scm.js';

/** A graph as text that does not hang on the order of nodes and edges. */
function normal({ nodes, edges }: Graph): string {
  const ends = edges.map(({ from, to, kind }) => (kind === '->' ? [from, to] : [from, to].sort()).join(` ${kind} `));
  return [...nodes.map(({ name, latent }) => `${name}${latent ? '*' : ''}`).sort(), ...ends.sort()].join('\n');
}

function read(name: string, text: string): Graph {
  const graph = readGraph({ name, text });
  if (!graph.ok) throw new Error(graph.diagnostics.map((d) => `${d.code} ${d.message}`).join('\n'));
  return graph.value;
}

const example: Graph = {
  nodes: [
    graphNode('sense of place', { latent: true }),
    graphNode('x'),
    graphNode('y'),
    graphNode('z_1'),
    graphNode('end'),
  ],
  edges: [
    { from: 'sense of place', to: 'x', kind: '->' },
    { from: 'sense of place', to: 'y', kind: '->' },
    { from: 'x', to: 'z_1', kind: '->' },
    { from: 'z_1', to: 'y', kind: '->' },
    { from: 'x', to: 'y', kind: '<->' },
  ],
};

describe('what is written is read back', () => {
  const random = generator(9);
  const graphs = [example, ...Array.from({ length: 30 }, () => read('g.dagitty', randomGraph(6, 0.4, 0.2, random)))];
  test.each([
    ['dagitty', 'g.dagitty', writeDagitty],
    ['dot', 'g.dot', (graph: Graph) => graphDot(graph, 'model')],
    ['gml', 'g.gml', writeGml],
    ['mermaid', 'g.mmd', graphMermaid],
  ] as const)('%s', (_, name, write) => {
    for (const graph of graphs) expect(normal(read(name, write(graph)))).toBe(normal(graph));
  });

  test('lavaan, but for nodes without an edge', () => {
    const named: Graph = {
      nodes: example.nodes.slice(0, 4).map((n) => (n.latent ? { ...n, name: 'sense' } : n)),
      edges: example.edges.map((e) => (e.from === 'sense of place' ? { ...e, from: 'sense' } : e)),
    };
    expect(normal(read('g.lav', writeLavaan(named)))).toBe(normal(named));
  });
});

describe('files of others', () => {
  const wanted = 'U*\nX\nY\nZ\nU -> X\nU -> Y\nX -> Z\nZ -> Y';
  test.each([
    [
      'site.dagitty',
      'dag {\nbb="0,0,1,1"\nU [latent,pos="-1.2,0.3"]\nX [exposure,pos="0,1"]\nY [outcome]\nU -> {X Y}\nX -> Z [beta=0.3]\nZ -> Y\n}',
    ],
    [
      'site.dot',
      'digraph G { rankdir=LR; node [shape=ellipse]; U [observed="no"]; U -> X; U -> Y; X -> Z -> Y [color=red]; }',
    ],
    [
      'site.gml',
      'graph [ directed 1 node [ id 1 label "U" observed "no" ] node [ id 2 label "X" ] node [ id 3 label "Y" ] node [ id 4 label "Z" ] edge [ source 1 target 2 ] edge [ source 1 target 3 ] edge [ source 2 target 4 ] edge [ source 4 target 3 ] ]',
    ],
    ['site.mmd', 'flowchart LR\n  u((U)) --> x[X] & y["Y"]\n  x -->|causes| z{Z} --> y\n  class u latent'],
    ['site.lav', '# a model\nU =~ X + l*Y\nZ ~ a*X\nY ~ Z + 1\nX ~~ X'],
  ])('%s', (name, text) => {
    expect(normal(read(name, text))).toBe(wanted);
  });

  test('a Bayesian network', () => {
    const text =
      'network n { } variable a { type discrete [ 2 ] { t, f }; } variable b { type discrete [ 2 ] { t, f }; } probability ( a ) { table 0.2, 0.8; } probability ( b | a ) { (t) 0.1, 0.9; (f) 0.5, 0.5; }';
    expect(normal(read('n.bif', text))).toBe('a\nb\na -> b');
  });

  test.each([
    ['g.dagitty', 'dag { x @-> y }', 'E0551'],
    ['g.dagitty', 'dag { x -> }', 'E0550'],
    ['g.dagitty', 'dag { x -> y', 'E0550'],
    ['g.dot', 'digraph { "x -> y }', 'E0550'],
    ['g.gml', 'graph [ node [ id 1 ] ]', 'E0551'],
    ['g.gml', 'graph [ directed 1 node [ id 1 ] edge [ source 1 target 2 ] ]', 'E0550'],
    ['g.mmd', 'flowchart TD\n x --o y', 'E0551'],
    ['g.mmd', 'flowchart TD\n x[X --> y', 'E0550'],
    ['g.lav', 'y <- x', 'E0550'],
    ['g.txt', 'x -> y', 'E0550'],
  ])('%s with %j is refused', (name, text, code) => {
    const graph = readGraph({ name, text });
    expect(graph.ok ? [] : graph.diagnostics.map((d) => d.code)).toContain(code);
  });

  test.each([
    ['digraph { x -> y [dir=none] }', 'x\ny\nx -- y'],
    ['digraph { x -> y [dir=back] }', 'x\ny\ny -> x'],
    ['digraph { x -> y [dir=both] }', 'x\ny\nx <-> y'],
    ['digraph { x -> y [arrowhead=none] }', 'x\ny\nx -- y'],
    ['digraph { x -> y [dir=both, arrowhead=none] }', 'x\ny\ny -> x'],
    ['graph { x -- y [dir=forward] }', 'x\ny\nx -> y'],
    ['digraph { edge [dir=both]; x -> y; y -> z [dir=forward] }', 'x\ny\nz\nx <-> y\ny -> z'],
    ['digraph { { edge [dir=both]; x -> y }; y -> z }', 'x\ny\nz\nx <-> y\ny -> z'],
    ['digraph { x; node [style=dashed]; u -> x; edge [color=red]; u -> y; }', 'u*\nx\ny*\nu -> x\nu -> y'],
  ])('what Graphviz draws: %s', (text, wanted) => {
    expect(normal(read('a.dot', text))).toBe(wanted);
  });

  test('labels of Mermaid with brackets in them', () => {
    const text = 'flowchart TD\n  a("dose (mg)") --> b["level [ng/ml]"]\n  b --> c(yes (or no)) --> d((d))';
    expect(read('a.mmd', text).edges.map(({ from, to }) => [from, to])).toEqual([
      ['dose (mg)', 'level [ng/ml]'],
      ['level [ng/ml]', 'yes (or no)'],
      ['yes (or no)', 'd'],
    ]);
  });

  test.each([
    ['a.mmd', 'flowchart TD\n  a[x] --> b[y]\n  b --> c[x]'],
    ['a.gml', 'graph [ directed 1 node [ id 1 label "x" ] node [ id 2 label "x" ] edge [ source 1 target 2 ] ]'],
  ])('two nodes of one name: %s', (name, text) => {
    const graph = readGraph({ name, text });
    expect(graph.ok ? [] : graph.diagnostics.map((d) => d.message)).toEqual(["two nodes are called 'x'"]);
  });

  test('names that begin like a word of Mermaid', () => {
    const text =
      'flowchart TD\n  clicks --> sales\n  styleguide --> sales\n  graph1 --> clicks\n  style sales fill:red\n';
    expect(read('a.mmd', text).edges.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'clicks sales',
      'styleguide sales',
      'graph1 clicks',
    ]);
  });

  test('negative numbers', () => {
    const gml =
      'graph [ directed 1 node [ id -1 label "x" x -10.5 ] node [ id 2 label "y" ] edge [ source -1 target 2 ] ]';
    expect(read('a.gml', gml).edges).toEqual([{ from: 'x', to: 'y', kind: '->' }]);
    const dot = 'digraph { nodesep=-0.5; x -> y [weight=-1]; x->z }';
    expect(read('a.dot', dot).nodes.map(({ name }) => name)).toEqual(['x', 'y', 'z']);
  });

  test('quotes in names', () => {
    const graph: Graph = {
      nodes: [graphNode('say "a"'), graphNode('b & c')],
      edges: [{ from: 'say "a"', to: 'b & c', kind: '->' }],
    };
    expect(normal(read('a.gml', writeGml(graph)))).toBe(normal(graph));
    expect(normal(read('a.mmd', graphMermaid(graph)))).toBe(normal(graph));
    expect(normal(read('a.dagitty', writeDagitty(graph)))).toBe(normal(graph));
  });

  test('coefficients of lavaan that are fixed at zero', () => {
    expect(read('a.lav', 'y ~ 0*z + 0.5*x\nx ~~ 0 * w').edges).toEqual([{ from: 'x', to: 'y', kind: '->' }]);
  });

  test.each([
    ['a.dot', `digraph { ${'{'.repeat(20000)} a ${'}'.repeat(20000)} }`],
    ['a.gml', `graph [ ${'a ['.repeat(20000)} b 1 ${']'.repeat(20000)} ]`],
  ])('depth without end is a mistake: %s', (name, text) => {
    const graph = readGraph({ name, text });
    expect(graph.ok ? [] : graph.diagnostics.map((d) => d.message)).toContainEqual(expect.stringContaining('too deep'));
  });

  test('a wide group', () => {
    const names = Array.from({ length: 150_000 }, (_, k) => `x${k}`);
    expect(read('a.dot', `digraph { {${names.join(' ')}} -> y }`).edges).toHaveLength(150_000);
  });

  test('endings', () => {
    expect(['a.dagitty', 'A.DOT', 'x.y.gml', 'n.bif'].every(isGraphFile)).toBe(true);
    expect(['a.scm', 'dot', '-', 'a.json'].some(isGraphFile)).toBe(false);
  });
});
