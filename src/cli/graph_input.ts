/** Graphs that commands ask questions of: of a model, a `graph` declaration, or a graph file. */

import type { Command } from 'commander';
import { type GraphClass, graphClass } from '../causal/class/members.js';
import { isGraphFile, readGraph } from '../causal/formats/read_graph.js';
import type { Graph } from '../causal/graph.js';
import type { IndexedGraph } from '../causal/indexed.js';
import { topologicalOrder } from '../causal/structure.js';
import { didYouMean } from '../check/suggest.js';
import { type Json, jsonText } from '../report/json.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import type { Context } from './command.js';
import { type ExitCode, exitCodeOfFailure } from './exit_code.js';
import { open, readSource, tell, tellFailure } from './input.js';
import { addReadingOptions, type DataOption, type SharedOptions } from './options.js';

/** Options of every command that asks a question of a graph. */
export type GraphQuestionOptions = SharedOptions & { readonly model?: string; readonly unroll?: boolean };

export const addGraphOptions = (command: Command, data?: DataOption): Command =>
  addReadingOptions(command, data)
    .argument(
      '<file>',
      'program or graph (.dagitty, .dot, .gml, .mmd, .lav, .bif), or - for a program on standard input',
    )
    .option('--model <name>', 'which model or graph, where the file has several')
    .option('--unroll', 'members of node families as nodes, as they are where the question names one: x[3]');

/** The graph of a file. Parameters of a population are no causes within a unit, and are left out. */
async function graphIn(file: string, options: GraphQuestionOptions, context: Context): Promise<Outcome<Graph>> {
  if (isGraphFile(file)) return readGraph(readSource(file, context.terminal));
  const opened = await open(file, options, context);
  if (!opened.ok) return opened;
  const shown = opened.value.graph(options.model ?? null, { targets: [], unroll: options.unroll ?? false });
  if (!shown.ok) return shown;
  const parameters = new Set(shown.value.nodes.filter(({ parameter }) => parameter).map(({ name }) => name));
  const graph: Graph = {
    nodes: shown.value.nodes.filter(({ name }) => !parameters.has(name)),
    edges: shown.value.edges.filter(({ from, to }) => !parameters.has(from) && !parameters.has(to)),
  };
  return succeed(graph, shown.diagnostics);
}

/** What a question came to: an object for JSON, and the same for people. */
export type GraphAnswer = { readonly json: { readonly [key: string]: Json }; readonly text: string };

/**
 * Asks a question of the graph of a file and prints what comes of it. A verdict is an answer, whichever it is. E0672 for a graph that stands for several.
 *
 * @param asked the text with the names of the question: families that it names members of are unrolled
 */
export const answerGraph = (
  file: string,
  options: GraphQuestionOptions,
  context: Context,
  asked: string,
  question: (graph: IndexedGraph) => Outcome<GraphAnswer>,
): Promise<ExitCode> =>
  answerClass(file, options, context, asked, (graphs) =>
    graphs.partly === null
      ? question(graphs.first)
      : fail(refusedFor(file, 'E0672', 'this question is asked of one graph, and here edges have no direction')),
  );

/** The same of a graph that may stand for several. E0670 and E0671 where it stands for none. */
export async function answerClass(
  file: string,
  options: GraphQuestionOptions,
  context: Context,
  asked: string,
  question: (graphs: GraphClass) => Outcome<GraphAnswer>,
): Promise<ExitCode> {
  const { terminal } = context;
  const unroll = options.unroll ?? /\[(?!\s*do\()/.test(asked);
  const graph = await graphIn(file, { ...options, unroll }, context);
  const answered = graph.ok ? answersOf(graph.value, file, question) : graph;
  if (!answered.ok) {
    tellFailure(answered.diagnostics, options, terminal);
    return exitCodeOfFailure(answered.diagnostics);
  }
  tell(graph.diagnostics, options, terminal);
  terminal.out(options.json ? jsonText(answered.value.json) : `${answered.value.text}\n`);
  return 0;
}

function answersOf(
  graph: Graph,
  file: string,
  question: (graphs: GraphClass) => Outcome<GraphAnswer>,
): Outcome<GraphAnswer> {
  const graphs = graphClass(graph);
  if (!graphs.ok) return fail(refusedFor(file, graphs.code, graphs.message));
  return question(graphs.value);
}

/** Why a question has no answer that the whole graph is the reason of. */
export const refusedFor = (file: string, code: 'E0670' | 'E0671' | 'E0672' | 'E0673', message: string): Diagnostic =>
  diagnose(code, message, { name: file, text: '' }, { start: 0, end: 0 });

/** Names in a question as nodes of the graph. E0441 for a name that the graph has not; E0553 for a latent node where only observed ones serve. */
export function nodesNamed(
  graph: IndexedGraph,
  names: readonly string[],
  asked: string,
  observed = false,
): Outcome<ReadonlySet<number>> {
  const source: Source = { name: '<question>', text: asked };
  const found = new Set<number>();
  const problems: Diagnostic[] = [];
  for (const name of names) {
    const start = Math.max(0, asked.indexOf(name));
    const span = { start, end: start + name.length };
    const index = graph.indexOf.get(name);
    if (index === undefined)
      problems.push(
        diagnose(
          'E0441',
          `the graph has no node \`${name}\``,
          source,
          span,
          didYouMean(name, [...graph.indexOf.keys()]),
        ),
      );
    else if (observed && graph.nodes[index]!.latent)
      problems.push(diagnose('E0553', `\`${name}\` is latent: nothing is known of it`, source, span));
    else found.add(index);
  }
  return problems.length > 0 ? fail(...problems) : succeed(found);
}

/** Why a question that needs an acyclic graph has no answer, or null. */
export function circleIn(graph: IndexedGraph, asked: string): Diagnostic | null {
  if (topologicalOrder(graph) !== null) return null;
  const source: Source = { name: '<question>', text: asked };
  return diagnose('E0552', 'the graph has a circle of causes', source, { start: 0, end: asked.length });
}

/** Why sets of nodes that may have none in common do, or null. */
export function overlapIn(
  graph: IndexedGraph,
  asked: string,
  ...sets: readonly ReadonlySet<number>[]
): Diagnostic | null {
  const seen = new Set<number>();
  for (const set of sets)
    for (const v of set) {
      const { name } = graph.nodes[v]!;
      const start = Math.max(0, asked.lastIndexOf(name));
      const source: Source = { name: '<question>', text: asked };
      if (seen.has(v))
        return diagnose('E0553', `\`${name}\` stands in two places`, source, { start, end: start + name.length });
      seen.add(v);
    }
  return null;
}

/** Names with blanks or commas between them; one that has such signs in it stands in double quotes. */
export const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/"([^"]*)"|(?:[^\s,[]|\[[^\]]*\]?)+/g)].map(([word, quoted]) => quoted ?? word);

/** The names of an argument: the whole of it where the graph has a node of that name. */
export const namesOfArgument = (graph: IndexedGraph, text: string): readonly string[] =>
  graph.indexOf.has(text) ? [text] : namesIn(text);

/** The parts of a text between signs that stand outside of quotes. */
export const splitOutsideQuotes = (text: string, sign: ',' | '|'): readonly string[] =>
  text.split(new RegExp(`\\${sign}(?=(?:[^"]*"[^"]*")*[^"]*$)`));

/** The first members of a sequence that may be long, and whether these are all. */
export function firstOf<T>(
  sequence: Iterable<T>,
  most: number,
): { readonly items: readonly T[]; readonly complete: boolean } {
  const items: T[] = [];
  for (const item of sequence) {
    if (items.length === most) return { items, complete: false };
    items.push(item);
  }
  return { items, complete: true };
}
