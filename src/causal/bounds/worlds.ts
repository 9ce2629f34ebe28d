import type { CounterfactualEvent } from '../identify/counterfactual.js';
import { type IndexedGraph, neighbours, withEdges } from '../indexed.js';
import { ancestors } from '../reach.js';
import { components } from '../structure.js';

/** The event that some variables have some values, each in its world, made ready to be computed. */
export type Conjunction = {
  /** What is set in each world, by node. */
  readonly worlds: readonly ReadonlyMap<number, number>[];
  readonly events: readonly { readonly world: number; readonly node: number; readonly value: number }[];
  /** Worlds in which a node's value matters and is not set; by node. */
  readonly matters: readonly (readonly number[])[];
};

/** The worlds of some events. Variables and actions are nodes of the graph. */
export function conjunctionOf(graph: IndexedGraph, events: readonly CounterfactualEvent[]): Conjunction {
  const at = (name: string): number => {
    const index = graph.indexOf.get(name);
    if (index === undefined) throw new Error(`bounds: no node '${name}'`);
    return index;
  };
  const worlds: ReadonlyMap<number, number>[] = [];
  const keys = new Map<string, number>();
  const listed = events.map(({ variable, value, action }) => {
    const acted = Object.entries(action)
      .map(([name, to]): readonly [number, number] => [at(name), to])
      .sort(([a], [b]) => a - b);
    const key = acted.join(';');
    const world = keys.get(key) ?? worlds.push(new Map(acted)) - 1;
    keys.set(key, world);
    return { world, node: at(variable), value };
  });
  const matters: number[][] = graph.nodes.map(() => []);
  for (const [w, action] of worlds.entries()) {
    const targets = listed.filter(({ world }) => world === w).map(({ node }) => node);
    for (const v of ancestors(surgery(graph, action), targets)) if (!action.has(v)) matters[v]!.push(w);
  }
  return { worlds, events: listed, matters };
}

const surgery = (graph: IndexedGraph, action: ReadonlyMap<number, number>): IndexedGraph =>
  withEdges(graph, ({ from, to, kind }) => !action.has(to) && !(kind === '<->' && action.has(from)));

/**
 * The c-components whose part in an event is not a matter of their law: a member is asked about in two circumstances, or is set while it has
 * effects in its component. The others are known from observation alone.
 */
export function openComponents(graph: IndexedGraph, event: Conjunction): readonly ReadonlySet<number>[] {
  // Worlds differ at a node by what was set above it.
  const settings = event.worlds.map((action) => {
    const cut = surgery(graph, action);
    return (v: number): string =>
      action.has(v)
        ? `=${action.get(v)}`
        : [...ancestors(cut, [v])]
            .filter((a) => action.has(a))
            .sort((a, b) => a - b)
            .map((a) => `${a}=${action.get(a)}`)
            .join(';');
  });
  return components(graph, new Set(graph.nodes.keys())).filter((component) => {
    const circumstances = new Map<number, string>();
    const unlike = (v: number, circumstance: string): boolean => {
      const before = circumstances.get(v);
      circumstances.set(v, circumstance);
      return before !== undefined && before !== circumstance;
    };
    for (const v of component)
      for (const w of event.matters[v]!) {
        if (unlike(v, settings[w]!(v))) return true;
        for (const p of neighbours(graph.parents, v)) {
          if (component.has(p) && event.worlds[w]!.has(p)) return true;
          if (!component.has(p) && unlike(p, settings[w]!(p))) return true;
        }
      }
    return false;
  });
}
