import type { ValueId } from '../ir/ir.js';
import type { Expr, ExprOf } from '../syntax/tree.js';
import { coerce } from './dist.js';
import { lowerBounds, lowerExpr } from './expression.js';
import { absent, atAddress, bind, branches, type Frame, inScope, loop, type Slot } from './frame.js';
import { enumIn } from './name.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { arrayOf, int, real, type Type, unknown } from './types.js';

/** What a `for` runs over: bounds of an index, and the value that the variable has at an index. */
type Iteration = {
  readonly low: ValueId;
  readonly high: ValueId;
  readonly length: number | null;
  readonly valueAt: (index: ValueId) => Operand;
};

/** A range, an array, or an enum or bool type by name. */
export function lowerIterable(frame: Frame, expr: Expr): Iteration {
  const b = frame.builder;
  if (expr.kind === 'group') return lowerIterable(frame, expr.inner);
  if (expr.kind === 'range') return { ...lowerBounds(frame, expr), valueAt: (i) => operand(i, int) };
  const labels = expr.kind === 'name' ? enumIn(frame, expr.name.text) : null;
  if (labels !== null) {
    const size = labels.kind === 'enum' ? labels.members.length : 2;
    return {
      low: b.int(0),
      high: b.int(size),
      length: size,
      valueAt: (i) =>
        labels.kind === 'enum'
          ? operand(b.op('to_enum', [i], irTypeOf(labels)), labels)
          : operand(b.op('eq', [i, b.int(1)], irTypeOf(labels)), labels),
    };
  }
  const array = lowerExpr(frame, expr);
  const element: Type = array.type.kind === 'array' ? array.type.element : unknown;
  return {
    low: b.int(0),
    high: b.op('length', [array.id], irTypeOf(int)),
    length: array.type.kind === 'array' ? array.type.length : null,
    valueAt: (i) => operand(b.op('index', [array.id, i], irTypeOf(element)), element),
  };
}

/**
 * Runs a body for each element, carrying the slots that it sets. Draws inside get the address of the iteration, so that their noise
 * hangs on the index and not on how many draws came before.
 */
export function lowerFor(
  frame: Frame,
  variable: string,
  iteration: Iteration,
  span: Expr['span'],
  site: string,
  body: (index: ValueId) => void,
): void {
  const b = frame.builder;
  const parent = frame.address;
  const number = frame.unit.site(site, b.place());
  const once = (index: ValueId): void =>
    inScope(frame, () => {
      const address = parent === null ? null : b.address(parent, number, index);
      atAddress(frame, address, () => {
        bind(frame, variable, { kind: 'value', operand: iteration.valueAt(index) });
        body(index);
      });
    });
  loop(
    frame,
    span,
    () => once(b.fresh(irTypeOf(int)).id),
    (slots, types, inits) =>
      b.forLoop(
        iteration.low,
        iteration.high,
        inits.map((i) => i.id),
        (index, carried) => within(frame, slots, types, carried, () => once(index)),
        types.map(irTypeOf),
      ),
  );
}

/** Loops of at most so many rounds run to their end even when a `return` has ended them: they can be written out. */
const shortLoop = 64;

/**
 * As `lowerFor`, for a loop that a `return` may leave: it ends in the round in which `left` is true, unless it is so short that this
 * gains nothing.
 */
export function lowerForUntil(
  frame: Frame,
  variable: string,
  iteration: Iteration,
  span: Expr['span'],
  site: string,
  left: () => ValueId,
  body: () => void,
): void {
  const b = frame.builder;
  const { low, high, length, valueAt } = iteration;
  if (length !== null && length <= shortLoop) return lowerFor(frame, variable, iteration, span, site, body);
  const parent = frame.address;
  const number = frame.unit.site(site, b.place());
  const position: Slot = { name: '#position', kind: 'var', rank: 0 };
  frame.slots.set(position, operand(low, int));
  const index = (): ValueId => frame.slots.get(position)?.id ?? low;
  const truth = irTypeOf({ kind: 'bool' });
  const condition = (): ValueId =>
    b.op('and', [b.op('lt', [index(), high], truth), b.op('not', [left()], truth)], truth);
  const round = (): void => {
    const at = index();
    const address = parent === null ? null : b.address(parent, number, at);
    inScope(frame, () =>
      atAddress(frame, address, () => {
        bind(frame, variable, { kind: 'value', operand: valueAt(at) });
        body();
      }),
    );
    frame.slots.set(position, operand(b.op('add', [at, b.int(1)], irTypeOf(int)), int));
  };
  loop(
    frame,
    span,
    () => {
      condition();
      round();
    },
    (slots, types, inits) =>
      b.whileLoop(
        inits.map((i) => i.id),
        (carried) => {
          let test = low;
          within(frame, slots, types, carried, () => {
            test = condition();
          });
          return test;
        },
        (carried) => within(frame, slots, types, carried, round),
        types.map(irTypeOf),
      ),
  );
  frame.slots.delete(position);
}

/** Runs the body of a loop on the carried values and gives what it carries on. */
export function within(
  frame: Frame,
  slots: readonly Slot[],
  types: readonly Type[],
  carried: readonly ValueId[],
  body: () => void,
): readonly ValueId[] {
  const outer = frame.slots;
  frame.slots = new Map(outer);
  for (const [i, slot] of slots.entries()) {
    const id = carried[i];
    if (id !== undefined) frame.slots.set(slot, operand(id, types[i] ?? unknown));
  }
  body();
  const inner = frame.slots;
  const values = slots.map((slot, i) => {
    const value = inner.get(slot);
    const type = types[i] ?? unknown;
    return value === undefined ? absent(frame, type).id : coerce(frame, value, type).id;
  });
  frame.slots = outer;
  return values;
}

/** `[f(x) for x in xs if c]`: filled by position where every element gives one, else appended. */
export function lowerComprehension(frame: Frame, expr: ExprOf<'comprehension'>): Operand {
  const b = frame.builder;
  const slot: Slot = { name: '#elements', kind: 'var', rank: 1 };
  const [first] = expr.clauses;
  const direct = expr.clauses.length === 1 && expr.filter === null && first !== undefined;
  if (direct && isAlwaysEmpty(frame, first.iterable))
    return operand(b.make(irTypeOf(arrayOf(real, 0)), []), arrayOf(real, 0));
  const site = `${frame.path}/for`;
  const outer = frame.slots;
  frame.slots = new Map(outer);
  const elementType = (): Type => rehearseElement(frame, expr);
  const type = elementType();
  let length: number | null = null;
  if (direct) {
    const iteration = inScope(frame, () => lowerIterable(frame, first.iterable));
    length = iteration.length;
    const size = b.op('max', [b.int(0), b.op('sub', [iteration.high, iteration.low], irTypeOf(int))], irTypeOf(int));
    const start = b.op('fill', [size, absent(frame, type).id], irTypeOf(arrayOf(type, length)));
    frame.slots.set(slot, operand(start, arrayOf(type, length)));
    lowerFor(frame, first.variable.text, iteration, expr.span, site, (index) => {
      const value = coerce(frame, lowerExpr(frame, expr.element), type);
      const so = frame.slots.get(slot);
      if (so === undefined) return;
      const position = b.op('sub', [index, iteration.low], irTypeOf(int));
      const next = b.op('set', [so.id, position, value.id], irTypeOf(arrayOf(type, length)));
      frame.slots.set(slot, operand(next, arrayOf(type, length)));
    });
  } else {
    frame.slots.set(slot, operand(b.make(irTypeOf(arrayOf(type, null)), []), arrayOf(type)));
    lowerClauses(frame, expr, 0, site, () => {
      const add = (): readonly Operand[] => {
        const value = coerce(frame, lowerExpr(frame, expr.element), type);
        const so = frame.slots.get(slot);
        if (so !== undefined)
          frame.slots.set(slot, operand(b.op('append', [so.id, value.id], irTypeOf(arrayOf(type))), arrayOf(type)));
        return [];
      };
      if (expr.filter === null) add();
      else branches(frame, lowerExpr(frame, expr.filter).id, expr.span, add, () => []);
    });
  }
  const result = frame.slots.get(slot);
  frame.slots = outer;
  return result ?? operand(b.int(0), unknown);
}

/** Whether this is an array of data that has no element in any record of its kind, so that its elements have no type: the leaves of a tree. */
function isAlwaysEmpty(frame: Frame, iterable: Expr): boolean {
  let root = iterable;
  while (root.kind === 'field') root = root.target;
  if (iterable.kind !== 'field' || root.kind !== 'name') return false;
  const { type } = frame.builder.collect(() => lowerExpr(frame, iterable)).value;
  return type.kind === 'array' && type.element.kind === 'unknown' && type.length === 0;
}

function lowerClauses(
  frame: Frame,
  expr: ExprOf<'comprehension'>,
  depth: number,
  site: string,
  body: () => void,
): void {
  const clause = expr.clauses[depth];
  if (clause === undefined) return body();
  lowerFor(frame, clause.variable.text, lowerIterable(frame, clause.iterable), expr.span, `${site}${depth}`, () =>
    lowerClauses(frame, expr, depth + 1, site, body),
  );
}

/** The type of a comprehension's element, by lowering it once into nowhere. */
function rehearseElement(frame: Frame, expr: ExprOf<'comprehension'>): Type {
  const { slots, guards } = frame;
  const counters = new Map(frame.counters);
  frame.slots = new Map(slots);
  frame.guards = null;
  let type: Type = unknown;
  frame.builder.collect(() =>
    inScope(frame, () => {
      for (const clause of expr.clauses) {
        const iteration = lowerIterable(frame, clause.iterable);
        bind(frame, clause.variable.text, {
          kind: 'value',
          operand: iteration.valueAt(frame.builder.fresh(irTypeOf(int)).id),
        });
      }
      type = lowerExpr(frame, expr.element).type;
    }),
  );
  frame.slots = slots;
  frame.guards = guards;
  frame.counters.clear();
  for (const [path, number] of counters) frame.counters.set(path, number);
  return type;
}
