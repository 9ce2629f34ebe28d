/** What commands share that list sets of nodes, or single ones, for an exposure and an outcome. */
import type { Command } from 'commander';
import { type IndexedGraph, namesOf } from '../causal/indexed.js';
import { fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import {
  addGraphOptions,
  circleIn,
  firstOf,
  type GraphAnswer,
  type GraphQuestionOptions,
  namesOfArgument,
  nodesNamed,
  overlapIn,
} from './graph_input.js';
import { whole } from './options.js';

/** Options of these commands. */
export type SetOptions = GraphQuestionOptions & { readonly most: number };

/** Adds how many are listed at most. */
export const addMost = (command: Command, what: string): Command =>
  command.option('--most <n>', `how many ${what} to list`, whole, 1000);

/** Adds the graph, an exposure and an outcome. */
export const addPair = (command: Command, several: boolean): Command => {
  const more = several ? '; several with commas between them' : '';
  return addGraphOptions(command)
    .argument('<exposure>', `node that would be acted on${more}`)
    .argument('<outcome>', `node whose change is asked for${more}`);
};

/** Names that a question gives in one place. */
type Place = {
  readonly text: string;
  /** Whether only observed nodes serve here. */
  readonly observed: boolean;
  /** Whether the nodes may stand in no other place of this kind. */
  readonly apart: boolean;
};

/** An exposure and an outcome: observed, and different nodes. */
export const pairPlaces = (exposure: string, outcome: string): readonly Place[] => [
  { text: exposure, observed: true, apart: true },
  { text: outcome, observed: true, apart: true },
];

/** The nodes of each place. E0441 for a name of no node, E0552 where the graph has a circle, E0553 for latent nodes and those that stand in two places. */
export function nodesIn(graph: IndexedGraph, places: readonly Place[]): Outcome<readonly ReadonlySet<number>[]> {
  const asked = places
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join(' ');
  const sets: ReadonlySet<number>[] = [];
  for (const { text, observed } of places) {
    const named = nodesNamed(graph, namesOfArgument(graph, text), asked, observed);
    if (!named.ok) return named;
    sets.push(named.value);
  }
  const problem = circleIn(graph, asked) ?? overlapIn(graph, asked, ...sets.filter((_, k) => places[k]!.apart));
  return problem === null ? succeed(sets) : fail(problem);
}

/** A sequence that may be long as lines, and what is said where it is empty. */
export const linesText = (lines: readonly string[], none: string, complete: boolean, most: number): string =>
  `${lines.length === 0 ? none : lines.join('\n')}${complete ? '' : `\n… and more; --most ${most * 10} lists them`}`;

/** Sets of nodes: for JSON `null` where there is none, for people one to a line. */
export function setsAnswer(
  graph: IndexedGraph,
  sets: Iterable<ReadonlySet<number>>,
  most: number,
  none: string,
): GraphAnswer {
  const { items, complete } = firstOf(sets, most);
  const named = items.map((set) => namesOf(graph, set));
  const lines = named.map((set) => (set.length === 0 ? '{} (nothing to adjust for)' : `{${set.join(', ')}}`));
  return {
    json: { sets: named.length === 0 ? null : named, complete },
    text: linesText(lines, none, complete, most),
  };
}
