import { namesOf } from '../../indexed.js';
import { areInstruments, instruments } from '../../instruments.js';
import { instrumentEstimators, twoStage } from '../instruments.js';
import { columnOf } from '../units.js';
import {
  type EstimationMethod,
  type MethodArguments,
  namedBy,
  type Planned,
  placesIn,
  placesOf,
  planned,
  unsuitable,
} from './method.js';

function using(tools: readonly string[], given: readonly string[], asked: MethodArguments): Planned {
  const [name = 'two_stage'] = namedBy(asked, 'estimator');
  const estimate = instrumentEstimators[name] ?? twoStage;
  return planned({
    title: `iv(${tools.join(', ')})`,
    covariates: given,
    others: tools,
    smooth: true,
    design: 'instruments',
    cost: 4,
    estimator: (units) =>
      estimate(
        units,
        tools.map((tool) => columnOf(units, tool)),
      ),
  });
}

/** Uses instruments of a linear model: those that are named, held against the graph, or the first that it has among the columns. */
export const iv: EstimationMethod = {
  takesNodes: true,
  options: { given: { kind: 'nodes' }, estimator: { kind: 'words', words: Object.keys(instrumentEstimators) } },
  plan: (question, asked) => {
    const { graph, group, selected } = question;
    if (selected.size > 0) return unsuitable('Of selected units only effects by adjustment are known: by backdoor().');
    const { x, y, group: within, unmeasured } = placesIn(question);
    const [from, to] = [[...x][0]!, [...y][0]!];
    const fits = (tools: ReadonlySet<number>, given: ReadonlySet<number>): boolean =>
      areInstruments(graph, from, to, 'total', tools, given);
    const found = [...instruments(graph, from, to, 'total')]
      .map(({ instrument, given }) => ({ instrument, given: new Set([...given, ...within]) }))
      .filter(({ instrument, given }) => !unmeasured.has(instrument) && [...given].every((v) => !unmeasured.has(v)))
      .filter(({ instrument, given }) => within.size === 0 || fits(new Set([instrument]), given));
    if (asked.nodes.length === 0) {
      const [tool] = found;
      return tool === undefined
        ? unsuitable('The graph has no instrument among the columns of these data.')
        : using(namesOf(graph, [tool.instrument]), namesOf(graph, tool.given), asked);
    }
    const tools = placesOf(graph, asked.nodes);
    const named = namedBy(asked, 'given');
    if (named.length > 0) {
      const given = [...new Set([...named, ...group])];
      return fits(tools, placesOf(graph, given))
        ? using(asked.nodes, given, asked)
        : unsuitable(`Given ${given.join(', ')} the graph allows no such instrument.`);
    }
    for (const name of asked.nodes)
      if (!found.some(({ instrument }) => instrument === graph.indexOf.get(name)))
        return unsuitable(`\`${name}\` is no instrument for this effect, whatever is conditioned on.`);
    const needed = found.find((tool) => tools.has(tool.instrument) && fits(tools, tool.given))?.given;
    return needed === undefined
      ? unsuitable('No one set makes all of these variables instruments; name it with given = […].')
      : using(asked.nodes, namesOf(graph, needed), asked);
  },
};
