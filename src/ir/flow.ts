import type { IrType } from './ir.js';
import { accepts, sameType } from './type.js';

/** Same type; addresses are the same as each other only. */
export const sameIrType = (a: IrType, b: IrType): boolean =>
  a.kind === 'address' || b.kind === 'address' ? a.kind === b.kind : sameType(a, b);

/**
 * Whether a value of type `from` may be used where `to` is asked for, with no instruction in between: an `int` is a `real`
 * (inside arrays, tuples and records too), an array of unknown length fits any length, an address fits an address.
 */
export const flows = (to: IrType, from: IrType): boolean =>
  to.kind === 'address' || from.kind === 'address' ? to.kind === from.kind : accepts(to, from);
