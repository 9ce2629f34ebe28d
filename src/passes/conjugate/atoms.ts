/** What polynomials are made of: latent quantities, logarithms of them, and expressions that are computed when the program runs. */
import type { Constant, IrType, ValueId } from '../../ir/ir.js';
import type { OpName } from '../../ir/ops.js';
import { showType } from '../../ir/type.js';
import {
  asNumberOf,
  atomPolynomial,
  atomsIn,
  numberPolynomial,
  onlyAtom,
  type Polynomial,
  polynomialKey,
} from './polynomial.js';

/** Where a latent quantity can lie; ends do not belong to it. `simplex`: one part of a vector of probabilities. */
export type Range = 'real' | 'positive' | 'unit';

/** An expression. Equal ones are the same object. */
export type Expression = {
  readonly form: Form;
  readonly type: IrType;
  /** The number of the expression among all. */
  readonly number: number;
  /** How deep the innermost region lies that a part of it is made in; 0 is the region that the pass works on. */
  readonly depth: number;
  /** Latent quantities that its value hangs on in any way. */
  readonly reach: ReadonlySet<number>;
};

type Form =
  /** A value of the program; `constant` where it is a literal. */
  | { readonly kind: 'value'; readonly id: ValueId; readonly constant: Constant | null }
  | { readonly kind: 'op'; readonly op: OpName; readonly args: readonly Expression[] }
  | {
      readonly kind: 'call';
      readonly callee: string;
      readonly args: readonly Expression[];
      readonly results: readonly IrType[];
      readonly result: number;
    }
  | { readonly kind: 'get'; readonly target: Expression; readonly position: number }
  | { readonly kind: 'make'; readonly parts: readonly Expression[] }
  | { readonly kind: 'polynomial'; readonly value: Polynomial }
  /** Only the branch taken is computed. */
  | { readonly kind: 'if'; readonly condition: Expression; readonly then: Expression; readonly otherwise: Expression }
  /** A literal that is no number. */
  | { readonly kind: 'literal'; readonly value: Constant };

type Atom =
  | { readonly kind: 'latent'; readonly latent: number }
  /** Logarithm of a positive atom. */
  | { readonly kind: 'log'; readonly of: number }
  /** log(1 - x) for an atom between 0 and 1. */
  | { readonly kind: 'log1m'; readonly of: number }
  /** e to a polynomial. */
  | { readonly kind: 'exp'; readonly exponent: Polynomial }
  /** One of several latent quantities, by an index that is an int. */
  | { readonly kind: 'cell'; readonly cells: readonly number[]; readonly index: Expression }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** An atom with what is known of it. */
export type AtomInfo = {
  readonly atom: Atom;
  readonly depth: number;
  readonly reach: ReadonlySet<number>;
  /** Whether it stands for latent quantities that could be integrated out, in a way that the pass understands. */
  readonly visible: boolean;
  readonly range: Range;
};

const none: ReadonlySet<number> = new Set();
const joined = (sets: Iterable<ReadonlySet<number>>): ReadonlySet<number> => {
  let all: Set<number> | null = null;
  for (const set of sets) {
    if (set.size === 0) continue;
    all ??= new Set();
    for (const x of set) all.add(x);
  }
  return all ?? none;
};

const realType: IrType = { kind: 'real' };
const typeKey = (type: IrType): string => (type.kind === 'address' ? 'address' : showType(type));

/** Gives out atoms and expressions; equal ones are the same. */
export type Atoms = ReturnType<typeof createAtoms>;

/** `rangeOf` tells the range of a latent quantity, `isPositive` whether a value of the program is. */
export function createAtoms(rangeOf: (latent: number) => Range, isPositive: (id: ValueId) => boolean = () => false) {
  const infos: AtomInfo[] = [];
  const byKey = new Map<string, number>();
  const expressions = new Map<string, Expression>();

  const info = (atom: number): AtomInfo => infos[atom]!;
  const intern = (key: string, make: () => AtomInfo): number => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const number = infos.length;
    infos.push(make());
    byKey.set(key, number);
    return number;
  };
  const reachOf = (p: Polynomial): ReadonlySet<number> => joined(Array.from(atomsIn(p), (a) => info(a).reach));
  const depthOf = (p: Polynomial): number => {
    let depth = 0;
    for (const a of atomsIn(p)) depth = Math.max(depth, info(a).depth);
    return depth;
  };

  const express = (
    key: string,
    type: IrType,
    form: Form,
    parts: readonly Expression[],
    more?: Polynomial,
  ): Expression => {
    const known = expressions.get(key);
    if (known !== undefined) return known;
    const reach = joined([...parts.map((p) => p.reach), ...(more === undefined ? [] : [reachOf(more)])]);
    const depth = parts.reduce((d, p) => Math.max(d, p.depth), more === undefined ? 0 : depthOf(more));
    const made: Expression = { form, type, number: expressions.size, depth, reach };
    expressions.set(key, made);
    return made;
  };
  const keys = (parts: readonly Expression[]): string => parts.map((p) => p.number).join(',');

  const ofPolynomial = (value: Polynomial, type: IrType = realType): Expression => {
    const atom = onlyAtom(value);
    const single = atom === null ? null : info(atom).atom;
    if (single?.kind === 'expression') return single.expression;
    return express(`p ${typeKey(type)} ${polynomialKey(value)}`, type, { kind: 'polynomial', value }, [], value);
  };
  const latent = (number: number): number =>
    intern(`latent ${number}`, () => ({
      atom: { kind: 'latent', latent: number },
      depth: 0,
      reach: new Set([number]),
      visible: true,
      range: rangeOf(number),
    }));
  const about = (of: number): Pick<AtomInfo, 'depth' | 'reach' | 'visible'> => {
    const { depth, reach, visible } = info(of);
    return { depth, reach, visible };
  };
  const expression = (e: Expression): number =>
    intern(`e ${e.number}`, () => ({
      atom: { kind: 'expression', expression: e },
      depth: e.depth,
      reach: e.reach,
      visible: false,
      range:
        (e.form.kind === 'op' && (e.form.op === 'sqrt' || e.form.op === 'exp')) ||
        (e.form.kind === 'value' && isPositive(e.form.id))
          ? 'positive'
          : 'real',
    }));
  const polynomialOf = (e: Expression): Polynomial => {
    const { form } = e;
    if (form.kind === 'polynomial') return form.value;
    if (form.kind === 'value' && typeof form.constant === 'number') return numberPolynomial(form.constant);
    return atomPolynomial(expression(e));
  };
  return {
    info,
    reachOf,
    depthOf,
    /** Whether a latent quantity stands in it in a way that the pass understands. */
    seesLatents: (p: Polynomial): boolean => {
      for (const a of atomsIn(p)) if (info(a).visible) return true;
      return false;
    },
    latent,
    log: (of: number): number =>
      intern(`log ${of}`, () => ({ atom: { kind: 'log', of }, ...about(of), range: 'real' })),
    log1m: (of: number): number =>
      intern(`log1m ${of}`, () => ({ atom: { kind: 'log1m', of }, ...about(of), range: 'real' })),
    exp: (exponent: Polynomial): number =>
      intern(`exp ${polynomialKey(exponent)}`, () => ({
        atom: { kind: 'exp', exponent },
        depth: depthOf(exponent),
        reach: reachOf(exponent),
        visible: false,
        range: 'positive',
      })),
    cell: (cells: readonly number[], index: Expression): number =>
      intern(`cell ${cells.join(',')} ${index.number}`, () => ({
        atom: { kind: 'cell', cells, index },
        depth: index.depth,
        reach: joined([new Set(cells), index.reach]),
        visible: true,
        range: rangeOf(cells[0]!),
      })),
    expression,
    /** A value of the program. */
    value: (id: ValueId, type: IrType, depth: number, reach: ReadonlySet<number>, constant: Constant | null = null) => {
      const key = `v ${id}`;
      const known = expressions.get(key);
      if (known !== undefined) return known;
      const made: Expression = { form: { kind: 'value', id, constant }, type, number: expressions.size, depth, reach };
      expressions.set(key, made);
      return made;
    },
    op: (op: OpName, args: readonly Expression[], type: IrType) =>
      express(`${op} ${typeKey(type)} ${keys(args)}`, type, { kind: 'op', op, args }, args),
    call: (callee: string, args: readonly Expression[], results: readonly IrType[], result: number) =>
      express(
        `call ${callee} ${result} ${keys(args)}`,
        results[result] ?? realType,
        { kind: 'call', callee, args, results, result },
        args,
      ),
    get: (target: Expression, position: number, type: IrType) =>
      express(`get ${target.number} ${position}`, type, { kind: 'get', target, position }, [target]),
    make: (type: IrType, parts: readonly Expression[]) =>
      express(`make ${typeKey(type)} ${keys(parts)}`, type, { kind: 'make', parts }, parts),
    either: (condition: Expression, then: Expression, otherwise: Expression) =>
      express(
        `if ${keys([condition, then, otherwise])}`,
        then.type.kind === 'int' ? otherwise.type : then.type,
        { kind: 'if', condition, then, otherwise },
        [condition, then, otherwise],
      ),
    literal: (type: IrType, value: Constant) =>
      express(
        `literal ${typeKey(type)} ${JSON.stringify(value instanceof Float64Array ? [...value] : value)}`,
        type,
        { kind: 'literal', value },
        [],
      ),
    ofPolynomial,
    /** An atom alone. */
    polynomialOfAtom: (atom: number): Polynomial => atomPolynomial(atom),
    /** An expression of a number as a polynomial. */
    polynomialOf,
    /** A polynomial of several terms as one atom, so that products with it stay short; others as they are. */
    closed: (p: Polynomial): Polynomial =>
      p.size <= 1 || asNumberOf(p) !== null ? p : atomPolynomial(expression(ofPolynomial(p))),
  };
}
