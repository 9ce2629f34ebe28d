import { error } from './entry.js';

/** E01xx: text that is not spelt as the language is. */
export const spellingCodes = {
  E0101: error(
    'unexpected text',
    'The parser met something that cannot stand here; the message says what was expected.',
  ),
  E0102: error('stray character', 'The character has no meaning in the language outside strings and comments.'),
  E0103: error('unterminated string', 'A string ends with a double quote on the line on which it begins.'),
  E0104: error(
    'unterminated comment',
    'A comment that begins with `/*` ends with `*/`; the rest of the file was read as a comment.',
  ),
  E0105: error(
    'malformed number',
    'A number has digits on both sides of its point, an exponent has digits, and a name does not follow without a sign between: `0.5`, `5.0`, `1e-9`, `2 * x`.',
  ),
  E0106: error(
    'unknown escape in a string',
    'A backslash in a string is followed by one of `"`, `\\`, `n`, `t`, or `u{…}` with the number of a character.',
  ),
  E0107: error('bracket not closed', 'An opening bracket has no partner before the statement or the file ends.'),
  E0108: error('bracket not opened', 'A closing bracket has no partner before it.'),
  E0109: error('reserved word as a name', 'Reserved words cannot name anything; the language page lists them.'),
  E0110: error(
    'chained comparison',
    'A comparison has two sides. `a < b < c` is written `a < b and b < c`; ranges do not chain either.',
  ),
  E0111: error(
    'wrong equals sign',
    '`==` compares, `:=` declares a node, `=` gives a value to a `let`, `var`, `const` or argument. Only inside query forms and `observe` a single `=` compares.',
  ),
  E0112: error(
    'operator of another language',
    'The sign belongs to another language; the hint names the one that means the same here.',
  ),
  E0113: error('string in single quotes', 'Strings stand in double quotes.'),
  E0114: error(
    'number out of range',
    'The number cannot be held: a real is finite, a whole number is exact up to 2^53 - 1.',
  ),
  E0115: error(
    'text too deep or too long',
    'Brackets, blocks and conditions nest up to 200 deep, an expression is up to 500 operators deep, and a file has up to 200,000 words and signs. Long tables belong in a data file.',
  ),
  E0116: error(
    'too many syntax errors',
    'A file with more than 100 syntax errors is not read to its end, or not all of them are shown.',
  ),
  E0117: error('missing expression', 'An operator, a declaration or an opening bracket is not followed by a value.'),
  E0118: error(
    'not a declaration',
    'Outside braces only declarations stand: import, enum, const, data, extern fn, fn, dist, model, graph, query.',
  ),
  E0119: error(
    'wrong separator in a query form',
    'Mutual information is `I(a; b)`; every other form separates its parts by commas.',
  ),
  E0120: error(
    'intervention without a value',
    '`do(x)` alone has a meaning only in `identify`; elsewhere write `do(x = 1)`, `do(x ~ d)` or `do(x := x + 1)`.',
  ),
  E0121: error(
    'not something to act on',
    'The left side in `do(…)` is a node: a name, a member `x[3]`, or a part `event.depth`.',
  ),
  E0122: error(
    'unknown entry of a distribution',
    'A `dist` has the entries require, support, draw, mechanism, abduct, logpdf, cdf, quantile, survival, logcdf, moment_mean and moment_variance.',
  ),
  E0123: error(
    'repeated clause',
    'A query has one `in`, one `using`, and each data set one `weighted`, `under` and `selected by`.',
  ),
  E0124: error(
    'expression and statement confused',
    '`if c then a else b` is the expression and needs its `else`; `if c { … }` is the statement. An arm of a `match` statement is a block.',
  ),
  E0125: error(
    'query form outside a query',
    '`P(… | …)` and its kin are asked in a `query`; in a model or function they have no meaning.',
  ),
  E0126: error(
    'call of something that is no name',
    'Functions are called by name. A line that starts with `(` continues the line before; end that line with `;`.',
  ),
  E0127: error(
    'not a statement',
    'In a block stand nodes, `let`, `var`, assignments, loops, branches, `observe`, `factor`, `resample`, `return` and calls; another expression does nothing.',
  ),
  E0128: error('no question', 'The text holds no question such as `P(y | do(x = 1))`.'),
  E0129: error(
    'operators without parentheses',
    '`not` cannot follow an operator that binds tighter; parentheses say what is meant.',
  ),
} as const;
