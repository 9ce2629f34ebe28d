import type { ValueId } from '../ir/ir.js';
import type { Expr, StatementOf } from '../syntax/tree.js';
import { lowerIterable } from './comprehension.js';
import { coerce } from './dist.js';
import { drawAt } from './draw.js';
import { lowerExpr, one } from './expression.js';
import {
  absent,
  atAddress,
  atPath,
  bind,
  branches,
  type Frame,
  join,
  lookup,
  type ModelState,
  type NodeState,
} from './frame.js';
import { lowerPart } from './model.js';
import { enumIn } from './name.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { raise } from './raise.js';
import { arrayOf, int, type Type, unknown } from './types.js';

type NodeStatement = StatementOf<'node'>;

/** `x ~ d`, `x := e`, `x[t] ~ d`, a table `x[Drug] ~ d`, or a model run as a part. */
export function lowerNode(frame: Frame, statement: NodeStatement): void {
  const { model } = frame;
  if (model === null) return raise('E0490', 'Nodes are declared in a model.', frame.source, statement.span);
  if (isTable(frame, statement)) return lowerTable(frame, model, statement);
  const own = statement.indices.map((i) => lowerExpr(frame, i));
  lowerCell(frame, model, statement, own);
}

function lowerCell(frame: Frame, model: ModelState, statement: NodeStatement, own: readonly Operand[]): void {
  if (isPart(frame, statement)) return lowerPart(frame, statement, own);
  const name = model.prefix + statement.name.text;
  const node = declare(frame, model, name, model.indices.length + own.length, statement);
  const value = atPath(frame, name, () => lowerValue(frame, statement, name, own));
  settle(frame, node, name, [...model.indices, ...own], value);
}

const isPart = (frame: Frame, statement: NodeStatement): boolean =>
  statement.operator === '~' &&
  statement.value.kind === 'call' &&
  frame.unit.project.models.has(statement.value.callee.text);

function declare(frame: Frame, model: ModelState, name: string, rank: number, statement: NodeStatement): NodeState {
  const known = model.nodes.get(name);
  if (known !== undefined) return known;
  const node: NodeState = {
    slot: { name, kind: 'node', rank },
    modifier: statement.modifier,
    operator: statement.operator,
    optional: frame.depth > 0,
    span: statement.span,
  };
  model.nodes.set(name, node);
  return node;
}

/** The natural value, drawn at the node's own address. */
function lowerValue(frame: Frame, statement: NodeStatement, name: string, own: readonly Operand[]): Operand {
  const value = (): Operand => {
    const written = lowerExpr(frame, statement.value);
    if (statement.operator === ':=') return written;
    return drawAt(frame, written, name, statement.span);
  };
  return atAddress(frame, nodeAddress(frame, name, own), value);
}

/** A node's address hangs on its name and indices, not on the loops and branches around it. */
function nodeAddress(frame: Frame, name: string, indices: readonly Operand[]): ValueId | null {
  const base = frame.model?.address ?? frame.address;
  if (indices.length === 0) return base;
  const site = frame.unit.site(`${name}[]`, frame.builder.place());
  return indices.reduce<ValueId | null>(
    (parent, index) => (parent === null ? null : frame.builder.address(parent, site, index.id)),
    base,
  );
}

/** Marks the value as the node's and stores it. */
function settle(frame: Frame, node: NodeState, name: string, indices: readonly Operand[], value: Operand): void {
  const b = frame.builder;
  const marked = operand(
    b.node(
      name,
      indices.map((i) => i.id),
      value.id,
    ),
    value.type,
  );
  if (indices.length === 0) {
    frame.slots.set(node.slot, marked);
    return;
  }
  const so = frame.slots.get(node.slot) ?? emptyFamily(frame, marked.type, indices.length);
  frame.slots.set(node.slot, extend(frame, so, indices, marked));
}

function emptyFamily(frame: Frame, element: Type, rank: number): Operand {
  let type = element;
  for (let i = 0; i < rank; i++) type = arrayOf(type);
  return operand(frame.builder.make(irTypeOf(type), []), type);
}

/** The family with one more member; members in between are absent. */
function extend(frame: Frame, family: Operand, indices: readonly Operand[], value: Operand): Operand {
  const [first, ...rest] = indices;
  if (first === undefined) return value;
  const b = frame.builder;
  const element = family.type.kind === 'array' ? family.type.element : unknown;
  let inner = value;
  if (rest.length > 0) {
    const length = b.op('length', [family.id], irTypeOf(int));
    const inside = b.op('lt', [first.id, length], { kind: 'bool' });
    const row = one(
      branches(
        frame,
        inside,
        { start: 0, end: 0 },
        () => [operand(b.op('index', [family.id, first.id], irTypeOf(element)), element)],
        () => [absent(frame, element.kind === 'unknown' ? emptyType(value.type, rest.length) : element)],
      ),
    );
    inner = extend(frame, row, rest, value);
  }
  const type = arrayOf(join(frame, element, inner.type, { start: 0, end: 0 }));
  return operand(b.op('extend', [family.id, first.id, coerce(frame, inner, type.element).id], irTypeOf(type)), type);
}

const emptyType = (element: Type, rank: number): Type => (rank === 0 ? element : arrayOf(emptyType(element, rank - 1)));

/** Whether all indices are types, and no values: `risk[bool, Drug]`, not `risk[j]`. */
const isTable = (frame: Frame, { indices }: NodeStatement): boolean =>
  indices.length > 0 &&
  indices.every((index) => {
    const at = index.kind === 'group' ? index.inner : index;
    return at.kind === 'name' && lookup(frame, at.name.text) === null && enumIn(frame, at.name.text) !== null;
  });

/** `risk[bool, Drug] ~ d`: one independent draw, or run of a part, for each combination of the index types' values. */
function lowerTable(frame: Frame, model: ModelState, statement: NodeStatement): void {
  const cells = (types: readonly Expr[], indices: readonly Operand[]): void => {
    const [first, ...rest] = types;
    if (first !== undefined) {
      const iteration = lowerIterable(frame, first);
      for (let i = 0; i < (iteration.length ?? 0); i++)
        cells(rest, [...indices, iteration.valueAt(frame.builder.int(i))]);
      return;
    }
    lowerCell(frame, model, statement, indices);
  };
  cells(statement.indices, []);
}

/** Makes a part's nodes reachable by the part's name. */
export const bindPart = (frame: Frame, name: string, prefix: string, rank: number): void =>
  bind(frame, name, { kind: 'part', prefix, rank });
