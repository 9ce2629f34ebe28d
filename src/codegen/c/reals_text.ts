/** C text that goes through a value by its type: how many reals it holds, and its numbers for the host. */
import type { IrType } from '../../ir/ir.js';
import { partTypes } from '../../ir/values.js';
import { irType } from '../shape.js';
import type { ProgramWriter } from './writer.js';

/** Whether values of the type stand in a cell as numbers. */
const isNumber = (type: IrType): boolean =>
  type.kind === 'real' || type.kind === 'int' || type.kind === 'bool' || type.kind === 'enum' || type.kind === 'unit';

/** An expression that counts the reals of a value; its loops are statement expressions, which gcc and clang know. */
export function realsText(program: ProgramWriter, type: IrType, value: string, depth = 0): string {
  if (type.kind === 'real') return '1';
  const i = `i${depth}`;
  const cell = (of: IrType, at: string): string =>
    isNumber(of) ? (of.kind === 'real' ? '1' : '0') : realsText(program, of, `${value}->cells[${at}].value`, depth + 1);
  if (type.kind === 'array') {
    const each = cell(irType(type.element), i);
    if (each === '0' || each === '1') return `${each} * ${value}->length`;
    return `({ int64_t sum${depth} = 0; for (int64_t ${i} = 0; ${i} < ${value}->length; ${i}++) sum${depth} += ${each}; sum${depth}; })`;
  }
  const parts = partTypes(type);
  if (parts === null) return '0';
  return `(${parts.map((part, k) => cell(irType(part), String(k))).join(' + ') || '0'})`;
}

/** Statements that hand a value to the host: numbers as they are, strings by their numbers, arrays with their length in front. */
export function spillLines(type: IrType, value: string, depth = 0): readonly string[] {
  if (isNumber(type)) return [`spill(k, ${value});`];
  if (type.kind === 'string') return [`spill(k, (double)(intptr_t)${value});`];
  const cell = (of: IrType, at: string): string => `${value}->cells[${at}].${isNumber(of) ? 'number' : 'value'}`;
  if (type.kind === 'array') {
    const element = irType(type.element);
    const i = `i${depth}`;
    return [
      `spill(k, (double)${value}->length);`,
      `for (int64_t ${i} = 0; ${i} < ${value}->length; ${i}++) {`,
      ...spillLines(element, cell(element, i), depth + 1),
      '}',
    ];
  }
  return (partTypes(type) ?? []).flatMap((part, k) =>
    spillLines(irType(part), cell(irType(part), String(k)), depth + 1),
  );
}
