import type { DerivationStep } from '../../report/answer.js';
import { type IndexedGraph, neighbours } from '../indexed.js';
import { type Licence, licenceOf } from './do_calculus.js';
import { canonical, type Estimand, type Probability } from './estimand.js';
import { type Argument, type CausalQuery, type Descent, pillow } from './identify.js';
import { at } from './named_sets.js';
import { rewrite } from './rewrite.js';
import { estimandText } from './write_estimand.js';

/** A law of probability, which holds in every distribution; the last one stands for any that need no name. */
type Law = 'marginalisation' | 'chain rule' | 'definition of conditional probability' | 'laws of probability';

/** A derivation that grows: equations, each used on what the last one left. */
type Derivation = {
  readonly steps: DerivationStep[];
  /** Uses an equation that a law of probability gives. */
  readonly law: (law: Law, from: Estimand, to: Estimand) => void;
  /** Uses a rule of the do-calculus; false where nothing licenses it. Where both sides are the same, nothing is said. */
  readonly rule: (rule: Licence['rule'], from: Probability, to: Probability) => boolean;
  /** Ends in an expression that is the same by the laws of probability. */
  readonly end: (estimand: Estimand) => readonly DerivationStep[];
};

/** A derivation of P(outcome | do(action), given) in a graph of observed nodes. */
export function createDerivation(
  graph: IndexedGraph,
  query: Pick<CausalQuery, 'outcome' | 'action' | 'given'>,
): Derivation {
  const steps: DerivationStep[] = [];
  let now: Estimand = { kind: 'probability', of: query.outcome, given: query.given, action: query.action };
  const use = (rule: DerivationStep['rule'], because: string, from: Estimand, to: Estimand): void => {
    const next = rewrite(now, from, to);
    // An equation that the derivation of another factor had is used there already.
    if (next === null) return;
    now = next;
    steps.push({ rule, because, gives: `${estimandText(from)} = ${estimandText(to)}` });
  };
  return {
    steps,
    law: (law, from, to) => {
      if (canonical(from) !== canonical(to)) use(0, law, from, to);
    },
    rule: (rule, from, to) => {
      if (canonical(from) === canonical(to)) return true;
      const because = licenceOf(graph, { rule, from, to });
      if (because === null) return false;
      use(rule, because, from, to);
      return true;
    },
    end: (estimand) => {
      if (canonical(now) !== canonical(estimand)) use(0, 'laws of probability', now, estimand);
      return steps;
    },
  };
}

/**
 * The steps that the complete algorithm stands for: each of its lines is a use of the do-calculus and of laws of probability (Shpitser and Pearl,
 * AAAI 2006, theorems 5 and 7; UAI 2006; for c-factors Huang and Valtorta, "On the completeness of an identifiability algorithm for semi-Markovian
 * models", Annals of Mathematics and Artificial Intelligence 54, 2008). A factor of a set is its probability under do on its parents.
 */
export function derivationOf(
  graph: IndexedGraph,
  query: CausalQuery,
  { order, moved, needed, descents }: Argument,
  estimand: Estimand,
): readonly DerivationStep[] {
  const derivation = createDerivation(graph, query);
  const { law } = derivation;
  const rule = (...use: Parameters<Derivation['rule']>): void => {
    if (!derivation.rule(...use))
      throw new Error(`derivation: nothing licenses rule ${use[0]} on ${estimandText(use[1])}`);
  };
  const ordered = (set: Iterable<string>): readonly string[] => {
    const members = new Set(set);
    const known = order.filter((v) => members.delete(v));
    // What is no ancestor is acted on at most.
    return [...known, ...members];
  };
  const less = (a: readonly string[], b: readonly string[]): readonly string[] => a.filter((v) => !b.includes(v));
  const term = (of: readonly string[], given: readonly string[], action: readonly string[]): Probability => ({
    kind: 'probability',
    of: ordered(of),
    given: ordered(given),
    action: ordered(action),
  });
  const product = (factors: readonly Estimand[]): Estimand =>
    factors.length === 1 ? factors[0]! : { kind: 'product', factors };
  /** The parents of a set that are not in it. */
  const world = (set: readonly string[]): readonly string[] => {
    const parents = [...at(graph, set)].flatMap((v) =>
      [...neighbours(graph.parents, v)].map((p) => graph.nodes[p]!.name),
    );
    return ordered(less(parents, set));
  };
  const before = (set: readonly string[], v: string): readonly string[] => set.slice(0, set.indexOf(v));
  /** The chain rule along an order, either way. */
  const chain = (whole: Probability, parts: readonly Probability[], opening: boolean): void => {
    if (opening) law('chain rule', whole, product(parts));
    else law('chain rule', product(parts), whole);
  };
  /** Leaves `over` out of what is left of the bar, or rather takes it in as a sum. */
  const sumOver = (over: readonly string[], of: readonly string[], action: readonly string[]): void => {
    if (over.length === 0) return;
    const body = term([...of, ...over], [], action);
    law('marginalisation', term(of, [], action), { kind: 'sum', over: ordered(over), body });
  };

  /**
   * P(v | those of `all` before v) under do(acted) against P(v | those of its component before v) under do on the parents of the component: observations
   * outside of the component become actions (rule 2), and actions without effect come and go (rule 3).
   */
  const route = (
    v: string,
    all: readonly string[],
    acted: readonly string[],
    component: readonly string[],
  ): readonly [Licence['rule'], Probability, Probability][] => {
    const inside = before(component, v);
    const earlier = before(all, v);
    const exchanged = less(earlier, inside);
    const own = world(component);
    const terms = [
      term([v], earlier, acted),
      term([v], inside, [...acted, ...exchanged]),
      term(
        [v],
        inside,
        [...acted, ...exchanged].filter((w) => own.includes(w)),
      ),
      term([v], inside, own),
    ];
    return [
      [2, terms[0]!, terms[1]!],
      [3, terms[1]!, terms[2]!],
      [3, terms[2]!, terms[3]!],
    ];
  };

  /** Opens the factor of a component into P(v | those of `all` before v) under do(acted), one for each of its nodes. */
  const open = (component: readonly string[], all: readonly string[], acted: readonly string[]): void => {
    const own = world(component);
    chain(
      term(component, [], own),
      component.map((v) => term([v], before(component, v), own)),
      true,
    );
    for (const v of component)
      for (const [number, from, to] of route(v, all, acted, component).toReversed()) rule(number, to, from);
  };

  /** The factor of a part, from the component down to it back to what is observed. */
  const descend = ({ acted, stages }: Descent): void => {
    const rest = ordered(less(order, acted));
    for (const [k, { component, above }] of stages.toReversed().entries()) {
      rule(3, term(above, [], world(above)), term(above, [], world(component)));
      sumOver(less(component, above), above, world(component));
      const outer = stages[stages.length - 2 - k]?.above;
      if (outer === undefined) {
        open(component, rest, acted);
        for (const v of component) {
          const earlier = before(rest, v);
          rule(1, term([v], earlier, acted), term([v], pillow(graph, v, earlier, new Set(acted)), acted));
        }
        continue;
      }
      const action = world(outer);
      open(component, outer, action);
      for (const v of component) {
        const earlier = before(outer, v);
        if (earlier.length === 0) {
          sumOver(less(outer, [v]), [v], action);
          continue;
        }
        const whole = term(outer, [], action);
        const margin = (kept: readonly string[]): Estimand => {
          const over = less(outer, kept);
          return over.length === 0 ? whole : { kind: 'sum', over, body: whole };
        };
        law('definition of conditional probability', term([v], earlier, action), {
          kind: 'quotient',
          above: margin([...earlier, v]),
          below: margin(earlier),
        });
      }
    }
  };

  let { action, given } = query;
  for (const z of moved) {
    const next = { action: [...action, z], given: given.filter((v) => v !== z) };
    rule(2, term(query.outcome, given, action), term(query.outcome, next.given, next.action));
    ({ action, given } = next);
  }
  const outcome = ordered([...query.outcome, ...given]);
  if (given.length > 0) {
    const above = term(outcome, [], action);
    law('definition of conditional probability', term(query.outcome, given, action), {
      kind: 'quotient',
      above,
      below: { kind: 'sum', over: ordered(query.outcome), body: above },
    });
  }
  const acted = ordered(action.filter((v) => world(needed).includes(v)));
  rule(3, term(outcome, [], action), term(outcome, [], acted));
  sumOver(less(needed, outcome), outcome, acted);
  if (descents.length > 1) {
    chain(
      term(needed, [], acted),
      needed.map((v) => term([v], before(needed, v), acted)),
      true,
    );
    for (const { stages } of descents) {
      const { component, above: part } = stages.at(-1)!;
      for (const v of part) for (const [number, from, to] of route(v, needed, acted, part)) rule(number, from, to);
      // The factor of a whole component is opened again at once.
      if (component.length === part.length) continue;
      const own = world(part);
      chain(
        term(part, [], own),
        part.map((v) => term([v], before(part, v), own)),
        false,
      );
    }
  }
  for (const descent of descents) descend(descent);
  return derivation.end(estimand);
}
