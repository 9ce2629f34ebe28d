import type { Expr } from '../syntax/tree.js';

/** `a and b` is two pieces of evidence. */
export function conjuncts(expr: Expr): readonly Expr[] {
  if (expr.kind === 'group') return conjuncts(expr.inner);
  if (expr.kind === 'binary' && expr.operator === 'and') return [...conjuncts(expr.left), ...conjuncts(expr.right)];
  return [expr];
}

/** A claim that a node has a value; null where it is written as a bool alone. */
type Equality = {
  readonly subject: Expr;
  readonly value: Expr | null;
  readonly approximate: boolean;
  readonly positive: boolean;
};

/** `x = 1`, `x == 1`, `x ~= v`; a bare `x` means that it is true, `not x` that it is false (their value is null). */
export function asEquality(expr: Expr): Equality | null {
  if (expr.kind === 'group') return asEquality(expr.inner);
  if (expr.kind === 'binary' && (expr.operator === '=' || expr.operator === '==' || expr.operator === '~=')) {
    return { subject: expr.left, value: expr.right, approximate: expr.operator === '~=', positive: true };
  }
  if (expr.kind === 'not') {
    const inner = asEquality(expr.operand);
    return inner !== null && inner.value === null ? { ...inner, positive: !inner.positive } : null;
  }
  if (expr.kind === 'name' || expr.kind === 'field' || expr.kind === 'index' || expr.kind === 'world') {
    return { subject: expr, value: null, approximate: false, positive: true };
  }
  return null;
}
