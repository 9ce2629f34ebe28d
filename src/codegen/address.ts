/** Addresses while compiling: folded where they are known, followed as patterns through loops with constant bounds. */
import type { PlaceId } from '../ir/ir.js';
import { mixHi, mixLo } from '../runtime/random/address.js';
import { type Chain, type ChainLoop, literal, type Operand, word } from './low.js';
import { type Bundle, type Making, operandKey, scalar, shared } from './scope.js';

/** The address one step down, see `extendAddress`. */
export function extended(fn: Making, parent: Bundle, site: number, index: Operand, at: PlaceId): Bundle {
  const [hi, lo] = [parent[0]!, parent[1]!];
  if (hi.kind === 'literal' && lo.kind === 'literal' && index.kind === 'literal')
    return [word(mixHi(hi.value, lo.value, site, index.value)), word(mixLo(hi.value, lo.value, site, index.value))];
  const key = `${operandKey(hi)},${operandKey(lo)},${site},${operandKey(index)}`;
  const nextHi = shared(fn, `hi:${key}`, 'word', { kind: 'mix', half: 'hi', hi, lo, site, index }, at);
  const nextLo = shared(fn, `lo:${key}`, 'word', { kind: 'mix', half: 'lo', hi, lo, site, index }, at);
  const chain = chainOf(fn, parent);
  const step = index.kind === 'literal' ? index.value : loopOf(fn, index);
  if (chain !== null && step !== null && nextLo.kind === 'local')
    fn.chains.set(nextLo.id, { ...chain, steps: [...chain.steps, { site, index: step }] });
  return [nextHi, nextLo];
}

const loopOf = (fn: Making, index: Operand): ChainLoop | null =>
  fn.loops.find((loop) => index.kind === 'local' && loop.index.id === index.id) ?? null;

/** The pattern of an address, null where it hangs on more than literals and loops with constant bounds. */
export function chainOf(fn: Making, address: Bundle): Chain | null {
  const [hi, lo] = [address[0]!, address[1]!];
  if (hi.kind === 'literal' && lo.kind === 'literal') return { hi: hi.value, lo: lo.value, steps: [] };
  return lo.kind === 'local' ? (fn.chains.get(lo.id) ?? null) : null;
}

/** Which entry of a pattern's group belongs to the present iterations; null where there is only one. */
export function slotOf(fn: Making, chain: Chain, at: PlaceId): Operand | null {
  const loops = chain.steps.map((s) => s.index).filter((index) => typeof index !== 'number');
  if (loops.length === 0) return null;
  let slot: Operand = literal(0);
  for (const loop of loops) {
    const size = literal(loop.high - loop.low);
    const offset = loop.low === 0 ? loop.index : scalar(fn, 'sub', [loop.index, literal(loop.low)], at);
    slot = slot.kind === 'literal' ? offset : scalar(fn, 'add', [scalar(fn, 'mul', [slot, size], at), offset], at);
  }
  return slot;
}

/** Whether every enclosing loop of the present place is one step of the pattern, so that no two iterations share an address. */
export const distinguishes = (fn: Making, chain: Chain): boolean =>
  fn.loops.every((loop) => chain.steps.some((s) => typeof s.index !== 'number' && s.index.index.id === loop.index.id));

/** Text that two patterns share when they name the same addresses. */
export const chainKey = (chain: Chain): string =>
  JSON.stringify([
    chain.hi,
    chain.lo,
    chain.steps.map((s) => [s.site, typeof s.index === 'number' ? s.index : [s.index.low, s.index.high]]),
  ]);

/** All addresses of a pattern, in the order of `slotOf`. */
export function addressesOf(chain: Chain): readonly { readonly hi: number; readonly lo: number }[] {
  let found = [{ hi: chain.hi, lo: chain.lo }];
  for (const { site, index } of chain.steps) {
    const indices =
      typeof index === 'number'
        ? [index]
        : Array.from({ length: Math.max(0, index.high - index.low) }, (_, i) => index.low + i);
    found = found.flatMap(({ hi, lo }) =>
      indices.map((i) => ({ hi: mixHi(hi, lo, site, i), lo: mixLo(hi, lo, site, i) })),
    );
  }
  return found;
}
