/** Questions about expressions that their text alone answers. */
import { childrenOf, type Piece } from '../syntax/children.js';
import type { Expr } from '../syntax/tree.js';

/** Whether two expressions are written alike, blanks and comments aside. */
export const sameText = (a: Expr, b: Expr): boolean => spelling(a) === spelling(b);

const spelling = (expr: Expr): string =>
  JSON.stringify(expr, (key, value: unknown) => (key === 'span' ? undefined : value));

/** All pieces of an expression or statement, itself included. */
export function* piecesOf(piece: Piece): Generator<Piece, undefined> {
  const waiting: Piece[] = [piece];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    waiting.push(...childrenOf(next));
  }
}

/** The names that an expression reads. */
export function namesIn(expr: Expr): ReadonlySet<string> {
  const names = new Set<string>();
  for (const piece of piecesOf(expr)) if ('kind' in piece && piece.kind === 'name') names.add(piece.name.text);
  return names;
}

/** An expression without the parentheses around it. */
export const ungrouped = (expr: Expr): Expr => {
  let inner = expr;
  while (inner.kind === 'group') inner = inner.inner;
  return inner;
};
