import { badWeight, cellsAs, firstFalse } from '../check/cells.js';
import type { Declared } from '../check/project.js';
import type { Table } from '../data/table.js';
import type { ModelInfo, NodeInfo, PlaceId } from '../ir/ir.js';
import { isDiscrete, type Type } from '../ir/type.js';
import type { DataClause, Query } from '../syntax/tree.js';
import { memberExists } from './call.js';
import { groupRows, type Pattern } from './group_rows.js';
import { lowerModel, resolveModel } from './model.js';
import { operand } from './operand.js';
import { createQuestioner, type Questioner } from './question.js';
import { raise } from './raise.js';
import type { EvidenceSpec, GivenRows, RowInput, Situation } from './situation.js';
import type { Unit } from './unit.js';

/**
 * The rows that a query learns from, by table and by which cells are present. Rows are of the model as it was declared: what an operated
 * model or the query itself does, is done to the new unit. Raises E0433 for cells that their nodes cannot have.
 */
export function lowerGiven(unit: Unit, query: Declared<Query>, modelName: string): readonly GivenRows[] {
  const { given } = query.declaration;
  if (given.length === 0) return [];
  const { base } = resolveModel(unit, modelName);
  lowerModel(unit, base);
  const model = unit.models.get(base.declaration.name.text);
  if (model === undefined) throw new Error('lowering: the model is missing');
  const start = (clause: DataClause): Questioner => {
    const asked = createQuestioner(unit, query.source, model, { base, interventions: [], args: null });
    const under = (clause.under ?? []).map((declaration) => ({ declaration, source: query.source }));
    asked.world(null, under, '');
    return asked;
  };
  return given.flatMap((clause, k) => {
    const declared = unit.project.data.get(clause.data.text);
    if (declared === undefined)
      return raise('E0201', `There is no data set '${clause.data.text}'.`, query.source, clause.data.span);
    const at = unit.place(query.source, clause.data.span);
    const columns = bindColumns(model, declared.table, clause, query);
    const weights = weightsOf(declared.table, clause, query);
    return grouped(declared.table, columns, weights).map((pattern, p) =>
      rowsOf(unit, model, clause, columns, pattern, () => start(clause), { name: `${k}.${p}`, at }),
    );
  });
}

/** Patterns of tables that were grouped before: all forms of a program ask for the same ones. */
const known = new WeakMap<Table, Map<string, readonly Pattern[]>>();

function grouped(table: Table, columns: readonly Bound[], weights: Weights): readonly Pattern[] {
  const key = JSON.stringify([columns.map(({ node }) => [node.name, node.type]), weights?.column ?? null]);
  const patterns = known.get(table) ?? new Map<string, readonly Pattern[]>();
  known.set(table, patterns);
  const found = patterns.get(key) ?? groupRows(columns, table.rows, weights?.values ?? null);
  patterns.set(key, found);
  return found;
}

type Weights = { readonly column: string; readonly values: Float64Array } | null;

/** A column with the node that it binds to. */
type Bound = { readonly node: NodeInfo; readonly values: Float64Array; readonly discrete: boolean };

function bindColumns(model: ModelInfo, table: Table, clause: DataClause, query: Declared<Query>): readonly Bound[] {
  const refuse = (message: string): never => raise('E0433', message, query.source, clause.data.span);
  return table.columns.flatMap((column) => {
    if (column.name === clause.weighted?.text) return [];
    const node = model.nodes.find((n) => n.name === column.name);
    if (node === undefined) return [];
    const cells = cellsAs(column, languageType(node));
    const data = clause.data.text;
    if (!cells.ok)
      return refuse(
        `Row ${cells.row} of '${data}' has '${cells.cell}' in the column '${column.name}', whose node has other values.`,
      );
    if (column.name === clause.selectedBy?.text) {
      const row = firstFalse(cells.values);
      if (row !== null)
        return refuse(`Row ${row} of '${data}' has '${column.name}' false, and all rows were selected by it.`);
      return [];
    }
    const discrete = node.type.kind !== 'address' && isDiscrete(node.type);
    return [{ node, values: cells.values, discrete }];
  });
}

function weightsOf(table: Table, clause: DataClause, query: Declared<Query>): Weights {
  const { weighted } = clause;
  const column = weighted === null ? undefined : table.columns.find((c) => c.name === weighted.text);
  if (weighted === null || column === undefined) return null;
  const bad = badWeight(column.values);
  if (bad === null) return { column: column.name, values: column.values };
  const said = Number.isNaN(bad.weight) ? 'no weight' : `the weight ${bad.weight}`;
  return raise('E0433', `Row ${bad.row} of '${clause.data.text}' has ${said}.`, query.source, weighted.span);
}

const languageType = (node: NodeInfo): Type => (node.type.kind === 'address' ? { kind: 'unknown' } : node.type);

function rowsOf(
  unit: Unit,
  model: ModelInfo,
  clause: DataClause,
  columns: readonly Bound[],
  { present, cells, weights, rows }: Pattern,
  start: () => Questioner,
  { name, at }: { readonly name: string; readonly at: PlaceId },
): GivenRows {
  const asked = start();
  const bound = columns.filter((_, k) => present[k]);
  const evidence = bound.flatMap(({ node }) => seen(asked, node, at));
  const selected = clause.selectedBy === null ? undefined : model.nodes.find((n) => n.name === clause.selectedBy?.text);
  const selection = (questioner: Questioner): readonly EvidenceSpec[] =>
    selected === undefined ? [] : equalTo(questioner, selected, at, (frame) => operand(frame.builder.bool(true), bool));
  const whole = [...evidence, ...selection(asked)];
  const parameters = model.nodes.flatMap((node): readonly RowInput[] =>
    node.modifier === 'param' ? [{ node: node.name, input: `param ${node.name}`, type: node.type }] : [],
  );
  let selecting: GivenRows['selection'] = null;
  if (selected !== undefined) {
    const apart = start();
    const known = selection(apart);
    selecting = { node: selected.name, unit: situation(unit, model, apart, known) };
  }
  return {
    data: clause.data.text,
    unit: situation(unit, model, asked, whole),
    parameters,
    cells: bound.map(({ node }, k) => ({
      node: node.name,
      input: cellName(node),
      type: node.type,
      values: cells[k] ?? new Float64Array(0),
    })),
    weights,
    rows,
    selection: selecting,
    site: unit.site(`rows ${name} of ${clause.data.text}`, at),
    at,
  };
}

const bool: Type = { kind: 'bool' };

const cellName = (node: NodeInfo): string => `cell ${node.name}`;

const situation = (unit: Unit, model: ModelInfo, asked: Questioner, evidence: readonly EvidenceSpec[]): Situation => ({
  outputs: asked.region(() => []),
  program: unit.finish(),
  model,
  worlds: asked.worlds(),
  evidence,
});

/** The node is what the row's cell says. */
const seen = (asked: Questioner, node: NodeInfo, at: PlaceId): readonly EvidenceSpec[] =>
  equalTo(asked, node, at, (frame) => operand(frame.builder.input(node.type, cellName(node)), languageType(node)));

type Lowered = Parameters<Questioner['region']>[0];

function equalTo(
  asked: Questioner,
  node: NodeInfo,
  at: PlaceId,
  value: (frame: Parameters<Lowered>[0]) => ReturnType<Lowered>[number],
): readonly EvidenceSpec[] {
  const equal: EvidenceSpec = {
    kind: 'equal',
    world: 0,
    node: node.name,
    indices: asked.region(() => []),
    value: asked.region((frame) => [value(frame)]),
    at,
  };
  if (!node.optional) return [equal];
  // What was seen was there: a run that lacks the node disagrees.
  const there = asked.region((frame) => {
    const read = operand(frame.builder.read(node.type, 0, node.name), languageType(node));
    return [memberExists(frame, read, [], { start: 0, end: 0 })];
  });
  return [{ kind: 'condition', at, value: there }, equal];
}
