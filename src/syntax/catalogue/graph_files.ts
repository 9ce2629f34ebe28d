import { error, warning } from './entry.js';

/** E055x: causal graphs read from other formats, and asked questions. */
export const graphCodes = {
  E0550: error(
    'not a graph in this format',
    'The ending of the file says how its graph is written: `.dagitty`, `.dot`, `.gml`, `.mmd` (Mermaid), `.lav` (lavaan) or `.bif`. The text does not follow that format.',
  ),
  E0551: error(
    'no edge of a causal graph',
    'Edges are `->`, `<-`, `<->` (an unnamed common cause) and `--` (it is not known which way it points). Edges with circles at their ends, as FCI finds them, are drawn by `whatif discover` and not read.',
  ),
  E0552: error(
    'circle of causes',
    'A cause hangs on its own effect. Separation is answered in such a graph (as sigma-separation); adjustment and identification need one without circles.',
  ),
  E0553: error(
    'not a question about this graph',
    'A question names observed nodes of the graph; what is caused, what is acted on and what is conditioned on have no node in common.',
  ),
  E0554: error(
    'effect not identified from these data',
    'The graph does not allow to compute the effect from the columns of the table in the way that was asked for: an effect is never estimated quietly where it is confounded.',
  ),
  E0555: error(
    'no estimate from these data',
    'The effect is identified, but the rows do not suffice: no units with some exposure, covariates that can be computed from each other, or a graph that the data contradict.',
  ),
  E0680: error(
    'question across worlds without a meaning',
    'A question across worlds names nodes in worlds, `y[do(x = 1)]`, with a value or without one. A node that has values written has them in all places, since a bare name stands for one and the same value everywhere; and what is given must be possible.',
  ),
  E0670: error(
    'undirected edges beside hidden causes',
    'An edge `a -- b` stands for `a -> b` or `b -> a` where nothing is hidden. Beside `<->` and `latent` nodes it is not known which graphs are meant.',
  ),
  E0671: error(
    'undirected edges that no graph directs',
    'A graph with undirected edges stands for all acyclic graphs that direct them and have no other colliders (two arrows into one node from nodes that are not joined). Here there is none: one of the edges is missing, or points the wrong way.',
  ),
  E0672: error(
    'question of one graph',
    'A graph with undirected edges stands for several. This question is answered for one: give its edges directions. Separation, implications, adjustment sets, identification and estimates by adjustment are answered for all of them at once.',
  ),
  E0673: error(
    'too many graphs',
    'A graph with undirected edges stands for several. Effects and adjustment sets look one by one at those that differ around the exposure. Give some of the edges there a direction.',
  ),
  E0660: error(
    'no graph from these data',
    'Discovery needs columns that its test or score is made for, enough rows, and prior knowledge that does not contradict itself. Choose another `--method`, `--test` or `--score`.',
  ),
  E0661: error(
    'no test with these data',
    'To test what a graph implies, the table has a column for every variable that an independency names, of a kind that the test is made for.',
  ),
  E0662: error(
    'graph with open marks in a program',
    'A circle at the end of an edge says that the data do not tell the mark there. A `graph` declaration has no circles: write the graph as `text`, `dot`, `dagitty` or `json`, or decide the marks by prior knowledge.',
  ),
  W0660: warning(
    'doubtful discovery',
    'Tests contradict each other, do not decide, or have too few rows for their question. Look at how often each edge is found when rows are drawn again (`--bootstrap 200`), and at other values of `--alpha`.',
  ),
  W0632: warning(
    'poor overlap',
    'Some units have an exposure that units like them almost never have, so that nothing but the model of the probabilities speaks of what would be otherwise. Ask about a part of the population, or compare with another estimator.',
  ),
  W0633: warning(
    'weak instruments',
    'The instruments say little about the exposure (F of the first stage under 10): two-stage least squares then leans towards the plain regression, and its error is too small.',
  ),
  W0641: warning(
    'trends that differ before the treatment',
    'Difference in differences rests on exposed and others changing alike without the treatment. They changed differently before it (a test of the earlier periods, p under 0.05), so that the estimate mixes the effect with that.',
  ),
  W0642: warning(
    'units without a match',
    'Some units have no other within the calliper whom they could be compared with. They were left out, and the effect is that of the others.',
  ),
  W0643: warning(
    'resamples without an estimate',
    'Some resamples of the rows allow no estimate, often because an exposure or a label is rare. The error is that of the others, and is too small if those would have been extreme.',
  ),
  W0634: warning(
    'rows left out',
    'An estimate uses rows that have all the columns it needs. If cells are missing for a reason that has to do with the outcome, it is biased.',
  ),
} as const;
