import { namesOf } from '../../causal/indexed.js';
import { instruments as instrumentsFor } from '../../causal/instruments.js';
import { succeed } from '../../syntax/diagnostic.js';
import { type DefineCommand, example } from '../command.js';
import { answerGraph, firstOf } from '../graph_input.js';
import { addMost, addPair, linesText, nodesIn, pairPlaces, type SetOptions } from '../set_command.js';

type InstrumentOptions = SetOptions & { readonly direct?: boolean };

/** `whatif instruments FILE x y`: instruments, with what to condition on. */
export const instruments: DefineCommand = (command, context) => {
  addMost(addPair(command, false), 'instruments')
    .option('--direct', 'for the direct effect, not the total one')
    .addHelpText('after', example('whatif instruments college.dagitty schooling wage'))
    .action((file: string, exposure: string, outcome: string, options: InstrumentOptions) =>
      context.run(() =>
        answerGraph(file, options, context, `${exposure} ${outcome}`, (graph) => {
          const [x, y] = [exposure, outcome].map((name) => JSON.stringify(name));
          const named = nodesIn(graph, pairPlaces(x!, y!));
          if (!named.ok) return named;
          const [from, to] = named.value.map((set) => [...set][0]!);
          const effect = options.direct === true ? 'direct' : 'total';
          const { items, complete } = firstOf(instrumentsFor(graph, from!, to!, effect), options.most);
          const found = items.map(({ instrument, given }) => ({
            instrument: graph.nodes[instrument]!.name,
            given: namesOf(graph, given),
          }));
          const lines = found.map(({ instrument, given }) =>
            given.length === 0 ? instrument : `${instrument} given ${given.join(', ')}`,
          );
          return succeed({
            json: { instruments: found },
            text: linesText(lines, 'no instrument', complete, options.most),
          });
        }),
      ),
    );
};
