/**
 * Computes what can be computed before running: constants, and calls of functions with known arguments. It never complains:
 * whatever draws, is too long or goes wrong has no known value (null), and the run will tell.
 */
import type { Block, Body, Clause, Expr, Pattern, Statement } from '../syntax/tree.js';
import { matchArguments } from './arguments.js';
import { builtinConstant } from './builtins.js';
import {
  applyBuiltin,
  elementAt,
  isList,
  type Known,
  knownOf,
  longestKnown,
  numberOf,
  rangeOf,
  shortCircuit,
} from './known.js';
import type { Project } from './project.js';
import { plainName } from './rename.js';
import { enumsWithMember, resolveCall } from './resolve.js';

/** Values of names: undefined where the name is not a local one, null where it is and has no known value. */
type Lookup = (name: string) => Known | null | undefined;

export type Evaluator = {
  readonly evaluate: (expr: Expr, lookup: Lookup) => Known | null;
};

/** Steps of one evaluation, and of all evaluations of a check. */
const stepsOfOne = 20_000;
const stepsOfAll = 1_000_000;
const deepestCall = 60;
const deepestExpression = 200;

type Scope = { readonly names: Map<string, Known | null>; readonly parent: Scope | null; readonly lookup: Lookup };

const inner = (scope: Scope): Scope => ({ names: new Map(), parent: scope, lookup: scope.lookup });

const scopeOver = (lookup: Lookup): Scope => ({ names: new Map(), parent: null, lookup });

function findLocal(name: string, scope: Scope): Known | null | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.parent)
    if (at.names.has(name)) return at.names.get(name) ?? null;
  return scope.lookup(name);
}

function assign(name: string, value: Known, scope: Scope): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.parent)
    if (at.names.has(name)) {
      at.names.set(name, value);
      return true;
    }
  return false;
}

/** How a statement ends: it goes on, it returns a value, or it cannot be followed. */
type Ending =
  | { readonly kind: 'next' }
  | { readonly kind: 'return'; readonly value: Known }
  | { readonly kind: 'lost' };
const next: Ending = { kind: 'next' };
const lost: Ending = { kind: 'lost' };

/** `constant` gives the values of the project's `const`s. */
export function createEvaluator(project: Project, constant: (name: string) => Known | null): Evaluator {
  let total = 0;
  let steps = 0;
  let depth = 0;
  let level = 0;

  const find = (name: string, scope: Scope): Known | null => {
    const local = findLocal(name, scope);
    if (local !== undefined) return local;
    const supplied = project.supplied.get(name);
    if (supplied !== undefined) return knownOf(supplied);
    if (project.consts.has(name)) return constant(name);
    if (project.data.has(name)) return null;
    const constantOfLanguage = builtinConstant(name);
    if (constantOfLanguage !== null) return constantOfLanguage;
    const members = enumsWithMember(project, name);
    if (members.length > 0) return members.length === 1 ? memberOf(members[0]!.declaration.name.text, name) : null;
    const whole = project.enums.get(name);
    return whole === undefined ? null : whole.declaration.members.map((_, i) => i);
  };

  const memberOf = (enumName: string, member: string): number | null => {
    const index = project.enums.get(enumName)?.declaration.members.findIndex((m) => m.text === member) ?? -1;
    return index === -1 ? null : index;
  };

  const isLocal = (name: string, scope: Scope): boolean => findLocal(name, scope) !== undefined;

  const all = (exprs: readonly Expr[], scope: Scope): readonly Known[] | null => {
    const values: Known[] = [];
    for (const expr of exprs) {
      const value = run(expr, scope);
      if (value === null) return null;
      values.push(value);
    }
    return values;
  };

  const run = (expr: Expr, scope: Scope): Known | null => {
    steps += 1;
    if (steps > stepsOfOne || level >= deepestExpression) return null;
    level += 1;
    const value = runAny(expr, scope);
    level -= 1;
    return value;
  };

  const runAny = (expr: Expr, scope: Scope): Known | null => {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return expr.value;
      case 'boolean':
        return expr.value ? 1 : 0;
      case 'name':
        return find(expr.name.text, scope);
      case 'group':
        return run(expr.inner, scope);
      case 'negate': {
        const operand = numberOf(run(expr.operand, scope));
        return operand === null ? null : -operand;
      }
      case 'not': {
        const operand = numberOf(run(expr.operand, scope));
        return operand === null ? null : operand === 0 ? 1 : 0;
      }
      case 'binary': {
        const left = run(expr.left, scope);
        const decided = left === null ? null : shortCircuit(expr.operator, left, null);
        return decided ?? shortCircuit(expr.operator, left, run(expr.right, scope));
      }
      case 'range': {
        const low = numberOf(run(expr.low, scope));
        const high = numberOf(run(expr.high, scope));
        return low === null || high === null ? null : rangeOf(low, high, expr.closed);
      }
      case 'if': {
        const condition = numberOf(run(expr.condition, scope));
        return condition === null ? null : run(condition === 0 ? expr.otherwise : expr.then, scope);
      }
      case 'match': {
        const subject = run(expr.subject, scope);
        for (const arm of subject === null ? [] : expr.arms) {
          const fits = matches(arm.pattern, subject!, scope);
          if (fits === null) return null;
          if (fits) return run(arm.value, scope);
        }
        return null;
      }
      case 'index': {
        let target = run(expr.target, scope);
        for (const index of expr.indices) target = target === null ? null : elementAt(target, run(index, scope));
        return target;
      }
      case 'field': {
        if (
          expr.target.kind === 'name' &&
          !isLocal(expr.target.name.text, scope) &&
          project.enums.has(expr.target.name.text)
        )
          return memberOf(expr.target.name.text, expr.name.text);
        const target = run(expr.target, scope);
        return target instanceof Map ? (target.get(expr.name.text) ?? null) : null;
      }
      case 'array':
      case 'tuple':
        return all(expr.elements, scope);
      case 'record': {
        const values = all(
          expr.fields.map((f) => f.value),
          scope,
        );
        return values === null ? null : new Map(expr.fields.map((f, i) => [f.name.text, values[i]!]));
      }
      case 'comprehension': {
        const elements: Known[] = [];
        return collect(expr.clauses, expr.filter, expr.element, inner(scope), elements) ? elements : null;
      }
      case 'call':
        return call(expr, scope);
      case 'sample':
      case 'world':
      case 'form':
      case 'missing':
        return null;
    }
  };

  const collect = (
    clauses: readonly Clause[],
    filter: Expr | null,
    element: Expr,
    scope: Scope,
    into: Known[],
  ): boolean => {
    const [clause, ...rest] = clauses;
    if (clause === undefined) {
      const keep = filter === null ? 1 : run(filter, scope);
      if (keep === 0) return true;
      const value = keep === null ? null : run(element, scope);
      if (value === null || into.length >= longestKnown) return false;
      into.push(value);
      return true;
    }
    const items = run(clause.iterable, scope);
    if (!isList(items)) return false;
    return items.every((item) => {
      const body = inner(scope);
      body.names.set(clause.variable.text, item);
      return collect(rest, filter, element, body, into);
    });
  };

  const matches = (pattern: Pattern, subject: Known, scope: Scope): boolean | null => {
    if (pattern.kind === 'wildcard') return true;
    const value = pattern.kind === 'literal' ? run(pattern.value, scope) : memberIn(pattern);
    return value === null ? null : value === subject;
  };

  const memberIn = (pattern: Extract<Pattern, { readonly kind: 'member' }>): number | null => {
    if (pattern.enumName !== null) return memberOf(pattern.enumName.text, pattern.name.text);
    const [only, ...others] = enumsWithMember(project, pattern.name.text);
    return only === undefined || others.length > 0 ? null : memberOf(only.declaration.name.text, pattern.name.text);
  };

  const call = (expr: Extract<Expr, { readonly kind: 'call' }>, scope: Scope): Known | null => {
    const callee = resolveCall(project, expr.callee.text, expr.args.length, false);
    if (callee?.kind === 'builtin') {
      const args = all(
        expr.args.map((a) => a.value),
        scope,
      );
      return args === null ? null : applyBuiltin(plainName(callee.name), args);
    }
    if (callee?.kind !== 'function' || depth >= deepestCall) return null;
    const { declaration } = callee.declared;
    const match = matchArguments(declaration.parameters, expr.args);
    if (!match.ok) return null;
    const body = scopeOver(() => undefined);
    for (const [i, parameter] of declaration.parameters.entries()) {
      const value = match.values[i]!;
      const known = run(value, value === parameter.default ? body : scope);
      if (known === null) return null;
      body.names.set(parameter.name.text, known);
    }
    depth += 1;
    const result = runBody(declaration.body, body);
    depth -= 1;
    return result;
  };

  const runBody = (body: Body, scope: Scope): Known | null => {
    if (body.kind === 'expression') return run(body.value, scope);
    const ending = runBlock(body.block, scope);
    return ending.kind === 'return' ? ending.value : null;
  };

  const runBlock = (block: Block, outer: Scope): Ending => {
    const scope = inner(outer);
    for (const statement of block.statements) {
      const ending = runStatement(statement, scope);
      if (ending.kind !== 'next') return ending;
    }
    return next;
  };

  const define = (name: string, value: Known | null, scope: Scope): Ending => {
    if (value === null) return lost;
    scope.names.set(name, value);
    return next;
  };

  const runStatement = (statement: Statement, scope: Scope): Ending => {
    steps += 1;
    if (steps > stepsOfOne) return lost;
    switch (statement.kind) {
      case 'let':
        return statement.names.length === 1
          ? define(statement.names[0]!.text, run(statement.value, scope), scope)
          : lost;
      case 'var':
        return define(statement.name.text, run(statement.value, scope), scope);
      case 'assign': {
        const value = run(statement.value, scope);
        const before = statement.indices.length === 0 ? null : (findLocal(statement.name.text, scope) ?? null);
        const whole = value === null ? null : replaced(before, statement.indices, value, scope);
        return whole !== null && assign(statement.name.text, whole, scope) ? next : lost;
      }
      case 'branch': {
        const condition = run(statement.condition, scope);
        if (condition === null) return lost;
        const body = condition === 0 ? statement.otherwise : statement.then;
        return body === null ? next : runBlock(body, scope);
      }
      case 'choose': {
        const subject = run(statement.subject, scope);
        for (const arm of subject === null ? [] : statement.arms) {
          const fits = matches(arm.pattern, subject!, scope);
          if (fits === null) return lost;
          if (fits) return runBlock(arm.body, scope);
        }
        return subject === null ? lost : next;
      }
      case 'for':
        return runFor(statement.variable.text, run(statement.iterable, scope), statement.body, scope);
      case 'while':
        return runWhile(statement.condition, statement.body, scope);
      case 'return': {
        const value = statement.value === null ? null : run(statement.value, scope);
        return value === null ? lost : { kind: 'return', value };
      }
      default:
        return lost;
    }
  };

  const runFor = (variable: string, items: Known | null, body: Block, scope: Scope): Ending => {
    if (!isList(items)) return lost;
    for (const item of items) {
      const turn = inner(scope);
      turn.names.set(variable, item);
      const ending = runBlock(body, turn);
      if (ending.kind !== 'next') return ending;
    }
    return next;
  };

  const runWhile = (condition: Expr, body: Block, scope: Scope): Ending => {
    for (;;) {
      const goesOn = run(condition, scope);
      if (goesOn === null) return lost;
      if (goesOn === 0) return next;
      const ending = runBlock(body, scope);
      if (ending.kind !== 'next') return ending;
    }
  };

  /** The array with the element at the indices replaced; with no indices, the value itself. */
  const replaced = (target: Known | null, indices: readonly Expr[], value: Known, scope: Scope): Known | null => {
    const [first, ...rest] = indices;
    if (first === undefined) return value;
    const index = numberOf(run(first, scope));
    if (!isList(target) || index === null || target[index] === undefined) return null;
    const element = replaced(target[index], rest, value, scope);
    steps += target.length;
    return element === null ? null : target.with(index, element);
  };

  return {
    evaluate: (expr, lookup) => {
      if (total > stepsOfAll) return null;
      steps = 0;
      const value = run(expr, scopeOver(lookup));
      total += steps;
      return value;
    },
  };
}
