/** Expressions: a table from the kind of node to what is checked and known of it. */
import { arrayOf, bool, int, joinTypes, real, showType, string, type Type, unknown } from '../ir/type.js';
import type { Expr, ExprOf } from '../syntax/tree.js';
import { checkCall } from './calls.js';
import { checkField, checkIndex } from './elements.js';
import { checkForm, checkWorld } from './forms.js';
import { isList, type Known, numberOf, rangeOf } from './known.js';
import { checkMatch } from './matches.js';
import { checkName, define, findLocal } from './names.js';
import { checkBinary, checkCondition, checkNegate, checkNot } from './operators.js';
import { type Frame, inScope, report } from './session.js';
import { makeValue, readsOf, unknownValue, type Value } from './value.js';

type Kind = Expr['kind'];
type Rules = { readonly [K in Kind]: (frame: Frame, expr: ExprOf<K>) => Value };

const rules: Rules = {
  number: (_frame, expr) => makeValue(expr.integer ? int : real, expr.value),
  boolean: (_frame, expr) => makeValue(bool, expr.value ? 1 : 0),
  string: (_frame, expr) => makeValue(string, expr.value),
  name: checkName,
  call: checkCall,
  index: checkIndex,
  field: checkField,
  negate: checkNegate,
  not: checkNot,
  binary: checkBinary,
  range: checkRange,
  if: checkIf,
  match: checkMatch,
  array: checkArray,
  comprehension: checkComprehension,
  record: checkRecord,
  tuple: checkTuple,
  group: (frame, expr) => checkExpr(frame, expr.inner),
  sample: checkSample,
  world: checkWorld,
  form: checkForm,
  missing: () => unknownValue,
};

/** Deeper nesting than any person writes; the parser allows less, templates within templates may reach it. */
const deepest = 1000;

/** Checks an expression: reports what is wrong with it, and says what is known of its value. */
export function checkExpr(frame: Frame, expr: Expr): Value {
  const { session } = frame;
  if (session.depth >= deepest) {
    report(frame, 'E0317', 'this is nested too deeply to be followed', expr.span);
    return unknownValue;
  }
  session.depth += 1;
  const value = applyRule(frame, expr.kind, expr);
  session.depth -= 1;
  return value;
}

function applyRule<K extends Kind>(frame: Frame, kind: K, expr: ExprOf<K>): Value {
  return rules[kind](frame, expr);
}

/** Checks an expression whose value is used: E0319 where there is none. */
export function checkValue(frame: Frame, expr: Expr): Value {
  const value = checkExpr(frame, expr);
  if (value.type.kind !== 'unit') return value;
  report(frame, 'E0319', 'this gives no value', expr.span, 'a function gives what it returns: `return x`');
  return unknownValue;
}

/** The value that an expression has before running, found by computing it. */
export function knownValue(frame: Frame, expr: Expr): Known | null {
  return frame.session.evaluator.evaluate(expr, (name) => {
    const local = findLocal(frame, name);
    if (local !== null) return local.form === 'var' ? null : local.value().known;
    return frame.model?.statements.has(name) || frame.model?.nodes.has(name) ? null : undefined;
  });
}

function checkRange(frame: Frame, expr: ExprOf<'range'>): Value {
  const low = checkValue(frame, expr.low);
  const high = checkValue(frame, expr.high);
  for (const [value, side] of [
    [low, expr.low],
    [high, expr.high],
  ] as const)
    if (value.type.kind !== 'int' && value.type.kind !== 'unknown') {
      const hint = value.type.kind === 'real' ? 'write `floor(x)` or `round(x)`' : null;
      report(
        frame,
        'E0301',
        `the ends of a range are whole numbers, and this is ${showType(value.type)}`,
        side.span,
        hint,
      );
    }
  const from = numberOf(low.known);
  const to = numberOf(high.known);
  const reads = readsOf([low, high]);
  if (from === null || to === null) return makeValue(arrayOf(int), null, reads);
  const length = Math.max(0, to - from + (expr.closed ? 1 : 0));
  return makeValue(arrayOf(int, Number.isSafeInteger(length) ? length : null), rangeOf(from, to, expr.closed), reads);
}

/** The type of several branches that give one value; E0304 where they do not agree. */
export function joinBranches(frame: Frame, branches: readonly { readonly value: Value; readonly expr: Expr }[]): Type {
  let type: Type = unknown;
  for (const { value, expr } of branches) {
    const joined = joinTypes(type, value.type);
    if (joined === null) {
      report(
        frame,
        'E0304',
        `this branch gives ${showType(value.type)}, another one ${showType(type)}`,
        expr.span,
        conversionHint(type, value.type),
      );
    } else type = joined;
  }
  return type;
}

export function conversionHint(a: Type, b: Type): string | null {
  const kinds = [a.kind, b.kind];
  const hasNumber = kinds.includes('int') || kinds.includes('real');
  if (hasNumber && kinds.includes('bool')) return '`int(b)` makes 0 or 1 of a bool';
  if (hasNumber && kinds.includes('dist')) return '`sample d` draws a value';
  return null;
}

function checkIf(frame: Frame, expr: ExprOf<'if'>): Value {
  const condition = checkValue(frame, expr.condition);
  checkCondition(frame, condition, expr.condition);
  const then = checkValue(frame, expr.then);
  const otherwise = checkValue(frame, expr.otherwise);
  const type = joinBranches(frame, [
    { value: then, expr: expr.then },
    { value: otherwise, expr: expr.otherwise },
  ]);
  const decided = numberOf(condition.known);
  const known = decided === null ? null : decided === 0 ? otherwise.known : then.known;
  return makeValue(type, known, readsOf([condition, then, otherwise]));
}

function checkArray(frame: Frame, expr: ExprOf<'array'>): Value {
  let type: Type = unknown;
  const values: Value[] = [];
  for (const element of expr.elements) {
    const value = checkValue(frame, element);
    const joined = joinTypes(type, value.type);
    if (joined === null) {
      report(
        frame,
        'E0305',
        `this element is ${showType(value.type)}, the others ${showType(type)}`,
        element.span,
        conversionHint(type, value.type),
      );
      return makeValue(arrayOf(unknown, expr.elements.length), null, readsOf(values));
    }
    type = joined;
    values.push(value);
  }
  return makeValue(arrayOf(type, values.length), allKnown(values), readsOf(values));
}

function allKnown(values: readonly Value[]): Known | null {
  const known: Known[] = [];
  for (const value of values) {
    if (value.known === null) return null;
    known.push(value.known);
  }
  return known;
}

function checkTuple(frame: Frame, expr: ExprOf<'tuple'>): Value {
  const values = expr.elements.map((e) => checkValue(frame, e));
  return makeValue({ kind: 'tuple', elements: values.map((v) => v.type) }, allKnown(values), readsOf(values));
}

function checkRecord(frame: Frame, expr: ExprOf<'record'>): Value {
  const seen = new Set<string>();
  const values: Value[] = [];
  for (const { name, value } of expr.fields) {
    if (seen.has(name.text)) report(frame, 'E0213', `the record has the field \`${name.text}\` twice`, name.span);
    seen.add(name.text);
    values.push(checkValue(frame, value));
  }
  const fields = expr.fields.map((f, i) => ({ name: f.name.text, type: values[i]?.type ?? unknown }));
  const known = allKnown(values);
  const map = isList(known) ? new Map(fields.map((f, i) => [f.name, known[i]!])) : null;
  return makeValue({ kind: 'record', fields }, map, readsOf(values));
}

/** What a `for` or a comprehension goes through, element by element; E0323 where it cannot. */
export function checkIterable(frame: Frame, expr: Expr): Value {
  const value = checkValue(frame, expr);
  const { type } = value;
  if (type.kind === 'unknown') return value;
  if (type.kind !== 'array') {
    const hint =
      type.kind === 'int' ? 'write `0..n`' : type.kind === 'table' ? 'go through its rows: `0..data.rows`' : null;
    report(frame, 'E0323', `there is nothing to go through in ${showType(type)}`, expr.span, hint);
    return unknownValue;
  }
  if (type.length === 0) report(frame, 'W0302', 'there is nothing to go through: this is empty', expr.span);
  return value;
}

/** One element of what a loop goes through. */
export const elementOf = (iterable: Value): Value =>
  makeValue(iterable.type.kind === 'array' ? iterable.type.element : unknown, null, iterable.reads);

function checkComprehension(frame: Frame, expr: ExprOf<'comprehension'>): Value {
  const lengths: (number | null)[] = [];
  const values: Value[] = [];
  const nest = (index: number): Value => {
    const clause = expr.clauses[index];
    if (clause !== undefined) {
      const iterable = checkIterable(frame, clause.iterable);
      lengths.push(iterable.type.kind === 'array' ? iterable.type.length : null);
      values.push(iterable);
      return inScope(frame, () => {
        define(frame, clause.variable, 'loop', () => elementOf(iterable));
        return nest(index + 1);
      });
    }
    if (expr.filter !== null) {
      const filter = checkValue(frame, expr.filter);
      checkCondition(frame, filter, expr.filter);
      values.push(filter);
    }
    return checkValue(frame, expr.element);
  };
  const element = nest(0);
  const length = expr.filter === null ? product(lengths) : null;
  const known = length === null || length <= 64 ? knownValue(frame, expr) : null;
  const found = isList(known) ? known.length : length;
  return makeValue(arrayOf(element.type, found), known, readsOf([...values, element]));
}

const product = (lengths: readonly (number | null)[]): number | null =>
  lengths.reduce<number | null>((all, length) => (all === null || length === null ? null : all * length), 1);

function checkSample(frame: Frame, expr: ExprOf<'sample'>): Value {
  const dist = checkValue(frame, expr.dist);
  if (frame.place === 'constant' || frame.place === 'query') {
    const where = frame.place === 'constant' ? 'a constant' : 'a query';
    report(frame, 'E0421', `${where} cannot draw`, expr.span, 'declare a node in a model and ask for it');
  } else if (frame.place === 'entry') {
    report(frame, 'E0421', 'this entry is a formula and cannot draw', expr.span, 'only `draw` and `mechanism` draw');
  }
  frame.effects.draws = true;
  return drawn(frame, dist, expr.dist);
}

/** The value of a draw from a distribution; E0315 where it is none. */
export function drawn(frame: Frame, dist: Value, expr: Expr): Value {
  if (dist.type.kind === 'dist') return makeValue(dist.type.over, null, dist.reads);
  if (dist.type.kind !== 'unknown') {
    const hint = 'a distribution is written with its parameters: `normal(0, 1)`; a formula is declared with `:=`';
    report(frame, 'E0315', `a distribution stands here, and this is ${showType(dist.type)}`, expr.span, hint);
  }
  return makeValue(unknown, null, dist.reads);
}
