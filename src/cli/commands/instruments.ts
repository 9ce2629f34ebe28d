import { namesOf } from '../../causal/indexed.js';
import { instruments as instrumentsFor } from '../../causal/instruments.js';
import { fail, succeed } from '../../syntax/diagnostic.js';
import { type DefineCommand, example } from '../command.js';
import {
  addGraphOptions,
  answerGraph,
  circleIn,
  firstOf,
  type GraphQuestionOptions,
  nodesNamed,
  overlapIn,
} from '../graph_input.js';
import { whole } from './adjust.js';

type InstrumentOptions = GraphQuestionOptions & { readonly direct?: boolean; readonly most: number };

/** `whatif instruments FILE x y`: instruments, with what to condition on. */
export const instruments: DefineCommand = (command, context) => {
  addGraphOptions(command)
    .argument('<exposure>', 'node that would be acted on')
    .argument('<outcome>', 'node whose change is asked for')
    .option('--direct', 'for the direct effect, not the total one')
    .option('--most <n>', 'how many to list', whole, 1000)
    .addHelpText('after', example('whatif instruments college.dagitty schooling wage'))
    .action((file: string, exposure: string, outcome: string, options: InstrumentOptions) =>
      context.run(() =>
        answerGraph(file, options, context, (graph) => {
          const asked = `${exposure} ${outcome}`;
          const [x, y] = [exposure, outcome].map((name) => nodesNamed(graph, [name], asked));
          if (!x!.ok) return x!;
          if (!y!.ok) return y!;
          const problem = circleIn(graph, asked) ?? overlapIn(graph, asked, x!.value, y!.value);
          if (problem !== null) return fail(problem);
          const effect = options.direct === true ? 'direct' : 'total';
          const [from] = x!.value;
          const [to] = y!.value;
          const { items, complete } = firstOf(instrumentsFor(graph, from!, to!, effect), options.most);
          const named = items.map(({ instrument, given }) => ({
            instrument: graph.nodes[instrument]!.name,
            given: namesOf(graph, given),
          }));
          const lines = named.map(({ instrument, given }) =>
            given.length === 0 ? instrument : `${instrument} given ${given.join(', ')}`,
          );
          return succeed({
            json: { instruments: named },
            text: `${lines.length === 0 ? 'no instrument' : lines.join('\n')}${complete ? '' : `\n… and more; --most ${options.most * 10} lists them`}`,
          });
        }),
      ),
    );
};
