import type { IndexedGraph } from '../indexed.js';
import { withoutLatents } from '../structure.js';
import type { CausalQuery } from './identify.js';
import { ancestorsWithin, at, componentsWithin, meets, minus, type Names, names, within } from './named_sets.js';

/**
 * What forbids identification: two sets of nodes, the second in the first, each one c-component, with the same roots below which the query's
 * outcomes lie; the first meets what is acted on and the second does not (Shpitser and Pearl, "Identification of joint interventional
 * distributions in recursive semi-Markovian causal models", AAAI 2006, theorem 4).
 */
export type Hedge = { readonly forest: readonly string[]; readonly inner: readonly string[] };

/** Whether a hedge forbids P(outcome | do(action)): checked from its definition, without the search that found it. */
export function isHedge(graph: IndexedGraph, query: Pick<CausalQuery, 'outcome' | 'action'>, hedge: Hedge): boolean {
  const observed = withoutLatents(graph);
  const [forest, inner] = [new Set(hedge.forest), new Set(hedge.inner)];
  const action = new Set(query.action);
  if (!within(inner, forest) || inner.size === 0 || !meets(forest, action) || meets(inner, action)) return false;
  if (componentsWithin(observed, forest).length !== 1 || componentsWithin(observed, inner).length !== 1) return false;
  const rootsOf = (set: Names): Set<string> => names(observed, sinks(observed, at(observed, set)));
  const roots = rootsOf(inner);
  if (!within(ancestorsWithin(observed, forest, roots), forest)) return false;
  if (ancestorsWithin(observed, forest, inner).size !== forest.size) return false;
  const all = names(observed, observed.nodes.keys());
  return within(roots, ancestorsWithin(observed, minus(all, action), minus(query.outcome, action)));
}

/** Nodes of a set without an effect in it. */
export function sinks({ children }: IndexedGraph, set: ReadonlySet<number>): readonly number[] {
  return [...set].filter((v) => {
    for (let k = children.starts[v]!; k < children.starts[v + 1]!; k++) if (set.has(children.ends[k]!)) return false;
    return true;
  });
}
