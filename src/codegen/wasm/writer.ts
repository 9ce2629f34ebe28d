/** The state of writing WebAssembly for one particle at a time: where locals are held, and how operands are read. */
import type { KernelOptions } from '../../ir/engine.js';
import type { IrType, PlaceId } from '../../ir/ir.js';
import type { Code } from '../../runtime/assembly/code.js';
import { f64, get, i32, set, types, type ValueType } from '../../runtime/assembly/instructions.js';
import type { Routine, Variable } from '../../runtime/assembly/module.js';
import type { InlineStream } from '../../runtime/random/routines.js';
import { deepest, type Effects, effectsOf } from '../effects.js';
import type { ColumnPlace, Expression, Local, LowProgram, Operand, Slot, Statement } from '../low.js';
import type { Owned } from '../ownership.js';
import type { Uses } from '../writer.js';
import type { Arithmetic, KernelPlaces, Site, Value } from './contract.js';

/** Thrown where the low form has something that is not compiled; `reason` says what, for people. */
type Refusal = { readonly refusal: string };

/** Gives up on a program. */
export function refuse(reason: string): never {
  throw { refusal: reason } satisfies Refusal;
}

export const isRefusal = (thrown: unknown): thrown is Refusal =>
  typeof thrown === 'object' && thrown !== null && 'refusal' in thrown;

/** A call of a function of the host: its number among the externs, and the types of what it takes and gives. */
export type HostCall = { readonly callee: number; readonly given: readonly IrType[]; readonly type: IrType };

/** Shared by all functions of a program. */
export type ProgramWriter = {
  readonly link: Site['link'];
  readonly low: LowProgram;
  readonly options: Pick<KernelOptions, 'layout' | 'limits'>;
  readonly arithmetic: Arithmetic;
  readonly effects: Effects;
  readonly places: KernelPlaces;
  /** What stands for each constant: an address, or the number of a string. */
  readonly constants: readonly number[];
  /** Calls of functions of the host, by the numbers under which it is asked. */
  readonly calls: HostCall[];
  /** Functions by their keys. */
  readonly routines: Map<string, Routine>;
  /** Whether depth is counted while running. */
  readonly countsDepth: boolean;
  /** Steps are counted as words. */
  readonly countsWords: boolean;
  readonly totals: Totals;
};

/** What a particle adds up and where it stands. */
type Totals = {
  readonly weight: Variable;
  readonly dimension: Variable;
  readonly steps: Variable;
  readonly depth: Variable;
  /** Number of the particle. */
  readonly particle: Variable;
};

/** More steps than this do not fit a word. */
const mostWordSteps = 2 ** 30;

export function newProgramWriter(
  link: Site['link'],
  low: LowProgram,
  options: ProgramWriter['options'],
  arithmetic: Arithmetic,
  places: KernelPlaces,
  constants: readonly number[],
): ProgramWriter {
  const countsWords = options.limits.steps <= mostWordSteps;
  return {
    link,
    low,
    options,
    arithmetic,
    effects: effectsOf(low),
    places,
    constants,
    calls: [],
    routines: new Map(),
    countsDepth: deepest(low) > options.limits.depth,
    countsWords,
    totals: {
      weight: link.variable('weight', types.f64),
      dimension: link.variable('dimension', types.f64),
      steps: link.variable('steps', countsWords ? types.i32 : types.f64),
      depth: link.variable('depth', types.i32),
      particle: link.variable('particle', types.f64),
    },
  };
}

/** Where a function keeps a running total: in a local, in a variable of the module, or not at all. */
export type Register = 'local' | 'memory' | 'none';

/** A whole number that is held as a word as well, and what it is between. */
type Whole = { readonly code: Code; readonly low: number; readonly high: number };

/** A value of its reader's own: how deep its code is nested. */
type Inlined = { readonly value: Value; readonly depth: number };

export type Writer = {
  readonly program: ProgramWriter;
  readonly site: Site;
  readonly owned: Owned;
  readonly uses: Uses;
  /** Code that stands where its only reader is. */
  readonly inlined: Map<number, Inlined>;
  /** Locals of the low form that hold 1 or 0 as a word. */
  readonly flags: ReadonlySet<number>;
  /** Locals of WebAssembly by those of the low form. */
  readonly places: Map<number, number>;
  /** What locals that are set once are set to. */
  readonly definitions: Map<number, Expression>;
  /** Counters of loops as words. */
  readonly counters: Map<number, { readonly place: number; readonly low: number; readonly high: number }>;
  readonly weight: Total;
  readonly dimension: Total;
  readonly steps: Total;
  /** The particle's stream in locals; null where it stays in memory. */
  readonly stream: InlineStream | null;
  /** The particle's place in its columns times 8; null outside of main. */
  readonly place: number | null;
  /** Blocks, branches and loops that are open. */
  open: number;
  /** Leaves the function when the particle is dead. */
  readonly leave: (w: Writer) => Code;
  /** Begins the function again with other arguments, in the place of these calls at its end. */
  readonly again?: {
    readonly calls: ReadonlySet<Statement>;
    readonly jump: (w: Writer, args: readonly Code[]) => Code;
  };
  /** What is to be done when a statement has set locals. */
  readonly defined: (locals: readonly Local[]) => Code;
  /** Where particles run in lockstep: their number in a column. */
  readonly placed?: (place: ColumnPlace) => Code;
};

/** A running total within a function. */
type Total = { readonly register: Register; readonly get: Code; readonly set: (value: Code) => Code };

/** A total as a function holds it. */
export function totalIn(site: Site, register: Register, variable: Variable, type: ValueType): Total {
  if (register !== 'local') return { register, get: variable.get, set: variable.set };
  const local = site.locals.fresh(type);
  return { register, get: get(local), set: (value) => set(local, value) };
}

const slotTypes: Readonly<Record<Slot, ValueType>> = { number: types.f64, word: types.i32, value: types.i32 };

/** The type of a slot that is no flag. */
export const typeOfSlot = (slot: Slot): ValueType => slotTypes[slot];

/** The local of WebAssembly that holds a local. */
export function placeOf(w: Writer, l: Local): number {
  let place = w.places.get(l.id);
  if (place === undefined) {
    place = w.site.locals.fresh(w.flags.has(l.id) ? types.i32 : slotTypes[l.slot]);
    w.places.set(l.id, place);
  }
  return place;
}

/** A number or flag. */
export function scalarOf(w: Writer, o: Operand): Value {
  switch (o.kind) {
    case 'literal':
      return { code: w.program.arithmetic.literal(o.value), flag: false };
    case 'local':
      return w.inlined.get(o.id)?.value ?? { code: get(placeOf(w, o)), flag: w.flags.has(o.id) };
    case 'constant':
      throw new Error('codegen: a constant is no number');
  }
}

/** A number, a flag as 1 or 0. */
export function numberOf(w: Writer, o: Operand): Code {
  const value = scalarOf(w, o);
  return value.flag ? w.program.arithmetic.asNumber(value) : value.code;
}

/** 1 where a number is 1, else 0. */
export function flagOf(w: Writer, o: Operand): Code {
  if (o.kind === 'literal') return i32.of(o.value === 1 ? 1 : 0);
  const value = scalarOf(w, o);
  return value.flag ? value.code : w.program.arithmetic.asFlag(value);
}

/** A word, or the address or number that stands for a value. */
export function wordOf(w: Writer, o: Operand): Code {
  switch (o.kind) {
    case 'literal':
      return i32.of(o.value);
    case 'constant':
      return i32.of(w.program.constants[o.index]!);
    case 'local':
      return get(placeOf(w, o));
  }
}

/** An operand in the type of a slot. */
export const operandAs = (w: Writer, o: Operand, slot: Slot): Code =>
  slot === 'number' ? numberOf(w, o) : wordOf(w, o);

/** How deep the code of an operand is nested. */
export const depthOf = (w: Writer, o: Operand): number => (o.kind === 'local' ? (w.inlined.get(o.id)?.depth ?? 0) : 0);

const isWord = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 31;

const within = (code: Code, low: number, high: number): Whole | null =>
  isWord(low) && isWord(high) ? { code, low, high } : null;

/** A number that is surely whole and fits a word, computed as a word; null for others. */
export function wholeOf(w: Writer, o: Operand, nested = 0): Whole | null {
  if (o.kind === 'literal') return isWord(o.value) ? { code: i32.of(o.value), low: o.value, high: o.value } : null;
  if (o.kind !== 'local' || nested > 8) return null;
  const counter = w.counters.get(o.id);
  if (counter !== undefined) return { ...counter, code: get(counter.place) };
  const e = w.definitions.get(o.id);
  if (e?.kind !== 'scalar' || e.args.length !== 2) return null;
  if (e.op !== 'add' && e.op !== 'sub' && e.op !== 'mul' && e.op !== 'mod') return null;
  const a = wholeOf(w, e.args[0]!, nested + 1);
  const b = a === null ? null : wholeOf(w, e.args[1]!, nested + 1);
  if (a === null || b === null) return null;
  switch (e.op) {
    case 'add':
      return within(i32.add(a.code, b.code), a.low + b.low, a.high + b.high);
    case 'sub':
      return within(i32.sub(a.code, b.code), a.low - b.high, a.high - b.low);
    case 'mul': {
      const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
      return within(i32.mul(a.code, b.code), Math.min(...ends), Math.max(...ends));
    }
    case 'mod':
      return a.low >= 0 && b.low > 0 ? within(i32.remUnsigned(a.code, b.code), 0, b.high - 1) : null;
  }
}

/** A word as a number. */
export const fromWord = (code: Code): Code => f64.fromSigned(code);

/** A place as a word, for a routine of the host. */
export const placeCode = (at: PlaceId): Code => i32.of(at);
