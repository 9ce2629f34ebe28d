/** Forms of queries as counterfactual events, to ask whether experiments can tell their answer. */
import { asEquality, conjuncts } from '../../lower/claims.js';
import { pathOf } from '../../lower/name.js';
import { childrenOf, isExpr } from '../../syntax/children.js';
import { printExpr } from '../../syntax/print_expr.js';
import type { Expr, Form, Intervention } from '../../syntax/tree.js';
import { type CounterfactualEvent, identifyCounterfactual } from '../identify/counterfactual.js';
import type { IndexedGraph } from '../indexed.js';
import { topologicalOrder } from '../structure.js';

/** Thrown where a form says more than events can. */
const beyond = Symbol('beyond');

type Action = Readonly<Record<string, number>>;

/**
 * Whether the answer follows from the distributions of experiments on all nodes, whatever the mechanisms are. A mean is taken term by term; all
 * other forms need the joint distribution of what they name. False where that cannot be told.
 */
export function identifiedAcrossWorlds(form: Form, graphOf: () => IndexedGraph): boolean {
  const whole = graphOf();
  if (topologicalOrder(whole) === null) return false;
  const graph = { ...whole, nodes: whole.nodes.map((node) => ({ ...node, latent: false })) };
  try {
    const terms = form.form === 'E' ? form.targets.flatMap(termsOf).map((term) => [term]) : [form.targets];
    return terms.every((term) => {
      const { events, evidence } = eventsOf(graph, form, term);
      return identifyCounterfactual(graph, events, evidence, 'interventions').kind === 'identified';
    });
  } catch (thrown) {
    if (thrown === beyond) return false;
    throw thrown;
  }
}

/** The terms of a sum; a factor that names no node changes nothing. */
function termsOf(expr: Expr): readonly Expr[] {
  if (expr.kind === 'group') return termsOf(expr.inner);
  if (expr.kind === 'negate') return termsOf(expr.operand);
  if (expr.kind !== 'binary') return [expr];
  if (expr.operator === '+' || expr.operator === '-') return [...termsOf(expr.left), ...termsOf(expr.right)];
  if (expr.operator === '*' && expr.left.kind === 'number') return termsOf(expr.right);
  if ((expr.operator === '*' || expr.operator === '/') && expr.right.kind === 'number') return termsOf(expr.left);
  return [expr];
}

/** Values as numbers: equal texts of values of one node are one number, and what has no value gets one of its own. */
function eventsOf(
  graph: IndexedGraph,
  form: Form,
  targets: readonly Expr[],
): { readonly events: readonly CounterfactualEvent[]; readonly evidence: readonly CounterfactualEvent[] } {
  const numbers = new Map<string, number>();
  let next = 0;
  const fresh = (): number => next++;
  const numberOf = (node: string, text: string): number => {
    const key = `${node}=${text}`;
    const known = numbers.get(key) ?? fresh();
    numbers.set(key, known);
    return known;
  };
  const nodeOf = (expr: Expr): string | null => {
    const path = pathOf(expr);
    if (path === null || !graph.indexOf.has(path.name)) return null;
    if (path.indices.length > 0) throw beyond;
    return path.name;
  };
  const namesNode = (expr: Expr): boolean =>
    nodeOf(expr) !== null || childrenOf(expr).some((piece) => isExpr(piece) && namesNode(piece));
  const evidence: CounterfactualEvent[] = [];
  /** What an intervention that takes its value from another world asks of that world. */
  const taken = (list: CounterfactualEvent[], interventions: readonly Intervention[], outer: Action): Action => {
    let action = outer;
    for (const { target, kind, value } of interventions) {
      const node = nodeOf(target);
      if (node === null || kind !== 'set' || value === null) throw beyond;
      const inner = value.kind === 'group' ? value.inner : value;
      let to: number;
      if (inner.kind === 'world') {
        const from = nodeOf(inner.target);
        if (from !== node) throw beyond;
        to = fresh();
        list.push({ variable: from, value: to, action: taken(list, inner.interventions, outer) });
      } else if (namesNode(inner)) throw beyond;
      else to = numberOf(node, printExpr(inner));
      action = { ...action, [node]: to };
    }
    return action;
  };
  /** Every node that an expression reads; one that is known already in the same world has the value that it has there. */
  const collect = (list: CounterfactualEvent[], expr: Expr, action: Action): void => {
    if (expr.kind === 'world') return collect(list, expr.target, taken(list, expr.interventions, action));
    const node = nodeOf(expr);
    if (node === null) {
      for (const piece of childrenOf(expr)) if (isExpr(piece)) collect(list, piece, action);
      return;
    }
    if ([...evidence, ...list].some((e) => e.variable === node && sameAction(e.action, action))) return;
    list.push({ variable: node, value: fresh(), action });
  };
  let seen: Action = {};
  for (const given of form.given) if (given.kind === 'do') seen = taken(evidence, given.interventions, seen);
  for (const given of form.given) {
    if (given.kind === 'do') continue;
    for (const claim of conjuncts(given.value)) {
      const equality = asEquality(claim);
      const { subject, value, approximate, positive } = equality ?? { ...noEquality, subject: claim };
      const inner = subject.kind === 'world' ? subject.target : subject;
      const node = equality === null || approximate ? null : nodeOf(inner);
      if (node === null || (value !== null && namesNode(value))) {
        collect(evidence, claim, seen);
        continue;
      }
      const action = subject.kind === 'world' ? taken(evidence, subject.interventions, seen) : seen;
      evidence.push({
        variable: node,
        value: numberOf(node, value === null ? `${positive}` : printExpr(value)),
        action,
      });
    }
  }
  const events: CounterfactualEvent[] = [];
  for (const target of targets) collect(events, target, seen);
  return { events, evidence };
}

const sameAction = (a: Action, b: Action): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([node, value]) => b[node] === value);

const noEquality = { value: null, approximate: false, positive: true };
