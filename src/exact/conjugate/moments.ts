/** Expectations of polynomials in draws from known families, one draw after another. */
import type { Algebra } from '../../passes/conjugate/algebra.js';
import type { FamilyName, Normalisers } from '../../passes/conjugate/exponential_families.js';
import {
  add,
  asNumberOf,
  type Monomial,
  multiply,
  numberPolynomial,
  type Polynomial,
  scale,
  sumOf,
  type Term,
} from '../../passes/conjugate/polynomial.js';

/** A draw with its distribution; parameters may hang on draws in front of it. */
export type Member = {
  readonly latents: readonly number[];
  readonly family: FamilyName | 'dirichlet';
  readonly parameters: readonly Polynomial[];
};

/** Higher powers are not asked for. */
const highest = 64;

/**
 * The expectation of a polynomial; `members` stand in the order of their draws. Null where it is not known in closed form or is not
 * finite.
 */
export function expectation(
  value: Polynomial,
  members: readonly Member[],
  algebra: Algebra,
  normalisers: Normalisers,
): number | null {
  const number = over(value, members, (p, member) => without(p, member, algebra, normalisers, momentOf));
  if (number === null || isJointlyNormal(value, members, algebra)) return number;
  // By symmetry odd moments of normals vanish, also where those of their sizes are infinite.
  const size = over(sizeOf(value), members, (p, member) => without(p, member, algebra, normalisers, sizeMoment));
  return size === null ? null : number;
}

/** Whether there is nothing but normals on fixed scales: all their moments exist. */
function isJointlyNormal(value: Polynomial, members: readonly Member[], { atoms }: Algebra): boolean {
  const ofDraws = (p: Polynomial): boolean =>
    [...p.values()].every((t) => t.monomial.every(([a, e]) => e > 0 && atoms.info(a).atom.kind === 'latent'));
  return (
    ofDraws(value) &&
    members.every(({ family, parameters: [mean, sd] }) => {
      const isFixed = sd !== undefined && asNumberOf(sd) !== null;
      return family === 'normal' && isFixed && mean !== undefined && ofDraws(mean);
    })
  );
}

/** Takes the draws from the last to the first; null where it is not known or not finite. */
function over(
  value: Polynomial,
  members: readonly Member[],
  taken: (p: Polynomial, member: Member) => Polynomial | null,
): number | null {
  let current: Polynomial | null = value;
  for (const member of [...members].reverse()) {
    if (current === null) return null;
    current = taken(current, member);
  }
  const number = current === null ? null : asNumberOf(current);
  return number === null || !Number.isFinite(number) ? null : number;
}

/** The sum of the sizes of the terms, where powers of draws are read as powers of their sizes. */
const sizeOf = (p: Polynomial): Polynomial =>
  sumOf(Array.from(p.values(), (t) => ({ ...t, coefficient: Math.abs(t.coefficient) })));

/** What E[|x|^k] is finite with: for a normal draw that of each term of its mean, and of its standard deviation (Minkowski). */
function sizeMoment(
  member: Member,
  powers: readonly number[],
  algebra: Algebra,
  normalisers: Normalisers,
): Polynomial | null {
  const [k = 0] = powers;
  const [mean, sd] = member.parameters;
  if (member.family !== 'normal' || mean === undefined || sd === undefined || k === 0) {
    const moment = momentOf(member, powers, algebra, normalisers);
    return moment === null ? null : sizeOf(moment);
  }
  if (!Number.isInteger(k) || k < 0) return null;
  let sum = numberPolynomial(0);
  for (const term of [...mean.values(), ...sd.values()]) sum = add(sum, sizeOf(algebra.powerOf(sumOf([term]), k)));
  return sum;
}

/** The expectation over the normal draws alone, given the others; null where it is not known. */
export function givenScales(
  value: Polynomial,
  members: readonly Member[],
  algebra: Algebra,
  normalisers: Normalisers,
): Polynomial | null {
  let current: Polynomial | null = value;
  for (const member of [...members].reverse())
    if (current !== null && member.family === 'normal')
      current = without(current, member, algebra, normalisers, momentOf);
  return current;
}

/** The polynomial with the expectation over one draw taken. */
function without(
  p: Polynomial,
  member: Member,
  algebra: Algebra,
  normalisers: Normalisers,
  momentBy: typeof momentOf,
): Polynomial | null {
  const { atoms } = algebra;
  const own = new Map(member.latents.map((latent, i) => [atoms.latent(latent), i] as const));
  const groups = new Map<string, { readonly powers: readonly number[]; readonly terms: Term[] }>();
  for (const { coefficient, monomial } of p.values()) {
    const powers = member.latents.map(() => 0);
    const rest: [number, number][] = [];
    for (const [atom, exponent] of monomial) {
      const position = own.get(atom);
      if (position !== undefined) powers[position] = exponent;
      else if (member.latents.some((latent) => atoms.info(atom).reach.has(latent))) return null;
      else rest.push([atom, exponent]);
    }
    const key = powers.join(',');
    const group = groups.get(key) ?? { powers, terms: [] };
    group.terms.push({ coefficient, monomial: rest satisfies Monomial });
    groups.set(key, group);
  }
  let sum = numberPolynomial(0);
  for (const { powers, terms } of groups.values()) {
    const moment = momentBy(member, powers, algebra, normalisers);
    if (moment === null) return null;
    sum = add(sum, multiply(sumOf(terms), moment));
  }
  return sum;
}

/** E[Π xᵢ^kᵢ]. */
function momentOf(
  { family, parameters }: Member,
  powers: readonly number[],
  algebra: Algebra,
  { lgamma, lbeta }: Normalisers,
): Polynomial | null {
  const [a = numberPolynomial(1), b = numberPolynomial(1)] = parameters;
  const [k = 0] = powers;
  if (powers.every((power) => power === 0)) return numberPolynomial(1);
  const plus = (p: Polynomial, by: number): Polynomial => algebra.plus(p, numberPolynomial(by));
  switch (family) {
    case 'normal':
      return normalMoment(a, b, k, algebra);
    case 'gamma':
    case 'inverse_gamma': {
      const power = family === 'gamma' ? k : -k;
      const shape = asNumberOf(a);
      if (shape === null || !(shape + power > 0)) return null;
      const ratio = gammaRatio(shape, power, lgamma);
      return ratio === null ? null : scale(algebra.powerOf(b, -power), ratio);
    }
    case 'beta': {
      const [first, second] = [asNumberOf(a), asNumberOf(b)];
      if (first === null || second === null || !(first + k > 0)) return null;
      return powerMean([first, second], [k, 0], () => asNumberOf(algebra.minus(lbeta(plus(a, k), b), lbeta(a, b))));
    }
    case 'dirichlet': {
      const numbers = parameters.map(asNumberOf);
      const known = numbers.flatMap((n) => (n === null ? [] : [n]));
      if (known.length < numbers.length || known.some((n, i) => !(n + (powers[i] ?? 0) > 0))) return null;
      return powerMean(known, powers, () => {
        let log = 0;
        let total = 0;
        let raised = 0;
        for (const [i, n] of known.entries()) {
          const above = n + (powers[i] ?? 0);
          total += n;
          raised += above;
          log += lg(above, lgamma) - lg(n, lgamma);
        }
        return log + lg(total, lgamma) - lg(raised, lgamma);
      });
    }
  }
}

const lg = (x: number, lgamma: Normalisers['lgamma']): number => asNumberOf(lgamma(numberPolynomial(x))) ?? Number.NaN;

/** E[Π xᵢ^kᵢ] under dirichlet(a): a product for whole powers, else by the log of what `otherwise` gives. */
function powerMean(a: readonly number[], powers: readonly number[], otherwise: () => number | null): Polynomial | null {
  const whole = powers.every((k) => Number.isInteger(k) && k >= 0 && k <= highest);
  if (!whole) {
    const log = otherwise();
    return log === null ? null : numberPolynomial(Math.exp(log));
  }
  let total = a.reduce((sum, x) => sum + x, 0);
  let product = 1;
  for (const [i, k] of powers.entries())
    for (let j = 0; j < k; j++) {
      product *= ((a[i] ?? 0) + j) / total;
      total += 1;
    }
  return numberPolynomial(product);
}

/** Γ(shape + power) / Γ(shape). */
function gammaRatio(shape: number, power: number, lgamma: Normalisers['lgamma']): number | null {
  if (Number.isInteger(power) && Math.abs(power) <= highest) {
    let product = 1;
    for (let j = 0; j < power; j++) product *= shape + j;
    for (let j = 1; j <= -power; j++) product /= shape - j;
    return product;
  }
  return Math.exp(lg(shape + power, lgamma) - lg(shape, lgamma));
}

/** E[x^k] by M(k) = mean M(k - 1) + (k - 1) sd² M(k - 2). */
function normalMoment(mean: Polynomial, sd: Polynomial, k: number, algebra: Algebra): Polynomial | null {
  if (!Number.isInteger(k) || k < 0 || k > highest) return null;
  const variance = algebra.powerOf(sd, 2);
  let before = numberPolynomial(1);
  let current = mean;
  for (let j = 2; j <= k; j++)
    [before, current] = [current, add(multiply(mean, current), scale(multiply(variance, before), j - 1))];
  return current;
}
