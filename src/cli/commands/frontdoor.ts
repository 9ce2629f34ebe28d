import {
  type FrontDoorQuestion,
  frontDoorSets,
  greatestFrontDoorSet,
  minimalFrontDoorSet,
} from '../../causal/frontdoor.js';
import type { IndexedGraph } from '../../causal/indexed.js';
import { succeed } from '../../syntax/diagnostic.js';
import { type DefineCommand, example, UsageError } from '../command.js';
import { answerGraph } from '../graph_input.js';
import { addMost, addPair, nodesIn, pairPlaces, type SetOptions, setsAnswer } from '../set_command.js';

type FrontDoorOptions = SetOptions & { readonly minimal?: boolean; readonly maximal?: boolean };

/** `whatif frontdoor FILE x y`: sets of mediators that an effect can be found by. */
export const frontdoor: DefineCommand = (command, context) => {
  addMost(addPair(command, true), 'sets')
    .option('--minimal', 'one set of which nothing can be left out')
    .option('--maximal', 'the greatest set')
    .addHelpText('after', example('whatif frontdoor examples/gps.scm gps memory'))
    .action((file: string, exposure: string, outcome: string, options: FrontDoorOptions) =>
      context.run(() => {
        if (options.minimal === true && options.maximal === true)
          throw new UsageError('choose one of --minimal and --maximal');
        return answerGraph(file, options, context, `${exposure} ${outcome}`, (graph) => {
          const named = nodesIn(graph, pairPlaces(exposure, outcome));
          if (!named.ok) return named;
          const [x, y] = named.value;
          const question = { x: x!, y: y!, must: new Set<number>(), mustNot: new Set<number>() };
          return succeed(setsAnswer(graph, setsFor(graph, question, options), options.most, 'no front-door set'));
        });
      }),
    );
};

function setsFor(
  graph: IndexedGraph,
  question: FrontDoorQuestion,
  { minimal, maximal }: FrontDoorOptions,
): Iterable<ReadonlySet<number>> {
  if (minimal !== true && maximal !== true) return frontDoorSets(graph, question);
  const set = minimal === true ? minimalFrontDoorSet(graph, question) : greatestFrontDoorSet(graph, question);
  return set === null ? [] : [set];
}
