/** The joint law of two races of exponentials on the same noise (the same as two Gumbel-max draws). */

/**
 * P(winner in world 0 is i, winner in world 1 is j) by rows, where runner k takes the time eₖ / pₖ in one world and eₖ / qₖ in the other.
 * Winning times t = eᵢ / pᵢ and s = eⱼ / qⱼ leave all others eₖ > max(pₖ t, qₖ s); integrated over s, and over r = t / s between
 * qᵢ / pᵢ and qⱼ / pⱼ, this is ∫ pᵢ qⱼ dr / (pᵢ r + qⱼ + Σ max(pₖ r, qₖ))², a sum of (r₂ - r₁) / ((A + B r₁)(A + B r₂)) over the
 * pieces on which the sum is linear. Rows need not sum to one.
 */
export function pairOfRaces(p: Float64Array, q: Float64Array): Float64Array {
  const n = p.length;
  const total = (row: Float64Array): number => row.reduce((a, b) => a + b, 0);
  const [sumP, sumQ] = [total(p), total(q)];
  const ratios = Array.from(p, (x, k) => q[k]! / sumQ / (x / sumP));
  // Runners that take part in neither race have no ratio.
  const breaks = [...new Set(ratios.filter((r) => !Number.isNaN(r)))].sort((a, b) => a - b);
  const at = (k: number): readonly [number, number] => [p[k]! / sumP, q[k]! / sumQ];
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const [pi, qi] = at(i);
    if (pi === 0) continue;
    for (let j = 0; j < n; j++) {
      const [pj, qj] = at(j);
      if (qj === 0) continue;
      if (i === j) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += Math.max(at(k)[0] / pi, at(k)[1] / qi);
        out[i * n + j] = 1 / sum;
        continue;
      }
      const low = qi / pi;
      const high = qj / pj;
      if (!(low < high)) continue;
      const inner = breaks.filter((r) => r > low && r < high);
      const ends = [low, ...inner, high];
      let mass = 0;
      for (let e = 0; e + 1 < ends.length; e++) {
        const [from, to] = [ends[e]!, ends[e + 1]!];
        let a = qj;
        let b = pi;
        for (let k = 0; k < n; k++) {
          if (k === i || k === j) continue;
          const [pk, qk] = at(k);
          if (ratios[k]! <= from) b += pk;
          else a += qk;
        }
        mass +=
          to === Number.POSITIVE_INFINITY ? 1 / (b * (a + b * from)) : (to - from) / ((a + b * from) * (a + b * to));
      }
      out[i * n + j] = pi * qj * mass;
    }
  }
  return out;
}
