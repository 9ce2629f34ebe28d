import { type OpName, opType } from '../ir/ops.js';
import { type Type, unknown } from '../ir/type.js';

export { arrayOf, bool, int, real, string, type Type, unknown } from '../ir/type.js';

/** The result type of a primitive; `unknown` in, `unknown` out where nothing better is known. */
export const opTypeOrNull = (op: OpName, args: readonly Type[]): Type | null =>
  opType(op, args) ?? (args.some((a) => a.kind === 'unknown') ? unknown : null);
