import type { IrType } from './ir.js';
import { isIrType } from './ops.js';
import type { TextReader } from './text_reader.js';
import type { Field, Type, TypeOf } from './type.js';

/** Reads a type as `createTypePrinter` writes it; `enums` is the table that enum numbers point into. */
function parseType(reader: TextReader, enums: readonly TypeOf<'enum'>[]): Type {
  const fields = (): Field[] => {
    reader.expect('{');
    return reader.list('}', () => {
      const name = reader.name();
      reader.expect(':');
      return { name, type: parseType(reader, enums) };
    });
  };
  const simple = (): Type => {
    if (reader.take('(')) return { kind: 'tuple', elements: reader.list(')', () => parseType(reader, enums)) };
    if (reader.peek('{')) return { kind: 'record', fields: fields() };
    const kind = reader.keyword();
    switch (kind) {
      case 'real':
      case 'int':
      case 'bool':
      case 'string':
      case 'unit':
      case 'unknown':
        return { kind };
      case 'enum':
        return enums[reader.number()] ?? reader.refuseLast('the number of an enum in the table');
      case 'dist': {
        const over = parseType(reader, enums);
        reader.expect('by');
        reader.expect('{');
        const families = reader.list('}', () => {
          const family = reader.name();
          reader.expect('(');
          return { family, parameters: reader.list(')', () => parseType(reader, enums)) };
        });
        return { kind, over, families };
      }
      case 'table': {
        const rows = reader.take('any') ? null : reader.number();
        return { kind, columns: fields(), rows };
      }
      default:
        return reader.refuseLast('a type');
    }
  };
  let type = simple();
  while (reader.take('[')) {
    const length = reader.take(']') ? null : reader.number();
    if (length !== null) reader.expect(']');
    type = { kind: 'array', element: type, length };
  }
  return type;
}

/** Reads the type of an IR value. */
export function parseIrType(reader: TextReader, enums: readonly TypeOf<'enum'>[]): IrType {
  if (reader.take('address')) return { kind: 'address' };
  const type = parseType(reader, enums);
  return isIrType(type) ? type : reader.refuseLast('a type that a value can have');
}
