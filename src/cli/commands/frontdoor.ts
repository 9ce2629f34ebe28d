import { frontDoorSets, minimalFrontDoorSet } from '../../causal/frontdoor.js';
import { namesOf } from '../../causal/indexed.js';
import { fail, succeed } from '../../syntax/diagnostic.js';
import { type DefineCommand, example } from '../command.js';
import {
  addGraphOptions,
  answerGraph,
  circleIn,
  firstOf,
  type GraphQuestionOptions,
  namesOfArgument,
  nodesNamed,
  overlapIn,
  setsText,
} from '../graph_input.js';
import { whole } from './adjust.js';

type FrontDoorOptions = GraphQuestionOptions & { readonly minimal?: boolean; readonly most: number };

/** `whatif frontdoor FILE x y`: sets of mediators that an effect can be found by. */
export const frontdoor: DefineCommand = (command, context) => {
  addGraphOptions(command)
    .argument('<exposure>', 'node that would be acted on')
    .argument('<outcome>', 'node whose change is asked for')
    .option('--minimal', 'one set of which nothing can be left out')
    .option('--most <n>', 'how many sets to list', whole, 1000)
    .addHelpText('after', example('whatif frontdoor examples/gps.scm gps memory'))
    .action((file: string, exposure: string, outcome: string, options: FrontDoorOptions) =>
      context.run(() =>
        answerGraph(file, options, context, (graph) => {
          const asked = `${exposure} ${outcome}`;
          const [x, y] = [exposure, outcome].map((names) => nodesNamed(graph, namesOfArgument(graph, names), asked));
          if (!x!.ok) return x!;
          if (!y!.ok) return y!;
          const problem = circleIn(graph, asked) ?? overlapIn(graph, asked, x!.value, y!.value);
          if (problem !== null) return fail(problem);
          const question = { x: x!.value, y: y!.value, must: new Set<number>(), mustNot: new Set<number>() };
          const least = options.minimal === true ? minimalFrontDoorSet(graph, question) : null;
          const sets = options.minimal === true ? (least === null ? [] : [least]) : frontDoorSets(graph, question);
          const { items, complete } = firstOf(sets, options.most);
          const named = items.map((set) => namesOf(graph, set));
          return succeed({
            json: { sets: named.length === 0 ? null : named, complete },
            text: `${setsText(named, 'no front-door set')}${complete ? '' : `\n… and more; --most ${options.most * 10} lists them`}`,
          });
        }),
      ),
    );
};
