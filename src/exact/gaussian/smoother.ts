/** The laws of many affine functions, one by one, given all observations: a pass forwards and one backwards. */
import type { Affine } from './affine.js';
import { createFilter, roundingShare, type Update } from './filter.js';
import type { Meter } from './refusal.js';
import { schedule } from './schedule.js';
import type { Tape } from './tape.js';

/** Mean and standard deviation of each function, in their order. */
type Marginals = { readonly mean: Float64Array; readonly sd: Float64Array };

type Part = { readonly slot: number; readonly coefficient: number };

/** What the pass backwards needs of each step of the pass forwards. */
type Trace =
  | { readonly kind: 'observe'; readonly parts: readonly Part[]; readonly update: Update }
  | { readonly kind: 'define'; readonly slot: number; readonly parts: readonly Part[]; readonly slots: Int32Array }
  | { readonly kind: 'empty'; readonly slot: number; readonly slots: Int32Array }
  | {
      readonly kind: 'probe';
      readonly probe: number;
      readonly slots: Int32Array;
      readonly covariances: Float64Array;
      readonly mean: number;
      readonly variance: number;
      readonly scale: number;
    };

/**
 * Marginal laws given all observations by the modified Bryson-Frazier smoother (Bierman 1973, Fixed interval smoothing with discrete
 * measurements): backwards go the score λ and information Λ of what comes later, with E = m - Pλ and Var = P - PΛP; nothing is
 * inverted, so exact dependence between variables does no harm. Cost linear in the length of a chain.
 */
export function marginalMoments(tape: Tape, values: readonly Affine[], meter: Meter): Marginals {
  const { isInline, run } = schedule(tape, [], values);
  const filter = createFilter(isInline, meter);
  const trace: Trace[] = [];
  const live = (): Int32Array => Int32Array.from(filter.active());
  const partsOf = (value: Affine): readonly Part[] =>
    value.ids.flatMap((id, i) =>
      isInline(id) ? [] : [{ slot: filter.slotOf(id), coefficient: value.coefficients[i] ?? 0 }],
    );
  let most = 0;
  const grow = (): void => {
    most = Math.max(most, filter.active().length);
  };
  run({
    noise: (id) => {
      filter.noise(id);
      grow();
      trace.push({ kind: 'empty', slot: filter.slotOf(id), slots: live() });
    },
    define: (id, value) => {
      const parts = partsOf(value);
      filter.define(id, value);
      grow();
      trace.push({ kind: 'define', slot: filter.slotOf(id), parts, slots: live() });
    },
    drop: (id) => {
      trace.push({ kind: 'empty', slot: filter.slotOf(id), slots: live() });
      filter.drop(id);
    },
    observe: (value) => {
      const parts = partsOf(value);
      filter.observe(value, (update) => trace.push({ kind: 'observe', parts, update }));
    },
    probe: (probe, value) => {
      const combined = filter.combine(value);
      const slots = live();
      trace.push({
        kind: 'probe',
        probe,
        slots,
        covariances: Float64Array.from(slots, (slot) => filter.covarianceWith(combined, slot)),
        mean: combined.mean,
        variance: combined.row.reduce((sum, x) => sum + x * x, 0),
        scale: combined.scale,
      });
    },
  });
  return backwards(trace, most, values.length, meter);
}

function backwards(trace: readonly Trace[], size: number, count: number, meter: Meter): Marginals {
  const mean = new Float64Array(count);
  const sd = new Float64Array(count);
  /** Slots are used again, so their numbers stay below the most that were alive at once. */
  const score = new Float64Array(size);
  const information = new Float64Array(size * size);
  const at = (i: number, j: number): number => information[i * size + j] ?? 0;
  const forget = (slot: number, slots: Int32Array): void => {
    score[slot] = 0;
    for (const other of slots) {
      information[slot * size + other] = 0;
      information[other * size + slot] = 0;
    }
  };
  for (let t = trace.length - 1; t >= 0; t--) {
    const step = trace[t];
    if (step === undefined) continue;
    switch (step.kind) {
      case 'empty':
        forget(step.slot, step.slots);
        break;
      case 'define': {
        const { slot, parts, slots } = step;
        const self = at(slot, slot);
        for (const { slot: p, coefficient: a } of parts) {
          score[p] = (score[p] ?? 0) + a * (score[slot] ?? 0);
          for (const other of slots) {
            if (other === slot) continue;
            const change = a * at(slot, other);
            information[p * size + other] = at(p, other) + change;
            information[other * size + p] = at(other, p) + change;
          }
        }
        // Each pair of parts got the mixed terms above; what both own through the variable itself is left.
        for (const { slot: p, coefficient: a } of parts)
          for (const { slot: q, coefficient: b } of parts) information[p * size + q] = at(p, q) + a * b * self;
        meter(2 * parts.length * slots.length);
        forget(slot, slots);
        break;
      }
      case 'observe': {
        const { slots, gains, innovation, variance } = step.update;
        let pull = 0;
        const spread = new Float64Array(slots.length);
        let quadratic = 0;
        for (const [i, slot] of slots.entries()) {
          const gain = gains[i] ?? 0;
          pull += gain * (score[slot] ?? 0);
          let sum = 0;
          for (const [j, other] of slots.entries()) sum += at(slot, other) * (gains[j] ?? 0);
          spread[i] = sum;
          quadratic += gain * sum;
        }
        for (const { slot: p, coefficient: a } of step.parts) {
          score[p] = (score[p] ?? 0) - a * (pull + innovation / variance);
          for (const [i, other] of slots.entries()) {
            const change = a * (spread[i] ?? 0);
            information[p * size + other] = at(p, other) - change;
            information[other * size + p] = at(other, p) - change;
          }
        }
        for (const { slot: p, coefficient: a } of step.parts)
          for (const { slot: q, coefficient: b } of step.parts)
            information[p * size + q] = at(p, q) + a * b * (quadratic + 1 / variance);
        meter(2 * slots.length * slots.length);
        break;
      }
      case 'probe': {
        const { slots, covariances, probe } = step;
        let pull = 0;
        let gained = 0;
        for (const [i, slot] of slots.entries()) {
          const c = covariances[i] ?? 0;
          pull += c * (score[slot] ?? 0);
          for (const [j, other] of slots.entries()) gained += c * at(slot, other) * (covariances[j] ?? 0);
        }
        mean[probe] = step.mean - pull;
        const deviation = Math.sqrt(Math.max(0, step.variance - gained));
        sd[probe] = deviation > roundingShare * step.scale ? deviation : 0;
        meter(slots.length * slots.length);
        break;
      }
    }
  }
  return { mean, sd };
}
