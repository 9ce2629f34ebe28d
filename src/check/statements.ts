/** Statements, by a table from their kind; what a model alone has is in `nodes.ts`. */
import { joinTypes, sameType, showType, type Type, unit, unknown } from '../ir/type.js';
import type { Block, Statement, StatementOf } from '../syntax/tree.js';
import { annotationType } from './annotations.js';
import { annotate } from './constants.js';
import { checkIndexType } from './elements.js';
import { checkExpr, checkIterable, checkValue, conversionHint, elementOf } from './expressions.js';
import { addReturn } from './functions.js';
import { checkPatterns } from './matches.js';
import { define, findLocal, namesInSight, wordFor } from './names.js';
import { familiesIn } from './node_reference.js';
import { checkNode, merge, type Way, wayOf } from './nodes.js';
import { checkCondition } from './operators.js';
import { type Frame, inScope, newScope, report, reportUnused } from './session.js';
import { didYouMean } from './suggest.js';
import { makeValue, union, unknownValue, type Value } from './value.js';
import { checkFactor, checkObserve, scores, weigh } from './weights.js';

/** How a piece of text ends: every way returns, or some go on. */
type Ending = 'returns' | 'goes on';

type Kind = Statement['kind'];
type Rules = { readonly [K in Kind]: (frame: Frame, statement: StatementOf<K>) => Ending };

const goesOn =
  <S>(check: (frame: Frame, statement: S) => void): ((frame: Frame, statement: S) => Ending) =>
  (frame, statement) => {
    check(frame, statement);
    return 'goes on';
  };

const rules: Rules = {
  node: goesOn(checkNode),
  let: goesOn(checkLet),
  var: goesOn(checkVar),
  assign: goesOn(checkAssign),
  for: goesOn(checkFor),
  while: checkWhile,
  branch: checkBranch,
  choose: checkChoose,
  return: checkReturn,
  observe: goesOn(checkObserve),
  factor: goesOn(checkFactor),
  resample: goesOn((frame, statement) => scores(frame, statement, '`resample`')),
  call: goesOn((frame, statement) => checkCallStatement(frame, statement)),
};

/** Checks a block in a scope of its own. */
export function checkBlock(frame: Frame, block: Block): Ending {
  return inScope(frame, () => checkStatements(frame, block.statements));
}

/** Checks statements in the scope that is open. */
export function checkStatements(frame: Frame, statements: readonly Statement[]): Ending {
  let ending: Ending = 'goes on';
  for (const statement of statements) {
    if (ending === 'returns') {
      report(frame, 'W0303', 'this is never reached: a `return` stands above', statement.span);
      break;
    }
    ending = applyRule(frame, statement.kind, statement);
  }
  return ending;
}

function applyRule<K extends Kind>(frame: Frame, kind: K, statement: StatementOf<K>): Ending {
  return rules[kind](frame, statement);
}

// ---------------------------------------------------------------- names

function checkLet(frame: Frame, statement: StatementOf<'let'>): void {
  const checked = checkValue(frame, statement.value);
  const annotated = statement.annotation === null ? null : annotationType(frame, statement.annotation);
  const value = annotated === null ? checked : annotate(frame, checked, annotated, statement.value.span);
  const [first, ...rest] = statement.names;
  if (first === undefined) return;
  if (rest.length === 0) {
    define(frame, first, 'let', () => value);
    return;
  }
  const { type } = value;
  if (type.kind === 'tuple' && type.elements.length === statement.names.length) {
    for (const [i, name] of statement.names.entries())
      define(frame, name, 'let', () => makeValue(type.elements[i] ?? unknown, null, value.reads));
    return;
  }
  if (type.kind !== 'unknown') {
    const what = type.kind === 'tuple' ? `a tuple of ${type.elements.length}` : showType(type);
    report(
      frame,
      'E0326',
      `${statement.names.length} names take a tuple of ${statement.names.length}, and this is ${what}`,
      statement.value.span,
    );
  }
  for (const name of statement.names) define(frame, name, 'let', () => unknownValue);
}

function checkVar(frame: Frame, statement: StatementOf<'var'>): void {
  const checked = checkValue(frame, statement.value);
  const annotated = statement.annotation === null ? null : annotationType(frame, statement.annotation);
  const value = annotated === null ? checked : annotate(frame, checked, annotated, statement.value.span);
  const before = frame.slots.get(statement);
  frame.slots.set(statement, before ?? { type: withoutLength(value.type), reads: union(value.reads, frame.control) });
  define(
    frame,
    statement.name,
    'var',
    () => {
      const slot = frame.slots.get(statement);
      return makeValue(slot?.type ?? unknown, null, slot?.reads);
    },
    statement,
  );
}

/** What is assigned later may have another length. */
const withoutLength = (type: Type): Type => (type.kind === 'array' ? { ...type, length: null } : type);

function checkAssign(frame: Frame, statement: StatementOf<'assign'>): void {
  const value = checkValue(frame, statement.value);
  const { text, span } = statement.name;
  const local = findLocal(frame, text);
  const indices = statement.indices.map((e) => checkValue(frame, e));
  if (local === null || local.slot === null) {
    reportUnassignable(frame, statement, local === null ? null : wordFor(local.form));
    return;
  }
  const slot = frame.slots.get(local.slot) ?? { type: unknown, reads: new Set<string>() };
  for (const [i, index] of indices.entries()) checkIndexType(frame, index, statement.indices[i]!, null, null);
  const assigned =
    indices.length === 0 ? withoutLength(value.type) : withElement(frame, statement, slot.type, value.type);
  if (assigned === null) return;
  const type = joinTypes(slot.type, assigned);
  if (type === null) {
    const message = `\`${text}\` holds ${showType(slot.type)}, and this is ${showType(value.type)}`;
    report(frame, 'E0324', message, statement.value.span, conversionHint(slot.type, value.type));
    return;
  }
  const reads = indices.reduce((all, i) => union(all, i.reads), union(union(slot.reads, value.reads), frame.control));
  if (sameType(type, slot.type) && reads.size === slot.reads.size) return;
  frame.slots.set(local.slot, { type, reads });
  frame.changed = true;
  if (nesting(type) > 20) report(frame, 'E0317', `\`${text}\` becomes an array of arrays of arrays …`, span);
}

const nesting = (type: Type): number => (type.kind === 'array' ? 1 + nesting(type.element) : 0);

/** The array type that holds the assigned element; null, with a report, where the variable has no elements. */
function withElement(frame: Frame, statement: StatementOf<'assign'>, type: Type, element: Type): Type | null {
  let target = type;
  for (let i = 0; i < statement.indices.length; i++) {
    if (target.kind === 'unknown') return unknown;
    if (target.kind !== 'array') {
      report(frame, 'E0306', `${showType(target)} has no elements`, statement.name.span);
      return null;
    }
    target = target.element;
  }
  const wrap = (inside: Type, depth: number): Type =>
    inside.kind === 'array' && depth > 0 ? { ...inside, element: wrap(inside.element, depth - 1) } : element;
  return wrap(type, statement.indices.length);
}

function reportUnassignable(frame: Frame, statement: StatementOf<'assign'>, form: string | null): void {
  const { text, span } = statement.name;
  const { project } = frame.session;
  if (form !== null) {
    const hint = form === '`let`' ? `declare it with \`var ${text} = …\`` : `copy it: \`var next = ${text}\``;
    report(frame, 'E0214', `\`${text}\` is a ${form} and cannot be assigned`, span, hint);
  } else if (frame.model?.statements.has(text)) {
    report(
      frame,
      'E0214',
      `\`${text}\` is a node and cannot be assigned`,
      span,
      'a value that changes is a `var`; its last value can become a node: `y := x`',
    );
  } else if (project.consts.has(text) || project.data.has(text)) {
    report(frame, 'E0214', `\`${text}\` is a constant and cannot be assigned`, span);
  } else {
    const declare =
      frame.place === 'model'
        ? `declare it: \`var ${text} = …\`, or a node \`${text} := …\``
        : `declare it: \`var ${text} = …\``;
    report(frame, 'E0201', `there is no variable \`${text}\``, span, didYouMean(text, namesInSight(frame)) ?? declare);
  }
}

// ---------------------------------------------------------------- ways

/** Runs a part that is reached only if some nodes say so. */
function under<T>(frame: Frame, condition: Value, body: () => T): T {
  const { control } = frame;
  frame.control = union(control, condition.reads);
  const result = body();
  frame.control = control;
  return result;
}

function checkFor(frame: Frame, statement: StatementOf<'for'>): void {
  const iterable = checkIterable(frame, statement.iterable);
  const before = wayOf(frame);
  under(frame, iterable, () =>
    loop(frame, statement.body, () => {
      const outer = frame.scope;
      frame.scope = newScope(outer);
      define(frame, statement.variable, 'loop', () => elementOf(iterable));
      checkStatements(frame, statement.body.statements);
      reportUnused(frame, frame.scope);
      frame.scope = outer;
    }),
  );
  merge(frame, [before, wayOf(frame)], 'loop');
}

/** A loop's body may read ahead to members of families that it declares further down. */
function loop(frame: Frame, body: Block, check: () => void): void {
  const { model } = frame;
  if (model === null) {
    check();
    return;
  }
  const { loops } = model;
  model.loops = [...loops, familiesIn(body)];
  check();
  model.loops = loops;
}

function checkWhile(frame: Frame, statement: StatementOf<'while'>): Ending {
  const condition = checkValue(frame, statement.condition);
  checkCondition(frame, condition, statement.condition);
  if (condition.known === 0)
    report(frame, 'W0304', 'this is never true, so the loop never runs', statement.condition.span);
  const before = wayOf(frame);
  weigh(frame, condition.reads);
  under(frame, condition, () => loop(frame, statement.body, () => void checkBlock(frame, statement.body)));
  merge(frame, [before, wayOf(frame)], 'loop');
  // A loop without end is left by `return` only.
  return condition.known === 1 && frame.returned !== null ? 'returns' : 'goes on';
}

function checkBranch(frame: Frame, statement: StatementOf<'branch'>): Ending {
  const condition = checkValue(frame, statement.condition);
  checkCondition(frame, condition, statement.condition);
  const { otherwise } = statement;
  const blocks = otherwise === null ? [statement.then] : [statement.then, otherwise];
  return checkWays(frame, condition, blocks, otherwise !== null);
}

function checkChoose(frame: Frame, statement: StatementOf<'choose'>): Ending {
  const subject = checkValue(frame, statement.subject);
  checkPatterns(
    frame,
    subject,
    statement.subject.span,
    statement.arms.map((a) => a.pattern),
  );
  return checkWays(
    frame,
    subject,
    statement.arms.map((a) => a.body),
    true,
  );
}

/** Blocks of which one runs; with `complete` one of them does. */
function checkWays(frame: Frame, condition: Value, blocks: readonly Block[], complete: boolean): Ending {
  const before = wayOf(frame);
  const ways: Way[] = complete ? [] : [before];
  const endings = under(frame, condition, () =>
    blocks.map((block) => {
      merge(frame, [before], 'branch');
      const ending = checkBlock(frame, block);
      if (ending === 'goes on') ways.push(wayOf(frame));
      return ending;
    }),
  );
  merge(frame, ways.length === 0 ? [before] : ways, 'join');
  // Behind a branch that returns, being here hangs on the condition.
  if (endings.includes('returns')) frame.control = union(frame.control, condition.reads);
  return complete && endings.length > 0 && endings.every((e) => e === 'returns') ? 'returns' : 'goes on';
}

function checkReturn(frame: Frame, statement: StatementOf<'return'>): Ending {
  const value = statement.value === null ? makeValue(unit) : checkValue(frame, statement.value);
  if (frame.place === 'model') {
    report(
      frame,
      'E0320',
      'a model does not return',
      statement.span,
      'what can be asked of a model are its nodes: `y := …`',
    );
    return 'returns';
  }
  addReturn(frame, value.type, statement.span);
  return 'returns';
}

function checkCallStatement(frame: Frame, statement: StatementOf<'call'>): void {
  const value = checkExpr(frame, statement.call);
  if (value.type.kind !== 'dist') return;
  const { text } = statement.call.callee;
  report(
    frame,
    'E0215',
    `\`${text}\` draws nothing by itself`,
    statement.span,
    `write \`x ~ ${text}(…)\`, or \`let x = sample ${text}(…)\``,
  );
}
