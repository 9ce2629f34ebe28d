import type { ValueId } from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';
import type { Span } from '../syntax/span.js';
import type { Expr, ExprOf } from '../syntax/tree.js';
import { lowerCall } from './call.js';
import { lowerComprehension } from './comprehension.js';
import { coerce as coerceTo } from './dist.js';
import { lowerDraw } from './draw.js';
import { branches, type Frame, join as joinOrRaise } from './frame.js';
import { lowerMatch } from './match.js';
import { lowerField, lowerName } from './name.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { raise } from './raise.js';
import { arrayOf, bool, int, opTypeOrNull, real, string, type Type, unknown } from './types.js';

/** Lowers an expression to a value. Instructions go to the open region of the frame's builder. */
export function lowerExpr(frame: Frame, expr: Expr): Operand {
  return frame.builder.withPlace(frame.unit.place(frame.source, expr.span), () => lowerHere(frame, expr));
}

function lowerHere(frame: Frame, expr: Expr): Operand {
  const b = frame.builder;
  switch (expr.kind) {
    case 'number':
      return operand(
        b.constant(irTypeOf(expr.integer ? int : real), expr.value),
        expr.integer ? int : real,
        expr.value,
      );
    case 'boolean':
      return operand(b.bool(expr.value), bool, expr.value ? 1 : 0);
    case 'string':
      return operand(b.constant(irTypeOf(string), expr.value), string, expr.value);
    case 'name':
      return lowerName(frame, expr);
    case 'group':
      return lowerExpr(frame, expr.inner);
    case 'field':
      return lowerField(frame, expr);
    case 'index':
      return lowerIndex(frame, expr);
    case 'negate': {
      const value = lowerExpr(frame, expr.operand);
      const known = typeof value.known === 'number' ? -value.known : null;
      if (known !== null) return operand(b.constant(irTypeOf(value.type), known), value.type, known);
      return primitive(frame, 'neg', [value], expr.span);
    }
    case 'not':
      return primitive(frame, 'not', [lowerExpr(frame, expr.operand)], expr.span);
    case 'binary':
      return lowerBinary(frame, expr);
    case 'if': {
      const condition = lowerExpr(frame, expr.condition);
      return one(
        branches(
          frame,
          condition.id,
          expr.span,
          () => [lowerExpr(frame, expr.then)],
          () => [lowerExpr(frame, expr.otherwise)],
        ),
      );
    }
    case 'match':
      return lowerMatch(frame, expr);
    case 'array':
      return lowerArray(frame, expr);
    case 'tuple': {
      const parts = expr.elements.map((e) => lowerExpr(frame, e));
      return compound(frame, { kind: 'tuple', elements: parts.map((p) => p.type) }, parts);
    }
    case 'record': {
      const parts = expr.fields.map((f) => lowerExpr(frame, f.value));
      const fields = expr.fields.map((f, i) => ({ name: f.name.text, type: parts[i]?.type ?? unknown }));
      return compound(frame, { kind: 'record', fields }, parts);
    }
    case 'comprehension':
      return lowerComprehension(frame, expr);
    case 'sample':
      return lowerDraw(frame, lowerExpr(frame, expr.dist), expr.span);
    case 'call':
      return lowerCall(frame, expr);
    case 'range':
      return lowerRange(frame, expr);
    case 'world': {
      const read = frame.outside?.(expr, frame) ?? null;
      if (read !== null) return read;
      return raise('E0490', 'Other worlds can only be asked about in a query.', frame.source, expr.span);
    }
    case 'form':
      return raise('E0490', 'This form can only stand in a query.', frame.source, expr.span);
    case 'missing':
      return operand(b.constant({ kind: 'unit' }, 0), unknown);
  }
}

/** The one result of a piece that gives one. */
export function one(operands: readonly Operand[]): Operand {
  const [only] = operands;
  if (only === undefined) throw new Error('lowering: a value is missing');
  return only;
}

/** A primitive on operands; raises E0490 where their types do not fit. */
export function primitive(frame: Frame, op: OpName, args: readonly Operand[], span: Span): Operand {
  const type = opTypeOrNull(
    op,
    args.map((a) => a.type),
  );
  if (type === null) {
    raise('E0490', `The operation '${op}' does not take these values.`, frame.source, span);
  }
  return operand(
    frame.builder.op(
      op,
      args.map((a) => a.id),
      irTypeOf(type),
    ),
    type,
  );
}

const compound = (frame: Frame, type: Type, parts: readonly Operand[]): Operand =>
  operand(
    frame.builder.make(
      irTypeOf(type),
      parts.map((p) => p.id),
    ),
    type,
  );

/** `a[i]`; members of node families are for the frame's outside to read. */
const lowerIndex = (frame: Frame, expr: ExprOf<'index'>): Operand =>
  frame.outside?.(expr, frame) ??
  expr.indices.reduce(
    (target, index) => indexInto(frame, target, lowerExpr(frame, index)),
    lowerExpr(frame, expr.target),
  );

/** One step of indexing, by an int, an enum's member or a bool. */
export function indexInto(frame: Frame, target: Operand, index: Operand): Operand {
  if (target.type.kind !== 'array') return operand(target.id, unknown);
  const element = target.type.element;
  return operand(frame.builder.op('index', [target.id, index.id], irTypeOf(element)), element);
}

function lowerArray(frame: Frame, expr: ExprOf<'array'>): Operand {
  const parts = expr.elements.map((e) => lowerExpr(frame, e));
  const element = parts.map((p) => p.type).reduce((a, c) => joinOrRaise(frame, a, c, expr.span), unknown);
  const type = arrayOf(element, parts.length);
  const same = parts.map((p) => coerceTo(frame, p, element));
  return operand(
    frame.builder.make(
      irTypeOf(type),
      same.map((p) => p.id),
    ),
    type,
  );
}

const arithmetic: Readonly<Record<string, OpName>> = {
  '==': 'eq',
  '=': 'eq',
  '~=': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '^': 'pow',
};

function lowerBinary(frame: Frame, expr: ExprOf<'binary'>): Operand {
  if (expr.operator === 'and' || expr.operator === 'or') return lowerLogic(frame, expr);
  const left = lowerExpr(frame, expr.left);
  const right = lowerExpr(frame, expr.right);
  const op = arithmetic[expr.operator] ?? 'eq';
  if (op === 'pow' && right.type.kind === 'int' && typeof right.known === 'number' && Math.abs(right.known) <= 64) {
    return primitive(frame, 'power', [left, right], expr.span);
  }
  if ((op === 'eq' || op === 'ne') && !isScalar(left.type)) return compareParts(frame, left, right, op, expr.span);
  return primitive(frame, op, [left, right], expr.span);
}

const isScalar = (type: Type): boolean => !['array', 'tuple', 'record'].includes(type.kind);

/** Arrays, tuples and records are equal when their parts are. */
function compareParts(frame: Frame, left: Operand, right: Operand, op: 'eq' | 'ne', span: Span): Operand {
  const same = equalValues(frame, left, right, span);
  return op === 'eq' ? same : primitive(frame, 'not', [same], span);
}

/** Whether two values of one type are equal, part by part. */
export function equalValues(frame: Frame, left: Operand, right: Operand, span: Span): Operand {
  const b = frame.builder;
  const type = left.type;
  if (type.kind === 'array') {
    const other = right.type.kind === 'array' ? right.type.element : unknown;
    const length = b.op('length', [left.id], irTypeOf(int));
    const sameLength = primitive(
      frame,
      'eq',
      [operand(length, int), operand(b.op('length', [right.id], irTypeOf(int)), int)],
      span,
    );
    return one(
      branches(
        frame,
        sameLength.id,
        span,
        () => {
          const [same] = b.forLoop(
            b.int(0),
            length,
            [b.bool(true)],
            (i, [so]) => {
              const x = operand(b.op('index', [left.id, i], irTypeOf(type.element)), type.element);
              const y = operand(b.op('index', [right.id, i], irTypeOf(other)), other);
              return [b.op('and', [so ?? i, equalValues(frame, x, y, span).id], irTypeOf(bool))];
            },
            [irTypeOf(bool)],
          );
          return [operand(same ?? length, bool)];
        },
        () => [operand(b.bool(false), bool)],
      ),
    );
  }
  if (type.kind === 'tuple' || type.kind === 'record') {
    const parts = type.kind === 'tuple' ? type.elements : type.fields.map((f) => f.type);
    return parts
      .map((part, i) => equalValues(frame, operand(b.get(left.id, i), part), operand(b.get(right.id, i), part), span))
      .reduce((x, y) => primitive(frame, 'and', [x, y], span), operand(b.bool(true), bool));
  }
  return primitive(frame, 'eq', [left, right], span);
}

/** `and` and `or` evaluate their right side only when they need it, unless it is so simple that no one can tell. */
function lowerLogic(frame: Frame, expr: ExprOf<'binary'>): Operand {
  const left = lowerExpr(frame, expr.left);
  const isAnd = expr.operator === 'and';
  if (isTotal(expr.right) && frame.guards === null)
    return primitive(frame, isAnd ? 'and' : 'or', [left, lowerExpr(frame, expr.right)], expr.span);
  const right = (): readonly Operand[] => [lowerExpr(frame, expr.right)];
  const decided = (): readonly Operand[] => [operand(frame.builder.bool(!isAnd), bool)];
  return one(branches(frame, left.id, expr.span, isAnd ? right : decided, isAnd ? decided : right));
}

/** Whether an expression surely gives a value, at little cost and with no effect. */
function isTotal(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'boolean':
    case 'string':
    case 'name':
      return true;
    case 'group':
      return isTotal(expr.inner);
    case 'not':
    case 'negate':
      return isTotal(expr.operand);
    case 'binary':
      return isTotal(expr.left) && isTotal(expr.right);
    case 'field':
      return isTotal(expr.target);
    default:
      return false;
  }
}

/** A range as a value is the array of its numbers. */
function lowerRange(frame: Frame, expr: ExprOf<'range'>): Operand {
  const { low, high, length } = lowerBounds(frame, expr);
  const b = frame.builder;
  const type = arrayOf(int, length);
  const size = b.op('max', [b.int(0), b.op('sub', [high, low], irTypeOf(int))], irTypeOf(int));
  const [values] = b.forLoop(
    low,
    high,
    [b.op('fill', [size, b.int(0)], irTypeOf(type))],
    (i, [so]) => [b.op('set', [so ?? i, b.op('sub', [i, low], irTypeOf(int)), i], irTypeOf(type))],
    [irTypeOf(type)],
  );
  return operand(values ?? low, type);
}

/** The half-open bounds of a range, and its length where both ends are known. */
export function lowerBounds(
  frame: Frame,
  expr: ExprOf<'range'>,
): { readonly low: ValueId; readonly high: ValueId; readonly length: number | null } {
  const low = lowerExpr(frame, expr.low);
  const end = lowerExpr(frame, expr.high);
  const b = frame.builder;
  const high = expr.closed ? b.op('add', [end.id, b.int(1)], irTypeOf(int)) : end.id;
  const known = typeof low.known === 'number' && typeof end.known === 'number';
  const length = known ? Math.max(0, Number(end.known) - Number(low.known) + (expr.closed ? 1 : 0)) : null;
  return { low: low.id, high, length };
}
