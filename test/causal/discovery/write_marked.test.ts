import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directedEdge, markedGraph, undirectedEdge } from '../../../src/causal/discovery/marked_graph.js';
import { markedDagitty, markedDeclaration, markedText } from '../../../src/causal/discovery/write_marked.js';
import { readDagitty } from '../../../src/causal/formats/dagitty.js';
import { graphOfDeclaration } from '../../../src/causal/graph.js';
import { parse } from '../../../src/syntax/parse.js';
import { classOf, graphs } from './known_independencies.js';

describe('marked graphs as text', () => {
  const names = ['a', 'family income', 'if', 'family-income'];
  const graph = markedGraph(names, [
    directedEdge(1, 0),
    undirectedEdge(1, 2),
    { a: 0, b: 2, atA: 'arrow', atB: 'arrow' },
  ]);
  test('a declaration has names that a program can write', () => {
    expect(markedDeclaration(graph, 'Found')).toBe(
      'graph Found {\n  family_income -> a\n  a <-> if_\n  family_income -- if_\n  family_income_2\n}\n',
    );
  });

  test('each pair of marks has its sign', () => {
    const marks = ['tail', 'arrow', 'circle'] as const;
    const signs = marks.flatMap((atA) =>
      marks.map((atB) => markedText(markedGraph(['a', 'b'], [{ a: 0, b: 1, atA, atB }])).trim()),
    );
    expect(signs).toEqual([
      'a -- b',
      'a --> b',
      'a --o b',
      'b --> a',
      'a <-> b',
      'b o-> a',
      'b --o a',
      'a o-> b',
      'a o-o b',
    ]);
  });

  test('what is found is read back from the languages that hold it', () => {
    fc.assert(
      fc.property(graphs(2, 7, 40), (of) => {
        const found = classOf(of);
        const wanted = found.edges.map((e) =>
          e.atB === 'arrow' ? `${e.a}>${e.b}` : e.atA === 'arrow' ? `${e.b}>${e.a}` : `${e.a}-${e.b}`,
        );
        const read = readDagitty({ name: 'found.dagitty', text: markedDagitty(found) });
        const { file, diagnostics } = parse({ name: 'found.scm', text: markedDeclaration(found, 'Found')! });
        const [declaration] = file.declarations;
        if (!read.ok || declaration?.kind !== 'graph') throw new Error('not read back');
        expect(diagnostics).toEqual([]);
        for (const { nodes, edges } of [read.value, graphOfDeclaration(declaration)]) {
          expect(nodes.map(({ name }) => name).sort()).toEqual([...found.nodes].sort());
          const place = (name: string): number => found.nodes.indexOf(name);
          expect(
            edges
              .map(({ from, to, kind }) =>
                kind === '--' ? [place(from), place(to)].sort().join('-') : `${place(from)}>${place(to)}`,
              )
              .sort(),
          ).toEqual([...wanted].sort());
        }
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  test('a pair has one edge', () => {
    expect(() => markedGraph(['a', 'b'], [directedEdge(0, 1), undirectedEdge(1, 0)])).toThrow();
    expect(() => markedGraph(['a', 'b'], [directedEdge(0, 0)])).toThrow();
  });
});
