/** What the loop over the particles of a node does, for those who print it or compile it. */
import type { Lockstep } from './lockstep.js';
import type { Local, Operand, Statement } from './low.js';
import type { Machine, Node } from './machine.js';
import type { ProgramWriter } from './writer.js';

/** One thing after the other; columns are named by their numbers: `r` in the text holds the column of a number. */
export type LoopItem =
  | { readonly kind: 'statement'; readonly statement: Statement }
  /** A number of a column of noise; `use` is the place of the program that reads it. */
  | { readonly kind: 'noise'; readonly target: Local; readonly use: number }
  /** The state of a stream of noise. */
  | { readonly kind: 'stream'; readonly target: Local; readonly use: number }
  /** The array of the particle, made of columns. */
  | { readonly kind: 'gather'; readonly target: Local; readonly columns: number; readonly numbers: boolean }
  /** A list of columns, the same for all particles. */
  | { readonly kind: 'columns'; readonly target: Local; readonly columns: number }
  | { readonly kind: 'put'; readonly column: number; readonly value: Operand; readonly numbers: boolean }
  /** Into a column of the frame. */
  | { readonly kind: 'keep'; readonly place: number; readonly value: Operand }
  | { readonly kind: 'yield'; readonly output: number; readonly value: Operand };

/** The loop of a node. */
export type NodeLoop = {
  readonly node: Node;
  readonly items: readonly LoopItem[];
  /** The node's statements in which particles differ. */
  readonly varying: readonly Statement[];
  /** Whether the run ends here. */
  readonly ends: boolean;
};

/** What loops are printed with. */
export type LoopSetting = {
  readonly program: ProgramWriter;
  readonly machine: Machine;
  readonly lockstep: Lockstep;
  /** Numbers of the columns of the frame, by the locals. */
  readonly places: ReadonlyMap<number, number>;
  /** What is found out while loops are printed: whether dimensions differ between particles, and steps. */
  readonly differs: { dimensions: boolean; steps: boolean };
};

/** Prints `function s⟨number⟩(first, from, to)`, the loop over particles `from` to `to - 1` of a block. */
export type LoopPrinter = (setting: LoopSetting, loop: NodeLoop) => readonly string[];
