import { compileCodes } from './catalogue/compile.js';
import { counterfactualCodes } from './catalogue/counterfactual.js';
import { embeddingCodes } from './catalogue/embedding.js';
import { error } from './catalogue/entry.js';
import { fileCodes } from './catalogue/files.js';
import { graphCodes } from './catalogue/graph_files.js';
import { modelCodes } from './catalogue/models.js';
import { nameCodes } from './catalogue/names.js';
import { networkCodes } from './catalogue/networks.js';
import { refutationCodes } from './catalogue/refutations.js';
import { spellingCodes } from './catalogue/spelling.js';
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
  ...spellingCodes,
  ...nameCodes,
  ...typeCodes,
  ...modelCodes,
  ...fileCodes,
  ...compileCodes,
  ...embeddingCodes,
  ...networkCodes,
  ...counterfactualCodes,
  ...graphCodes,
  ...refutationCodes,
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
  E0516: error(
    'not a table',
    'A JSON table is an array of flat records, or a record of columns of equal length. Other arrays and records are read as nested values; anything else is no data.',
  ),
  E0517: error(
    'JSON value without a type',
    'Nested JSON becomes records and arrays. An array holds values of one kind, numbers, truth values, labels, arrays or records; null and fields that are left out are missing values.',
  ),
  E0518: error(
    'no reader for this format',
    'Arrow and Parquet files are read by packages of their own, `apache-arrow` and `hyparquet`, which are installed beside whatif. A host program waits for `load()` of its host and opens the program again.',
  ),
  E0519: error(
    'column of a type that the language has not',
    'Columns hold numbers, truth values or text. Dates, lists and bytes are stored as one of these.',
  ),
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

/** A code of the catalogue: `E0101`. */
export type DiagnosticCode = keyof typeof errorCatalogue;

/** Whether a text is a code of the catalogue. */
export const isDiagnosticCode = (text: string): text is DiagnosticCode => Object.hasOwn(errorCatalogue, text);
