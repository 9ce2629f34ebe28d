import type { DiagnosticCode } from '../syntax/codes.js';
import {
  type Constant,
  type Func,
  type Instruction,
  type IrType,
  type NoiseKind,
  type PlaceId,
  type Region,
  resultsOf,
  type Value,
  type ValueId,
} from './ir.js';
import { isIrType, type OpName, opType } from './ops.js';
import { joinTypes, type Type } from './type.js';

const irReal: IrType = { kind: 'real' };
const irInt: IrType = { kind: 'int' };
const irBool: IrType = { kind: 'bool' };

/** What takes regions' arguments and gives the values that the region yields. */
type RegionBody = (args: readonly ValueId[]) => readonly ValueId[];

/**
 * Appends instructions to the region that is open, gives out value numbers and knows the type of each value it made. It folds
 * nothing and checks only what it needs to find a type: a misuse is an internal error and throws; `verify` finds the rest.
 */
export type Builder = {
  /** A new value, not made by an instruction yet. */
  readonly fresh: (type: IrType) => Value;
  /** Makes values from elsewhere known, so that their types can be asked for and their numbers are not given out again. */
  readonly learn: (values: Iterable<Value>) => void;
  /** Appends an instruction; its results and those inside its regions become known. */
  readonly emit: (instruction: Instruction) => void;
  readonly typeOf: (id: ValueId) => IrType;
  /** The place that instructions get now. */
  readonly place: () => PlaceId;
  /** Runs `body` with another place. */
  readonly withPlace: <T>(place: PlaceId, body: () => T) => T;
  /** Runs `body` and returns the instructions it emitted, which go nowhere else. */
  readonly collect: <T>(body: () => T) => { readonly instructions: readonly Instruction[]; readonly value: T };
  readonly region: (argTypes: readonly IrType[], body: RegionBody) => Region;

  readonly constant: (type: IrType, value: Constant) => ValueId;
  readonly real: (value: number) => ValueId;
  readonly int: (value: number) => ValueId;
  readonly bool: (value: boolean) => ValueId;
  readonly input: (type: IrType, name: string) => ValueId;
  /** `type` is needed for `absent` and `to_enum` only, where the arguments don't tell the result's type. */
  readonly op: (op: OpName, args: readonly ValueId[], type?: IrType) => ValueId;
  /** A tuple, record or array of the given type. */
  readonly make: (type: IrType, parts: readonly ValueId[]) => ValueId;
  /** A part of a tuple or record by position. */
  readonly get: (target: ValueId, position: number) => ValueId;
  /** A field of a record by name. */
  readonly field: (target: ValueId, name: string) => ValueId;
  /** Results have the given types or, left out, the join of both branches' types. */
  readonly ifElse: (
    condition: ValueId,
    then: () => readonly ValueId[],
    otherwise: () => readonly ValueId[],
    types?: readonly IrType[],
  ) => readonly ValueId[];
  /** `for` from low to high - 1. The carried values have the given types or, left out, those of `inits`. */
  readonly forLoop: (
    low: ValueId,
    high: ValueId,
    inits: readonly ValueId[],
    body: (index: ValueId, carried: readonly ValueId[]) => readonly ValueId[],
    types?: readonly IrType[],
  ) => readonly ValueId[];
  readonly whileLoop: (
    inits: readonly ValueId[],
    condition: (carried: readonly ValueId[]) => ValueId,
    body: RegionBody,
    types?: readonly IrType[],
  ) => readonly ValueId[];
  readonly call: (callee: string, args: readonly ValueId[], results: readonly IrType[]) => readonly ValueId[];
  readonly extern: (callee: string, args: readonly ValueId[], result: IrType) => ValueId;
  readonly address: (parent: ValueId, site: number, index?: ValueId | null) => ValueId;
  readonly noise: (noise: NoiseKind, address: ValueId, request: number) => ValueId;
  /** A draw of the factual kind unless `options` say otherwise. */
  readonly draw: (
    family: string,
    type: IrType,
    params: readonly ValueId[],
    address: ValueId,
    site: number,
    options?: { readonly shared?: boolean; readonly copy?: boolean },
  ) => ValueId;
  readonly score: (
    family: string,
    params: readonly ValueId[],
    value: ValueId,
    address: ValueId,
    site: number,
    abduct?: boolean,
  ) => void;
  readonly condition: (value: ValueId) => void;
  readonly factor: (value: ValueId) => void;
  readonly equal: (value: ValueId, seen: ValueId) => void;
  readonly approximate: (value: ValueId, seen: ValueId) => void;
  readonly resample: () => void;
  readonly node: (name: string, indices: readonly ValueId[], value: ValueId) => ValueId;
  readonly read: (type: IrType, world: number, node: string) => ValueId;
  readonly check: (value: ValueId, code: DiagnosticCode, message: string) => void;
};

type BuilderOptions = {
  /** Place of the first instructions; -1 (no source) if left out. */
  readonly place?: PlaceId;
  /** Values that exist already: a builder for more instructions of an existing function. */
  readonly known?: Iterable<Value>;
};

/** A builder for one function (value numbers are unique within it). Numbers are given out from 0 or above those known. */
export function createBuilder(options: BuilderOptions = {}): Builder {
  const types = new Map<ValueId, IrType>();
  let next = 0;
  let place = options.place ?? -1;
  let open: Instruction[] | null = null;

  const learnOne = (value: Value): void => {
    types.set(value.id, value.type);
    if (value.id >= next) next = value.id + 1;
  };
  const learn = (values: Iterable<Value>): void => {
    for (const value of values) learnOne(value);
  };
  const learnRegion = (region: Region): void => {
    learn(region.args);
    for (const inner of region.body) learnInstruction(inner);
  };
  const learnInstruction = (instruction: Instruction): void => {
    learn(resultsOf(instruction));
    if (instruction.kind === 'if') {
      learnRegion(instruction.then);
      learnRegion(instruction.otherwise);
    } else if (instruction.kind === 'for') learnRegion(instruction.body);
    else if (instruction.kind === 'while') {
      learnRegion(instruction.condition);
      learnRegion(instruction.body);
    }
  };
  learn(options.known ?? []);

  const fresh = (type: IrType): Value => {
    const value = { id: next++, type };
    types.set(value.id, type);
    return value;
  };
  const typeOf = (id: ValueId): IrType => {
    const type = types.get(id);
    if (type === undefined) throw new Error(`builder: value %${id} is unknown`);
    return type;
  };
  const push = (instruction: Instruction): void => {
    if (open === null) throw new Error(`builder: no open region for ${instruction.kind}`);
    open.push(instruction);
  };
  const emit = (instruction: Instruction): void => {
    learnInstruction(instruction);
    push(instruction);
  };
  const collect: Builder['collect'] = (body) => {
    const outer = open;
    const instructions: Instruction[] = [];
    open = instructions;
    try {
      return { instructions, value: body() };
    } finally {
      open = outer;
    }
  };
  const region: Builder['region'] = (argTypes, body) => {
    const args = argTypes.map(fresh);
    const { instructions, value } = collect(() => body(args.map((a) => a.id)));
    return { args, body: instructions, yields: value };
  };

  const languageType = (id: ValueId): Type => {
    const type = typeOf(id);
    if (type.kind === 'address') throw new Error(`builder: %${id} is an address`);
    return type;
  };
  const irType = (type: Type | null, what: string): IrType => {
    if (type === null || !isIrType(type)) throw new Error(`builder: ${what} has no type`);
    return type;
  };
  const joined = (a: ValueId, b: ValueId): IrType => {
    const [ta, tb] = [typeOf(a), typeOf(b)];
    if (ta.kind === 'address' && tb.kind === 'address') return ta;
    return irType(joinTypes(languageType(a), languageType(b)), 'the join of the branches');
  };
  const single = (type: IrType, make: (result: Value) => Instruction): ValueId => {
    const result = fresh(type);
    push(make(result));
    return result.id;
  };
  const constant = (type: IrType, value: Constant): ValueId =>
    single(type, (result) => ({ kind: 'const', at: place, result, value }));
  const get = (target: ValueId, position: number): ValueId => {
    const type = typeOf(target);
    let part: Type | undefined;
    if (type.kind === 'tuple') part = type.elements[position];
    else if (type.kind === 'record') part = type.fields[position]?.type;
    const at = place;
    return single(irType(part ?? null, `part ${position} of %${target}`), (result) => ({
      kind: 'get',
      at,
      result,
      target,
      position,
    }));
  };

  return {
    fresh,
    learn,
    emit,
    typeOf,
    place: () => place,
    withPlace: (to, body) => {
      const before = place;
      place = to;
      try {
        return body();
      } finally {
        place = before;
      }
    },
    collect,
    region,
    constant,
    real: (value) => constant(irReal, value),
    int: (value) => constant(irInt, value),
    bool: (value) => constant(irBool, value ? 1 : 0),
    input: (type, name) => single(type, (result) => ({ kind: 'input', at: place, result, name })),
    op: (op, args, type) => {
      const found =
        type ?? irType(opType(op, args.map(languageType)), `${op} of ${args.map((a) => typeOf(a).kind).join(', ')}`);
      return single(found, (result) => ({ kind: 'op', at: place, result, op, args }));
    },
    make: (type, parts) => single(type, (result) => ({ kind: 'make', at: place, result, parts })),
    get,
    field: (target, name) => {
      const type = typeOf(target);
      const position = type.kind === 'record' ? type.fields.findIndex((f) => f.name === name) : -1;
      return get(target, position);
    },
    ifElse: (condition, then, otherwise, resultTypes) => {
      const at = place;
      const thenRegion = region([], then);
      const otherwiseRegion = region([], otherwise);
      const found = resultTypes ?? thenRegion.yields.map((id, i) => joined(id, otherwiseRegion.yields[i] ?? id));
      const results = found.map(fresh);
      push({ kind: 'if', at, results, condition, then: thenRegion, otherwise: otherwiseRegion });
      return results.map((r) => r.id);
    },
    forLoop: (low, high, inits, body, carriedTypes) => {
      const at = place;
      const carried = carriedTypes ?? inits.map(typeOf);
      const bodyRegion = region([irInt, ...carried], (args) => body(args[0]!, args.slice(1)));
      const results = carried.map(fresh);
      push({ kind: 'for', at, results, low, high, inits, body: bodyRegion });
      return results.map((r) => r.id);
    },
    whileLoop: (inits, condition, body, carriedTypes) => {
      const at = place;
      const carried = carriedTypes ?? inits.map(typeOf);
      const conditionRegion = region(carried, (args) => [condition(args)]);
      const bodyRegion = region(carried, body);
      const results = carried.map(fresh);
      push({ kind: 'while', at, results, inits, condition: conditionRegion, body: bodyRegion });
      return results.map((r) => r.id);
    },
    call: (callee, args, resultTypes) => {
      const results = resultTypes.map(fresh);
      push({ kind: 'call', at: place, results, callee, args });
      return results.map((r) => r.id);
    },
    extern: (callee, args, type) => single(type, (result) => ({ kind: 'extern', at: place, result, callee, args })),
    address: (parent, site, index = null) =>
      single({ kind: 'address' }, (result) => ({ kind: 'address', at: place, result, parent, site, index })),
    noise: (noise, address, request) =>
      single(irReal, (result) => ({ kind: 'noise', at: place, result, noise, address, request })),
    draw: (family, type, params, address, site, { shared = false, copy = false } = {}) =>
      single(type, (result) => ({ kind: 'draw', at: place, result, family, params, address, site, shared, copy })),
    score: (family, params, value, address, site, abduct = false) =>
      push({ kind: 'score', at: place, family, params, value, address, site, abduct }),
    condition: (value) => push({ kind: 'condition', at: place, value }),
    factor: (value) => push({ kind: 'factor', at: place, value }),
    equal: (value, seen) => push({ kind: 'equal', at: place, value, seen }),
    approximate: (value, seen) => push({ kind: 'approximate', at: place, value, seen }),
    resample: () => push({ kind: 'resample', at: place }),
    node: (name, indices, value) =>
      single(typeOf(value), (result) => ({ kind: 'node', at: place, result, name, indices, value })),
    read: (type, world, node) => single(type, (result) => ({ kind: 'read', at: place, result, world, node })),
    check: (value, code, message) => push({ kind: 'check', at: place, value, code, message }),
  };
}

/** Builds a function with a builder of its own. `body` gets the builder and the parameters, and returns what the function yields. */
export function buildFunction(
  name: string,
  parameters: readonly IrType[],
  results: readonly IrType[],
  does: { readonly draws: boolean; readonly scores: boolean },
  body: (builder: Builder, args: readonly ValueId[]) => readonly ValueId[],
): Func {
  const builder = createBuilder();
  const region = builder.region(parameters, (args) => body(builder, args));
  return { name, body: region, results, draws: does.draws, scores: does.scores };
}
