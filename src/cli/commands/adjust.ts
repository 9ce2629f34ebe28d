import {
  type AdjustmentQuestion,
  maximalAdjustmentSet,
  optimalAdjustmentSet,
  optimalMinimalAdjustmentSet,
} from '../../causal/adjustment.js';
import { adjustmentClass, adjustmentSetsOfClass, isAdjustmentSetOfClass } from '../../causal/class/adjustment.js';
import { type GraphClass, isTooLarge, mostMembers } from '../../causal/class/members.js';
import { fail, succeed } from '../../syntax/diagnostic.js';
import { type DefineCommand, example, UsageError } from '../command.js';
import { answerClass, refusedFor } from '../graph_input.js';
import { addMost, addPair, nodesIn, pairPlaces, type SetOptions, setsAnswer } from '../set_command.js';

type AdjustOptions = SetOptions & {
  readonly minimal?: boolean;
  readonly all?: boolean;
  readonly maximal?: boolean;
  readonly optimal?: boolean;
  readonly direct?: boolean;
  readonly must?: string;
  readonly mustNot?: string;
  readonly selected?: string;
};

/** `whatif adjust FILE x y`: sets of variables to adjust for. */
export const adjust: DefineCommand = (command, context) => {
  addMost(addPair(command, true), 'sets')
    .option('--minimal', 'sets of which nothing can be left out (this is the default)')
    .option('--all', 'every set')
    .option('--maximal', 'a set to which nothing can be added')
    .option(
      '--optimal',
      'the set whose estimate varies least; with --minimal, of those of which nothing can be left out',
    )
    .option('--direct', 'for the direct effect, not the total one')
    .option('--must <nodes>', 'nodes that every set contains, with commas between them')
    .option('--must-not <nodes>', 'nodes that no set contains, with commas between them')
    .option('--selected <nodes>', 'nodes on which the units were selected, with commas between them')
    .addHelpText(
      'after',
      example('whatif adjust smoking.dagitty smoking cancer', 'whatif adjust model.scm x y --all --json'),
    )
    .action((file: string, exposure: string, outcome: string, options: AdjustOptions) =>
      context.run(() => {
        const chosen = [options.minimal === true || options.optimal === true, options.all, options.maximal];
        if (chosen.filter(Boolean).length > 1)
          throw new UsageError('choose one of --minimal, --all, --maximal and --optimal');
        const places = [
          ...pairPlaces(exposure, outcome),
          { text: options.must ?? '', observed: true, apart: true },
          { text: options.mustNot ?? '', observed: false, apart: false },
          { text: options.selected ?? '', observed: false, apart: false },
        ];
        return answerClass(file, options, context, places.map(({ text }) => text).join(' '), (graphs) => {
          const named = nodesIn(graphs.first, places);
          if (!named.ok) return named;
          const [x, y, must, mustNot, selected] = named.value;
          if (graphs.partly !== null && (options.direct === true || selected!.size > 0)) {
            const message =
              'direct effects and selection are asked about in one graph, and here edges have no direction';
            return fail(refusedFor(file, 'E0672', message));
          }
          if (
            graphs.partly !== null &&
            (options.maximal === true || (options.optimal === true && options.minimal === true))
          ) {
            const message = 'this set is asked for in one graph, and here edges have no direction';
            return fail(refusedFor(file, 'E0672', message));
          }
          const question: AdjustmentQuestion = {
            x: x!,
            y: y!,
            effect: options.direct === true ? 'direct' : 'total',
            must: must!,
            mustNot: mustNot!,
            selected: selected!,
          };
          if (isTooLarge(adjustmentClass(graphs, question)))
            return fail(refusedFor(file, 'E0673', `the graph stands for more than ${mostMembers} graphs`));
          const none =
            options.optimal === true
              ? 'no optimal set: that of the graph is no adjustment set, or holds nodes that none may; see --minimal'
              : 'no set: adjusting cannot give this effect';
          return succeed(setsAnswer(graphs.first, setsFor(graphs, question, options), options.most, none));
        });
      }),
    );
};

function setsFor(
  graphs: GraphClass,
  question: AdjustmentQuestion,
  { all, maximal, minimal, optimal }: AdjustOptions,
): Iterable<ReadonlySet<number>> {
  const alone = (set: ReadonlySet<number> | null): Iterable<ReadonlySet<number>> => (set === null ? [] : [set]);
  if (maximal === true) return alone(maximalAdjustmentSet(graphs.first, question));
  if (optimal !== true) return adjustmentSetsOfClass(graphs, question, all === true ? 'all' : 'minimal');
  if (minimal === true) return alone(optimalMinimalAdjustmentSet(graphs.first, question));
  const set = optimalAdjustmentSet(graphs.first, question);
  return alone(set !== null && isAdjustmentSetOfClass(graphs, question, set) ? set : null);
}
