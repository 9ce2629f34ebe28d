/** `a[i, j]` and `r.x`: parts of values. */
import { showType, type Type, unknown } from '../ir/type.js';
import type { Expr, ExprOf } from '../syntax/tree.js';
import { enumType } from './annotations.js';
import { checkExpr, checkValue } from './expressions.js';
import { elementAt, type Known, numberOf } from './known.js';
import { findLocal, reportSelfMember } from './names.js';
import type { NodeInfo } from './node_info.js';
import { nodeReference } from './node_reference.js';
import { plainName } from './rename.js';
import { type Frame, report, use } from './session.js';
import { didYouMean } from './suggest.js';
import { makeValue, readsOf, unknownValue, type Value } from './value.js';

export function checkIndex(frame: Frame, expr: ExprOf<'index'>): Value {
  reportSelfMember(frame, expr);
  const target = checkValue(frame, expr.target);
  const indices = expr.indices.map((e) => checkValue(frame, e));
  const reads = readsOf([target, ...indices]);
  const table = tableOf(frame, expr.target);
  let type = target.type;
  let known: Known | null = target.known;
  for (const [i, index] of indices.entries()) {
    const at = expr.indices[i]!;
    if (type.kind === 'unknown') {
      known = null;
      checkIndexType(frame, index, at, null, null);
      continue;
    }
    if (type.kind !== 'array') {
      reportNoElements(frame, expr, type, i);
      return makeValue(unknown, null, reads);
    }
    checkIndexType(frame, index, at, type, table?.indexTypes?.[i] ?? null);
    known = known === null ? null : elementAt(known, index.known);
    type = type.element;
  }
  return makeValue(type, known, reads);
}

function reportNoElements(frame: Frame, expr: ExprOf<'index'>, type: Type, dimensions: number): void {
  if (dimensions === 0) {
    const hint =
      type.kind === 'table'
        ? 'name a column: `data.column[i]`'
        : expr.indices.some((index) => index.kind === 'binary' && index.operator === '=')
          ? 'a world of its own is written with `do`: `y[do(x = 1)]`'
          : null;
    report(frame, 'E0306', `${showType(type)} has no elements`, expr.target.span, hint);
  } else {
    const count = dimensions === 1 ? 'one index' : `${dimensions} indices`;
    report(frame, 'E0307', `this takes ${count}, and there are ${expr.indices.length}`, expr.span);
  }
}

/** The family whose cells are indexed by enums or bools, where the expression names one. */
function tableOf(frame: Frame, target: Expr): NodeInfo | null {
  if (target.kind !== 'name' || findLocal(frame, target.name.text) !== null) return null;
  return frame.model?.nodes.get(target.name.text) ?? null;
}

/** E0307 for an index of the wrong type, E0308 for a known one that is outside. */
export function checkIndexType(
  frame: Frame,
  index: Value,
  at: Expr,
  array: Extract<Type, { kind: 'array' }> | null,
  by: Type | null,
): void {
  const { type } = index;
  if (type.kind === 'unknown') return;
  if (type.kind !== 'int' && type.kind !== 'enum' && type.kind !== 'bool') {
    const hint = type.kind === 'real' ? 'write `floor(x)` or `round(x)`' : null;
    report(
      frame,
      'E0307',
      `an index is a whole number, a member of an enum or a bool, and this is ${showType(type)}`,
      at.span,
      hint,
    );
    return;
  }
  if (
    by !== null &&
    type.kind !== 'int' &&
    (by.kind !== type.kind || (by.kind === 'enum' && type.kind === 'enum' && by.name !== type.name))
  ) {
    report(frame, 'E0307', `this table is indexed by ${showType(by)} here, and this is ${showType(type)}`, at.span);
    return;
  }
  const length = array?.length ?? null;
  if (length === null) return;
  const known = numberOf(index.known);
  if (known !== null && (known < 0 || known >= length)) {
    const message = `there is no element ${known} in an array of ${length}`;
    report(frame, 'E0308', message, at.span, length === 0 ? null : `elements are counted from 0 to ${length - 1}`);
  } else if (by === null && type.kind === 'enum' && type.members.length > length) {
    report(
      frame,
      'E0307',
      `${plainName(type.name)} has ${type.members.length} members, and the array ${length} elements`,
      at.span,
    );
  }
}

export function checkField(frame: Frame, expr: ExprOf<'field'>): Value {
  const { target, name } = expr;
  if (target.kind === 'name' && findLocal(frame, target.name.text) === null) {
    const member = qualifiedMember(frame, target.name.text, expr);
    if (member !== null) return member;
  }
  const value = checkExpr(frame, target);
  const { type } = value;
  switch (type.kind) {
    case 'unknown':
      return makeValue(unknown, null, value.reads);
    case 'record': {
      const field = type.fields.find((f) => f.name === name.text);
      const known = value.known instanceof Map ? (value.known.get(name.text) ?? null) : null;
      if (field !== undefined) return makeValue(field.type, known, value.reads);
      const names = type.fields.map((f) => f.name);
      const part = nodeReference(frame, target);
      if (part?.node.part) {
        const message = `the part \`${part.path}\` has no node \`${name.text}\``;
        report(frame, 'E0441', message, name.span, didYouMean(name.text, names));
        return unknownValue;
      }
      const hint = didYouMean(name.text, names);
      report(frame, 'E0212', `there is no field \`${name.text}\` in ${showType(type)}`, name.span, hint);
      return unknownValue;
    }
    case 'table': {
      const column = type.columns.find((c) => c.name === name.text);
      if (column !== undefined) return makeValue(column.type, null, value.reads);
      if (name.text === 'rows') return makeValue({ kind: 'int' }, type.rows, value.reads);
      const names = type.columns.map((c) => c.name);
      const hint =
        didYouMean(name.text, [...names, 'rows']) ?? `its columns are ${names.map((n) => `\`${n}\``).join(', ')}`;
      report(frame, 'E0211', `there is no column \`${name.text}\``, name.span, hint);
      return unknownValue;
    }
    default: {
      const hint = type.kind === 'array' ? 'the number of elements is `len(x)`; an element is `x[i]`' : null;
      report(frame, 'E0314', `${showType(type)} has nothing behind a dot`, expr.span, hint);
      return unknownValue;
    }
  }
}

/** `Drug.A`; null where the name before the dot is no enum, or is a node, constant or data set first. */
function qualifiedMember(frame: Frame, enumName: string, expr: ExprOf<'field'>): Value | null {
  const { project } = frame.session;
  const declared = project.enums.get(enumName);
  const node = frame.model?.nodes.has(enumName) || frame.model?.statements.has(enumName);
  if (declared === undefined || node || project.consts.has(enumName) || project.data.has(enumName)) return null;
  use(frame, declared);
  const type = enumType(project, enumName);
  const index = type?.members.indexOf(expr.name.text) ?? -1;
  if (type !== null && index !== -1) return makeValue(type, index);
  const hint =
    didYouMean(expr.name.text, type?.members ?? []) ??
    `its members are ${(type?.members ?? []).map((m) => `\`${m}\``).join(', ')}`;
  report(frame, 'E0210', `\`${plainName(enumName)}\` has no member \`${expr.name.text}\``, expr.name.span, hint);
  return unknownValue;
}
