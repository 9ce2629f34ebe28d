/** What the parts of the WebAssembly engine know of each other: arithmetic on values, and the places of a kernel in memory. */
import type { Code } from '../../runtime/assembly/code.js';
import type { ValueType } from '../../runtime/assembly/instructions.js';
import type { Locals, ModuleBuilder } from '../../runtime/assembly/module.js';
import type { ScalarOp } from '../low.js';

/** Code that leaves a number, or a flag (what a comparison leaves); it may stand in one place only. */
export type Value = { readonly code: Code; readonly flag: boolean };

/** Where code is being written: the module, and the locals of the function. */
export type Site = { readonly link: ModuleBuilder; readonly locals: Locals };

/**
 * Arithmetic on doubles, of one particle or of two side by side: to the bit what the primitives of the IR mean
 * (`src/ir/primitives.ts`). For one particle a number is an f64 and a flag an i32; for two both are vectors, a flag with all bits of
 * a lane set or none.
 */
export type Arithmetic = {
  readonly lanes: 1 | 2;
  readonly number: ValueType;
  readonly flag: ValueType;
  readonly literal: (value: number) => Code;
  /** A flag as 1 or 0. */
  readonly asNumber: (value: Value) => Code;
  /** Whether a number is 1. */
  readonly asFlag: (value: Value) => Code;
  /** An operation; each argument's code is used once. */
  readonly apply: (site: Site, op: ScalarOp, args: readonly Value[]) => Value;
  /** base^exponent for a whole exponent, as `powerOf`. */
  readonly power: (site: Site, base: Code, exponent: number) => Code;
  /** `then` where the flag is set, both computed. */
  readonly select: (flag: Code, then: Code, otherwise: Code) => Code;
};

/** Where a kernel that does not pause keeps what particles read and write; all are addresses in bytes. */
export type KernelPlaces = {
  /** Particles that run at once, an even number; columns have so many entries of 8 bytes. */
  readonly chunk: number;
  /** Noise groups: number p of address k of a column stands at `+ 8 (chunk k + p)`, state k of a stream at `+ 16 k`. */
  readonly groups: readonly number[];
  readonly weights: number;
  readonly dimensions: number;
  /** Columns of main's results that are numbers; for others the pointers to values (i32, every 8 bytes). */
  readonly outputs: readonly number[];
  /** Columns of main's parameters. */
  readonly given: readonly number[];
  /** Two doubles to which steps and unaligned draws are added. */
  readonly counts: number;
};
