/** A chain step by step, with the sums that it adds up to: the phase-type recursion. It ends when hardly any weight is left in the loop. */
import type { Ending } from './absorb.js';
import type { Chain } from './chain.js';
import { keyOfAll } from './distribution.js';
import type { Budget } from './refusal.js';
import { addInto, multiply, type Series, scaleBy, unitSeries } from './series.js';

/** Share of the weight that may stay in the loop. */
const remaining = 1e-13;

type Place = { readonly state: number; readonly added: readonly number[]; readonly series: Series };

/** The ending from one start, for a chain of any kind. What is left in the loop at the end is open. */
export function march(chain: Chain, start: number, budget: Budget): Ending {
  const uniform = commonStep(chain, start);
  if (uniform !== null) return marchEvenly(chain, start, uniform, budget);
  const exits = new Map<string, Place>();
  const none: readonly number[] = Array.from({ length: chain.sums }, () => 0);
  let places = new Map<string, Place>([['', { state: start, added: none, series: unitSeries(chain.rank) }]]);
  let open = 0;
  let ended = 0;
  let scale = 0;
  for (;;) {
    const next = new Map<string, Place>();
    let mass = 0;
    for (const { state, added, series } of places.values()) {
      const row = chain.row(state);
      budget.spend(4 + 4 * row.steps.length);
      open += series[0]! * row.open;
      if (row.exit > 0) {
        const out = series.map((x) => x * row.exit);
        ended += out[0]!;
        join(exits, { state, added, series: out });
      }
      for (const step of row.steps) {
        const sum = added.map((x, k) => x + step.added[k]!);
        const moved = multiply(series, step.series, chain.rank);
        mass += moved[0]!;
        join(next, { state: step.to, added: sum, series: moved });
      }
    }
    if (mass <= remaining * ended || next.size === 0) return { scale, exits: [...exits.values()], open: open + mass };
    places = next;
    const most = Math.max(mass, ended);
    if (most < tiny) {
      // Evidence has made all weights small: they are brought back to 1.
      for (const place of [...places.values(), ...exits.values()]) scaleBy(place.series, 1 / most);
      open /= most;
      ended /= most;
      scale += Math.log(most);
    }
  }
}

/** Weights are brought back below this. */
const tiny = 1e-100;

function join(map: Map<string, Place>, place: Place): void {
  const key = `${place.state};${keyOfAll(place.added)}`;
  const same = map.get(key);
  if (same === undefined) map.set(key, place);
  else addInto(same.series, place.series);
}

/** What every step adds, if it is the same everywhere, the chain is known, has no series and no evidence; else null. */
function commonStep(chain: Chain, start: number): readonly number[] | null {
  if (chain.rank > 0 || chain.sums === 0 || chain.size() > largest) return null;
  let common: readonly number[] | null = null;
  const seen = new Set([start]);
  for (const state of seen) {
    if (seen.size > largest) return null;
    const row = chain.row(state);
    if (row.lost !== 0) return null;
    for (const { to, added } of row.steps) {
      if (common !== null && added.some((x, k) => x !== common?.[k])) return null;
      common ??= added;
      seen.add(to);
    }
  }
  return common;
}

/** States of a chain that is looked at as a whole. */
const largest = 20_000;

/** As `march` where each step adds the same: a vector times a sparse matrix, step after step. */
function marchEvenly(chain: Chain, start: number, added: readonly number[], budget: Budget): Ending {
  const count = chain.size();
  const offsets = new Int32Array(count + 1);
  const to: number[] = [];
  const weight: number[] = [];
  const exit = new Float64Array(count);
  const left = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    const row = chain.row(s);
    exit[s] = row.exit;
    left[s] = row.open;
    for (const step of row.steps) {
      to.push(step.to);
      weight.push(step.series[0]!);
    }
    offsets[s + 1] = to.length;
  }
  const targets = Int32Array.from(to);
  const weights = Float64Array.from(weight);
  let current = new Float64Array(count);
  let next = new Float64Array(count);
  current[start] = 1;
  const exits: Place[] = [];
  let open = 0;
  let ended = 0;
  for (let n = 0; ; n++) {
    budget.spend(1 + Math.ceil(targets.length / 64));
    let mass = 0;
    next.fill(0);
    for (let s = 0; s < count; s++) {
      const here = current[s]!;
      if (here === 0) continue;
      open += here * left[s]!;
      if (exit[s]! > 0) {
        const out = here * exit[s]!;
        ended += out;
        exits.push({ state: s, added: added.map((x) => x * n), series: [out] });
      }
      for (let k = offsets[s]!; k < offsets[s + 1]!; k++) {
        const moved = here * weights[k]!;
        next[targets[k]!]! += moved;
        mass += moved;
      }
    }
    if (mass <= remaining * ended) return { scale: 0, exits, open: open + mass };
    [current, next] = [next, current];
  }
}
