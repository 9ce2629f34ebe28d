/** The state of printing: lines, names, where registers are held. Every name in the text is made here. */
import type { KernelOptions } from '../ir/engine.js';
import type { IrType, PlaceId } from '../ir/ir.js';
import { deepest, type Effects } from './effects.js';
import {
  type Block,
  blocksOf,
  type Expression,
  type FaultWords,
  type Local,
  type LowProgram,
  type Operand,
  operandsOf,
} from './low.js';
import type { Owned } from './ownership.js';
import { numberText, type OperandText } from './scalar.js';

/** What a fault of one place says, kept in a table outside the text. */
export type PlacedWords = {
  readonly at: PlaceId;
  readonly words: FaultWords | { readonly kind: 'weight'; readonly what: string };
};

/** Particles for which columns are filled at a time where nothing pauses. */
export const chunkSize = 512;

/** Of the names of main's parts, which take the particle's number in the chunk. */
export const mainPrefix = 'm';

/** Shared by all functions of a program. */
export type ProgramWriter = {
  readonly low: LowProgram;
  readonly options: Pick<KernelOptions, 'layout' | 'limits'>;
  readonly effects: Effects;
  readonly words: PlacedWords[];
  readonly types: IrType[];
  /** Lengths of the buffers that serve all runs; null where runs overlap. */
  readonly buffers: number[] | null;
  /** Particles for which columns are filled at a time; null where that is known at the start of a run: `chunk` in the text. */
  readonly chunk: number | null;
  /** Longest body, see `split`. */
  readonly longestBody: number;
  /** Whether depth is counted while running. */
  readonly countsDepth: boolean;
  readonly lines: string[];
};

/** A writer without lines yet. */
export const newProgramWriter = (
  low: LowProgram,
  options: ProgramWriter['options'],
  effects: Effects,
  {
    chunk,
    longestBody,
    overlapping,
  }: { readonly chunk: number | null; readonly longestBody: number; readonly overlapping: boolean },
): ProgramWriter => ({
  low,
  options,
  effects,
  words: [],
  types: [],
  buffers: overlapping ? null : [],
  chunk,
  longestBody,
  countsDepth: deepest(low) > options.limits.depth,
  lines: [],
});

/** Where a function keeps a running total: in a local, in the array of totals, or not at all. */
export type Register = 'local' | 'memory' | 'none';

export type Writer = {
  readonly program: ProgramWriter;
  /** Of the names of the function's parts and of what they keep. */
  readonly prefix: string;
  readonly owned: Owned;
  readonly uses: Uses;
  readonly inlined: Map<number, OperandText>;
  readonly weight: Register;
  readonly steps: Register;
  readonly lines: string[];
  indent: string;
  /** The statement that leaves the function when the particle is dead. */
  readonly leave: string;
  /** Called when a statement has set locals. */
  readonly defined: (locals: readonly Local[]) => void;
};

export const line = (w: Writer, text: string): void => {
  w.lines.push(w.indent + text);
};

/** Prints what `body` prints one level further in. */
export function indented(w: Writer, body: () => void): void {
  const before = w.indent;
  w.indent += '  ';
  body();
  w.indent = before;
}

const initials = { number: 'n', word: 'w', value: 'v' } as const;

/** The name of a local. */
export const nameOf = (l: Local): string => `${initials[l.slot]}${l.id}`;

/** The length of an array that grows in place, else null. */
export const lengthLocal = (w: Writer, o: Operand): Local | null =>
  o.kind === 'local' ? (w.owned.lengths.get(o.id) ?? null) : null;

/** An operand as it is held: for an array that grows in place, its buffer. */
export function rawText(w: Writer, o: Operand): string {
  switch (o.kind) {
    case 'literal':
      return o.slot === 'word' && o.value < 0 ? `(${o.value})` : numberText(o.value);
    case 'constant':
      return `c${o.index}`;
    case 'local':
      return w.inlined.get(o.id)?.number ?? nameOf(o);
  }
}

/** An operand as a number, a word or a whole value. */
export function text(w: Writer, o: Operand): string {
  const length = lengthLocal(w, o);
  return length === null ? rawText(w, o) : `exact(${rawText(w, o)}, ${nameOf(length)})`;
}

/** An operand in both readings. */
export function operandText(w: Writer, o: Operand): OperandText {
  if (o.kind === 'literal') return { number: rawText(w, o), flag: o.value === 1 ? 'true' : 'false' };
  const inlined = o.kind === 'local' ? w.inlined.get(o.id) : undefined;
  if (inlined !== undefined) return inlined;
  const number = text(w, o);
  return { number, flag: `(${number} === 1)` };
}

/** Number of a place's words in the table. */
export function wordsAt(program: ProgramWriter, words: PlacedWords): number {
  return program.words.push(words) - 1;
}

/** Whether the text of the expression has its operands more than once. */
const isReadAgain = (e: Expression): boolean =>
  e.kind === 'index' ||
  e.kind === 'update' ||
  e.kind === 'append' ||
  e.kind === 'power' ||
  (e.kind === 'scalar' && e.op === 'is_number');

/** How often locals are read, and the block whose statement reads them. */
export type Uses = { readonly count: ReadonlyMap<number, number>; readonly block: ReadonlyMap<number, Block> };

export function usesIn(body: Block, yieldsAreRead = false): Uses {
  const count = new Map<number, number>();
  const block = new Map<number, Block>();
  const see = (o: Operand, where: Block | null): void => {
    if (o.kind !== 'local') return;
    count.set(o.id, (count.get(o.id) ?? 0) + 1);
    if (where !== null) block.set(o.id, where);
    else block.delete(o.id);
  };
  const walk = (b: Block, condition: boolean): void => {
    for (const s of b.statements) {
      const again = s.kind === 'weigh' || (s.kind === 'set' && isReadAgain(s.value));
      for (const o of operandsOf(s)) see(o, again ? null : b);
      blocksOf(s).forEach((inner, k) => {
        walk(inner, s.kind === 'while' && k === 0);
      });
    }
    for (const o of b.yields) see(o, condition ? b : null);
  };
  walk(body, yieldsAreRead);
  return { count, block };
}
