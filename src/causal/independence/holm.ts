/**
 * Holm's correction for many tests (Scandinavian Journal of Statistics 6, 1979): p values such that rejecting where they are not above α rejects a
 * true hypothesis anywhere with a chance of at most α, however the tests hang together.
 */
export function holm(ps: readonly number[]): readonly number[] {
  const order = ps.map((_, k) => k).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length).fill(1);
  let greatest = 0;
  for (const [rank, k] of order.entries()) {
    greatest = Math.max(greatest, Math.min(1, (ps.length - rank) * ps[k]!));
    adjusted[k] = greatest;
  }
  return adjusted;
}
