/** `given trial weighted count under do(…) selected by answered`: rows that a query learns from. */

import type { Column } from '../data/table.js';
import { isNumeric, showType, type Type } from '../ir/type.js';
import type { DataClause, Name } from '../syntax/tree.js';
import { checkInterventions } from './actions.js';
import { badWeight, cellsAs, firstFalse } from './cells.js';
import { queryFrame } from './models.js';
import { tableType } from './names.js';
import { hasParameters, type ModelInfo, type NodeInfo } from './node_info.js';
import { plainName } from './rename.js';
import { type Frame, report, use } from './session.js';
import { didYouMean, nearest } from './suggest.js';

/** Checks one data set behind `given`. */
export function checkGivenData(frame: Frame, clause: DataClause): void {
  const { project } = frame.session;
  const { data } = clause;
  const declared = project.data.get(data.text);
  if (declared === undefined) {
    report(
      frame,
      'E0201',
      `there is no data set \`${data.text}\``,
      data.span,
      didYouMean(data.text, project.data.keys()) ?? `declare \`data ${data.text} = csv("…")\``,
    );
    const meant = project.data.get(nearest(data.text, project.data.keys()) ?? '');
    if (meant !== undefined) use(frame, meant);
    return;
  }
  use(frame, declared);
  const table = tableType(frame, data.text);
  if (clause.weighted !== null) checkWeights(frame, table, declared.table.columns, data.text, clause.weighted);
  const { model, graph } = frame.asked ?? { model: null, graph: false };
  if (model === null) return;
  if (graph) {
    report(frame, 'E0419', 'a graph learns nothing from rows', data.span, 'write `estimate … from DATA by …`');
    return;
  }
  if (!hasParameters(model)) {
    report(
      frame,
      'E0407',
      `\`${plainName(model.name)}\` has no \`param\`, so rows teach it nothing`,
      data.span,
      'declare what is to be learned with `param`',
    );
    return;
  }
  if (table.kind === 'table') checkBinding(frame, model, table, declared.table.columns, clause);
  const inner: Frame = { ...queryFrame(frame.session, { source: frame.source }, model, frame.found), asked: null };
  if (clause.under !== null) checkInterventions(inner, model, clause.under);
  if (clause.selectedBy !== null) checkSelection(frame, model, clause.selectedBy);
}

/** E0433 for weights that count no units. */
export function checkWeights(
  frame: Frame,
  table: Type,
  columns: readonly Column[],
  data: string,
  weighted: Name,
): void {
  if (table.kind !== 'table') return;
  const column = table.columns.find((c) => c.name === weighted.text);
  if (column === undefined) {
    const names = table.columns.map((c) => c.name);
    const hint = didYouMean(weighted.text, names) ?? `its columns are ${names.map((n) => `\`${n}\``).join(', ')}`;
    report(frame, 'E0211', `\`${data}\` has no column \`${weighted.text}\``, weighted.span, hint);
  } else if (column.type.kind === 'array' && !isNumeric(column.type.element)) {
    report(
      frame,
      'E0433',
      `weights are numbers, and the column \`${weighted.text}\` is of ${showCell(column.type.element)}`,
      weighted.span,
    );
  } else {
    const bad = badWeight(columns.find((c) => c.name === weighted.text)?.values ?? new Float64Array(0));
    if (bad === null) return;
    const said = Number.isNaN(bad.weight) ? 'no weight' : `the weight ${bad.weight}`;
    report(
      frame,
      'E0433',
      `row ${bad.row} of \`${data}\` has ${said}`,
      weighted.span,
      'a weight counts units: 0 or more',
    );
  }
}

/** E0441 and E0433 for what rows were not selected by. */
export function checkSelection(frame: Frame, model: ModelInfo, name: Name): void {
  const node = model.nodes.get(name.text);
  if (node === undefined) {
    report(
      frame,
      'E0441',
      `the model \`${plainName(model.name)}\` has no node \`${name.text}\``,
      name.span,
      didYouMean(name.text, model.nodes.keys()),
    );
  } else if (node.element.kind !== 'bool' && node.element.kind !== 'unknown') {
    report(frame, 'E0433', `rows are selected by a bool, and \`${name.text}\` is ${showType(node.element)}`, name.span);
  }
}

/** Columns bind to the nodes of their names. */
function checkBinding(
  frame: Frame,
  model: ModelInfo,
  table: Extract<Type, { kind: 'table' }>,
  columns: readonly Column[],
  clause: DataClause,
): void {
  const { data, weighted } = clause;
  let bound = 0;
  for (const column of table.columns) {
    if (column.name === weighted?.text) continue;
    const node = model.nodes.get(column.name);
    if (node !== undefined) {
      bound += 1;
      const cells = columns.find((c) => c.name === column.name);
      if (cells !== undefined) checkColumn(frame, node, cells, clause);
      continue;
    }
    const near = nearest(column.name, model.nodes.keys());
    if (near !== null && !table.columns.some((c) => c.name === near))
      report(
        frame,
        'W0403',
        `the column \`${column.name}\` binds to no node`,
        data.span,
        `did you mean the node \`${near}\`?`,
      );
  }
  if (bound > 0) return;
  const names = table.columns.map((c) => `\`${c.name}\``).join(', ');
  report(frame, 'E0524', `no column of \`${data.text}\` has the name of a node`, data.span, `its columns are ${names}`);
}

/** Labels that no enum of the file has are a type without a name. */
const showCell = (type: Type): string => (type.kind === 'enum' && type.name.includes('.') ? 'labels' : showType(type));

/** E0433 where the cells of a column cannot be values of the node. */
function checkColumn(frame: Frame, node: NodeInfo, column: Column, { data, selectedBy }: DataClause): void {
  const { element } = node;
  const what = `the column \`${node.name}\` of \`${data.text}\``;
  if (node.rank > 0 || node.part !== null) {
    report(
      frame,
      'E0433',
      `${what} has one value for a unit, and the node \`${node.name}\` is a ${node.part === null ? 'family' : 'part'}`,
      data.span,
    );
    return;
  }
  if (node.modifier === 'param') {
    report(frame, 'E0433', `${what} differs from row to row, and \`${node.name}\` is a \`param\``, data.span);
    return;
  }
  const cell = column.type;
  if (column.values.every(Number.isNaN)) return;
  const cells = cellsAs(column, element);
  const counts = element.kind === 'real' || element.kind === 'int' || element.kind === 'bool';
  const fits =
    element.kind === 'unknown' ||
    (counts && isNumeric(cell)) ||
    (element.kind === 'enum'
      ? cell.kind === 'enum' && shares(element.members, cell.members)
      : element.kind === cell.kind);
  if (!fits) {
    const hint =
      element.kind === 'enum' && cell.kind === 'enum'
        ? `its labels are ${cell.members
            .slice(0, 8)
            .map((m) => `\`${m}\``)
            .join(', ')}, those of ${plainName(element.name)} ${element.members.map((m) => `\`${m}\``).join(', ')}`
        : null;
    report(frame, 'E0433', `${what} is of ${showCell(cell)}, and the node is ${showType(element)}`, data.span, hint);
  } else if (!cells.ok) {
    const said = `row ${cells.row} of \`${data.text}\` has \`${cells.cell}\` in the column \`${node.name}\``;
    report(frame, 'E0433', `${said}, and the node is ${showType(element)}`, data.span);
  } else if (selectedBy?.text === node.name) checkSelected(frame, cells.values, data.text, selectedBy);
}

/** E0433 where a row was not selected. */
export function checkSelected(frame: Frame, values: Float64Array, data: string, { text, span }: Name): void {
  const row = firstFalse(values);
  if (row === null) return;
  report(frame, 'E0433', `row ${row} of \`${data}\` has \`${text}\` false, and rows are selected by it`, span);
}

const shares = (members: readonly string[], labels: readonly string[]): boolean =>
  labels.some((label) => members.includes(label));
