import type { Expr, Form, Intervention } from '../../syntax/tree.js';
import { refuse, type TextOf, ungrouped } from './problem.js';

/** A condition on units, by a variable other than the exposure: `age > 30`, `female = true`, or a bare bool. */
export type Condition = {
  readonly variable: string;
  readonly operator: Comparison;
  /** Null for a bare bool. */
  readonly value: Expr | null;
  readonly at: Expr;
};

type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What a contrast is made of, by the names of its variables. */
export type Contrast = {
  readonly outcome: string;
  readonly exposure: string;
  readonly arms: readonly { readonly sign: number; readonly value: Expr; readonly through: Through | null }[];
  /** Nodes that are acted on beside the exposure: mediators, which take the value that they have under another exposure, or a given one. */
  readonly mediators: readonly string[];
  /** The exposure that the units asked about have; null for all. */
  readonly among: Expr | null;
  /** What else they have in common. */
  readonly group: readonly Condition[];
  /** P(…) is asked for, not E(…). */
  readonly probability: boolean;
};

/** What mediators are in one arm: those of an exposure (`m = m[do(x = 0)]`), or held at values (`m = 0`). */
type Through =
  | { readonly kind: 'of'; readonly value: Expr }
  | { readonly kind: 'held'; readonly values: ReadonlyMap<string, Expr> };

const oneAction = 'One variable is acted on: do(x = 1).';

/** `E(y | do(x = 1))`, `E(y[do(x = 1)] - y[do(x = 0)])`, either with conditions on the units right of the bar. */
export function contrastOf(form: Form, textOf: TextOf): Contrast {
  const [target, ...others] = form.targets;
  if (target === undefined || others.length > 0 || (form.form !== 'E' && form.form !== 'P'))
    return refuse('E0553', 'Write estimate E(y | do(x = 1)) or estimate E(y[do(x = 1)] - y[do(x = 0)]).', form.span);
  const acts = form.given.flatMap((g) => (g.kind === 'do' ? g.interventions : []));
  const seen = form.given.flatMap((g) => (g.kind === 'evidence' ? conjuncts(g.value) : []));
  const worlds = worldsOf(target, 1);
  const mediators = new Set<string>();
  const arms = worlds.flatMap(({ sign, world }) => {
    const [i, ...others] = world.interventions;
    const through = i === undefined ? null : throughOf(textOf(i.target), others, textOf);
    for (const other of others) mediators.add(textOf(other.target));
    return i === undefined ? [] : [{ sign, i, outcome: textOf(world.target), through }];
  });
  const all =
    worlds.length > 0 ? arms : acts.map((i) => ({ sign: 1, i, outcome: textOf(ungrouped(target)), through: null }));
  const [first] = all;
  if (first === undefined || (worlds.length > 0 && (acts.length > 0 || arms.length !== worlds.length)))
    return refuse('E0553', oneAction, form.span);
  const exposure = textOf(first.i.target);
  for (const { i, outcome } of all)
    if (i.kind !== 'set' || i.value === null || textOf(i.target) !== exposure || outcome !== first.outcome)
      return refuse('E0553', 'Both sides of a difference have the same outcome, and set the same variable.', i.span);
  if (worlds.length === 0 && all.length > 1) return refuse('E0553', oneAction, form.span);
  const conditions = seen.map((expr) => conditionOf(expr, textOf));
  const own = conditions.filter(({ variable }) => variable === exposure);
  const [among, ...more] = own;
  if (more.length > 0 || (among !== undefined && among.operator !== '='))
    return refuse('E0553', `Units have one exposure: \`${exposure} = 1\`.`, (more[0] ?? among!).at.span);
  return {
    outcome: first.outcome,
    exposure,
    arms: all.flatMap(({ sign, i, through }) => (i.value === null ? [] : [{ sign, value: i.value, through }])),
    mediators: [...mediators],
    among: among === undefined ? null : (among.value ?? { kind: 'boolean', value: true, span: among.at.span }),
    group: conditions.filter(({ variable }) => variable !== exposure),
    probability: form.form === 'P',
  };
}

/** What the other interventions of a world make of its mediators: all follow one exposure, or all are held. */
function throughOf(exposure: string, others: readonly Intervention[], textOf: TextOf): Through | null {
  const held = new Map<string, Expr>();
  let of: Expr | null = null;
  for (const { target, kind, value, span } of others) {
    if (kind !== 'set' || value === null) return refuse('E0553', oneAction, span);
    const at = ungrouped(value);
    if (at.kind !== 'world') {
      held.set(textOf(target), at);
      continue;
    }
    const [act, ...more] = at.interventions;
    if (act?.kind !== 'set' || act.value === null || more.length > 0 || textOf(act.target) !== exposure)
      return refuse('E0553', `A mediator follows the exposure alone: m = m[do(${exposure} = 0)].`, span);
    if (textOf(at.target) !== textOf(target) || (of !== null && textOf(of) !== textOf(act.value)))
      return refuse('E0553', 'All mediators take the values that they have under one exposure.', span);
    of = act.value;
  }
  if (of !== null && held.size > 0)
    return refuse('E0553', 'Mediators all follow an exposure, or are all held.', others[0]!.span);
  if (of !== null) return { kind: 'of', value: of };
  return held.size > 0 ? { kind: 'held', values: held } : null;
}

type World = Extract<Expr, { readonly kind: 'world' }>;

/** The worlds of a sum or difference of them; empty where the expression is none. */
function worldsOf(expr: Expr, sign: number): readonly { readonly sign: number; readonly world: World }[] {
  const at = ungrouped(expr);
  if (at.kind === 'world') return [{ sign, world: at }];
  if (at.kind !== 'binary' || (at.operator !== '-' && at.operator !== '+')) return [];
  const right = worldsOf(at.right, at.operator === '-' ? -sign : sign);
  const left = worldsOf(at.left, sign);
  return left.length === 0 || right.length === 0 ? [] : [...left, ...right];
}

function conjuncts(expr: Expr): readonly Expr[] {
  const at = ungrouped(expr);
  return at.kind === 'binary' && at.operator === 'and' ? [...conjuncts(at.left), ...conjuncts(at.right)] : [at];
}

const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** `x = 1`, `age > 30`, a bare bool or its `not`. */
function conditionOf(expr: Expr, textOf: TextOf): Condition {
  if (expr.kind === 'not')
    return {
      variable: textOf(ungrouped(expr.operand)),
      operator: '=',
      value: { kind: 'boolean', value: false, span: expr.span },
      at: expr,
    };
  if (expr.kind !== 'binary') return { variable: textOf(expr), operator: '=', value: null, at: expr };
  const operator = Object.hasOwn(comparisons, expr.operator) ? comparisons[expr.operator] : undefined;
  if (operator === undefined)
    return refuse('E0553', 'Units are chosen by one variable and a value: `age > 30`.', expr.span);
  return { variable: textOf(ungrouped(expr.left)), operator, value: expr.right, at: expr };
}
