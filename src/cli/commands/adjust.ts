import { InvalidArgumentError } from 'commander';
import { type AdjustmentQuestion, optimalAdjustmentSet } from '../../causal/adjustment.js';
import { adjustmentSetsOfClass, isAdjustmentSetOfClass } from '../../causal/class/adjustment.js';
import type { GraphClass } from '../../causal/class/members.js';
import { namesOf } from '../../causal/indexed.js';
import { fail, succeed } from '../../syntax/diagnostic.js';
import { type DefineCommand, example, UsageError } from '../command.js';
import {
  addGraphOptions,
  answerClass,
  circleIn,
  firstOf,
  type GraphQuestionOptions,
  namesOfArgument,
  nodesNamed,
  overlapIn,
  refusedFor,
  setsText,
} from '../graph_input.js';

type AdjustOptions = GraphQuestionOptions & {
  readonly minimal?: boolean;
  readonly all?: boolean;
  readonly optimal?: boolean;
  readonly direct?: boolean;
  readonly must?: string;
  readonly mustNot?: string;
  readonly selected?: string;
  readonly most: number;
};

/** `whatif adjust FILE x y`: sets of variables to adjust for. */
export const adjust: DefineCommand = (command, context) => {
  addGraphOptions(command)
    .argument('<exposure>', 'node that would be acted on; several with commas between them')
    .argument('<outcome>', 'node whose change is asked for; several with commas between them')
    .option('--minimal', 'sets of which nothing can be left out (this is the default)')
    .option('--all', 'every set')
    .option('--optimal', 'the set whose estimate varies least')
    .option('--direct', 'for the direct effect, not the total one')
    .option('--must <nodes>', 'nodes that every set contains, with commas between them')
    .option('--must-not <nodes>', 'nodes that no set contains, with commas between them')
    .option('--selected <nodes>', 'nodes on which the units were selected, with commas between them')
    .option('--most <n>', 'how many sets to list', whole, 1000)
    .addHelpText(
      'after',
      example('whatif adjust smoking.dagitty smoking cancer', 'whatif adjust model.scm x y --all --json'),
    )
    .action((file: string, exposure: string, outcome: string, options: AdjustOptions) =>
      context.run(() => {
        if ([options.minimal, options.all, options.optimal].filter(Boolean).length > 1)
          throw new UsageError('choose one of --minimal, --all and --optimal');
        return answerClass(file, options, context, (graphs) => {
          const graph = graphs.first;
          const asked = [exposure, outcome, options.must, options.mustNot, options.selected].filter(Boolean).join(' ');
          const sets = [exposure, outcome, options.must ?? '', options.mustNot ?? '', options.selected ?? ''];
          const [x, y, must, mustNot, selected] = sets.map((names, k) =>
            nodesNamed(graph, namesOfArgument(graph, names), asked, k === 2),
          );
          if (!x!.ok) return x!;
          if (!y!.ok) return y!;
          if (!must!.ok) return must!;
          if (!mustNot!.ok) return mustNot!;
          if (!selected!.ok) return selected!;
          const problem = circleIn(graph, asked) ?? overlapIn(graph, asked, x!.value, y!.value, must!.value);
          if (problem !== null) return fail(problem);
          if (graphs.partly !== null && (options.direct === true || selected!.value.size > 0)) {
            const message =
              'direct effects and selection are asked about in one graph, and here edges have no direction';
            return fail(refusedFor(file, 'E0672', message));
          }
          const question: AdjustmentQuestion = {
            x: x!.value,
            y: y!.value,
            effect: options.direct === true ? 'direct' : 'total',
            must: must!.value,
            mustNot: mustNot!.value,
            selected: selected!.value,
          };
          const { items, complete } = firstOf(setsFor(graphs, question, options), options.most);
          const named = items.map((set) => namesOf(graph, set));
          const none =
            options.optimal === true
              ? 'no optimal set: that of the graph is no adjustment set, or holds nodes that none may; see --minimal'
              : 'no set: adjusting cannot give this effect';
          const more = complete ? '' : `\n… and more; --most ${options.most * 10} lists them`;
          return succeed({
            json: { sets: named.length === 0 ? null : named, complete },
            text: `${setsText(named, none)}${more}`,
          });
        });
      }),
    );
};

function setsFor(
  graphs: GraphClass,
  question: AdjustmentQuestion,
  { all, optimal }: AdjustOptions,
): Iterable<ReadonlySet<number>> {
  if (optimal !== true) return adjustmentSetsOfClass(graphs, question, all === true ? 'all' : 'minimal');
  const set = optimalAdjustmentSet(graphs.first, question);
  return set === null || !isAdjustmentSetOfClass(graphs, question, set) ? [] : [set];
}

/** A whole number of at least 1. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Write a whole number of at least 1.');
  return value;
}
