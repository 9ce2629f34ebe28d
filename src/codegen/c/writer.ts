/** The state of writing C: lines, names, how operands are read. */
import type { KernelOptions } from '../../ir/engine.js';
import { deepest, type Effects, effectsOf } from '../effects.js';
import type { Local, LowProgram, Operand, Slot, Statement } from '../low.js';
import type { Owned } from '../ownership.js';
import { anyStatement } from '../unused.js';
import type { PlacedWords } from '../writer.js';
import { numberText, wordText } from './numbers.js';

/** Thrown where the low form has something that is not compiled; `refusal` says what, in words that follow "because". */
type Refusal = { readonly refusal: string };

/** Gives up on a program. */
export function refuse(refusal: string): never {
  throw { refusal } satisfies Refusal;
}

export const isRefusal = (thrown: unknown): thrown is Refusal =>
  typeof thrown === 'object' && thrown !== null && 'refusal' in thrown;

/** Shared by all functions of a program. */
export type ProgramWriter = {
  readonly low: LowProgram;
  readonly options: Pick<KernelOptions, 'layout' | 'limits'>;
  readonly effects: Effects;
  /** What faults say, in the order of their numbers. */
  readonly words: PlacedWords[];
  /** Whether depth is counted while running. */
  readonly countsDepth: boolean;
  /** Whether a particle remembers what noise it took. */
  readonly traces: boolean;
  readonly lines: string[];
};

const remembers = (s: Statement): boolean =>
  s.kind === 'trace' || s.kind === 'taking' || s.kind === 'visit' || (s.kind === 'set' && s.value.kind === 'replay');

export const newProgramWriter = (low: LowProgram, options: ProgramWriter['options']): ProgramWriter => ({
  low,
  options,
  effects: effectsOf(low),
  words: [],
  countsDepth: deepest(low) > options.limits.depth,
  traces: [low.main, ...low.functions.values()].some((f) => anyStatement(f.body, remembers)),
  lines: [],
});

/** Where a function keeps a running total: in a local, in the kernel, or not at all. */
export type Register = 'local' | 'memory' | 'none';

export type Writer = {
  readonly program: ProgramWriter;
  readonly owned: Owned;
  /** Locals that hold 1 or 0 as a truth value. */
  readonly flags: ReadonlySet<number>;
  readonly weight: Register;
  readonly steps: Register;
  /** Whether the function keeps the particle's stream in a local. */
  readonly streams: boolean;
  indent: string;
  /** The statement that leaves the function when the particle is dead. */
  readonly leave: string;
};

export const line = (w: Pick<Writer, 'program' | 'indent'>, text: string): void => {
  w.program.lines.push(w.indent + text);
};

/** Writes what `body` writes one level further in. */
export function indented(w: { indent: string }, body: () => void): void {
  const before = w.indent;
  w.indent += '  ';
  body();
  w.indent = before;
}

const initials = { number: 'n', word: 'w', value: 'v' } as const;
const slotTypes = { number: 'double', word: 'int32_t', value: 'value' } as const;

export const nameOf = (l: Local): string => `${initials[l.slot]}${l.id}`;

/** The C type of a slot. */
export const typeOfSlot = (slot: Slot): string => slotTypes[slot];

/** The C type of a local. */
export const typeOf = ({ flags }: Pick<Writer, 'flags'>, l: Local): string =>
  flags.has(l.id) ? '_Bool' : slotTypes[l.slot];

/** An operand as a number, a word or a value. */
export function text(w: Pick<Writer, 'flags' | 'program'>, o: Operand): string {
  switch (o.kind) {
    case 'literal':
      return o.slot === 'word' ? wordText(o.value) : numberText(o.value);
    case 'constant':
      return `k->constants[${o.index}]`;
    case 'local':
      return w.flags.has(o.id) ? `(double)${nameOf(o)}` : nameOf(o);
  }
}

/** An operand as a truth value. */
export function flagText(w: Pick<Writer, 'flags' | 'program'>, o: Operand): string {
  if (o.kind === 'literal') return o.value === 1 ? '1' : '0';
  if (o.kind === 'local' && w.flags.has(o.id)) return nameOf(o);
  return `(${text(w, o)} == 1.0)`;
}

/** An operand in the C type of a local. */
export const textFor = (w: Pick<Writer, 'flags' | 'program'>, target: Local, o: Operand): string =>
  w.flags.has(target.id) ? flagText(w, o) : text(w, o);

/** Number of a place's words in the table. */
export const wordsAt = (program: ProgramWriter, words: PlacedWords): number => program.words.push(words) - 1;
