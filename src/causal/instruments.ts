import { causalNodes, type Effect } from './adjustment.js';
import { type IndexedGraph, withEdges } from './indexed.js';
import { descendants } from './reach.js';
import { separated } from './separation.js';
import { minimalSeparators } from './separators.js';

/** An instrument for the effect of x on y, and what it must be conditioned on. */
type Instrument = { readonly instrument: number; readonly given: ReadonlySet<number> };

/** The graph without the effect in question, and the nodes that may be instruments and be conditioned on. */
type Scene = { readonly cut: IndexedGraph; readonly free: ReadonlySet<number> };

/**
 * For the direct effect all observed nodes but the effects of y are free. For the total one the effects of mediators are not: given one of them
 * only a part of the effect is left.
 */
function sceneOf(graph: IndexedGraph, x: number, y: number, effect: Effect): Scene {
  const causal = causalNodes(graph, new Set([x]), new Set([y]));
  const cut = withEdges(
    graph,
    ({ from, to, kind }) => kind === '<->' || from !== x || !(effect === 'direct' ? to === y : causal.has(to)),
  );
  const effects = descendants(graph, effect === 'direct' ? [y] : [...causal, y]);
  const free = new Set<number>();
  for (let v = 0; v < graph.count; v++) if (!graph.nodes[v]!.latent && v !== x && !effects.has(v)) free.add(v);
  return { cut, free };
}

/** Whether some nodes are each an instrument for the effect of x on y, all given the same set. */
export function areInstruments(
  graph: IndexedGraph,
  x: number,
  y: number,
  effect: Effect,
  tools: ReadonlySet<number>,
  given: ReadonlySet<number>,
): boolean {
  const { cut, free } = sceneOf(graph, x, y, effect);
  return (
    [...tools, ...given].every((v) => free.has(v)) &&
    [...tools].every((z) => !given.has(z) && !separated(graph, [z], [x], given)) &&
    separated(cut, tools, [y], given)
  );
}

/**
 * Instruments for the effect of x on y with each minimal set that makes them one: no effect of y is conditioned on, the set separates
 * instrument and outcome once the effect in question is taken out of the graph, and leaves instrument and exposure connected (Brito and Pearl,
 * "Generalized instrumental variables", UAI 2002; van der Zander, Textor and Liskiewicz, IJCAI 2015). One after another with polynomial delay.
 */
export function* instruments(graph: IndexedGraph, x: number, y: number, effect: Effect): Generator<Instrument> {
  const { cut, free } = sceneOf(graph, x, y, effect);
  for (const z of free) {
    const problem = { x: new Set([z]), y: new Set([y]), forced: new Set<number>(), allowed: free };
    for (const given of minimalSeparators(cut, problem))
      if (!separated(graph, [z], [x], given)) yield { instrument: z, given };
  }
}
