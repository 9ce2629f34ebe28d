/** Rows that come several times are weighed once, and their weight is counted. */

import { parameterFault } from '../../ir/faults.js';
import type { Instruction, IrType, ValueId } from '../../ir/ir.js';
import { findFamily } from '../../ir/program.js';
import { inlineRegion } from '../../ir/walk.js';
import { logDensity } from '../marginalise.js';
import { type Counted, columnType, type Setting } from './plate.js';

/** Different rows up to this number are written out one by one. */
const mostWritten = 4;

/** Writes the factors of all rows into the open region of the builder; false where a family has no density. */
export function writeCounted({ plate, counts }: Counted, setting: Setting): boolean {
  const { builder } = setting;
  let fits = true;
  const row = (slots: readonly ValueId[], count: ValueId | null): void => {
    const args = plate.slots.map((s) => s.value);
    const copy = inlineRegion({ args, body: plate.body, yields: [] }, slots, builder.fresh);
    for (const i of copy.instructions) fits &&= writeWeighed(i, count, setting);
  };
  const constant = (type: IrType, value: number): ValueId => builder.constant(type, value);
  if (plate.rows <= mostWritten) {
    for (let k = 0; k < plate.rows; k++)
      row(
        plate.slots.map(({ value, column }) => constant(value.type, column[k]!)),
        counts[k] === 1 ? null : builder.real(counts[k]!),
      );
    return fits;
  }
  const table = (type: IrType, column: Float64Array): ValueId => builder.constant(columnType(type, plate.rows), column);
  const tables = plate.slots.map(({ value, column }) => table(value.type, column));
  const even = counts.every((n) => n === 1);
  const times = even ? null : table({ kind: 'real' }, counts);
  builder.forLoop(builder.int(0), builder.int(plate.rows), [], (index) => {
    row(
      tables.map((t) => builder.op('index', [t, index])),
      times === null ? null : builder.op('index', [times, index]),
    );
    return [];
  });
  return fits;
}

/** A score as a factor: its density, so many times. */
function writeWeighed(i: Instruction, count: ValueId | null, { builder, program }: Setting): boolean {
  const weigh = (value: ValueId): void => builder.factor(count === null ? value : builder.op('mul', [count, value]));
  if (i.kind === 'factor') {
    builder.withPlace(i.at, () => weigh(i.value));
    return true;
  }
  if (i.kind !== 'score') {
    builder.emit(i);
    return true;
  }
  const family = findFamily(program, i.family);
  const density = logDensity(i, i.value, { program, fresh: builder.fresh });
  if (family === null || density === null) return false;
  const site = program.sites[i.site]?.name ?? `site ${i.site}`;
  builder.withPlace(i.at, () => {
    i.params.forEach((id, k) => {
      if (builder.typeOf(id).kind !== 'real') return;
      const { code, message } = parameterFault(family.parameters[k]?.name ?? '', family.name, site, i.at);
      builder.check(builder.op('eq', [id, id]), code, message);
    });
    for (const made of density.body) builder.emit(made);
    weigh(density.value);
  });
  return true;
}
