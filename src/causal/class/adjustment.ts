import {
  type AdjustmentQuestion,
  adjustmentGraph,
  adjustmentSets,
  isAdjustmentSet,
  minimalAdjustmentSets,
  totalEffect,
} from '../adjustment.js';
import type { IndexedGraph } from '../indexed.js';
import { type GraphClass, membersAround, membersOfClass } from './members.js';
import { possibleDescendants } from './possible.js';

/** The members of a class that matter for adjustment: they differ around what the exposures may lead to. */
export const adjustmentClass = (graphs: GraphClass, { x }: Pick<AdjustmentQuestion, 'x'>): GraphClass =>
  graphs.partly === null
    ? graphs
    : membersAround(
        graphs,
        [...x].flatMap((v) => [...possibleDescendants(graphs.partly!, v).keys()]),
      );

/** Nodes that no adjustment set of the class contains: those that are forbidden in one of the members. */
function forbiddenInSome(members: Iterable<IndexedGraph>, question: AdjustmentQuestion): Set<number> {
  const forbidden = new Set<number>();
  for (const member of members) for (const v of adjustmentGraph(member, question).forbidden) forbidden.add(v);
  return forbidden;
}

/**
 * Adjustment sets that are valid in every graph of a class, as they are found in one of them: what is forbidden in any of them is forbidden in that one too
 * (Perkovic, Textor, Kalisch and Maathuis, JMLR 18, 2018, section 4: where the criterion's other conditions hold in a class, a set blocks in all of
 * its graphs or in none).
 */
export function* adjustmentSetsOfClass(
  graphs: GraphClass,
  question: AdjustmentQuestion,
  which: 'minimal' | 'all',
): Generator<ReadonlySet<number>> {
  const sets = which === 'all' ? adjustmentSets : minimalAdjustmentSets;
  if (graphs.partly === null) {
    yield* sets(graphs.first, question);
    return;
  }
  const forbidden = forbiddenInSome(membersOfClass(adjustmentClass(graphs, question)), question);
  for (const v of question.must) if (forbidden.has(v)) return;
  const within = { ...question, mustNot: new Set([...question.mustNot, ...forbidden]) };
  for (const set of sets(graphs.first, within)) {
    // Members agree on all sets or on none, so that one look at all of them is enough.
    if (!isAdjustmentSetOfClass(graphs, question, set)) return;
    yield set;
  }
}

/** Whether a set is valid in every graph of a class. */
export function isAdjustmentSetOfClass(
  graphs: GraphClass,
  question: AdjustmentQuestion,
  set: ReadonlySet<number>,
): boolean {
  for (const member of membersOfClass(adjustmentClass(graphs, question)))
    if (!isAdjustmentSet(member, question, set).valid) return false;
  return true;
}

/** A minimal set of observed nodes that is valid in every graph of a class, for the total effect; null where there is none. */
export function minimalAdjustmentSetOfClass(
  graphs: GraphClass,
  { x, y, mustNot = new Set() }: Pick<AdjustmentQuestion, 'x' | 'y'> & Partial<Pick<AdjustmentQuestion, 'mustNot'>>,
): ReadonlySet<number> | null {
  const question = { ...totalEffect(x, y), mustNot };
  return adjustmentSetsOfClass(graphs, question, 'minimal').next().value ?? null;
}
