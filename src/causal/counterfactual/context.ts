/** What is random in one world of a finite model, settled bit by bit as runs come to it. */

import type { Family } from '../../ir/ir.js';
import type { RuntimeValue } from '../../ir/values.js';
import { type DrawEvent, unfollowed } from './hooked_run.js';
import type { DrawLaw } from './mechanism_bounds.js';
import type { Choose } from './paths.js';

/** A world's noise: the value of each draw under whatever parameters, and the probability of what has been settled so far. */
type Context = { readonly value: (event: DrawEvent) => RuntimeValue; readonly probability: () => number };

/** The noise of one draw: the part of (0, 1) that its uniform lies in, and what has come of it by parameters. */
type Uniform = { from: number; to: number; readonly values: Map<number, number> };

/**
 * A context that chooses where something is not settled yet. A draw that runs meet under several parameters goes by the quantile of one uniform, as
 * families without a mechanism of their own do; it throws an `Unfollowed` for others.
 */
export function newContext(
  choose: Choose,
  familyOf: (name: string) => Family | null,
  lawOf: (family: Family, params: readonly RuntimeValue[], site: number) => DrawLaw,
): Context {
  const draws = new Map<string, Uniform>();
  let probability = 1;
  const value = (event: DrawEvent): number => {
    const family = familyOf(event.family);
    if (family === null || !family.discrete) throw unfollowed('a draw is continuous');
    const { number: row, low, weights } = lawOf(family, event.params, event.site);
    const uniform = draws.get(event.address) ?? { from: 0, to: 1, values: new Map<number, number>() };
    draws.set(event.address, uniform);
    const before = uniform.values.get(row);
    if (before !== undefined) return before;
    if (uniform.values.size > 0 && (family.mechanism !== null || family.abduct !== null))
      throw unfollowed(
        `'${family.name.replace(/\(.*/, '')}' is drawn under several parameters, and not by one uniform`,
      );
    const parts: { readonly value: number; readonly from: number; readonly to: number }[] = [];
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      const from = Math.max(uniform.from, sum);
      sum += weights[k]!;
      const to = Math.min(uniform.to, k === weights.length - 1 ? 1 : sum);
      if (to - from > slightest) parts.push({ value: low + k, from, to });
    }
    const part = parts[choose(parts.length)]!;
    probability *= (part.to - part.from) / (uniform.to - uniform.from);
    uniform.from = part.from;
    uniform.to = part.to;
    uniform.values.set(row, part.value);
    return part.value;
  };
  return { value, probability: () => probability };
}

/** Shares of a uniform below this are rounding. */
const slightest = 1e-12;
