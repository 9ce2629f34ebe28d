/** What a name in an expression stands for. */
import { arrayOf, real, type Type, unknown } from '../ir/type.js';
import type { Span } from '../syntax/span.js';
import type { Expr, ExprOf, Name } from '../syntax/tree.js';
import { enumType } from './annotations.js';
import { builtinConstant, builtins } from './builtins.js';
import { constantValue } from './constants.js';
import { knownOf } from './known.js';
import { unreadTable } from './load.js';
import { type ModelFrame, wholeType } from './node_info.js';
import type { Project } from './project.js';
import { plainName } from './rename.js';
import { enumsWithMember } from './resolve.js';
import { type Frame, type Local, type LocalForm, report, use } from './session.js';
import { didYouMean } from './suggest.js';
import { namesIn, sameText } from './text.js';
import { makeValue, unknownValue, type Value } from './value.js';

/** The local name in sight, or null. */
export function findLocal(frame: Frame, name: string): Local | null {
  for (let scope = frame.scope; ; scope = scope.parent) {
    const local = scope.names.get(name);
    if (local !== undefined) return local;
    if (scope.parent === null) return null;
  }
}

/** Makes a local name known; E0206 for a second one of the block, W0202 where it hides another. */
export function define(
  frame: Frame,
  name: Name,
  form: LocalForm,
  value: () => Value,
  slot: object | null = null,
): void {
  const { text, span } = name;
  if (text === '_') return;
  let used = false;
  if (form === 'parameter' && frame.scope.names.has(text)) return;
  if (frame.scope.names.has(text))
    report(frame, 'E0206', `\`${text}\` is declared in this block already`, span, 'give one of them another name');
  else if (frame.model?.declared.has(text))
    report(frame, 'E0206', `\`${text}\` is a node of the model already`, span, 'give one of them another name');
  else if (form !== 'parameter' && form !== 'argument') {
    const outer = findLocal(frame, text);
    const { project } = frame.session;
    if (outer !== null) report(frame, 'W0202', `\`${text}\` hides the ${wordFor(outer.form)} of the same name`, span);
    else if (project.consts.has(text)) report(frame, 'W0202', `\`${text}\` hides the constant of the same name`, span);
    else if (project.data.has(text)) report(frame, 'W0202', `\`${text}\` hides the data set of the same name`, span);
  }
  if (frame.model?.declared.has(text)) used = true;
  frame.scope.names.set(text, { name, form, value, slot, used });
}

export const wordFor = (form: LocalForm): string => {
  switch (form) {
    case 'let':
    case 'var':
      return `\`${form}\``;
    case 'parameter':
      return 'parameter';
    case 'loop':
      return 'loop variable';
    case 'argument':
      return 'argument';
  }
};

/** The value of a name. */
export function checkName(frame: Frame, expr: ExprOf<'name'>): Value {
  const { text, span } = expr.name;
  const local = findLocal(frame, text);
  if (local !== null) {
    local.used = true;
    return local.value();
  }
  const node = frame.model === null ? null : readNode(frame, frame.model, text, span);
  return node ?? globalValue(frame, text, span) ?? unknownName(frame, text, span);
}

/** The function that a bare name stands for as an argument of another; null where the name has a value, or is none. */
export function functionValue(frame: Frame, expr: Expr): Value | null {
  if (expr.kind !== 'name') return null;
  const { text, span } = expr.name;
  const { project } = frame.session;
  const callable = project.functions.get(text) ?? project.externs.get(text);
  if (callable === undefined && !Object.hasOwn(builtins, plainName(text))) return null;
  if (findLocal(frame, text) !== null) return null;
  if (frame.model !== null && (frame.model.nodes.has(text) || frame.model.statements.has(text))) return null;
  if (globalValue(frame, text, span) !== null) return null;
  if (callable !== undefined) use(frame, callable);
  return makeValue({ kind: 'function', name: text });
}

/** The value of a constant, data set, member or enum; null where there is none. */
function globalValue(frame: Frame, name: string, span: Span): Value | null {
  const { project } = frame.session;
  const supplied = project.supplied.get(name);
  if (supplied !== undefined) {
    const { declaration } = supplied;
    if (declaration !== undefined) frame.session.used.add(declaration);
    return makeValue(supplied.type, knownOf(supplied));
  }
  const declaredConst = project.consts.get(name);
  if (declaredConst !== undefined) {
    use(frame, declaredConst);
    return constantValue(frame, name, span);
  }
  const data = project.data.get(name);
  if (data !== undefined) {
    use(frame, data);
    return data.table === unreadTable ? unknownValue : makeValue(tableType(frame, name));
  }
  const number = builtinConstant(name);
  if (number !== null) return makeValue(real, number);
  return memberValue(frame, name, span) ?? wholeEnum(frame, name);
}

/** The type of a data set: its columns and, beside them, `rows`. */
export function tableType(frame: Frame, name: string): Type {
  const table = frame.session.project.data.get(name)?.table;
  if (table === undefined || table === unreadTable) return unknown;
  return {
    kind: 'table',
    columns: table.columns.map((c) => ({ name: c.name, type: arrayOf(c.type, table.rows) })),
    rows: table.rows,
  };
}

/** A member by its bare name, of a declared enum or of a column of labels. */
function memberValue(frame: Frame, name: string, span: Span): Value | null {
  const { project } = frame.session;
  const owners = enumsWithMember(project, name);
  const [owner, ...others] = owners;
  if (owner !== undefined) {
    for (const declared of owners) use(frame, declared);
    if (others.length > 0) {
      const written = owners.map((o) => `\`${o.declaration.name.text}.${name}\``).join(' or ');
      report(frame, 'E0209', `\`${name}\` is a member of several enums`, span, `write ${written}`);
      return unknownValue;
    }
    const type = enumType(project, owner.declaration.name.text);
    return type === null ? null : makeValue(type, type.members.indexOf(name));
  }
  for (const { table } of project.data.values())
    for (const { type } of table.columns)
      if (type.kind === 'enum' && type.members.includes(name)) return makeValue(type, type.members.indexOf(name));
  return null;
}

/** An enum's name stands for all its members, and `bool` for false and true. */
function wholeEnum(frame: Frame, name: string): Value | null {
  if (name === 'bool') return makeValue(arrayOf({ kind: 'bool' }, 2), [0, 1]);
  const declared = frame.session.project.enums.get(name);
  if (declared !== undefined) use(frame, declared);
  const type = enumType(frame.session.project, name);
  return type === null
    ? null
    : makeValue(
        arrayOf(type, type.members.length),
        type.members.map((_, i) => i),
      );
}

function unknownName(frame: Frame, name: string, span: Span): Value {
  const { project } = frame.session;
  const plain = plainName(name);
  if (isImported(project, name)) return unknownValue;
  const callable = project.functions.get(name) ?? project.externs.get(name);
  if (callable !== undefined) use(frame, callable);
  if (callable !== undefined || Object.hasOwn(builtins, plain))
    report(frame, 'E0215', `\`${plain}\` is a function, not a value`, span, `call it: \`${plain}(…)\``);
  else if (project.dists.has(name))
    report(frame, 'E0215', `\`${plain}\` is a distribution and needs its parameters`, span, `write \`${plain}(…)\``);
  else if (project.models.has(name) || project.graphs.has(name))
    report(frame, 'E0215', `\`${plain}\` is a ${project.models.has(name) ? 'model' : 'graph'}, not a value`, span);
  else if (frame.place === 'query' && project.queries.some((q) => q.declaration.name?.text === name))
    report(
      frame,
      'E0217',
      `\`${plain}\` is a query, and a query cannot name another`,
      span,
      'write its expression again',
    );
  else {
    const hint = elsewhere(frame, name) ?? didYouMean(name, namesInSight(frame));
    report(frame, 'E0201', `there is no \`${plain}\` here`, span, hint);
  }
  return unknownValue;
}

/** Whether an import lists the name, though it did not bring it: that is said there. */
export const isImported = (project: Project, name: string): boolean =>
  project.main.declarations.some((d) => d.kind === 'import' && d.names.some((n) => n.text === name));

/** A name that some other place of the file knows. */
function elsewhere(frame: Frame, name: string): string | null {
  if (frame.asked?.inside === 'no' && frame.asked.model?.nodes.has(name))
    return `\`${name}\` is a node, and differs from run to run: ask \`E(${name})\` or \`posterior(${name})\``;
  if (frame.asked?.model?.locals.has(name))
    return `\`${name}\` is a local name of the model, and only nodes can be asked about: declare \`${name} := …\``;
  if (frame.place !== 'query' && frame.session.project.queries.some((q) => q.declaration.name?.text === name))
    return 'a query of this name exists, but a model cannot read answers';
  return null;
}

export function namesInSight(frame: Frame): readonly string[] {
  const { project } = frame.session;
  const names: string[] = [];
  for (let scope: Frame['scope'] | null = frame.scope; scope !== null; scope = scope.parent)
    names.push(...scope.names.keys());
  if (frame.model !== null) names.push(...frame.model.declared.keys(), ...frame.model.nodes.keys());
  const members = [...project.enums.values()].flatMap((e) => e.declaration.members.map((m) => m.text));
  return [...names, ...project.consts.keys(), ...project.data.keys(), ...members, ...project.enums.keys()];
}

/** The value of a node of the model that is being checked; null where the name is no node. */
function readNode(frame: Frame, model: ModelFrame, name: string, span: Span): Value | null {
  if (!model.statements.has(name) && !model.nodes.has(name)) return null;
  const node = model.nodes.get(name);
  if (!model.declared.has(name) && frame.place === 'model' && !mayReadAhead(model, name)) {
    reportEarly(frame, model, name, span);
    return unknownValue;
  }
  if (node === undefined) return makeValue(aheadType(model, name), null, new Set([name]));
  return makeValue(wholeType(node), null, new Set([name]));
}

/** Members of a family may be read where it is being declared, or from further up in the same loop. */
function mayReadAhead(model: ModelFrame, name: string): boolean {
  const rank = model.statements.get(name)?.[0]?.indices.length ?? 0;
  return rank > 0 && (model.declaring?.name === name || model.loops.some((families) => families.has(name)));
}

const aheadType = (model: ModelFrame, name: string): Type => {
  let type: Type = unknown;
  for (let i = model.statements.get(name)?.[0]?.indices.length ?? 0; i > 0; i--) type = arrayOf(type);
  return type;
};

function reportEarly(frame: Frame, model: ModelFrame, name: string, span: Span): void {
  if (model.declaring?.name === name) {
    report(
      frame,
      'E0402',
      `\`${name}\` needs its own value`,
      span,
      'a node is computed once; for a value that changes use `var`, or a family `x[t]`',
    );
    return;
  }
  const back = model.declaring === null ? null : circleBack(model, name, model.declaring.name);
  if (back !== null) {
    report(
      frame,
      'E0402',
      `\`${model.declaring?.name}\` and \`${name}\` need each other: ${back.map((n) => `\`${n}\``).join(' reads ')}`,
      span,
    );
    return;
  }
  report(
    frame,
    'E0401',
    `\`${name}\` is used before it is declared`,
    span,
    `move the declaration of \`${name}\` above this line`,
  );
}

/** The way on which `from` reads `to` again, by the text of the declarations. */
function circleBack(model: ModelFrame, from: string, to: string): readonly string[] | null {
  const seen = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | null => {
    if (name === to) return [to, ...way, to];
    if (seen.has(name) || seen.size > 200) return null;
    seen.add(name);
    for (const statement of model.statements.get(name) ?? []) {
      for (const read of namesIn(statement.value)) {
        if (!model.statements.has(read)) continue;
        const found = visit(read, [...way, name]);
        if (found !== null) return found;
      }
    }
    return null;
  };
  return visit(from, []);
}

/** Reading the very member that is being declared: `x[t] ~ normal(x[t], 1)`. */
export function reportSelfMember(frame: Frame, expr: ExprOf<'index'>): void {
  const declaring = frame.model?.declaring;
  if (declaring === null || declaring === undefined || expr.target.kind !== 'name') return;
  if (expr.target.name.text !== declaring.name || findLocal(frame, declaring.name) !== null) return;
  const same =
    expr.indices.length === declaring.indices.length &&
    expr.indices.every((e, i) => sameText(e, declaring.indices[i]!));
  if (same) report(frame, 'E0402', `this member of \`${declaring.name}\` needs its own value`, expr.span);
}
