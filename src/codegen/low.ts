/**
 * The low form between the IR and JavaScript: tuples, records and addresses are taken apart into scalar slots, small functions
 * are inlined, and noise has a definite source. Still structured, and each local is set once, carried ones of loops apart.
 */
import type { IrType, NoiseKind, PlaceId } from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';
import type { RuntimeValue } from '../ir/values.js';
import type { DiagnosticCode } from '../syntax/codes.js';

/** What a local holds: a double, an int32 (half of an address), or a JavaScript value (string, array, boxed tuple). */
export type Slot = 'number' | 'word' | 'value';

export type Local = { readonly kind: 'local'; readonly id: number; readonly slot: Slot };

export type Operand =
  | Local
  | { readonly kind: 'literal'; readonly slot: 'number' | 'word'; readonly value: number }
  /** An entry of the table of constants that the factory is handed. */
  | { readonly kind: 'constant'; readonly slot: 'value'; readonly index: number };

/** Operations on numbers without faults and without memory. */
export type ScalarOp =
  | Exclude<
      OpName,
      'power' | 'to_enum' | 'length' | 'index' | 'set' | 'extend' | 'fill' | 'append' | 'exists' | 'absent'
    >
  | 'is_number';

/** Where a number of noise comes from. */
export type NoiseSource =
  /** Filled before the particles run: entry `slot + base` of a column group. */
  | { readonly kind: 'column'; readonly group: number; readonly slot: Operand | null }
  /** The stream of the particle. */
  | { readonly kind: 'particle' }
  /** Hashed from address, request and particle. */
  | { readonly kind: 'addressed'; readonly hi: Operand; readonly lo: Operand; readonly request: number }
  /** A stream held as a value: the state of four words. */
  | { readonly kind: 'stream'; readonly state: Operand }
  /** What the outermost draw has taken before, or else the next of its column or, where given, of `then`. */
  | { readonly kind: 'taken'; readonly then: NoiseSource | null }
  /** The next number of the trace that is replayed; when it ends, fresh noise. */
  | { readonly kind: 'tape'; readonly then: NoiseSource };

export type ElementSlot = 'number' | 'value';

export type Expression =
  | { readonly kind: 'scalar'; readonly op: ScalarOp; readonly args: readonly Operand[] }
  | { readonly kind: 'power'; readonly base: Operand; readonly exponent: number }
  /** Exponent known only when running. */
  | { readonly kind: 'power_any'; readonly base: Operand; readonly exponent: Operand }
  | { readonly kind: 'to_enum'; readonly from: Operand; readonly members: number }
  | { readonly kind: 'equal_text'; readonly negate: boolean; readonly args: readonly Operand[] }
  /** Half of an extended address. */
  | {
      readonly kind: 'mix';
      readonly half: 'hi' | 'lo';
      readonly hi: Operand;
      readonly lo: Operand;
      readonly site: number;
      readonly index: Operand;
    }
  | { readonly kind: 'length'; readonly array: Operand }
  | { readonly kind: 'index'; readonly array: Operand; readonly index: Operand; readonly element: ElementSlot }
  /** `set`, or `extend` with `absent` for the gap. */
  | {
      readonly kind: 'update';
      readonly extend: boolean;
      readonly array: Operand;
      readonly index: Operand;
      readonly value: Operand;
      readonly element: ElementSlot;
      readonly absent: Operand;
    }
  | { readonly kind: 'append'; readonly array: Operand; readonly value: Operand; readonly element: ElementSlot }
  | { readonly kind: 'fill'; readonly count: Operand; readonly value: Operand; readonly element: ElementSlot }
  | { readonly kind: 'array'; readonly parts: readonly Operand[]; readonly element: ElementSlot }
  /** A tuple as one value, for use as an element of an array or outside. */
  | { readonly kind: 'box'; readonly parts: readonly Operand[] }
  | { readonly kind: 'unbox'; readonly from: Operand; readonly position: number }
  /** A copy that nothing else refers to. */
  | { readonly kind: 'copy'; readonly array: Operand; readonly element: ElementSlot }
  /** How many reals a value of the type holds. */
  | { readonly kind: 'reals'; readonly from: Operand; readonly type: IrType }
  /** `given` are the types of the arguments. */
  | {
      readonly kind: 'extern';
      readonly callee: number;
      readonly args: readonly Operand[];
      readonly given: readonly IrType[];
      readonly type: IrType;
    }
  | { readonly kind: 'noise'; readonly noise: NoiseKind; readonly source: NoiseSource }
  /** The stream of a known address, by its number in the plan of noise. */
  | { readonly kind: 'stream_known'; readonly group: number; readonly slot: Operand | null }
  /** Starts to replay the trace of an address: 1 if there is one. */
  | { readonly kind: 'replay'; readonly hi: Operand; readonly lo: Operand }
  /** The particle's number in a column that is known where main runs in lockstep. */
  | { readonly kind: 'placed'; readonly place: ColumnPlace };

/**
 * Where a number of the particle stands.
 * - column: in the column of this number
 * - if_any: in it where there is one, else the index was none of the list's; both are named as in the generated text
 * - picked: in the column that a local holds
 */
export type ColumnPlace =
  | { readonly kind: 'column'; readonly column: number }
  | {
      readonly kind: 'if_any';
      readonly column: number;
      readonly index: string;
      readonly list: string;
      readonly at: PlaceId;
    }
  | { readonly kind: 'picked'; readonly column: Local };

export type Block = { readonly statements: readonly Statement[]; readonly yields: readonly Operand[] };

/** What a fault will say; see `ir/faults.ts`. */
export type FaultWords =
  | { readonly kind: 'require'; readonly family: string; readonly site: string }
  | { readonly kind: 'parameter'; readonly parameter: string; readonly family: string; readonly site: string }
  | { readonly kind: 'check'; readonly code: DiagnosticCode; readonly message: string };

type At = { readonly at: PlaceId };

export type Statement =
  | (At & { readonly kind: 'set'; readonly target: Local; readonly value: Expression })
  | (At & {
      readonly kind: 'if';
      readonly condition: Operand;
      readonly targets: readonly Local[];
      readonly then: Block;
      readonly otherwise: Block;
    })
  | (At & {
      readonly kind: 'for';
      readonly index: Local;
      readonly low: Operand;
      readonly high: Operand;
      /** Set to `inits` before and to the body's yields after each iteration; also the loop's results. */
      readonly carried: readonly Local[];
      readonly inits: readonly Operand[];
      readonly body: Block;
    })
  | (At & {
      readonly kind: 'while';
      readonly carried: readonly Local[];
      readonly inits: readonly Operand[];
      readonly condition: Block;
      readonly body: Block;
    })
  /** Depth of the callee = depth of this function + `below`. */
  | (At & {
      readonly kind: 'call';
      readonly callee: string;
      readonly args: readonly Operand[];
      readonly targets: readonly Local[];
      readonly below: number;
    })
  /** Counts steps; where the limit may be passed is checked at loops and calls. */
  | (At & { readonly kind: 'count'; readonly steps: number })
  /** Faults if calls at this place, `below` the function's own depth, would be too deep. */
  | (At & { readonly kind: 'depth'; readonly below: number })
  | (At & { readonly kind: 'weigh'; readonly value: Operand; readonly dimension: Operand; readonly name: string })
  | (At & { readonly kind: 'condition'; readonly value: Operand })
  | (At & { readonly kind: 'resample' })
  | (At & { readonly kind: 'fail_unless'; readonly value: Operand; readonly fault: FaultWords })
  /** Numbers of noise for an address, from a score that abducts. */
  | (At & { readonly kind: 'trace'; readonly hi: Operand; readonly lo: Operand; readonly numbers: Operand })
  /** Begins (or, without address, ends) an outermost draw that remembers the numbers it takes. */
  | (At & { readonly kind: 'taking'; readonly address: readonly Operand[] })
  | (At & { readonly kind: 'part'; readonly part: Part })
  /** Puts a local where other parts find it; two places, the second for the length of an array that grows. */
  | (At & { readonly kind: 'keep'; readonly local: Local; readonly place: number })
  | (At & { readonly kind: 'load'; readonly local: Local; readonly place: number })
  /** Remembers that an address was drawn or scored; or, with `count`, counts an unaligned draw if it was not. */
  | (At & { readonly kind: 'visit'; readonly hi: Operand; readonly lo: Operand; readonly count: boolean });

/** A run of statements that has become a function of its own; it takes nothing and gives nothing. */
export type Part = {
  readonly number: number;
  readonly body: Block /** Locals kept for it outside. */;
  readonly needs: readonly Local[];
};

export type StatementOf<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>;

/** A function of the low form. */
export type LowFunction = {
  /** Key within the program; not a name in the generated text. */
  readonly key: string;
  readonly number: number;
  readonly params: readonly Local[];
  readonly body: Block;
  readonly results: readonly Slot[];
  /** Locals have ids below this. */
  readonly locals: number;
  /** Calls itself, by itself or by others. */
  readonly recursive: boolean;
};

/** One address pattern: a fixed part and steps of which some take the number of an enclosing loop's iteration. */
export type Chain = {
  readonly hi: number;
  readonly lo: number;
  readonly steps: readonly { readonly site: number; readonly index: number | ChainLoop }[];
};

/** A loop with constant bounds. */
export type ChainLoop = { readonly index: Local; readonly low: number; readonly high: number };

/** One or many columns (or streams) of one draw site: one for each combination of its loops' iterations. */
export type NoiseGroup = {
  readonly kind: 'column' | 'stream';
  readonly noise: NoiseKind;
  readonly request: number;
  readonly chain: Chain;
  /** How many. */
  readonly size: number;
};

export type LowProgram = {
  readonly main: LowFunction;
  readonly functions: ReadonlyMap<string, LowFunction>;
  /** Values of `constant` operands: strings, arrays, boxed tuples. */
  readonly constants: readonly RuntimeValue[];
  readonly groups: readonly NoiseGroup[];
  readonly externs: readonly string[];
};

export const literal = (value: number): Operand => ({ kind: 'literal', slot: 'number', value });
export const word = (value: number): Operand => ({ kind: 'literal', slot: 'word', value: value | 0 });

/** Blocks that a statement owns. */
export function blocksOf(statement: Statement): readonly Block[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.otherwise];
    case 'for':
      return [statement.body];
    case 'while':
      return [statement.condition, statement.body];
    default:
      return [];
  }
}

/** Locals that a statement sets in its own block. */
export function targetsOf(statement: Statement): readonly Local[] {
  switch (statement.kind) {
    case 'set':
      return [statement.target];
    case 'if':
    case 'call':
      return statement.targets;
    case 'for':
    case 'while':
      return statement.carried;
    case 'load':
      return [statement.local];
    default:
      return [];
  }
}

/** Operands that an expression reads. */
export function expressionOperands(e: Expression): readonly Operand[] {
  switch (e.kind) {
    case 'to_enum':
    case 'unbox':
    case 'reals':
      return [e.from];
    case 'scalar':
    case 'equal_text':
    case 'extern':
      return e.args;
    case 'power':
      return [e.base];
    case 'power_any':
      return [e.base, e.exponent];
    case 'mix':
      return [e.hi, e.lo, e.index];
    case 'length':
    case 'copy':
      return [e.array];
    case 'index':
      return [e.array, e.index];
    case 'update':
      return [e.array, e.index, e.value, e.absent];
    case 'append':
      return [e.array, e.value];
    case 'fill':
      return [e.count, e.value];
    case 'array':
    case 'box':
      return e.parts;
    case 'noise':
      return noiseOperands(e.source);
    case 'replay':
      return [e.hi, e.lo];
    case 'stream_known':
      return e.slot === null ? [] : [e.slot];
    case 'placed':
      return [];
  }
}

function noiseOperands(source: NoiseSource): readonly Operand[] {
  switch (source.kind) {
    case 'column':
      return source.slot === null ? [] : [source.slot];
    case 'addressed':
      return [source.hi, source.lo];
    case 'stream':
      return [source.state];
    case 'tape':
      return noiseOperands(source.then);
    case 'taken':
      return source.then === null ? [] : noiseOperands(source.then);
    case 'particle':
      return [];
  }
}

/** Operands that a statement reads itself, those of its blocks left out. */
export function operandsOf(s: Statement): readonly Operand[] {
  switch (s.kind) {
    case 'set':
      return expressionOperands(s.value);
    case 'if':
      return [s.condition];
    case 'for':
      return [s.low, s.high, ...s.inits];
    case 'while':
      return s.inits;
    case 'call':
      return s.args;
    case 'weigh':
      return [s.value, s.dimension];
    case 'condition':
    case 'fail_unless':
      return [s.value];
    case 'trace':
      return [s.hi, s.lo, s.numbers];
    case 'visit':
      return [s.hi, s.lo];
    case 'taking':
      return s.address;
    case 'keep':
      return [s.local];
    case 'part':
    case 'load':
    case 'count':
    case 'depth':
    case 'resample':
      return [];
  }
}

/** Whether leaving the expression out changes nothing but its result. */
export function isPure(e: Expression): boolean {
  switch (e.kind) {
    case 'scalar':
    case 'power':
    case 'power_any':
    case 'equal_text':
    case 'mix':
    case 'length':
    case 'array':
    case 'box':
    case 'unbox':
    case 'reals':
    case 'copy':
    case 'stream_known':
      return true;
    case 'noise':
      return e.source.kind === 'column' || e.source.kind === 'addressed';
    default:
      return false;
  }
}
