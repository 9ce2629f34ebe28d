/** The contract of discovery algorithms: columns of data to a marked graph. */
import type { Key } from '../../runtime/random/seed.js';
import type { UnitColumn } from '../estimate/units.js';
import type { IndexedGraph } from '../indexed.js';
import type { PriorKnowledge } from './knowledge.js';
import type { MarkedGraph } from './marked_graph.js';

/** What an algorithm is asked for; each uses what it knows of. */
export type DiscoveryOptions = {
  /** A test of independence by its name; null: by what the columns hold. */
  readonly test: string | null;
  /** Two variables count as dependent where the p value of their test is not above this; in (0, 1). */
  readonly alpha: number;
  /** A score by its name; null: by what the columns hold. */
  readonly score: string | null;
  /** How colliders are found from tests that may contradict each other. */
  readonly colliders: ColliderRule;
  /** The most variables that a test conditions on at a time, or that a variable has as parents; null: no limit. */
  readonly most: number | null;
  readonly prior: PriorKnowledge;
  /** Where random numbers come from: permutation tests. */
  readonly key: Key;
};

/**
 * `standard`: a collider's middle is not in the set that separated its ends; `majority`: it is in less than half of all separating sets among
 * neighbours of the ends; `conservative`: in none of them (and a non-collider in all of them).
 */
export type ColliderRule = 'standard' | 'majority' | 'conservative';

/** What was found, or why nothing was, in words that follow "because". */
export type Discovered =
  | {
      readonly ok: true;
      /** Over the columns, in their order. */
      readonly graph: MarkedGraph;
      /** In words: "PC with g2 at 0.05, 1203 tests". */
      readonly how: string;
      /** Full sentences without their full stop: what makes the result doubtful. */
      readonly remarks: readonly string[];
      /** Figures that belong to the result, by name: `tests`, `score` and so on. */
      readonly figures: Readonly<Record<string, number>>;
    }
  | { readonly ok: false; readonly reason: string };

/** A way to find a graph from data. All columns have equally many values, none of them absent. */
export type DiscoveryAlgorithm = {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  readonly run: (columns: readonly UnitColumn[], options: DiscoveryOptions) => Discovered;
  /** What endless data from a graph would tell about its observed nodes, in their order; left out where data alone can say. */
  readonly ofGraph?: (graph: IndexedGraph, options: DiscoveryOptions) => Discovered;
};

export const undiscovered = (reason: string): Discovered => ({ ok: false, reason });
