/** Plates that loops over data are. */
import type { Instruction, InstructionOf, IrType, Region, Value, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { eachUseOf, operandsOf, some } from '../../ir/walk.js';
import { columnsOf } from './columns.js';
import { isEffect, type Plate, renewed, type Setting } from './plate.js';

/** A plate and what of the loop it stands for. */
type Looped = { readonly plate: Plate; readonly taken: ReadonlySet<Instruction> };

/** Whether a value is one number. */
export const isNumber = ({ kind }: IrType): boolean =>
  kind === 'real' || kind === 'int' || kind === 'bool' || kind === 'enum';

/**
 * The scores, factors and checks of a loop that hang on its number and on values outside alone, as a plate: what does not hang on chance
 * becomes columns. Null where there are none, or where it is not known how often the loop runs.
 *
 * @param main the region that the loop stands in
 * @param stays sites whose scores must stay
 */
export function loopedPlate(
  loop: InstructionOf<'for'>,
  main: Region,
  stays: ReadonlySet<number>,
  setting: Setting,
): Looped | null {
  const low = setting.literals.get(loop.low);
  const high = setting.literals.get(loop.high);
  if (typeof low !== 'number' || typeof high !== 'number' || !Number.isSafeInteger(low)) return null;
  const rows = Math.ceil(high - low);
  const [index, ...carried] = loop.body.args;
  if (!(rows > 1 && rows <= 1e7) || index === undefined) return null;
  const sorts = sortsOf(loop.body, index, carried, setting);
  const sortOf = (id: ValueId): Sort => sorts.get(id) ?? (setting.random.has(id) ? 'row' : 'data');
  const effects = loop.body.body.filter(
    (i) => isEffect(i) && canGo(i, stays) && used(i).every((id) => sortOf(id) !== 'other'),
  );
  if (!effects.some((i) => i.kind !== 'check')) return null;

  // What the rows compute, from the last on: instructions that hang on chance, and the data that these use.
  const wanted = new Set<ValueId>();
  const body: Instruction[] = [];
  const wantedData = new Map<ValueId, Value>();
  const made = new Map<ValueId, Instruction>();
  for (const i of loop.body.body) for (const { id } of resultsOf(i)) made.set(id, i);
  const types = new Map<ValueId, IrType>([[index.id, index.type]]);
  for (const i of loop.body.body) for (const { id, type } of resultsOf(i)) types.set(id, type);
  const isInside = (id: ValueId): boolean => types.has(id);
  const idle = new Set<Instruction>();
  const want = (id: ValueId): void => {
    if (!isInside(id)) return;
    if (sortOf(id) === 'row') wanted.add(id);
    else if (made.get(id)?.kind === 'const') wanted.add(id);
    else wantedData.set(id, { id, type: types.get(id)! });
  };
  for (const i of [...loop.body.body].reverse()) {
    if (effects.includes(i)) {
      if (i.kind === 'check' && sortOf(i.value) === 'data') {
        idle.add(i);
        continue;
      }
      used(i).forEach(want);
    } else if (resultsOf(i).some(({ id }) => wanted.has(id))) eachUseOf(i, want);
    else continue;
    body.unshift(i);
  }
  const asked = [...wantedData.values()];
  if (!asked.every(({ type }) => isNumber(type))) return null;
  const data = loop.body.body.filter((i) => idle.has(i) || resultsOf(i).some(({ id }) => sortOf(id) === 'data'));
  const before = closureOf(main, data, setting);
  if (before === null) return null;
  const columns = columnsOf(setting, before, low, rows, (number) => {
    setting.builder.emit({ kind: 'op', at: -1, result: index, op: 'to_int', args: [number.id] });
    for (const i of data) setting.builder.emit(i);
    return asked;
  });
  if (columns === null) return null;
  const seen = scoredIds(body);
  const slots = asked.map((value, k) => ({ value, column: columns[k]!, scored: seen.has(value.id) }));
  return {
    // The loop may keep what its other instructions need.
    plate: renewed({ rows, slots, body }, setting.builder),
    taken: new Set(effects),
  };
}

/** What an effect uses; where a score stands is not asked. */
export function used(i: Instruction): readonly ValueId[] {
  return i.kind === 'score' ? [...i.params, i.value] : operandsOf(i);
}

const canGo = (i: Instruction, stays: ReadonlySet<number>): boolean =>
  i.kind !== 'score' || (!i.abduct && !stays.has(i.site));

/** Values that what is scored hangs on. */
function scoredIds(body: readonly Instruction[]): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  for (const i of [...body].reverse()) {
    if (i.kind === 'score' || i.kind === 'factor') found.add(i.value);
    else if (resultsOf(i).some(({ id }) => found.has(id))) eachUseOf(i, (id) => found.add(id));
  }
  return found;
}

/** Data is the same in each run, a row's value hangs on chance outside of the loop; the others hang on earlier iterations or on draws. */
type Sort = 'data' | 'row' | 'other';

/** The sort of each value that is made in the region itself. */
export function sortsOf(
  { body }: Region,
  index: Value,
  carried: readonly Value[],
  { random, isPure }: Setting,
): ReadonlyMap<ValueId, Sort> {
  const sorts = new Map<ValueId, Sort>([[index.id, 'data']]);
  for (const { id } of carried) sorts.set(id, 'other');
  const sortOf = (i: Instruction): Sort => {
    if (!isPure(i)) return 'other';
    let sort: Sort = 'data';
    eachUseOf(i, (id) => {
      const known = sorts.get(id);
      if (known === 'other') sort = 'other';
      else if (sort === 'data' && (known === 'row' || (known === undefined && random.has(id)))) sort = 'row';
    });
    return sort;
  };
  for (const i of body) {
    const sort = sortOf(i);
    for (const { id } of resultsOf(i)) sorts.set(id, sort);
  }
  return sorts;
}

/** What instructions need of main, where that is the same in each run. */
export function closureOf(
  main: Region,
  instructions: readonly Instruction[],
  { isPure, random }: Setting,
): readonly Instruction[] | null {
  const maker = new Map<ValueId, Instruction>();
  for (const i of main.body) for (const { id } of resultsOf(i)) maker.set(id, i);
  const outside = new Set(main.args.map((arg) => arg.id));
  const kept = new Set<Instruction>();
  const open: ValueId[] = [];
  const use = (i: Instruction): void => eachUseOf(i, (id) => open.push(id));
  instructions.forEach(use);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (outside.has(id) || random.has(id)) return null;
    const i = maker.get(id);
    if (i === undefined || kept.has(i)) continue;
    if (!isPure(i) || some({ args: [], body: [i], yields: [] }, isEffect)) return null;
    kept.add(i);
    use(i);
  }
  return main.body.filter((i) => kept.has(i));
}

/** The loop without what a plate stands for. */
export const withoutTaken = (loop: InstructionOf<'for'>, taken: ReadonlySet<Instruction>): InstructionOf<'for'> => ({
  ...loop,
  body: { ...loop.body, body: loop.body.body.filter((i) => !taken.has(i)) },
});
