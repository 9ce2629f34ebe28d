/** What a kernel in lockstep holds for its particles in the memory of its instance: addresses of columns. */
import type { RuntimeValue } from '../../../ir/values.js';
import type { Instance } from '../../../runtime/assembly/instance.js';
import type { ColumnStore } from '../../cells.js';
import { ended } from '../../emit_machine.js';
import type { SteppedText } from '../../emit_stepped.js';
import type { Standing } from '../../stepped_course.js';
import type { ColumnMemory } from './memory.js';

/** Columns that every program has. */
export type Bound = {
  weights: number;
  dimensions: number;
  steps: number;
  /** Four words a particle. */
  readonly streams: number;
  /** A byte a particle: 1 for those that have ended with a weight of zero. */
  readonly dead: number;
};

export type PlacedState = Standing & {
  block: number;
  count: number;
  /** Blocks that the particles span. */
  blocks: number;
  bound: Bound;
  /** Columns of outputs that are numbers; the others are arrays. */
  outputs: (number | RuntimeValue[])[];
  frame: number[];
  /** Where it is written who particles come from: a word for each. */
  ancestors: number;
  /** The ancestors that stand there. */
  placed: Int32Array | null;
  /** Weights relative to the greatest. */
  relative: number;
  /** Noise of resampling. */
  uniforms: number;
  /** Three words for each particle and one particle more, for resampling. */
  room: number;
};

export const newState = (): PlacedState => ({
  block: 0,
  count: 0,
  blocks: 0,
  node: ended,
  alive: 0,
  steps: 0,
  bound: { weights: 0, dimensions: 0, steps: 0, streams: 0, dead: 0 },
  outputs: [],
  frame: [],
  ancestors: 0,
  placed: null,
  relative: 0,
  uniforms: 0,
  room: 0,
});

/** What moves columns: the memory and a routine of the instance. */
type Mover = {
  readonly memory: ColumnMemory;
  readonly instance: Instance;
  readonly state: PlacedState;
};

/** Writes down who every particle comes from, where that is not where it was written to. */
function placeAncestors({ instance, state }: Mover, from: Int32Array): void {
  if (state.placed === from) return;
  const there = new Int32Array(instance.memory.buffer, state.ancestors, state.count);
  if (from.buffer !== there.buffer || from.byteOffset !== there.byteOffset) there.set(from);
  state.placed = from;
}

/** A column in another order. */
function moved({ memory, instance, state }: Mover, column: number): number {
  const next = memory.take();
  instance.routine('gather')(next, column, state.ancestors, state.count);
  memory.giveBack(column);
  return next;
}

/** Columns in memory, for cells. */
export const placedColumns = (mover: Mover): ColumnStore<number> => ({
  start: () => {},
  take: mover.memory.take,
  giveBack: mover.memory.giveBack,
  fill: (column, value) => mover.memory.view(column).fill(value),
  ordered: (column, from) => {
    placeAncestors(mover, from);
    return moved(mover, column);
  },
  free: () => mover.memory.free(),
});

/** Particle k becomes what particle `from[k]` was, in all columns that are read again. */
export function gatherState(mover: Mover, from: Int32Array, text: SteppedText): void {
  const { state, instance } = mover;
  placeAncestors(mover, from);
  const { bound, frame } = state;
  bound.weights = moved(mover, bound.weights);
  if (text.dimensions) bound.dimensions = moved(mover, bound.dimensions);
  if (text.steps) bound.steps = moved(mover, bound.steps);
  // Read anew: the view that was given is lost where memory has grown.
  const sources = (): Int32Array => new Int32Array(instance.memory.buffer, state.ancestors, state.count);
  const died = state.alive < state.count;
  if (died) {
    const dead = new Uint8Array(instance.memory.buffer, bound.dead, state.count);
    dead.set(Uint8Array.from(sources(), (source) => dead[source]!));
    state.alive = dead.reduce((n, flag) => n - flag, state.count);
  }
  for (const place of text.live.get(state.node) ?? []) frame[place] = moved(mover, frame[place]!);
  if (state.node !== ended) return;
  state.outputs = state.outputs.map((column) =>
    typeof column === 'number' ? moved(mover, column) : Array.from(sources(), (source) => column[source]!),
  );
}
