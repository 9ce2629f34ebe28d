import { Option } from 'commander';
import { isClass } from '../../causal/class/members.js';
import { writeDagitty } from '../../causal/formats/dagitty.js';
import { writeGml } from '../../causal/formats/gml.js';
import { writeLavaan } from '../../causal/formats/lavaan.js';
import { isGraphFile, readGraph } from '../../causal/formats/read_graph.js';
import { type Graph, openToDo, operate } from '../../causal/graph.js';
import { graphDot } from '../../report/graph/dot.js';
import { graphJson } from '../../report/graph/json.js';
import { graphMermaid } from '../../report/graph/mermaid.js';
import { graphSvg } from '../../report/graph/svg.js';
import { graphText } from '../../report/graph/text.js';
import { jsonText } from '../../report/json.js';
import { fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import { exitCodeOfFailure } from '../exit_code.js';
import { refusedFor } from '../graph_input.js';
import { open, readSource, tell, tellFailure } from '../input.js';
import { addReadingOptions, collect, type SharedOptions } from '../options.js';

/** How a graph is written, by the name of the format. */
const formats = {
  text: graphText,
  dot: graphDot,
  svg: graphSvg,
  mermaid: graphMermaid,
  dagitty: writeDagitty,
  gml: writeGml,
  lavaan: writeLavaan,
  json: (graph: Graph) => jsonText(graphJson(graph)),
} as const satisfies Record<string, (graph: Graph, name: string) => string>;

type GraphCommandOptions = SharedOptions & {
  readonly format: keyof typeof formats;
  readonly model?: string;
  readonly do: readonly string[];
  readonly unroll?: boolean;
};

async function graphOfProgram(file: string, options: GraphCommandOptions, context: Context): Promise<Outcome<Graph>> {
  const opened = await open(file, options, context);
  if (!opened.ok) return opened;
  return opened.value.graph(options.model ?? null, { targets: options.do, unroll: options.unroll ?? false });
}

/** The graph of a file in another format, after `do`. */
function graphOfFile(file: string, options: GraphCommandOptions, { terminal }: Context): Outcome<Graph> {
  const read = readGraph(readSource(file, terminal));
  if (!read.ok) return read;
  const names = new Set(read.value.nodes.map(({ name }) => name));
  for (const name of options.do) if (!names.has(name)) throw new UsageError(`the graph has no node \`${name}\``);
  const open = openToDo(read.value, new Set(options.do));
  if (open !== null) return fail(refusedFor(file, 'E0672', open));
  return succeed(operate(read.value, new Set(options.do)), read.diagnostics);
}

/** `whatif graph FILE`: the causal graph of a model or of a `graph` declaration. */
export const graph: DefineCommand = (command, context) => {
  addReadingOptions(command)
    .argument(
      '<file>',
      'program or graph (.dagitty, .dot, .gml, .mmd, .lav, .bif), or - for a program on standard input',
    )
    .addOption(new Option('--format <name>', 'how to write it').choices(Object.keys(formats)).default('text'))
    .option('--model <name>', 'which model or graph, where the file has several')
    .option('--do <node>', 'the graph after an intervention on this node (repeatable)', collect(String), [])
    .option('--unroll', 'show the members of node families as nodes')
    .addHelpText(
      'after',
      example('whatif graph examples/icecream.scm', 'whatif graph model.scm --format dot --do x | dot -Tsvg'),
    )
    .action((file: string, options: GraphCommandOptions) =>
      context.run(async () => {
        const { terminal } = context;
        const found = isGraphFile(file)
          ? graphOfFile(file, options, context)
          : await graphOfProgram(file, options, context);
        const drawn =
          found.ok && options.format === 'lavaan' && isClass(found.value)
            ? fail(refusedFor(file, 'E0672', 'lavaan has no edges of unknown direction'))
            : found;
        if (!drawn.ok) {
          tellFailure(drawn.diagnostics, options, terminal);
          return exitCodeOfFailure(drawn.diagnostics);
        }
        tell(drawn.diagnostics, options, terminal);
        terminal.out(formats[options.json ? 'json' : options.format](drawn.value, options.model ?? 'model'));
        return 0;
      }),
    );
};
