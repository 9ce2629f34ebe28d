import { isAdjustmentSet, totalEffect } from '../../adjustment.js';
import { identifyCounterfactual } from '../../identify/counterfactual.js';
import { type IndexedGraph, namesOf } from '../../indexed.js';
import { ancestors, descendants } from '../../reach.js';
import { latentProjection } from '../../structure.js';
import { byMediation } from '../mediation.js';
import { columnOf } from '../units.js';
import { type EstimationMethod, namedBy, placesIn, placesOf, planned, unsuitable } from './method.js';

/** Whether a set makes the mediation formula right: nothing in it lies behind the exposure, and it adjusts for the exposure and for exposure and mediators together. */
function mediates(
  graph: IndexedGraph,
  x: ReadonlySet<number>,
  m: ReadonlySet<number>,
  y: ReadonlySet<number>,
  set: ReadonlySet<number>,
): boolean {
  const behind = descendants(graph, x);
  if ([...set].some((v) => behind.has(v))) return false;
  return (
    isAdjustmentSet(graph, totalEffect(x, new Set([...m, ...y])), set).valid &&
    isAdjustmentSet(graph, totalEffect(new Set([...x, ...m]), y), set).valid
  );
}

/** Direct and indirect effects: means under one exposure with the mediators of another, held against the graph. */
export const mediation: EstimationMethod = {
  takesNodes: true,
  options: { given: { kind: 'nodes' } },
  plan: (question, asked) => {
    const { graph, exposure, outcome, selected } = question;
    if (selected.size > 0) return unsuitable('Of selected units only effects by adjustment are known: by backdoor().');
    if (question.group.length > 0) return unsuitable('Direct and indirect effects are estimated among all units.');
    if (asked.nodes.length === 0) return unsuitable('Name the mediators: mediation(m).');
    if (asked.nodes.some((name) => name === exposure || name === outcome))
      return unsuitable('A mediator is neither exposure nor outcome.');
    const { x, y, unmeasured } = placesIn(question);
    const m = placesOf(graph, asked.nodes);
    const named = namedBy(asked, 'given');
    const set =
      named.length > 0 || asked.options.has('given')
        ? placesOf(graph, named)
        : covariatesOf(graph, x, m, y, unmeasured);
    if (set === null || !mediates(graph, x, m, y, set)) {
      const crossed = crossWorld(graph, exposure, asked.nodes, outcome, unmeasured);
      const why =
        crossed === null
          ? 'no covariates before the exposure make exposure, mediators and outcome unconfounded'
          : `it is not identified: data do not tell how ${crossed.join(', ')} would turn out in the worlds of the question`;
      return unsuitable(
        set === null || named.length === 0
          ? `Direct and indirect effects cannot be estimated: ${why}.`
          : `Given ${named.join(', ')} direct and indirect effects are confounded.`,
      );
    }
    const covariates = namesOf(graph, set);
    const beside = covariates.length === 0 ? '' : `, given = [${covariates.join(', ')}]`;
    return planned({
      title: `mediation(${asked.nodes.join(', ')}${beside})`,
      covariates,
      others: asked.nodes,
      smooth: true,
      estimator: (units) =>
        byMediation(
          units,
          asked.nodes.map((name) => columnOf(units, name)),
        ),
    });
  },
};

/** A small set of measured covariates before the exposure, or null: if there is any, all that lie before exposure, mediators and outcome are one. */
function covariatesOf(
  graph: IndexedGraph,
  x: ReadonlySet<number>,
  m: ReadonlySet<number>,
  y: ReadonlySet<number>,
  unmeasured: ReadonlySet<number>,
): ReadonlySet<number> | null {
  const all = [...x, ...m, ...y];
  const behind = descendants(graph, x);
  const set = new Set(
    [...ancestors(graph, all)].filter((v) => !behind.has(v) && !unmeasured.has(v) && !all.includes(v)),
  );
  if (!mediates(graph, x, m, y, set)) return null;
  for (const v of [...set]) {
    set.delete(v);
    if (!mediates(graph, x, m, y, set)) set.add(v);
  }
  return set;
}

/** The c-component that keeps the nested counterfactual from being identified; null where it is identified. */
function crossWorld(
  graph: IndexedGraph,
  exposure: string,
  mediators: readonly string[],
  outcome: string,
  unmeasured: ReadonlySet<number>,
): readonly string[] | null {
  const held = Object.fromEntries(mediators.map((name) => [name, 2]));
  const found = identifyCounterfactual(
    latentProjection(graph, unmeasured),
    [
      { variable: outcome, value: 1, action: { [exposure]: 1, ...held } },
      ...mediators.map((variable) => ({ variable, value: 2, action: { [exposure]: 0 } })),
    ],
    [],
    'observations',
  );
  return found.kind === 'unidentifiable' ? found.component : null;
}
