/** Square-root filter: the moments of a few live variables, conditioned one number at a time. */
import type { Affine } from './affine.js';
import { giveUp, type Meter } from './refusal.js';

/** The mean of an affine function of live variables, its factor over the filter's columns, and the variance of noise of its own. */
type Combined = { mean: number; row: Float64Array; own: number; scale: number };

/** What one observation did to the live variables, for a pass backwards: gains by slot, the innovation and its variance. */
export type Update = {
  readonly slots: Int32Array;
  readonly gains: Float64Array;
  readonly innovation: number;
  readonly variance: number;
};

/** The live variables: row r of the factor A has their covariance as A Aᵀ. Numbers of variables become slots, which are used again. */
type Filter = {
  readonly noise: (id: number) => void;
  readonly define: (id: number, value: Affine) => void;
  readonly drop: (id: number) => void;
  /** Conditions on the value being zero. Returns the log density of that; `update` receives what was done. */
  readonly observe: (value: Affine, update: ((made: Update) => void) | null) => number;
  readonly combine: (value: Affine) => Combined;
  /** Covariance of a combined function with the variable in a slot. */
  readonly covarianceWith: (combined: Combined, slot: number) => number;
  readonly slotOf: (id: number) => number;
  readonly active: () => readonly number[];
};

/** Below this share of its scale a standard deviation is rounding, and the value is certain. */
export const roundingShare = 1e-13;

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/**
 * A filter without variables. A variable is mean + row · (independent standard normals); an observation is Potter's update of the
 * factor (Bierman 1977, Factorization Methods for Discrete Sequential Estimation, II.7), which cannot make a variance negative and
 * loses half the digits that the update of the covariance would. When columns outnumber rows they are rotated away (Householder).
 */
export function createFilter(isInline: (id: number) => boolean, meter: Meter): Filter {
  const rows: Float64Array[] = [];
  const means: number[] = [];
  /** Standard deviation of the variable when it was made: what its rounding is measured against. */
  const scales: number[] = [];
  const slots = new Map<number, number>();
  const free: number[] = [];
  const live: number[] = [];
  const place: number[] = [];
  let width = 16;
  let columns = 0;

  const widen = (): void => {
    if (columns < width) return;
    if (columns > 2 * live.length + 12) {
      triangulate();
      return;
    }
    width *= 2;
    for (const [slot, row] of rows.entries()) {
      const wider = new Float64Array(width);
      wider.set(row);
      rows[slot] = wider;
    }
  };
  const rowOf = (slot: number): Float64Array => rows[slot] ?? new Float64Array(width);

  /** Turns the rows by reflections from the right into a lower triangle: as many columns as variables. */
  const triangulate = (): void => {
    const reflector = new Float64Array(columns);
    let done = 0;
    for (const [position, slot] of live.entries()) {
      const row = rowOf(slot);
      let square = 0;
      for (let k = done; k < columns; k++) square += (row[k] ?? 0) ** 2;
      if (square === 0) continue;
      const head = row[done] ?? 0;
      const length = head > 0 ? -Math.sqrt(square) : Math.sqrt(square);
      for (let k = done; k < columns; k++) reflector[k] = row[k] ?? 0;
      reflector[done] = head - length;
      const half = square - head * length;
      if (half > 0) {
        for (let p = position; p < live.length; p++) {
          const other = rowOf(live[p] ?? 0);
          let dot = 0;
          for (let k = done; k < columns; k++) dot += (other[k] ?? 0) * (reflector[k] ?? 0);
          const share = dot / half;
          for (let k = done; k < columns; k++) other[k] = (other[k] ?? 0) - share * (reflector[k] ?? 0);
        }
      }
      row.fill(0, done + 1);
      done += 1;
    }
    meter(2 * live.length * live.length * columns);
    columns = done;
    for (const slot of live) rowOf(slot).fill(0, done);
  };

  const occupy = (id: number): number => {
    const slot = free.pop() ?? rows.length;
    if (slot === rows.length || rows[slot]?.length !== width) rows[slot] = new Float64Array(width);
    else rowOf(slot).fill(0);
    slots.set(id, slot);
    place[slot] = live.length;
    live.push(slot);
    return slot;
  };

  const slotOf = (id: number): number => {
    const slot = slots.get(id);
    if (slot === undefined) throw new Error(`gaussian: variable ${id} is not alive`);
    return slot;
  };

  /** Combines into a row that the next call overwrites. */
  let work = new Float64Array(width);
  const combineInto = (value: Affine): Combined => {
    if (work.length < width) work = new Float64Array(width);
    const row = work;
    row.fill(0, 0, columns);
    let mean = value.constant;
    let own = 0;
    let scale = 0;
    for (let i = 0; i < value.ids.length; i++) {
      const id = value.ids[i] ?? 0;
      const coefficient = value.coefficients[i] ?? 0;
      if (isInline(id)) {
        own += coefficient * coefficient;
        continue;
      }
      const slot = slotOf(id);
      const from = rowOf(slot);
      mean += coefficient * (means[slot] ?? 0);
      scale += Math.abs(coefficient) * (scales[slot] ?? 0);
      for (let k = 0; k < columns; k++) row[k] = (row[k] ?? 0) + coefficient * (from[k] ?? 0);
    }
    meter(value.ids.length * columns + 4);
    return { mean, row, own, scale: scale + Math.sqrt(own) };
  };

  return {
    noise: (id) => {
      widen();
      const slot = occupy(id);
      means[slot] = 0;
      scales[slot] = 1;
      rowOf(slot)[columns] = 1;
      columns += 1;
    },
    define: (id, value) => {
      widen();
      const made = combineInto(value);
      const slot = occupy(id);
      const row = rowOf(slot);
      for (let k = 0; k < columns; k++) row[k] = made.row[k] ?? 0;
      means[slot] = made.mean;
      scales[slot] = made.scale;
      if (made.own > 0) {
        row[columns] = Math.sqrt(made.own);
        columns += 1;
      }
    },
    drop: (id) => {
      const slot = slotOf(id);
      slots.delete(id);
      free.push(slot);
      const at = place[slot] ?? 0;
      const last = live.pop() ?? slot;
      if (last !== slot) {
        live[at] = last;
        place[last] = at;
      }
      if (live.length === 0) columns = 0;
    },
    observe: (value, update) => {
      const { mean, row, own, scale } = combineInto(value);
      const variance = dot(row, row, columns) + own;
      if (!(Math.sqrt(variance) > roundingShare * scale)) giveUp('evidence repeats what other evidence determines');
      const innovation = -mean;
      const damping = 1 / (1 + Math.sqrt(own / variance));
      const gains = update === null ? null : new Float64Array(live.length);
      for (let p = 0; p < live.length; p++) {
        const slot = live[p] ?? 0;
        const to = rowOf(slot);
        const gain = dot(to, row, columns) / variance;
        if (gains !== null) gains[p] = gain;
        if (gain === 0) continue;
        means[slot] = (means[slot] ?? 0) + gain * innovation;
        const share = damping * gain;
        for (let k = 0; k < columns; k++) to[k] = (to[k] ?? 0) - share * (row[k] ?? 0);
      }
      meter(3 * live.length * columns);
      if (update !== null && gains !== null) update({ slots: Int32Array.from(live), gains, innovation, variance });
      return -halfLogTwoPi - 0.5 * Math.log(variance) - (0.5 * innovation * innovation) / variance;
    },
    combine: (value) => {
      const made = combineInto(value);
      return { ...made, row: made.row.slice(0, columns) };
    },
    covarianceWith: (combined, slot) => dot(combined.row, rowOf(slot), columns),
    slotOf,
    active: () => live,
  };
}

function dot(a: Float64Array, b: Float64Array, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (a[k] ?? 0) * (b[k] ?? 0);
  return sum;
}
