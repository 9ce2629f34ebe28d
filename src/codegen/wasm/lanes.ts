/**
 * Main for two particles side by side, in vectors of two doubles. What does not hang on noise is computed while compiling, what hangs on
 * a loop's counter or on one discrete value comes from tables, and branches become selections.
 */
import type { KernelOptions } from '../../ir/engine.js';
import type { Code } from '../../runtime/assembly/code.js';
import {
  branch,
  f64,
  f64x2,
  get,
  give,
  i32,
  i64,
  i64x2,
  loop,
  repeatWhile,
  set,
  types,
  v128,
  when,
} from '../../runtime/assembly/instructions.js';
import { type Locals, type ModuleBuilder, newLocals, type Routine } from '../../runtime/assembly/module.js';
import type { LowProgram } from '../low.js';
import type { KernelPlaces } from './contract.js';
import { laneArithmetic } from './lane_arithmetic.js';
import type { Frame } from './lanes/expressions.js';
import { type Held, known, notForLanes, rangeOf } from './lanes/held.js';
import { operation, selected } from './lanes/operations.js';
import { runBlock } from './lanes/statements.js';
import { define, failUnless, flagOf, numberCode, type Writing } from './lanes/writing.js';

/** Statements that may be walked while compiling, those of loops that are run meanwhile included. */
const fuel = 400_000;
/** Chunks with a particle that two at a time cannot deal with, before it is no longer tried. */
const mostTroubles = 16;

/**
 * Writes main for two particles at a time; null where it is not of a shape for that. A chunk with a fault in it, or with a weight that
 * two at a time cannot deal with, is run again by `alone`, which ends in the same fault of the same particle as ever.
 */
export function lanesRoutine(
  link: ModuleBuilder,
  low: LowProgram,
  places: KernelPlaces,
  options: Pick<KernelOptions, 'layout' | 'limits'>,
  alone: Routine,
): Routine | null {
  if (options.layout === 'particle' || low.main.results.some((slot) => slot !== 'number')) return null;
  if (low.groups.some((group) => group.kind !== 'column')) return null;
  const params = [types.f64, types.i32];
  const own = newLocals(params);
  try {
    const code = mainBody({ options, low, places, link, locals: own, alone });
    const body: Routine['body'] = (_, locals) => {
      for (const type of own.types.slice(params.length)) locals.fresh(type);
      return code;
    };
    return { params, results: [], body };
  } catch (thrown) {
    if (thrown === notForLanes) return null;
    throw thrown;
  }
}

type Setting = {
  readonly options: Pick<KernelOptions, 'layout' | 'limits'>;
  readonly low: LowProgram;
  readonly places: KernelPlaces;
  readonly link: ModuleBuilder;
  readonly locals: Locals;
  readonly alone: Routine;
};

const [first, size] = [0, 1];

function mainBody({ options, low, places, link, locals, alone }: Setting): Code {
  const [pair, end, odd] = [types.i32, types.i32, types.i32].map(locals.fresh);
  const [fine, stepped, fineBefore, steppedBefore] = [0, 0, 0, 0].map(() => locals.fresh(types.v128));
  const w: Writing = {
    site: { link, locals },
    low,
    places,
    options,
    arithmetic: laneArithmetic,
    before: [],
    literals: new Map(),
    turns: new Map(),
    pair: pair!,
    fine: fine!,
    fuel: { left: fuel },
    code: [],
    memo: { found: new Map(), outer: null },
    cost: 0,
    active: null,
    weight: known(0),
    dimension: known(0),
    steps: known(0),
    depth: 0,
    mode: 'real',
    failed: false,
  };
  runPair(w);
  const own = rangeOf(w.steps);
  const counted = w.steps.kind !== 'known';
  if (own === null || own[1] > options.limits.steps) {
    const within = define(
      w,
      () => f64x2.atMost(numberCode(w, w.steps), numberCode(w, known(options.limits.steps))),
      true,
    );
    failUnless(w, within);
  }
  if (counted) w.code.push(set(stepped!, f64x2.add(get(stepped!), numberCode(w, w.steps))));
  const troubles = link.variable('chunks in trouble', types.i32);
  const again = link.call(alone, get(first), get(size));
  const ones = i64x2.splat(i64.of(-1n));
  /** What one lane had before is kept where the other one has no particle. */
  const lowerOnly = i64x2.withLane(i64x2.splat(i64.of(0n)), i64.of(-1n), 0);
  const steps: Code = counted
    ? f64.add(f64x2.lane(get(stepped!), 0), f64x2.lane(get(stepped!), 1))
    : f64.mul(f64.fromSigned(get(size)), f64.of(w.steps.kind === 'known' ? Number(w.steps.value) : 0));
  const count = i32.of(places.counts);
  return [
    when(i32.greater(troubles.get, i32.of(mostTroubles)), [again, give()]),
    w.before,
    set(fine!, ones),
    set(end!, i32.shl(i32.and(get(size), i32.of(-2)), i32.of(3))),
    set(odd!, i32.and(get(size), i32.of(1))),
    loop([
      when(
        i32.less(get(pair!), get(end!)),
        repeatWhile([w.code, set(pair!, i32.add(get(pair!), i32.of(16)))], i32.less(get(pair!), get(end!))),
      ),
      when(get(odd!), [
        set(odd!, i32.of(0)),
        set(fineBefore!, get(fine!)),
        set(steppedBefore!, get(stepped!)),
        set(end!, i32.add(get(end!), i32.of(16))),
        branch(1),
      ]),
    ]),
    when(i32.and(get(size), i32.of(1)), [
      set(fine!, v128.select(get(fine!), get(fineBefore!), lowerOnly)),
      set(stepped!, v128.select(get(stepped!), get(steppedBefore!), lowerOnly)),
    ]),
    when(i64x2.all(get(fine!)), f64.store(count, f64.add(f64.load(count), steps)), [
      troubles.set(i32.add(troubles.get, i32.of(1))),
      again,
    ]),
  ];
}

/** Runs main for the pair, and puts into its places what it gives. */
function runPair(w: Writing): void {
  const { places, options } = w;
  const { main } = w.low;
  const frame: Frame = new Map();
  main.params.forEach((param, k) => {
    frame.set(
      param.id,
      define(w, () => v128.load(get(w.pair), places.given[k]!), false),
    );
  });
  const results = runBlock(w, frame, main.body);
  const put = (place: number, held: Held): void => {
    w.code.push(v128.store(get(w.pair), numberCode(w, held), place));
  };
  const { weight } = w;
  put(places.weights, weight);
  put(places.dimensions, w.dimension);
  if (weight.kind === 'known' && weight.value === 0) {
    results.forEach((held, k) => {
      put(places.outputs[k]!, held);
    });
    return;
  }
  const dead = operation(w, 'eq', [weight, known(Number.NEGATIVE_INFINITY)]);
  const counts = operation(w, 'is_number', [weight]);
  failUnless(
    w,
    flagOf(w, options.layout === 'column' ? counts : operation(w, 'and', [counts, operation(w, 'not', [dead])])),
  );
  results.forEach((held, k) => {
    put(places.outputs[k]!, selected(w, flagOf(w, dead), known(Number.NaN), held));
  });
}
