import type { Span } from '../../syntax/span.js';
import type { Expr } from '../../syntax/tree.js';

/** What is wrong with an estimate, and where. Thrown inside of one estimation and caught at its edge. */
export type Problem = {
  readonly code: 'E0552' | 'E0553' | 'E0554' | 'E0555' | 'E0640';
  readonly message: string;
  readonly span: Span;
};

export const isProblem = (thrown: unknown): thrown is Problem =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'span' in thrown && !(thrown instanceof Error);

/** Ends the estimation with a problem. */
export const refuse = (code: Problem['code'], message: string, span: Span): never => {
  const problem: Problem = { code, message, span };
  throw problem;
};

/** The text of an expression as it was written, without blanks. */
export type TextOf = (expr: Expr) => string;

/** An expression without the parentheses around it. */
export const ungrouped = (expr: Expr): Expr => (expr.kind === 'group' ? ungrouped(expr.inner) : expr);
