import { implications as allImplications, basisOfImplications } from '../../causal/implications.js';
import { namesOf } from '../../causal/indexed.js';
import { fail, succeed } from '../../syntax/diagnostic.js';
import { type DefineCommand, example } from '../command.js';
import { addGraphOptions, answerClass, circleIn, firstOf, type GraphQuestionOptions } from '../graph_input.js';
import { whole } from './adjust.js';

type ImplicationOptions = GraphQuestionOptions & { readonly all?: boolean; readonly most: number };

/** `whatif implications FILE`: independencies that data can contradict. */
export const implications: DefineCommand = (command, context) => {
  addGraphOptions(command)
    .option('--all', 'every minimal set for each pair, not one')
    .option('--most <n>', 'how many to list', whole, 1000)
    .addHelpText('after', example('whatif implications examples/icecream.scm'))
    .action((file: string, options: ImplicationOptions) =>
      context.run(() =>
        answerClass(file, options, context, ({ first: graph }) => {
          const problem = circleIn(graph, '');
          if (problem !== null) return fail(problem);
          const sets = options.all === true ? allImplications(graph) : basisOfImplications(graph);
          const { items, complete } = firstOf(sets, options.most);
          const named = items.map(({ x, y, given }) => ({
            x: graph.nodes[x]!.name,
            y: graph.nodes[y]!.name,
            given: namesOf(graph, given),
            p: null,
          }));
          const lines = named.map(
            ({ x, y, given }) => `${x} ⫫ ${y}${given.length === 0 ? '' : ` | ${given.join(', ')}`}`,
          );
          return succeed({
            json: { independencies: named },
            text: `${lines.length === 0 ? 'none: every pair is joined by an edge or a hidden cause' : lines.join('\n')}${complete ? '' : `\n… and more; --most ${options.most * 10} lists them`}`,
          });
        }),
      ),
    );
};
