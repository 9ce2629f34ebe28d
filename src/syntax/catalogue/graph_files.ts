import { error } from './entry.js';

/** E055x: causal graphs read from other formats, and asked questions. */
export const graphCodes = {
  E0550: error(
    'not a graph in this format',
    'The ending of the file says how its graph is written: `.dagitty`, `.dot`, `.gml`, `.mmd` (Mermaid), `.lav` (lavaan) or `.bif`. The text does not follow that format.',
  ),
  E0551: error(
    'no edge of a causal graph',
    'Edges are `->`, `<-` and `<->` (an unnamed common cause). Edges without a direction stand for several graphs, and are asked about one by one.',
  ),
  E0552: error(
    'circle of causes',
    'A cause hangs on its own effect. Separation is answered in such a graph (as sigma-separation); adjustment and identification need one without circles.',
  ),
  E0553: error(
    'not a question about this graph',
    'A question names observed nodes of the graph; what is caused, what is acted on and what is conditioned on have no node in common.',
  ),
} as const;
