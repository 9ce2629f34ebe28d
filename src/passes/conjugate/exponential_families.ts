/**
 * Densities by their natural parameters: a log density that is a combination of a few functions of x belongs to a family, with a log
 * normaliser that is known.
 */
import type { Algebra } from './algebra.js';
import type { Range } from './atoms.js';
import {
  add,
  type Monomial,
  multiply,
  multiplyMonomials,
  numberPolynomial,
  type Polynomial,
  scale,
  sumOf,
  type Term,
} from './polynomial.js';

/** The families of the library that a posterior can belong to, with functions of x that span their log densities. */
export type FamilyName = 'beta' | 'gamma' | 'inverse_gamma' | 'normal';

/** The factor of each function of x. */
type Natural = {
  readonly family: FamilyName;
  readonly factors: readonly Polynomial[];
  readonly rest: Polynomial;
};

/** A function of x as the key of its monomial in x alone: powers of x, of log x and of log(1 - x). */
type Basis = { readonly family: FamilyName; readonly range: Range; readonly functions: readonly string[] };

const bases: readonly Basis[] = [
  { family: 'beta', range: 'unit', functions: ['log', 'log1m'] },
  { family: 'gamma', range: 'positive', functions: ['log', 'x'] },
  { family: 'inverse_gamma', range: 'positive', functions: ['log', 'x^-1'] },
  { family: 'normal', range: 'real', functions: ['x', 'x^2'] },
];

/** The function of x that a monomial is a multiple of, and the rest of the monomial. Null: x is in it in another way. */
function functionOf(
  monomial: Monomial,
  latent: number,
  algebra: Algebra,
): { readonly name: string; readonly rest: Monomial } | null {
  const { atoms } = algebra;
  const own: [number, number][] = [];
  const rest: [number, number][] = [];
  for (const [atom, exponent] of monomial) (atoms.info(atom).reach.has(latent) ? own : rest).push([atom, exponent]);
  const [only] = own;
  if (only === undefined) return { name: '', rest };
  if (own.length > 1) return null;
  const [atom, exponent] = only;
  const x = atoms.latent(latent);
  const power = exponent === 1 ? '' : `^${exponent}`;
  if (atom === x) return { name: `x${power}`, rest };
  const { atom: form } = atoms.info(atom);
  if ((form.kind === 'log' || form.kind === 'log1m') && form.of === x) return { name: `${form.kind}${power}`, rest };
  return null;
}

/** A log density by functions of one latent quantity; null where it is none of the families' that lie in the range. */
export function naturalForm(density: Polynomial, latent: number, range: Range, algebra: Algebra): Natural | null {
  const groups = new Map<string, Term[]>();
  for (const { coefficient, monomial } of density.values()) {
    const found = functionOf(monomial, latent, algebra);
    if (found === null) return null;
    const group = groups.get(found.name) ?? [];
    group.push({ coefficient, monomial: found.rest });
    groups.set(found.name, group);
  }
  const used = [...groups.keys()].filter((name) => name !== '');
  const basis = bases.find((b) => b.range === range && used.every((name) => b.functions.includes(name)));
  if (basis === undefined) return null;
  const factorOf = (name: string): Polynomial => sumOf(groups.get(name) ?? []);
  return { family: basis.family, factors: basis.functions.map(factorOf), rest: factorOf('') };
}

/** The parameters of the family, as the library writes them, and the log of the integral of the density. */
type Member = {
  readonly family: FamilyName;
  readonly parameters: readonly Polynomial[];
  readonly logTotal: Polynomial;
};

/** Logarithms of gamma and beta functions, by what the library's densities are. */
export type Normalisers = {
  readonly lgamma: (shape: Polynomial) => Polynomial;
  readonly lbeta: (a: Polynomial, b: Polynomial) => Polynomial;
};

const one = numberPolynomial(1);

/** The member of the family that has these natural parameters. */
export function memberOf({ family, factors, rest }: Natural, algebra: Algebra, normalisers: Normalisers): Member {
  const [first = one, second = one] = factors;
  switch (family) {
    case 'beta': {
      const a = algebra.plus(first, one);
      const b = algebra.plus(second, one);
      return { family, parameters: [a, b], logTotal: add(rest, normalisers.lbeta(a, b)) };
    }
    case 'gamma': {
      const shape = algebra.plus(first, one);
      const rate = scale(second, -1);
      return { family, parameters: [shape, rate], logTotal: add(rest, gammaTotal(shape, rate, algebra, normalisers)) };
    }
    case 'inverse_gamma': {
      const shape = scale(algebra.plus(first, one), -1);
      const size = scale(second, -1);
      return { family, parameters: [shape, size], logTotal: add(rest, gammaTotal(shape, size, algebra, normalisers)) };
    }
    case 'normal': {
      const precision = scale(second, -2);
      const mean = algebra.over(first, precision);
      const total = add(
        scale(multiply(mean, first), 0.5),
        scale(algebra.logOf(algebra.over(numberPolynomial(2 * Math.PI), precision)), 0.5),
      );
      return { family, parameters: [mean, algebra.powerOf(precision, -0.5)], logTotal: add(rest, total) };
    }
  }
}

const gammaTotal = (shape: Polynomial, rate: Polynomial, algebra: Algebra, normalisers: Normalisers): Polynomial =>
  algebra.minus(normalisers.lgamma(shape), algebra.times(shape, algebra.logOf(rate)));

/** A log density on vectors of probabilities by the logarithms of the parts; null where it is none of a dirichlet. */
export function dirichletForm(
  density: Polynomial,
  latents: readonly number[],
  algebra: Algebra,
): { readonly concentration: readonly Polynomial[]; readonly rest: Polynomial } | null {
  const { atoms } = algebra;
  const group = new Set(latents);
  const logs = new Map(latents.map((latent, i) => [atoms.log(atoms.latent(latent)), i] as const));
  const factors: Term[][] = latents.map(() => []);
  const rest: Term[] = [];
  for (const term of density.values()) {
    const own = term.monomial.filter(([a]) => [...atoms.info(a).reach].some((l) => group.has(l)));
    const [only] = own;
    if (only === undefined) {
      rest.push(term);
      continue;
    }
    const position = logs.get(only[0]);
    if (own.length > 1 || only[1] !== 1 || position === undefined) return null;
    factors[position]!.push({
      coefficient: term.coefficient,
      monomial: multiplyMonomials(term.monomial, [[only[0], -1]]),
    });
  }
  return { concentration: factors.map((f) => algebra.plus(sumOf(f), one)), rest: sumOf(rest) };
}
