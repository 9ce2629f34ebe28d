import { error, warning } from './entry.js';

/** Values and functions that a host program hands over, and what its platform allows. */
export const embeddingCodes = {
  E0530: error(
    'not a value of the language',
    'A template takes numbers, booleans, strings, arrays, typed arrays, records, tables of rows and functions. Other values, empty ones (null, undefined) outside of tables, and arrays of mixed kinds have no type in the language.',
  ),
  E0531: error(
    'placeholder out of place',
    'A placeholder of a template stands for a value: it can stand wherever a value, a table or a called function can, but not in the place of a name that is declared, and not inside of a string.',
  ),
  W0650: warning(
    'slow engine',
    'The platform forbids code made at run time (a page without `unsafe-eval`), and no module compiled ahead of time holds this question: the interpreter answered, with the same bits and much more slowly. `whatif compile FILE --aot OUT.mjs` makes such a module.',
  ),
} as const;
