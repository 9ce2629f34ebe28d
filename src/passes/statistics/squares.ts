/** Squares of sums of (function of data) × (function of parameters) in a density, found as algebra. */
import {
  add,
  asNumberOf,
  type Monomial,
  monomialKey,
  multiply,
  multiplyMonomials,
  onlyTerm,
  type Polynomial,
  scale,
  sumOf,
} from '../conjugate/polynomial.js';

/** A function of parameters, and the function of data that it is multiplied with. */
export type Part = { readonly monomial: Monomial; readonly data: Polynomial };

/** Minus one half of the square of the sum of the parts. */
type Square = { readonly parts: readonly Part[] };

/** A density as squares and a sum. */
type Separated = { readonly squares: readonly Square[]; readonly parts: readonly Part[] };

/**
 * Takes squares of two or more parts out of a sum of parts. A part with the square v² of a function of parameters and the square f² of one
 * of data, both single terms, may begin one: then what stands at v u says by what u is multiplied, and what stands at u² must agree.
 */
export function completeSquares(sum: readonly Part[]): Separated {
  const left = new Map(sum.map((part) => [monomialKey(part.monomial), part]));
  const squares: Square[] = [];
  for (;;) {
    const found = [...left.values()]
      .map((part) => squareFrom(part, left))
      .filter((square) => square !== null)
      .sort((a, b) => rank(b) - rank(a))[0];
    if (found === undefined) return { squares, parts: [...left.values()] };
    squares.push(found);
    found.parts.forEach((a, j) => {
      found.parts.slice(j).forEach((b, k) => {
        const monomial = multiplyMonomials(a.monomial, b.monomial);
        const key = monomialKey(monomial);
        const rest = add(left.get(key)?.data ?? new Map(), scale(multiply(a.data, b.data), k === 0 ? 0.5 : 1));
        if (rest.size === 0) left.delete(key);
        else left.set(key, { monomial, data: rest });
      });
    });
  }
}

/** Squares of many parts first; a part whose function of data is a number is the best to begin with. */
const rank = ({ parts }: Square): number => 2 * parts.length + (asNumberOf(parts[0]!.data) === null ? 0 : 1);

/** The square that begins with the root of a part, null where there is none of two parts. */
function squareFrom({ monomial, data }: Part, sum: ReadonlyMap<string, Part>): Square | null {
  const term = onlyTerm(data);
  if (term === null || !(term.coefficient < 0) || !isSquare(monomial) || !isSquare(term.monomial)) return null;
  const first: Part = {
    monomial: halved(monomial),
    data: sumOf([{ coefficient: Math.sqrt(-2 * term.coefficient), monomial: halved(term.monomial) }]),
  };
  const root = onlyTerm(first.data)!;
  const inverse = sumOf([{ coefficient: -1 / root.coefficient, monomial: inverted(root.monomial) }]);
  const parts: Part[] = [first];
  for (const cross of sum.values()) {
    const other = multiplyMonomials(cross.monomial, inverted(first.monomial));
    if (monomialKey(other) === monomialKey(first.monomial)) continue;
    const own = sum.get(monomialKey(multiplyMonomials(other, other)));
    if (own === undefined) continue;
    const part: Part = { monomial: other, data: multiply(cross.data, inverse) };
    if (!isNumber(add(own.data, scale(multiply(part.data, part.data), 0.5)))) continue;
    const agrees = parts.slice(1).every((before) => {
      const at = sum.get(monomialKey(multiplyMonomials(before.monomial, other)));
      return add(at?.data ?? new Map(), multiply(before.data, part.data)).size === 0;
    });
    if (agrees) parts.push(part);
  }
  return parts.length < 2 ? null : { parts };
}

const isNumber = (p: Polynomial): boolean => asNumberOf(p) !== null;
const isSquare = (monomial: Monomial): boolean => monomial.every(([, e]) => e % 2 === 0);
const halved = (monomial: Monomial): Monomial => monomial.map(([atom, e]) => [atom, e / 2] as const);
const inverted = (monomial: Monomial): Monomial => monomial.map(([atom, e]) => [atom, -e] as const);

/** What all functions of parameters have in common. */
export function commonFactor(monomials: readonly Monomial[]): Monomial {
  const [first = [], ...rest] = monomials;
  return first.flatMap(([atom, exponent]) => {
    let least = exponent;
    for (const other of rest) {
      const e = other.find(([a]) => a === atom)?.[1] ?? 0;
      if (Math.sign(e) !== Math.sign(exponent)) return [];
      if (Math.abs(e) < Math.abs(least)) least = e;
    }
    return [[atom, least] as const];
  });
}
