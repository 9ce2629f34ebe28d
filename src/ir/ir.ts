/**
 * The intermediate representation: structured SSA. A region is a list of instructions that ends in the values it yields;
 * `if`, `for`, `while` and `call` own regions or name functions, and what a source `var` changes has become region arguments and results.
 * No value is ever changed and nothing jumps. Everything here is plain immutable data with a JSON form.
 */
import type { DiagnosticCode } from '../syntax/codes.js';
import type { Span } from '../syntax/span.js';
import type { OpName } from './ops.js';
import type { Type } from './type.js';

/** Types of IR values: those of the language, without `dist` and `table`, and with addresses of noise. */
export type IrType =
  | Exclude<Type, { readonly kind: 'dist' | 'table' | 'function' | 'unknown' }>
  | { readonly kind: 'address' };

/** The number of a value, unique within its function. */
export type ValueId = number;

/** Where a value is made: its number and its type. */
export type Value = { readonly id: ValueId; readonly type: IrType };

/** Index into `Program.places`, for messages; -1 where there is no source. */
export type PlaceId = number;

/**
 * A literal. Numbers stand for real, int, bool (0 or 1) and enums (member index). Arrays of these are Float64Array once bound,
 * plain arrays in JSON. Tuples, records and other arrays are plain arrays. An absent node is NaN, or an empty array.
 */
export type Constant = number | string | Float64Array | readonly Constant[];

/** Instructions that run one after another, the values that come in and those that go out. */
export type Region = {
  readonly args: readonly Value[];
  readonly body: readonly Instruction[];
  readonly yields: readonly ValueId[];
};

type At = { readonly at: PlaceId };

/** Standard noise: uniform on (0, 1), normal(0, 1), exponential of rate 1. */
export type NoiseKind = 'uniform' | 'normal' | 'exponential';

/** One step of a region; `at` is its place in the source. */
export type Instruction =
  | (At & { readonly kind: 'const'; readonly result: Value; readonly value: Constant })
  /** A model argument or a column of data by name (`n`, `trial.age`, `trial.rows`); the `bind` pass replaces it by a constant. */
  | (At & { readonly kind: 'input'; readonly result: Value; readonly name: string })
  /** A pure primitive, see `ops.ts`. */
  | (At & { readonly kind: 'op'; readonly result: Value; readonly op: OpName; readonly args: readonly ValueId[] })
  /** Builds a tuple, record or array from its parts; the result's type says which. */
  | (At & { readonly kind: 'make'; readonly result: Value; readonly parts: readonly ValueId[] })
  /** A part of a tuple or record, by position. */
  | (At & { readonly kind: 'get'; readonly result: Value; readonly target: ValueId; readonly position: number })
  | (At & {
      readonly kind: 'if';
      readonly results: readonly Value[];
      readonly condition: ValueId;
      readonly then: Region;
      readonly otherwise: Region;
    })
  /** i from low to high - 1; the body's arguments are i and the carried values, its yields the next carried values. */
  | (At & {
      readonly kind: 'for';
      readonly results: readonly Value[];
      readonly low: ValueId;
      readonly high: ValueId;
      readonly inits: readonly ValueId[];
      readonly body: Region;
    })
  /** Both regions take the carried values; `condition` yields one bool, `body` the next carried values. */
  | (At & {
      readonly kind: 'while';
      readonly results: readonly Value[];
      readonly inits: readonly ValueId[];
      readonly condition: Region;
      readonly body: Region;
    })
  | (At & {
      readonly kind: 'call';
      readonly results: readonly Value[];
      readonly callee: string;
      readonly args: readonly ValueId[];
    })
  /** A function of the host program, called by name. */
  | (At & {
      readonly kind: 'extern';
      readonly result: Value;
      readonly callee: string;
      readonly args: readonly ValueId[];
    })
  /** The address of what happens below a call site or in one iteration of a loop: a hash of parent, site and index. */
  | (At & {
      readonly kind: 'address';
      readonly result: Value;
      readonly parent: ValueId;
      readonly site: number;
      readonly index: ValueId | null;
    })
  /** One number of exogenous noise, inside a family's own functions only. `request` tells the requests of one address apart. */
  | (At & {
      readonly kind: 'noise';
      readonly result: Value;
      readonly noise: NoiseKind;
      readonly address: ValueId;
      readonly request: number;
    })
  /**
   * A random draw. Its noise is a function of (seed, particle, address, site). With `shared` the draw goes by the family's
   * mechanism, and its noise is the same in every world. `family` is a key of `Program.families`. `copy` marks a draw of a
   * counterfactual world: if its address was not drawn or scored before in the particle, it counts as unaligned.
   */
  | (At & {
      readonly kind: 'draw';
      readonly result: Value;
      readonly family: string;
      readonly params: readonly ValueId[];
      readonly address: ValueId;
      readonly site: number;
      readonly shared: boolean;
      readonly copy: boolean;
    })
  /**
   * Adds the log density (or mass) of `value` to the particle's log weight and its dimension to the particle's dimension.
   * With `abduct` it also fixes the noise of (address, site) to noise that gives `value`.
   */
  | (At & {
      readonly kind: 'score';
      readonly family: string;
      readonly params: readonly ValueId[];
      readonly value: ValueId;
      readonly address: ValueId;
      readonly site: number;
      readonly abduct: boolean;
    })
  /** Weight zero unless true. */
  | (At & { readonly kind: 'condition'; readonly value: ValueId })
  /** Adds to the log weight. */
  | (At & { readonly kind: 'factor'; readonly value: ValueId })
  /** Evidence on a node: its value equals what was seen. The `evidence` pass turns it into a score or a condition. */
  | (At & { readonly kind: 'equal'; readonly value: ValueId; readonly seen: ValueId })
  /** Approximate equality, for likelihood-free methods: a summary and what was seen. */
  | (At & { readonly kind: 'approximate'; readonly value: ValueId; readonly seen: ValueId })
  | (At & { readonly kind: 'resample' })
  /** Names a value as a node, or a member of a node family: the place of surgery and evidence. The result is the value. */
  | (At & {
      readonly kind: 'node';
      readonly result: Value;
      readonly name: string;
      readonly indices: readonly ValueId[];
      readonly value: ValueId;
    })
  /** The value of a node (or whole family) in a world; stands only in a question's regions, the `worlds` pass resolves it. */
  | (At & { readonly kind: 'read'; readonly result: Value; readonly world: number; readonly node: string })
  /** Stops the run with a diagnostic when the value is false. `code` is a diagnostic code, `message` a finished sentence. */
  | (At & { readonly kind: 'check'; readonly value: ValueId; readonly code: DiagnosticCode; readonly message: string });

/** The instructions of one kind. */
export type InstructionOf<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>;

/**
 * A function. One that draws or calls one that draws takes an address as its first parameter. `body.args` are the parameters.
 */
export type Func = {
  readonly name: string;
  readonly body: Region;
  readonly results: readonly IrType[];
  /** Whether a draw, and whether a score, condition, factor or resample can happen in it or below it. */
  readonly draws: boolean;
  readonly scores: boolean;
};

/**
 * A family at given parameter types: names of its functions in `Program.functions`. The functions take the parameters (flattened
 * as written); `draw` and `mechanism` take an address before them; `logpdf`, `cdf`, `survival`, `logcdf` take the value and `quantile` the
 * probability AFTER the address-less parameters: `logpdf(params…, x)`. `abduct(address, params…, x)` yields the array of noise
 * values that make the draw give x, in the order in which the draw asks for them. `require` yields one bool. `support(params…, x)` yields one bool.
 */
export type Family = {
  readonly name: string;
  readonly value: IrType;
  readonly parameters: readonly { readonly name: string; readonly type: IrType }[];
  readonly discrete: boolean;
  /** Number of continuous dimensions of a value: 0 for discrete families, 1 for real scalars, null where it hangs on the value's size. */
  readonly dimension: number | null;
  readonly draw: string;
  readonly mechanism: string | null;
  readonly abduct: string | null;
  readonly logpdf: string | null;
  readonly cdf: string | null;
  readonly quantile: string | null;
  readonly survival: string | null;
  readonly logcdf: string | null;
  readonly require: string | null;
  readonly support: string | null;
  readonly mean: string | null;
  readonly variance: string | null;
};

/** What a draw site is called in messages and reports. */
export type Site = { readonly name: string; readonly at: PlaceId };

/** A place in a source text. */
export type Place = { readonly source: number; readonly span: Span };

/** A node of a model, or a family of nodes. */
export type NodeInfo = {
  /** With the path of parts: `event.depth`. */
  readonly name: string;
  /** The type of the whole: an array for a family. */
  readonly type: IrType;
  /** Number of indices of a family; 0 for a single node. */
  readonly rank: number;
  readonly modifier: 'param' | 'latent' | null;
  readonly operator: '~' | ':=';
  /** False if every run has it. */
  readonly optional: boolean;
  readonly at: PlaceId;
};

/** A model's function yields the values of its nodes, in the order of `nodes`. It takes only an address; arguments are inputs. */
export type ModelInfo = { readonly function: string; readonly nodes: readonly NodeInfo[] };

/** A whole program: functions, families at the types that are used, models and the sites of draws. */
export type Program = {
  readonly version: 1;
  readonly functions: Readonly<Record<string, Func>>;
  readonly families: Readonly<Record<string, Family>>;
  readonly models: Readonly<Record<string, ModelInfo>>;
  readonly sites: Readonly<Record<number, Site>>;
  readonly places: readonly Place[];
  /** Names of the source texts that places point into. */
  readonly sources: readonly string[];
};

/** The names of IR values that an instruction makes, in order. */
export function resultsOf(instruction: Instruction): readonly Value[] {
  switch (instruction.kind) {
    case 'if':
    case 'for':
    case 'while':
    case 'call':
      return instruction.results;
    case 'score':
    case 'condition':
    case 'factor':
    case 'equal':
    case 'approximate':
    case 'resample':
    case 'check':
      return [];
    default:
      return [instruction.result];
  }
}
