import { cachedTest } from '../tests/cached.js';
import { defaultTest, independenceTests } from '../tests/registry.js';
import type { IndependenceTest } from '../tests/test.js';
import { type ColliderRule, type Discovered, type DiscoveryAlgorithm, undiscovered } from './discovery.js';
import { type KnownArrows, knownArrows } from './knowledge.js';
import type { MarkedGraph } from './marked_graph.js';

/** What constraint-based algorithms are given. */
export type ConstraintProblem = {
  readonly names: readonly string[];
  readonly test: IndependenceTest;
  readonly alpha: number;
  readonly colliders: ColliderRule;
  readonly most: number;
  readonly known: KnownArrows;
};

/** A graph by tests, and what the tests left in doubt. */
export type ConstraintResult = {
  readonly graph: MarkedGraph;
  /** Triples that tests do not decide. */
  readonly undecided: number;
  /** Arrowheads that one triple asks for and another, or what was known, forbids. */
  readonly conflicts: number;
  /** The least size of sets that were too many to try, so that edges may be too many; null: all were tried. */
  readonly untried: number | null;
};

/** An algorithm on data from one on independencies. */
export const testedAlgorithm = (
  name: string,
  summary: string,
  search: (problem: ConstraintProblem) => ConstraintResult,
): DiscoveryAlgorithm => ({
  name,
  summary,
  run: (columns, options): Discovered => {
    const known = knownArrows(columns.length, options.prior);
    if (!known.ok) return undiscovered(known.reason);
    const maker = options.test === null ? defaultTest(columns) : independenceTests.get(options.test);
    if (maker === undefined) return undiscovered(`there is no test '${options.test}'`);
    const made = maker.make(columns, options.key);
    if (!made.ok) return undiscovered(made.reason);
    const test = cachedTest(made.test);
    const { graph, undecided, conflicts, untried } = search({
      names: columns.map((column) => column.name),
      test,
      alpha: options.alpha,
      colliders: options.colliders,
      most: options.most ?? columns.length,
      known: known.value,
    });
    const remarks: string[] = [];
    if (test.sparse() > 0)
      remarks.push(`${test.sparse()} of ${test.asked()} tests had too few rows for their question`);
    if (conflicts > 0)
      remarks.push(
        `${conflicts} ${conflicts === 1 ? 'collider was' : 'colliders were'} left out, since other tests or what was known forbid ${conflicts === 1 ? 'it' : 'them'}`,
      );
    if (undecided > 0)
      remarks.push(
        `of ${undecided} ${undecided === 1 ? 'triple' : 'triples'} tests do not tell whether the middle is a collider`,
      );
    if (untried !== null)
      remarks.push(`sets of ${untried} and more were too many to try beyond neighbours, so that edges may be left`);
    return {
      ok: true,
      graph,
      how: `${name} by ${maker.name} at ${options.alpha}, ${test.asked()} tests`,
      remarks,
      figures: { tests: test.asked(), sparse: test.sparse(), conflicts, undecided },
    };
  },
});
