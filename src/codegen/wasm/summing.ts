/** Blocks of draws that are run and summed up without leaving WebAssembly. */
import { blockSize, type Counts, type Summing } from '../../ir/engine.js';
import type { IrType } from '../../ir/ir.js';
import { isScalarType } from '../../ir/values.js';
import type { Code } from '../../runtime/assembly/code.js';
import type { Instance } from '../../runtime/assembly/instance.js';
import {
  choose,
  f64,
  get,
  give,
  i32,
  memory,
  repeatWhile,
  select,
  set,
  types,
  when,
} from '../../runtime/assembly/instructions.js';
import type { ModuleBuilder, Routine } from '../../runtime/assembly/module.js';
import { mostSummed, rowLength, surveyLength, surveyPlaces } from '../../runtime/sums/sums.js';
import { sumRoutine, surveyRoutine } from '../../runtime/sums/sums_routines.js';
import type { KernelPlaces } from './contract.js';
import type { KernelNoise } from './noise.js';

/** Where the draws of a block stand, and what was made of blocks, in bytes. Columns have two entries more than particles. */
export type BlockRoom = {
  readonly logWeight: number;
  readonly dimension: number;
  readonly values: number;
  readonly weights: number;
  readonly above: number;
  readonly rows: number;
  readonly found: number;
  readonly state: number;
  readonly counts: number;
};

/** How far summing up has come: doubles behind each other. */
const state = { done: 0, held: 1, steps: 2, unaligned: 3, mixed: 4 } as const;
const stateLength = 5;

/** What a kernel is made of: `run` is what `mainRoutine` writes. */
type BlockRoutines = Pick<KernelNoise, 'startBlock' | 'fillNoise'> & { readonly run: Routine };

/** Draws of a summed block are of one number at most, and hang on nothing that is given. */
export const canSum = (results: readonly IrType[], parameters: number): boolean =>
  parameters === 0 && results.length <= 1 && results.every(isScalarType);

/**
 * Exports routines that run blocks and sum them up.
 *
 * @param places where a chunk of particles stands
 */
export function exportSumming(
  link: ModuleBuilder,
  places: KernelPlaces,
  { startBlock, fillNoise, run }: BlockRoutines,
): BlockRoom {
  const numbers = (length: number): number => link.reserve(8 * length);
  const column = (): number => numbers(blockSize + 2);
  const room: BlockRoom = {
    logWeight: column(),
    dimension: column(),
    values: column(),
    weights: column(),
    above: numbers(mostSummed.above),
    rows: numbers(rowLength * mostSummed.blocks),
    found: numbers(surveyLength),
    state: numbers(stateLength),
    counts: places.counts,
  };
  const own = (at: number): Code => i32.of(at);
  link.export('sumBlocks', sumBlocksRoutine(blockRoutine(places, { startBlock, fillNoise, run }, room), room));
  link.export('survey', {
    params: [types.i32, types.f64],
    results: [],
    body: (m) =>
      m.call(surveyRoutine, own(room.logWeight), own(room.dimension), get(0), get(1), own(room.above), own(room.found)),
  });
  link.export('sum', {
    params: [types.i32, types.f64],
    results: [],
    body: (m) =>
      m.call(sumRoutine, own(room.logWeight), own(room.values), get(0), get(1), own(room.weights), own(room.rows)),
  });
  return room;
}

/**
 * Parameters: a block, how many draws from there on, their dimension, the limit above which log weights are wanted, and whether to go on: the
 * block at which the last call was left then stands in the room.
 */
const sumBlocksRoutine = (runBlock: Routine, room: BlockRoom): Routine => ({
  params: [types.f64, types.i32, types.f64, types.f64, types.i32],
  results: [],
  body: (link, locals) => {
    const [block, draws, dimension, least, going] = [get(0), get(1), get(2), get(3), 4];
    const [done, held, count] = [types.i32, types.i32, types.i32].map(locals.fresh);
    const own = (at: number): Code => i32.of(at);
    const found = (place: number): Code => f64.load(own(room.found), 8 * place);
    const kept = (place: number): Code => f64.load(own(room.state), 8 * place);
    const keep = (place: number, value: Code): Code => f64.store(own(room.state), value, 8 * place);
    const [lowest, highest] = [found(surveyPlaces.lowest), found(surveyPlaces.highest)];
    const differ = i32.or(f64.unequal(lowest, dimension), f64.unequal(highest, dimension));
    const rest = i32.sub(draws, i32.mul(get(done!), i32.of(blockSize)));
    return [
      when(i32.isZero(get(going)), memory.fill(own(room.state), i32.of(0), i32.of(8 * stateLength))),
      set(done!, i32.truncate(kept(state.done))),
      set(held!, i32.truncate(kept(state.held))),
      repeatWhile(
        [
          set(count!, select(i32.less(rest, i32.of(blockSize)), rest, i32.of(blockSize))),
          when(i32.isZero(get(going)), link.call(runBlock, f64.add(block, f64.fromSigned(get(done!))), get(count!))),
          set(going, i32.of(0)),
          keep(state.steps, f64.add(kept(state.steps), f64.load(own(room.counts)))),
          keep(state.unaligned, f64.add(kept(state.unaligned), f64.load(own(room.counts), 8))),
          link.call(
            surveyRoutine,
            own(room.logWeight),
            own(room.dimension),
            get(count!),
            least,
            i32.add(own(room.above), i32.shl(get(held!), i32.of(3))),
            own(room.found),
          ),
          when(i32.and(f64.atMost(lowest, highest), differ), [keep(state.mixed, f64.of(1)), give()]),
          link.call(
            sumRoutine,
            own(room.logWeight),
            own(room.values),
            get(count!),
            found(surveyPlaces.max),
            own(room.weights),
            i32.add(own(room.rows), i32.mul(get(done!), i32.of(8 * rowLength))),
          ),
          set(done!, i32.add(get(done!), i32.of(1))),
          set(held!, i32.add(get(held!), i32.truncate(found(surveyPlaces.above)))),
          keep(state.done, f64.fromSigned(get(done!))),
          keep(state.held, f64.fromSigned(get(held!))),
        ],
        i32.and(
          i32.and(
            i32.less(i32.mul(get(done!), i32.of(blockSize)), draws),
            i32.less(get(done!), i32.of(mostSummed.blocks)),
          ),
          i32.atMost(get(held!), i32.of(mostSummed.above - blockSize)),
        ),
      ),
    ];
  },
});

/** Parameters: a block and how many of its particles. The first chunks of a run are short: the host changes slow code for fast between calls. */
function blockRoutine(places: KernelPlaces, routines: BlockRoutines, room: BlockRoom): Routine {
  return {
    params: [types.f64, types.i32],
    results: [],
    body: (link, locals) => {
      const [block, count] = [0, 1];
      const [done, size] = [types.i32, types.i32].map(locals.fresh);
      const first = locals.fresh(types.f64);
      const longest = link.variable('longest chunk', types.i32);
      const rest = i32.sub(get(count), get(done!));
      const limit = select(i32.less(longest.get, i32.of(places.chunk)), longest.get, i32.of(places.chunk));
      const move = (to: number, from: number): Code =>
        memory.copy(i32.add(i32.of(to), i32.shl(get(done!), i32.of(3))), i32.of(from), i32.shl(get(size!), i32.of(3)));
      const [value] = places.outputs;
      return [
        f64.store(i32.of(places.counts), f64.of(0)),
        f64.store(i32.of(places.counts), f64.of(0), 8),
        when(i32.isZero(longest.get), longest.set(i32.of(2))),
        link.call(routines.startBlock, get(block)),
        repeatWhile(
          [
            set(size!, limit),
            set(size!, choose(types.i32, i32.less(rest, get(size!)), rest, get(size!))),
            set(first, f64.add(f64.mul(get(block), f64.of(blockSize)), f64.fromSigned(get(done!)))),
            link.call(routines.fillNoise, get(first), get(size!)),
            link.call(routines.run, get(first), get(size!)),
            move(room.logWeight, places.weights),
            move(room.dimension, places.dimensions),
            value === undefined ? [] : move(room.values, value),
            set(done!, i32.add(get(done!), get(size!))),
            when(i32.less(longest.get, i32.of(places.chunk)), longest.set(i32.mul(longest.get, i32.of(2)))),
          ],
          i32.less(get(done!), get(count)),
        ),
      ];
    },
  };
}

/** Has another kernel run the draws of a block. */
export type Leaving = (
  room: { readonly logWeight: Float64Array; readonly dimension: Float64Array; readonly values: Float64Array },
  block: number,
  count: number,
) => Counts;

/**
 * What an instance with these routines offers.
 *
 * @param ends runs to its end, or says that the instance is too small for that
 */
export function summingOf(
  instance: Instance,
  room: BlockRoom,
  ends: (run: () => void) => boolean,
  leave: Leaving,
): Summing {
  const { memory: own } = instance;
  const [sumBlocks, survey, sum] = ['sumBlocks', 'survey', 'sum'].map(instance.routine);
  const view = (at: number, length: number): Float64Array => new Float64Array(own.buffer, at, length);
  const views = () => ({
    buffer: own.buffer,
    logWeight: view(room.logWeight, blockSize),
    dimension: view(room.dimension, blockSize),
    values: view(room.values, blockSize),
    above: view(room.above, mostSummed.above),
    rows: view(room.rows, rowLength * mostSummed.blocks),
    found: view(room.found, surveyLength),
    state: view(room.state, stateLength),
    counts: view(room.counts, 2),
  });
  let shown = views();
  const current = (): typeof shown => {
    if (shown.buffer !== own.buffer) shown = views();
    return shown;
  };
  return {
    blocks: (block, draws, dimension, least) => {
      let going = 0;
      while (!ends(() => sumBlocks!(block, draws, dimension, least, going))) {
        const { state: kept, counts, ...place } = current();
        const done = kept[state.done]!;
        const { steps, unaligned } = leave(place, block + done, Math.min(blockSize, draws - done * blockSize));
        counts[0] = steps;
        counts[1] = unaligned;
        going = 1;
      }
      const { state: kept, rows, above } = current();
      return {
        steps: kept[state.steps]!,
        unaligned: kept[state.unaligned]!,
        rows: rows.subarray(0, rowLength * kept[state.done]!),
        above: above.subarray(0, kept[state.held]!),
        mixed: kept[state.mixed] === 1,
      };
    },
    room: current,
    survey: (count, least) => {
      survey!(count, least);
      return current().found;
    },
    sum: (count, max) => {
      sum!(count, max);
      return current().rows.subarray(0, rowLength);
    },
  };
}
