/** Arithmetic, comparison and logic. */
import type { OpName } from '../ir/ops.js';
import { opType } from '../ir/ops.js';
import { bool, showType, type Type, unknown } from '../ir/type.js';
import type { Expr, ExprOf } from '../syntax/tree.js';
import { checkValue } from './expressions.js';
import { numberOf, shortCircuit } from './known.js';
import { type Frame, report } from './session.js';
import { makeValue, readsOf, unknownValue, type Value } from './value.js';

type Binary = ExprOf<'binary'>;

const ops: Readonly<Record<Binary['operator'], OpName>> = {
  or: 'or',
  and: 'and',
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '=': 'eq',
  '~=': 'eq',
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '^': 'pow',
};

/** A chain such as `a + b + c` is followed down its left side without recursion: generated programs have long ones. */
export function checkBinary(frame: Frame, expr: Binary): Value {
  const chain: Binary[] = [];
  let left: Expr = expr;
  for (; left.kind === 'binary'; left = left.left) chain.push(left);
  let value = checkValue(frame, left);
  for (const link of chain.reverse()) value = applyOperator(frame, link, value, checkValue(frame, link.right));
  return value;
}

function applyOperator(frame: Frame, expr: Binary, left: Value, right: Value): Value {
  const { operator } = expr;
  const reads = readsOf([left, right]);
  if ((operator === '=' || operator === '~=') && frame.place !== 'query') {
    const hint = operator === '=' ? 'to compare write `==`' : 'only `observe` and queries know approximate equality';
    report(frame, 'E0302', `\`${operator}\` does not compare here`, expr.span, hint);
    return makeValue(bool, null, reads);
  }
  if (left.type.kind === 'unknown' || right.type.kind === 'unknown')
    return makeValue(unknownResult(frame, expr, left, right), null, reads);
  const table = left.type.kind === 'table' ? expr.left : right.type.kind === 'table' ? expr.right : null;
  if (table !== null && frame.place === 'query') {
    report(
      frame,
      'E0413',
      'this is a table, and there is no arithmetic on tables',
      table.span,
      'the probability of one value is a number: `P(x = A)`',
    );
    return unknownValue;
  }
  const type = opType(ops[operator], [left.type, right.type]);
  if (type === null) {
    reportOperands(frame, expr, left, right);
    return makeValue(isTruth(operator) ? bool : unknown, null, reads);
  }
  if ((operator === '/' || operator === '%') && right.known === 0)
    report(frame, 'W0301', 'the divisor is 0', expr.right.span);
  const known = shortCircuit(operator, left.known, right.known);
  return makeValue(type, known, reads);
}

const isTruth = (operator: Binary['operator']): boolean => !['+', '-', '*', '/', '%', '^'].includes(operator);

/** With one side unknown the other may still be wrong. */
function unknownResult(frame: Frame, expr: Binary, left: Value, right: Value): Type {
  const side = left.type.kind === 'unknown' ? right : left;
  const part = side === right ? expr.right : expr.left;
  const { operator } = expr;
  if (side.type.kind !== 'unknown') {
    if (operator === 'and' || operator === 'or') checkCondition(frame, side, part);
    else if (
      operator !== '==' &&
      operator !== '!=' &&
      operator !== '=' &&
      operator !== '~=' &&
      opType('neg', [side.type]) === null
    )
      report(
        frame,
        'E0302',
        `\`${operator}\` takes numbers, and this is ${showType(side.type)}`,
        part.span,
        elementwise(side.type),
      );
  }
  return isTruth(operator) ? bool : unknown;
}

function reportOperands(frame: Frame, expr: Binary, left: Value, right: Value): void {
  const { operator } = expr;
  if (operator === 'and' || operator === 'or') {
    checkCondition(frame, left, expr.left);
    checkCondition(frame, right, expr.right);
    return;
  }
  const equality = operator === '==' || operator === '!=' || operator === '=' || operator === '~=';
  const types = `${showType(left.type)} and ${showType(right.type)}`;
  const message = equality ? `${types} cannot be equal` : `\`${operator}\` takes numbers, and these are ${types}`;
  const wrong = equality ? left : opType('neg', [left.type]) === null ? left : right;
  const span = equality ? expr.span : (wrong === left ? expr.left : expr.right).span;
  report(frame, 'E0302', message, span, equality ? equalityHint(left.type, right.type) : elementwise(wrong.type));
}

function equalityHint(left: Type, right: Type): string | null {
  if (left.kind === 'array' || right.kind === 'array') return 'arrays are compared element by element: `x[i] == y[i]`';
  if (left.kind === 'enum' || right.kind === 'enum')
    return 'a member is compared with a member; `int(x)` is its position';
  if (left.kind === 'bool' || right.kind === 'bool')
    return 'a bool is compared with `true` or `false`; `int(b)` is 0 or 1';
  return null;
}

function elementwise(type: Type): string | null {
  switch (type.kind) {
    case 'array':
      return 'compute element by element: `[x + 1 for x in xs]`';
    case 'bool':
      return '`int(b)` is 0 or 1';
    case 'dist':
      return 'a distribution is no number: `sample d` draws one';
    case 'string':
      return 'strings are labels and paths only';
    case 'enum':
      return '`int(x)` is the position of a member';
    default:
      return null;
  }
}

export function checkNegate(frame: Frame, expr: ExprOf<'negate'>): Value {
  const operand = checkValue(frame, expr.operand);
  if (operand.type.kind === 'unknown') return operand;
  const type = opType('neg', [operand.type]);
  if (type === null) {
    report(
      frame,
      'E0302',
      `\`-\` takes a number, and this is ${showType(operand.type)}`,
      expr.operand.span,
      elementwise(operand.type),
    );
    return unknownValue;
  }
  const number = numberOf(operand.known);
  return makeValue(type, number === null ? null : -number, operand.reads);
}

export function checkNot(frame: Frame, expr: ExprOf<'not'>): Value {
  const operand = checkValue(frame, expr.operand);
  checkCondition(frame, operand, expr.operand);
  const number = numberOf(operand.known);
  return makeValue(bool, number === null ? null : number === 0 ? 1 : 0, operand.reads);
}

/** E0303 unless the value is a bool. */
export function checkCondition(frame: Frame, value: Value, expr: Expr): void {
  if (value.type.kind === 'bool' || value.type.kind === 'unknown') return;
  const numeric = value.type.kind === 'int' || value.type.kind === 'real';
  const hint = numeric
    ? 'compare it with something: `x > 0`'
    : value.type.kind === 'dist'
      ? 'to draw from it write `sample`'
      : null;
  report(frame, 'E0303', `a condition is a bool, and this is ${showType(value.type)}`, expr.span, hint);
}
