/**
 * Draws as the InferenceData of ArviZ: groups of variables with named dimensions (schema of ArviZ, version 0.x: posterior,
 * posterior_predictive, sample_stats, observed_data). What is made here is plain data; writers put it into files.
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

/**
 * The groups for the draws of one question, with those of predictions beside it. Draws of unequal weight are made equal by systematic
 * resampling (Kitagawa 1996) to as many as their effective sample size says, since ArviZ knows no weights.
 */
export function inferenceData(
  table: DrawsTable,
  predictions: readonly DrawsTable[],
  observed: readonly Observed[],
  createdAt: string,
): readonly Group[] {
  const attributes = {
    created_at: createdAt,
    creation_library: 'whatif',
    creation_library_version: version,
    creation_library_language: 'TypeScript',
    inference_library: 'whatif',
    inference_library_version: version,
    sample_dims: 'chain, draw',
    sampling_time: table.answer.seconds,
    query: table.answer.text,
    method: table.answer.method ?? '',
    seed: table.seed,
  };
  const chosen = chosenDraws(table);
  const groups: Group[] = [];
  const ofDraws = (name: string, from: readonly DrawsTable[]): void => {
    const variables: Variable[] = [];
    let dims = new Map<string, number>();
    for (const each of from) {
      const own = chosenDraws(each);
      if (variables.length > 0 && (own.chains !== dims.get('chain') || own.draws !== dims.get('draw'))) continue;
      dims = new Map([...dims, ['chain', own.chains], ['draw', own.draws]]);
      variables.push(...variablesOf(each.columns, own, dims));
    }
    if (variables.length > 0) groups.push({ name, dims, variables, attributes });
  };
  ofDraws(isPrediction(table) ? 'posterior_predictive' : 'posterior', [table]);
  if (!isPrediction(table)) ofDraws('posterior_predictive', predictions);
  groups.push({ ...statistics(table, chosen), attributes });
  if (observed.length > 0) groups.push({ ...seen(observed), attributes });
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

/** Columns `theta[0]`, `theta[1]`, … as one variable with a dimension of its own, where they fill a box; all others by themselves. */
function variablesOf(columns: readonly DrawsColumn[], chosen: Chosen, dims: Map<string, number>): readonly Variable[] {
  const families = new Map<string, DrawsColumn[]>();
  for (const column of columns) {
    const base = /^(.*?)(?:\[\d+\])+$/.exec(column.name)?.[1] ?? column.name;
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
  const whole = type.kind !== 'real' && values.every(Number.isSafeInteger);
  const kind = !whole ? 'real' : type.kind === 'bool' ? 'bool' : 'int';
  const attributes: Record<string, string> = type.kind === 'enum' ? { labels: type.members.join(', ') } : {};
  return { name: plain, kind, dims: ['chain', 'draw', ...own], values, attributes };
}

/** A slash divides groups in these files. */
const plainName = (name: string): string => name.replaceAll('/', '÷');

/** What is known of each draw: its weight before draws were made equal, and how often the method accepts. */
function statistics(table: DrawsTable, { chains, draws, positions }: Chosen): Omit<Group, 'attributes'> {
  const dims = ['chain', 'draw'];
  const acceptance = table.answer.diagnostics.acceptance;
  const ofDraws = (name: string, values: Float64Array): Variable => ({
    name,
    kind: 'real',
    dims,
    values,
    attributes: {},
  });
  const weight = ofDraws(
    'weight',
    Float64Array.from(positions, (p) => table.weights[p]!),
  );
  return {
    name: 'sample_stats',
    dims: new Map([
      ['chain', chains],
      ['draw', draws],
    ]),
    variables: [
      weight,
      ...(acceptance === null ? [] : [ofDraws('acceptance_rate', new Float64Array(positions.length).fill(acceptance))]),
    ],
  };
}

function seen(observed: readonly Observed[]): Omit<Group, 'attributes'> {
  const dims = new Map<string, number>();
  const variables = observed.map(({ table, column, kind, values }): Variable => {
    const dim = `${plainName(table)}_row`;
    dims.set(dim, values.length);
    return { name: plainName(`${table}.${column}`), kind, dims: [dim], values, attributes: {} };
  });
  return { name: 'observed_data', dims, variables };
}
