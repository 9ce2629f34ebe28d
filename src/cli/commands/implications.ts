import { Option } from 'commander';
import { implications as allImplications, basisOfImplications, type Independence } from '../../causal/implications.js';
import { readyColumns } from '../../causal/independence/columns.js';
import { holm } from '../../causal/independence/holm.js';
import { defaultTest, independenceTests, ofLabels } from '../../causal/independence/registry.js';
import type { TestResult } from '../../causal/independence/test.js';
import { type IndexedGraph, namesOf } from '../../causal/indexed.js';
import { vanishingTetrads } from '../../causal/tetrads.js';
import type { Table } from '../../data/table.js';
import { keyFromSeed } from '../../runtime/random/seed.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import { type ExitCode, exitCodeOfFailure } from '../exit_code.js';
import {
  addGraphOptions,
  answerClass,
  circleIn,
  firstOf,
  type GraphAnswer,
  type GraphQuestionOptions,
} from '../graph_input.js';
import { tell, tellFailure } from '../input.js';
import { share, tableOption } from '../options.js';
import { addMost, linesText } from '../set_command.js';
import { readTable } from '../table_input.js';

type ImplicationOptions = GraphQuestionOptions & {
  readonly all?: boolean;
  readonly tetrads?: boolean;
  readonly most: number;
  readonly test?: string;
  readonly alpha: number;
};

/** `whatif implications FILE`: independencies that data can contradict, and whether a table does. */
export const implications: DefineCommand = (command, context) => {
  addMost(addGraphOptions(command, tableOption), 'of them')
    .option('--all', 'every minimal set for each pair, not one')
    .option('--tetrads', 'products of covariances that agree in linear models, too')
    .addOption(new Option('--test <name>', 'how the table is tested').choices([...independenceTests.keys()]))
    .option('--alpha <p>', 'how likely a true graph may be rejected', share, 0.05)
    .option('--seed <text>', 'start of the random numbers of permutations')
    .addHelpText(
      'after',
      example('whatif implications examples/icecream.scm', 'whatif implications smoking.dagitty --data smoking.csv'),
    )
    .action((file: string, options: ImplicationOptions) => context.run(() => listed(file, options, context)));
};

async function listed(file: string, options: ImplicationOptions, context: Context): Promise<ExitCode> {
  const [path, ...others] = options.data.flatMap(([name, at]) => (name === '' ? [at] : []));
  if (others.length > 0) throw new UsageError('one table is tested at a time');
  if (path === undefined && options.test !== undefined) throw new UsageError('--test needs a table: --data table.csv');
  if (path !== undefined && options.tetrads === true) throw new UsageError('--tetrads are not tested on a table');
  const table = path === undefined ? null : await readTable(path);
  if (table !== null && !table.ok) {
    tellFailure(table.diagnostics, options, context.terminal);
    return exitCodeOfFailure(table.diagnostics);
  }
  const rest = { ...options, data: options.data.filter(([name]) => name !== '') };
  return answerClass(file, rest, context, '', ({ first: graph }) => {
    const problem = circleIn(graph, '');
    if (problem !== null) return fail(problem);
    const sets = options.all === true ? allImplications(graph) : basisOfImplications(graph);
    const { items, complete } = firstOf(sets, options.most);
    if (table === null || path === undefined) {
      const answer = answerOf(graph, items, complete, options, null);
      return succeed(options.tetrads === true ? withTetrads(graph, answer, options.most) : answer);
    }
    const tested = testedOn(table.value, path, graph, items, options);
    if (!tested.ok) return tested;
    tell(tested.diagnostics, options, context.terminal);
    return succeed(answerOf(graph, items, complete, options, tested.value));
  });
}

/** An answer with the tetrads that vanish in every linear model of the graph. */
function withTetrads(graph: IndexedGraph, { json, text }: GraphAnswer, most: number): GraphAnswer {
  const { items, complete } = firstOf(vanishingTetrads(graph), most);
  const name = (v: number): string => graph.nodes[v]!.name;
  const tetrads = items.map(({ rows, columns }) => ({ rows: rows.map(name), columns: columns.map(name) }));
  const lines = tetrads.map(
    ({ rows: [a, b], columns: [c, d] }) => `cov(${a}, ${c}) cov(${b}, ${d}) = cov(${a}, ${d}) cov(${b}, ${c})`,
  );
  return {
    json: { ...json, tetrads },
    text: `${text}\n${linesText(lines, 'no tetrad', complete, most)}`,
  };
}

type Tested = { readonly test: string; readonly rows: number; readonly results: readonly TestResult[] };

/** What a table says to each independency. E0661 where it lacks a column, or the test is made for others; W0634 where rows lack values. */
function testedOn(
  table: Table,
  path: string,
  graph: IndexedGraph,
  items: readonly Independence[],
  options: ImplicationOptions,
): Outcome<Tested> {
  const say = (code: 'E0661' | 'W0634' | 'W0660', message: string): Diagnostic =>
    diagnose(code, message, { name: path, text: '' }, { start: 0, end: 0 });
  const named = new Set(items.flatMap(({ x, y, given }) => [x, y, ...given]));
  const nodes = [...named].sort((a, b) => a - b);
  const ready = readyColumns(table, namesOf(graph, nodes), options.test !== undefined && ofLabels(options.test));
  if (!ready.ok) return fail(say('E0661', `no test, because ${ready.reason}`));
  const maker =
    (options.test === undefined ? undefined : independenceTests.get(options.test)) ?? defaultTest(ready.columns);
  const made = maker.make(ready.columns, keyFromSeed(options.seed ?? '1'));
  if (!made.ok) return fail(say('E0661', `no test by ${maker.name}, because ${made.reason}`));
  const place = new Map(nodes.map((v, k) => [v, k]));
  const results = items.map(({ x, y, given }) =>
    made.test.test(
      place.get(x)!,
      place.get(y)!,
      [...given].map((v) => place.get(v)!),
    ),
  );
  const notes: Diagnostic[] = [];
  if (ready.left > 0)
    notes.push(say('W0634', `${ready.left} of ${ready.left + ready.rows} rows lack a value and were left out.`));
  const sparse = results.filter((result) => result.sparse).length;
  if (sparse > 0) notes.push(say('W0660', `${sparse} of ${results.length} tests had too few rows for their question.`));
  return succeed({ test: maker.name, rows: ready.rows, results }, notes);
}

function answerOf(
  graph: IndexedGraph,
  items: readonly Independence[],
  complete: boolean,
  options: ImplicationOptions,
  tested: Tested | null,
): GraphAnswer {
  const corrected = tested === null ? null : holm(tested.results.map(({ p }) => p));
  const claims = items.map(({ x, y, given }) => {
    const names = namesOf(graph, given);
    return `${graph.nodes[x]!.name} ⫫ ${graph.nodes[y]!.name}${names.length === 0 ? '' : ` | ${names.join(', ')}`}`;
  });
  const width = Math.min(60, Math.max(0, ...claims.map((claim) => claim.length)));
  const lines = claims.map((claim, k) => {
    if (tested === null || corrected === null) return claim;
    return `${claim.padEnd(width)}   p = ${shortP(tested.results[k]!.p)}${corrected[k]! <= options.alpha ? '   contradicted' : ''}`;
  });
  const contradicted = (corrected ?? []).filter((p) => p <= options.alpha).length;
  const verdict =
    tested === null || items.length === 0
      ? ''
      : `\n${verdictOf(contradicted, items.length)} by ${tested.test} on ${tested.rows} rows, at ${options.alpha} for all together (Holm)`;
  return {
    json: {
      independencies: items.map(({ x, y, given }, k) => ({
        x: graph.nodes[x]!.name,
        y: graph.nodes[y]!.name,
        given: namesOf(graph, given),
        ...(tested === null || corrected === null
          ? { p: null }
          : {
              p: tested.results[k]!.p,
              statistic: tested.results[k]!.statistic,
              df: tested.results[k]!.df,
              holm: corrected[k]!,
              contradicted: corrected[k]! <= options.alpha,
            }),
      })),
      ...(tested === null
        ? {}
        : { test: tested.test, rows: tested.rows, alpha: options.alpha, contradicted: contradicted > 0 }),
    },
    text: `${linesText(lines, 'none: every pair is joined by an edge or a hidden cause', complete, options.most)}${verdict}`,
  };
}

const verdictOf = (contradicted: number, of: number): string =>
  contradicted === 0 ? `the data contradict none of ${of}` : `the data contradict ${contradicted} of ${of}`;

const shortP = (p: number): string => (p < 0.0001 ? p.toExponential(1) : p.toFixed(4));
