import { isFrontDoorSet, minimalFrontDoorSet } from '../../frontdoor.js';
import { namesOf } from '../../indexed.js';
import { byFrontDoor } from '../frontdoor.js';
import { columnOf } from '../units.js';
import {
  type EffectQuestion,
  type EstimationMethod,
  namedBy,
  noWay,
  type Planned,
  placesIn,
  placesOf,
  planned,
  unsuitable,
} from './method.js';

/** A minimal front-door set among the columns, where the graph has one; null within groups and among selected units. */
export function frontDoorFor(question: EffectQuestion): readonly string[] | null {
  const { graph, group, selected } = question;
  const { x, y, unmeasured } = placesIn(question);
  if (group.length > 0 || selected.size > 0) return null;
  const set = minimalFrontDoorSet(graph, { x, y, must: new Set(), mustNot: unmeasured });
  return set === null ? null : namesOf(graph, set);
}

/** Goes through mediators that are known to be a front door, given some nodes. */
export const goingThrough = (mediators: readonly string[], given: readonly string[]): Planned =>
  planned({
    title: `frontdoor(${mediators.join(', ')})`,
    covariates: given,
    others: mediators,
    smooth: true,
    design: 'front door',
    estimator: (units) =>
      byFrontDoor(
        units,
        mediators.map((name) => columnOf(units, name)),
      ),
  });

/** Goes through mediators: those that are named, held against the graph given what they are conditioned on, or a minimal set. */
export const frontdoor: EstimationMethod = {
  takesNodes: true,
  options: { given: { kind: 'nodes' } },
  plan: (question, asked) => {
    const { graph, group, selected } = question;
    if (selected.size > 0) return unsuitable('Of selected units only effects by adjustment are known: by backdoor().');
    const given = [...new Set([...namedBy(asked, 'given'), ...group])];
    const { x, y } = placesIn(question);
    if (asked.nodes.length === 0 && given.length === 0) {
      const set = frontDoorFor(question);
      return set === null ? noWay(question) : goingThrough(set, []);
    }
    if (asked.nodes.length === 0) return unsuitable('Name the mediators beside what they are conditioned on.');
    const doors = { x, y, must: new Set<number>(), mustNot: new Set<number>() };
    if (isFrontDoorSet(graph, doors, placesOf(graph, asked.nodes), placesOf(graph, given)))
      return goingThrough(asked.nodes, given);
    const beside = given.length === 0 ? '' : ` given ${given.join(', ')}`;
    return unsuitable(`These variables are no front door between exposure and outcome${beside}.`);
  },
};
