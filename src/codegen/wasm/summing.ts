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
  i32,
  memory,
  repeatWhile,
  select,
  set,
  types,
  when,
} from '../../runtime/assembly/instructions.js';
import type { ModuleBuilder, Routine } from '../../runtime/assembly/module.js';
import { foundLength, surveyPlaces, wholePlaces } from '../../runtime/sums/sums.js';
import { collectRoutine, sumRoutine, surveyRoutine } from '../../runtime/sums/sums_routines.js';
import type { KernelPlaces } from './contract.js';
import type { KernelNoise } from './noise.js';

/** Where the draws of a block stand, in bytes. Columns have two entries more than particles. */
export type BlockRoom = {
  readonly logWeight: number;
  readonly dimension: number;
  readonly values: number;
  readonly weights: number;
  readonly above: number;
  readonly found: number;
  readonly counts: number;
};

/** What a kernel is made of: `run` is what `mainRoutine` writes. */
export type BlockRoutines = Pick<KernelNoise, 'startBlock' | 'fillNoise'> & { readonly run: Routine };

/** Draws of a summed block are of one number at most, and hang on nothing that is given. */
export const canSum = (results: readonly IrType[], parameters: number): boolean =>
  parameters === 0 && results.length <= 1 && results.every(isScalarType);

/**
 * Exports routines that run a block and sum it up.
 *
 * @param places where a chunk of particles stands
 */
export function exportSumming(
  link: ModuleBuilder,
  places: KernelPlaces,
  { startBlock, fillNoise, run }: BlockRoutines,
): BlockRoom {
  const column = (): number => link.reserve(8 * (blockSize + 2));
  const room: BlockRoom = {
    logWeight: column(),
    dimension: column(),
    values: column(),
    weights: column(),
    above: column(),
    found: link.reserve(8 * foundLength),
    counts: places.counts,
  };
  const own = (at: number): Code => i32.of(at);
  const runBlock = blockRoutine(places, { startBlock, fillNoise, run }, room);
  link.export('runBlock', runBlock);
  const sumAll = sumAllRoutine(room);
  link.export('sumAll', sumAll);
  link.export('atOnce', {
    params: [types.f64, types.i32, types.f64],
    results: [],
    body: (m) => [m.call(runBlock, get(0), get(1)), m.call(sumAll, get(1), get(2))],
  });
  link.export('survey', {
    params: [types.i32],
    results: [],
    body: (m) => m.call(surveyRoutine, own(room.logWeight), own(room.dimension), get(0), own(room.found)),
  });
  link.export('collect', {
    params: [types.i32, types.f64],
    results: [types.i32],
    body: (m) => m.call(collectRoutine, own(room.logWeight), own(room.above), get(0), get(1)),
  });
  link.export('sum', {
    params: [types.i32, types.f64],
    results: [],
    body: (m) =>
      m.call(sumRoutine, own(room.logWeight), own(room.values), get(0), get(1), own(room.weights), own(room.found)),
  });
  return room;
}

/** Parameters: how many draws there are, and a number; puts into place all that is found of them (`wholePlaces`). */
const sumAllRoutine = (room: BlockRoom): Routine => ({
  params: [types.i32, types.f64],
  results: [],
  body: (link) => {
    const [count, least] = [get(0), get(1)];
    const own = (at: number): Code => i32.of(at);
    const found = (place: number): Code => f64.load(own(room.found), 8 * place);
    const put = (place: number, value: Code): Code => f64.store(own(room.found), value, 8 * place);
    const max = found(wholePlaces.max);
    return [
      link.call(surveyRoutine, own(room.logWeight), own(room.dimension), count, own(room.found)),
      put(wholePlaces.max, found(surveyPlaces.max)),
      put(wholePlaces.lowest, found(surveyPlaces.lowest)),
      put(wholePlaces.highest, found(surveyPlaces.highest)),
      put(
        wholePlaces.above,
        f64.fromSigned(link.call(collectRoutine, own(room.logWeight), own(room.above), count, least)),
      ),
      put(wholePlaces.steps, f64.load(own(room.counts))),
      put(wholePlaces.unaligned, f64.load(own(room.counts), 8)),
      link.call(sumRoutine, own(room.logWeight), own(room.values), count, max, own(room.weights), own(room.found)),
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

/** Runs a block, or has another kernel fill the room where the instance cannot run it to its end. */
export type Leaving = (run: () => Counts, room: ReturnType<Summing['room']>, block: number, count: number) => Counts;

const none: Counts = { steps: 0, unaligned: 0 };

/** What an instance with these routines offers. */
export function summingOf(instance: Instance, room: BlockRoom, otherwise: Leaving): Summing {
  const { memory: own } = instance;
  const [runBlock, survey, collect, sum] = ['runBlock', 'survey', 'collect', 'sum'].map(instance.routine);
  const [atOnce, sumAll] = ['atOnce', 'sumAll'].map(instance.routine);
  const view = (at: number, length: number): Float64Array => new Float64Array(own.buffer, at, length);
  const views = () => ({
    buffer: own.buffer,
    logWeight: view(room.logWeight, blockSize),
    dimension: view(room.dimension, blockSize),
    values: view(room.values, blockSize),
    weights: view(room.weights, blockSize),
    above: view(room.above, blockSize),
    found: view(room.found, foundLength),
    counts: view(room.counts, 2),
  });
  let shown = views();
  const current = (): typeof shown => {
    if (shown.buffer !== own.buffer) shown = views();
    return shown;
  };
  return {
    run: (block, count) =>
      otherwise(
        () => {
          runBlock!(block, count);
          const { counts } = current();
          return { steps: counts[0]!, unaligned: counts[1]! };
        },
        current(),
        block,
        count,
      ),
    room: current,
    atOnce: (block, count, least) => {
      let whole = false;
      const { steps, unaligned } = otherwise(
        () => {
          atOnce!(block, count, least);
          whole = true;
          return none;
        },
        current(),
        block,
        count,
      );
      if (!whole) sumAll!(count, least);
      const { found } = current();
      if (whole) return found;
      found[wholePlaces.steps] = steps;
      found[wholePlaces.unaligned] = unaligned;
      return found;
    },
    survey: (count) => {
      survey!(count);
      return current().found;
    },
    collect: (count, least, into, at) => {
      const held = collect!(count, least);
      if (held > 0) into.set(current().above.subarray(0, held), at);
      return at + held;
    },
    sum: (count, max) => {
      sum!(count, max);
      return current().found;
    },
  };
}
