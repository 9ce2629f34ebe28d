/** Arithmetic on polynomials over atoms: what is known of signs, logarithms, powers and parts of vectors of probabilities. */
import type { OpName } from '../../ir/ops.js';
import type { Atoms } from './atoms.js';
import {
  add,
  asNumberOf,
  atomPolynomial,
  type Monomial,
  multiply,
  multiplyMonomials,
  numberPolynomial,
  onlyTerm,
  type Polynomial,
  powerOfTerm,
  samePolynomial,
  scale,
  subtract,
  sumOf,
  type Term,
} from './polynomial.js';

/** Arithmetic over the given atoms. `simplices`: groups of latent quantities that sum to 1. */
export type Algebra = ReturnType<typeof createAlgebra>;

/** Whether a polynomial is always above or below 0, almost surely. */
type Sign = 'above' | 'below' | 'zero' | 'open';

export function createAlgebra(atoms: Atoms, simplices: () => readonly (readonly number[])[]) {
  const positive = (atom: number): boolean => atoms.info(atom).range !== 'real';
  const evenOf = (exponent: number): boolean => exponent % 2 === 0;

  /** The ends between which a monomial lies. */
  function boundsOf(monomial: Monomial): readonly [number, number] {
    let low = 1;
    let high = 1;
    for (const [atom, e] of monomial) {
      const { range } = atoms.info(atom);
      if (range === 'real' && !evenOf(e)) return [-Infinity, Infinity];
      if (range === 'unit' && e > 0) low = 0;
      else if (range === 'unit') high = Infinity;
      else {
        low = 0;
        high = Infinity;
      }
    }
    return [low, high];
  }
  function signOf(p: Polynomial): Sign {
    let low = 0;
    let high = 0;
    if (p.size === 0) return 'zero';
    for (const { coefficient, monomial } of p.values()) {
      const [l, h] = boundsOf(monomial);
      low += coefficient > 0 ? coefficient * l : coefficient * h;
      high += coefficient > 0 ? coefficient * h : coefficient * l;
    }
    if (low >= 0) return 'above';
    return high <= 0 ? 'below' : 'open';
  }

  /** Parts of a whole vector of probabilities with one factor sum to that factor. */
  function withoutWholes(p: Polynomial): Polynomial {
    let current = p;
    for (const group of simplices()) {
      if (current.size < group.length) continue;
      const keys = group.map((latent) => String(atoms.latent(latent)));
      const terms = keys.map((key) => current.get(key));
      const [first] = terms;
      if (first === undefined || !terms.every((t) => t !== undefined && t.coefficient === first.coefficient)) continue;
      const rest = [...current].flatMap(([key, term]) => (keys.includes(key) ? [] : [term]));
      current = sumOf([...rest, { coefficient: first.coefficient, monomial: [] }]);
    }
    return current;
  }
  const plus = (a: Polynomial, b: Polynomial): Polynomial => withoutWholes(add(a, b));

  const splitVisible = (monomial: Monomial): readonly [visible: Monomial, rest: Monomial] => [
    monomial.filter(([a]) => atoms.info(a).visible),
    monomial.filter(([a]) => !atoms.info(a).visible),
  ];
  /** The polynomial by what it holds of latent quantities: the key and the monomial of these, and their factor. */
  function byLatents(p: Polynomial): readonly { readonly monomial: Monomial; readonly factor: Polynomial }[] {
    const groups = new Map<string, { readonly monomial: Monomial; readonly terms: Term[] }>();
    for (const { coefficient, monomial } of p.values()) {
      const [visible, rest] = splitVisible(monomial);
      const key = visible.map(([a, e]) => `${a}^${e}`).join('*');
      const group = groups.get(key) ?? { monomial: visible, terms: [] };
      group.terms.push({ coefficient, monomial: rest });
      groups.set(key, group);
    }
    return Array.from(groups.values(), ({ monomial, terms }) => ({ monomial, factor: sumOf(terms) }));
  }
  /** The same with factors of several terms as single atoms. */
  const shortened = (p: Polynomial): Polynomial =>
    p.size <= 1
      ? p
      : sumOf(
          byLatents(p).flatMap(({ monomial, factor }) =>
            Array.from(atoms.closed(factor).values(), (t) => ({
              coefficient: t.coefficient,
              monomial: multiplyMonomials(t.monomial, monomial),
            })),
          ),
        );
  const times = (a: Polynomial, b: Polynomial): Polynomial =>
    a.size > 1 && b.size > 1 ? multiply(shortened(a), shortened(b)) : multiply(a, b);

  const opaque = (op: OpName, args: readonly Polynomial[]): Polynomial =>
    atomPolynomial(
      atoms.expression(
        atoms.op(
          op,
          args.map((p) => atoms.ofPolynomial(p)),
          { kind: 'real' },
        ),
      ),
    );

  /** t (1 - u) with u between 0 and 1, where the polynomial has that form. */
  function complementOf(p: Polynomial): { readonly lead: Polynomial; readonly unit: number } | null {
    if (p.size !== 2) return null;
    const [s, t] = p.values();
    if (s === undefined || t === undefined) return null;
    for (const [a, b] of [
      [s, t],
      [t, s],
    ] as const) {
      if (Math.abs(a.coefficient + b.coefficient) > 1e-14 * Math.abs(a.coefficient)) continue;
      const ratio = multiplyMonomials(
        b.monomial,
        a.monomial.map(([atom, e]) => [atom, -e] as const),
      );
      const [factor] = ratio;
      if (ratio.length !== 1 || factor === undefined || factor[1] !== 1) continue;
      const { range, visible } = atoms.info(factor[0]);
      if (range === 'unit' && visible) return { lead: sumOf([a]), unit: factor[0] };
    }
    return null;
  }

  function logOf(p: Polynomial): Polynomial {
    const number = asNumberOf(p);
    if (number !== null) return numberPolynomial(Math.log(number));
    const complement = complementOf(p);
    if (complement !== null) return add(logOf(complement.lead), atomPolynomial(atoms.log1m(complement.unit)));
    const term = onlyTerm(p);
    if (term === null) return opaque('log', [p]);
    const known: Polynomial[] = [];
    const rest: [number, number][] = [];
    for (const [atom, exponent] of term.monomial) {
      const { atom: form } = atoms.info(atom);
      if (form.kind === 'exp') known.push(scale(form.exponent, exponent));
      else if (positive(atom)) known.push(scale(atomPolynomial(atoms.log(atom)), exponent));
      else rest.push([atom, exponent]);
    }
    const [single] = rest;
    if (rest.length === 1 && single !== undefined && term.coefficient > 0 && Math.abs(single[1]) === 1) {
      known.push(scale(opaque('log', [atomPolynomial(single[0])]), single[1]));
      known.push(numberPolynomial(Math.log(term.coefficient)));
    } else if (rest.length > 0 || term.coefficient < 0)
      known.push(opaque('log', [sumOf([{ coefficient: term.coefficient, monomial: rest }])]));
    else known.push(numberPolynomial(Math.log(term.coefficient)));
    return known.reduce(add);
  }

  function expOf(p: Polynomial): Polynomial {
    const number = asNumberOf(p);
    if (number !== null) return numberPolynomial(Math.exp(number));
    // e to c log x is x to the c.
    const powers: [number, number][] = [];
    const rest: Term[] = [];
    let factor = 1;
    for (const term of p.values()) {
      const [only] = term.monomial;
      const form = term.monomial.length === 1 && only?.[1] === 1 ? atoms.info(only[0]).atom : null;
      if (form?.kind === 'log') powers.push([form.of, term.coefficient]);
      else if (term.monomial.length === 0) factor = Math.exp(term.coefficient);
      else rest.push(term);
    }
    let result = numberPolynomial(factor);
    for (const [atom, exponent] of powers) result = multiply(result, atomPolynomial(atom, exponent));
    return rest.length === 0 ? result : multiply(result, atomPolynomial(atoms.exp(sumOf(rest))));
  }

  const isPositiveTerm = (t: Term): boolean => t.coefficient > 0 && t.monomial.every(([a]) => positive(a));

  function powerOf(base: Polynomial, exponent: number): Polynomial {
    if (exponent === 1) return base;
    if (exponent === 0) return numberPolynomial(1);
    const number = asNumberOf(base);
    if (number !== null) return numberPolynomial(number ** exponent);
    const term = onlyTerm(base);
    if (term !== null && (Number.isInteger(exponent) || isPositiveTerm(term))) return withExpPowers(term, exponent);
    const complement = complementOf(base);
    if (complement !== null && isPositiveTerm(onlyTerm(complement.lead)!))
      return multiply(
        powerOf(complement.lead, exponent),
        atomPolynomial(atoms.exp(scale(atomPolynomial(atoms.log1m(complement.unit)), exponent))),
      );
    if (!atoms.seesLatents(base)) {
      const closed = atoms.closed(base);
      if (Number.isInteger(exponent)) return powerOf(closed, exponent);
    } else if (exponent === 2) return times(base, base);
    return opaque('pow', [base, numberPolynomial(exponent)]);
  }
  /** A power of a term in which powers of e become one. */
  function withExpPowers(term: Term, exponent: number): Polynomial {
    const plain = term.monomial.filter(([a]) => atoms.info(a).atom.kind !== 'exp');
    let result = powerOfTerm({ coefficient: term.coefficient, monomial: plain }, exponent);
    for (const [atom, e] of term.monomial) {
      const { atom: form } = atoms.info(atom);
      if (form.kind === 'exp') result = multiply(result, expOf(scale(form.exponent, e * exponent)));
    }
    return result;
  }

  function over(a: Polynomial, b: Polynomial): Polynomial {
    const divisor = asNumberOf(b);
    if (divisor !== null) {
      const number = asNumberOf(a);
      return number !== null ? numberPolynomial(number / divisor) : scale(a, 1 / divisor);
    }
    const term = onlyTerm(b);
    if (term !== null) return times(a, withExpPowers(term, -1));
    const [first] = b.values();
    const lead = a.size === b.size && first !== undefined ? a.get([...b.keys()][0]!) : undefined;
    if (lead !== undefined && first !== undefined) {
      const ratio = lead.coefficient / first.coefficient;
      if (samePolynomial(a, scale(b, ratio))) return numberPolynomial(ratio);
    }
    return times(a, atomPolynomial(atoms.expression(atoms.ofPolynomial(b)), -1));
  }

  /** x to a power that need not be a number. */
  function powOf(base: Polynomial, exponent: Polynomial): Polynomial {
    const number = asNumberOf(exponent);
    if (number !== null) return powerOf(base, number);
    const term = onlyTerm(base);
    const complement = complementOf(base);
    if ((term !== null && isPositiveTerm(term)) || complement !== null) return expOf(times(exponent, logOf(base)));
    return opaque('pow', [base, exponent]);
  }

  return {
    atoms,
    signOf,
    byLatents,
    plus,
    minus: (a: Polynomial, b: Polynomial): Polynomial => withoutWholes(subtract(a, b)),
    times,
    over,
    powerOf,
    powOf,
    logOf,
    expOf,
    opaque,
    /**
     * A sign that hangs on the factor of latent quantities alone: the polynomial has the sign of what is returned. Null where
     * there is none.
     */
    factorOfSign(p: Polynomial): Polynomial | null {
      const term = onlyTerm(p);
      if (term === null) return null;
      const [visible, rest] = splitVisible(term.monomial);
      if (visible.length === 0 || rest.length === 0) return null;
      const sign = signOf(sumOf([{ coefficient: 1, monomial: visible }]));
      return sign === 'above' ? sumOf([{ coefficient: term.coefficient, monomial: rest }]) : null;
    },
  };
}
