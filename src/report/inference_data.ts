/**
 * Draws as the InferenceData of ArviZ: groups of variables with named dimensions (schema of ArviZ, version 0.x: posterior,
 * posterior_predictive, prior_predictive, sample_stats, observed_data, constant_data). What is made here is plain data; writers put it into files.
 */
import { version } from '../version.js';
import { type DrawsColumn, type DrawsTable, isEven, isPrediction } from './draws.js';

/** An array with a name for each dimension, last index fastest. */
export type Variable = {
  readonly name: string;
  readonly kind: 'real' | 'int' | 'bool';
  readonly dims: readonly string[];
  readonly values: Float64Array;
  readonly attributes: Readonly<Record<string, string>>;
};

/** A group: its dimensions with their lengths, whose coordinates count from 0, and its variables. */
export type Group = {
  readonly name: string;
  readonly dims: ReadonlyMap<string, number>;
  readonly variables: readonly Variable[];
  readonly attributes: Readonly<Record<string, string | number>>;
};

/** A column of a data set. */
export type Observed = {
  readonly table: string;
  readonly column: string;
  readonly kind: 'real' | 'int' | 'bool';
  readonly values: Float64Array;
};

/** What a question was told that a node was. */
export type Seen = {
  /** The node as a question names it: what its predictions are called too. */
  readonly name: string;
  readonly kind: 'real' | 'int' | 'bool';
  /** Last index fastest; empty for a scalar. */
  readonly shape: readonly number[];
  readonly values: Float64Array;
  /** The name of its dimension; null: those that predictions of the node have. */
  readonly dim: string | null;
  /** The column that it was read from; null where it was none. */
  readonly column: { readonly table: string; readonly column: string } | null;
};

/** What draws hang on. Draws of two questions are of one distribution where `world` and `known` agree. */
export type Conditions = {
  /** The model, its arguments and what is done in it. */
  readonly world: string;
  /** What is known, in the order of the alphabet. */
  readonly known: readonly string[];
  /** Whether anything is: by the question, or by observations of the model. */
  readonly conditioned: boolean;
  readonly seen: readonly Seen[];
};

/** The draws of a question with what they hang on; null where that is not known, and nothing may stand beside them. */
export type AskedDraws = { readonly table: DrawsTable; readonly conditions: Conditions | null };

type Groups = ReadonlyMap<string, readonly AskedDraws[]>;

/**
 * The groups of draws in the file of a question: its own, and the predictions beside it that are told the same of the same model, or nothing
 * where that makes them draws of the prior. All of a group must have the same dimensions; those that do not fit are for a file of their own.
 */
export function groupsOfDraws(own: AskedDraws, others: readonly AskedDraws[]): Groups {
  const predictive = ({ conditions }: AskedDraws): string =>
    conditions?.conditioned === false ? 'prior_predictive' : 'posterior_predictive';
  if (isPrediction(own.table)) return new Map([[predictive(own), [own]]]);
  const groups = new Map<string, AskedDraws[]>([['posterior', [own]]]);
  for (const other of others) {
    if (!isPrediction(other.table) || other.conditions === null || own.conditions === null) continue;
    if (other.conditions.world !== own.conditions.world) continue;
    const same = String(other.conditions.known) === String(own.conditions.known);
    const group = same ? 'posterior_predictive' : predictive(other);
    if (!same && group !== 'prior_predictive') continue;
    const there = groups.get(group) ?? [];
    if (there.every((one) => fits(one.table, other.table))) groups.set(group, [...there, other]);
  }
  return groups;
}

/** Whether draws can stand in one group: as many of them, and no variable of both. */
function fits(one: DrawsTable, other: DrawsTable): boolean {
  const [a, b] = [chosenDraws(one), chosenDraws(other)];
  const bases = new Set(one.columns.map(({ name }) => baseOf(name)));
  return a.chains === b.chains && a.draws === b.draws && !other.columns.some(({ name }) => bases.has(baseOf(name)));
}

/**
 * The groups for the draws of one question, with those of predictions beside it. Draws of unequal weight are made equal by systematic
 * resampling (Kitagawa 1996) to as many as their effective sample size says, since ArviZ knows no weights.
 *
 * @param data the columns of the program's data sets: those that say what a node was are observed, the others are constant
 */
export function inferenceData(
  own: AskedDraws,
  others: readonly AskedDraws[],
  data: readonly Observed[],
  createdAt: string,
): readonly Group[] {
  const attributesOf = (asked: readonly AskedDraws[]): Group['attributes'] => ({
    created_at: createdAt,
    creation_library: 'whatif',
    creation_library_version: version,
    creation_library_language: 'TypeScript',
    inference_library: 'whatif',
    inference_library_version: version,
    sample_dims: 'chain, draw',
    sampling_time: asked.reduce((sum, { table }) => sum + table.answer.seconds, 0),
    query: asked.map(({ table }) => table.answer.text).join('; '),
    method: [...new Set(asked.map(({ table }) => table.answer.method ?? ''))].join('; '),
    seed: own.table.seed,
  });
  const groups: Group[] = [];
  for (const [name, members] of groupsOfDraws(own, others)) {
    const dims = new Map<string, number>();
    const variables = members.flatMap(({ table }) => {
      const chosen = chosenDraws(table);
      dims.set('chain', chosen.chains).set('draw', chosen.draws);
      return variablesOf(table.columns, chosen, dims);
    });
    if (variables.length > 0) groups.push({ name, dims, variables, attributes: attributesOf(members) });
  }
  const attributes = attributesOf([own]);
  const seen = own.conditions?.seen ?? [];
  for (const group of [statistics(own.table, chosenDraws(own.table)), observedData(seen), constantData(data, seen)])
    if (group.variables.length > 0) groups.push({ ...group, attributes });
  return groups;
}

/** Which draws stand in the file: `positions` go through all chains, one after another. */
type Chosen = { readonly chains: number; readonly draws: number; readonly positions: Int32Array };

function chosenDraws(table: DrawsTable): Chosen {
  const { weights, starts } = table;
  if (!isEven(table)) {
    const positions = resampled(weights);
    return { chains: 1, draws: positions.length, positions };
  }
  // All chains have to be of one length: of the shortest.
  const lengths = Array.from(starts, (start, k) => (starts[k + 1] ?? weights.length) - start);
  const draws = Math.min(...lengths);
  const positions = Int32Array.from({ length: draws * starts.length }, (_, i) => {
    const chain = Math.floor(i / draws);
    return (starts[chain] ?? 0) + (lengths[chain] ?? 0) - draws + (i % draws);
  });
  return { chains: starts.length, draws, positions };
}

/** As many positions as the effective sample size, drawn in proportion to the weights with one point in the middle of each stratum. */
function resampled(weights: Float64Array): Int32Array {
  const size = Math.max(1, Math.round(1 / weights.reduce((sum, w) => sum + w * w, 0)));
  const positions = new Int32Array(size);
  let position = 0;
  let reached = weights[0] ?? 1;
  for (let i = 0; i < size; i++) {
    while (reached < (i + 0.5) / size && position + 1 < weights.length) {
      position += 1;
      reached += weights[position]!;
    }
    positions[i] = position;
  }
  return positions;
}

/** What a column is a part of, or is itself. */
const baseOf = (name: string): string => /^(.*?)(?:\[\d+\])+$/.exec(name)?.[1] ?? name;

/** Columns `theta[0]`, `theta[1]`, … as one variable with a dimension of its own, where they fill a box; all others by themselves. */
function variablesOf(columns: readonly DrawsColumn[], chosen: Chosen, dims: Map<string, number>): readonly Variable[] {
  const families = new Map<string, DrawsColumn[]>();
  for (const column of columns) {
    const base = baseOf(column.name);
    families.set(base, [...(families.get(base) ?? []), column]);
  }
  return [...families].flatMap(([base, members]) => {
    const box = boxOf(members);
    if (box === null) return members.map((column) => variable(column.name, [column], [], chosen, dims));
    return [variable(base, members, box, chosen, dims)];
  });
}

/** The lengths of the box that the indices of the columns fill in order; empty for a scalar, null where there is none. */
function boxOf(members: readonly DrawsColumn[]): readonly number[] | null {
  const indices = members.map(({ name }) => [...name.matchAll(/\[(\d+)\]/g)].map((found) => Number(found[1])));
  const rank = indices[0]?.length ?? 0;
  const kind = members[0]?.type.kind;
  if (members.some(({ type }, k) => type.kind !== kind || indices[k]?.length !== rank)) return null;
  const lengths = Array.from({ length: rank }, (_, d) => 1 + Math.max(...indices.map((index) => index[d] ?? 0)));
  const inOrder = indices.every((index, k) => index.reduce((place, i, d) => place * (lengths[d] ?? 1) + i, 0) === k);
  return inOrder && lengths.reduce((a, b) => a * b, 1) === members.length ? lengths : null;
}

function variable(
  name: string,
  members: readonly DrawsColumn[],
  box: readonly number[],
  { positions }: Chosen,
  dims: Map<string, number>,
): Variable {
  const plain = plainName(name);
  const own = box.map((length, d) => {
    const dim = `${plain}_dim_${d}`;
    dims.set(dim, length);
    return dim;
  });
  const values = new Float64Array(positions.length * members.length);
  positions.forEach((position, i) => {
    members.forEach((member, k) => {
      values[i * members.length + k] = member.values[position]!;
    });
  });
  const type = members[0]?.type ?? { kind: 'real' };
  const kind = storable(type.kind === 'real' || type.kind === 'bool' ? type.kind : 'int', values);
  const attributes: Record<string, string> = type.kind === 'enum' ? { labels: type.members.join(', ') } : {};
  return { name: plain, kind, dims: ['chain', 'draw', ...own], values, attributes };
}

/** A slash divides groups in these files. */
const plainName = (name: string): string => name.replaceAll('/', '÷');

/**
 * How often the method accepts, in the form of ArviZ: of each draw. Weights are not among it: all draws of a file count alike, and those that
 * were resampled had others.
 */
function statistics(table: DrawsTable, { chains, draws }: Chosen): Omit<Group, 'attributes'> {
  const { acceptance } = table.answer.diagnostics;
  const dims = new Map([
    ['chain', chains],
    ['draw', draws],
  ]);
  const rate = (values: number): Variable => ({
    name: 'acceptance_rate',
    kind: 'real',
    dims: [...dims.keys()],
    values: new Float64Array(chains * draws).fill(values),
    attributes: {},
  });
  return { name: 'sample_stats', dims, variables: acceptance === null ? [] : [rate(acceptance)] };
}

/** What nodes were, by the names that they have among the predictions: ArviZ compares those of the same name. */
function observedData(seen: readonly Seen[]): Omit<Group, 'attributes'> {
  const dims = new Map<string, number>();
  const variables = new Map<string, Variable>();
  for (const { name, kind, shape, values, dim, column } of seen) {
    const plain = plainName(name);
    const taken = variables.has(plain) && column !== null;
    const own = shape.map((length, d) => {
      const chosen = plainName(dim ?? `${plain}_dim_${d}`);
      dims.set(chosen, length);
      return chosen;
    });
    const called = taken ? plainName(`${column.table}.${column.column}`) : plain;
    variables.set(called, { name: called, kind: storable(kind, values), dims: own, values, attributes: {} });
  }
  return { name: 'observed_data', dims, variables: [...variables.values()] };
}

/** The columns that say of no node what it was. */
function constantData(data: readonly Observed[], seen: readonly Seen[]): Omit<Group, 'attributes'> {
  const dims = new Map<string, number>();
  const used = new Set(seen.map(({ column }) => (column === null ? '' : `${column.table}.${column.column}`)));
  const others = data.filter(({ table, column }) => !used.has(`${table}.${column}`));
  const variables = others.map(({ table, column, kind, values }): Variable => {
    const dim = `${plainName(table)}_row`;
    dims.set(dim, values.length);
    const name = plainName(`${table}.${column}`);
    return { name, kind: storable(kind, values), dims: [dim], values, attributes: {} };
  });
  return { name: 'constant_data', dims, variables };
}

/** Integers and truth values have no place for what is missing. */
const storable = (kind: Variable['kind'], values: Float64Array): Variable['kind'] =>
  values.every(Number.isSafeInteger) ? kind : 'real';
