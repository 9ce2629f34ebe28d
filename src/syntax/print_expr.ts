import { type Doc, layOut } from './layout.js';
import type { Expr, Query } from './tree.js';
import { textless } from './weave.js';
import { writeQuery } from './write_declaration.js';
import { writeExpr } from './write_expr.js';

const onOneLine = (doc: Doc): string =>
  layOut({ kind: 'group', body: doc, broken: false }, Number.POSITIVE_INFINITY).trimEnd();

/** An expression as text on one line; it parses back to the same tree, parentheses that it needs aside. */
export const printExpr = (e: Expr): string => onOneLine(writeExpr(e, textless));

/** A query as text on one line with its clauses, without its name. */
export const printQuery = (query: Query): string => onOneLine(writeQuery(query, textless));
