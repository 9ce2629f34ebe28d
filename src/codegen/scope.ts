/** The state of lowering: the function being made, the open block, what is known of its values. */

import type { NoiseLayout } from '../ir/engine.js';
import type { Constant, IrType, PlaceId, Program, ValueId } from '../ir/ir.js';
import { powerOf } from '../ir/primitives.js';
import { fromConstant, type RuntimeValue } from '../ir/values.js';
import type { Facts } from './facts.js';
import {
  type Block,
  type Chain,
  type ChainLoop,
  type Expression,
  type Local,
  type LowFunction,
  literal,
  type NoiseGroup,
  type Operand,
  type ScalarOp,
  type Slot,
  type Statement,
} from './low.js';
import { evaluateScalar } from './scalar.js';

/** The operands that together are one IR value. */
export type Bundle = readonly Operand[];

/** How family functions get their noise. */
export type NoiseMode =
  /** Not inside a family's function: draws decide. */
  | { readonly kind: 'outside' }
  /** By the layout; in the column layout by way of the tape of the outermost draw. */
  | { readonly kind: 'fresh' }
  /** From the trace that is being replayed; when it ends, fresh. */
  | { readonly kind: 'tape' }
  /** A stream of the column layout that only this draw reads. */
  | { readonly kind: 'stream'; readonly state: Operand }
  /** These numbers, one after another; when they end, as `then` says. */
  | { readonly kind: 'given'; readonly numbers: readonly Operand[]; next: number; readonly then: NoiseMode };

/** The function being made. */
export type Making = {
  readonly key: string;
  readonly isMain: boolean;
  locals: number;
  /** Calls inlined around the present place. */
  below: number;
  /** Loops with constant bounds around the present place. */
  readonly loops: ChainLoop[];
  /** Whether the present place is run exactly once for each particle and iteration of `loops`. */
  certain: boolean;
  statements: Statement[];
  /** Parts of arrays that are known one by one. */
  readonly parts: Map<number, readonly Operand[]>;
  /** Address patterns by the local that holds the low word. */
  readonly chains: Map<number, Chain>;
  /** What was computed before in this block or those around it: expression → result. */
  known: Known;
};

type Known = { readonly found: Map<string, readonly Operand[]>; readonly outer: Known | null };

/** Shared by all functions of one program. */
export type Lowering = {
  readonly program: Program;
  readonly facts: Facts;
  readonly layout: NoiseLayout;
  readonly functions: Map<string, LowFunction | null>;
  readonly constants: RuntimeValue[];
  readonly constantIds: Map<RuntimeValue, number>;
  /** Absent values by type. */
  readonly absent: Map<string, RuntimeValue>;
  /** The limit on the elements of one array. */
  readonly elements: number;
  /** More columns than this in one group are not filled before; their streams are read one by one. */
  readonly columns: number;
  readonly groups: NoiseGroup[];
  /** Groups by the pattern of their addresses (column layout), and by pattern and request (addressed). */
  readonly groupIds: Map<string, number>;
  readonly externs: string[];
  /** Numbers for the functions made. */
  count: number;
  /** Known addresses whose noise may be fixed by a trace that is not held in operands. */
  readonly traced: Set<string>;
  /** Some trace is fixed at an address that is not known. */
  untraceable: boolean;
  /**
   * Draws remember the numbers they take, so that a draw of another world has the same ones though the particle was copied to
   * another place in between.
   */
  readonly remembers: boolean;
  /** The column layout without prefilled columns: everything by way of tapes. */
  readonly general: boolean;
  /** Patterns of addresses that are surely drawn or scored, once the loops around them have ended. */
  readonly visited: Map<string, Chain>;
  /** Patterns of addresses that are read by way of tapes. */
  readonly taped: Set<string>;
  /** Known addresses are read in two ways that do not fit each other, or tapes at unknown addresses. */
  conflict: boolean;
};

/** One IR function's values, where it is lowered. */
export type Scope = {
  readonly low: Lowering;
  readonly fn: Making;
  readonly types: ReadonlyMap<ValueId, IrType>;
  readonly values: Map<ValueId, Bundle>;
  readonly noise: NoiseMode;
};

export const bundleOf = (scope: Scope, id: ValueId): Bundle => {
  const found = scope.values.get(id);
  if (found === undefined) throw new Error(`codegen: value ${id} is not defined`);
  return found;
};

/** The one operand of a value that takes one slot. */
export function operandOf(scope: Scope, id: ValueId): Operand {
  const [operand] = bundleOf(scope, id);
  if (operand === undefined) throw new Error(`codegen: value ${id} has no slot`);
  return operand;
}

export function typeOf(scope: Scope, id: ValueId): IrType {
  const type = scope.types.get(id);
  if (type === undefined) throw new Error(`codegen: value ${id} has no type`);
  return type;
}

export const newLocal = (fn: Making, slot: Slot): Local => ({ kind: 'local', id: fn.locals++, slot });

export const push = (fn: Making, statement: Statement): void => {
  fn.statements.push(statement);
};

/** Appends a statement that sets a new local. */
export function emit(fn: Making, slot: Slot, value: Expression, at: PlaceId): Local {
  const target = newLocal(fn, slot);
  push(fn, { kind: 'set', at, target, value });
  return target;
}

/** Text that tells operands apart. */
export function operandKey(o: Operand): string {
  switch (o.kind) {
    case 'local':
      return `l${o.id}`;
    case 'constant':
      return `c${o.index}`;
    case 'literal':
      return Object.is(o.value, -0) ? '-0' : String(o.value);
  }
}

export function recall(fn: Making, key: string): readonly Operand[] | null {
  for (let known: Known | null = fn.known; known !== null; known = known.outer) {
    const found = known.found.get(key);
    if (found !== undefined) return found;
  }
  return null;
}

export const remember = (fn: Making, key: string, operands: readonly Operand[]): void => {
  fn.known.found.set(key, operands);
};

/** A pure expression, computed once where it is known already. */
export function shared(fn: Making, key: string, slot: Slot, value: Expression, at: PlaceId): Operand {
  const before = recall(fn, key)?.[0];
  if (before !== undefined) return before;
  const target = emit(fn, slot, value, at);
  remember(fn, key, [target]);
  return target;
}

/** An operation on numbers: folded where all operands are literals, and computed once. */
export function scalar(fn: Making, op: ScalarOp, args: readonly Operand[], at: PlaceId): Operand {
  const literals = args.map((a) => (a.kind === 'literal' ? a.value : null));
  const numbers = literals.filter((n) => n !== null);
  if (numbers.length === args.length) return literal(evaluateScalar(op, numbers));
  if (op === 'to_real' || op === 'to_int') return args[0]!;
  // Exact for every double; adding 0 would lose the sign of -0.
  if (op === 'mul' && literals[0] === 1) return args[1]!;
  if ((op === 'mul' || op === 'div') && literals[1] === 1) return args[0]!;
  if (op === 'sub' && Object.is(literals[1], 0)) return args[0]!;
  if (op === 'select' && literals[0] !== null && literals[0] !== undefined)
    return literals[0] === 1 ? args[1]! : args[2]!;
  return shared(fn, `${op}:${args.map(operandKey).join()}`, 'number', { kind: 'scalar', op, args }, at);
}

export function integerPower(fn: Making, base: Operand, exponent: number, at: PlaceId): Operand {
  if (base.kind === 'literal') return literal(powerOf(base.value, exponent));
  return shared(fn, `power${exponent}:${operandKey(base)}`, 'number', { kind: 'power', base, exponent }, at);
}

/** Runs `body` with a block of its own; what it computes is forgotten afterwards. */
export function inBlock(fn: Making, body: () => readonly Operand[], certain = false): Block {
  const outer = { statements: fn.statements, known: fn.known, certain: fn.certain };
  fn.statements = [];
  fn.known = { found: new Map(), outer: outer.known };
  fn.certain &&= certain;
  const yields = body();
  const statements = fn.statements;
  fn.statements = outer.statements;
  fn.known = outer.known;
  fn.certain = outer.certain;
  return { statements, yields };
}

/** An entry of the table of constants. */
export function constant(low: Lowering, value: RuntimeValue): Operand {
  let index = low.constantIds.get(value);
  if (index === undefined) {
    index = low.constants.length;
    low.constants.push(value);
    low.constantIds.set(value, index);
  }
  return { kind: 'constant', slot: 'value', index };
}

/** The run-time form of a literal that is no number, made once for each literal and type. */
export function formOf(value: Constant, type: IrType): RuntimeValue {
  const forms = typeof value === 'object' ? (constantForms.get(value) ?? new Map<string, RuntimeValue>()) : null;
  if (typeof value === 'object' && forms !== null) constantForms.set(value, forms);
  const shape = JSON.stringify(type);
  const before = forms?.get(shape);
  if (before !== undefined) return before;
  const form = fromConstant(type, value);
  if (form === null) throw new Error(`codegen: a literal is no ${type.kind}`);
  forms?.set(shape, form);
  return form;
}
const constantForms = new WeakMap<object, Map<string, RuntimeValue>>();
