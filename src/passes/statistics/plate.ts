/** Plates: rows that are weighed alike, each with numbers of its own. */
import type { Builder } from '../../ir/build.js';
import type { Constant, Instruction, IrType, Program, Value, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { eachUseOf, inlineRegion, substituteIn } from '../../ir/walk.js';
import type { Purity } from '../call_graph.js';

/** A number of data that each row has. */
export type Slot = {
  readonly value: Value;
  /** One number for each row; bools and enums as their numbers. */
  readonly column: Float64Array;
  /** Whether it stands in what is scored and not in a parameter alone. */
  readonly scored: boolean;
};

/** Rows that are weighed alike. */
export type Plate = {
  readonly rows: number;
  readonly slots: readonly Slot[];
  /** What one row computes from slots and values of main, and its scores, factors and checks, in order. */
  readonly body: readonly Instruction[];
};

/** What working on plates of a program needs. */
export type Setting = {
  readonly program: Program;
  readonly isPure: Purity;
  /** Gives out value numbers of main, and knows all values. */
  readonly builder: Builder;
  /** Values of main that differ from run to run. */
  readonly random: ReadonlySet<ValueId>;
  /** Literals of main. */
  readonly literals: ReadonlyMap<ValueId, Constant>;
  /** The value of a function of a program that takes nothing and neither draws nor scores; null where it has a fault. */
  readonly pure: (program: Program, name: string) => Constant | null;
};

/** The type of a column of numbers. */
export const columnType = (element: IrType, length: number | null): IrType =>
  element.kind === 'address' ? element : { kind: 'array', element, length };

/** Whether an instruction of a row weighs it or may stop the run. */
export const isEffect = (i: Instruction): boolean => i.kind === 'score' || i.kind === 'factor' || i.kind === 'check';

/** Rows where slots that are the same are one, and where a number that all rows have in a parameter is a literal. */
export function unified(plate: Plate, builder: Builder): Plate {
  const by = new Map<ValueId, ValueId>();
  const literals: Instruction[] = [];
  const slots: Slot[] = [];
  for (const slot of plate.slots) {
    const { value, column, scored } = slot;
    const first = column[0] ?? 0;
    if (!scored && column.every((x) => Object.is(x, first))) {
      const result = builder.fresh(value.type);
      literals.push({ kind: 'const', at: -1, result, value: first });
      by.set(value.id, result.id);
      continue;
    }
    const known = slots.findIndex((s) => s.value.type.kind === value.type.kind && sameColumn(s.column, column));
    if (known < 0) {
      slots.push(slot);
      continue;
    }
    by.set(value.id, slots[known]!.value.id);
    slots[known] = { ...slots[known]!, scored: scored || slots[known]!.scored };
  }
  const body = plate.body.map((i) => substituteIn(i, by));
  return { rows: plate.rows, slots, body: [...literals, ...body] };
}

const sameColumn = (a: Float64Array, b: Float64Array): boolean => a.every((x, i) => Object.is(x, b[i]));

/** A plate without what is the same in all its rows, which is computed before. */
type Settled = { readonly before: readonly Instruction[]; readonly plate: Plate };

/** Takes out of the rows what hangs on no slot. Literals stay where the row uses them too. */
export function settled(plate: Plate, isPure: Purity): Settled {
  const inRow = new Set(plate.slots.map((s) => s.value.id));
  const before: Instruction[] = [];
  const body: Instruction[] = [];
  for (const i of plate.body) {
    let varies = false;
    eachUseOf(i, (id) => {
      varies ||= inRow.has(id);
    });
    if (!varies && isPure(i) && !isEffect(i)) {
      before.push(i);
      continue;
    }
    for (const { id } of resultsOf(i)) inRow.add(id);
    body.push(i);
  }
  return { before, plate: { ...plate, body } };
}

/** The slot by which elements of arrays that differ from run to run are chosen, where there is one. */
export function choosingSlot({ slots, body }: Plate, { random }: Setting): Slot | null {
  const made = new Set(body.flatMap(resultsOf).map((r) => r.id));
  for (const i of body) {
    if (i.kind !== 'op' || i.op !== 'index') continue;
    const [array = -1, index] = i.args;
    const slot = slots.find((s) => s.value.id === index);
    if (slot !== undefined && random.has(array) && !made.has(array)) return slot;
  }
  return null;
}

/** The rows by the values of a slot, each part with values of its own. */
export function splitBy(plate: Plate, slot: Slot, builder: Builder): readonly Plate[] {
  const rows = new Map<number, number[]>();
  slot.column.forEach((x, row) => {
    const known = rows.get(x);
    if (known === undefined) rows.set(x, [row]);
    else known.push(row);
  });
  return Array.from(rows.values(), (chosen) => renewed(chosenRows(plate, chosen, slot), builder));
}

/** Some rows of a plate; a slot that chose them is known to be a parameter's. */
export const chosenRows = (plate: Plate, rows: readonly number[], by: Slot | null = null): Plate => ({
  rows: rows.length,
  slots: plate.slots.map((s) => ({
    ...s,
    scored: s.scored && s !== by,
    column: Float64Array.from(rows, (row) => s.column[row]!),
  })),
  body: plate.body,
});

/** A copy of a plate with value numbers of its own. */
export function renewed(plate: Plate, builder: Builder): Plate {
  const slots = plate.slots.map((s) => ({ ...s, value: builder.fresh(s.value.type) }));
  const args = plate.slots.map((s) => s.value);
  const copy = inlineRegion(
    { args, body: plate.body, yields: [] },
    slots.map((s) => s.value.id),
    builder.fresh,
  );
  return { rows: plate.rows, slots, body: copy.instructions };
}

/** Different rows, and how often each comes. */
export type Counted = { readonly plate: Plate; readonly counts: Float64Array };

/** The different rows of a plate; null where there are more than `most`. */
export function countedRows(plate: Plate, most: number): Counted | null {
  const numbers = new Map<string, number>();
  const first: number[] = [];
  const counts: number[] = [];
  for (let row = 0; row < plate.rows; row++) {
    const key = plate.slots.map(({ column }) => (Object.is(column[row], -0) ? '-0' : String(column[row]))).join();
    const number = numbers.get(key);
    if (number !== undefined) {
      counts[number]! += 1;
      continue;
    }
    if (first.length === most) return null;
    numbers.set(key, first.length);
    first.push(row);
    counts.push(1);
  }
  return { plate: chosenRows(plate, first), counts: Float64Array.from(counts) };
}
