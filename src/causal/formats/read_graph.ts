import { readBif } from '../../import/bif_network.js';
import { diagnose, fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import type { Source } from '../../syntax/span.js';
import { type Graph, graphNode } from '../graph.js';
import { readDagitty } from './dagitty.js';
import { readGml } from './gml.js';
import { readLavaan } from './lavaan.js';
import { readMermaid } from './mermaid.js';

/** How a graph is read, by the ending of its file. A new format is a file here and a line. */
const readers: Readonly<Record<string, (source: Source) => Outcome<Graph>>> = {
  dagitty: readDagitty,
  dot: readDagitty,
  gv: readDagitty,
  gml: readGml,
  mmd: readMermaid,
  mermaid: readMermaid,
  lav: readLavaan,
  bif: graphOfNetwork,
};

const endingOf = (file: string): string => (/\.([^./\\]+)$/.exec(file)?.[1] ?? '').toLowerCase();

/** Whether a file is one of a graph, by its ending. */
export const isGraphFile = (file: string): boolean => Object.hasOwn(readers, endingOf(file));

/** The graph of a file in one of the formats, which its ending tells. E0550 where the ending tells none. */
export function readGraph(source: Source): Outcome<Graph> {
  const read = Object.hasOwn(readers, endingOf(source.name)) ? readers[endingOf(source.name)] : undefined;
  if (read !== undefined) return read(source);
  const known = Object.keys(readers)
    .map((ending) => `.${ending}`)
    .join(', ');
  return fail(
    diagnose('E0550', `the ending of this file tells no format; there are ${known}`, source, { start: 0, end: 0 }),
  );
}

/** The graph of a Bayesian network, without its tables. */
function graphOfNetwork(source: Source): Outcome<Graph> {
  const network = readBif(source);
  if (!network.ok) return network;
  const { variables } = network.value;
  return succeed({
    nodes: variables.map(({ name }) => graphNode(name)),
    edges: variables.flatMap(({ name, parents }) =>
      parents.map((parent) => ({ from: variables[parent]!.name, to: name, kind: '->' as const })),
    ),
  });
}
