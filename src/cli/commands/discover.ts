import { Option } from 'commander';
import { type EdgeFrequencies, edgeFrequencies } from '../../causal/discovery/bootstrap.js';
import type { ColliderRule, Discovered, DiscoveryOptions } from '../../causal/discovery/discovery.js';
import type { PriorKnowledge } from '../../causal/discovery/knowledge.js';
import type { MarkedGraph } from '../../causal/discovery/marked_graph.js';
import { parseArrows, parseColumns, parseTiers } from '../../causal/discovery/parse_knowledge.js';
import { discoveryAlgorithms } from '../../causal/discovery/registry.js';
import { scores } from '../../causal/discovery/scores/registry.js';
import {
  frequenciesJson,
  frequenciesText,
  markedDagitty,
  markedDeclaration,
  markedDot,
  markedJson,
  markedText,
} from '../../causal/discovery/write_marked.js';
import { isGraphFile, readGraph } from '../../causal/formats/read_graph.js';
import { readyColumns } from '../../causal/independence/columns.js';
import { independenceTests, ofLabels } from '../../causal/independence/registry.js';
import { indexGraph } from '../../causal/indexed.js';
import type { Table } from '../../data/table.js';
import { jsonText } from '../../report/json.js';
import { keyFromSeed } from '../../runtime/random/seed.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import { type ExitCode, exitCodeOfFailure } from '../exit_code.js';
import { circleIn } from '../graph_input.js';
import { readSource, tell, tellFailure } from '../input.js';
import { addVoiceOptions, collect, count, share, type VoiceOptions } from '../options.js';
import { readTable } from '../table_input.js';

const formats = ['text', 'scm', 'dot', 'dagitty', 'json'] as const;

type DiscoverOptions = VoiceOptions & {
  readonly method: string;
  readonly columns?: string;
  readonly test?: string;
  readonly alpha: number;
  readonly score?: string;
  readonly colliders: ColliderRule;
  readonly most?: number;
  readonly tiers?: string;
  readonly require: readonly string[];
  readonly forbid: readonly string[];
  readonly bootstrap?: number;
  readonly format: (typeof formats)[number];
  readonly seed: string;
};

/** `whatif discover FILE`: the graphs that fit a table, or that no data tell from a graph. */
export const discover: DefineCommand = (command, context) => {
  const methods = [...discoveryAlgorithms.values()].map(({ name, summary }) => `${name} (${summary})`);
  addVoiceOptions(command)
    .argument(
      '<file>',
      'table (.csv, .json, .arrow, .parquet; - for a CSV on standard input), or a graph (.dagitty, .dot …): what data from it would tell',
    )
    .addOption(
      new Option('--method <name>', `how to search: ${methods.join('; ')}`)
        .choices([...discoveryAlgorithms.keys()])
        .default('pc'),
    )
    .option('--columns <names>', 'only these columns: "a, b, c" (default: all)')
    .addOption(
      new Option('--test <name>', 'test of independence (default: by what the columns hold)').choices([
        ...independenceTests.keys(),
      ]),
    )
    .option('--alpha <p>', 'level of each test', share, 0.05)
    .addOption(new Option('--score <name>', 'score of a graph (default: bic)').choices([...scores.keys()]))
    .addOption(
      new Option('--colliders <rule>', 'how tests tell colliders')
        .choices(['standard', 'majority', 'conservative'])
        .default('standard'),
    )
    .option('--most <n>', 'most variables that a test conditions on, or parents', count)
    .option('--tiers <tiers>', 'causes stand left of their effects: "a, b < c"')
    .option('--require <arrow>', 'an arrow that is there: "a -> b" (repeatable)', collect(String), [])
    .option('--forbid <arrow>', 'an arrow that is not there: "a -> b" (repeatable)', collect(String), [])
    .option('--bootstrap <n>', 'how often each edge is found in this many tables of rows drawn again', count)
    .addOption(new Option('--format <name>', 'how to write the graph').choices(formats).default('text'))
    .option('--seed <text>', 'start of the random numbers', '1')
    .addHelpText(
      'after',
      example(
        'whatif discover smoking.csv --tiers "age < smoker < cough"',
        'whatif discover smoking.csv --method fci --bootstrap 100 --json',
      ),
    )
    .action((file: string, options: DiscoverOptions) => context.run(() => discovered(file, options, context)));
};

async function discovered(file: string, options: DiscoverOptions, context: Context): Promise<ExitCode> {
  if (options.bootstrap !== undefined && !options.json && !['text', 'json'].includes(options.format))
    throw new UsageError(`--bootstrap has no place in --format ${options.format}: write text or json`);
  const { terminal } = context;
  const found = isGraphFile(file) ? ofGraph(file, options, context) : await ofTable(file, options, context);
  if (!found.ok) {
    tellFailure(found.diagnostics, options, terminal);
    return exitCodeOfFailure(found.diagnostics);
  }
  const text = written(found.value, options);
  if (text === null) {
    const open = 'the graph has circles, marks that data leave open, and a `graph` declaration has none';
    const problem = problemWith(file, 'E0662', open);
    tellFailure([problem], options, terminal);
    return exitCodeOfFailure([problem]);
  }
  tell(found.diagnostics, options, terminal);
  terminal.out(text);
  return 0;
}

const problemWith = (
  file: string,
  code: 'E0552' | 'E0660' | 'E0662' | 'E0672' | 'W0634' | 'W0660',
  message: string,
): Diagnostic => diagnose(code, message, { name: file, text: '' }, { start: 0, end: 0 });

/** What was found, from how many rows; there are none where a graph was asked. */
type Found = {
  readonly found: Extract<Discovered, { readonly ok: true }>;
  readonly frequencies: EdgeFrequencies | null;
  readonly rows: number | null;
  readonly left: number | null;
};

/** Discovery from a table. E0660 where nothing can be found, W0660 where it is doubtful. */
async function ofTable(file: string, options: DiscoverOptions, { terminal }: Context): Promise<Outcome<Found>> {
  const table = await readTable(file);
  if (!table.ok) return table;
  const labels = (options.test !== undefined && ofLabels(options.test)) || options.score === 'bdeu';
  const ready = readyColumns(table.value, chosen(options.columns, table.value), labels);
  if (!ready.ok) return fail(problemWith(file, 'E0660', `no graph, because ${ready.reason}`));
  const { columns, rows, left } = ready;
  const algorithm = discoveryAlgorithms.get(options.method)!;
  const asked = askedFor(
    options,
    columns.map(({ name }) => name),
  );
  terminal.endOnInterrupt();
  const found = algorithm.run(columns, asked);
  if (!found.ok) return fail(problemWith(file, 'E0660', `no graph by ${options.method}, because ${found.reason}`));
  const frequencies =
    options.bootstrap === undefined
      ? null
      : edgeFrequencies(columns, options.bootstrap, asked.key, (again, key) => {
          const other = algorithm.run(again, { ...asked, key });
          return other.ok ? other.graph : null;
        });
  const notes = found.remarks.map((remark) => problemWith(file, 'W0660', `${remark}.`));
  if (left > 0)
    notes.push(problemWith(file, 'W0634', `${left} of ${left + rows} rows lack a value and were left out.`));
  return succeed({ found, frequencies, rows, left }, notes);
}

/** What endless data from a graph would tell. E0552 for a graph with a circle, E0672 for one that stands for several. */
function ofGraph(file: string, options: DiscoverOptions, { terminal }: Context): Outcome<Found> {
  for (const [option, value] of Object.entries({
    test: options.test,
    columns: options.columns,
    bootstrap: options.bootstrap,
  }))
    if (value !== undefined) throw new UsageError(`--${option} is about a table, and ${file} is a graph`);
  const { ofGraph: discovery } = discoveryAlgorithms.get(options.method)!;
  if (discovery === undefined) throw new UsageError(`${options.method} needs a table; pc and fci ask a graph too`);
  const read = readGraph(readSource(file, terminal));
  if (!read.ok) return read;
  if (read.value.edges.some(({ kind }) => kind === '--'))
    return fail(problemWith(file, 'E0672', 'this question is asked of one graph, and here edges have no direction'));
  const graph = indexGraph(read.value);
  const circle = circleIn(graph, '');
  if (circle !== null) return fail(circle);
  const observed = graph.nodes.filter(({ latent }) => !latent).map(({ name }) => name);
  const found = discovery(graph, askedFor(options, observed));
  if (!found.ok) return fail(problemWith(file, 'E0660', `no graph by ${options.method}, because ${found.reason}`));
  const notes = found.remarks.map((remark) => problemWith(file, 'W0660', `${remark}.`));
  return succeed({ found, frequencies: null, rows: null, left: null }, [...read.diagnostics, ...notes]);
}

const askedFor = (options: DiscoverOptions, columns: readonly string[]): DiscoveryOptions => ({
  test: options.test ?? null,
  alpha: options.alpha,
  score: options.score ?? null,
  colliders: options.colliders,
  most: options.most ?? null,
  prior: priorOf(options, columns),
  key: keyFromSeed(options.seed),
});

/** The columns that are named, or null. A name that the table has not, or that stands twice, is wrong usage. */
function chosen(columns: string | undefined, table: Table): readonly string[] | null {
  if (columns === undefined) return null;
  const parsed = parseColumns(
    columns,
    table.columns.map(({ name }) => name),
  );
  if (!parsed.ok) throw new UsageError(`--columns: ${parsed.message}`);
  return parsed.value.map((place) => table.columns[place]!.name);
}

/** The graph in the format that was asked for; null where that can not hold it. */
function written(
  { found, frequencies, rows, left }: Found,
  { json, format, method, seed }: DiscoverOptions,
): string | null {
  const { graph, how, remarks, figures } = found;
  switch (json ? 'json' : format) {
    case 'text':
      return `${textOf(graph, frequencies)}\n${how}${rows === null ? '' : `, ${rows} rows`}\n`;
    case 'scm':
      return markedDeclaration(graph, 'Found');
    case 'dot':
      return markedDot(graph, 'found');
    case 'dagitty':
      return markedDagitty(graph);
    case 'json':
      return jsonText({
        method,
        how,
        rows,
        left,
        seed,
        ...markedJson(graph),
        figures: { ...figures },
        remarks,
        bootstrap: frequencies === null ? null : frequenciesJson(graph, frequencies),
      });
  }
}

const textOf = (graph: MarkedGraph, frequencies: EdgeFrequencies | null): string =>
  frequencies === null ? markedText(graph) : frequenciesText(graph, frequencies);

/** What the options say is known. A text that says nothing, or names no column, is wrong usage. */
function priorOf({ tiers, require, forbid }: DiscoverOptions, columns: readonly string[]): PriorKnowledge {
  const arrows = (texts: readonly string[], option: string) =>
    texts.flatMap((text) => {
      const parsed = parseArrows(text, columns);
      if (!parsed.ok) throw new UsageError(`${option}: ${parsed.message}`);
      return parsed.value;
    });
  const parsed = tiers === undefined ? null : parseTiers(tiers, columns);
  if (parsed !== null && !parsed.ok) throw new UsageError(`--tiers: ${parsed.message}`);
  return {
    tiers: parsed === null ? [] : parsed.value,
    required: arrows(require, '--require'),
    forbidden: arrows(forbid, '--forbid'),
  };
}
