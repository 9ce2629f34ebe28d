import { acyclification, withoutCycleNodes } from '../../causal/acyclification.js';
import { namesOf } from '../../causal/indexed.js';
import { ancestorMarks } from '../../causal/reach.js';
import { openPath, separated } from '../../causal/separation.js';
import { markovBlanket, topologicalOrder, withoutLatents } from '../../causal/structure.js';
import { diagnose, fail, succeed } from '../../syntax/diagnostic.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import type { ExitCode } from '../exit_code.js';
import {
  addGraphOptions,
  answerClass,
  circleIn,
  type GraphQuestionOptions,
  namesIn,
  nodesNamed,
  overlapIn,
  splitOutsideQuotes,
} from '../graph_input.js';

/** `whatif separate FILE 'x, y | z'`: d-separation, with an open path if there is one. */
export const separate: DefineCommand = (command, context) => {
  addGraphOptions(command)
    .argument(
      '<question>',
      "two nodes or groups of nodes and what is given: 'x, y | z', 'a b, c | d e'; or one, for its Markov blanket",
    )
    .addHelpText('after', example("whatif separate examples/icecream.scm 'icecream, accidents | temperature'"))
    .action((file: string, asked: string, options: GraphQuestionOptions) =>
      context.run(() => {
        const [sides = '', given = '', ...others] = splitOutsideQuotes(asked, '|');
        const [left = '', right = '', ...more] = splitOutsideQuotes(sides, ',').map((side) => side.trim());
        if (others.length > 0 || more.length > 0 || left === '' || (right === '' && /[,|]/.test(asked)))
          throw new UsageError("write 'x, y | z': two nodes or groups with a comma between them, and what is given");
        if (right === '') return answerBlanket(file, asked, options, context);
        return answerClass(file, options, context, asked, ({ first: graph, partly }) => {
          const [x, y, z] = [namesIn(left), namesIn(right), namesIn(given)].map((names) =>
            nodesNamed(graph, names, asked),
          );
          if (!x!.ok) return x!;
          if (!y!.ok) return y!;
          if (!z!.ok) return z!;
          const overlap = overlapIn(graph, asked, x!.value, y!.value, z!.value);
          if (overlap !== null) return fail(overlap);
          const acyclic = topologicalOrder(graph) !== null;
          const whole = acyclic ? { graph, real: graph.count } : acyclification(graph);
          const walked = whole.graph;
          if (separated(walked, x!.value, y!.value, z!.value))
            return succeed({ json: { separated: true, openPath: null }, text: 'separated' });
          const open = openPath(walked, x!.value, y!.value, z!.value);
          if (open === null)
            return fail(
              diagnose(
                'E0553',
                'no open path was found',
                { name: '<question>', text: asked },
                { start: 0, end: asked.length },
              ),
            );
          const path = acyclic ? open : withoutCycleNodes(open, whole, ancestorMarks(walked, z!.value));
          // Graphs of a class have the same open paths; edges that point either way are shown without a direction.
          const sign = (k: number): string =>
            partly?.lines[path.nodes[k]!]?.has(path.nodes[k + 1]!) === true ? '--' : path.arrows[k]!;
          const words = path.nodes.flatMap((v, k) => [...(k > 0 ? [sign(k - 1)] : []), graph.nodes[v]!.name]);
          const where = acyclic ? '' : ' (in the graph whose circles are replaced by common causes)';
          return succeed({
            json: { separated: false, openPath: words },
            text: `connected: ${words.join(' ')}${where}`,
          });
        });
      }),
    );
};

/** The Markov blanket of observed nodes: the least set of observed nodes that separates them from all others. */
const answerBlanket = (
  file: string,
  asked: string,
  options: GraphQuestionOptions,
  context: Context,
): Promise<ExitCode> =>
  answerClass(file, options, context, asked, ({ first }) => {
    const named = nodesNamed(first, namesIn(asked), asked, true);
    if (!named.ok) return named;
    const circle = circleIn(first, asked);
    if (circle !== null) return fail(circle);
    const observed = withoutLatents(first);
    const own = new Set(namesOf(first, named.value).map((name) => observed.indexOf.get(name)!));
    const blanket = namesOf(observed, markovBlanket(observed, own));
    return succeed({
      json: { blanket },
      text:
        blanket.length === 0 ? 'separated from all others' : `separated from all others given ${blanket.join(', ')}`,
    });
  });
