import { builtins } from '../check/builtins.js';
import type { Supplied } from '../check/project.js';
import type { Type, TypeOf } from '../ir/type.js';
import type { Expr, ExprOf } from '../syntax/tree.js';
import { indexInto, lowerExpr } from './expression.js';
import { type Frame, lookup, type Slot } from './frame.js';
import { lowerConst } from './function.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { raise } from './raise.js';
import { arrayOf, bool, int, real, unknown } from './types.js';

const constants: Readonly<Record<string, number>> = {
  pi: Math.PI,
  infinity: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
};

/** The enum of that name, declared or made from a text column (`trial.drug`), or `bool`, whose values are false and true. */
export function enumIn(frame: Frame, name: string): Type | null {
  if (name === 'bool') return bool;
  const declared = frame.unit.project.enums.get(name);
  if (declared === undefined) return null;
  return { kind: 'enum', name, members: declared.declaration.members.map((m) => m.text) };
}

/** All enums in reach: declared ones and those of text columns. */
function enumsInReach(frame: Frame): readonly TypeOf<'enum'>[] {
  const found: TypeOf<'enum'>[] = [];
  for (const name of frame.unit.project.enums.keys()) {
    const type = enumIn(frame, name);
    if (type?.kind === 'enum') found.push(type);
  }
  for (const { table } of frame.unit.project.data.values()) {
    for (const { type } of table.columns) {
      if (type.kind === 'enum' && !found.some((e) => e.name === type.name)) found.push(type);
    }
  }
  return found;
}

const member = (frame: Frame, type: TypeOf<'enum'>, label: string): Operand | null => {
  const index = type.members.indexOf(label);
  return index === -1 ? null : operand(frame.builder.constant(irTypeOf(type), index), type, index);
};

/** A bare name: local, node, what the frame's outside knows, const, built-in constant, enum member; in this order. */
export function lowerName(frame: Frame, expr: ExprOf<'name'>): Operand {
  const name = expr.name.text;
  const bound = lookup(frame, name);
  if (bound?.kind === 'value') return bound.operand;
  if (bound?.kind === 'slot') return readSlot(frame, bound.slot, expr);
  if (bound?.kind === 'part') return partRecord(frame, bound.prefix, expr);
  const node = frame.model?.nodes.get(frame.model.prefix + name);
  if (node !== undefined) return readNode(frame, node.slot, expr);
  const chosen = frame.outside === null ? undefined : frame.unit.project.chosen.get(name);
  if (chosen !== undefined) return lowerChosen(frame, chosen);
  const outside = frame.outside?.(expr, frame) ?? null;
  if (outside !== null) return outside;
  const supplied = frame.unit.project.supplied.get(name);
  if (supplied !== undefined) return lowerSupplied(frame, name, supplied);
  if (frame.unit.project.consts.has(name)) return lowerConst(frame, name);
  const constant = Object.hasOwn(constants, name) ? constants[name] : undefined;
  if (constant !== undefined) return operand(frame.builder.constant(irTypeOf(real), constant), real, constant);
  for (const type of enumsInReach(frame)) {
    const found = member(frame, type, name);
    if (found !== null) return found;
  }
  const { functions, externs } = frame.unit.project;
  // As an argument a function is its name; the checker lets it stand nowhere else.
  if (functions.has(name) || externs.has(name) || Object.hasOwn(builtins, name))
    return operand(frame.builder.constant({ kind: 'unit' }, 0), { kind: 'function', name });
  return raise('E0490', `Nothing is called '${name}' here.`, frame.source, expr.span);
}

/** A value of the host program: numbers and labels stand in the program, the rest comes in as input. */
function lowerSupplied(frame: Frame, name: string, { type, value }: Supplied): Operand {
  if (typeof value !== 'number' && typeof value !== 'string')
    return operand(frame.builder.input(irTypeOf(type), name), type);
  return operand(frame.builder.constant(irTypeOf(type), value), type, value);
}

const lowerChosen = (frame: Frame, { type, value }: Supplied): Operand =>
  operand(frame.builder.constant(irTypeOf(type), value), type, value);

/** An outside that knows nothing but what the variables of an `argmax` stand for. */
export const onlyChosen: Frame['outside'] = () => null;

/** The present value of a `var` or a node; a family that has no member yet is an empty array. */
function readSlot(frame: Frame, slot: Slot, at: Expr): Operand {
  const value = frame.slots.get(slot);
  if (value !== undefined) return value;
  if (slot.kind === 'node' && slot.rank > 0) {
    const empty = arrayOf(unknown, null);
    return operand(frame.builder.op('absent', [], irTypeOf(empty)), empty);
  }
  return raise('E0490', `'${slot.name}' is used before it has a value.`, frame.source, at.span);
}

/** A node of the model or part that is being lowered; in a family of parts, the one of this part. */
const readNode = (frame: Frame, slot: Slot, at: Expr): Operand =>
  (frame.model?.indices ?? []).reduce((target, index) => indexInto(frame, target, index), readSlot(frame, slot, at));

/** The value of a whole part: the record of its nodes. */
function partRecord(frame: Frame, prefix: string, at: Expr): Operand {
  const parts: Operand[] = [];
  const fields: { name: string; type: Type }[] = [];
  for (const [name, { slot }] of frame.model?.nodes ?? []) {
    if (!name.startsWith(prefix) || name.slice(prefix.length).includes('.')) continue;
    const value = readNode(frame, slot, at);
    parts.push(value);
    fields.push({ name: name.slice(prefix.length), type: value.type });
  }
  const type: Type = { kind: 'record', fields };
  return operand(
    frame.builder.make(
      irTypeOf(type),
      parts.map((p) => p.id),
    ),
    type,
  );
}

/** The dotted name and the indices of a path such as `event.depth`, `event[2].hits[0]`; null where it is no path of names. */
export function pathOf(
  expr: Expr,
): { readonly name: string; readonly root: string; readonly indices: readonly Expr[] } | null {
  if (expr.kind === 'group') return pathOf(expr.inner);
  if (expr.kind === 'name') return { name: expr.name.text, root: expr.name.text, indices: [] };
  if (expr.kind === 'field') {
    const target = pathOf(expr.target);
    return target === null ? null : { ...target, name: `${target.name}.${expr.name.text}` };
  }
  if (expr.kind === 'index') {
    const target = pathOf(expr.target);
    return target === null ? null : { ...target, indices: [...target.indices, ...expr.indices] };
  }
  return null;
}

/** `trial.age`, `trial.rows`, `Drug.A`, `event.depth`, `event[2].depth`, or a field of a record. */
export function lowerField(frame: Frame, expr: ExprOf<'field'>): Operand {
  const path = pathOf(expr);
  const local = path === null ? null : lookup(frame, path.root);
  if (path !== null && (local === null || local.kind === 'part')) {
    const outside = frame.outside?.(expr, frame) ?? null;
    if (outside !== null) return outside;
    const node = frame.model?.nodes.get(frame.model.prefix + path.name);
    if (node !== undefined) {
      return path.indices.reduce(
        (target, i) => indexInto(frame, target, lowerExpr(frame, i)),
        readNode(frame, node.slot, expr),
      );
    }
    const fixed = path.indices.length === 0 ? lowerQualified(frame, path.root, expr) : null;
    if (fixed !== null) return fixed;
  }
  const target = lowerExpr(frame, expr.target);
  const fields = target.type.kind === 'record' ? target.type.fields : [];
  const position = fields.findIndex((f) => f.name === expr.name.text);
  const field = fields[position];
  if (field === undefined)
    return raise('E0490', `There is no field '${expr.name.text}' here.`, frame.source, expr.name.span);
  return operand(frame.builder.get(target.id, position), field.type);
}

/** A column, the number of rows, or a member of an enum. */
function lowerQualified(frame: Frame, root: string, expr: ExprOf<'field'>): Operand | null {
  const field = expr.name.text;
  const data = frame.unit.project.data.get(root);
  if (data !== undefined) {
    if (field === 'rows') return operand(frame.builder.input(irTypeOf(int), `${root}.rows`), int, data.table.rows);
    const column = data.table.columns.find((c) => c.name === field);
    if (column === undefined) return null;
    const type = arrayOf(column.type, data.table.rows);
    return operand(frame.builder.input(irTypeOf(type), `${root}.${field}`), type);
  }
  const labels = enumIn(frame, root);
  return labels?.kind === 'enum' ? member(frame, labels, field) : null;
}
