/** `do(…)`: what is acted on, and with what. */
import { accepts, joinTypes, showType } from '../ir/type.js';
import type { Expr, Intervention } from '../syntax/tree.js';
import { checkValue, drawn } from './expressions.js';
import { findLocal, wordFor } from './names.js';
import { descendants, isRead, type ModelInfo } from './node_info.js';
import { type NodeReference, nodeReference, pathOf } from './node_reference.js';
import { type Frame, report } from './session.js';
import { didYouMean } from './suggest.js';
import { sameText, ungrouped } from './text.js';
import type { Value } from './value.js';

type Action = {
  readonly reference: NodeReference;
  readonly kind: Intervention['kind'];
  /** Nodes of the same world that the new value reads. */
  readonly reads: ReadonlySet<string>;
};

/** Checks the entries of one `do`; those that name no node are left out. */
export function checkInterventions(
  frame: Frame,
  model: ModelInfo,
  interventions: readonly Intervention[],
): readonly Action[] {
  const actions: Action[] = [];
  const targets: Expr[] = [];
  for (const intervention of interventions) {
    const value = intervention.value === null ? null : checkValue(frame, intervention.value);
    const reference = actedOn(frame, model, intervention.target);
    if (reference === null) continue;
    if (targets.some((t) => sameText(ungrouped(t), ungrouped(intervention.target))))
      report(frame, 'E0427', `\`${reference.path}\` is acted on twice`, intervention.target.span);
    targets.push(intervention.target);
    if (value !== null) checkNewValue(frame, model, intervention, reference, value);
    warnUnread(frame, model, intervention, reference);
    actions.push({ reference, kind: intervention.kind, reads: value?.reads ?? new Set() });
  }
  return actions;
}

/** The node that is acted on; null, with a report, where there is none. */
function actedOn(frame: Frame, model: ModelInfo, target: Expr): NodeReference | null {
  const at = ungrouped(target);
  const reference = nodeReference(frame, at);
  if (reference === null) {
    reportNoNode(frame, model, at);
    return null;
  }
  if (reference.node.part !== null) {
    const [some] = reference.node.part.nodes.keys();
    report(
      frame,
      'E0414',
      `\`${reference.path}\` is a part, and \`do\` acts on nodes`,
      target.span,
      some === undefined ? null : `name one of its nodes: \`${reference.path}.${some}\``,
    );
    return null;
  }
  if (reference.node.modifier === 'param' && frame.asked?.learns) {
    report(
      frame,
      'E0416',
      `\`${reference.path}\` is a \`param\`, and \`do\` acts on one unit`,
      target.span,
      'act on a node that reads it',
    );
    return null;
  }
  return reference;
}

/** Says that an expression is no node of the model: E0414, or E0441 for a name that is nowhere. */
function reportNoNode(frame: Frame, model: ModelInfo, expr: Expr): void {
  const path = pathOf(expr);
  if (path === null) {
    report(frame, 'E0414', '`do` acts on nodes, and this is an expression', expr.span, 'name a node: `do(x = 1)`');
    return;
  }
  const [base = ''] = path;
  const local = findLocal(frame, base);
  if (local !== null) {
    report(
      frame,
      'E0414',
      `\`${base}\` is ${local.form === 'argument' ? 'an argument of the model' : `a ${wordFor(local.form)}`}, no node`,
      expr.span,
      local.form === 'argument' ? `set it with \`in ${model.name}(${base} = …)\`` : null,
    );
    return;
  }
  if (model.locals.has(base)) {
    report(
      frame,
      'E0414',
      `\`${base}\` is a local name of the model, no node`,
      expr.span,
      `declare it as a node: \`${base} := …\``,
    );
    return;
  }
  const part = model.nodes.get(base)?.part ?? null;
  const names = part === null ? [...model.nodes.keys()] : [...part.nodes.keys()].map((n) => `${base}.${n}`);
  report(
    frame,
    'E0441',
    `the ${frame.asked?.graph ? 'graph' : 'model'} \`${model.name}\` has no node \`${path.join('.')}\``,
    expr.span,
    didYouMean(path.join('.'), names) ?? listNames(names),
  );
}

const listNames = (names: readonly string[]): string | null =>
  names.length === 0
    ? null
    : `its nodes are ${names
        .slice(0, 8)
        .map((n) => `\`${n}\``)
        .join(', ')}${names.length > 8 ? ' …' : ''}`;

function checkNewValue(
  frame: Frame,
  model: ModelInfo,
  intervention: Intervention,
  reference: NodeReference,
  value: Value,
): void {
  const expr = intervention.value!;
  const { type } = checkValue(frame, intervention.target);
  const given = intervention.kind === 'draw' ? drawn(frame, value, expr).type : value.type;
  if (type.kind !== 'unknown' && joinTypes(type, given) === null && !accepts(type, given)) {
    const hint = type.kind === 'bool' && value.type.kind === 'int' ? `write \`${value.known !== 0}\`` : null;
    report(
      frame,
      'E0318',
      `\`${reference.text}\` is ${showType(type)}, and this is ${showType(given)}`,
      expr.span,
      hint,
    );
  }
  if (!reference.single) return;
  const below = descendants(model, reference.base);
  for (const name of value.reads) {
    const itself = name === reference.base;
    if (
      model.nodes.get(name)?.rank !== 0 ||
      (itself
        ? intervention.kind === 'shift' || reference.node.part !== null || reference.path !== reference.base
        : !below.has(name))
    )
      continue;
    const message = itself
      ? `the new value of \`${name}\` reads \`${name}\` itself`
      : `the new value of \`${reference.path}\` reads \`${name}\`, which hangs on \`${reference.path}\``;
    const hint = itself
      ? `a shift of the natural value is written \`${name} := …\``
      : `a value from another world may be used: \`${name}[do(…)]\``;
    report(frame, 'E0415', message, expr.span, hint);
    return;
  }
}

/** W0401 where nothing of the model reads what is acted on. */
function warnUnread(frame: Frame, model: ModelInfo, intervention: Intervention, reference: NodeReference): void {
  const { base, path } = reference;
  if (frame.asked?.graph || isRead(model, base) || path !== base) return;
  report(
    frame,
    'W0401',
    `no other node reads \`${path}\`, so acting on it changes nothing else`,
    intervention.target.span,
  );
}
