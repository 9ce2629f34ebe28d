import { compilePure } from '../../codegen/pure.js';
import { isFault } from '../../ir/faults.js';
import type { Func, Instruction, InstructionOf, PlaceId, Program, Region, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { findFamily, findFunction, hasEffect } from '../../ir/program.js';
import { regionsOf } from '../../ir/walk.js';
import { mainName } from '../../passes/assemble.js';
import { prune } from '../../passes/slice.js';
import { anything, applyToIntervals, hull, type Interval, intervalOf, isPoint, point } from './interval.js';

/** The greatest that the log weight of a run can be, or why that is not known. */
type Bound =
  | {
      readonly ok: true;
      readonly logBound: number /** Whether every weight is 0 or 1. */;
      readonly conditions: boolean;
    }
  | { readonly ok: false; readonly reason: string; readonly at: PlaceId };

/** How deep calls are followed. */
const deepest = 40;

/** Thrown inside the walk, caught at its end. */
type Unbounded = { readonly unbounded: string; readonly at: PlaceId };

const isUnbounded = (thrown: unknown): thrown is Unbounded =>
  typeof thrown === 'object' && thrown !== null && 'unbounded' in thrown;

const refused = (unbounded: string, at: PlaceId): Unbounded => ({ unbounded, at });

/**
 * Bounds the weight of a run by interval arithmetic over the program: the mass of what is discrete is at most 1, and a density is bounded
 * where its own text says so whatever its random parameters are, as that of a normal with a constant standard deviation.
 */
export function boundOfWeight(program: Program): Bound {
  const main = findFunction(program, mainName);
  if (main === null) throw new Error('bound: no function main');
  let conditions = true;

  const run = (func: Func, args: readonly Interval[], depth: number): readonly Interval[] => {
    const known = new Map<ValueId, Interval>();
    const outside = comparisons;
    comparisons = new Map();
    for (const [i, arg] of func.body.args.entries()) known.set(arg.id, args[i] ?? anything);
    const total = walk(func.body, known, depth);
    bound += total;
    comparisons = outside;
    return func.body.yields.map((id) => known.get(id) ?? anything);
  };
  /** Comparisons, by their results. */
  let comparisons = new Map<ValueId, InstructionOf<'op'>>();
  /** What the scores of functions that were walked last add up to. */
  let bound = 0;

  const walk = (region: Region, known: Map<ValueId, Interval>, depth: number): number => {
    let total = 0;
    for (const i of region.body) total += step(i, known, depth);
    return total;
  };

  const step = (i: Instruction, known: Map<ValueId, Interval>, depth: number): number => {
    const of = (id: ValueId): Interval => known.get(id) ?? anything;
    switch (i.kind) {
      case 'const':
        known.set(i.result.id, intervalOf(i.value));
        return 0;
      case 'op':
        known.set(i.result.id, applyToIntervals(i.op, i.args.map(of)));
        if (i.op === 'lt' || i.op === 'le' || i.op === 'gt' || i.op === 'ge') comparisons.set(i.result.id, i);
        return 0;
      case 'make':
        if (i.result.type.kind === 'array' && i.parts.length > 0) known.set(i.result.id, i.parts.map(of).reduce(hull));
        return 0;
      case 'node':
        known.set(i.result.id, of(i.value));
        return 0;
      case 'score':
        conditions = false;
        return scored(i, i.params.map(of), of(i.value), depth);
      case 'factor': {
        conditions = false;
        const { high } = of(i.value);
        if (high === Number.POSITIVE_INFINITY) throw refused("a 'factor' has no known bound", i.at);
        return high;
      }
      case 'if':
        return branch(i, known, depth);
      case 'for':
      case 'while':
        return loop(i, known, depth);
      case 'call':
        return call(i, known, depth);
      default:
        return 0;
    }
  };

  const scored = (i: InstructionOf<'score'>, params: readonly Interval[], value: Interval, depth: number): number => {
    const family = findFamily(program, i.family);
    if (family?.discrete === true) return 0;
    const density = family?.logpdf === null || family === null ? null : findFunction(program, family.logpdf);
    const [result = anything] = density === null ? [] : valuesOf(density, [...params, value], depth);
    if (result.high === Number.POSITIVE_INFINITY) {
      const name = program.sites[i.site]?.name ?? '';
      throw refused(
        `the density of ${family?.name ?? 'a family'}${name === '' ? '' : ` at '${name}'`} has no known bound`,
        i.at,
      );
    }
    return result.high;
  };

  /** The results of a function without effects: computed where all its arguments are known. */
  const valuesOf = (func: Func, args: readonly Interval[], depth: number): readonly Interval[] => {
    if (depth > deepest) return [];
    const numbers = func.body.args.every((arg) => ['real', 'int', 'bool', 'enum'].includes(arg.type.kind));
    if (numbers && args.every(isPoint)) {
      const value = computed(
        program,
        func.name,
        args.map((a) => a.low),
      );
      if (value !== null) return [point(value)];
    }
    return run(func, args, depth + 1);
  };

  const branch = (i: InstructionOf<'if'>, known: Map<ValueId, Interval>, depth: number): number => {
    const condition = known.get(i.condition) ?? anything;
    const taken = isPoint(condition) ? [condition.low === 1 ? i.then : i.otherwise] : [i.then, i.otherwise];
    const totals = taken.map((region) => {
      const before = narrow(i.condition, region === i.then, known);
      const total = walk(region, known, depth);
      for (const [id, interval] of before) known.set(id, interval);
      return total;
    });
    i.results.forEach((result, k) => {
      known.set(result.id, taken.map((region) => known.get(region.yields[k] ?? -1) ?? anything).reduce(hull));
    });
    return Math.max(...totals);
  };

  /** Compared values inside a branch are on their side of the comparison; gives what was known of them before. */
  const narrow = (
    condition: ValueId,
    holds: boolean,
    known: Map<ValueId, Interval>,
  ): readonly (readonly [ValueId, Interval])[] => {
    const test = comparisons.get(condition);
    if (test === undefined) return [];
    const [a = -1, b = -1] = test.args;
    const before = [a, b].map((id) => [id, known.get(id) ?? anything] as const);
    const [left = anything, right = anything] = before.map(([, interval]) => interval);
    const less = (test.op === 'lt' || test.op === 'le') === holds;
    const [small, great] = less ? [left, right] : [right, left];
    const below = { low: small.low, high: Math.min(small.high, great.high) };
    const above = { low: Math.max(small.low, great.low), high: great.high };
    known.set(a, less ? below : above);
    known.set(b, less ? above : below);
    return before;
  };

  const loop = (i: InstructionOf<'for' | 'while'>, known: Map<ValueId, Interval>, depth: number): number => {
    const times = i.kind === 'for' ? tripsOf(i, known) : anything;
    if (i.kind === 'for') {
      const [index] = i.body.args;
      const [low, high] = [known.get(i.low) ?? anything, known.get(i.high) ?? anything];
      if (index !== undefined) known.set(index.id, { low: low.low, high: Math.max(low.low, high.high - 1) });
    }
    const scores = hasEffect(i, program);
    const total = regionsOf(i).reduce((sum, region) => sum + walk(region, known, depth), 0);
    for (const result of resultsOf(i)) known.set(result.id, anything);
    if (!scores || total === 0) return 0;
    const most = total > 0 ? times.high : times.low;
    if (!Number.isFinite(most)) {
      if (total < 0) return 0;
      throw refused('a density stands in a loop whose length is random', i.at);
    }
    return total * Math.max(0, most);
  };

  const call = (i: InstructionOf<'call'>, known: Map<ValueId, Interval>, depth: number): number => {
    const func = findFunction(program, i.callee);
    const args = i.args.map((id) => known.get(id) ?? anything);
    if (func === null) return 0;
    if (!func.draws && !func.scores) {
      const values = valuesOf(func, args, depth);
      for (const [k, result] of i.results.entries()) known.set(result.id, values[k] ?? anything);
      return 0;
    }
    if (!func.scores) return 0;
    if (depth > deepest) throw refused('a function that scores calls itself', i.at);
    const before = bound;
    bound = 0;
    const values = run(func, args, depth + 1);
    const inside = bound;
    bound = before;
    for (const [k, result] of i.results.entries()) known.set(result.id, values[k] ?? anything);
    return inside;
  };

  try {
    run(main, [], 0);
    return { ok: true, logBound: bound, conditions };
  } catch (thrown) {
    if (isUnbounded(thrown)) return { ok: false, reason: thrown.unbounded, at: thrown.at };
    throw thrown;
  }
}

function tripsOf(i: InstructionOf<'for'>, known: ReadonlyMap<ValueId, Interval>): Interval {
  const [low, high] = [known.get(i.low) ?? anything, known.get(i.high) ?? anything];
  return { low: high.low - low.high, high: high.high - low.low };
}

/** What a function gives for numbers; null where it has a fault or cannot be compiled. */
function computed(program: Program, name: string, args: readonly number[]): number | null {
  try {
    const value = compilePure(prune(program, name), name)?.(...args);
    return typeof value === 'number' ? value : null;
  } catch (thrown) {
    if (isFault(thrown)) return null;
    throw thrown;
  }
}
