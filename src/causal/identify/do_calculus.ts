import { type IndexedGraph, namesOf, withEdges } from '../indexed.js';
import { ancestorMarks } from '../reach.js';
import { separated } from '../separation.js';
import type { Probability } from './estimand.js';

/**
 * A use of a rule on P(y | do(x), do(z), w): rule 1 leaves out the observation z, rule 2 makes do(z) an observation or back, rule 3 leaves out do(z).
 * Names are of observed nodes.
 */
type Rule = {
  readonly rule: 1 | 2 | 3;
  readonly y: readonly string[];
  readonly z: readonly string[];
  readonly x: readonly string[];
  readonly w: readonly string[];
};

/** An equation between two probabilities that a rule is said to give, either way. */
export type Licence = { readonly rule: Rule['rule']; readonly from: Probability; readonly to: Probability };

/** What licenses an equation, in words; null where nothing does, or it is of another form than the rule. */
export function licenceOf(graph: IndexedGraph, { rule, from, to }: Licence): string | null {
  const size = ({ given, action }: Probability): number => action.length * 2 + given.length;
  const [less, more] = size(from) < size(to) ? [from, to] : [to, from];
  const among = (a: readonly string[], b: readonly string[]): boolean => a.every((v) => b.includes(v));
  const alike = (a: readonly string[], b: readonly string[]): boolean => among(a, b) && among(b, a);
  const beyond = (a: readonly string[], b: readonly string[]): readonly string[] => a.filter((v) => !b.includes(v));
  if (!alike(from.of, to.of)) return null;
  const z = rule === 1 ? beyond(more.given, less.given) : beyond(more.action, less.action);
  const ofForm = {
    1: alike(less.action, more.action) && among(less.given, more.given),
    2: among(less.action, more.action) && alike(less.given, [...more.given, ...z]),
    3: among(less.action, more.action) && alike(less.given, more.given),
  }[rule];
  if (!ofForm || z.length === 0) return null;
  return applies(graph, { rule, y: from.of, z, x: less.action, w: rule === 1 ? less.given : more.given });
}

/**
 * What licenses a rule, in words: the separation and the graph that it holds in; null where it does not hold (Pearl, Causality, 2009,
 * theorem 3.4.1).
 */
export function applies(graph: IndexedGraph, { rule, y, z, x, w }: Rule): string | null {
  const at = (names: readonly string[]): Set<number> => {
    const set = new Set<number>();
    for (const name of names) {
      const v = graph.indexOf.get(name);
      if (v === undefined) throw new Error(`do-calculus: no node '${name}'`);
      set.add(v);
    }
    return set;
  };
  const none: ReadonlySet<number> = new Set();
  const [acted, moved, given] = [at(x), at(z), at([...x, ...w])];
  const without = (into: ReadonlySet<number>, outOf: ReadonlySet<number>): IndexedGraph =>
    withEdges(graph, ({ from, to, kind }) =>
      kind === '<->' ? !into.has(from) && !into.has(to) : !into.has(to) && !outOf.has(from),
    );
  const say = (cut: IndexedGraph, into: ReadonlySet<number>, outOf: ReadonlySet<number>): string | null => {
    if (!separated(cut, at(y), moved, given)) return null;
    const beside = given.size === 0 ? '' : ` | ${[...x, ...w].join(', ')}`;
    const parts = [
      ...(into.size > 0 ? [`arrows into ${namesOf(graph, into).join(', ')}`] : []),
      ...(outOf.size > 0 ? [`arrows out of ${namesOf(graph, outOf).join(', ')}`] : []),
    ];
    const where = parts.length === 0 ? 'in G' : `in G without ${parts.join(' and ')}`;
    return `(${y.join(', ')} ⫫ ${z.join(', ')}${beside}) ${where}`;
  };
  switch (rule) {
    case 1:
      return say(without(acted, none), acted, none);
    case 2:
      return say(without(acted, moved), acted, moved);
    case 3: {
      const above = ancestorMarks(without(acted, none), at(w));
      const free = new Set([...moved].filter((v) => above[v] === 0));
      const into = new Set([...acted, ...free]);
      return say(without(into, none), into, none);
    }
  }
}
