import { cellsOf } from '../check/missing.js';
import type { ValueId } from '../ir/ir.js';
import type { Block, Expr, Statement, StatementOf } from '../syntax/tree.js';
import { typeOfAnnotation } from './annotation.js';
import { memberExists } from './call.js';
import { lowerFor, lowerForUntil, lowerIterable, within } from './comprehension.js';
import { coerce } from './dist.js';
import { scoreAt } from './draw.js';
import { equalValues, lowerExpr, one } from './expression.js';
import { atAddress, bind, branches, count, type Frame, inScope, lookup, loop, type Slot } from './frame.js';
import { returnSlot } from './function.js';
import { lowerArms } from './match.js';
import { pathOf } from './name.js';
import { lowerNode } from './node.js';
import { irTypeOf, type Operand, operand } from './operand.js';
import { raise } from './raise.js';
import { bool, int, unknown } from './types.js';

/** Set once a function has returned on some way through the text; the rest of the text is then passed over. */
const returnedSlot: Slot = { name: '#returned', kind: 'return', rank: 0 };

/** Lowers the block of a function: what it returns stands in the return slot. */
export function lowerBody(frame: Frame, block: Block): void {
  inScope(frame, () => lowerStatements(frame, block.statements));
}

function lowerBlock(frame: Frame, block: Block): readonly Operand[] {
  inScope(frame, () => lowerStatements(frame, block.statements));
  return [];
}

/**
 * Early `return` without jumps: after `if c { return a }` the rest goes into the other branch; where it could be reached from
 * several branches, or out of a loop, a flag guards it.
 */
export function lowerStatements(frame: Frame, statements: readonly Statement[]): void {
  for (const [i, statement] of statements.entries()) {
    const rest = statements.slice(i + 1);
    if (statement.kind === 'return') {
      lowerStatement(frame, statement);
      return;
    }
    if (mayReturn(statement)) {
      if (statement.kind === 'branch') return lowerReturningBranch(frame, statement, rest);
      // Whoever comes here has not returned; from here on a return is noted.
      if (rest.length > 0) setReturned(frame, false);
      lowerStatement(frame, statement);
      if (rest.length > 0) unlessReturned(frame, statement.span, () => lowerStatements(frame, rest));
      return;
    }
    lowerStatement(frame, statement);
  }
}

function lowerReturningBranch(frame: Frame, statement: StatementOf<'branch'>, rest: readonly Statement[]): void {
  const condition = lowerExpr(frame, statement.condition);
  const then = statement.then.statements;
  const otherwise = statement.otherwise?.statements ?? [];
  const thenEnds = alwaysReturns(then);
  const otherwiseEnds = alwaysReturns(otherwise);
  const guard = rest.length > 0 && !thenEnds && !otherwiseEnds;
  if (guard) setReturned(frame, false);
  branches(
    frame,
    condition.id,
    statement.span,
    () => side(frame, thenEnds || guard ? then : [...then, ...rest]),
    () => side(frame, otherwiseEnds || guard ? otherwise : [...otherwise, ...rest]),
  );
  if (guard) unlessReturned(frame, statement.span, () => lowerStatements(frame, rest));
}

function side(frame: Frame, statements: readonly Statement[]): readonly Operand[] {
  inScope(frame, () => lowerStatements(frame, statements));
  return [];
}

function unlessReturned(frame: Frame, span: Expr['span'], body: () => void): void {
  const returned = frame.slots.get(returnedSlot);
  if (returned === undefined) return body();
  branches(
    frame,
    returned.id,
    span,
    () => [],
    () => {
      inScope(frame, body);
      return [];
    },
  );
}

function mayReturn(statement: Statement): boolean {
  switch (statement.kind) {
    case 'return':
      return true;
    case 'branch':
      return blockMayReturn(statement.then) || (statement.otherwise !== null && blockMayReturn(statement.otherwise));
    case 'choose':
      return statement.arms.some((a) => blockMayReturn(a.body));
    case 'for':
    case 'while':
      return blockMayReturn(statement.body);
    default:
      return false;
  }
}

const blockMayReturn = (block: Block): boolean => block.statements.some(mayReturn);

const alwaysReturns = (statements: readonly Statement[]): boolean =>
  statements.some(
    (s) =>
      s.kind === 'return' ||
      (s.kind === 'branch' &&
        s.otherwise !== null &&
        alwaysReturns(s.then.statements) &&
        alwaysReturns(s.otherwise.statements)),
  );

function lowerStatement(frame: Frame, statement: Statement): void {
  frame.builder.withPlace(frame.unit.place(frame.source, statement.span), () => lowerHere(frame, statement));
}

function lowerHere(frame: Frame, statement: Statement): void {
  const b = frame.builder;
  switch (statement.kind) {
    case 'node':
      return lowerNode(frame, statement);
    case 'let': {
      const value = annotate(frame, lowerExpr(frame, statement.value), statement);
      const [only] = statement.names;
      if (statement.names.length === 1 && only !== undefined)
        return bind(frame, only.text, { kind: 'value', operand: value });
      for (const [i, name] of statement.names.entries()) {
        const type = value.type.kind === 'tuple' ? (value.type.elements[i] ?? unknown) : unknown;
        bind(frame, name.text, { kind: 'value', operand: operand(b.get(value.id, i), type) });
      }
      return;
    }
    case 'var': {
      const slot: Slot = { name: statement.name.text, kind: 'var', rank: 0 };
      frame.slots.set(slot, forget(annotate(frame, lowerExpr(frame, statement.value), statement)));
      return bind(frame, statement.name.text, { kind: 'slot', slot });
    }
    case 'assign':
      return lowerAssign(frame, statement);
    case 'for': {
      const { variable, span, body } = statement;
      const iteration = lowerIterable(frame, statement.iterable);
      const site = `${frame.path}/for#${count(frame, `${frame.path}/for`)}`;
      if (!blockMayReturn(body)) {
        lowerFor(frame, variable.text, iteration, span, site, () => lowerBlock(frame, body));
        return;
      }
      setReturned(frame, false);
      const returned = (): ValueId => frame.slots.get(returnedSlot)?.id ?? b.bool(false);
      lowerForUntil(frame, variable.text, iteration, span, site, returned, () =>
        unlessReturned(frame, span, () => lowerStatements(frame, body.statements)),
      );
      return;
    }
    case 'while':
      return lowerWhile(frame, statement);
    case 'branch': {
      const condition = lowerExpr(frame, statement.condition);
      branches(
        frame,
        condition.id,
        statement.span,
        () => lowerBlock(frame, statement.then),
        () => (statement.otherwise === null ? [] : lowerBlock(frame, statement.otherwise)),
      );
      return;
    }
    case 'choose':
      lowerArms(
        frame,
        statement.subject,
        statement.span,
        statement.arms.map((a) => ({ pattern: a.pattern, body: () => lowerBlock(frame, a.body) })),
      );
      return;
    case 'return':
      if (statement.value !== null) frame.slots.set(returnSlot, forget(lowerExpr(frame, statement.value)));
      if (frame.slots.has(returnedSlot)) setReturned(frame, true);
      return;
    case 'observe':
      return lowerObserve(frame, statement);
    case 'factor':
      return b.factor(lowerExpr(frame, statement.value).id);
    case 'resample':
      return b.resample();
    case 'call':
      lowerExpr(frame, statement.call);
      return;
  }
}

/** What is known of a value is not known of the variable that starts with it. */
const forget = (value: Operand): Operand => operand(value.id, value.type);

function setReturned(frame: Frame, returned: boolean): void {
  frame.slots.set(returnedSlot, operand(frame.builder.bool(returned), bool));
}

function annotate(frame: Frame, value: Operand, statement: StatementOf<'let' | 'var'>): Operand {
  const type = statement.annotation === null ? null : typeOfAnnotation(frame.unit.project, statement.annotation);
  return type === null ? value : coerce(frame, value, type);
}

function lowerAssign(frame: Frame, statement: StatementOf<'assign'>): void {
  const bound = lookup(frame, statement.name.text);
  if (bound?.kind !== 'slot')
    return raise('E0490', `'${statement.name.text}' cannot be assigned.`, frame.source, statement.name.span);
  const value = forget(lowerExpr(frame, statement.value));
  if (statement.indices.length === 0) {
    frame.slots.set(bound.slot, value);
    return;
  }
  const whole = frame.slots.get(bound.slot);
  if (whole === undefined) return;
  const indices = statement.indices.map((i) => lowerExpr(frame, i));
  frame.slots.set(bound.slot, replaceIn(frame, whole, indices, value));
}

/** A copy of an array with one element, however deep, replaced. */
function replaceIn(frame: Frame, whole: Operand, indices: readonly Operand[], value: Operand): Operand {
  const [first, ...rest] = indices;
  if (first === undefined || whole.type.kind !== 'array') return value;
  const element = whole.type.element;
  const inner =
    rest.length === 0
      ? value
      : replaceIn(
          frame,
          operand(frame.builder.op('index', [whole.id, first.id], irTypeOf(element)), element),
          rest,
          value,
        );
  const type = widened(whole.type, inner.type);
  return operand(frame.builder.op('set', [whole.id, first.id, inner.id], irTypeOf(type)), type);
}

const widened = (array: Extract<Operand['type'], { kind: 'array' }>, element: Operand['type']): Operand['type'] =>
  array.element.kind === 'int' && element.kind === 'real' ? { ...array, element } : array;

function lowerWhile(frame: Frame, statement: StatementOf<'while'>): void {
  const b = frame.builder;
  const returning = blockMayReturn(statement.body);
  if (returning) setReturned(frame, false);
  const rounds: Slot = { name: '#rounds', kind: 'var', rank: 0 };
  frame.slots.set(rounds, operand(b.int(0), int));
  const parent = frame.address;
  const site = frame.unit.site(`${frame.path}/while#${count(frame, `${frame.path}/while`)}`, b.place());
  // Draws in the condition and in the body stand at the address of the round.
  const inRound = <T>(lower: () => T): T => {
    const round = frame.slots.get(rounds);
    if (parent === null || round === undefined) return lower();
    return atAddress(frame, b.address(parent, site, round.id), lower);
  };
  const test = (): Operand => inRound(() => inScope(frame, () => lowerExpr(frame, statement.condition)));
  const condition = (): Operand => {
    const returned = returning ? frame.slots.get(returnedSlot) : undefined;
    if (returned === undefined) return test();
    const over = (): readonly Operand[] => [operand(b.bool(false), bool)];
    return one(branches(frame, returned.id, statement.span, over, () => [test()]));
  };
  const body = (): void => {
    inRound(() => lowerBlock(frame, statement.body));
    const round = frame.slots.get(rounds);
    if (round !== undefined) frame.slots.set(rounds, operand(b.op('add', [round.id, b.int(1)], irTypeOf(int)), int));
  };
  loop(
    frame,
    statement.span,
    () => {
      condition();
      body();
    },
    (slots, types, inits) =>
      b.whileLoop(
        inits.map((i) => i.id),
        (carried) => {
          let test = b.bool(true);
          within(frame, slots, types, carried, () => {
            test = condition().id;
          });
          return test;
        },
        (carried) => within(frame, slots, types, carried, body),
        types.map(irTypeOf),
      ),
  );
  frame.slots.delete(rounds);
}

/** The four forms of `observe`. */
function lowerObserve(frame: Frame, statement: StatementOf<'observe'>): void {
  const b = frame.builder;
  const { subject, value } = statement;
  if (statement.form === 'condition' || value === null) return b.condition(lowerExpr(frame, subject).id);
  if (statement.form === 'score') {
    const site = `${frame.path === '' ? '' : `${frame.path}/`}observe ${count(frame, `${frame.path}/observe`) + 1}`;
    const seen = lowerExpr(frame, subject);
    const score = (): readonly Operand[] => {
      scoreAt(frame, lowerExpr(frame, value), seen, site, statement.span);
      return [];
    };
    // A missing cell tells nothing: summed over what it may have been, its factor is 1.
    if ((cellsOf(frame.unit.project, subject)?.missing ?? 0) > 0 && seen.type.kind !== 'array')
      branches(frame, memberExists(frame, seen, [], statement.span).id, statement.span, score, () => []);
    else score();
    return;
  }
  const path = pathOf(subject);
  const seen = lowerExpr(frame, value);
  const node = lowerExpr(frame, subject);
  if (statement.form === 'approximate') b.approximate(node.id, seen.id);
  else if (path !== null && frame.model !== null)
    b.emit({ kind: 'equal', at: b.place(), value: node.id, seen: seen.id });
  else b.condition(equalValues(frame, node, seen, statement.span).id);
}
