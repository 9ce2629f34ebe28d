/** Missing cells of the tables that a program reads. */
import type { Expr } from '../syntax/tree.js';
import type { Project } from './project.js';
import { ungrouped } from './text.js';

/** A column that `t.x` or `t.x[i]` names, and how many of the cells that may be meant are missing. */
type Cells = { readonly table: string; readonly column: string; readonly missing: number };

/** The cells that an expression names; null for what is no column and no cell. */
export function cellsOf(project: Project, expr: Expr): Cells | null {
  const inner = ungrouped(expr);
  const [index, ...others] = inner.kind === 'index' ? inner.indices : [];
  const whole = inner.kind === 'index' ? ungrouped(inner.target) : inner;
  if (others.length > 0 || whole.kind !== 'field' || whole.target.kind !== 'name') return null;
  const table = whole.target.name.text;
  const column = project.data.get(table)?.table.columns.find((c) => c.name === whole.name.text);
  if (column === undefined) return null;
  const values = index?.kind === 'number' ? column.values.slice(index.value, index.value + 1) : column.values;
  const missing = values.reduce((n, value) => (Number.isNaN(value) ? n + 1 : n), 0);
  return { table, column: column.name, missing };
}
