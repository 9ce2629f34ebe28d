import { error, warning } from './entry.js';

/** E04xx and W04xx: models, graphs, distributions and queries. */
export const modelCodes = {
  E0401: error(
    'node used before it is declared',
    'A model runs from top to bottom: what a node reads stands above it. Only in a loop may a family read members of a family that is declared further down.',
  ),
  E0402: error('node depends on itself', 'The value of a node cannot be needed for itself.'),
  E0403: error(
    'node declared twice',
    'A run declares a node at most once. Branches that exclude each other may each declare it.',
  ),
  E0404: error(
    'node outside of a model',
    'Functions and distributions have no nodes. Draw with `let x = sample d`, or move the declaration into a model.',
  ),
  E0405: error(
    'parameter depends on a unit',
    '`param` is one value for the whole population, so it reads constants and other `param`s only, and it stands at the top of its model.',
  ),
  E0406: error('which model?', 'The file has several models or graphs, or none: the query says which with `in NAME`.'),
  E0407: error(
    'nothing is learned from rows',
    '`given` conditions on the rows of a table, each one unit of a population. Only a model with `param` describes one unit.',
  ),
  E0408: error('unknown method', 'The inference method does not exist.'),
  E0409: error('unknown or wrong option', 'The method does not have the option, or not with this value.'),
  E0410: error(
    'evidence on a node that is fixed',
    '`do` has fixed the node: seeing it tells nothing. To ask what would have been, had it been different, write the world behind the target: `y[do(x = 1)]`.',
  ),
  E0411: error(
    'probability of a continuous value',
    'A continuous value has a density, and each single value has probability 0. Ask for the probability of a range, or for `posterior`.',
  ),
  E0412: error(
    'equality of a continuous value',
    '`=` is evidence on a continuous value only where it names a node or a family. Declare a node for the expression, or ask for approximate equality with `~=`.',
  ),
  E0413: error(
    'arithmetic on a table',
    '`P` of a discrete value is the table of its distribution, `posterior` is a table of draws: no numbers to compute with. `P(x = A)` is a number.',
  ),
  E0414: error(
    'cannot act on this',
    '`do` acts on nodes of the model, on members of its families and on nodes of its parts.',
  ),
  E0415: error(
    'action reads a descendant',
    'What `do` sets a node to must not depend on the node. A value from another world may be used: `do(x = 1, m = m[do(x = 0)])`; a shift of the natural value is written `x := x + 1`.',
  ),
  E0416: error(
    'action on a parameter',
    '`param`s are learned from the rows: one value for the whole population, which an action on one unit does not reach.',
  ),
  E0417: error('not a number', 'Moments, quantiles and correlations are of numbers; a `bool` counts as 0 or 1.'),
  E0418: error('wrong number of targets', 'A form takes another number of expressions left of the bar.'),
  E0419: error(
    'a graph has no mechanisms',
    'Of a graph one can ask `identify` and `estimate`. For numbers a model is needed.',
  ),
  E0420: error(
    'unknown estimator',
    '`estimate … by` takes a method of estimation: `backdoor`, `frontdoor`, `iv`, `did`, `rdd`, `identified`, `auto` and others; the language page lists them with their options.',
  ),
  E0421: error(
    'draw in a constant place',
    'Constants, model arguments and queries are not random: they cannot draw, observe or weigh.',
  ),
  E0422: error(
    'noise outside of a distribution',
    '`noise_uniform()`, `noise_normal()` and `noise_exponential()` stand in the entries of a `dist` only. Elsewhere: `sample normal(0, 1)`.',
  ),
  E0423: error(
    'cannot observe this',
    '`observe x = v` names a node. A value that is no node is scored by `observe v ~ d`, or kept by `observe c` with a condition.',
  ),
  E0424: error(
    'statement of another place',
    'A statement stands where it means nothing: an observation in a distribution, `latent` in a loop.',
  ),
  E0425: error('model contains itself', 'A model cannot be a part of itself, nor the base of itself.'),
  E0426: error('not a world', 'A world is written behind an expression with nodes in a query: `y[do(x = 0)]`.'),
  E0427: error('acted on twice', 'One `do` acts on a node at most once.'),
  E0429: error('wrong level', 'The level of a quantile is a number between 0 and 1.'),
  E0430: error(
    'form outside of a query',
    '`P(…)`, `E(…)` and the other forms ask about a model: they stand in queries, and not inside of each other.',
  ),
  E0431: error('graph has a circle', 'A cause cannot be its own effect: the arrows of a graph never lead back.'),
  E0432: error(
    'graph declares a variable twice',
    'A variable is declared latent once, and no arrow leads from a variable to itself.',
  ),
  E0433: error(
    'rows do not fit',
    'The `weighted` column is one of numbers, `selected by` a `bool` node, and the columns of the table bind to nodes of their type.',
  ),
  E0434: error('nothing to choose from', '`argmax d in S of …` tries every element of an array of known values.'),
  E0435: error(
    'distribution is not complete',
    'A `dist` has a `draw`, a `mechanism` or a `quantile`, each entry once and with its parameters.',
  ),
  E0436: error(
    'entry of the wrong type',
    'An entry of a distribution gives a value of another type: `require` and `support` a `bool`, densities and probabilities a number, `draw`, `mechanism` and `quantile` a value.',
  ),
  E0437: error('evidence on a part', 'A part is a group of nodes: name one of them, as in `event.depth`.'),
  E0438: error(
    'not a variable of the graph',
    '`identify` and `estimate` speak of variables: nodes of a model or a graph, by their names.',
  ),
  E0439: error('evidence does not fit', 'A node is compared with a value of another type.'),
  E0441: error('node is not there', 'The model has no node of this name.'),
  W0401: warning(
    'acted on, but never read',
    'No other node reads the node that `do` acts on, so the action changes nothing else.',
  ),
  W0402: warning('evidence that says nothing', 'The evidence is known to be true before running.'),
  W0403: warning('column without a node', 'A column of the rows has nearly the name of a node, and binds to none.'),
  W0404: warning('method decides nothing', 'The query asks about a graph; the inference method is not used.'),
} as const;
