/** Declarations of nodes, and which are declared on the way to a place of a model. */
import { bool, joinTypes, sameType, showType, type Type, unknown } from '../ir/type.js';
import { position } from '../syntax/span.js';
import type { Expr, StatementOf } from '../syntax/tree.js';
import { annotationType, enumType } from './annotations.js';
import { builtinConstant } from './builtins.js';
import { annotate } from './constants.js';
import { checkExpr, checkValue, conversionHint, drawn } from './expressions.js';
import { numberOf } from './known.js';
import { modelInfo, partValue } from './models.js';
import { define, findLocal } from './names.js';
import type { ModelFrame, ModelInfo, NodeInfo } from './node_info.js';
import { enumsWithMember, resolveCall } from './resolve.js';
import { type Frame, report, use } from './session.js';
import { ungrouped } from './text.js';
import { makeValue, union, unknownValue, type Value } from './value.js';

type NodeStatement = StatementOf<'node'>;

/** Which nodes are declared when a run gets somewhere. */
export type Way = {
  readonly declared: ReadonlyMap<string, 'yes' | 'maybe'>;
  readonly members: ReadonlySet<string>;
  readonly conditional: boolean;
};

const nothing: Way = { declared: new Map(), members: new Set(), conditional: false };

export const wayOf = (frame: Frame): Way =>
  frame.model === null
    ? nothing
    : {
        declared: new Map(frame.model.declared),
        members: new Set(frame.model.members),
        conditional: frame.model.conditional,
      };

/**
 * Goes on where some ways meet: a node declared on all of them is declared, on some of them perhaps. With `branch` one way is
 * entered; behind a loop its nodes may be missing.
 */
export function merge(frame: Frame, ways: readonly Way[], how: 'branch' | 'loop' | 'join'): void {
  const { model } = frame;
  const [first] = ways;
  if (model === null || first === undefined) return;
  const declared = new Map<string, 'yes' | 'maybe'>();
  for (const way of ways)
    for (const [name, state] of way.declared) {
      const everywhere = ways.every((w) => w.declared.get(name) === 'yes');
      declared.set(name, state === 'yes' && everywhere ? 'yes' : 'maybe');
    }
  model.declared = declared;
  model.members = new Set(ways.flatMap((w) => [...w.members]));
  model.conditional = how === 'branch' ? true : first.conditional;
}

export function checkNode(frame: Frame, statement: NodeStatement): void {
  const { model } = frame;
  if (model === null || frame.place !== 'model') {
    checkValue(frame, statement.value);
    const { text } = statement.name;
    const hint = statement.operator === '~' ? `write \`let ${text} = sample …\`` : `write \`let ${text} = …\``;
    report(frame, 'E0404', 'nodes are declared in models only', statement.span, hint);
    if (statement.indices.length === 0) define(frame, statement.name, 'let', () => unknownValue);
    return;
  }
  const { text, span } = statement.name;
  reportHidden(frame, statement);
  const tables = tableTypes(frame, statement);
  const indices = tables === null ? statement.indices.map((e) => checkValue(frame, e)) : [];
  const before = model.declaring;
  model.declaring = { name: text, indices: statement.indices };
  const { value, part } = rightSide(frame, statement);
  model.declaring = before;
  for (const [i, index] of indices.entries()) checkMemberIndex(frame, index, statement.indices[i]!);
  const repeated = isRepeated(frame, model, statement, indices);
  const reads = indices.reduce((all, i) => union(all, i.reads), union(value.reads, frame.control));
  if (statement.modifier === 'param') checkParam(frame, model, statement, reads);
  const old = model.nodes.get(text);
  const info: NodeInfo = {
    name: text,
    source: frame.source,
    span: old?.span ?? span,
    rank: old?.rank ?? statement.indices.length,
    indexTypes: old?.indexTypes ?? tables,
    modifier: old?.modifier ?? statement.modifier,
    operator: old?.operator ?? statement.operator,
    part: part ?? old?.part ?? null,
    element: joined(frame, old, value, statement),
    reads: union(old?.reads ?? new Set(), reads),
    optional: model.conditional,
  };
  if (old === undefined || !sameType(old.element, info.element) || old.reads.size !== info.reads.size)
    frame.changed = true;
  model.nodes.set(text, info);
  if (!repeated) model.declared.set(text, 'yes');
}

function joined(frame: Frame, old: NodeInfo | undefined, value: Value, statement: NodeStatement): Type {
  const type = joinTypes(old?.element ?? unknown, value.type);
  if (type !== null) return type;
  const before = old?.element ?? unknown;
  const message = `\`${statement.name.text}\` is ${showType(before)} where it is declared before, and here ${showType(value.type)}`;
  report(frame, 'E0304', message, statement.value.span, conversionHint(before, value.type));
  return before;
}

/** E0207: a query could not tell the node from what it hides. */
function reportHidden(frame: Frame, statement: NodeStatement): void {
  const { text, span } = statement.name;
  const { project } = frame.session;
  const constant = project.consts.get(text) ?? project.data.get(text);
  if (constant !== undefined) use(frame, constant);
  const hidden = project.consts.has(text)
    ? 'a constant'
    : project.data.has(text) || project.supplied.get(text)?.declaration !== undefined
      ? 'a data set'
      : builtinConstant(text) !== null
        ? 'a constant of the language'
        : enumsWithMember(project, text).length > 0
          ? 'a member of an enum'
          : null;
  if (hidden !== null) report(frame, 'E0207', `\`${text}\` is ${hidden} already`, span, 'give the node another name');
  const local = findLocal(frame, text);
  if (local !== null) {
    local.used = true;
    const { line } = position(frame.source.text, local.name.span.start);
    report(
      frame,
      'E0206',
      `\`${text}\` is a local name already, declared in line ${line}`,
      span,
      'give the node another name',
    );
  }
}

/** The types that index a table: `risk[bool, Drug]`; null for a family indexed by values. */
function tableTypes(frame: Frame, statement: NodeStatement): readonly Type[] | null {
  if (statement.indices.length === 0) return null;
  const types: Type[] = [];
  for (const index of statement.indices) {
    const at = ungrouped(index);
    if (at.kind !== 'name' || findLocal(frame, at.name.text) !== null) return null;
    const type = at.name.text === 'bool' ? bool : enumType(frame.session.project, at.name.text);
    if (type === null) return null;
    checkExpr(frame, at);
    types.push(type);
  }
  return types;
}

/** What stands right of `~` or `:=`: a draw, a part, or a value. */
function rightSide(frame: Frame, statement: NodeStatement): { readonly value: Value; readonly part: ModelInfo | null } {
  const { value: expr, operator, annotation } = statement;
  const call = ungrouped(expr);
  if (operator === '~' && call.kind === 'call') {
    const callee = resolveCall(frame.session.project, call.callee.text, call.args.length, true);
    if (callee?.kind === 'model') return checkPart(frame, call, callee.name);
  }
  const checked = checkValue(frame, expr);
  const value = operator === '~' ? drawn(frame, checked, expr) : checked;
  if (operator === '~') frame.effects.draws = true;
  if (operator === ':=' && value.type.kind === 'dist') {
    report(
      frame,
      'E0302',
      'a node holds a value, and this is a distribution',
      expr.span,
      `to draw from it write \`${statement.name.text} ~ …\``,
    );
    return { value: makeValue(unknown, null, value.reads), part: null };
  }
  const annotated = annotation === null ? null : annotationType(frame, annotation);
  return { value: annotated === null ? value : annotate(frame, value, annotated, expr.span), part: null };
}

function checkPart(
  frame: Frame,
  call: Extract<Expr, { readonly kind: 'call' }>,
  name: string,
): { readonly value: Value; readonly part: ModelInfo | null } {
  const part = modelInfo(frame, name, call.callee.span);
  const value = partValue(frame, call, part);
  return { value, part };
}

function checkMemberIndex(frame: Frame, index: Value, at: Expr): void {
  const { kind } = index.type;
  const known = numberOf(index.known);
  if (kind !== 'int' && kind !== 'enum' && kind !== 'bool' && kind !== 'unknown') {
    report(
      frame,
      'E0307',
      `a member of a family is numbered by an int, an enum or a bool, and this is ${showType(index.type)}`,
      at.span,
    );
  } else if (known !== null && (known < 0 || !Number.isInteger(known))) {
    report(frame, 'E0308', `members of a family are counted from 0, and this is ${known}`, at.span);
  }
}

/** E0403 where a run would declare the node a second time; then true. */
function isRepeated(frame: Frame, model: ModelFrame, statement: NodeStatement, indices: readonly Value[]): boolean {
  const { text, span } = statement.name;
  const rank = statement.indices.length;
  const old = model.nodes.get(text);
  if (old !== undefined && old.rank !== rank && model.declared.has(text)) {
    const shape = (n: number): string =>
      n === 0 ? 'a single node' : n === 1 ? 'a family with one index' : `a family with ${n} indices`;
    report(frame, 'E0403', `\`${text}\` is ${shape(old.rank)} above, and here ${shape(rank)}`, span);
    return true;
  }
  if (rank === 0) {
    if (model.loops.length > 0) {
      report(
        frame,
        'E0403',
        `each turn of the loop would declare \`${text}\` again`,
        span,
        `declare a family: \`${text}[i]\``,
      );
      return true;
    }
    if (model.declared.has(text)) {
      const hint = 'for a value that changes use `var`; branches of one `if` or `match` may each declare the node';
      report(frame, 'E0403', `\`${text}\` is declared above already`, span, hint);
      return true;
    }
    return false;
  }
  const places = indices.map((i) => numberOf(i.known));
  if (places.length === 0 || places.includes(null)) return false;
  const member = `${text}[${places.join(', ')}]`;
  if (model.members.has(member)) report(frame, 'E0403', `\`${member}\` is declared above already`, statement.span);
  model.members.add(member);
  return false;
}

/** E0405: a parameter of the population reads nothing of a unit. */
function checkParam(frame: Frame, model: ModelFrame, statement: NodeStatement, reads: ReadonlySet<string>): void {
  for (const name of reads) {
    const node = model.nodes.get(name);
    if (node === undefined || node.modifier === 'param' || name === statement.name.text) continue;
    report(
      frame,
      'E0405',
      `the parameter \`${statement.name.text}\` reads \`${name}\`, which differs from unit to unit`,
      statement.value.span,
      'declare both with `param`, or neither',
    );
    return;
  }
}
