import { frontDoorSets, minimalFrontDoorSet } from '../../causal/frontdoor.js';
import { succeed } from '../../syntax/diagnostic.js';
import { type DefineCommand, example } from '../command.js';
import { answerGraph } from '../graph_input.js';
import { addMost, addPair, nodesIn, pairPlaces, type SetOptions, setsAnswer } from '../set_command.js';

type FrontDoorOptions = SetOptions & { readonly minimal?: boolean };

/** `whatif frontdoor FILE x y`: sets of mediators that an effect can be found by. */
export const frontdoor: DefineCommand = (command, context) => {
  addMost(addPair(command, true), 'sets')
    .option('--minimal', 'one set of which nothing can be left out')
    .addHelpText('after', example('whatif frontdoor examples/gps.scm gps memory'))
    .action((file: string, exposure: string, outcome: string, options: FrontDoorOptions) =>
      context.run(() =>
        answerGraph(file, options, context, `${exposure} ${outcome}`, (graph) => {
          const named = nodesIn(graph, pairPlaces(exposure, outcome));
          if (!named.ok) return named;
          const [x, y] = named.value;
          const question = { x: x!, y: y!, must: new Set<number>(), mustNot: new Set<number>() };
          const least = options.minimal === true ? minimalFrontDoorSet(graph, question) : null;
          const sets = options.minimal === true ? (least === null ? [] : [least]) : frontDoorSets(graph, question);
          return succeed(setsAnswer(graph, sets, options.most, 'no front-door set'));
        }),
      ),
    );
};
