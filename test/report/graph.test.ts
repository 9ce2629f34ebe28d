import { describe, expect, it } from 'vitest';
import { type Graph, graphNode, graphOfDeclaration, operate } from '../../src/causal/graph.js';
import { graphDot } from '../../src/report/graph/dot.js';
import { graphJson } from '../../src/report/graph/json.js';
import { graphMermaid } from '../../src/report/graph/mermaid.js';
import { graphText } from '../../src/report/graph/text.js';
import { parse } from '../../src/syntax/parse.js';

function graphOf(body: string): Graph {
  const { file, diagnostics } = parse({ name: 'g.scm', text: `graph G { ${body} }` });
  const [declaration] = file.declarations;
  if (diagnostics.length > 0 || declaration?.kind !== 'graph') throw new Error('not a graph');
  return graphOfDeclaration(declaration);
}

const memory = graphOf('latent m  m -> gps, memory  gps -> hippocampus -> memory  age <-> memory  alone');

describe('a graph declaration', () => {
  it('lists nodes as they are first named, chains and pairs as edges', () => {
    expect(memory.nodes.map((n) => n.name)).toEqual(['m', 'gps', 'memory', 'hippocampus', 'age', 'alone']);
    expect(memory.nodes.filter((n) => n.latent).map((n) => n.name)).toEqual(['m']);
    expect(memory.edges.map((e) => `${e.from} ${e.kind} ${e.to}`)).toEqual([
      'm -> gps',
      'm -> memory',
      'gps -> hippocampus',
      'hippocampus -> memory',
      'age <-> memory',
    ]);
  });

  it('takes every pair, turns arrows round, and counts an edge once', () => {
    expect(graphOf('a, b -> c, d').edges.length).toBe(4);
    expect(graphOf('a <- b').edges).toEqual([{ from: 'b', to: 'a', kind: '->' }]);
    expect(graphOf('a -> b  b <- a  a <-> b  b <-> a').edges.map((e) => e.kind)).toEqual(['->', '<->']);
  });
});

describe('an intervention', () => {
  it('cuts what points at the node, unnamed causes too', () => {
    const cut = operate(memory, new Set(['memory']));
    expect(cut.edges.map((e) => `${e.from} ${e.kind} ${e.to}`)).toEqual(['m -> gps', 'gps -> hippocampus']);
    expect(cut.nodes.find((n) => n.name === 'memory')?.intervened).toBe(true);
    expect(operate(memory, new Set(['age'])).edges.length).toBe(4);
  });
});

describe('graphs as text', () => {
  const odd: Graph = {
    nodes: [
      graphNode('a"b\\', { latent: true }),
      graphNode('end', { intervened: true }),
      graphNode('x[3]', { parameter: true }),
    ],
    edges: [
      { from: 'a"b\\', to: 'end', kind: '->' },
      { from: 'end', to: 'x[3]', kind: '<->' },
    ],
  };

  it('text', () => {
    expect(graphText(memory)).toBe(
      'm (latent) -> gps, memory\ngps -> hippocampus\nmemory\nhippocampus -> memory\nage\nalone\nage <-> memory\n',
    );
  });

  it('DOT', () => {
    expect(graphDot(odd, 'M')).toBe(
      [
        'digraph "M" {',
        '  "a\\"b\\\\" [style=dashed];',
        '  "end" [peripheries=2];',
        '  "x[3]" [shape=box];',
        '  "a\\"b\\\\" -> "end";',
        '  "end" -> "x[3]" [dir=both, style=dashed];',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('Mermaid', () => {
    expect(graphMermaid(odd)).toBe(
      [
        'flowchart TD',
        '  n0("a#quot;b\\")',
        '  n1[["end"]]',
        '  n2["x[3]"]',
        '  n0 --> n1',
        '  n1 <-.-> n2',
        '  classDef latent stroke-dasharray: 4 4',
        '  class n0 latent',
        '',
      ].join('\n'),
    );
  });

  it('JSON', () => {
    expect(graphJson(operate(graphOf('a -> b'), new Set(['a'])))).toEqual({
      nodes: [
        { name: 'a', latent: false, intervened: true, parameter: false },
        { name: 'b', latent: false, intervened: false, parameter: false },
      ],
      edges: [{ from: 'a', to: 'b', kind: '->' }],
    });
  });
});
