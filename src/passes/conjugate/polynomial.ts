/** Generalised polynomials: sums of numbers times products of real powers of atoms. Atoms are numbers given out by `Atoms`. */

/** A product of powers, by rising atom; no exponent is 0. */
export type Monomial = readonly (readonly [atom: number, exponent: number])[];

/** One summand. */
export type Term = { readonly coefficient: number; readonly monomial: Monomial };

/** A sum of terms with different monomials, under the key of each; no coefficient is 0. */
export type Polynomial = ReadonlyMap<string, Term>;

/** The key of a monomial. */
export const monomialKey = (monomial: Monomial): string =>
  monomial.map(([a, e]) => (e === 1 ? a : `${a}^${e}`)).join('*');

/** What is left of a sum by rounding alone, in units of its summands. */
const rounding = 4e-15;
/** How far coefficients of polynomials that are the same may lie apart, relatively: literals carry some 16 digits. */
const tolerance = 1e-11;

/** The sum of terms, which may share monomials. */
export function sumOf(terms: Iterable<Term>): Polynomial {
  const found = new Map<string, Term>();
  for (const term of terms) {
    if (term.coefficient === 0) continue;
    const key = monomialKey(term.monomial);
    const before = found.get(key);
    if (before === undefined) {
      found.set(key, term);
      continue;
    }
    const coefficient = before.coefficient + term.coefficient;
    const scale = Math.max(Math.abs(before.coefficient), Math.abs(term.coefficient));
    if (Math.abs(coefficient) <= rounding * scale && Number.isFinite(scale)) found.delete(key);
    else found.set(key, { coefficient, monomial: term.monomial });
  }
  return found;
}

/** A number. */
export const numberPolynomial = (value: number): Polynomial => sumOf([{ coefficient: value, monomial: [] }]);

/** A power of an atom. */
export const atomPolynomial = (atom: number, exponent = 1): Polynomial =>
  sumOf([{ coefficient: 1, monomial: exponent === 0 ? [] : [[atom, exponent]] }]);

export const add = (a: Polynomial, b: Polynomial): Polynomial =>
  a.size === 0 ? b : b.size === 0 ? a : sumOf([...a.values(), ...b.values()]);

export const scale = (a: Polynomial, by: number): Polynomial =>
  by === 1 ? a : sumOf(Array.from(a.values(), (t) => ({ ...t, coefficient: t.coefficient * by })));

export const subtract = (a: Polynomial, b: Polynomial): Polynomial => add(a, scale(b, -1));

/** The product of two monomials. */
export function multiplyMonomials(a: Monomial, b: Monomial): Monomial {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const powers = new Map(a);
  for (const [atom, exponent] of b) {
    const sum = (powers.get(atom) ?? 0) + exponent;
    if (sum === 0) powers.delete(atom);
    else powers.set(atom, sum);
  }
  return [...powers].sort(([x], [y]) => x - y);
}

export function multiply(a: Polynomial, b: Polynomial): Polynomial {
  const terms: Term[] = [];
  for (const s of a.values())
    for (const t of b.values())
      terms.push({
        coefficient: s.coefficient * t.coefficient,
        monomial: multiplyMonomials(s.monomial, t.monomial),
      });
  return sumOf(terms);
}

/** The number that a polynomial without atoms is, else null. */
export function asNumberOf(a: Polynomial): number | null {
  if (a.size === 0) return 0;
  if (a.size > 1) return null;
  const [term] = a.values();
  return term !== undefined && term.monomial.length === 0 ? term.coefficient : null;
}

/** The only term, null where there is none or are several. */
export function onlyTerm(a: Polynomial): Term | null {
  if (a.size !== 1) return null;
  const [term] = a.values();
  return term ?? null;
}

/** The atom where the polynomial is that alone, else null. */
export function onlyAtom(a: Polynomial): number | null {
  const term = onlyTerm(a);
  const [factor] = term?.monomial ?? [];
  return term !== null && term.coefficient === 1 && term.monomial.length === 1 && factor?.[1] === 1 ? factor[0] : null;
}

/** A term to a power. The caller sees to it that this is allowed: atoms are positive, or the exponent is whole. */
export const powerOfTerm = (term: Term, exponent: number): Polynomial =>
  sumOf([
    {
      coefficient: term.coefficient ** exponent,
      monomial: exponent === 0 ? [] : term.monomial.map(([a, e]) => [a, e * exponent] as const),
    },
  ]);

/** Whether the two are the same but for rounding. */
export function samePolynomial(a: Polynomial, b: Polynomial): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, { coefficient }] of a) {
    const other = b.get(key)?.coefficient;
    if (other === undefined) return false;
    const apart = Math.abs(coefficient - other);
    if (!(coefficient === other || apart <= tolerance * Math.max(Math.abs(coefficient), Math.abs(other)))) return false;
  }
  return true;
}

/** The text by which equal polynomials are known. */
export const polynomialKey = (a: Polynomial): string =>
  [...a]
    .map(([key, { coefficient }]) => `${coefficient}:${key}`)
    .sort()
    .join('+');

/** Atoms that occur. */
export function* atomsIn(a: Polynomial): Generator<number> {
  for (const { monomial } of a.values()) for (const [atom] of monomial) yield atom;
}
