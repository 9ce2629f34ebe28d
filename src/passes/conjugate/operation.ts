/** Primitives of the IR on abstract values. */

import { isFault } from '../../ir/faults.js';
import type { IrType } from '../../ir/ir.js';
import type { OpName } from '../../ir/ops.js';
import { isIrType } from '../../ir/ops.js';
import { applyPrimitive } from '../../ir/primitives.js';
import { constantOf, holdsLatents, literalOf, numberIn, ofExpression, type Setting } from './interpret.js';
import {
  asNumberOf,
  atomPolynomial,
  numberPolynomial,
  onlyAtom,
  onlyTerm,
  type Polynomial,
  scale,
  subtract,
} from './polynomial.js';
import { type Abstract, beyond, combine, either, expressionOf, leaf, type Tree } from './value.js';

/** An array of at most so many parts is told apart by cases where an index is not known. */
const mostParts = 16;

/** The result of a primitive. Throws `beyond` where it cannot be described. */
export function operation(op: OpName, args: readonly Abstract[], type: IrType, setting: Setting): Abstract {
  const [a, b, c] = args;
  switch (op) {
    case 'index':
      return element(a!, b!, type, setting);
    case 'length':
      if (a?.kind === 'parts') return literalOf(type, a.parts.length, setting);
      if (a?.kind === 'row') return literalOf(type, a.length, setting);
      return lengthOf(a!, type, setting);
    case 'set':
    case 'extend':
    case 'append':
      return withElement(op, args, type, setting);
    case 'fill': {
      const count = numberIn(a!);
      if (count === null || count > 1000) throw beyond;
      return { kind: 'parts', type, parts: Array.from({ length: Math.max(0, count) }, () => b!) };
    }
    case 'select': {
      if (a?.kind !== 'number' || b?.kind !== 'number' || c?.kind !== 'number') throw beyond;
      const [yes, no] = [b.tree, c.tree];
      return number(type, chooseTree(a.tree, yes, no, setting));
    }
    case 'exists':
      if (a !== undefined && holdsLatents(a, setting)) return literalOf(type, 1, setting);
      break;
    default:
  }
  if (args.every((x) => x.kind === 'number')) {
    const trees = args.flatMap((x) => (x.kind === 'number' ? [x.tree] : []));
    const types = args.flatMap((x) => (x.kind === 'number' ? [x.type] : []));
    return number(
      type,
      combine(trees, (values) => onNumbers(op, values, types, type, setting)),
    );
  }
  const { atoms } = setting.algebra;
  return ofExpression(
    atoms.op(
      op,
      args.map((x) => expressionOf(x, atoms)),
      type,
    ),
    type,
    setting,
  );
}

const number = (type: IrType, tree: Tree): Abstract => ({ kind: 'number', type, tree });

function lengthOf(a: Abstract, type: IrType, setting: Setting): Abstract {
  const expression = expressionOf(a, setting.algebra.atoms);
  const constant = constantOf(expression);
  if (constant !== null && typeof constant === 'object') return literalOf(type, constant.length, setting);
  return ofExpression(setting.algebra.atoms.op('length', [expression], type), type, setting);
}

/** Chooses by a truth value, which may itself be one of several. */
function chooseTree(condition: Tree, then: Tree, otherwise: Tree, setting: Setting): Tree {
  if (condition.kind === 'case')
    return either(
      condition.condition,
      chooseTree(condition.then, then, otherwise, setting),
      chooseTree(condition.otherwise, then, otherwise, setting),
    );
  const known = asNumberOf(condition.value);
  if (known !== null) return known === 1 ? then : otherwise;
  const atom = onlyAtom(condition.value);
  const form = atom === null ? null : setting.algebra.atoms.info(atom).atom;
  if (form?.kind !== 'expression') throw beyond;
  return either(form.expression, then, otherwise);
}

/** A primitive on numbers. */
function onNumbers(
  op: OpName,
  values: readonly Polynomial[],
  types: readonly IrType[],
  type: IrType,
  setting: Setting,
): Tree {
  const { algebra } = setting;
  const { atoms } = algebra;
  const [a, b] = values;
  const numbers = values.map(asNumberOf);
  const plain = (): Tree =>
    leaf(
      atomPolynomial(
        atoms.expression(
          atoms.op(
            op,
            values.map((v, k) => atoms.ofPolynomial(v, types[k] ?? { kind: 'real' })),
            type,
          ),
        ),
      ),
    );
  if (numbers.every((n) => n !== null) && op !== 'absent')
    return leaf(numberPolynomial(primitive(op, numbers, types, type)));
  if (a === undefined) throw beyond;
  switch (op) {
    case 'add':
      return leaf(algebra.plus(a, b!));
    case 'sub':
      return leaf(algebra.minus(a, b!));
    case 'mul':
      return leaf(algebra.times(a, b!));
    case 'div':
      return leaf(algebra.over(a, b!));
    case 'neg':
      return leaf(scale(a, -1));
    case 'pow':
    case 'power':
      return leaf(algebra.powOf(a, b!));
    case 'sqrt': {
      const term = onlyTerm(a);
      const whole =
        term !== null && term.coefficient > 0 && term.monomial.every(([x]) => atoms.info(x).range !== 'real');
      return leaf(whole ? algebra.powerOf(a, 0.5) : algebra.opaque('sqrt', [a]));
    }
    case 'log':
      return leaf(algebra.logOf(a));
    case 'exp':
      return leaf(algebra.expOf(a));
    case 'to_real':
      return types[0]?.kind === 'bool' ? plain() : leaf(a);
    case 'to_int':
      return types[0]?.kind === 'int' ? leaf(a) : plain();
    case 'abs':
    case 'sign': {
      if (!atoms.seesLatents(a)) return plain();
      const sign = algebra.signOf(a);
      if (sign === 'open' || sign === 'zero') return plain();
      if (op === 'sign') return leaf(numberPolynomial(sign === 'above' ? 1 : -1));
      return leaf(sign === 'above' ? a : scale(a, -1));
    }
    case 'min':
    case 'max': {
      const difference = subtract(a, b!);
      if (!atoms.seesLatents(difference)) return plain();
      const sign = algebra.signOf(difference);
      if (sign === 'open') return plain();
      return leaf((sign === 'above') === (op === 'max') ? a : b!);
    }
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
    case 'eq':
    case 'ne':
      return compared(op, a, b!, types, setting);
    case 'and':
    case 'or': {
      const [x, y] = numbers;
      const stops = op === 'and' ? 0 : 1;
      if (x === stops || y === stops) return leaf(numberPolynomial(stops));
      if (x !== null) return leaf(b!);
      if (y !== null) return leaf(a);
      return plain();
    }
    default:
      return plain();
  }
}

function primitive(op: OpName, args: readonly number[], types: readonly IrType[], type: IrType): number {
  try {
    const value = applyPrimitive(op, args, { from: types[0] ?? type, type, at: -1, elements: 0 });
    if (typeof value !== 'number') throw beyond;
    return value;
  } catch (thrown) {
    throw isFault(thrown) ? beyond : thrown;
  }
}

/** A comparison, decided where latent quantities are in it and their ranges tell how it comes out almost surely. */
function compared(
  op: 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne',
  a: Polynomial,
  b: Polynomial,
  types: readonly IrType[],
  setting: Setting,
): Tree {
  const { algebra } = setting;
  const { atoms } = algebra;
  const truth = (value: boolean): Tree => leaf(numberPolynomial(value ? 1 : 0));
  const asked = (x: Polynomial, y: Polynomial): Tree => {
    const args = [atoms.ofPolynomial(x, types[0]), atoms.ofPolynomial(y, types[1])];
    return leaf(atomPolynomial(atoms.expression(atoms.op(op, args, { kind: 'bool' }))));
  };
  const ends = [asNumberOf(a), asNumberOf(b)];
  if (setting.exactly === true) return asked(a, b);
  const latent = atoms.seesLatents(a) || atoms.seesLatents(b);
  if (latent && ends.some((x) => x === Infinity || x === -Infinity)) {
    const less = ends[0] === -Infinity || ends[1] === Infinity;
    return truth(op === 'ne' || ((op === 'lt' || op === 'le') && less) || ((op === 'gt' || op === 'ge') && !less));
  }
  const difference = subtract(a, b);
  if (!atoms.seesLatents(difference))
    return latent && difference.size === 0 ? truth(op === 'eq' || op === 'le' || op === 'ge') : asked(a, b);
  if (op === 'eq' || op === 'ne') return truth(op === 'ne');
  const sign = algebra.signOf(difference);
  if (sign === 'above') return truth(op === 'gt' || op === 'ge');
  if (sign === 'below') return truth(op === 'lt' || op === 'le');
  const factor = algebra.factorOfSign(difference);
  return factor === null ? asked(a, b) : asked(factor, numberPolynomial(0));
}

/** An element of an array. */
function element(array: Abstract, at: Abstract, type: IrType, setting: Setting): Abstract {
  const { atoms } = setting.algebra;
  if (at.kind !== 'number') throw beyond;
  const known = numberIn(at);
  if (array.kind === 'expression') {
    const constant = constantOf(array.expression);
    if (known !== null && constant !== null && typeof constant === 'object') {
      const found = constant[known];
      if (found === undefined) throw beyond;
      return literalOf(type, found, setting);
    }
    return ofExpression(atoms.op('index', [array.expression, expressionOf(at, atoms)], type), type, setting);
  }
  if (array.kind === 'number') throw beyond;
  if (array.kind === 'updated') {
    const place = expressionOf(at, atoms);
    if (place === array.index) return array.value;
    return ofExpression(atoms.op('index', [expressionOf(array, atoms), place], type), type, setting);
  }
  if (array.kind === 'row') {
    const index = atoms.ofPolynomial(setting.algebra.plus(atoms.polynomialOf(array.start), whole(at, setting)), {
      kind: 'int',
    });
    return cell(array.leaves, index, type, setting) ?? beyondValue();
  }
  if (known !== null) return array.parts[known] ?? beyondValue();
  const rows = array.parts.flatMap((p) => (p.kind === 'parts' ? [p.parts] : []));
  const [first] = rows;
  if (first !== undefined && rows.length === array.parts.length && rows.every((r) => r.length === first.length)) {
    const start = atoms.ofPolynomial(scale(whole(at, setting), first.length), { kind: 'int' });
    return { kind: 'row', type, leaves: rows.flat(), start, length: first.length };
  }
  const index = atoms.ofPolynomial(whole(at, setting), { kind: 'int' });
  const found = cell(array.parts, index, type, setting);
  if (found !== null) return found;
  if (array.parts.length > mostParts) throw beyond;
  return byCases(array.parts, index, type, setting);
}

const beyondValue = (): never => {
  throw beyond;
};

/** An index as a whole number. */
function whole(at: Abstract, setting: Setting): Polynomial {
  const { atoms } = setting.algebra;
  if (at.kind !== 'number' || at.tree.kind !== 'leaf') throw beyond;
  if (at.type.kind === 'int') return at.tree.value;
  const given = atoms.ofPolynomial(at.tree.value, at.type);
  return atoms.polynomialOf(atoms.op('to_int', [given], { kind: 'int' }));
}

/** One of several latent quantities of one range; null where the parts are something else. */
function cell(
  parts: readonly Abstract[],
  index: Parameters<Setting['algebra']['atoms']['cell']>[1],
  type: IrType,
  setting: Setting,
): Abstract | null {
  const { atoms } = setting.algebra;
  const cells: number[] = [];
  let range: string | null = null;
  for (const part of parts) {
    const atom = part.kind === 'number' && part.tree.kind === 'leaf' ? onlyAtom(part.tree.value) : null;
    const info = atom === null ? null : atoms.info(atom);
    if (info === null || info.atom.kind !== 'latent' || (range !== null && info.range !== range)) return null;
    range = info.range;
    cells.push(info.atom.latent);
  }
  return cells.length === 0 ? null : number(type, leaf(atomPolynomial(atoms.cell(cells, index))));
}

function byCases(
  parts: readonly Abstract[],
  index: Parameters<Setting['algebra']['atoms']['cell']>[1],
  type: IrType,
  setting: Setting,
): Abstract {
  const { atoms } = setting.algebra;
  const trees = parts.flatMap((p) => (p.kind === 'number' ? [p.tree] : []));
  if (trees.length < parts.length || trees.length === 0) throw beyond;
  let tree = trees[trees.length - 1]!;
  for (let k = trees.length - 2; k >= 0; k--) {
    const here = atoms.op('eq', [index, atoms.ofPolynomial(numberPolynomial(k), { kind: 'int' })], { kind: 'bool' });
    tree = either(here, trees[k]!, tree);
  }
  return number(type, tree);
}

/** An array with another element in one place. */
function withElement(
  op: 'set' | 'extend' | 'append',
  args: readonly Abstract[],
  type: IrType,
  setting: Setting,
): Abstract {
  const [array, at, value] = op === 'append' ? [args[0], null, args[1]] : args;
  const parts = array === undefined ? null : partsOf(array, setting);
  if (
    parts === null &&
    array?.kind === 'expression' &&
    op !== 'append' &&
    at !== null &&
    at !== undefined &&
    value !== undefined
  ) {
    const { atoms } = setting.algebra;
    return { kind: 'updated', type, op, array: array.expression, index: expressionOf(at, atoms), value };
  }
  const index = at === null || at === undefined ? (parts?.length ?? null) : numberIn(at);
  if (parts === null || index === null || value === undefined) throw beyond;
  if (!(index <= parts.length - (op === 'set' ? 1 : 0)) || index < 0) throw beyond;
  const next = [...parts];
  next[index] = value;
  return { kind: 'parts', type, parts: next };
}

function partsOf(array: Abstract, setting: Setting): readonly Abstract[] | null {
  if (array.kind === 'parts') return array.parts;
  if (array.kind !== 'expression') return null;
  const constant = constantOf(array.expression);
  const { type } = array.expression;
  if (constant === null || typeof constant !== 'object' || type.kind !== 'array' || constant.length > 1000) return null;
  const { element: inner } = type;
  if (!isIrType(inner)) return null;
  return Array.from(constant, (v) => literalOf(inner, v, setting));
}
