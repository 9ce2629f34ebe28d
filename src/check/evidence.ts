/** What stands right of a bar: evidence, and surgery on the world that is seen. */
import { isDiscrete, isNumeric, showType } from '../ir/type.js';
import type { Span } from '../syntax/span.js';
import type { Expr, ExprOf, Form } from '../syntax/tree.js';
import { checkInterventions } from './actions.js';
import { checkValue } from './expressions.js';
import type { ModelInfo } from './node_info.js';
import { nodeReference } from './node_reference.js';
import { checkCondition } from './operators.js';
import { type Frame, report } from './session.js';
import { ungrouped } from './text.js';
import { checkSeen } from './weights.js';

/** Nodes that `do` has fixed in the world that is seen, with what to ask instead. */
type Fixed = ReadonlyMap<string, string>;

/** Checks all that stands right of a form's bar. */
export function checkGiven(frame: Frame, model: ModelInfo, form: Form): void {
  const { given } = form;
  const fixed = new Map([...model.fixed].map((path) => [path, `y[do(${path} = …)]`]));
  const [target] = form.targets;
  const asked = target === undefined ? 'y' : textOf(frame, target);
  for (const item of given) {
    if (item.kind !== 'do') continue;
    const actions = checkInterventions(frame, model, item.interventions);
    for (const { reference, kind } of actions)
      if (kind === 'set')
        fixed.set(reference.text, `${asked}[do(${item.interventions.map((i) => textOf(frame, i)).join(', ')})]`);
  }
  for (const item of given)
    if (item.kind === 'evidence') for (const part of conjuncts(item.value)) checkEvidence(frame, part, fixed);
}

const textOf = (frame: Frame, at: { readonly span: Span }): string =>
  frame.source.text.slice(at.span.start, at.span.end).replaceAll(/\s+/g, ' ');

/** Equalities joined by `and` are separate evidence. */
function conjuncts(expr: Expr): readonly Expr[] {
  const parts: Expr[] = [];
  const waiting: Expr[] = [expr];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const inner = ungrouped(at);
    if (inner.kind === 'binary' && inner.operator === 'and') waiting.push(inner.right, inner.left);
    else parts.push(inner);
  }
  return parts;
}

function checkEvidence(frame: Frame, expr: Expr, fixed: Fixed): void {
  reportFixed(frame, expr, fixed);
  if (frame.asked?.inside === 'identify' && nodeReference(frame, expr) !== null) return;
  if (expr.kind === 'binary' && (expr.operator === '=' || expr.operator === '==' || expr.operator === '~=')) {
    checkEquality(frame, expr);
    return;
  }
  const value = checkValue(frame, expr);
  const reference = nodeReference(frame, expr);
  if (reference?.node.part) {
    report(frame, 'E0437', `\`${reference.path}\` is a part`, expr.span, 'name one of its nodes');
  } else if (reference !== null && value.type.kind !== 'bool' && value.type.kind !== 'unknown') {
    report(
      frame,
      'E0303',
      `\`${reference.path}\` is ${showType(value.type)}, and a name alone says that a bool is true`,
      expr.span,
      `say what was seen: \`${reference.path} = …\``,
    );
  } else checkCondition(frame, value, expr);
  if (value.known === 1) report(frame, 'W0402', 'this is true in every run', expr.span);
}

/** `x = v` and `x ~= v`. */
function checkEquality(frame: Frame, expr: ExprOf<'binary'>): void {
  const value = checkValue(frame, expr.left);
  const seen = checkValue(frame, expr.right);
  const reference = namedNode(frame, expr.left);
  if (reference?.node.part && reference.indices.length === 0) {
    report(frame, 'E0437', `\`${reference.path}\` is a part`, expr.left.span, 'name one of its nodes');
    return;
  }
  checkSeen(frame, value, seen, expr.right);
  if (expr.operator === '~=' || reference !== null || value.type.kind === 'unknown') return;
  if (isDiscrete(value.type) && (isDiscrete(seen.type) || seen.type.kind === 'unknown')) return;
  const reversed = namedNode(frame, expr.right) !== null;
  const hint = reversed ? 'write the node left of `=`' : 'declare a node for it, or ask for approximate equality: `~=`';
  if (isNumeric(value.type) || value.type.kind === 'array')
    report(frame, 'E0412', 'a continuous value that is no node equals no other', expr.span, hint);
}

/** The node that is seen, in this world or another. */
function namedNode(frame: Frame, expr: Expr): ReturnType<typeof nodeReference> {
  const at = ungrouped(expr);
  return nodeReference(frame, at.kind === 'world' ? at.target : at);
}

/** E0410 for evidence on a node that was set. */
function reportFixed(frame: Frame, expr: Expr, fixed: Fixed): void {
  const sides = expr.kind === 'binary' ? [expr.left, expr.right] : expr.kind === 'not' ? [expr.operand] : [expr];
  for (const side of sides) {
    const reference = nodeReference(frame, side);
    const instead = reference === null ? undefined : (fixed.get(reference.text) ?? fixed.get(reference.path));
    if (reference === null || instead === undefined) continue;
    const hint = `to ask what would have been, had it been otherwise: \`${instead}\``;
    report(frame, 'E0410', `\`do\` has fixed \`${reference.text}\`, so seeing it says nothing`, expr.span, hint);
  }
}
