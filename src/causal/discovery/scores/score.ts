import type { UnitColumn } from '../../estimate/units.js';

/**
 * How well a set of parents explains a node: a logarithm, more is better, and the score of a graph is the sum over its nodes. Parents by their places among
 * the columns, in rising order.
 */
export type LocalScore = (node: number, parents: readonly number[]) => number;

/** A local score of some columns, or why there is none, in words that follow "because". */
export type MadeScore =
  | {
      readonly ok: true;
      readonly score: LocalScore;
      /** What neither these parents nor any more have a score above; null where nothing is known of it. */
      readonly ceiling: LocalScore | null;
      readonly how: string;
    }
  | { readonly ok: false; readonly reason: string };

/** A kind of score. Graphs of a Markov equivalence class have the same one. */
export type ScoreMaker = {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  readonly make: (columns: readonly UnitColumn[]) => MadeScore;
};
