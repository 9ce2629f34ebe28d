/** Reads effects: those that must be there, and the reasons of those that must not. */
import type { Effect } from '../../src/causal/estimate/units.js';

/** An effect that was estimated. */
export function found(effect: Effect): Extract<Effect, { readonly ok: true }> {
  if (!effect.ok) throw new Error(effect.reason);
  return effect;
}

/** Why there is no effect; empty where there is one. */
export const reasonOf = (effect: Effect): string => (effect.ok ? '' : effect.reason);
