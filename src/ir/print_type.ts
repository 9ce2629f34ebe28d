import type { IrType } from './ir.js';
import type { Field, Type, TypeOf } from './type.js';

/** A name as it stands in the text form: bare where it is plain, else as a JSON string. */
export const word = (name: string): string => (/^[A-Za-z_][\w.]*$/.test(name) ? name : JSON.stringify(name));

/** Prints types, and numbers the enums it meets: a type names its enum by number, members stand in a table. */
export type TypePrinter = {
  readonly show: (type: Type | IrType) => string;
  /** The enums met so far; the position is the number. */
  readonly enums: () => readonly TypeOf<'enum'>[];
};

export function createTypePrinter(): TypePrinter {
  const enums: TypeOf<'enum'>[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (type: TypeOf<'enum'>): number => {
    const key = JSON.stringify([type.name, type.members]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, enums.length);
    return enums.push(type) - 1;
  };
  const fields = (list: readonly Field[]): string => list.map((f) => `${word(f.name)}: ${show(f.type)}`).join(', ');
  const show = (type: Type | IrType): string => {
    switch (type.kind) {
      case 'enum':
        return `enum ${numberOf(type)}`;
      case 'array':
        return `${show(type.element)}[${type.length ?? ''}]`;
      case 'tuple':
        return `(${type.elements.map(show).join(', ')})`;
      case 'record':
        return `{${fields(type.fields)}}`;
      case 'dist': {
        const families = type.families.map((f) => `${word(f.family)}(${f.parameters.map(show).join(', ')})`);
        return `dist ${show(type.over)} by {${families.join(', ')}}`;
      }
      case 'table':
        return `table ${type.rows ?? 'any'} {${fields(type.columns)}}`;
      default:
        return type.kind;
    }
  };
  return { show, enums: () => enums };
}
