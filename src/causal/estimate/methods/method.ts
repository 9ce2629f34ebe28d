/** The contract of methods of estimation: what stands behind `by`. */
import { identification } from '../../identify/strategy.js';
import type { IndexedGraph } from '../../indexed.js';
import type { Estimator } from '../units.js';

/** An effect that is asked of data. All names are observed nodes of the graph, exposure and outcome are two of them. */
export type EffectQuestion = {
  /** The graph that the units come from, acyclic: without the edges into what an experiment has set. */
  readonly graph: IndexedGraph;
  readonly exposure: string;
  readonly outcome: string;
  /** Nodes by which the units asked about are chosen; none is an effect of the exposure. */
  readonly group: readonly string[];
  /** Those of them that have one value in the group. */
  readonly held: readonly string[];
  /** Nodes on which all units were selected. */
  readonly selected: ReadonlySet<number>;
  /** The names of the columns. */
  readonly measured: ReadonlySet<string>;
};

/**
 * What an option takes: nodes of the graph (one, or an array), a node, a column of the data, a data set, one of some words, a number, a value as it stands
 * in a column, a whole number from 1, or `bootstrap(1000)`.
 */
export type OptionShape = (
  | { readonly kind: 'nodes' | 'node' | 'column' | 'count' | 'resampling' | 'data' }
  | { readonly kind: 'number'; readonly positive: boolean }
  /** A value of the column that another option names. */
  | { readonly kind: 'value'; readonly of: string }
  | { readonly kind: 'words'; readonly words: readonly string[] }
) & {
  /** The option has a meaning only where another one is this word. */
  readonly only?: { readonly option: string; readonly word: string };
};

/** What was written in a method's parentheses. */
export type MethodArguments = {
  /** What stands there without a name. */
  readonly nodes: readonly string[];
  readonly options: ReadonlyMap<string, OptionValue>;
};

/** The value of an option: names of nodes or a word as texts, or a number. */
export type OptionValue = { readonly texts: readonly string[]; readonly number: number | null };

/** Options that every method has. */
const commonOptions: Readonly<Record<string, OptionShape>> = {
  errors: { kind: 'resampling' },
  refute: { kind: 'words', words: ['default', 'none'] },
  negative_outcome: { kind: 'column' },
  negative_exposure: { kind: 'column' },
};

/** How an effect is computed: which columns beside exposure and outcome, and what of them. */
export type Strategy = {
  /** As it could be written behind `by`: `backdoor(z)`. */
  readonly title: string;
  /** Columns that are adjusted for, and columns that the estimator reads for itself. */
  readonly covariates: readonly string[];
  readonly others: readonly string[];
  /** Whether rows outside of the group are read too, and the group handed over in `units.group`. */
  readonly wholeTable?: boolean;
  readonly estimator: Estimator;
  /** Whether the bootstrap tells its error: not where an estimate jumps with its units, as matches do. */
  readonly smooth: boolean;
  /** A column that says which rows belong together, so that they are resampled together. */
  readonly clusters?: string;
  /** What the method rests on; `other` where it is left out. */
  readonly design?: Design;
  /** How many times as much as one linear regression an estimate takes, about. */
  readonly cost?: number;
};

/**
 * What an estimate rests on, which says what refutes it: units alike but for their exposure, mediators, instruments that stand in `others`, or something else.
 */
export type Design = 'adjustment' | 'front door' | 'instruments' | 'other';

/** A strategy, or why there is none: `unidentified` where the graph forbids the effect altogether. At the method's arguments, or at the question. */
export type Planned =
  | { readonly ok: true; readonly strategy: Strategy }
  | {
      readonly ok: false;
      readonly unidentified: boolean;
      readonly message: string;
      readonly at: 'method' | 'question';
    };

/** What may be written behind `by`. */
export type MethodShape = {
  /** Whether nodes may stand in the parentheses without a name. */
  readonly takesNodes: boolean;
  readonly options: Readonly<Record<string, OptionShape>>;
  /** Options without which there is no estimate. */
  readonly required?: readonly string[];
  /** False where the answer is no estimate, so that the common options have no meaning. */
  readonly estimates?: false;
};

/** The options of a method, with those that every estimate has. */
export const optionsOf = ({ options, estimates }: MethodShape): Readonly<Record<string, OptionShape>> =>
  estimates === false ? options : { ...options, ...commonOptions };

/** A method of estimation. */
export type EstimationMethod = MethodShape & {
  /** Chooses columns and estimator, and holds what was named against the graph. */
  readonly plan: (question: EffectQuestion, asked: MethodArguments) => Planned;
};

export const planned = (strategy: Strategy): Planned => ({ ok: true, strategy });

/** What was named does not fit the graph. */
export const unsuitable = (message: string): Planned => ({ ok: false, unidentified: false, message, at: 'method' });

/** The nodes of a question as numbers. */
type Places = {
  readonly x: ReadonlySet<number>;
  readonly y: ReadonlySet<number>;
  readonly group: ReadonlySet<number>;
  /** Nodes without a column. */
  readonly unmeasured: ReadonlySet<number>;
};

/** Numbers of nodes that are known to be in the graph. */
export const placesOf = ({ indexOf }: IndexedGraph, names: readonly string[]): Set<number> =>
  new Set(
    names.map((name) => {
      const index = indexOf.get(name);
      if (index === undefined) throw new Error(`estimate: no node '${name}'`);
      return index;
    }),
  );

export const placesIn = ({ graph, exposure, outcome, group, measured }: EffectQuestion): Places => ({
  x: placesOf(graph, [exposure]),
  y: placesOf(graph, [outcome]),
  group: placesOf(graph, group),
  unmeasured: new Set(graph.nodes.flatMap(({ name, latent }, v) => (measured.has(name) && !latent ? [] : [v]))),
});

/** The columns that an option names; empty where it is left out. */
export const namedBy = ({ options }: MethodArguments, option: string): readonly string[] =>
  options.get(option)?.texts ?? [];

/** That the method finds no way from these columns to the effect, with the hedge where nothing else does either. */
export function noWay({ graph, exposure, outcome, group, selected }: EffectQuestion): Planned {
  if (selected.size > 0)
    return {
      ok: false,
      unidentified: false,
      message:
        'No columns of these data make exposed and others alike among the selected units: the outcome hangs on how they were selected, or is confounded.',
      at: 'question',
    };
  const found = identification(graph, {
    outcome: [outcome],
    action: [exposure],
    given: group,
    experiments: [],
  });
  const why = found.identifiable
    ? 'it is identified, but not by columns of these data and one of these arguments'
    : `it is not identified; ${found.hedge ?? ''}`;
  return {
    ok: false,
    unidentified: !found.identifiable,
    message: `The effect cannot be estimated this way: ${why}.`,
    at: 'question',
  };
}
