import { classOfParents } from '../class/partly_directed.js';
import { type Discovered, type DiscoveryAlgorithm, type DiscoveryOptions, undiscovered } from './discovery.js';
import { type KnownArrows, knownArrows } from './knowledge.js';
import { knownClass, markedOf } from './known_class.js';
import { graphScore } from './scores/cached.js';
import { defaultScore, scores } from './scores/registry.js';
import type { LocalScore } from './scores/score.js';

/** What score-based algorithms are given. */
export type ScoreProblem = {
  readonly count: number;
  readonly score: LocalScore;
  /** What neither these parents nor any more have a score above; null where nothing is known of it. */
  readonly ceiling: LocalScore | null;
  readonly known: KnownArrows;
  /** The most parents of a node; null: as many as the algorithm can do. */
  readonly most: number | null;
};

/** A graph with a great score: parents of each node; or why there is none, in words that follow "because". */
export type ScoreResult =
  | {
      readonly ok: true;
      readonly parents: readonly ReadonlySet<number>[];
      /** Different pairs of a node and a set of parents that were scored. */
      readonly asked: number;
      readonly remarks: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** An algorithm on data from one on scores. What it finds is the class of its graph, or the part of it that agrees with what was known. */
export const scoredAlgorithm = (
  name: string,
  summary: string,
  title: string,
  search: (problem: ScoreProblem) => ScoreResult,
): DiscoveryAlgorithm => ({
  name,
  summary,
  run: (columns, { prior, score: wanted, most }: DiscoveryOptions): Discovered => {
    const count = columns.length;
    const known = knownArrows(count, prior);
    if (!known.ok) return undiscovered(known.reason);
    const maker = scores.get(wanted ?? defaultScore);
    if (maker === undefined) return undiscovered(`there is no score '${wanted}'`);
    const made = maker.make(columns);
    if (!made.ok) return undiscovered(made.reason);
    const found = search({ count, score: made.score, ceiling: made.ceiling, known: known.value, most });
    if (!found.ok) return undiscovered(found.reason);
    const graph = knownClass(classOfParents(found.parents), known.value);
    if (graph === null) return undiscovered('no graph of the class agrees with what was known');
    const score = graphScore(made.score, found.parents);
    return {
      ok: true,
      graph: markedOf(
        graph,
        columns.map((column) => column.name),
      ),
      how: `${title} with ${made.how}, ${found.asked} local scores`,
      remarks: found.remarks,
      figures: { score, scores: found.asked },
    };
  },
});
