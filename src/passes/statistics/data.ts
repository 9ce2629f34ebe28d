/** Functions of data, and conditions on it, over all rows of a plate. */
import type { Value, ValueId } from '../../ir/ir.js';
import type { Expression } from '../conjugate/atoms.js';
import { createEmitter, type Emitter } from '../conjugate/emit.js';
import { asNumberOf, type Polynomial, sumOf, type Term } from '../conjugate/polynomial.js';
import { columnsOf } from './columns.js';
import { columnType, type Plate, type Setting } from './plate.js';
import { known, partsOf, type Row, split } from './separate.js';

/** A column for each polynomial in data; null where one has a fault. */
export const columnsOfFunctions = (
  functions: readonly Polynomial[],
  row: Row,
  plate: Plate,
  setting: Setting,
): readonly Float64Array[] | null =>
  dataColumns(functions.length, (k, emitter) => emitter.polynomial(functions[k]!), row, plate, setting);

/** A column of 0 and 1 for each condition on data; null where one has a fault. */
export const columnsOfConditions = (
  conditions: readonly Expression[],
  row: Row,
  plate: Plate,
  setting: Setting,
): readonly Float64Array[] | null =>
  dataColumns(conditions.length, (k, emitter) => emitter.expression(conditions[k]!), row, plate, setting);

function dataColumns(
  count: number,
  written: (k: number, emitter: Emitter) => ValueId,
  { atoms }: Row,
  plate: Plate,
  setting: Setting,
): readonly Float64Array[] | null {
  if (count === 0) return [];
  const { builder } = setting;
  const tables = builder.collect(() =>
    plate.slots.map(({ value, column }) => builder.constant(columnType(value.type, plate.rows), column)),
  );
  return columnsOf(setting, tables.instructions, 0, plate.rows, (index) => {
    plate.slots.forEach(({ value }, k) => {
      builder.emit({ kind: 'op', at: -1, result: value, op: 'index', args: [tables.value[k]!, index.id] });
    });
    const emitter = createEmitter(builder, atoms, () => {
      throw new Error('statistics: a function of data asks for a parameter');
    });
    return Array.from({ length: count }, (_, k): Value => {
      const id = written(k, emitter);
      return { id, type: builder.typeOf(id) };
    });
  });
}

const comparisons: ReadonlySet<string> = new Set(['lt', 'le', 'gt', 'ge']);

/**
 * A condition that holds for all rows if and only if these hold, which hang on parameters alone: a comparison a(θ) t(data) + b(θ) < c(θ) is
 * monotone in t, and so is its rounding, so it holds for all rows if it holds where t is least and greatest. Null for others.
 */
export function forAllRows(
  condition: Expression,
  row: Row,
  plate: Plate,
  setting: Setting,
): readonly Expression[] | null {
  const found: Expression[] = [];
  for (const one of split(condition)) {
    if (known(one) === 'parameters') {
      found.push(one);
      continue;
    }
    const ends = atEnds(one, row, plate, setting);
    if (ends === null) return null;
    found.push(...ends);
  }
  return found;
}

function atEnds(condition: Expression, row: Row, plate: Plate, setting: Setting): readonly Expression[] | null {
  const { form } = condition;
  const { atoms } = row;
  if (form.kind !== 'op' || !comparisons.has(form.op)) return null;
  const [x, y] = form.args;
  if (x === undefined || y === undefined) return null;
  const side = known(x) === 'parameters' ? 1 : 0;
  const [changing, fixed] = side === 0 ? [x, y] : [y, x];
  if (known(fixed) !== 'parameters') return null;
  const parts = partsOf([atoms.polynomialOf(changing)], atoms);
  const [only, ...more] = parts?.filter(({ data }) => asNumberOf(data) === null) ?? [];
  if (parts === null || only === undefined || more.length > 0) return null;
  const [column] = columnsOfFunctions([only.data], row, plate, setting) ?? [];
  if (column === undefined || !column.every(Number.isFinite)) return null;
  const at = (value: number): Expression => {
    const terms = parts.map(
      (part): Term => ({ coefficient: part === only ? value : (asNumberOf(part.data) ?? 0), monomial: part.monomial }),
    );
    const end = atoms.ofPolynomial(sumOf(terms), changing.type);
    return atoms.op(form.op, side === 0 ? [end, fixed] : [fixed, end], condition.type);
  };
  return [at(column.reduce((a, b) => Math.min(a, b))), at(column.reduce((a, b) => Math.max(a, b)))];
}
