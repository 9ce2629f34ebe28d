/** Plates whose weight hangs on sums over their rows alone: the sums are computed before the run. */
import type { ValueId } from '../../ir/ir.js';
import type { Expression } from '../conjugate/atoms.js';
import { createEmitter, type Emitter } from '../conjugate/emit.js';
import {
  add,
  asNumberOf,
  type Monomial,
  multiplyMonomials,
  numberPolynomial,
  type Polynomial,
  sumOf,
  type Term,
} from '../conjugate/polynomial.js';
import type { Tree } from '../conjugate/value.js';
import { columnsOfConditions, columnsOfFunctions, forAllRows } from './data.js';
import { chosenRows, type Plate, type Setting } from './plate.js';
import {
  assumed,
  conditionsOf,
  type Demand,
  known,
  partsOf,
  positiveParameters,
  type Row,
  understood,
} from './separate.js';
import { commonFactor, completeSquares } from './squares.js';
import { sumOfColumn, triangleOf } from './triangle.js';

/** Rows may differ in how conditions on their data come out in so many ways. */
const mostPatterns = 4;
/** Conditions on parameters inside one another that a weight may hang on. */
const deepest = 3;

/** Minus one half of a sum of squares: of the combinations of the functions, a line of the triangle for each, times the common factor squared. */
type Squares = {
  readonly factor: Monomial;
  readonly functions: readonly Monomial[];
  readonly triangle: readonly (readonly number[])[];
};

/** The weight of all rows as a function of parameters. */
type Weight =
  | { readonly kind: 'sum'; readonly squares: readonly Squares[]; readonly linear: Polynomial }
  | {
      readonly kind: 'either';
      readonly conditions: readonly Expression[];
      readonly then: Weight;
      readonly otherwise: Weight;
    }
  | { readonly kind: 'never' };

/**
 * Writes the weight of all rows into the open region of the builder, from sums over the rows: Σᵢ Σₖ Tₖ(dataᵢ) ηₖ(θ) = Σₖ (Σᵢ Tₖ(dataᵢ)) ηₖ(θ).
 * Squares of differences are kept as such: -½ Σᵢ (Σₖ fₖ(dataᵢ) uₖ(θ))² = -½ |R u|² with R from a QR decomposition of the columns fₖ, so that for
 * a normal it is what is left about the mean (or the regression), and how far the parameters are from that. False where the weight does not
 * come apart, or a sum is not finite: rows of probability zero, say.
 */
export function writeSummed(plate: Plate, setting: Setting): boolean {
  const first = understood(plate, new Set(), setting);
  if (first === null) return false;
  if (write(first, plate, setting)) return true;
  const positive = positiveParameters(first);
  const again = positive.size === 0 ? null : understood(plate, positive, setting);
  return again !== null && write(again, plate, setting);
}

function write(row: Row, plate: Plate, setting: Setting): boolean {
  const demands = demandsOnParameters(row, plate, setting);
  const weight = demands === null ? null : weightOf(row.weights, plate, { row, setting }, 0);
  if (demands === null || weight === null || weight.kind === 'never') return false;
  const { builder } = setting;
  const emitter = createEmitter(builder, row.atoms, (parameter) => row.parameters[parameter]!);
  const seen = new Set<Expression>();
  for (const { condition, code, message, at } of demands) {
    if (seen.has(condition)) continue;
    seen.add(condition);
    builder.withPlace(at, () => builder.check(emitter.expression(condition), code, message));
  }
  builder.factor(written(weight, emitter, row, setting));
  return true;
}

/** What the rows demand of parameters; null where data does not meet a demand, or one cannot be said without the rows. */
function demandsOnParameters(row: Row, plate: Plate, setting: Setting): readonly Demand[] | null {
  const ofData = row.demands.filter(({ condition }) => known(condition) === 'data').map((d) => d.condition);
  const columns = columnsOfConditions(ofData, row, plate, setting);
  if (columns === null || !columns.every((column) => column.every((x) => x === 1))) return null;
  const found: Demand[] = [];
  for (const demand of row.demands) {
    if (known(demand.condition) === 'data') continue;
    const conditions = forAllRows(demand.condition, row, plate, setting);
    if (conditions === null) return null;
    found.push(...conditions.map((condition) => ({ ...demand, condition })));
  }
  return found;
}

type Work = { readonly row: Row; readonly setting: Setting };

function weightOf(trees: readonly Tree[], plate: Plate, work: Work, depth: number): Weight | null {
  const conditions = [...new Set(trees.flatMap((tree) => [...conditionsOf(tree)]))];
  const ofData = conditions.filter((c) => known(c) === 'data');
  if (ofData.length > 0) return byPatterns(trees, ofData, plate, work, depth);
  const [condition] = conditions;
  if (condition === undefined) return sumOfRows(trees, plate, work);
  if (depth === deepest) return null;
  const where = (outcome: boolean): Weight | null =>
    weightOf(
      trees.map((tree) => assumed(tree, (c) => (c === condition ? outcome : undefined))),
      plate,
      work,
      depth + 1,
    );
  const then = where(true);
  if (then === null) return null;
  if (known(condition) === 'parameters') {
    const otherwise = where(false);
    return otherwise === null ? null : { kind: 'either', conditions: [condition], then, otherwise };
  }
  // Some rows meet it and others do not: that can be said where those that do not have no weight.
  const all = forAllRows(condition, work.row, plate, work.setting);
  const otherwise = all === null ? null : where(false);
  return all === null || otherwise?.kind !== 'never' ? null : { kind: 'either', conditions: all, then, otherwise };
}

/** The weight where rows are told apart by how conditions on their data come out. */
function byPatterns(
  trees: readonly Tree[],
  conditions: readonly Expression[],
  plate: Plate,
  work: Work,
  depth: number,
): Weight | null {
  const columns = columnsOfConditions(conditions, work.row, plate, work.setting);
  if (columns === null) return null;
  const patterns = new Map<string, number[]>();
  for (let i = 0; i < plate.rows; i++) {
    const key = columns.map((column) => column[i]).join('');
    const rows = patterns.get(key);
    if (rows !== undefined) rows.push(i);
    else if (patterns.size === mostPatterns) return null;
    else patterns.set(key, [i]);
  }
  let total: Weight | null = null;
  for (const rows of patterns.values()) {
    const [first = 0] = rows;
    const outcomes = new Map(conditions.map((c, k) => [c, columns[k]![first] === 1]));
    const resolved = trees.map((tree) => assumed(tree, (c) => outcomes.get(c)));
    const part = weightOf(resolved, rows.length === plate.rows ? plate : chosenRows(plate, rows), work, depth);
    total = total === null || part === null ? part : together(total, part);
    if (total === null) return null;
  }
  return total;
}

function together(a: Weight, b: Weight): Weight | null {
  if (a.kind === 'never' || b.kind === 'never') return { kind: 'never' };
  if (a.kind !== 'sum' || b.kind !== 'sum') return null;
  return { kind: 'sum', squares: [...a.squares, ...b.squares], linear: add(a.linear, b.linear) };
}

/** The weight where no conditions are left. */
function sumOfRows(trees: readonly Tree[], plate: Plate, { row, setting }: Work): Weight | null {
  const leaves = trees.flatMap((tree) => (tree.kind === 'leaf' ? [tree.value] : []));
  const parts = partsOf(leaves, row.atoms);
  if (parts === null) return null;
  if (parts.some((p) => asNumberOf(p.data) === Number.NEGATIVE_INFINITY && p.monomial.length === 0))
    return { kind: 'never' };
  const { squares, parts: rest } = completeSquares(parts);
  const functions = [...squares.flatMap((s) => s.parts), ...rest].map((p) => p.data);
  const columns = columnsOfFunctions(functions, row, plate, setting);
  if (columns === null || !columns.every((column) => column.every(Number.isFinite))) return null;
  let next = 0;
  const taken = squares.map((square): Squares => {
    const own = columns.slice(next, next + square.parts.length);
    next += own.length;
    const factor = commonFactor(square.parts.map((p) => p.monomial));
    const inverse: Monomial = factor.map(([atom, e]) => [atom, -e] as const);
    // What holds data alone comes last, so that it ends up as what the parameters leave over.
    const order = square.parts
      .map((part, k) => ({ monomial: multiplyMonomials(part.monomial, inverse), column: own[k]! }))
      .sort((a, b) => b.monomial.length - a.monomial.length);
    return { factor, functions: order.map((o) => o.monomial), triangle: triangleOf(order.map((o) => o.column)) };
  });
  // A sum of nothing is left out, be the function of parameters infinite or not.
  const linear = sumOf(
    rest.map((part, k): Term => ({ coefficient: sumOfColumn(columns[next + k]!), monomial: part.monomial })),
  );
  return { kind: 'sum', squares: taken, linear };
}

function written(weight: Weight, emitter: Emitter, row: Row, setting: Setting): ValueId {
  const { builder } = setting;
  switch (weight.kind) {
    case 'never':
      return builder.real(Number.NEGATIVE_INFINITY);
    case 'either': {
      const all = weight.conditions.map((c) => emitter.expression(c)).reduce((a, b) => builder.op('and', [a, b]));
      // What is written in a branch is not known outside of it.
      const inner = (part: Weight) => (): readonly ValueId[] => [
        written(
          part,
          createEmitter(builder, row.atoms, (parameter) => row.parameters[parameter]!),
          row,
          setting,
        ),
      ];
      return builder.ifElse(all, inner(weight.then), inner(weight.otherwise), [{ kind: 'real' }])[0]!;
    }
    case 'sum': {
      const total = weight.squares.map((square) => writtenSquares(square, emitter, setting));
      if (weight.linear.size > 0 || total.length === 0) total.push(emitter.polynomial(weight.linear));
      return total.reduce((a, b) => builder.op('add', [a, b]));
    }
  }
}

function writtenSquares({ factor, functions, triangle }: Squares, emitter: Emitter, { builder }: Setting): ValueId {
  const amounts: ValueId[] = [];
  for (const [j, line] of triangle.entries()) {
    const lead = line[j]!;
    if (lead === 0) continue;
    const combination = sumOf(
      functions.map((monomial, k): Term => ({ coefficient: k < j ? 0 : line[k]! / lead, monomial })),
    );
    const size = -0.5 * lead ** 2;
    const number = asNumberOf(combination);
    if (number !== null) {
      amounts.push(emitter.polynomial(numberPolynomial(size * number ** 2)));
      continue;
    }
    const value = emitter.polynomial(combination);
    amounts.push(builder.op('mul', [builder.real(size), builder.op('mul', [value, value])]));
  }
  if (amounts.length === 0) return builder.real(0);
  const sum = amounts.reduce((a, b) => builder.op('add', [a, b]));
  if (factor.length === 0) return sum;
  const common = emitter.polynomial(sumOf([{ coefficient: 1, monomial: factor }]));
  return builder.op('mul', [builder.op('mul', [sum, common]), common]);
}
