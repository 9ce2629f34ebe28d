/** Numbers read off laws. */
import type { Law } from './law.js';
import { normalCdf, normalQuantile } from './normal.js';

/** The mean; NaN if any value that has probability is absent. */
export function meanOf(law: Law): number {
  switch (law.kind) {
    case 'atoms':
      return sumOver(law, (x) => x);
    case 'mixture':
      return law.parts.reduce((sum, part) => sum + part.weight * meanOf(part.law), 0);
    default:
      return law.mean;
  }
}

/** The variance; null where it is not known. */
export function varianceOf(law: Law): number | null {
  switch (law.kind) {
    case 'atoms': {
      const mean = meanOf(law);
      return sumOver(law, (x) => (x - mean) ** 2);
    }
    case 'normal':
      return law.sd ** 2;
    case 'continuous':
    case 'moments':
      return law.variance;
    case 'mixture': {
      const mean = meanOf(law);
      let sum = 0;
      for (const part of law.parts) {
        const within = varianceOf(part.law);
        if (within === null) return null;
        sum += part.weight * (within + (meanOf(part.law) - mean) ** 2);
      }
      return sum;
    }
  }
}

/** P(X <= x). Throws for a law of which only moments are known. */
export function cdfOf(law: Law, x: number): number {
  switch (law.kind) {
    case 'atoms':
      return Math.min(
        1,
        law.values.reduce((sum, value, i) => (value <= x ? sum + (law.probabilities[i] ?? 0) : sum), 0),
      );
    case 'normal':
      return law.sd === 0 ? (x < law.mean ? 0 : 1) : normalCdf((x - law.mean) / law.sd);
    case 'continuous':
      return law.cdf(x);
    case 'mixture':
      return law.parts.reduce((sum, part) => sum + part.weight * cdfOf(part.law, x), 0);
    case 'moments':
      throw new Error('law: a distribution of which only moments are known has no cdf');
  }
}

/** The smallest x with P(X <= x) >= p; for a p that an atom reaches but for rounding, that atom. */
export function quantileOfLaw(law: Law, p: number): number {
  switch (law.kind) {
    case 'atoms': {
      let below = 0;
      for (const [i, value] of law.values.entries()) {
        below += law.probabilities[i] ?? 0;
        if (below >= p - rounding) return value;
      }
      return law.values.at(-1) ?? Number.NaN;
    }
    case 'normal':
      return law.mean + law.sd * normalQuantile(p);
    case 'continuous':
      return law.quantile(p);
    case 'mixture':
      return bisect(law, p);
    case 'moments':
      return cdfOf(law, p);
  }
}

/** Every value that has probability, rising; null for a law that is not made of atoms alone. */
export function massesOf(law: Law): readonly { readonly value: number; readonly p: number }[] | null {
  if (law.kind === 'atoms')
    return [...law.values].map((value, i) => ({ value, p: law.probabilities[i] ?? 0 })).filter(({ p }) => p > 0);
  if (law.kind !== 'mixture') return null;
  const mass = new Map<number, number>();
  for (const part of law.parts) {
    const inner = massesOf(part.law);
    if (inner === null) return null;
    for (const { value, p } of inner) mass.set(value, (mass.get(value) ?? 0) + part.weight * p);
  }
  return [...mass].map(([value, p]) => ({ value, p })).sort((a, b) => a.value - b.value);
}

/** Probability that the number is absent. */
export function absenceOf(law: Law): number {
  switch (law.kind) {
    case 'atoms':
      return law.values.reduce((sum, x, i) => (Number.isNaN(x) ? sum + (law.probabilities[i] ?? 0) : sum), 0);
    case 'mixture':
      return law.parts.reduce((sum, part) => sum + part.weight * absenceOf(part.law), 0);
    default:
      return 0;
  }
}

/** The law given that the number is there. */
export function presentOf(law: Law): Law {
  const absent = absenceOf(law);
  if (absent === 0) return law;
  if (law.kind === 'atoms') {
    const kept = [...law.values.keys()].filter((i) => !Number.isNaN(law.values[i] ?? Number.NaN));
    return {
      kind: 'atoms',
      values: Float64Array.from(kept, (i) => law.values[i] ?? 0),
      probabilities: Float64Array.from(kept, (i) => (law.probabilities[i] ?? 0) / (1 - absent)),
    };
  }
  if (law.kind !== 'mixture') return law;
  const parts = law.parts.map((part) => ({
    weight: (part.weight * (1 - absenceOf(part.law))) / (1 - absent),
    law: presentOf(part.law),
  }));
  return { kind: 'mixture', parts: parts.filter((part) => part.weight > 0) };
}

const rounding = 1e-12;

const sumOver = (law: Extract<Law, { readonly kind: 'atoms' }>, f: (x: number) => number): number =>
  law.values.reduce((sum, x, i) => sum + f(x) * (law.probabilities[i] ?? 0), 0);

/** Brackets the quantile by those of the parts, then halves until the doubles meet. */
function bisect(law: Extract<Law, { readonly kind: 'mixture' }>, p: number): number {
  const ends = law.parts.filter((part) => part.weight > 0).map((part) => quantileOfLaw(part.law, p));
  let low = Math.min(...ends);
  let high = Math.max(...ends);
  if (cdfOf(law, low) >= p - rounding) return low;
  for (let round = 0; round < 2000; round++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (cdfOf(law, middle) >= p) high = middle;
    else low = middle;
  }
  return high;
}
