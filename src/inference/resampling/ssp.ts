import { fromCounts, lastPositive, type Scheme, totalOf } from './scheme.js';

/**
 * Srinivasan's sampling process (Gerber, Chopin and Whiteley 2019, section 5.1): offspring are N w_i rounded down or up, negatively
 * associated, so that the central limit theorem holds whatever the order of the particles.
 *
 * Two particles with a fraction left meet: one's fraction is moved to the other, as far as one of them becomes whole, in the direction
 * that keeps both expectations.
 */
export const ssp: Scheme = {
  name: 'ssp',
  summary: 'N w rounded down or up, pair by pair; little noise, whatever the order of particles',
  uniforms: (particles) => Math.max(0, particles - 1),
  ancestors: (weights, uniforms, count) => {
    const total = totalOf(weights);
    const particles = weights.length;
    const counts = new Int32Array(particles);
    const fraction = new Float64Array(particles);
    let sum = 0;
    for (let i = 0; i < particles; i++) {
      const expected = (count * weights[i]!) / total;
      counts[i] = Math.floor(expected);
      fraction[i] = expected - counts[i]!;
      sum += counts[i]!;
    }
    let open = 0;
    for (let next = 1; next < particles; next++) {
      const here = fraction[open]!;
      const there = fraction[next]!;
      // What one gains is what the other loses, until the winner is at 1 or the loser at 0.
      const up = Math.min(there, 1 - here);
      const down = Math.min(here, 1 - there);
      const gains = up + down > 0 && uniforms[next - 1]! * (up + down) < down;
      if (up + down === 0) {
        open = next;
        continue;
      }
      const winner = gains ? open : next;
      const loser = gains ? next : open;
      if (fraction[loser]! < 1 - fraction[winner]!) {
        fraction[winner]! += fraction[loser]!;
        fraction[loser] = 0;
        open = winner;
      } else {
        fraction[loser]! -= 1 - fraction[winner]!;
        fraction[winner] = 0;
        counts[winner]! += 1;
        sum += 1;
        open = loser;
      }
    }
    // The last fraction is 0 or 1 but for rounding.
    if (sum < count) counts[weights[open]! > 0 ? open : lastPositive(weights)]! += count - sum;
    return fromCounts(counts, count);
  },
};
