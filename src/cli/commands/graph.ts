import { Option } from 'commander';
import { maximalAncestralGraph } from '../../causal/ancestral.js';
import { isClass } from '../../causal/class/members.js';
import { classSize, cpdagOf } from '../../causal/equivalence.js';
import { writeDagitty } from '../../causal/formats/dagitty.js';
import { writeGml } from '../../causal/formats/gml.js';
import { writeLavaan } from '../../causal/formats/lavaan.js';
import { isGraphFile, readGraph } from '../../causal/formats/read_graph.js';
import { type Graph, openToDo, operate } from '../../causal/graph.js';
import { indexGraph, namedGraph } from '../../causal/indexed.js';
import { withoutLatents } from '../../causal/structure.js';
import { graphDot } from '../../report/graph/dot.js';
import { graphJson } from '../../report/graph/json.js';
import { graphMermaid } from '../../report/graph/mermaid.js';
import { graphSvg } from '../../report/graph/svg.js';
import { graphText } from '../../report/graph/text.js';
import { type GraphView, graphView } from '../../report/graph/view.js';
import { jsonText } from '../../report/json.js';
import { countText } from '../../report/number.js';
import { fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import { exitCodeOfFailure } from '../exit_code.js';
import { circleIn, namesIn, nodesNamed, refusedFor } from '../graph_input.js';
import { open, readSource, tell, tellFailure } from '../input.js';
import { addReadingOptions, collect, type SharedOptions } from '../options.js';

/** How a graph is written, by the name of the format. */
const formats = {
  text: (graph: Graph, _, view) => graphText(graph, view),
  dot: graphDot,
  svg: graphSvg,
  mermaid: graphMermaid,
  dagitty: writeDagitty,
  gml: writeGml,
  lavaan: writeLavaan,
  json: (graph: Graph) => jsonText(graphJson(graph)),
} as const satisfies Record<string, (graph: Graph, name: string, view: GraphView) => string>;

/** Formats that show what is seen, and paths. */
const viewed = ['text', 'svg'];

/** Graphs that another graph stands for, by their names. */
const others = ['projection', 'cpdag', 'mag'] as const;

type GraphCommandOptions = SharedOptions & {
  readonly as?: (typeof others)[number];
  readonly format: keyof typeof formats;
  readonly model?: string;
  readonly do: readonly string[];
  readonly unroll?: boolean;
  readonly given?: string;
  readonly path?: string;
};

/** The graph that was asked for in its place. E0552 for a graph with a circle, E0670 for hidden causes where there may be none, E0672 for several graphs. */
function otherGraph(graph: Graph, file: string, as: (typeof others)[number]): Outcome<Graph> {
  if (isClass(graph))
    return fail(refusedFor(file, 'E0672', 'one graph is asked for, and here edges have no direction'));
  const indexed = indexGraph(graph);
  const circle = circleIn(indexed, `--as ${as}`);
  if (circle !== null) return fail(circle);
  switch (as) {
    case 'projection':
      return succeed(namedGraph(withoutLatents(indexed)));
    case 'mag':
      return succeed(namedGraph(maximalAncestralGraph(indexed)));
    case 'cpdag': {
      if (graph.nodes.some(({ latent }) => latent) || graph.edges.some(({ kind }) => kind === '<->'))
        return fail(refusedFor(file, 'E0670', 'a class of graphs with hidden causes has no CPDAG: see --as mag'));
      const { directed, undirected } = cpdagOf(indexed);
      const edge =
        (kind: '->' | '--') =>
        ([a, b]: readonly [number, number]) => ({
          from: graph.nodes[a]!.name,
          to: graph.nodes[b]!.name,
          kind,
        });
      return succeed({ nodes: graph.nodes, edges: [...directed.map(edge('->')), ...undirected.map(edge('--'))] });
    }
  }
}

/** How many graphs a CPDAG stands for. */
function membersOf(graph: Graph): number {
  const { indexOf } = indexGraph({ ...graph, edges: [] });
  const undirected = graph.edges.flatMap(({ from, to, kind }) =>
    kind === '--' ? [[indexOf.get(from)!, indexOf.get(to)!] as const] : [],
  );
  return classSize({ count: graph.nodes.length, directed: [], undirected });
}

/** What `--given` and `--path` ask to be shown. E0441 for names of no node, E0672 and E0552 where paths are not told. */
function viewOf(graph: Graph, file: string, options: GraphCommandOptions): Outcome<GraphView> {
  const asked = [options.given ?? '', options.path ?? ''];
  if (asked.every((text) => text === '')) return succeed(graphView(graph, [], null));
  if (options.json || !viewed.includes(options.format))
    throw new UsageError('--given and --path are shown by the formats text and svg');
  const [given = [], ends = []] = asked.map(namesIn);
  if (options.path !== undefined && ends.length !== 2) throw new UsageError('--path takes two nodes: --path x,y');
  if (isClass(graph))
    return fail(refusedFor(file, 'E0672', 'paths are shown in one graph, and here edges have no direction'));
  const indexed = indexGraph(graph);
  const named = nodesNamed(indexed, [...given, ...ends], asked.join(' ').trim());
  if (!named.ok) return named;
  const circle = circleIn(indexed, asked.join(' ').trim());
  if (circle !== null) return fail(circle);
  const [x, y] = ends;
  const pair = x === undefined || y === undefined ? null : ([x, y] as const);
  return succeed(graphView(graph, given, pair));
}

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
    .addOption(
      new Option(
        '--as <name>',
        'instead: the graph of the observed nodes alone, that of its equivalence class, or its maximal ancestral graph',
      ).choices([...others]),
    )
    .option('--given <nodes>', 'nodes that are seen, with commas between them')
    .option('--path <x,y>', 'open and closed paths between two nodes')
    .addHelpText(
      'after',
      example(
        'whatif graph examples/icecream.scm',
        'whatif graph model.scm --format svg --given z --path x,y > model.svg',
        'whatif graph model.scm --format dot --do x | dot -Tsvg',
      ),
    )
    .action((file: string, options: GraphCommandOptions) =>
      context.run(async () => {
        const { terminal } = context;
        const read = isGraphFile(file)
          ? graphOfFile(file, options, context)
          : await graphOfProgram(file, options, context);
        const found = read.ok && options.as !== undefined ? otherGraph(read.value, file, options.as) : read;
        const drawn =
          found.ok && options.format === 'lavaan' && isClass(found.value)
            ? fail(refusedFor(file, 'E0672', 'lavaan has no edges of unknown direction'))
            : found;
        const view = drawn.ok ? viewOf(drawn.value, file, options) : drawn;
        if (!drawn.ok || !view.ok) {
          const { diagnostics } = view;
          tellFailure(diagnostics, options, terminal);
          return exitCodeOfFailure(diagnostics);
        }
        tell(drawn.diagnostics, options, terminal);
        const format = formats[options.json ? 'json' : options.format];
        terminal.out(format(drawn.value, options.model ?? 'model', view.value));
        if (options.as === 'cpdag' && !options.json && options.format === 'text')
          terminal.out(`\n${countText(membersOf(drawn.value))} graphs\n`);
        return 0;
      }),
    );
};
