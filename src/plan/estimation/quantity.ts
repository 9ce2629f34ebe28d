import type { Quantity } from '../../causal/bounds/bounds.js';
import type { CounterfactualEvent } from '../../causal/identify/counterfactual.js';
import type { Expr, Form, Intervention } from '../../syntax/tree.js';
import { refuse, type TextOf, ungrouped } from './problem.js';

/** How the values of a column are numbered. */
export type Numbering = {
  /** The number of a value that is written in the program. */
  readonly numberOf: (value: Expr) => number;
  /** What each number stands for: 0 and 1 for a bool, the values themselves for numbers; null for labels. */
  readonly values: readonly number[] | null;
};

type Action = Readonly<Record<string, number>>;

/** An event, in one of the ways in which it can come about: these exclude each other. */
type Ways = readonly (readonly CounterfactualEvent[])[];

/**
 * The quantity that a form asks for: a probability of values in worlds, `P(y[do(x = 1)] and not y[do(x = 0)] | x)`, or a sum or difference of means,
 * `E(y[do(x = 1)] - y[do(x = 0)])`. What a mediator would have been, `y[do(x = 1, m = m[do(x = 0)])]`, is summed over.
 */
export function quantityOf(form: Form, numberingOf: (name: string, at: Expr) => Numbering, textOf: TextOf): Quantity {
  const [target, ...others] = form.targets;
  if (target === undefined || others.length > 0 || (form.form !== 'E' && form.form !== 'P'))
    return refuse('E0553', 'Bounds are of one probability P(…) or one mean E(…).', form.span);

  /** Interventions as what they set, with what has to be so for that. */
  const worldsOf = (
    interventions: readonly Intervention[],
    outer: Action,
  ): readonly { readonly action: Action; readonly when: readonly CounterfactualEvent[] }[] => {
    let found: readonly { readonly action: Action; readonly when: readonly CounterfactualEvent[] }[] = [
      { action: outer, when: [] },
    ];
    for (const { target: acted, kind, value, span } of interventions) {
      if (kind !== 'set' || value === null)
        return refuse('E0553', 'Bounds are of worlds in which nodes are set: do(x = 1).', span);
      const name = textOf(acted);
      const numbering = numberingOf(name, acted);
      const at = ungrouped(value);
      if (at.kind !== 'world') {
        const to = numbering.numberOf(at);
        found = found.map(({ action, when }) => ({ action: { ...action, [name]: to }, when }));
        continue;
      }
      if (textOf(at.target) !== name)
        return refuse('E0553', `\`${name}\` takes values of its own: ${name}[do(…)].`, span);
      const inner = worldsOf(at.interventions, outer);
      const size = sizeOf(numbering, acted);
      found = found.flatMap(({ action, when }) =>
        inner.flatMap((world) =>
          Array.from({ length: size }, (_, to) => ({
            action: { ...action, [name]: to },
            when: [...when, ...world.when, { variable: name, value: to, action: world.action }],
          })),
        ),
      );
    }
    return found;
  };

  /** A variable with a value: `y`, `not y`, `y = 1`, each in a world or in none. */
  const eventOf = (expr: Expr, outer: Action): Ways => {
    const at = ungrouped(expr);
    if (at.kind === 'not') return valued(at.operand, { kind: 'boolean', value: false, span: at.span }, outer);
    if (at.kind === 'binary' && (at.operator === '=' || at.operator === '==')) return valued(at.left, at.right, outer);
    if (at.kind === 'binary')
      return refuse('E0553', 'Bounds are of variables and their values: `y`, `not y`, `y = 1`.', at.span);
    return valued(at, { kind: 'boolean', value: true, span: at.span }, outer);
  };
  const valued = (expr: Expr, value: Expr, outer: Action): Ways => {
    const at = ungrouped(expr);
    const worlds = at.kind === 'world' ? worldsOf(at.interventions, outer) : [{ action: outer, when: [] }];
    const node = at.kind === 'world' ? at.target : at;
    const name = textOf(ungrouped(node));
    const number = numberingOf(name, node).numberOf(value);
    return worlds.map(({ action, when }) => [...when, { variable: name, value: number, action }]);
  };
  const conjunction = (exprs: readonly Expr[], outer: Action): Ways =>
    exprs.reduce<Ways>((ways, expr) => ways.flatMap((w) => eventOf(expr, outer).map((e) => [...w, ...e])), [[]]);

  const acts = form.given.flatMap((g) => (g.kind === 'do' ? g.interventions : []));
  const [outer, ...more] = worldsOf(acts, {});
  if (outer === undefined || more.length > 0 || outer.when.length > 0)
    return refuse('E0553', 'What is set for all stands with a value: do(x = 1).', form.span);
  const seen = form.given.flatMap((g) => (g.kind === 'evidence' ? conjuncts(g.value) : []));
  const [given, ...further] = conjunction(seen, outer.action);
  if (given === undefined || further.length > 0)
    return refuse('E0553', 'What is conditioned on stands in one world each.', form.span);

  if (form.form === 'P')
    return { terms: conjunction(conjuncts(target), outer.action).map((events) => ({ weight: 1, events })), given };
  const terms = summandsOf(target, 1).flatMap(({ sign, expr }) => {
    const at = ungrouped(expr);
    const node = at.kind === 'world' ? at.target : at;
    const name = textOf(ungrouped(node));
    const { values } = numberingOf(name, node);
    if (values === null) return refuse('E0553', `\`${name}\` is a label, which has no mean.`, expr.span);
    const worlds =
      at.kind === 'world' ? worldsOf(at.interventions, outer.action) : [{ action: outer.action, when: [] }];
    return worlds.flatMap(({ action, when }) =>
      values.flatMap((value, number) =>
        value === 0 ? [] : [{ weight: sign * value, events: [...when, { variable: name, value: number, action }] }],
      ),
    );
  });
  return { terms, given };
}

function sizeOf({ values }: Numbering, at: Expr): number {
  if (values === null)
    return refuse('E0553', 'A mediator whose own value is taken has numbers or bools for values.', at.span);
  return values.length;
}

/** The terms of a sum or difference. */
function summandsOf(expr: Expr, sign: number): readonly { readonly sign: number; readonly expr: Expr }[] {
  const at = ungrouped(expr);
  if (at.kind !== 'binary' || (at.operator !== '+' && at.operator !== '-')) return [{ sign, expr: at }];
  return [...summandsOf(at.left, sign), ...summandsOf(at.right, at.operator === '-' ? -sign : sign)];
}

function conjuncts(expr: Expr): readonly Expr[] {
  const at = ungrouped(expr);
  return at.kind === 'binary' && at.operator === 'and' ? [...conjuncts(at.left), ...conjuncts(at.right)] : [at];
}
