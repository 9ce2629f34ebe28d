/** What is known before data are looked at. */

/** An arrow between two variables, by their places. */
export type Arrow = readonly [from: number, to: number];

/** Variables are given by their places among the columns. */
export type PriorKnowledge = {
  /** Variables of a later tier cause none of an earlier one. A variable in no tier may stand anywhere. */
  readonly tiers: readonly (readonly number[])[];
  /** Arrows that are there. */
  readonly required: readonly Arrow[];
  /** Arrows that are not there; the other direction may be. */
  readonly forbidden: readonly Arrow[];
};

export const noKnowledge: PriorKnowledge = { tiers: [], required: [], forbidden: [] };

/** Prior knowledge by pairs: entry `a * count + b` speaks of the arrow from a to b. */
export type KnownArrows = {
  readonly count: number;
  /** 1 where there is no arrow from a to b: forbidden, against the tiers, or against a required arrow. */
  readonly forbidden: Uint8Array;
  /** 1 where there is one. */
  readonly required: Uint8Array;
};

/** Prior knowledge as matrices, or why it contradicts itself, in words that follow "because". */
export function knownArrows(
  count: number,
  { tiers, required, forbidden }: PriorKnowledge,
): { readonly ok: true; readonly value: KnownArrows } | { readonly ok: false; readonly reason: string } {
  const known: KnownArrows = {
    count,
    forbidden: new Uint8Array(count * count),
    required: new Uint8Array(count * count),
  };
  for (const [a, b] of forbidden) known.forbidden[a * count + b] = 1;
  for (const [k, tier] of tiers.entries())
    for (const later of tiers.slice(k + 1))
      for (const a of tier) for (const b of later) known.forbidden[b * count + a] = 1;
  for (const [a, b] of required) {
    if (known.forbidden[a * count + b] === 1)
      return { ok: false, reason: 'an arrow is required that is forbidden or goes against the tiers' };
    known.required[a * count + b] = 1;
    known.forbidden[b * count + a] = 1;
  }
  for (const [a, b] of required)
    if (known.forbidden[a * count + b] === 1) return { ok: false, reason: 'an arrow is required in both directions' };
  return requiredCircle(known)
    ? { ok: false, reason: 'the required arrows make a circle' }
    : { ok: true, value: known };
}

function requiredCircle({ count, required }: KnownArrows): boolean {
  const state = new Uint8Array(count);
  const visit = (v: number): boolean => {
    if (state[v] !== 0) return state[v] === 1;
    state[v] = 1;
    for (let w = 0; w < count; w++) if (required[v * count + w] === 1 && visit(w)) return true;
    state[v] = 2;
    return false;
  };
  for (let v = 0; v < count; v++) if (visit(v)) return true;
  return false;
}
