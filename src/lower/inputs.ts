import type { Project } from '../check/project.js';
import type { Constant } from '../ir/ir.js';

/** Values for every `input` that is not a model's argument: columns and row counts of data sets, values of the host program. */
export function dataInputs(project: Project): Readonly<Record<string, Constant>> {
  const inputs: Record<string, Constant> = {};
  for (const [name, { table }] of project.data) {
    inputs[`${name}.rows`] = table.rows;
    for (const column of table.columns) inputs[`${name}.${column.name}`] = column.values;
  }
  for (const [name, { value }] of project.supplied) inputs[name] = value;
  return inputs;
}
