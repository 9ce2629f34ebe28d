/** What a kernel in lockstep holds for its particles: columns, and which of them resampling has to gather. */
import { blockSize } from '../ir/engine.js';
import type { RuntimeValue } from '../ir/values.js';
import { LANES } from '../runtime/random/lanes_code.js';
import { type Column, gatherNumbers } from './cells.js';
import { ended } from './emit_machine.js';
import type { SteppedText } from './emit_stepped.js';
import type { Columns } from './factory.js';
import type { FrameColumn } from './stepped_frame.js';
import type { SteppedNoise } from './stepped_noise.js';

/** Columns that every program has. */
export type Bound = {
  readonly weights: Float64Array;
  readonly dimensions: Float64Array;
  readonly steps: Float64Array;
  readonly streams: Int32Array;
  /** 1 for particles that have ended with a weight of zero. */
  readonly dead: Uint8Array;
};

type SteppedState = {
  block: number;
  count: number;
  /** Blocks that the particles span. */
  blocks: number;
  /** The node that comes next. */
  node: number;
  alive: number;
  /** Steps that were run, whatever became of them. */
  steps: number;
  bound: Bound;
  outputs: Columns;
  frame: Column[];
  points: Int32Array;
  /** Room for the next column that is gathered. */
  spare: Float64Array;
};

const newBound = (count: number): Bound => ({
  weights: new Float64Array(count),
  dimensions: new Float64Array(count),
  steps: new Float64Array(count),
  streams: new Int32Array(4 * count),
  dead: new Uint8Array(count),
});

export const newState = (): SteppedState => ({
  block: 0,
  count: 0,
  blocks: 0,
  node: ended,
  alive: 0,
  steps: 0,
  bound: newBound(0),
  outputs: [],
  frame: [],
  points: new Int32Array(0),
  spare: new Float64Array(0),
});

/** Puts particles at the start; columns of the run before are used again where their length is right, but for what it gave away. */
export function startState(
  state: SteppedState,
  next: Pick<SteppedState, 'block' | 'count' | 'outputs'> & { readonly columns: readonly FrameColumn[] },
): void {
  const { block, count, outputs, columns } = next;
  if (count !== state.count) {
    state.points = new Int32Array(count);
    state.spare = new Float64Array(count);
    state.frame = columns.map(({ local }) =>
      local.slot === 'value' ? new Array<RuntimeValue>(count).fill(0) : new Float64Array(count),
    );
  }
  Object.assign(state, { block, count, outputs, blocks: Math.ceil(count / blockSize), alive: count, steps: 0 });
  state.bound = newBound(count);
}

/** Where nodes find their noise: the address of each place, and the offset of its numbers. */
type NoisePlaces = {
  readonly noise: readonly SteppedNoise[];
  readonly slots: readonly number[];
  readonly offsets: Int32Array;
};

/** Runs a node's loop over all blocks, up to four for each filling of noise. */
export function runBlocks(
  { block, count, blocks }: SteppedState,
  read: readonly number[],
  { noise, slots, offsets }: NoisePlaces,
  run: (first: number, from: number, to: number) => void,
): void {
  const first = block * blockSize;
  for (let at = 0; at < blocks; at += LANES) {
    const found = Math.min(LANES, blocks - at);
    const left = count - at * blockSize;
    const filled = read.map((use) => noise[use]!.fill(slots[use]!, block + at, found, left));
    for (let k = 0; k < found; k++) {
      read.forEach((use, n) => {
        offsets[use] = filled[n]! + k * blockSize;
        noise[use]!.seed(slots[use]!, block + at + k);
      });
      const from = (at + k) * blockSize;
      run(first, from, Math.min(from + blockSize, count));
    }
  }
}

/** Particle k becomes what particle `from[k]` was, in all columns that are read again. */
export function gatherState(state: SteppedState, from: Int32Array, text: SteppedText): void {
  const { bound, frame } = state;
  const numbers = (column: Float64Array): Float64Array => {
    const next = state.spare;
    gatherNumbers(next, column, from);
    state.spare = column;
    return next;
  };
  const died = state.alive < state.count;
  state.bound = {
    ...bound,
    weights: numbers(bound.weights),
    dimensions: text.dimensions ? numbers(bound.dimensions) : bound.dimensions,
    steps: text.steps ? numbers(bound.steps) : bound.steps,
    dead: died ? Uint8Array.from(from, (source) => bound.dead[source]!) : bound.dead,
  };
  if (died) state.alive = state.bound.dead.reduce((n, dead) => n - dead, state.count);
  for (const place of text.live.get(state.node) ?? []) {
    const column = frame[place]!;
    if (column instanceof Float64Array) frame[place] = numbers(column);
    else frame[place] = values(column, from, text.frame[place]!.mutable);
  }
  if (!died && state.node !== ended) return;
  state.outputs = state.outputs.map((column) =>
    column instanceof Float64Array
      ? Float64Array.from(from, (source) => column[source]!)
      : Array.from(from, (source) => column[source]!),
  );
}

/** Arrays that may be changed in place belong to one particle. */
function values(column: readonly RuntimeValue[], from: Int32Array, mutable: boolean): RuntimeValue[] {
  const taken = new Uint8Array(mutable ? from.length : 0);
  return Array.from(from, (source) => {
    const value = column[source]!;
    if (!mutable || taken[source] === 0) {
      taken[source] = 1;
      return value;
    }
    return value instanceof Float64Array || Array.isArray(value) ? value.slice() : value;
  });
}

/** Bytes of all particles: what every program has, the frame, and room for gathering. */
export const stateBytes = ({ bound, frame, points, spare }: SteppedState): number =>
  bound.weights.byteLength +
  bound.dimensions.byteLength +
  bound.steps.byteLength +
  bound.streams.byteLength +
  bound.dead.byteLength +
  points.byteLength +
  spare.byteLength +
  frame.reduce((bytes, column) => bytes + 8 * column.length, 0);
