import type { IrType, Program, ValueId } from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';
import { makers } from './invert.js';

/** One output of a flattened `main`: which target it is a part of, and where in it (`[0]`, `.x`). */
export type Output = { readonly target: number; readonly path: string; readonly type: IrType };

/**
 * Yields the parts of arrays, tuples and records that `main` puts together itself as outputs of their own, so that engines write plain
 * columns. Values whose parts are not known stay whole.
 */
export function flatten(
  program: Program,
  main: string,
): { readonly program: Program; readonly outputs: readonly Output[] } {
  const func = program.functions[main];
  if (func === undefined) throw new Error(`flatten: no function ${main}`);
  const made = makers(func.body.body);
  const outputs: Output[] = [];
  const yields: ValueId[] = [];
  const add = (id: ValueId, target: number, path: string, type: IrType): void => {
    const maker = made.get(id);
    if (maker?.kind === 'make' && isWhole(maker.result.type)) {
      const names = partNames(maker.result.type, maker.parts.length);
      for (const [i, part] of maker.parts.entries()) {
        const partType = partTypeOf(maker.result.type, i);
        add(part, target, `${path}${names[i] ?? ''}`, partType);
      }
      return;
    }
    yields.push(id);
    outputs.push({ target, path, type });
  };
  for (const [i, id] of func.body.yields.entries()) add(id, i, '', func.results[i] ?? { kind: 'real' });
  const flat = { ...func, body: { ...func.body, yields }, results: outputs.map((o) => o.type) };
  return { program: { ...program, functions: { ...program.functions, [main]: flat } }, outputs };
}

const isWhole = (type: IrType): boolean => type.kind === 'array' || type.kind === 'tuple' || type.kind === 'record';

/** How the parts of a value are written behind its name. */
function partNames(type: IrType, count: number): readonly string[] {
  if (type.kind === 'record') return type.fields.map((f) => `.${f.name}`);
  return Array.from({ length: count }, (_, i) => `[${i}]`);
}

function partTypeOf(type: IrType, position: number): IrType {
  switch (type.kind) {
    case 'array':
      return narrow(type.element);
    case 'tuple':
      return narrow(type.elements[position] ?? { kind: 'real' });
    case 'record':
      return narrow(type.fields[position]?.type ?? { kind: 'real' });
    default:
      return { kind: 'real' };
  }
}

const narrow = (type: import('../ir/type.js').Type): IrType => (isIrType(type) ? type : { kind: 'unit' });
