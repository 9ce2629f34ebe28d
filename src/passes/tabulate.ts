/** Out of the particles: what does not hang on noise is computed once for all of them. */
import type { Constant, Func, Instruction, InstructionOf, Program, Region, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { findFunction, withFlags, withFunctions } from '../ir/program.js';
import { eachUseOf, substituteIn, visit } from '../ir/walk.js';
import { columnsOf } from './statistics/columns.js';
import { closureOf, isNumber, sortsOf } from './statistics/looped.js';
import { columnType, type Setting } from './statistics/plate.js';
import { settingOf } from './statistics/statistics.js';

/** A table pays from so much work on, in about additions: to read it takes one or two. */
const leastWork = 6;
/** Most numbers of one table, and of all results of a loop or call. */
const mostNumbers = 1e7;

/**
 * Computes before the run what stands in `main` and does not hang on noise: loops and calls that folding had left, since it is in a hurry,
 * and in loops with known bounds what hangs on their number and on data alone, which becomes a table. Values are the same to the bit. What has a fault, or takes too
 * long, stays.
 *
 * `main` must be inlined, bound and without `node` instructions. `pure` computes a function of a program that takes nothing.
 */
export function tabulate(program: Program, main: string, pure: Setting['pure']): Program {
  const func = findFunction(program, main);
  if (func === null || !func.body.body.some((i) => i.kind === 'for' || i.kind === 'while' || i.kind === 'call'))
    return program;
  const setting = settingOf(program, func, pure);
  let changed = false;
  const body = func.body.body.flatMap((i): readonly Instruction[] => {
    const next = computed(i, func.body, setting) ?? (i.kind === 'for' ? withTables(i, func.body, setting) : null);
    if (next !== null) changed = true;
    return next ?? [i];
  });
  if (!changed) return program;
  const next: Func = { ...func, body: { ...func.body, body } };
  return withFlags(withFunctions(program, [next]));
}

/** The results of a loop or call that is the same in all runs; null where it is not, or cannot be finished. */
function computed(i: Instruction, main: Region, setting: Setting): readonly Instruction[] | null {
  const { program, builder, isPure, random, pure } = setting;
  if ((i.kind !== 'for' && i.kind !== 'while' && i.kind !== 'call') || i.results.length === 0 || !isPure(i))
    return null;
  if (i.results.some(({ id, type }) => random.has(id) || !isNumeric(type))) return null;
  const before = closureOf(main, [i], setting);
  if (before === null) return null;
  const found: Instruction[] = [];
  for (const [k, result] of i.results.entries()) {
    const copies = i.results.map((r) => builder.fresh(r.type));
    const func: Func = {
      name: 'before the run',
      body: { args: [], body: [...before, { ...i, results: copies }], yields: [copies[k]!.id] },
      results: [result.type],
      draws: false,
      scores: false,
    };
    const value: Constant | null = pure(withFunctions(program, [func]), func.name);
    if (value === null || (typeof value === 'object' && value.length > mostNumbers)) return null;
    found.push({ kind: 'const', at: i.at, result, value });
  }
  return found;
}

const isNumeric = (type: Value['type']): boolean =>
  isNumber(type) || (type.kind === 'array' && ['real', 'int', 'bool'].includes(type.element.kind));

/** A loop that reads from tables what does not hang on noise; null where no table pays. */
function withTables(loop: InstructionOf<'for'>, main: Region, setting: Setting): readonly Instruction[] | null {
  const { builder, literals } = setting;
  const [low, high] = [literals.get(loop.low), literals.get(loop.high)];
  const [index, ...carried] = loop.body.args;
  if (typeof low !== 'number' || typeof high !== 'number' || !Number.isSafeInteger(low) || index === undefined)
    return null;
  const rows = Math.ceil(high - low);
  const sorts = sortsOf(loop.body, index, carried, setting);
  const isData = (i: Instruction): boolean => {
    const results = resultsOf(i);
    return results.length > 0 && results.every(({ id }) => sorts.get(id) === 'data');
  };
  const data = loop.body.body.filter(isData);
  const asked = readOutside(loop.body, data).filter(
    (value) => isNumber(value.type) && workFor(value.id, data, setting) >= leastWork,
  );
  if (asked.length === 0 || rows < 2 || rows * asked.length > mostNumbers) return null;
  const before = closureOf(main, data, setting);
  const columns =
    before === null
      ? null
      : columnsOf(setting, before, low, rows, (number) => {
          builder.emit({ kind: 'op', at: -1, result: index, op: 'to_int', args: [number.id] });
          for (const i of data) builder.emit(i);
          return asked;
        });
  if (columns === null) return null;
  const tables = builder.collect(() =>
    asked.map(({ type }, k) => builder.constant(columnType(type, rows), columns[k]!)),
  );
  const by = new Map<ValueId, ValueId>();
  const reads = builder.collect(() => {
    const at = low === 0 ? index.id : builder.op('sub', [index.id, builder.int(low)]);
    asked.forEach((value, k) => {
      by.set(value.id, builder.op('index', [tables.value[k]!, at]));
    });
  });
  const body = loop.body.body.map((i) => (isData(i) ? i : substituteIn(i, by)));
  const yields = loop.body.yields.map((id) => by.get(id) ?? id);
  return [...tables.instructions, { ...loop, body: { ...loop.body, body: [...reads.instructions, ...body], yields } }];
}

/** The values of instructions of a region that others of it use, or that it yields. */
function readOutside(region: Region, data: readonly Instruction[]): readonly Value[] {
  const inside = new Set(data);
  const used = new Set<ValueId>(region.yields);
  for (const i of region.body) if (!inside.has(i)) eachUseOf(i, (id) => used.add(id));
  return data.flatMap((i) => (i.kind === 'const' ? [] : resultsOf(i).filter(({ id }) => used.has(id))));
}

/** Operations that take as long as several additions. */
const dear: ReadonlySet<string> = new Set(['exp', 'log', 'sin', 'cos', 'pow', 'mod']);

/** About how many additions it takes to compute a value from the number of the iteration. */
function workFor(id: ValueId, data: readonly Instruction[], { program }: Setting): number {
  const wanted = new Set([id]);
  let work = 0;
  const see = (i: Instruction): void => {
    if (i.kind === 'const') return;
    if (i.kind === 'op') work += dear.has(i.op) ? 6 : i.op === 'div' || i.op === 'sqrt' ? 2 : 1;
    else if (i.kind === 'call') {
      const callee = findFunction(program, i.callee);
      if (callee !== null) visit(callee.body, see);
    } else work += i.kind === 'for' || i.kind === 'while' ? 4 : 1;
  };
  for (const i of [...data].reverse()) {
    if (!resultsOf(i).some((r) => wanted.has(r.id))) continue;
    eachUseOf(i, (used) => wanted.add(used));
    visit({ args: [], body: [i], yields: [] }, see);
  }
  return work;
}
