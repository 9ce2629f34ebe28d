import { type IndexedGraph, neighbours, withEdges } from '../indexed.js';
import { ancestors } from '../reach.js';
import { components, withoutLatents } from '../structure.js';
import { type Estimand, probability, product, quotient, renamed, sum } from './estimand.js';
import { identifyFactor } from './identify.js';

/** A variable in the world of some actions; `nested` ones set a node to what it is in another world. */
export type CounterfactualTerm = {
  readonly variable: string;
  readonly action: Readonly<Record<string, number>>;
  readonly nested?: Readonly<Record<string, CounterfactualTerm>>;
};

/** A variable with a value, in the world of some actions. */
export type CounterfactualEvent = CounterfactualTerm & { readonly value: number };

/** What data there are: from every experiment, or from observation alone. */
type CounterfactualData = 'interventions' | 'observations';

/** A name of an estimand: the variable that it stands for, and its value; null where a sum runs over it. */
type CounterfactualSymbol = { readonly variable: string; readonly value: number | null };

/** Whether a counterfactual can be known, as an estimand whose names `symbols` explains; `impossible` where its evidence contradicts itself. */
type CounterfactualIdentified =
  | {
      readonly kind: 'identified';
      readonly estimand: Estimand;
      readonly symbols: ReadonlyMap<string, CounterfactualSymbol>;
    }
  | { readonly kind: 'constant'; readonly value: 0 | 1 }
  | { readonly kind: 'impossible' }
  | Unidentifiable;

/** A c-component that no data give: since a node of it stands there under two circumstances, or since a hedge forbids it. */
type Unidentifiable = {
  readonly kind: 'unidentifiable';
  readonly component: readonly string[];
  readonly why: 'circumstances' | 'hedge';
};

/** A variable under its parents' values; values are numbers, or names of unknowns that are summed over. */
type Term = { readonly node: number; readonly value: string; readonly parents: ReadonlyMap<number, string> };

const literal = (value: number): string => `=${value}`;
const isLiteral = (name: string): boolean => name.startsWith('=');

/**
 * P(events | evidence) across worlds, from the distributions of experiments or of observation (Correa, Lee and Bareinboim, "Nested counterfactual
 * identification from arbitrary surrogate experiments", NeurIPS 2021; the problem is that of ID* and IDC*, Shpitser and Pearl, JMLR 9, 2008).
 * Counterfactuals are unrolled to their ancestors, each under the values of its own parents; these fall into factors, one for each c-component, and a
 * factor is known unless it holds one variable under two circumstances. Factors that stand above and below alike fall out.
 *
 * @param experiments nodes on which there were experiments beside observation
 */
export function identifyCounterfactual(
  graph: IndexedGraph,
  events: readonly CounterfactualEvent[],
  evidence: readonly CounterfactualEvent[],
  data: CounterfactualData,
  experiments: readonly string[] = [],
): CounterfactualIdentified {
  const observed = withoutLatents(graph);
  const above = unroll(observed, [...events, ...evidence]);
  const below = unroll(observed, evidence);
  if (below === null) return { kind: 'impossible' };
  if (above === null) return { kind: 'constant', value: 0 };
  const upper = above.filter((part) => !isIn(part, below));
  const lower = below.filter((part) => !isIn(part, above));
  if (upper.length === 0 && lower.length === 0) return { kind: 'constant', value: 1 };
  const symbols = namesOfValues([...events, ...evidence]);
  const numerator = estimandOf(observed, upper, symbols, data, experiments);
  if (numerator.kind === 'unidentifiable') return numerator;
  const denominator = estimandOf(observed, lower, symbols, data, experiments);
  if (denominator.kind === 'unidentifiable') return denominator;
  return { kind: 'identified', estimand: quotient(numerator, denominator), symbols };
}

/** Names of the values that events say, the plain ones first: unknowns get what is left. */
function namesOfValues(events: readonly CounterfactualEvent[]): Map<string, CounterfactualSymbol> {
  const symbols = new Map<string, CounterfactualSymbol>();
  const add = (variable: string, value: number): void => {
    if ([...symbols.values()].some((s) => s.variable === variable && s.value === value)) return;
    let text = variable;
    while (symbols.has(text)) text += '*';
    symbols.set(text, { variable, value });
  };
  const actions = ({ action, nested = {} }: CounterfactualTerm): void => {
    for (const [variable, value] of Object.entries(action)) add(variable, value);
    for (const term of Object.values(nested)) actions(term);
  };
  for (const { variable, value } of events) add(variable, value);
  for (const event of events) actions(event);
  return symbols;
}

/** Terms of one c-component; a sum over an unknown runs over all parts that hold it. */
type Part = readonly Term[];

/** Whether a part stands among others, without anything that is summed over. */
function isIn(part: Part, others: readonly Part[]): boolean {
  const texts = ({ node, value, parents }: Term): string =>
    `${node}${value}|${[...parents].map(([p, v]) => `${p}${v}`).join()}`;
  const textOf = (terms: Part): string => terms.map(texts).sort().join(';');
  const known = part.every((t) => [t.value, ...t.parents.values()].every(isLiteral));
  return known && others.some((other) => textOf(other) === textOf(part));
}

/**
 * The ancestors of some events in their worlds, each under its own parents' values, by c-component; null where the events contradict each other,
 * so that they never happen.
 */
function unroll(graph: IndexedGraph, events: readonly CounterfactualEvent[]): readonly Part[] | null {
  const at = (name: string): number => {
    const index = graph.indexOf.get(name);
    if (index === undefined) throw new Error(`counterfactual: no observed node '${name}'`);
    return index;
  };
  const merged = new Map<string, string>();
  const root = (name: string): string => {
    let found = name;
    for (let up = merged.get(found); up !== undefined; up = merged.get(found)) found = up;
    return found;
  };
  const merge = (a: string, b: string): boolean => {
    const [x, y] = [root(a), root(b)];
    if (x === y) return true;
    if (isLiteral(x) && isLiteral(y)) return false;
    if (isLiteral(x)) merged.set(y, x);
    else merged.set(x, y);
    return true;
  };
  const nameAt = new Map<string, string>();
  const terms: Term[] = [];
  /** The name of the value of a node in a world, once its term and those of its ancestors are there. */
  const nameOf = (node: number, action: ReadonlyMap<number, string>): string => {
    const acted = action.get(node);
    if (acted !== undefined) return acted;
    const causes = ancestors(
      withEdges(graph, ({ to, kind }) => kind === '<->' || !action.has(to)),
      [node],
    );
    const world = [...action].filter(([v]) => causes.has(v)).sort(([a], [b]) => a - b);
    const key = `${node}|${world.join(';')}`;
    const known = nameAt.get(key);
    if (known !== undefined) return known;
    const value = `#${nameAt.size}`;
    nameAt.set(key, value);
    terms.push({
      node,
      value,
      parents: new Map([...neighbours(graph.parents, node)].map((p) => [p, nameOf(p, action)])),
    });
    return value;
  };
  const nameIn = ({ variable, action, nested = {} }: CounterfactualTerm): string =>
    nameOf(
      at(variable),
      new Map([
        ...Object.entries(action).map(([name, to]) => [at(name), literal(to)] as const),
        ...Object.entries(nested).map(([name, term]) => [at(name), nameIn(term)] as const),
      ]),
    );
  for (const event of events) if (!merge(nameIn(event), literal(event.value))) return null;
  let left: readonly Term[] = terms;
  for (let changed = true; changed; ) {
    changed = false;
    const seen = new Map<string, Term>();
    for (const term of left) {
      const key = `${term.node}|${[...term.parents].map(([p, name]) => `${p}:${root(name)}`).join(';')}`;
      const before = seen.get(key);
      if (before === undefined) seen.set(key, term);
      else {
        changed = true;
        if (!merge(before.value, term.value)) return null;
      }
    }
    left = [...seen.values()];
  }
  const resolved = left.map(({ node, value, parents }) => ({
    node,
    value: root(value),
    parents: new Map([...parents].map(([p, name]) => [p, root(name)])),
  }));
  const nodes = new Set(resolved.map((t) => t.node));
  return components(graph, nodes).map((component) => resolved.filter((t) => component.has(t.node)));
}

/** The sum over the unknowns of the product of the parts; or the c-component of a part that no data give. */
function estimandOf(
  graph: IndexedGraph,
  parts: readonly Part[],
  symbols: Map<string, CounterfactualSymbol>,
  data: CounterfactualData,
  experiments: readonly string[],
): Estimand | Unidentifiable {
  const spelled = new Map<string, string>();
  const summed: string[] = [];
  /** The name by which the estimand calls a value of a node. */
  const spell = (node: number, value: string): string => {
    const key = `${node}|${value}`;
    const before = spelled.get(key);
    if (before !== undefined) return before;
    const variable = graph.nodes[node]!.name;
    const number = isLiteral(value) ? Number(value.slice(1)) : null;
    const same = [...symbols].find(([, s]) => number !== null && s.variable === variable && s.value === number);
    let text = same?.[0] ?? variable;
    while (same === undefined && symbols.has(text)) text += '*';
    symbols.set(text, { variable, value: number });
    spelled.set(key, text);
    if (number === null) summed.push(text);
    return text;
  };
  const factors: Estimand[] = [];
  for (const part of parts) {
    const values = new Map<number, string>();
    let consistent = new Set(part.map((t) => t.node)).size === part.length;
    const claim = (node: number, value: string): void => {
      if ((values.get(node) ?? value) !== value) consistent = false;
      values.set(node, value);
    };
    for (const t of part) claim(t.node, t.value);
    for (const t of part) for (const [parent, value] of t.parents) claim(parent, value);
    const factor = consistent ? factorOf(graph, part, data, experiments) : null;
    if (factor === null) {
      const component = [...new Set(part.map((t) => graph.nodes[t.node]!.name))];
      return { kind: 'unidentifiable', component, why: consistent ? 'hedge' : 'circumstances' };
    }
    factors.push(renamed(factor, new Map([...values].map(([v, value]) => [graph.nodes[v]!.name, spell(v, value)]))));
  }
  return sum(summed, product(factors));
}

/** The probability of some variables under the values of their other parents. */
function factorOf(
  graph: IndexedGraph,
  part: Part,
  data: CounterfactualData,
  experiments: readonly string[],
): Estimand | null {
  const inside = new Set(part.map((t) => t.node));
  const names = (nodes: Iterable<number>): readonly string[] => [...nodes].map((v) => graph.nodes[v]!.name);
  if (data === 'observations') return identifyFactor(graph, new Set(names(inside)), experiments);
  const outside = new Set(part.flatMap((t) => [...t.parents.keys()]).filter((v) => !inside.has(v)));
  return probability(names(inside), [], names(outside));
}
