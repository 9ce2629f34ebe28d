/** Particles in the memory of a module: heads, which say where each stands and what it has added up, and rows of frames. */
import type { Code } from '../../../runtime/assembly/code.js';
import { branchIf, f64, get, i32, loop, set, tee, types, v128, when } from '../../../runtime/assembly/instructions.js';
import type { HostRoutine, Locals, ModuleBuilder, Routine, Variable } from '../../../runtime/assembly/module.js';

/**
 * Bytes of a head: what is known of a particle besides its frames.
 * - node: where the particle goes on, -1 where it has ended
 * - offset: of its frame, from the start of its row
 * - length: of the row as far as it is used
 * - depth: of its calls
 * - steps: a word or a double, as the program counts them
 */
export const headPlaces = { node: 0, offset: 4, length: 8, depth: 12, steps: 16, dimension: 24, size: 32 } as const;
/** The logarithm of that size. */
export const headShift = 5;

/** So many heads and rows lie behind the last one; the first of them is spare. */
export const lookAhead = 4;

/** Bytes of a frame in front of its cells: the node where the caller goes on, and the offset of the caller's frame. */
export const framePlaces = { node: 0, caller: 4 } as const;

/** Where things are that are placed when a run starts. */
export type RowVariables = {
  readonly heads: Variable;
  readonly rows: Variable;
  /** Bytes of a row, a multiple of 16. */
  readonly stride: Variable;
  readonly weights: Variable;
  readonly streams: Variable;
  readonly outputs: readonly Variable[];
  /** The number of the first particle. */
  readonly first: Variable;
  /** The place of the particle that is run. */
  readonly current: Variable;
  /** Steps of all particles together. */
  readonly taken: Variable;
};

export function rowVariables(link: ModuleBuilder, outputs: number): RowVariables {
  const word = (name: string): Variable => link.variable(`machine ${name}`, types.i32);
  return {
    heads: word('heads'),
    rows: word('rows'),
    stride: word('stride'),
    weights: word('weights'),
    streams: word('streams'),
    outputs: Array.from({ length: outputs }, (_, k) => word(`output ${k}`)),
    first: link.variable('machine first', types.f64),
    current: word('current'),
    taken: link.variable('machine taken', types.f64),
  };
}

/** Makes all rows so many bytes long, or longer, and keeps what they hold. */
export const growRows: HostRoutine = { host: 'grow', params: [types.i32], results: [] };

/** Sets the variables, in the order of `RowVariables`, `current` and `taken` left out. */
export const placeRoutine = ({
  heads,
  rows,
  stride,
  weights,
  streams,
  outputs,
  first,
  taken,
}: RowVariables): Routine => {
  const words = [heads, rows, stride, weights, streams, ...outputs];
  return {
    params: [...words.map(() => types.i32), types.f64],
    results: [],
    body: () => [words.map((variable, k) => variable.set(get(k))), first.set(get(words.length)), taken.set(f64.of(0))],
  };
};

/** Sets how long rows are. */
export const strideRoutine = ({ stride }: RowVariables): Routine => ({
  params: [types.i32],
  results: [],
  body: () => stride.set(get(0)),
});

/** Gives the place of the particle that was run last. */
export const currentRoutine = ({ current }: RowVariables): Routine => ({
  params: [],
  results: [types.i32],
  body: () => current.get,
});

/** Gives the steps of all particles together. */
export const takenRoutine = ({ taken }: RowVariables): Routine => ({
  params: [],
  results: [types.f64],
  body: () => taken.get,
});

type Copying = Pick<RowVariables, 'heads' | 'rows' | 'stride' | 'weights' | 'outputs'>;

/** Copies the row of one particle to another, with its head, its weight and its outputs: locals that hold their places. */
function rowCopy(
  { heads, rows, stride, weights, outputs }: Copying,
  locals: Locals,
): (source: number, p: number) => Code {
  const word = (): number => locals.fresh(types.i32);
  const [head, to, at, end] = [word(), word(), word(), word()];
  const headOf = (place: number): Code => i32.add(heads.get, i32.shl(get(place), i32.of(headShift)));
  const rowOf = (place: number): Code => i32.add(rows.get, i32.mul(get(place), stride.get));
  const cell = (column: Variable, place: number): Code => i32.add(column.get, i32.shl(get(place), i32.of(3)));
  const half = (offset: number): Code => v128.store(get(to), v128.load(get(head), offset), offset);
  return (source, p) => {
    const move = (column: Variable): Code => f64.store(cell(column, p), f64.load(cell(column, source)));
    return [
      set(head, headOf(source)),
      set(to, headOf(p)),
      half(0),
      half(16),
      move(weights),
      when(i32.lessSigned(i32.load(get(head), headPlaces.node), i32.of(0)), outputs.map(move)),
      set(at, rowOf(source)),
      set(end, i32.add(get(at), i32.load(get(head), headPlaces.length))),
      set(to, rowOf(p)),
      when(
        i32.less(get(at), get(end)),
        loop([
          v128.store(get(to), v128.load(get(at))),
          set(to, i32.add(get(to), i32.of(16))),
          branchIf(i32.less(tee(at, i32.add(get(at), i32.of(16))), get(end)), 0),
        ]),
      ),
    ];
  };
}

/**
 * Copies rows in place: row k becomes what row `from[k]` is, which stays as it is: `(from, count)`. Weights and outputs go along, streams
 * stay.
 */
export const copyRoutine = (places: Copying): Routine => ({
  params: [types.i32, types.i32],
  results: [],
  body: (_, locals) => {
    const [from, count] = [0, 1];
    const [p, source] = [locals.fresh(types.i32), locals.fresh(types.i32)];
    const copied = rowCopy(places, locals);
    return when(
      get(count),
      loop([
        set(source, i32.load(i32.add(get(from), i32.shl(get(p), i32.of(2))))),
        when(i32.unequal(get(source), get(p)), copied(source, p)),
        branchIf(i32.less(tee(p, i32.add(get(p), i32.of(1))), get(count)), 0),
      ]),
    );
  },
});

/** Copies rows one after the other: row `to[k]` becomes what row `from[k]` is by then: `(to, from, count)`, as `copyRoutine`. */
export const moveRoutine = (places: Copying): Routine => ({
  params: [types.i32, types.i32, types.i32],
  results: [],
  body: (_, locals) => {
    const [to, from, count] = [0, 1, 2];
    const [p, source] = [locals.fresh(types.i32), locals.fresh(types.i32)];
    const copied = rowCopy(places, locals);
    const next = (words: number): Code => set(words, i32.add(get(words), i32.of(4)));
    return when(
      get(count),
      loop([
        set(source, i32.load(get(from))),
        set(p, i32.load(get(to))),
        copied(source, p),
        next(to),
        next(from),
        branchIf(tee(count, i32.sub(get(count), i32.of(1))), 0),
      ]),
    );
  },
});
