import type { Instruction, Program, ValueId } from '../../ir/ir.js';
import type { OpName } from '../../ir/ops.js';
import { regionsOf } from '../../ir/walk.js';
import { purityOf } from '../call_graph.js';
import { faultlessIn, isFaultless } from '../hoist.js';
import type { Sizes } from '../sizes.js';

/** Tells whether an instruction only computes, comes to an end and has no fault, so that nobody can tell when it runs. */
export type Quiet = (i: Instruction) => boolean;

/** Finds what is quiet by what is known of lengths: an index that is inside of its array has no fault, nor has a loop over an array. */
export function quietIn(program: Program, sizes: Sizes): Quiet {
  const isPure = purityOf(program);
  const faultless = faultlessIn(program);
  const known = new WeakMap<Instruction, boolean>();
  const quiet = (i: Instruction): boolean => {
    const found = known.get(i) ?? isQuiet(i);
    known.set(i, found);
    return found;
  };
  const isQuiet = (i: Instruction): boolean => {
    switch (i.kind) {
      case 'const':
      case 'get':
      case 'make':
      case 'address':
        return true;
      case 'op':
        return quietOp(i.op, i.args, sizes);
      case 'call':
        return isPure(i) && faultless(i);
      case 'for':
        return sizes.isBounded(i.high) && i.body.body.every(quiet);
      case 'if':
        return regionsOf(i).every((region) => region.body.every(quiet));
      default:
        return false;
    }
  };
  return quiet;
}

function quietOp(op: OpName, [a, b]: readonly ValueId[], sizes: Sizes): boolean {
  switch (op) {
    case 'index':
    case 'set':
      return a !== undefined && b !== undefined && sizes.isInside(b, a);
    case 'extend':
      return b !== undefined && sizes.isPlace(b);
    case 'append':
      return a !== undefined && typeof sizes.lengthOf(a) === 'number';
    case 'fill':
      return a !== undefined && sizes.isBounded(a);
    default:
      return isFaultless(op);
  }
}
