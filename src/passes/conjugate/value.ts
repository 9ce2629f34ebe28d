/** What abstract interpretation knows of a value: a polynomial for each case, the parts of an array, or the expression that it is. */
import type { IrType } from '../../ir/ir.js';
import type { Atoms, Expression } from './atoms.js';
import { atomPolynomial, type Polynomial, samePolynomial } from './polynomial.js';

/** A number by cases. */
export type Tree =
  | { readonly kind: 'leaf'; readonly value: Polynomial }
  | { readonly kind: 'case'; readonly condition: Expression; readonly then: Tree; readonly otherwise: Tree };

export type Abstract =
  | { readonly kind: 'number'; readonly type: IrType; readonly tree: Tree }
  /** An array, tuple or record. */
  | { readonly kind: 'parts'; readonly type: IrType; readonly parts: readonly Abstract[] }
  /** One row of an array of arrays of equal length, all of whose elements stand in `leaves`; the row starts at `start`. */
  | {
      readonly kind: 'row';
      readonly type: IrType;
      readonly leaves: readonly Abstract[];
      readonly start: Expression;
      readonly length: number;
    }
  /** An array with an element put into one place. */
  | {
      readonly kind: 'updated';
      readonly type: IrType;
      readonly op: 'set' | 'extend';
      readonly array: Expression;
      readonly index: Expression;
      readonly value: Abstract;
    }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** Thrown where a value cannot be described; what is being interpreted is then taken as it is. */
export const beyond: { readonly beyond: true } = { beyond: true };

/** Cases beyond so many are not kept apart. */
const mostCases = 48;

export const leaf = (value: Polynomial): Tree => ({ kind: 'leaf', value });

const casesOf = (tree: Tree): number => (tree.kind === 'leaf' ? 1 : casesOf(tree.then) + casesOf(tree.otherwise));

/** Two trees with the same cases and polynomials. */
const sameTree = (a: Tree, b: Tree): boolean =>
  a === b ||
  (a.kind === 'leaf' && b.kind === 'leaf'
    ? samePolynomial(a.value, b.value)
    : a.kind === 'case' &&
      b.kind === 'case' &&
      a.condition === b.condition &&
      sameTree(a.then, b.then) &&
      sameTree(a.otherwise, b.otherwise));

/** One of two trees by a condition. */
export const either = (condition: Expression, then: Tree, otherwise: Tree): Tree => {
  const a = given(then, condition, true);
  const b = given(otherwise, condition, false);
  return sameTree(a, b) ? a : { kind: 'case', condition, then: a, otherwise: b };
};

/** The tree where it is known how the condition came out. */
function given(tree: Tree, condition: Expression, outcome: boolean): Tree {
  if (tree.kind === 'leaf') return tree;
  if (tree.condition === condition) return given(outcome ? tree.then : tree.otherwise, condition, outcome);
  const then = given(tree.then, condition, outcome);
  const otherwise = given(tree.otherwise, condition, outcome);
  return then === tree.then && otherwise === tree.otherwise ? tree : { ...tree, then, otherwise };
}

/** Applies a function, which may itself distinguish cases, to every combination of cases. */
export function combine(trees: readonly Tree[], apply: (values: readonly Polynomial[]) => Tree): Tree {
  const go = (rest: readonly Tree[]): Tree => {
    const split = rest.find((t) => t.kind === 'case');
    if (split === undefined || split.kind !== 'case')
      return apply(rest.flatMap((t) => (t.kind === 'leaf' ? [t.value] : [])));
    const { condition } = split;
    return either(
      condition,
      go(rest.map((t) => given(t, condition, true))),
      go(rest.map((t) => given(t, condition, false))),
    );
  };
  const result = go(trees);
  if (casesOf(result) > mostCases) throw beyond;
  return result;
}

/** A tree as one polynomial: factors of latent quantities that differ from case to case become expressions. */
export function flattened(tree: Tree, atoms: Atoms, byLatents: ByLatents): Polynomial {
  if (tree.kind === 'leaf') return tree.value;
  const then = flattened(tree.then, atoms, byLatents);
  const otherwise = flattened(tree.otherwise, atoms, byLatents);
  return merged(tree.condition, then, otherwise, atoms, byLatents);
}

type ByLatents = (
  p: Polynomial,
) => readonly { readonly monomial: readonly (readonly [number, number])[]; readonly factor: Polynomial }[];

function merged(condition: Expression, a: Polynomial, b: Polynomial, atoms: Atoms, byLatents: ByLatents): Polynomial {
  type Sides = { readonly monomial: readonly (readonly [number, number])[]; then: Polynomial; otherwise: Polynomial };
  const groups = new Map<string, Sides>();
  const nothing: Polynomial = new Map();
  const side = (p: Polynomial, which: 'then' | 'otherwise'): void => {
    for (const { monomial, factor } of byLatents(p)) {
      const key = monomial.map(([x, e]) => `${x}^${e}`).join('*');
      const group = groups.get(key) ?? { monomial, then: nothing, otherwise: nothing };
      group[which] = factor;
      groups.set(key, group);
    }
  };
  side(a, 'then');
  side(b, 'otherwise');
  const terms = new Map<string, { coefficient: number; monomial: readonly (readonly [number, number])[] }>();
  for (const { monomial, then, otherwise } of groups.values()) {
    const factor = samePolynomial(then, otherwise)
      ? then
      : atomPolynomial(
          atoms.expression(atoms.either(condition, atoms.ofPolynomial(then), atoms.ofPolynomial(otherwise))),
        );
    for (const term of factor.values()) {
      const product = [...term.monomial, ...monomial].sort(([x], [y]) => x - y);
      terms.set(product.map(([x, e]) => (e === 1 ? x : `${x}^${e}`)).join('*'), {
        coefficient: term.coefficient,
        monomial: product,
      });
    }
  }
  return terms;
}

/** The value as an expression that can be computed. */
export function expressionOf(value: Abstract, atoms: Atoms): Expression {
  switch (value.kind) {
    case 'expression':
      return value.expression;
    case 'number':
      return treeExpression(value.tree, value.type, atoms);
    case 'parts':
      return atoms.make(
        value.type,
        value.parts.map((p) => expressionOf(p, atoms)),
      );
    case 'updated':
      return atoms.op(value.op, [value.array, value.index, expressionOf(value.value, atoms)], value.type);
    case 'row':
      throw beyond;
  }
}

const treeExpression = (tree: Tree, type: IrType, atoms: Atoms): Expression =>
  tree.kind === 'leaf'
    ? atoms.ofPolynomial(tree.value, type)
    : atoms.either(tree.condition, treeExpression(tree.then, type, atoms), treeExpression(tree.otherwise, type, atoms));
