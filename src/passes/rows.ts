import type { Constant, Func, Instruction, IrType, PlaceId, Program, Value, ValueId } from '../ir/ir.js';
import { findFlags, findFunction, weighs } from '../ir/program.js';
import { maximalId, rewrite, some, substitute, visit } from '../ir/walk.js';
import type { GivenRows, RowInput, Situation } from '../lower/situation.js';
import { type Arranged, type AssemblyProblem, arrange } from './arrange.js';
import { inline } from './inline.js';
import { drawsIn, logDensity, logTotal, type Setting, sumOut, weighsUnevenly } from './marginalise.js';
import { slice } from './slice.js';
import { strip } from './strip.js';
import { asUnit, type OwnScores } from './unit_model.js';

/** Rows as a function that weighs one of them, and the columns that a loop calls it on. */
type RowLoop = {
  /** Takes an address, the inputs, and the weight where rows have one. */
  readonly func: Func;
  /** What the function takes behind the address: a parameter's value, or the column to take the row's cell from. */
  readonly inputs: readonly (
    | { readonly kind: 'parameter'; readonly node: string }
    | { readonly kind: 'column'; readonly name: string; readonly cell: IrType }
  )[];
  readonly rows: number;
  readonly site: number;
  readonly at: PlaceId;
};

/** The log probability that a unit becomes a row, and how many rows there are: their weight is divided by it. */
type Selection = {
  readonly func: Func;
  readonly parameters: readonly string[];
  readonly rows: number;
  readonly at: PlaceId;
};

/** What rows teach: loops, the columns that they run over by the names of inputs, and the functions that they need. */
type Rows = {
  readonly loops: readonly RowLoop[];
  readonly selections: readonly Selection[];
  readonly columns: Readonly<Record<string, Constant>>;
  readonly functions: Readonly<Record<string, Func>>;
};

type Prepared<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: AssemblyProblem };

/**
 * Prepares the rows behind `given`: for each table and pattern of missing cells one function from parameters and cells to what the row
 * weighs. A unit's bools and enums that were not seen are summed out, its other unseen values are drawn, for each unit on their own. A row
 * that counts w times weighs its density to the power of w.
 */
export function prepareRows(given: readonly GivenRows[]): Prepared<Rows> {
  const loops: RowLoop[] = [];
  const selections: Selection[] = [];
  const columns: Record<string, Constant> = {};
  const functions: Record<string, Func> = {};
  for (const [k, rows] of given.entries()) {
    const made = rowLoop(rows, k);
    if (!made.ok) return { ok: false, problem: explained(rows, made.problem) };
    Object.assign(functions, made.value.functions);
    Object.assign(columns, made.value.columns);
    if (made.value.loop !== null) loops.push(made.value.loop);
    if (rows.selection === null) continue;
    const selected = selection(rows, rows.selection, k);
    if (!selected.ok) return { ok: false, problem: explained(rows, selected.problem) };
    Object.assign(functions, selected.value.functions);
    selections.push(selected.value.selection);
  }
  return { ok: true, value: { loops, selections, columns, functions } };
}

/** The instructions that weigh all rows, in a program whose nodes have the values that `nodeValue` knows. */
export function weighRows(
  { loops, selections }: Rows,
  root: ValueId,
  nodeValue: (node: string) => ValueId,
  fresh: (type: IrType) => Value,
): readonly Instruction[] {
  const out: Instruction[] = [];
  for (const { func, inputs, rows, site, at } of loops) {
    const low = fresh(int);
    const high = fresh(int);
    out.push({ kind: 'const', at, result: low, value: 0 }, { kind: 'const', at, result: high, value: rows });
    const index = fresh(int);
    const address = fresh({ kind: 'address' });
    const body: Instruction[] = [{ kind: 'address', at, result: address, parent: root, site, index: index.id }];
    const args = inputs.map((input) => {
      if (input.kind === 'parameter') return nodeValue(input.node);
      const column = fresh(columnOf(input.cell, rows));
      out.push({ kind: 'input', at, result: column, name: input.name });
      const cell = fresh(input.cell);
      body.push({ kind: 'op', at, result: cell, op: 'index', args: [column.id, index.id] });
      return cell.id;
    });
    body.push({ kind: 'call', at, results: [], callee: func.name, args: [address.id, ...args] });
    const loop = { args: [index], body, yields: [] };
    out.push({ kind: 'for', at, results: [], low: low.id, high: high.id, inits: [], body: loop });
  }
  for (const { func, parameters, rows, at } of selections) {
    const [log, never, possible, count, weight] = [fresh(real), fresh(real), fresh(bool), fresh(real), fresh(real)];
    out.push(
      { kind: 'call', at, results: [log], callee: func.name, args: [root, ...parameters.map(nodeValue)] },
      { kind: 'const', at, result: never, value: Number.NEGATIVE_INFINITY },
      { kind: 'op', at, result: possible, op: 'gt', args: [log.id, never.id] },
      { kind: 'condition', at, value: possible.id },
      { kind: 'const', at, result: count, value: -rows },
      { kind: 'op', at, result: weight, op: 'mul', args: [count.id, log.id] },
      {
        kind: 'if',
        at,
        results: [],
        condition: possible.id,
        then: { args: [], body: [{ kind: 'factor', at, value: weight.id }], yields: [] },
        otherwise: { args: [], body: [], yields: [] },
      },
    );
  }
  return out;
}

const int: IrType = { kind: 'int' };
const real: IrType = { kind: 'real' };
const bool: IrType = { kind: 'bool' };

const columnOf = (cell: IrType, rows: number): IrType =>
  cell.kind === 'address' ? cell : { kind: 'array', element: cell, length: rows };

const explained = ({ data, at }: GivenRows, problem: AssemblyProblem): AssemblyProblem => ({
  code: problem.code,
  message: `The rows of '${data}' cannot be learned from. ${problem.message}`,
  at,
});

type Made = { readonly func: Func; readonly program: Program; readonly setting: Setting };

/** One unit as a function without arguments: its inputs are still instructions. Nothing but its weight is left. */
function unitFunction(
  situation: Situation,
  parameters: readonly RowInput[],
  scores: OwnScores,
  name: string,
): Prepared<Made> {
  const { model } = situation;
  const inlined = inline(situation.program, model.function);
  const func = findFunction(inlined, model.function);
  if (func === null) throw new Error('rows: the model is missing');
  const nodes = model.nodes.map((n) => n.name);
  const alone = asUnit(inlined, func, nodes, parameters, scores);
  const put = arrange({
    ...situation,
    program: { ...inlined, functions: { ...inlined.functions, [model.function]: alone } },
  });
  if (!put.ok) return put;
  const { worlds, body }: Arranged = put.arranged;
  const weighing: Func = {
    name,
    body: { args: [worlds.root], body, yields: [] },
    results: [],
    draws: true,
    scores: true,
  };
  const program = { ...worlds.program, functions: { ...worlds.program.functions, [name]: weighing } };
  const sliced = findFunction(slice(strip(program), name).program, name) ?? weighing;
  let next = Math.max(maximalId(weighing.body), maximalId(sliced.body)) + 1;
  const fresh = (type: IrType): Value => ({ id: next++, type });
  return { ok: true, value: { func: sliced, program, setting: { program, fresh } } };
}

/** The function with its inputs as parameters behind the address, and the names of those that it uses. */
function withInputs(func: Func, inputs: readonly RowInput[], more: readonly Value[], fresh: Setting['fresh']) {
  const own = new Map(inputs.map((input) => [input.input, input]));
  const by = new Map<ValueId, ValueId>();
  const args = new Map<string, Value>();
  const body = rewrite(func.body, (i) => {
    const input = i.kind === 'input' ? own.get(i.name) : undefined;
    if (i.kind !== 'input' || input === undefined) return i;
    const arg = args.get(i.name) ?? fresh(input.type);
    args.set(i.name, arg);
    by.set(i.result.id, arg.id);
    return [];
  });
  const region = { ...substitute(body, by), args: [...func.body.args, ...args.values(), ...more] };
  return { func: { ...func, body: region }, used: [...args.keys()] };
}

type LoopMade = {
  readonly loop: RowLoop | null;
  readonly columns: Readonly<Record<string, Constant>>;
  readonly functions: Readonly<Record<string, Func>>;
};

function rowLoop(rows: GivenRows, number: number): Prepared<LoopMade> {
  const name = `row ${number} of ${rows.data}`;
  const made = unitFunction(rows.unit, rows.parameters, 'of the unit', name);
  if (!made.ok) return made;
  const { func: drawn, program, setting } = made.value;
  const body = sumOut(drawn.body.body, setting) ?? drawn.body.body;
  if (!body.some((i) => some({ args: [], body: [i], yields: [] }, (inner) => weighs(inner) || inner.kind === 'call')))
    return { ok: true, value: { loop: null, columns: {}, functions: {} } };
  const summed: Func = { ...drawn, body: { ...drawn.body, body } };
  const inputs = [...rows.parameters, ...rows.cells];
  const weight = setting.fresh(real);
  const powered = rows.weights === null ? null : toThePower(summed, weight.id, setting);
  const repeated = rows.weights !== null && powered === null ? repetition(rows.weights) : null;
  if (rows.weights !== null && powered === null && repeated === null) {
    const message =
      'Its units have values that were not seen and are drawn for each, so its counts must be whole numbers.';
    return { ok: false, problem: { code: 'E0492', message, at: rows.at } };
  }
  const { func, used } = withInputs(powered ?? summed, inputs, powered === null ? [] : [weight], setting.fresh);
  const columns: Record<string, Constant> = {};
  const columnName = (of: string): string => `rows ${number} ${of}`;
  const keep = (values: Float64Array): Float64Array =>
    repeated === null ? values : Float64Array.from(repeated, (row) => values[row]!);
  const taken = used.map((input): RowLoop['inputs'][number] => {
    const cell = rows.cells.find((c) => c.input === input);
    if (cell === undefined)
      return { kind: 'parameter', node: rows.parameters.find((p) => p.input === input)?.node ?? '' };
    columns[columnName(cell.node)] = keep(cell.values);
    return { kind: 'column', name: columnName(cell.node), cell: cell.type };
  });
  if (powered !== null && rows.weights !== null) {
    columns[columnName('weight')] = rows.weights;
    taken.push({ kind: 'column', name: columnName('weight'), cell: real });
  }
  const count = repeated?.length ?? rows.rows;
  const loop: RowLoop = { func: flagged(func, program), inputs: taken, rows: count, site: rows.site, at: rows.at };
  return { ok: true, value: { loop, columns, functions: { ...program.functions, [name]: loop.func } } };
}

const flagged = (func: Func, program: Program): Func => {
  const flags = findFlags({ ...program, functions: { ...program.functions, [func.name]: func } }).get(func.name);
  return { ...func, draws: flags?.draws ?? func.draws, scores: flags?.scores ?? func.scores };
};

/** A row's number once for each time that it counts; null where counts are not whole. */
function repetition(weights: Float64Array): Int32Array | null {
  if (!weights.every(Number.isSafeInteger)) return null;
  const rows = new Int32Array(weights.reduce((sum, w) => sum + w, 0));
  let at = 0;
  for (const [row, weight] of weights.entries()) {
    rows.fill(row, at, at + weight);
    at += weight;
  }
  return rows;
}

/** What weighs w(x) weighs w(x)^weight. Null where that is not the weight of so many units: where a unit draws, or weighs unevenly. */
function toThePower(func: Func, weight: ValueId, setting: Setting): Func | null {
  const { program, fresh } = setting;
  let fits = !weighsUnevenly(func.body.body, program);
  visit(func.body, (i) => {
    if (drawsIn(i, program) || i.kind === 'approximate') fits = false;
    if (i.kind === 'call' && findFunction(program, i.callee)?.scores === true) fits = false;
  });
  if (!fits) return null;
  const times = (value: ValueId, at: PlaceId): readonly Instruction[] => {
    const product = fresh(real);
    return [
      { kind: 'op', at, result: product, op: 'mul', args: [weight, value] },
      { kind: 'factor', at, value: product.id },
    ];
  };
  const body = rewrite(func.body, (i) => {
    if (i.kind === 'factor') return times(i.value, i.at);
    if (i.kind !== 'score') return i;
    const density = logDensity(i, i.value, setting);
    if (density === null) {
      fits = false;
      return i;
    }
    return [...density.body, ...times(density.value, i.at)];
  });
  return fits ? { ...func, body } : null;
}

function selection(
  rows: GivenRows,
  { node, unit }: NonNullable<GivenRows['selection']>,
  number: number,
): Prepared<{ readonly selection: Selection; readonly functions: Readonly<Record<string, Func>> }> {
  const name = `selection ${number} of ${rows.data}`;
  const made = unitFunction(unit, rows.parameters, 'none', name);
  if (!made.ok) return made;
  const { func: drawn, program, setting } = made.value;
  const total = logTotal(drawn.body.body, setting);
  if (total === null) {
    const message = `They were selected by '${node}', and how probable that is can only be computed where it hangs on bools and enums outside of loops.`;
    return { ok: false, problem: { code: 'E0492', message, at: rows.at } };
  }
  const yielding: Func = {
    ...drawn,
    body: { ...drawn.body, body: total.body, yields: [total.value] },
    results: [real],
  };
  const { func, used } = withInputs(yielding, rows.parameters, [], setting.fresh);
  const parameters = used.map((input) => rows.parameters.find((p) => p.input === input)?.node ?? '');
  const weight = rows.weights?.reduce((sum, w) => sum + w, 0) ?? rows.rows;
  const whole = flagged({ ...func, draws: false, scores: false }, program);
  return {
    ok: true,
    value: {
      selection: { func: whole, parameters, rows: weight, at: rows.at },
      functions: { ...program.functions, [name]: whole },
    },
  };
}
