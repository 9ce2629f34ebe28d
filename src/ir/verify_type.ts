import type { IrType } from './ir.js';
import { showType, type Type } from './type.js';
import { partTypes } from './values.js';

/** A type in words, for problems. */
export const showIrType = (type: IrType): string => (type.kind === 'address' ? 'address' : showType(type));

/** Reports what cannot be inside the type of a value: distributions, tables, unknown types, lengths that are no lengths. */
export function verifyType(type: Type | IrType, report: (problem: string) => void): void {
  switch (type.kind) {
    case 'dist':
    case 'table':
    case 'function':
    case 'unknown':
      report(`a value cannot be or hold a ${type.kind}`);
      return;
    case 'array':
      if (type.length !== null && !(Number.isSafeInteger(type.length) && type.length >= 0))
        report(`${type.length} is not the length of an array`);
      verifyType(type.element, report);
      return;
    default:
      partTypes(type)?.forEach((part) => {
        verifyType(part, report);
      });
  }
}
