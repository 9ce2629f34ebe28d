import { error, warning } from './entry.js';

/** E03xx and W03xx: types, shapes and values known before running. */
export const typeCodes = {
  E0301: error('wrong argument', 'An argument is of a type that the function or distribution does not take.'),
  E0302: error(
    'operator does not fit',
    'The operands of an operator are of types that it does not take. Arithmetic is on numbers; arrays are computed with element by element: `[x + 1 for x in xs]`.',
  ),
  E0303: error(
    'condition is no bool',
    'What `if`, `while`, `and`, `or`, `not`, a filter or an observation decides by is a `bool`.',
  ),
  E0304: error(
    'mixed branches',
    'All branches of an `if` or `match`, and all `return`s of a function, give one type. `int` widens to `real`; nothing else is converted.',
  ),
  E0305: error(
    'mixed elements',
    'All elements of an array are of one type. `int` widens to `real`; for values of several types there are tuples and records.',
  ),
  E0306: error('not an array', 'Only arrays, tables and families of nodes have elements: `x[i]`.'),
  E0307: error(
    'wrong index',
    'An array is indexed by an `int`, or by an enum or a `bool` where it is a table, with as many indices as it has dimensions.',
  ),
  E0308: error('index out of bounds', 'The index is known, and there is no such element. Arrays are counted from 0.'),
  E0309: error('lengths differ', 'Two arrays must have the same length here, and it is known that they do not.'),
  E0310: error('missing argument', 'A parameter without a default value gets no argument.'),
  E0311: error('too many arguments', 'There are more arguments than parameters.'),
  E0312: error('unknown argument name', 'No parameter has the name that an argument is given by.'),
  E0313: error(
    'argument given twice',
    'A parameter gets two arguments: by its position and by its name, or by its name twice.',
  ),
  E0314: error('no fields', 'Only records, data sets, parts and enums have something behind a dot.'),
  E0315: error(
    'not a distribution',
    'Right of `~`, and behind `sample`, stands a distribution: `x ~ normal(0, 1)`. A formula is declared with `:=`.',
  ),
  E0316: error(
    'parameter out of range',
    'The parameters are known, and the distribution does not exist for them: a negative standard deviation, a probability above 1.',
  ),
  E0317: error(
    'type without end',
    'A function calls itself with ever larger types, or a variable grows into an array of arrays of arrays. Each function must do with finitely many types.',
  ),
  E0318: error('type differs from its annotation', 'The value is of another type than the annotation says.'),
  E0319: error(
    'no value',
    'A function that does not reach a `return` gives no value, so its call cannot stand in an expression; a function with a result type must return on every way.',
  ),
  E0320: error(
    'return outside of a function',
    'Only functions and entries of distributions return. A model is what its nodes are.',
  ),
  E0321: error('pattern does not fit', 'A pattern of a `match` is of another type than what is matched.'),
  E0322: error('match is not complete', 'A `match` says what to do for every value. `_` stands for the rest.'),
  E0323: error('cannot go through', '`for` goes through an array, a range or an enum.'),
  E0324: error(
    'variable changes its type',
    'A `var` holds one type in all its assignments. `int` widens to `real`; nothing else is converted.',
  ),
  E0325: error(
    'library function cannot take this',
    'A function of the library was called with arguments that its text can do nothing with.',
  ),
  E0326: error('tuple does not fit', 'A tuple is taken apart into as many names as it has elements.'),
  E0327: error('value is not of the distribution', 'A distribution can only be asked about values of its own type.'),
  E0328: error(
    'known arithmetic trouble',
    'The value is known, and it does not exist: the logarithm of a negative number, an index that is no number.',
  ),
  E0329: error(
    'type is missing',
    'The parameters of a model and of an `extern fn` say their types: `model Steps(batch: int)`.',
  ),
  W0301: warning('division by zero', 'The divisor is known to be 0: the result is infinite or no number.'),
  W0302: warning('nothing to go through', 'The range or array is known to be empty: the loop never runs.'),
  W0303: warning('never reached', 'A pattern, or a statement behind a `return`, can never be reached.'),
  W0304: warning('always the same', 'The condition is known before running.'),
} as const;
