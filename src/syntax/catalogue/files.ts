import { error } from './entry.js';

/** E052x: imports and data declarations. */
export const fileCodes = {
  E0520: error(
    'imports in a circle',
    'Files that import each other cannot be read in any order. Move what both need into a third.',
  ),
  E0521: error(
    'unknown module',
    '`import "name"` looks into the standard library; a file of your own is written with its path: `import "./name.scm"`.',
  ),
  E0522: error('unknown reader', 'Tables are read by `csv("…")`, `json("…")`, `arrow("…")` and `parquet("…")`.'),
  E0523: error(
    'wrong arguments of a reader',
    'A reader takes the path of a table as one string; `csv` also `separator = ";"`.',
  ),
  E0524: error(
    'no column binds',
    'No column of the data set has the name of a node of the model, so its rows say nothing.',
  ),
} as const;
