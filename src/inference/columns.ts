import type { Constant, IrType } from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';

/** A scalar column of draws with its name behind the target's: '' for a scalar target, `[3]`, `.x`. */
export type NamedColumn = { readonly path: string; readonly type: IrType; readonly values: Float64Array };

/**
 * Takes columns of whole values apart into scalar columns. Arrays may differ in length from draw to draw: a part that a draw does not
 * have is NaN.
 */
export function scalarColumns(
  column: Float64Array | readonly Constant[],
  type: IrType,
  path = '',
): readonly NamedColumn[] {
  if (column instanceof Float64Array) return [{ path, type, values: column }];
  const parts = column.reduce<number>((most, value) => Math.max(most, lengthOf(value)), 0);
  const names = type.kind === 'record' ? type.fields.map((f) => `.${f.name}`) : null;
  const found: NamedColumn[] = [];
  for (let i = 0; i < parts; i++) {
    const partType = elementType(type, i);
    const whole = column.map((value) => partOf(value, i));
    const scalar = whole.every((v) => typeof v === 'number');
    const next = scalar ? Float64Array.from(whole, Number) : whole;
    found.push(...scalarColumns(next, partType, `${path}${names?.[i] ?? `[${i}]`}`));
  }
  return found;
}

const lengthOf = (value: Constant): number =>
  typeof value === 'number' || typeof value === 'string' ? 0 : value.length;

const partOf = (value: Constant, i: number): Constant =>
  typeof value === 'number' || typeof value === 'string' ? Number.NaN : (value[i] ?? Number.NaN);

function elementType(type: IrType, i: number): IrType {
  const inner =
    type.kind === 'array'
      ? type.element
      : type.kind === 'tuple'
        ? type.elements[i]
        : type.kind === 'record'
          ? type.fields[i]?.type
          : undefined;
  return inner === undefined || !isIrType(inner) ? { kind: 'real' } : inner;
}
