/**
 * What a particle remembers of its noise, in linear memory: the routines of `trace.ts`. One table by address holds all that is known of an
 * address: whether it was visited, what evidence fixed, what was taken. Tables are emptied by a new stamp; they do not grow: a block with a
 * particle that needs more is left to the JavaScript engine.
 */
import type { NoiseKind } from '../../ir/ir.js';
import type { Code } from '../../runtime/assembly/code.js';
import {
  choose,
  f64,
  forever,
  get,
  give,
  i32,
  memory,
  set,
  tee,
  types,
  when,
} from '../../runtime/assembly/instructions.js';
import type { ModuleBuilder, Routine, Variable } from '../../runtime/assembly/module.js';
import { nextRoutines } from '../../runtime/random/fill_routines.js';
import { seedColumnRoutine } from '../../runtime/random/routines.js';
import type { LowProgram } from '../low.js';
import { anywhere } from '../unused.js';
import { headBytes } from './arena.js';
import { failing } from './faults.js';
import { type KernelNoise, keyVariables } from './noise.js';

/** Places of a table; half of them may be taken. */
const capacity = 16_384;
/** Bytes of all numbers that a particle remembers. */
const numberBytes = 2 ** 20;

/** Entries of both tables begin with an address and the stamp of the filling that they belong to. */
const entry = { hi: 0, lo: 4, stamp: 8, size: 32, shift: 5 } as const;
/** The numbers fixed have the form of an array, those taken are cells; 0 where there are none. */
const ofParticle = { visited: 12, fixed: 16, taken: 20, count: 24, room: 28 } as const;
const ofBlock = { state: 16 } as const;

const { i32: word, f64: double } = types;

/** A table: where it is, the stamp of its entries, and how many there are. */
type Table = { readonly at: number; readonly stamp: Variable; readonly size: Variable };

type Tables = {
  readonly particle: Table;
  /** Streams of the column layout. */
  readonly block: Table;
  readonly numbers: number;
  /** Where the next numbers are put. */
  readonly free: Variable;
  /** The next number to be replayed, and the end of them. */
  readonly replayAt: Variable;
  readonly replayEnd: Variable;
  /** The entry of the outermost draw, and how many numbers it took. */
  readonly taker: Variable;
  readonly took: Variable;
  readonly blockNumber: Variable;
};

const known = new WeakMap<ModuleBuilder, Tables>();

function tablesOf(link: ModuleBuilder): Tables {
  const before = known.get(link);
  if (before !== undefined) return before;
  const table = (name: string): Table => ({
    at: link.reserve(capacity * entry.size),
    stamp: link.variable(`${name} stamp`, word),
    size: link.variable(`${name} size`, word),
  });
  const made: Tables = {
    particle: table('remembered'),
    block: table('streams'),
    numbers: link.reserve(numberBytes),
    free: link.variable('remembered numbers', word),
    replayAt: link.variable('replay at', word),
    replayEnd: link.variable('replay end', word),
    taker: link.variable('taker', word),
    took: link.variable('took', word),
    blockNumber: link.variable('block', double),
  };
  known.set(link, made);
  return made;
}

/** Whether a program remembers anything of its noise. */
export const remembers = (low: LowProgram): boolean =>
  anywhere(low, (s) => {
    if (s.kind !== 'set') return s.kind === 'trace' || s.kind === 'taking' || s.kind === 'visit';
    const { value } = s;
    return value.kind === 'noise' && (value.source.kind === 'taken' || value.source.kind === 'tape');
  });

/** Forgets all entries. */
const emptied = ({ at, stamp, size }: Table): Code => [
  size.set(i32.of(0)),
  stamp.set(i32.add(stamp.get, i32.of(1))),
  // After 2^32 fillings stamps begin again.
  when(i32.isZero(stamp.get), [
    memory.fill(i32.of(at), i32.of(0), i32.of(capacity * entry.size)),
    stamp.set(i32.of(1)),
  ]),
];

/** Forgets what the particle before remembered. */
export const startParticle: Routine = {
  params: [],
  results: [],
  body: (link) => {
    const { particle, free, numbers } = tablesOf(link);
    return [emptied(particle), free.set(i32.of(numbers))];
  },
};

/** `(block: f64)`: forgets the streams of the block before. */
const startStreams: Routine = {
  params: [double],
  results: [],
  body: (link) => {
    const { block, blockNumber } = tablesOf(link);
    return [emptied(block), blockNumber.set(get(0))];
  },
};

/** The noise of a kernel whose particles remember. */
export const rememberedNoise = (noise: KernelNoise): KernelNoise => ({
  ...noise,
  startBlock: {
    params: [double],
    results: [],
    body: (link) => [link.call(noise.startBlock, get(0)), link.call(startStreams, get(0))],
  },
});

type Which = 'particle' | 'block';

/** `(hi, lo) → entry`: the one of the address, or the free place where it would stand, whose stamp is another. */
const findIn = (which: Which): Routine => ({
  params: [word, word],
  results: [word],
  body: (link, locals) => {
    const [hi, lo] = [get(0), get(1)];
    const place = locals.fresh(word);
    const at = locals.fresh(word);
    const table = tablesOf(link)[which];
    return [
      set(place, i32.xor(lo, i32.shrUnsigned(hi, i32.of(7)))),
      forever([
        set(at, i32.add(i32.shl(i32.and(get(place), i32.of(capacity - 1)), i32.of(entry.shift)), i32.of(table.at))),
        when(i32.unequal(i32.load(get(at), entry.stamp), table.stamp.get), give(get(at))),
        when(
          i32.and(i32.equal(i32.load(get(at), entry.lo), lo), i32.equal(i32.load(get(at), entry.hi), hi)),
          give(get(at)),
        ),
        set(place, i32.add(get(place), i32.of(1))),
      ]),
    ];
  },
});

const find: Readonly<Record<Which, Routine>> = { particle: findIn('particle'), block: findIn('block') };

/** Makes the free place `at` (a local) an entry of the address in locals 0 and 1, all else of it zero. */
const entered = (link: ModuleBuilder, which: Which, at: number): Code => {
  const { stamp, size } = tablesOf(link)[which];
  return [
    when(i32.atLeast(size.get, i32.of(capacity / 2)), link.call(failing.memory)),
    size.set(i32.add(size.get, i32.of(1))),
    memory.fill(get(at), i32.of(0), i32.of(entry.size)),
    i32.store(get(at), get(0), entry.hi),
    i32.store(get(at), get(1), entry.lo),
    i32.store(get(at), stamp.get, entry.stamp),
  ];
};

/** `(hi, lo) → entry` of the particle's, made where there was none. */
const entryOf: Routine = {
  params: [word, word],
  results: [word],
  body: (link, locals) => {
    const at = locals.fresh(word);
    return [
      set(at, link.call(find.particle, get(0), get(1))),
      when(
        i32.unequal(i32.load(get(at), entry.stamp), tablesOf(link).particle.stamp.get),
        entered(link, 'particle', at),
      ),
      get(at),
    ];
  },
};

/** `(hi, lo) → state` of the address in the block at hand. */
const streamOf: Routine = {
  params: [word, word],
  results: [word],
  body: (link, locals) => {
    const at = locals.fresh(word);
    const { block, blockNumber } = tablesOf(link);
    const key = keyVariables(link).map((k) => k.get);
    const state = i32.add(get(at), i32.of(ofBlock.state));
    return [
      set(at, link.call(find.block, get(0), get(1))),
      when(i32.unequal(i32.load(get(at), entry.stamp), block.stamp.get), [
        entered(link, 'block', at),
        link.call(seedColumnRoutine, ...key, get(0), get(1), blockNumber.get, state),
      ]),
      state,
    ];
  },
};

/** `(bytes) → address` of room for numbers of the particle. */
const roomFor: Routine = {
  params: [word],
  results: [word],
  body: (link) => {
    const { free, numbers } = tablesOf(link);
    return [
      when(i32.greater(get(0), i32.sub(i32.of(numbers + numberBytes), free.get)), link.call(failing.memory)),
      free.get,
      free.set(i32.add(free.get, get(0))),
    ];
  },
};

/** `(hi, lo, array)`: evidence fixes the noise of an address. */
export const fixNumbers: Routine = {
  params: [word, word, word],
  results: [],
  body: (link, locals) => {
    const bytes = locals.fresh(word);
    const at = locals.fresh(word);
    const array = get(2);
    return [
      set(bytes, i32.add(i32.shl(i32.load(array), i32.of(3)), i32.of(headBytes))),
      set(at, link.call(roomFor, get(bytes))),
      memory.copy(get(at), array, get(bytes)),
      i32.store(link.call(entryOf, get(0), get(1)), get(at), ofParticle.fixed),
    ];
  },
};

/** `(hi, lo) → flag`: begins to replay what is fixed for an address, if anything is. */
export const replayNumbers: Routine = {
  params: [word, word],
  results: [word],
  body: (link, locals) => {
    const at = locals.fresh(word);
    const { particle, replayAt, replayEnd } = tablesOf(link);
    return [
      set(at, link.call(find.particle, get(0), get(1))),
      when(i32.unequal(i32.load(get(at), entry.stamp), particle.stamp.get), give(i32.of(0))),
      when(i32.isZero(tee(at, i32.load(get(at), ofParticle.fixed))), give(i32.of(0))),
      replayAt.set(i32.add(get(at), i32.of(headBytes))),
      replayEnd.set(i32.add(replayAt.get, i32.shl(i32.load(get(at)), i32.of(3)))),
      i32.of(1),
    ];
  },
};

/** The next number that is fixed or, where there are no more, `fresh`. */
export function replayedCode(link: ModuleBuilder, fresh: Code): Code {
  const { replayAt, replayEnd } = tablesOf(link);
  return choose(
    double,
    i32.less(replayAt.get, replayEnd.get),
    [f64.load(replayAt.get), replayAt.set(i32.add(replayAt.get, i32.of(8)))],
    fresh,
  );
}

/** `(hi, lo)`: begins an outermost draw that remembers what it takes. */
export const beginTaking: Routine = {
  params: [word, word],
  results: [],
  body: (link) => {
    const { taker, took } = tablesOf(link);
    return [taker.set(link.call(entryOf, get(0), get(1))), took.set(i32.of(0))];
  },
};

/** `(number) → number`: remembers it as the next that was taken. */
const keepNumber: Routine = {
  params: [double],
  results: [double],
  body: (link, locals) => {
    const { taker, took } = tablesOf(link);
    const count = locals.fresh(word);
    const more = locals.fresh(word);
    const cells = (): Code => i32.load(taker.get, ofParticle.taken);
    return [
      set(count, i32.load(taker.get, ofParticle.count)),
      when(i32.equal(get(count), i32.load(taker.get, ofParticle.room)), [
        // Twice the room.
        i32.store(taker.get, i32.add(i32.shl(get(count), i32.of(1)), i32.of(2)), ofParticle.room),
        set(more, link.call(roomFor, i32.shl(i32.load(taker.get, ofParticle.room), i32.of(3)))),
        memory.copy(get(more), cells(), i32.shl(get(count), i32.of(3))),
        i32.store(taker.get, get(more), ofParticle.taken),
      ]),
      f64.store(i32.add(cells(), i32.shl(get(count), i32.of(3))), get(0)),
      i32.store(taker.get, i32.add(get(count), i32.of(1)), ofParticle.count),
      took.set(i32.add(took.get, i32.of(1))),
      get(0),
    ];
  },
};

/** What the outermost draw took before in this place or, where that was nothing, `fresh`, which is remembered. */
export function takenCode(link: ModuleBuilder, fresh: Code): Code {
  const { taker, took } = tablesOf(link);
  const at = i32.add(i32.load(taker.get, ofParticle.taken), i32.shl(took.get, i32.of(3)));
  return choose(
    double,
    i32.less(took.get, i32.load(taker.get, ofParticle.count)),
    [f64.load(at), took.set(i32.add(took.get, i32.of(1)))],
    link.call(keepNumber, fresh),
  );
}

/** The next number of the stream of the outermost draw. */
export function ownStreamCode(link: ModuleBuilder, noise: NoiseKind): Code {
  const { taker } = tablesOf(link);
  const state = link.call(streamOf, i32.load(taker.get, entry.hi), i32.load(taker.get, entry.lo));
  return link.call(nextRoutines[noise], state);
}

/** `(hi, lo, amount: f64, total)`: remembers that an address was drawn or scored; adds the amount at `total` if it was not. */
export const visitAddress: Routine = {
  params: [word, word, double, word],
  results: [],
  body: (link, locals) => {
    const at = locals.fresh(word);
    return [
      set(at, link.call(entryOf, get(0), get(1))),
      when(i32.load(get(at), ofParticle.visited), give()),
      i32.store(get(at), i32.of(1), ofParticle.visited),
      f64.store(get(3), f64.add(f64.load(get(3)), get(2))),
    ];
  },
};
