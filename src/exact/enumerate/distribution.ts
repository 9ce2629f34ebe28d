/** Distributions over the states of a run: what is alive at one place of a function, with weights. */
import type { RuntimeValue } from '../../ir/values.js';
import { addInto, type Series } from './series.js';

/** One state. It belongs to one distribution and is changed in place as instructions go by. */
export type State = {
  /** Values by slot, see `plan.ts`; slots of dead values hold anything. */
  readonly values: RuntimeValue[];
  /** The weight, and the moments of the numbers that are only known by their moments. */
  series: Series;
  /** Continuous dimensions of the scores so far. */
  dimension: number;
};

/** Weighted states. True weights are exp(scale) times those written. */
export type Distribution = {
  readonly states: State[];
  readonly scale: number;
  /** Weight of the runs that were left out, in the same scale. */
  readonly open: number;
};

const known = new WeakMap<object, string>();

/** A text that equal values share and others don't. */
function keyOf(value: RuntimeValue | undefined): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === undefined) return '';
  const found = known.get(value);
  if (found !== undefined) return found;
  const key = 'hi' in value ? '@' : `[${Array.from<RuntimeValue>(value).map(keyOf).join(' ')}]`;
  known.set(value, key);
  return key;
}

/** The same for several values. */
export function keyOfAll(values: readonly (RuntimeValue | undefined)[]): string {
  let key = '';
  for (const value of values) key += `${keyOf(value)},`;
  return key;
}

/** Joins the states that agree in the slots given. */
export function merge(d: Distribution, slots: readonly number[]): Distribution {
  if (d.states.length < 2) return d;
  const byKey = new Map<string, State>();
  for (const state of d.states) {
    let key = state.dimension === 0 ? '' : `${state.dimension};`;
    for (const slot of slots) key += `${keyOf(state.values[slot])},`;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, state);
    else addInto(same.series, state.series);
  }
  return byKey.size === d.states.length ? d : { ...d, states: [...byKey.values()] };
}

/** All the states of several distributions, on one scale. */
export function union(parts: readonly Distribution[]): Distribution {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const full = parts.filter((part) => part.states.length > 0 || part.open > 0);
  if (full.length === 0) return { states: [], scale: 0, open: 0 };
  const scale = full.reduce((most, part) => Math.max(most, part.scale), Number.NEGATIVE_INFINITY);
  const states: State[] = [];
  let open = 0;
  for (const part of full) {
    const factor = Math.exp(part.scale - scale);
    open += part.open * factor;
    for (const state of part.states) {
      if (factor !== 1) for (let i = 0; i < state.series.length; i++) state.series[i]! *= factor;
      states.push(state);
    }
  }
  return { states, scale, open };
}

/**
 * Multiplies each state's weight by exp of a number; states of weight zero are dropped. What was left out is taken to weigh no more than the
 * heaviest state that was kept.
 */
export function weigh(d: Distribution, logWeight: (state: State) => number): Distribution {
  const amounts = d.states.map(logWeight);
  const most = amounts.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (most === Number.NEGATIVE_INFINITY) return { ...d, states: [] };
  const states: State[] = [];
  for (const [i, state] of d.states.entries()) {
    const amount = amounts[i]!;
    if (amount === Number.NEGATIVE_INFINITY) continue;
    const factor = Math.exp(amount - most);
    if (factor !== 1) for (let k = 0; k < state.series.length; k++) state.series[k]! *= factor;
    if (state.series[0]! > 0) states.push(state);
  }
  return { states, scale: d.scale + most, open: d.open };
}

/** Keeps weights in range: the greatest is brought back to 1 where it has become very small or large. */
export function rescaled(d: Distribution): Distribution {
  let most = d.open;
  for (const state of d.states) most = Math.max(most, state.series[0]!);
  if (most === 0 || (most > 1e-100 && most < 1e100)) return d;
  for (const state of d.states) for (let k = 0; k < state.series.length; k++) state.series[k]! /= most;
  return { states: d.states, scale: d.scale + Math.log(most), open: d.open / most };
}

/** A state of its own with the same content. */
export const copyState = (state: State): State => ({
  values: state.values.slice(),
  series: state.series.slice(),
  dimension: state.dimension,
});

/** The sum of all weights. */
export const massOf = (d: Distribution): number => d.states.reduce((sum, s) => sum + s.series[0]!, 0);
