/** Functions of the low form as routines of a module. */
import type { Code } from '../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  f64,
  get,
  give,
  i32,
  loop,
  set,
  types,
  unreachable,
  type ValueType,
  when,
} from '../../runtime/assembly/instructions.js';
import type { HostRoutine, Routine } from '../../runtime/assembly/module.js';
import type { Block, LowFunction, Slot } from '../low.js';
import { findOwned, type Owned } from '../ownership.js';
import { usesIn } from '../writer.js';
import { baseOf, topOf } from './arena.js';
import type { Site } from './contract.js';
import { flagsIn } from './flags.js';
import { seedCode, streamIn } from './sources.js';
import { allocates, blockCode } from './statement_code.js';
import { tailCalls } from './tail_calls.js';
import { remembers, startParticle } from './trace_routines.js';
import {
  numberOf,
  operandAs,
  type ProgramWriter,
  placeOf,
  type Register,
  totalIn,
  typeOfSlot,
  type Writer,
  wordOf,
} from './writer.js';

function registerOf({ effects }: ProgramWriter, body: Block, effect: 'weight' | 'steps'): Register {
  if (!effects.own(body, effect)) return 'none';
  return effects.called(body, effect) ? 'memory' : 'local';
}

/** What can be changed in place in a function. */
export const ownedIn = ({ low }: ProgramWriter, f: LowFunction): Owned =>
  findOwned(f, (callee) => low.functions.get(callee)?.results.includes('value') ?? true);

type Setting = Pick<Writer, 'place' | 'leave' | 'again'> & {
  /** Keeps totals in locals where that is right by itself. */
  readonly register: (effect: 'weight' | 'steps', own: Register) => Register;
};

/** A writer for the body of a function. */
export function writerOf(program: ProgramWriter, site: Site, f: LowFunction, owned: Owned, setting: Setting): Writer {
  const { totals, countsWords } = program;
  const weight = setting.register('weight', registerOf(program, owned.body, 'weight'));
  const steps = setting.register('steps', registerOf(program, owned.body, 'steps'));
  return {
    program,
    site,
    owned,
    uses: usesIn(owned.body),
    inlined: new Map(),
    flags: flagsIn(f, owned.body),
    places: new Map(),
    definitions: new Map(),
    counters: new Map(),
    weight: totalIn(site, weight, totals.weight, types.f64),
    dimension: totalIn(site, weight, totals.dimension, types.f64),
    steps: totalIn(site, steps, totals.steps, countsWords ? types.i32 : types.f64),
    stream: streamIn(site, owned.body),
    place: setting.place,
    ...(setting.again === undefined ? {} : { again: setting.again }),
    open: 0,
    leave: setting.leave,
    defined: () => [],
  };
}

/** Takes totals and the stream into locals. */
const enterCode = (w: Writer): Code => {
  const { totals } = w.program;
  return [
    w.weight.register === 'local' ? [w.weight.set(totals.weight.get), w.dimension.set(totals.dimension.get)] : [],
    w.steps.register === 'local' ? w.steps.set(totals.steps.get) : [],
    w.stream?.load ?? [],
  ];
};

/** Puts them back. */
const leaveCode = (w: Writer): Code => {
  const { totals } = w.program;
  return [
    w.weight.register === 'local' ? [totals.weight.set(w.weight.get), totals.dimension.set(w.dimension.get)] : [],
    w.steps.register === 'local' ? totals.steps.set(w.steps.get) : [],
    w.stream?.store ?? [],
  ];
};

const typesOf = (slots: readonly Slot[]): readonly ValueType[] => slots.map(typeOfSlot);

/** Results that nobody reads. */
const nothing = (slots: readonly Slot[]): Code => slots.map((s) => (s === 'number' ? f64.of(Number.NaN) : i32.of(0)));

/** A function that is not main. */
export function functionRoutine(program: ProgramWriter, f: LowFunction): Routine {
  return {
    params: typesOf(f.params.map((p) => p.slot)),
    results: typesOf(f.results),
    body: (link, locals) => {
      const owned = ownedIn(program, f);
      const calls = tailCalls(f, owned.body);
      const { depth } = program.totals;
      // Calls that became rounds leave the depth where it was.
      const entered = calls.size > 0 && program.countsDepth ? locals.fresh(types.i32) : null;
      const leave = (at: Writer): Code => [leaveCode(at), entered === null ? [] : depth.set(get(entered))];
      const jump = (at: Writer, args: readonly Code[]): Code => [
        args,
        [...f.params.keys()].reverse().map((k) => set(k, [])),
        branch(at.open),
      ];
      const w = writerOf(program, { link, locals }, f, owned, {
        place: null,
        leave: (at) => [leave(at), give(nothing(f.results))],
        register: (_, own) => own,
        ...(calls.size === 0 ? {} : { again: { calls, jump } }),
      });
      for (const [k, p] of f.params.entries()) w.places.set(p.id, k);
      const top = topOf(link);
      const mark = allocates(owned.body) && !f.results.includes('value') ? locals.fresh(types.i32) : null;
      const body = blockCode(w, owned.body);
      const results = owned.body.yields.map((o, k) => operandAs(w, o, f.results[k] ?? o.slot));
      if (calls.size > 0)
        return [
          entered === null ? [] : set(entered, depth.get),
          enterCode(w),
          loop([body, results, leave(w), give()]),
          unreachable,
        ];
      return [
        mark === null ? [] : set(mark, top.get),
        enterCode(w),
        body,
        results,
        leaveCode(w),
        mark === null ? [] : top.set(get(mark)),
      ];
    },
  };
}

/** Hands the host the values that a particle gave, by its place times 8. */
const hostTake: HostRoutine = { host: 'take', params: [types.i32], results: [] };

/**
 * Main as the loop over particles: `(first: f64, size: i32)` runs the particles with numbers `first` to `first + size - 1`, of which the first
 * has place 0 in all columns.
 */
export function mainRoutine(program: ProgramWriter): Routine {
  const { low, places, totals, countsWords, options } = program;
  return {
    params: [types.f64, types.i32],
    results: [],
    body: (link, locals) => {
      const [first, size] = [0, 1];
      const place = locals.fresh(types.i32);
      const end = locals.fresh(types.i32);
      const particle = locals.fresh(types.f64);
      const taken = locals.fresh(types.f64);
      const { main } = low;
      const owned = ownedIn(program, main);
      const called = (effect: 'weight' | 'steps'): boolean => program.effects.called(owned.body, effect);
      const w = writerOf(program, { link, locals }, main, owned, {
        place,
        // The block around the particle is the outermost but the loop's.
        leave: (at) => branch(at.open),
        register: (effect, own) => (own === 'none' && called(effect) ? 'memory' : own),
      });
      const params = main.params.map((p, k) => set(placeOf(w, p), f64.load(get(place), places.given[k]!)));
      const top = topOf(link);
      const body = blockCode(w, owned.body);
      const { yields } = owned.body;
      const outputs = yields.map((o, k) =>
        o.slot === 'value'
          ? i32.store(get(place), wordOf(w, o), places.outputs[k]!)
          : f64.store(get(place), numberOf(w, o), places.outputs[k]!),
      );
      const dead = f64.of(Number.NEGATIVE_INFINITY);
      const weighs = w.weight.register !== 'none';
      const take = yields.some((o) => o.slot === 'value') ? link.call(hostTake, get(place)) : [];
      const zero = f64.of(0);
      const round: Code = [
        set(particle, f64.add(get(first), f64.fromUnsigned(i32.shrUnsigned(get(place), i32.of(3))))),
        totals.particle.set(get(particle)),
        weighs ? [w.weight.set(zero), w.dimension.set(zero)] : [],
        w.steps.register === 'none' ? [] : w.steps.set(countsWords ? i32.of(0) : zero),
        program.countsDepth ? totals.depth.set(i32.of(0)) : [],
        top.set(baseOf(link).get),
        remembers(low) ? link.call(startParticle) : [],
        options.layout === 'particle' ? [seedCode(link, get(particle)), w.stream?.load ?? []] : [],
        params,
        block([body, outputs]),
        f64.store(get(place), weighs ? w.weight.get : zero, places.weights),
        f64.store(get(place), weighs ? w.dimension.get : zero, places.dimensions),
        w.steps.register === 'none'
          ? []
          : set(taken, f64.add(get(taken), countsWords ? f64.fromSigned(w.steps.get) : w.steps.get)),
        weighs ? when(f64.unequal(w.weight.get, dead), take) : take,
        set(place, i32.add(get(place), i32.of(8))),
      ];
      return [
        set(end, i32.shl(get(size), i32.of(3))),
        block(loop([branchIf(i32.atLeast(get(place), get(end)), 1), round, branch(0)])),
        f64.store(i32.of(places.counts), f64.add(f64.load(i32.of(places.counts)), get(taken))),
      ];
    },
  };
}
