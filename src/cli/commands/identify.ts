import { identificationInClass } from '../../causal/class/identification.js';
import { identificationAcrossWorlds, namesAcrossWorlds } from '../../causal/identify/across_worlds.js';
import { parseCounterfactual, speaksOfWorlds } from '../../causal/identify/parse_counterfactual.js';
import { parseCausalQuery } from '../../causal/identify/parse_query.js';
import { witnessOf } from '../../causal/identify/witness_models.js';
import { identificationText } from '../../report/identification_text.js';
import { identificationJson } from '../../report/json.js';
import { witnessProgram } from '../../report/witness_program.js';
import { diagnose, fail, succeed } from '../../syntax/diagnostic.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import type { ExitCode } from '../exit_code.js';
import {
  addGraphOptions,
  answerClass,
  answerGraph,
  circleIn,
  type GraphQuestionOptions,
  namesIn,
  nodesNamed,
  overlapIn,
  refusedFor,
} from '../graph_input.js';

type IdentifyOptions = GraphQuestionOptions & { readonly experiments?: string; readonly witness?: boolean };

/** `whatif identify FILE 'P(y | do(x), z)'`: the estimand and its derivation, or the hedge that forbids one. */
export const identify: DefineCommand = (command, context) => {
  addGraphOptions(command)
    .argument('<question>', "the effect: 'P(y | do(x), z)'; across worlds 'P(y[do(x = 1)] | x = 0)'")
    .option('--experiments <nodes>', 'nodes on which there were experiments too, with commas between them')
    .option('--witness', 'where it is not identifiable, two models that agree on all that is observed and differ in it')
    .addHelpText('after', example("whatif identify examples/gps.scm 'P(memory | do(gps))'"))
    .action((file: string, asked: string, options: IdentifyOptions) =>
      context.run(() => {
        if (speaksOfWorlds(asked)) return answerAcrossWorlds(file, asked, options, context);
        const query = parseCausalQuery(asked);
        if (query === null) throw new UsageError("write the effect as 'P(y | do(x), z)'");
        return answerClass(file, options, context, asked, (graphs) => {
          const graph = graphs.first;
          const experiments = namesIn(options.experiments ?? '');
          const text = `${asked} ${options.experiments ?? ''}`;
          const parts = [query.outcome, query.action, query.given, experiments].map((names) =>
            nodesNamed(graph, names, text, true),
          );
          for (const part of parts) if (!part.ok) return part;
          const sets = parts.slice(0, 3).map((part) => (part.ok ? part.value : new Set<number>()));
          const problem = circleIn(graph, asked) ?? overlapIn(graph, asked, ...sets);
          if (problem !== null) return fail(problem);
          const found = identificationInClass(graphs, { ...query, experiments });
          if (!found.ok) return fail(refusedFor(file, 'E0672', found.message));
          const answer = { json: identificationJson(found.value), text: identificationText(found.value) };
          if (options.witness !== true || found.value.identifiable) return succeed(answer);
          const witness = witnessOf(graph, { ...query, experiments });
          const program = witness === null ? null : witnessProgram(witness);
          return succeed({
            json: { ...answer.json, witness: program },
            text: `${answer.text}\n\n${program ?? 'no two models were found that show it'}`,
          });
        });
      }),
    );
};

/** A question across worlds: whether observation, and experiments beside it, tell its answer. */
function answerAcrossWorlds(
  file: string,
  asked: string,
  options: IdentifyOptions,
  context: Context,
): Promise<ExitCode> {
  const question = parseCounterfactual(asked);
  if (question === null) throw new UsageError("write the question as 'P(y[do(x = 1)], not y[do(x = 0)] | z = 1)'");
  return answerGraph(file, options, context, asked, (graph) => {
    const experiments = namesIn(options.experiments ?? '');
    const text = `${asked} ${options.experiments ?? ''}`;
    const named = nodesNamed(graph, [...namesAcrossWorlds(question), ...experiments], text, true);
    if (!named.ok) return named;
    const circle = circleIn(graph, asked);
    if (circle !== null) return fail(circle);
    const found = identificationAcrossWorlds(graph, question, experiments);
    if (found.ok) return succeed({ json: identificationJson(found.value), text: identificationText(found.value) });
    return fail(diagnose('E0680', found.message, { name: '<question>', text: asked }, { start: 0, end: asked.length }));
  });
}
