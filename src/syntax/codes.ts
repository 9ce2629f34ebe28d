import { compileCodes } from './catalogue/compile.js';
import { error } from './catalogue/entry.js';
import { fileCodes } from './catalogue/files.js';
import { modelCodes } from './catalogue/models.js';
import { nameCodes } from './catalogue/names.js';
import { typeCodes } from './catalogue/types.js';
import type { Severity } from './diagnostic.js';

/** What `docs/errors.md` prints for one code. */
export type CodeEntry = {
  readonly severity: Severity;
  readonly title: string;
  /** What it means and what to do, in plain sentences. */
  readonly explanation: string;
};

/**
 * Every diagnostic code. E01xx spelling, E02xx names, E03xx types, E04xx models and queries, E05xx data and files,
 * E06xx running, E07xx limits; W… warnings. A code never changes its meaning.
 */
export const errorCatalogue = {
  ...nameCodes,
  ...typeCodes,
  ...modelCodes,
  ...fileCodes,
  ...compileCodes,
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
  E0501: error(
    'file not found',
    'A table or an import names a file that is not there. Paths are relative to the file that names them.',
  ),
  E0502: error(
    'file outside the project',
    'A program reads only files that stay, links resolved, under the folder of the file that is run. `--allow-read DIR` allows another folder; absolute paths need it too.',
  ),
  E0503: error('file too large', 'The file is larger than the limit for one file.'),
  E0504: error('unreadable file', 'The file is a folder, or may not be read, or is not text in UTF-8.'),
  E0510: error('no header', 'A table starts with a line of column names; this one is empty.'),
  E0511: error(
    'duplicate column',
    'Two columns of a table have the same name, or names that read the same once they are spelled as identifiers.',
  ),
  E0512: error('column without a name', 'Every column of a table needs a name in the header.'),
  E0513: error('ragged row', 'A row has more or fewer cells than the header has names.'),
  E0514: error(
    'unreadable cell',
    'Most cells of the column are numbers and this one is not. An empty cell or `NA` stands for a missing value.',
  ),
  E0515: error('unclosed quote', 'A quoted cell must end in a quote; a quote inside a quoted cell is written twice.'),
  E0516: error('not a table', 'A JSON table is an array of flat records, or a record of columns of equal length.'),
  E0590: error(
    'not a compiled program',
    'The text or JSON form of a compiled program could not be read. Compile it again from its source.',
  ),
  E0591: error(
    'compiled by another version',
    'The JSON form of a compiled program has a version that this program cannot read. Compile it again from its source.',
  ),
  E0601: error(
    'parameter outside its domain',
    'A distribution was drawn from or scored with a parameter that its `require` forbids: a standard deviation that is not positive, a probability above 1.',
  ),
  E0602: error(
    'index out of range',
    'An array was read or changed at an index it does not have, or a number was made a label that does not exist. Arrays are indexed from 0.',
  ),
  E0603: error(
    'weight is not a number',
    'A score, or what was given to `factor`, was not a number (NaN), so the run has no weight.',
  ),
  E0604: error(
    'parameter is not a number',
    'A distribution was drawn from or scored with a parameter that is not a number (NaN): often 0 / 0, the logarithm of a negative number, or a node that this run does not have.',
  ),
  E0605: error(
    'host function failed',
    'A function declared with `extern fn` is missing from the host program, threw an error, or returned a value of another type.',
  ),
  E0701: error(
    'too many steps',
    'One run took more loop iterations and calls than the limit. The loop or recursion may never end; a host program can raise the limit.',
  ),
  E0702: error(
    'calls too deep',
    'Functions called each other more deeply than the limit. The recursion may never end.',
  ),
  E0703: error('array too large', 'An array would have more elements than the limit.'),
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof errorCatalogue;
