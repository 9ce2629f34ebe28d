import { type CachedTest, cachedTest } from '../independence/cached.js';
import { separationOracle } from '../independence/oracle.js';
import { defaultTest, independenceTests } from '../independence/registry.js';
import type { IndependenceTest } from '../independence/test.js';
import {
  type ColliderRule,
  type Discovered,
  type DiscoveryAlgorithm,
  type DiscoveryOptions,
  undiscovered,
} from './discovery.js';
import { type Arrow, type KnownArrows, knownArrows, type PriorKnowledge } from './knowledge.js';
import { type MarkedGraph, markedGraph } from './marked_graph.js';

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

/**
 * An algorithm on data, and on the independencies of a graph, from one that asks a test. It is handed the variables in the order of their names, so that
 * nothing hangs on the order of the columns, wherever tests contradict each other.
 */
export function testedAlgorithm(
  name: string,
  summary: string,
  search: (problem: ConstraintProblem) => ConstraintResult,
): DiscoveryAlgorithm {
  const searched = (
    names: readonly string[],
    order: readonly number[],
    made: IndependenceTest,
    how: string,
    { prior, alpha, colliders, most }: DiscoveryOptions,
  ): Discovered => {
    const known = knownArrows(names.length, inOrder(prior, order));
    if (!known.ok) return undiscovered(known.reason);
    const test = cachedTest(made);
    const result = search({
      names: order.map((k) => names[k]!),
      test,
      alpha,
      colliders,
      most: most ?? names.length,
      known: known.value,
    });
    const { graph, undecided, conflicts } = result;
    return {
      ok: true,
      graph: markedGraph(
        names,
        graph.edges.map((edge) => ({ ...edge, a: order[edge.a]!, b: order[edge.b]! })),
      ),
      how: `${name} by ${how}, ${test.asked()} tests`,
      remarks: remarksOn(result, test),
      figures: { tests: test.asked(), sparse: test.sparse(), conflicts, undecided },
    };
  };
  return {
    name,
    summary,
    run: (columns, options) => {
      const maker = options.test === null ? defaultTest(columns) : independenceTests.get(options.test);
      if (maker === undefined) return undiscovered(`there is no test '${options.test}'`);
      const names = columns.map((column) => column.name);
      const order = byName(names);
      const made = maker.make(
        order.map((k) => columns[k]!),
        options.key,
      );
      return made.ok
        ? searched(names, order, made.test, `${maker.name} at ${options.alpha}`, options)
        : undiscovered(made.reason);
    },
    ofGraph: (graph, options) => {
      const observed = [...graph.nodes.keys()].filter((v) => !graph.nodes[v]!.latent);
      const names = observed.map((v) => graph.nodes[v]!.name);
      const order = byName(names);
      const oracle = separationOracle(
        graph,
        order.map((k) => observed[k]!),
      );
      return searched(names, order, oracle, 'separation in the graph', options);
    },
  };
}

/** Places of names in their order. */
const byName = (names: readonly string[]): readonly number[] =>
  [...names.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1));

/** Prior knowledge of variables that stand in another order. */
function inOrder({ tiers, required, forbidden }: PriorKnowledge, order: readonly number[]): PriorKnowledge {
  const turned = ([from, to]: Arrow): Arrow => [order.indexOf(from), order.indexOf(to)];
  return {
    tiers: tiers.map((tier) => tier.map((place) => order.indexOf(place))),
    required: required.map(turned),
    forbidden: forbidden.map(turned),
  };
}

/** What makes a result doubtful, in sentences. */
function remarksOn({ conflicts, undecided, untried }: ConstraintResult, test: CachedTest): readonly string[] {
  const remarks: string[] = [];
  if (test.sparse() > 0) remarks.push(`${test.sparse()} of ${test.asked()} tests had too few rows for their question`);
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
  return remarks;
}
