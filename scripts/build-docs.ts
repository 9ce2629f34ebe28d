// Writes every generated page under docs/. `--check` compares instead of writing, and fails where a page is out of date.
import './build-distributions-doc.js';
import './build-errors.js';
import './build-grammar-docs.js';
import './build-passes-doc.js';
