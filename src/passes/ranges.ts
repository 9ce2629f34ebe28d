import type { ValueId } from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';

/** Whole numbers, none of them absent: at least `least`, at most `most` (null: not known) and less than `below`. */
export type Range = { readonly least: number; readonly most: number | null; readonly below: ValueId | null };

/** The range of an operation on whole numbers of known ranges; null where nothing is known of it. */
export function rangeOfOp(op: OpName, left: Range, right: Range): Range | null {
  const most = (a: number | null, b: number | null, join: (x: number, y: number) => number): number | null =>
    a === null || b === null ? null : join(a, b);
  switch (op) {
    case 'add': {
      const below = isAtMost(right, 0) ? left.below : isAtMost(left, 0) ? right.below : null;
      return { least: left.least + right.least, most: most(left.most, right.most, (x, y) => x + y), below };
    }
    case 'sub':
      if (right.most === null) return null;
      return {
        least: left.least - right.most,
        most: left.most === null ? null : left.most - right.least,
        below: right.least >= 0 ? left.below : null,
      };
    case 'min':
      return {
        least: Math.min(left.least, right.least),
        most: left.most === null ? right.most : right.most === null ? left.most : Math.min(left.most, right.most),
        below: left.below ?? right.below,
      };
    case 'max':
      return { least: Math.max(left.least, right.least), most: most(left.most, right.most, Math.max), below: null };
    case 'mod':
      if (right.least < 1 || right.most === null) return null;
      return { least: 0, most: right.most - 1, below: null };
    default:
      return null;
  }
}

const isAtMost = ({ most }: Range, bound: number): boolean => most !== null && most <= bound;
