/** A loop of random length as a Markov chain: its states are what it carries, without the numbers that it only adds to. */
import type { InstructionOf } from '../../ir/ir.js';
import { hasEffect } from '../../ir/program.js';
import type { RuntimeValue } from '../../ir/values.js';
import { keyOfAll, type State } from './distribution.js';
import { giveUp } from './refusal.js';
import type { Scope } from './scope.js';
import { addInto, type Series, unitSeries } from './series.js';
import { kept } from './step.js';
import { type Walking, walkRegion } from './walk.js';

/** One step to another state: what is added to the exact accumulators, and weight and moments of what is added to the others. */
type Step = { readonly to: number; readonly added: readonly number[]; readonly series: Series };

/** All that one round of the loop can do from a state. Weights add up to 1. */
type Row = {
  readonly exit: number;
  readonly steps: readonly Step[];
  /** What was left out, and what evidence took away (negative where it gives more than 1). */
  readonly open: number;
  readonly lost: number;
};

/** A chain that is found out state by state. */
export type Chain = {
  /** The number of a state. */
  readonly stateOf: (values: readonly RuntimeValue[]) => number;
  readonly valuesOf: (state: number) => readonly RuntimeValue[];
  readonly row: (state: number) => Row;
  readonly size: () => number;
  /** Numbers in the series of steps. */
  readonly rank: number;
  /** Exact accumulators. */
  readonly sums: number;
};

/** What a loop carries, by kind: positions of the state, of exact accumulators and of those known by moments. */
type Carried = {
  readonly core: readonly number[];
  readonly sums: readonly number[];
  readonly moments: readonly number[];
};

/** Sorts the carried values that are needed. */
export function carriedOf(scope: Scope, i: InstructionOf<'while'>): Carried {
  const needed = scope.lives.of.get(i)?.carried ?? [];
  const additive = scope.accumulators.of.get(i);
  const core: number[] = [];
  const sums: number[] = [];
  const moments: number[] = [];
  for (const [k, arg] of i.condition.args.entries()) {
    if (needed[k] !== true) continue;
    if (scope.accumulators.moments.has(arg.id)) moments.push(k);
    else if (additive?.has(k)) sums.push(k);
    else core.push(k);
  }
  return { core, sums, moments };
}

/** How to make the chain of a loop from the values that it takes from outside. */
export function chainMaker(
  scope: Scope,
  i: InstructionOf<'while'>,
  carried: Carried,
  host: Walking,
): (captured: readonly RuntimeValue[]) => Chain {
  const { lives } = scope;
  const life = lives.of.get(i);
  const test = walkRegion(scope, i.condition, host);
  const condition = scope.read(i.condition.yields[0] ?? -1);
  const down = scope.assign(
    kept(
      i.body.args,
      i.condition.args.map((a) => a.id),
      life?.carried ?? [],
    ),
  );
  const push = walkRegion(scope, i.body, host);
  const slotsOf = (positions: readonly number[]): readonly (number | undefined)[] =>
    positions.map((k) => lives.slots.get(i.condition.args[k]?.id ?? -1));
  const outside = (life?.captured ?? []).map((id) => lives.slots.get(id));
  const [coreSlots, sumSlots] = [slotsOf(carried.core), slotsOf(carried.sums)];
  const yields = (positions: readonly number[]): readonly number[] => positions.map((k) => i.body.yields[k] ?? -1);
  const coreReads = yields(carried.core).map(scope.read);
  const sumReads = yields(carried.sums).map(scope.number);
  const numbers = yields(carried.moments).map((id) => lives.moments.get(id) ?? -1);
  const rank = numbers.length;
  const weighs = hasEffect(i, host.program);

  const localOf = (state: State): Series => {
    const out = unitSeries(rank);
    const { series } = state;
    out[0] = series[0]!;
    for (const [a, x] of numbers.entries()) {
      out[1 + a] = series[1 + x]!;
      for (const [b, y] of numbers.entries())
        out[1 + rank + a * rank + b] = series[1 + lives.rank + x * lives.rank + y]!;
    }
    return out;
  };

  return (captured) => {
    const numberOf = new Map<string, number>();
    const states: (readonly RuntimeValue[])[] = [];
    const rows: (Row | undefined)[] = [];
    const stateOf = (values: readonly RuntimeValue[]): number => {
      const key = keyOfAll(values);
      const known = numberOf.get(key);
      if (known !== undefined) return known;
      numberOf.set(key, states.length);
      states.push(values);
      return states.length - 1;
    };
    const explore = (from: number): Row => {
      host.budget.spend(10);
      const state: State = { values: new Array(lives.width), series: unitSeries(lives.rank), dimension: 0 };
      const set = (slot: number | undefined, value: RuntimeValue | undefined): void => {
        if (slot !== undefined && value !== undefined) state.values[slot] = value;
      };
      for (const [k, slot] of outside.entries()) set(slot, captured[k]);
      for (const [k, slot] of coreSlots.entries()) set(slot, states[from]?.[k]);
      for (const slot of sumSlots) set(slot, 0);
      const tested = test({ states: [state], scale: 0, open: 0 });
      const into = Math.exp(tested.scale);
      let exit = 0;
      const going: State[] = [];
      for (const s of tested.states) {
        if (s.dimension > 0) giveUp('a loop of random length scores densities');
        if (condition(s) === 1) going.push(s);
        else exit += s.series[0]! * into;
      }
      for (const s of going) down(s);
      let open = tested.open * into;
      const steps = new Map<string, { to: number; added: readonly number[]; series: Series }>();
      if (going.length > 0) {
        const after = push({ states: going, scale: tested.scale, open: 0 });
        const factor = Math.exp(after.scale);
        open += after.open * factor;
        for (const s of after.states) {
          if (s.dimension > 0) giveUp('a loop of random length scores densities');
          const to = stateOf(coreReads.map((read) => read(s)));
          const added = sumReads.map((read) => read(s));
          const series = localOf(s);
          for (let k = 0; k < series.length; k++) series[k]! *= factor;
          const key = `${to};${keyOfAll(added)}`;
          const same = steps.get(key);
          if (same === undefined) steps.set(key, { to, added, series });
          else addInto(same.series, series);
        }
      }
      let lost = 0;
      if (weighs) {
        lost = 1 - exit - open;
        for (const step of steps.values()) lost -= step.series[0]!;
        if (Math.abs(lost) < rounding) lost = 0;
      }
      return { exit, steps: [...steps.values()], open, lost };
    };
    return {
      stateOf,
      valuesOf: (state) => states[state] ?? [],
      row: (state) => {
        rows[state] ??= explore(state);
        return rows[state];
      },
      size: () => states.length,
      rank,
      sums: carried.sums.length,
    };
  };
}

/** Weight that is missing by rounding alone. */
const rounding = 1e-13;
