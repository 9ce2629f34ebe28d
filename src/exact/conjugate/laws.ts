/** Laws of polynomials in draws from known families. */
import {
  asNumberOf,
  numberPolynomial,
  onlyAtom,
  onlyTerm,
  type Polynomial,
  subtract,
} from '../../passes/conjugate/polynomial.js';
import { atomsOf, certain, type Law } from '../law.js';
import type { Problem } from '../solver.js';
import { cdfOf } from '../summary.js';
import type { Leaf } from './leaf.js';
import { expectation, givenScales, type Member } from './moments.js';

/** The law of an output in one leaf; null where not even its mean is known. */
export function lawOf(value: Polynomial, leaf: Leaf, problem: Problem): Law | null {
  const number = asNumberOf(value);
  if (number !== null) return certain(number);
  const truth = comparison(value, leaf, problem);
  if (truth !== null) return truth;
  const mean = expectation(value, leaf.members, leaf.algebra, leaf.normalisers);
  if (mean === null) return null;
  const variance = varianceAbout(value, mean, leaf);
  if (variance !== null && isNormal(value, leaf, true)) return { kind: 'normal', mean, sd: Math.sqrt(variance) };
  const mixed = isNormal(value, leaf, false) ? studentLaw(value, mean, variance, leaf, problem) : null;
  if (mixed !== null) return mixed;
  const line = lineOf(value, leaf);
  const along = line === null ? null : memberLaw(line.member, line.latent, problem);
  if (line !== null && along !== null && variance !== null) {
    const { offset, slope } = line;
    return {
      kind: 'continuous',
      mean,
      variance,
      cdf: (x) => (slope > 0 ? along.cdf((x - offset) / slope) : 1 - along.cdf((x - offset) / slope)),
      quantile: (p) => offset + slope * along.quantile(slope > 0 ? p : 1 - p),
      entropy: null,
    };
  }
  return { kind: 'moments', mean, variance };
}

/** E[(x - mean)²]. */
function varianceAbout(value: Polynomial, mean: number, leaf: Leaf): number | null {
  const centred = subtract(value, numberPolynomial(mean));
  const { algebra, members, normalisers } = leaf;
  const found = expectation(algebra.times(centred, centred), members, algebra, normalisers);
  return found === null ? null : Math.max(0, found);
}

/** E[a b] in one leaf. */
export const productMean = (a: Polynomial, b: Polynomial, leaf: Leaf): number | null =>
  expectation(leaf.algebra.times(a, b), leaf.members, leaf.algebra, leaf.normalisers);

const memberOf = (latent: number, leaf: Leaf): Member | undefined =>
  leaf.members.find((m) => m.latents.includes(latent));

/**
 * Whether a polynomial is a sum of multiples of draws that are jointly normal; `fixed`: by themselves, else given the draws that their
 * standard deviations hang on.
 */
function isNormal(value: Polynomial, leaf: Leaf, fixed: boolean): boolean {
  for (const { monomial } of value.values()) {
    const [factor] = monomial;
    if (factor === undefined) continue;
    const { atom } = leaf.algebra.atoms.info(factor[0]);
    if (monomial.length > 1 || factor[1] !== 1 || atom.kind !== 'latent') return false;
    const member = memberOf(atom.latent, leaf);
    const [mean, sd] = member?.parameters ?? [];
    if (member?.family !== 'normal' || mean === undefined || sd === undefined) return false;
    if ((fixed && asNumberOf(sd) === null) || !isNormal(mean, leaf, fixed)) return false;
  }
  return true;
}

/**
 * Student's law: a normal whose variance is one inverse gamma draw, or one over a gamma draw, up to a factor (Bernardo and Smith 1994,
 * section 3.2). Null where the value is not of that kind.
 */
function studentLaw(
  value: Polynomial,
  mean: number,
  variance: number | null,
  leaf: Leaf,
  problem: Problem,
): Law | null {
  const { algebra, members, normalisers } = leaf;
  const centred = subtract(value, numberPolynomial(mean));
  const middle = givenScales(centred, members, algebra, normalisers);
  const spread = givenScales(algebra.times(centred, centred), members, algebra, normalisers);
  const term = spread === null ? null : onlyTerm(withoutRounding(spread, mean));
  const [factor] = term?.monomial ?? [];
  if (middle === null || Math.abs(asNumberOf(middle) ?? 1) > 1e-12 * Math.max(1, Math.abs(mean))) return null;
  if (term === null || factor === undefined || term.monomial.length > 1) return null;
  const { atom } = algebra.atoms.info(factor[0]);
  const scale = atom.kind === 'latent' ? memberOf(atom.latent, leaf) : undefined;
  const power = scale?.family === 'gamma' ? -1 : scale?.family === 'inverse_gamma' ? 1 : 0;
  const [shape, rate] = (scale?.parameters ?? []).map(asNumberOf);
  if (power === 0 || factor[1] !== power || typeof shape !== 'number' || typeof rate !== 'number') return null;
  const cdf = problem.entry('student_t(real, real, real)', 'cdf');
  const quantile = problem.entry('student_t(real, real, real)', 'quantile');
  if (cdf === null || quantile === null) return null;
  const params = [2 * shape, mean, Math.sqrt((term.coefficient * rate) / shape)] as const;
  return {
    kind: 'continuous',
    mean,
    variance: variance ?? Number.POSITIVE_INFINITY,
    cdf: (x) => Number(cdf(...params, x)),
    quantile: (p) => Number(quantile(...params, p)),
    entropy: null,
  };
}

/** What rounding of the mean leaves of a variance is a number of the square of its size. */
const withoutRounding = (p: Polynomial, mean: number): Polynomial =>
  new Map([...p].filter(([key, t]) => key !== '' || Math.abs(t.coefficient) > 1e-24 * Math.max(1, mean * mean)));

type Line = { readonly member: Member; readonly latent: number; readonly offset: number; readonly slope: number };

/** offset + slope x for one draw x; null for other polynomials. */
function lineOf(value: Polynomial, leaf: Leaf): Line | null {
  let offset = 0;
  let slope: number | null = null;
  let latent = -1;
  for (const { coefficient, monomial } of value.values()) {
    const [factor] = monomial;
    if (factor === undefined) {
      offset = coefficient;
      continue;
    }
    const { atom } = leaf.algebra.atoms.info(factor[0]);
    if (slope !== null || monomial.length > 1 || factor[1] !== 1 || atom.kind !== 'latent') return null;
    slope = coefficient;
    latent = atom.latent;
  }
  const member = memberOf(latent, leaf);
  return slope === null || member === undefined ? null : { member, latent, offset, slope };
}

/** The distribution of one draw by the library's own functions. A part of a dirichlet is a beta. */
function memberLaw(
  member: Member,
  latent: number,
  problem: Problem,
): { readonly cdf: (x: number) => number; readonly quantile: (p: number) => number } | null {
  const numbers = member.parameters.map(asNumberOf);
  const known = numbers.flatMap((n) => (n === null ? [] : [n]));
  if (known.length < numbers.length) return null;
  const part = known[member.latents.indexOf(latent)] ?? Number.NaN;
  const rest = known.reduce((sum, n) => sum + n, 0) - part;
  const [family, params] = member.family === 'dirichlet' ? ['beta', [part, rest]] : [member.family, known];
  const cdf = problem.entry(`${family}(real, real)`, 'cdf');
  const quantile = problem.entry(`${family}(real, real)`, 'quantile');
  if (cdf === null || quantile === null) return null;
  const low = family === 'normal' ? Number.NEGATIVE_INFINITY : 0;
  const high = family === 'beta' ? 1 : Number.POSITIVE_INFINITY;
  return {
    cdf: (x) => (x <= low ? 0 : x >= high ? 1 : Number(cdf(...params, x))),
    quantile: (p) => Number(quantile(...params, p)),
  };
}

/** The law of `a < b` where the difference of the two has a law with a cdf. */
function comparison(value: Polynomial, leaf: Leaf, problem: Problem): Law | null {
  const { atoms } = leaf.algebra;
  const atom = onlyAtom(value);
  const form = atom === null ? null : atoms.info(atom).atom;
  if (form?.kind !== 'expression' || form.expression.form.kind !== 'op') return null;
  const { op, args } = form.expression.form;
  const [a, b] = args;
  if (a === undefined || b === undefined || !(op === 'lt' || op === 'le' || op === 'gt' || op === 'ge')) return null;
  const difference = lawOf(subtract(atoms.polynomialOf(a), atoms.polynomialOf(b)), leaf, problem);
  if (difference === null || (difference.kind !== 'normal' && difference.kind !== 'continuous')) return null;
  const below = cdfOf(difference, 0);
  return atomsOf([0, 1], op === 'lt' || op === 'le' ? [1 - below, below] : [below, 1 - below]);
}
