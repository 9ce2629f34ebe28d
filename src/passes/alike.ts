import type { Instruction, InstructionOf, IrType, Region, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { operandsOf, regionsOf } from '../ir/walk.js';

/** Loops of more instructions are not compared. */
const mostInstructions = 100;

/**
 * A text that two loops of numbers share where they do the same with the same values of outside, whatever the values inside of them are
 * called; null where a loop is long, makes arrays or does more than arithmetic.
 *
 * @param outside the value that stands for one of outside
 */
export function textOfLoop(loop: InstructionOf<'for'>, outside: (id: ValueId) => ValueId): string | null {
  const inside = new Map<ValueId, number>();
  const parts: string[] = [];
  const name = (id: ValueId): string => {
    const own = inside.get(id);
    return own === undefined ? `${outside(id)}` : `'${own}`;
  };
  const learn = (value: Value): boolean => {
    const kind = plainType(value.type);
    inside.set(value.id, inside.size);
    if (kind !== null) parts.push(kind);
    return kind !== null;
  };
  const write = (i: Instruction): boolean => {
    if (parts.length > 8 * mostInstructions) return false;
    const what = plainText(i);
    if (what === null) return false;
    parts.push(what, ...operandsOf(i).map(name));
    return regionsOf(i).every(writeRegion) && resultsOf(i).every(learn);
  };
  const writeRegion = (region: Region): boolean => {
    parts.push('{');
    if (!region.args.every(learn) || !region.body.every(write)) return false;
    parts.push('}', ...region.yields.map(name));
    return true;
  };
  return write(loop) ? parts.join(' ') : null;
}

function plainType(type: IrType): string | null {
  if (type.kind === 'enum') return `enum ${type.name}`;
  return type.kind === 'real' || type.kind === 'int' || type.kind === 'bool' ? type.kind : null;
}

/** An instruction without its operands; null for those that are not compared. */
function plainText(i: Instruction): string | null {
  switch (i.kind) {
    case 'const':
      if (typeof i.value !== 'number') return null;
      return Object.is(i.value, -0) ? '-0' : `${i.value}`;
    case 'op':
      return i.op;
    case 'get':
      return `get ${i.position}`;
    case 'if':
    case 'for':
      return i.kind;
    default:
      return null;
  }
}
