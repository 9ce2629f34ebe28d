/** Functions of the host program that take many calls at once. */
import type { Constant } from './ir.js';

/** A function of the host program: values of the language in, one out. What it throws is a fault of the run. */
export type Extern = (...args: Constant[]) => Constant;

/** One that also answers a block of calls: the arguments of each call in, as many values out, in the same order. */
export type BatchedExtern = Extern & {
  readonly batch: (calls: readonly (readonly Constant[])[]) => readonly Constant[];
};

/** Whether a function takes many calls at once. */
export const isBatched = (extern: Extern | undefined): extern is BatchedExtern =>
  extern !== undefined && 'batch' in extern && typeof extern.batch === 'function';

/** A function of both kinds from one that answers blocks. */
export const batchedExtern = (batch: BatchedExtern['batch']): BatchedExtern =>
  Object.assign((...args: Constant[]): Constant => batch([args])[0] ?? Number.NaN, { batch });

/** The name under which a function that may fail gives the pair (whether it answered, its value) in the place of a fault. */
export const guardedName = (callee: string): string => `${callee}?`;

/** Whether a name is that of a guarded function. */
export const isGuardedName = (callee: string): boolean => callee.endsWith('?');
