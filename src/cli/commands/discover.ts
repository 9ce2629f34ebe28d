import { Option } from 'commander';
import { type EdgeFrequencies, edgeFrequencies } from '../../causal/discovery/bootstrap.js';
import type { ColliderRule, Discovered, DiscoveryOptions } from '../../causal/discovery/discovery.js';
import type { PriorKnowledge } from '../../causal/discovery/knowledge.js';
import type { MarkedGraph } from '../../causal/discovery/marked_graph.js';
import { parseArrows, parseColumns, parseTiers } from '../../causal/discovery/parse_knowledge.js';
import { discoveryAlgorithms } from '../../causal/discovery/registry.js';
import {
  frequenciesJson,
  frequenciesText,
  markedDagitty,
  markedDeclaration,
  markedDot,
  markedJson,
  markedText,
} from '../../causal/discovery/write_marked.js';
import { type ReadyColumns, readyColumns } from '../../causal/tests/columns.js';
import { independenceTests, ofLabels } from '../../causal/tests/registry.js';
import type { Table } from '../../data/table.js';
import { jsonText } from '../../report/json.js';
import { keyFromSeed } from '../../runtime/random/seed.js';
import { type Diagnostic, diagnose } from '../../syntax/diagnostic.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import { type ExitCode, exitCodeOfFailure } from '../exit_code.js';
import { tell, tellFailure } from '../input.js';
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

/** `whatif discover TABLE`: the graphs that fit a table. */
export const discover: DefineCommand = (command, context) => {
  const methods = [...discoveryAlgorithms.values()].map(({ name, summary }) => `${name} (${summary})`);
  addVoiceOptions(command)
    .argument('<table>', 'table (.csv, .json, .arrow, .parquet), or - for a CSV on standard input')
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
    .option('--score <name>', 'score of a graph (default: by what the columns hold)')
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

async function discovered(file: string, options: DiscoverOptions, { terminal }: Context): Promise<ExitCode> {
  const stop = (...diagnostics: readonly Diagnostic[]): ExitCode => {
    tellFailure(diagnostics, options, terminal);
    return exitCodeOfFailure(diagnostics);
  };
  const say = (code: 'E0660' | 'E0662' | 'W0634' | 'W0660', message: string): Diagnostic =>
    diagnose(code, message, { name: file, text: '' }, { start: 0, end: 0 });
  if (options.bootstrap !== undefined && !options.json && !['text', 'json'].includes(options.format))
    throw new UsageError(`--bootstrap has no place in --format ${options.format}: write text or json`);
  const table = await readTable(file);
  if (!table.ok) return stop(...table.diagnostics);
  const labels = (options.test !== undefined && ofLabels(options.test)) || options.score === 'bdeu';
  const ready = readyColumns(table.value, chosen(options.columns, table.value), labels);
  if (!ready.ok) return stop(say('E0660', `no graph, because ${ready.reason}`));
  const algorithm = discoveryAlgorithms.get(options.method)!;
  const asked: DiscoveryOptions = {
    test: options.test ?? null,
    alpha: options.alpha,
    score: options.score ?? null,
    colliders: options.colliders,
    most: options.most ?? null,
    prior: priorOf(
      options,
      ready.columns.map(({ name }) => name),
    ),
    key: keyFromSeed(options.seed),
  };
  const found = algorithm.run(ready.columns, asked);
  if (!found.ok) return stop(say('E0660', `no graph by ${options.method}, because ${found.reason}`));
  const frequencies =
    options.bootstrap === undefined
      ? null
      : edgeFrequencies(ready.columns, options.bootstrap, asked.key, (columns, key) => {
          const again = algorithm.run(columns, { ...asked, key });
          return again.ok ? again.graph : null;
        });
  const notes = found.remarks.map((remark) => say('W0660', `${remark}.`));
  if (ready.left > 0)
    notes.push(say('W0634', `${ready.left} of ${ready.left + ready.rows} rows lack a value and were left out.`));
  const text = written(found, frequencies, ready, options);
  if (text === null)
    return stop(
      say('E0662', 'the graph has circles, marks that the data leave open, and a `graph` declaration has none'),
    );
  tell(notes, options, terminal);
  terminal.out(text);
  return 0;
}

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
  { graph, how, remarks, figures }: Extract<Discovered, { readonly ok: true }>,
  frequencies: EdgeFrequencies | null,
  { rows, left }: Extract<ReadyColumns, { readonly ok: true }>,
  { json, format, method, seed }: DiscoverOptions,
): string | null {
  switch (json ? 'json' : format) {
    case 'text':
      return `${textOf(graph, frequencies)}\n${how}, ${rows} rows\n`;
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
