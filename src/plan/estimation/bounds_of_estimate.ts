import type { Knowledge } from '../../causal/bounds/bounds.js';
import { boundsFromData, type DataBounds, type DiscreteColumn } from '../../causal/bounds/from_data.js';
import { manskiBounds } from '../../causal/bounds/manski.js';
import type { MethodArguments } from '../../causal/estimate/methods/method.js';
import type { IndexedGraph } from '../../causal/indexed.js';
import { descendants } from '../../causal/reach.js';
import { topologicalOrder } from '../../causal/structure.js';
import type { Column, Table } from '../../data/table.js';
import type { Bounds } from '../../report/answer.js';
import { derivedKey, type Key } from '../../runtime/random/seed.js';
import { type NoiseSource, noiseSource, particleState } from '../../runtime/random/source.js';
import type { Expr } from '../../syntax/tree.js';
import { codeOf, unitsOf } from './columns.js';
import { contrastOf } from './contrast.js';
import { type ExperimentCounts, experimentCounts, experimentKnowledge } from './experiment.js';
import type { EstimateExpr } from './prepare.js';
import { isProblem, refuse, type TextOf } from './problem.js';
import { type Numbering, quantityOf } from './quantity.js';

/** Bounds with what has to be said of them. */
export type FoundBounds = {
  readonly bounds: Bounds;
  /** The share of units that would have to be others before the graph allows the data. */
  readonly gap: number;
  /** Units, and those that lack a value. */
  readonly rows: number;
  readonly left: number;
};

/** A question about bounds: without any argument that would make the answer a number. */
type BoundsQuestion = {
  readonly expression: EstimateExpr;
  readonly table: Table;
  /** Rows of an experiment on the exposure, where there is one. */
  readonly experiment: Table | null;
  readonly asked: MethodArguments;
  readonly textOf: TextOf;
};

/** Values that a column of numbers may have to count as discrete. */
const mostValues = 8;

/** The index under which the noise of resamples is derived from the key of a run. */
const boundsNoise = 0x626e6473;

/**
 * Bounds of what is asked, from the rows. Where all that is named has few values by linear programs over response types; where the outcome is a quantity
 * from its range alone, and what is assumed of response and selection; both where both apply, each end the better of the two.
 */
export function boundsOfEstimate(graph: IndexedGraph, question: BoundsQuestion, key: Key): FoundBounds {
  const { expression, table, asked } = question;
  const { form, data } = expression;
  if (topologicalOrder(graph) === null) return refuse('E0552', 'The graph has a circle of causes.', form.span);
  if (data.under !== null || data.selectedBy !== null)
    return refuse(
      'E0640',
      'Bounds are of what was observed among all: not of an experiment, not of selected units.',
      data.span,
    );
  if (data.weighted !== null && !table.columns.some(({ name }) => name === data.weighted?.text))
    return refuse('E0553', `The data have no column \`${data.weighted.text}\`.`, data.weighted.span);
  const programs = byPrograms(graph, question, key);
  const ranges = byRange(question);
  if (programs.ok && ranges !== null) return { ...programs, bounds: narrower(programs.bounds, ranges.bounds) };
  if (programs.ok) return programs;
  if (ranges !== null) return ranges;
  const range = programs.ranged && !asked.options.has('low') ? ' Say its range: bounds(low = 0, high = 10).' : '';
  return refuse('E0640', `There are no bounds: ${programs.reason}.${range}`, form.span);
}

type ByPrograms =
  | ({ readonly ok: true } & FoundBounds)
  /** `ranged`: the outcome is a quantity, of which a range might be known. */
  | { readonly ok: false; readonly reason: string; readonly ranged: boolean };

function byPrograms(
  graph: IndexedGraph,
  { expression, table, experiment, asked, textOf }: BoundsQuestion,
  key: Key,
): ByPrograms {
  const { form, data } = expression;
  const numbered = new Map<string, Numbered>();
  for (const column of table.columns) {
    const found = graph.indexOf.has(column.name) ? numberedColumn(column, textOf) : null;
    if (found !== null) numbered.set(column.name, found);
  }
  const continuous: string[] = [];
  const numberingOf = (name: string, at: Expr): Numbering => {
    if (!graph.indexOf.has(name)) return refuse('E0553', `\`${name}\` is no node of the graph.`, at.span);
    if (graph.nodes[graph.indexOf.get(name)!]!.latent)
      return refuse('E0553', `\`${name}\` is latent: nothing is known of it.`, at.span);
    const found = numbered.get(name);
    if (found !== undefined) return found;
    if (!table.columns.some((c) => c.name === name))
      return refuse('E0553', `The data have no column \`${name}\`.`, at.span);
    continuous.push(name);
    return { values: [0], numberOf: () => 0 };
  };
  const quantity = quantityOf(form, numberingOf, textOf);
  const [wide] = continuous;
  if (wide !== undefined) {
    const ranged = quantity.terms.every((t) =>
      t.events.every(({ variable, action }) => variable === wide && !(wide in action)),
    );
    return { ok: false, reason: `\`${wide}\` has many values`, ranged };
  }
  const events = [...quantity.terms.flatMap((t) => t.events), ...quantity.given];
  const { rows, left, columns } = completeRows(table, [...numbered.values()], data.weighted?.text ?? null);
  if (rows === 0) return { ok: false, reason: 'no row has all values', ranged: false };
  const response = directionOf(asked, 'response');
  const acted = new Set(events.flatMap(({ action }) => Object.keys(action)));
  const effects = new Set(
    quantity.terms.flatMap((t) => t.events.map((e) => e.variable)).filter((name) => !acted.has(name)),
  );
  const monotone =
    response === null
      ? []
      : [...acted].flatMap((cause) => [...effects].map((effect) => ({ cause, effect, direction: response })));
  // A response as a whole is spoken of, so that what lies between is left out.
  const between = response === null ? new Set<string>() : behind(graph, acted);
  const kept = columns.filter(({ name }) => acted.has(name) || effects.has(name) || !between.has(name));
  const counted =
    experiment === null ? [] : experimentsOn(experiment, acted, effects, numbered, data.weighted?.text ?? null);
  if (counted === null)
    return refuse('E0640', 'The experiment has no columns of the exposure and the outcome.', expression.method.span);
  const knowledge = (noise: NoiseSource | null): Partial<Knowledge> => ({
    monotone,
    experiments: counted.flatMap(({ cause, effect, counts }) => experimentKnowledge(counts, cause, effect, noise)),
  });
  const found = boundsFromData(graph, kept, rows, quantity, knowledge, noiseOf(key));
  if (!found.ok) return { ...found, ranged: false };
  const { low, high, lowSe, highSe, gap } = found;
  return {
    ok: true,
    bounds: { low, high, lowSe, highSe, how: howOf(found, response, counted.length > 0) },
    gap,
    rows,
    left,
  };
}

type Counted = { readonly cause: string; readonly effect: string; readonly counts: ExperimentCounts };

/** What an experiment says of each pair of cause and effect; null where it lacks a column. */
function experimentsOn(
  table: Table,
  causes: ReadonlySet<string>,
  effects: ReadonlySet<string>,
  numbered: ReadonlyMap<string, Numbered>,
  weighted: string | null,
): readonly Counted[] | null {
  const found: Counted[] = [];
  for (const cause of causes)
    for (const effect of effects) {
      const counts = experimentCounts(table, numbered.get(cause)!, numbered.get(effect)!, weighted);
      if (counts === null) return null;
      found.push({ cause, effect, counts });
    }
  return found;
}

/** The effects of some nodes. */
const behind = (graph: IndexedGraph, names: ReadonlySet<string>): Set<string> =>
  new Set(
    [
      ...descendants(
        graph,
        [...names].map((name) => graph.indexOf.get(name)!),
      ),
    ].map((v) => graph.nodes[v]!.name),
  );

type Found = Extract<DataBounds, { readonly ok: true }>;

function howOf({ types, sharp, hidden, resamples }: Found, response: 1 | -1 | null, experiment: boolean): string {
  const program = types === 0 ? 'a formula' : `linear programs over ${types} response types`;
  const assumed =
    response === null ? '' : `, the outcome ${response > 0 ? 'never lowered' : 'never raised'} by the exposure`;
  const tried = experiment ? ', with the experiment' : '';
  const without = hidden.length === 0 ? '' : `, without ${hidden.join(', ')}`;
  return `${program}${assumed}${tried}${without}${sharp ? '' : ', maybe wider than need be'}; errors by ${resamples} resamples`;
}

const noiseOf = (key: Key): ((resample: number) => NoiseSource) => {
  const own = derivedKey(key, boundsNoise);
  return (resample) => {
    const state = new Int32Array(4);
    particleState(own, resample, state);
    return noiseSource(state);
  };
};

function directionOf({ options }: MethodArguments, name: string): 1 | -1 | null {
  const word = options.get(name)?.texts[0];
  return word === undefined ? null : word === 'increasing' ? 1 : -1;
}

type Numbered = Numbering & { readonly column: Column; readonly size: number; readonly codes: Float64Array };

/** A column of bools, labels or few numbers, its values numbered; null for others. Missing values stay NaN. */
function numberedColumn(column: Column, textOf: TextOf): Numbered | null {
  const { type, values, name } = column;
  const code = (value: Expr): number => codeOf(value, column, textOf);
  if (type.kind === 'bool') return { column, size: 2, codes: values, values: [0, 1], numberOf: code };
  if (type.kind === 'enum') return { column, size: type.members.length, codes: values, values: null, numberOf: code };
  const distinct = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) distinct.add(value);
    if (distinct.size > mostValues) return null;
  }
  const sorted = [...distinct].sort((a, b) => a - b);
  const places = new Map(sorted.map((value, k) => [value, k]));
  return {
    column,
    size: sorted.length,
    codes: values.map((value) => places.get(value) ?? Number.NaN),
    values: sorted,
    numberOf: (value) =>
      places.get(code(value)) ?? refuse('E0553', `No row has this value of \`${name}\`.`, value.span),
  };
}

/** Rows that have all columns, each as often as it counts units. */
function completeRows(
  table: Table,
  numbered: readonly Numbered[],
  weighted: string | null,
): { readonly rows: number; readonly left: number; readonly columns: readonly DiscreteColumn[] } {
  const weights = table.columns.find(({ name }) => name === weighted)?.values;
  const kept: number[] = [];
  let left = 0;
  for (let r = 0; r < table.rows; r++) {
    const count = weights?.[r] ?? 1;
    if (numbered.some(({ codes }) => Number.isNaN(codes[r]!))) left += count;
    else for (let k = 0; k < count; k++) kept.push(r);
  }
  return {
    rows: kept.length,
    left,
    columns: numbered.map(({ column, size, codes }) => ({
      name: column.name,
      size,
      codes: Float64Array.from(kept, (r) => codes[r]!),
    })),
  };
}

/** Bounds of a contrast of means from the range of the outcome; null where no range is known or the question is another. */
function byRange({ expression, table, asked, textOf }: BoundsQuestion): FoundBounds | null {
  const { form, data } = expression;
  const number = (name: string): number | null => asked.options.get(name)?.number ?? null;
  const selection = directionOf(asked, 'selection');
  const response = directionOf(asked, 'response');
  try {
    const contrast = contrastOf(form, textOf);
    const { units, left } = unitsOf(table, contrast, { covariates: [], others: [] }, data.weighted, form.span, textOf);
    const binary = units.outcome.levels === 2;
    const [low, high] = [number('low') ?? (binary ? 0 : null), number('high') ?? (binary ? 1 : null)];
    if (low === null || high === null) return null;
    if (units.outcome.values.some((y) => y < low || y > high))
      return refuse(
        'E0640',
        `\`${contrast.outcome}\` leaves the range from ${low} to ${high}.`,
        expression.method.span,
      );
    const found = manskiBounds(units, { low, high, response, selection });
    if (found === null) return null;
    const assumed = [
      ...(response === null ? [] : ['monotone response']),
      ...(selection === null ? [] : ['monotone selection']),
    ];
    const how = assumed.length === 0 ? 'the range of the outcome alone' : assumed.join(' and ');
    return { bounds: { ...found, how }, gap: 0, rows: units.rows, left };
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.code === 'E0640') throw thrown;
    return null;
  }
}

/** Each end the better one; where they say the same, as the first says it. */
function narrower(a: Bounds, b: Bounds): Bounds {
  const lower = b.low > a.low + 1e-12 ? b : a;
  const upper = b.high < a.high - 1e-12 ? b : a;
  const how = lower === upper ? lower.how : `${a.how}; ${b.how}`;
  return { low: lower.low, high: upper.high, lowSe: lower.lowSe, highSe: upper.highSe, how };
}
