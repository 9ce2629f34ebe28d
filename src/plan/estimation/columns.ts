import type { Strategy } from '../../causal/estimate/methods/method.js';
import { type Arm, type UnitColumn, type Units, withSeenLabels } from '../../causal/estimate/units.js';
import type { Column, Table } from '../../data/table.js';
import type { Span } from '../../syntax/span.js';
import type { Expr, Name } from '../../syntax/tree.js';
import type { Condition, Contrast } from './contrast.js';
import { refuse, type TextOf, ungrouped } from './problem.js';

/** Units that the rows of a table may count together. */
const mostUnits = 10_000_000;

/** Units of a question, and how many rows lack a value of theirs. */
type UnitsOf = { readonly units: Units; readonly left: number };

/**
 * The columns of a question as numbers: of the rows that have all of them and meet its conditions, each as often as it counts units. Covariates
 * that the conditions hold fixed are left out.
 */
export function unitsOf(
  table: Table,
  contrast: Contrast,
  { covariates, others, wholeTable = false }: Pick<Strategy, 'covariates' | 'others' | 'wholeTable'>,
  weighted: Name | null,
  span: Span,
  textOf: TextOf,
): UnitsOf {
  const column = (name: string): Column =>
    table.columns.find((c) => c.name === name) ?? refuse('E0553', `The data have no column \`${name}\`.`, span);
  const conditions = contrast.group.map((condition) => ({
    condition,
    column: column(condition.variable),
    code: conditionCode(condition, column(condition.variable), textOf),
  }));
  const read = [contrast.outcome, contrast.exposure, ...covariates, ...others].map(column);
  const weights = weighted === null ? null : column(weighted.text);
  const columns = [...read, ...conditions.map((c) => c.column), ...(weights === null ? [] : [weights])];
  const kept: number[] = [];
  let left = 0;
  for (let r = 0; r < table.rows; r++) {
    if (columns.some(({ values }) => Number.isNaN(values[r]!))) left += 1;
    else if (wholeTable || conditions.every((c) => meets(c.column.values[r]!, c.condition.operator, c.code))) {
      const count = weights?.values[r] ?? 1;
      if (!Number.isInteger(count) || kept.length + count > mostUnits)
        refuse(
          'E0555',
          Number.isInteger(count)
            ? `The rows count more than ${mostUnits} units.`
            : `A row counts ${count} units, and an estimate needs whole ones.`,
          weighted?.span ?? span,
        );
      for (let k = 0; k < count; k++) kept.push(r);
    }
  }
  if (kept.length === 0) {
    const none = contrast.group.length === 0 ? 'No row of the data has all values.' : 'No row meets the conditions.';
    return refuse('E0555', none, span);
  }
  const [outcome, exposure, ...rest] = read.map(
    (c): UnitColumn => ({
      name: c.name,
      values: Float64Array.from(kept, (r) => c.values[r]!),
      levels: levelsOf(c),
    }),
  );
  if (outcome === undefined || exposure === undefined) throw new Error('estimate: no outcome');
  if (outcome.levels === null ? contrast.probability : outcome.levels > 2)
    return refuse(
      'E0553',
      outcome.levels === null
        ? `\`${outcome.name}\` is a quantity, which has no one probability: ask for its mean, E(…).`
        : `\`${outcome.name}\` is a label, which has no mean.`,
      span,
    );
  const exposed = column(contrast.exposure);
  const arms = contrast.arms.map(({ sign, value, through }): Arm => {
    const arm = { sign, value: codeOf(value, exposed, textOf) };
    if (through === null) return arm;
    if (through.kind === 'of')
      return { ...arm, through: { kind: 'of', value: codeOf(through.value, exposed, textOf) } };
    const values = others.map((name) => {
      const held = through.values.get(name) ?? refuse('E0553', `\`${name}\` is not held at any value.`, span);
      return codeOf(held, column(name), textOf);
    });
    return { ...arm, through: { kind: 'held', values } };
  });
  const among = contrast.among === null ? null : codeOf(contrast.among, exposed, textOf);
  const fixed = new Set(contrast.group.map(({ variable }) => variable));
  const varies = ({ name, values }: UnitColumn): boolean => !fixed.has(name) || values.some((v) => v !== values[0]);
  return {
    units: {
      rows: kept.length,
      outcome,
      exposure,
      covariates: rest.slice(0, covariates.length).filter(varies).map(withSeenLabels),
      others: rest.slice(covariates.length),
      arms,
      among,
      ...(wholeTable ? { group: conditions.map((c) => ({ name: c.column.name, value: c.code })) } : {}),
    },
    left,
  };
}

/** How many labels a column has; numbers that are all 0 or 1 are two. Null for a quantity. */
function levelsOf({ type, values }: Column): number | null {
  if (type.kind === 'enum') return type.members.length;
  return type.kind === 'bool' || values.every((v) => v === 0 || v === 1 || Number.isNaN(v)) ? 2 : null;
}

function meets(value: number, operator: Condition['operator'], code: number): boolean {
  switch (operator) {
    case '=':
      return value === code;
    case '!=':
      return value !== code;
    case '<':
      return value < code;
    case '<=':
      return value <= code;
    case '>':
      return value > code;
    case '>=':
      return value >= code;
  }
}

const conditionCode = ({ value }: Condition, column: Column, textOf: TextOf): number =>
  value === null ? 1 : codeOf(value, column, textOf);

/** A value as the column has it: a number, 0 or 1 of a truth value, the place of a label. */
export function codeOf(expr: Expr, { type, name }: Pick<Column, 'type' | 'name'>, textOf: TextOf): number {
  const at = ungrouped(expr);
  if (at.kind === 'number') return at.value;
  if (at.kind === 'boolean') return at.value ? 1 : 0;
  if (at.kind === 'negate') return -codeOf(at.operand, { type, name }, textOf);
  const text = textOf(at).replace(/^.*\./, '');
  const place = type.kind === 'enum' ? type.members.indexOf(text) : -1;
  return place >= 0 ? place : refuse('E0553', `\`${text}\` is no value of the column \`${name}\`.`, expr.span);
}
