/**
 * Arithmetic, control flow and calls of the IR, one instruction at a time, and nothing of what is random: what draws, scores and speaks to the
 * host is up to the caller. The reference interpreter is made of this, and so is whatever decides the draws of a run by itself.
 */
import { extendAddress } from '../runtime/random/address.js';
import type { Limits } from './engine.js';
import { depthFault, stepsFault } from './faults.js';
import {
  type Func,
  type Instruction,
  type InstructionOf,
  type IrType,
  type PlaceId,
  type Program,
  type Region,
  resultsOf,
  type ValueId,
} from './ir.js';
import type { OpName } from './ops.js';
import { applyPrimitive } from './primitives.js';
import { findFunction } from './program.js';
import { reachIn } from './reach.js';
import { absentValue, arrayValue, asAddress, asElements, asNumber, fromConstant, type RuntimeValue } from './values.js';
import { typesOf } from './walk.js';

/** Instructions that are more than arithmetic and control flow. */
export type Effect = Exclude<
  Instruction,
  {
    readonly kind: 'const' | 'op' | 'make' | 'get' | 'if' | 'for' | 'while' | 'call' | 'address' | 'check' | 'resample';
  }
>;

/** The values of one call of a function, for whoever carries out an effect in it. */
export type Operands = {
  readonly one: (id: ValueId) => RuntimeValue;
  readonly all: (ids: readonly ValueId[]) => readonly RuntimeValue[];
  readonly number: (id: ValueId) => number;
  readonly typeOf: (id: ValueId) => IrType | undefined;
};

/** The values of instructions, regions and functions, one a result. */
export type Values = readonly RuntimeValue[];

/**
 * Work that ends in values and may wait for other work: it yields that and is given what it came to. So nested calls wait on a list of the
 * machine's, and how deep they may go hangs on the limit and not on the host's stack.
 */
export type Work = Generator<Work, Values, Values>;

/** What an effect's results are, or the work that they come of. It may throw to leave the run. */
type EffectOf = (effect: Effect, operands: Operands) => Values | Work;

/** One run of a program. */
type Machine = {
  /** What the function yields that the run is of. */
  readonly invoke: (name: string, args: Values) => Values;
  /** A function that an effect calls inside of the run. It counts as one call deeper where it can come back to itself. */
  readonly call: (name: string, args: Values, at: PlaceId) => Work;
  /** Loop iterations and calls so far. */
  readonly steps: () => number;
};

type Frame = Operands & {
  readonly values: (RuntimeValue | undefined)[];
  readonly types: ReadonlyMap<ValueId, IrType>;
};

/** Types of the values of a function, worked out once. */
const typesKept = new WeakMap<Func, ReadonlyMap<ValueId, IrType>>();

function typesIn(func: Func): ReadonlyMap<ValueId, IrType> {
  const known = typesKept.get(func);
  if (known !== undefined) return known;
  const made = typesOf(func.body);
  typesKept.set(func, made);
  return made;
}

/** Literals as values, made once: tables of data are long, and a program comes to them often. */
const literals = new WeakMap<Instruction, RuntimeValue>();

function literal(i: InstructionOf<'const'>): RuntimeValue {
  if (typeof i.value === 'number') return i.value;
  const known = literals.get(i);
  if (known !== undefined) return known;
  const made = fromConstant(i.result.type, i.value) ?? absentValue(i.result.type);
  literals.set(i, made);
  return made;
}

/** Operations that make a new array of an old one. */
const updates: ReadonlySet<OpName> = new Set(['set', 'extend', 'append', 'fill']);

function frameOf(types: ReadonlyMap<ValueId, IrType>): Frame {
  const values: (RuntimeValue | undefined)[] = [];
  const one = (id: ValueId): RuntimeValue => {
    const value = values[id];
    if (value === undefined) throw new Error(`interpreter: %${id} has no value yet`);
    return value;
  };
  return {
    values,
    types,
    one,
    all: (ids) => ids.map(one),
    number: (id) => asNumber(one(id)),
    typeOf: (id) => types.get(id),
  };
}

/** A run that has not begun. Where it goes beyond a limit, or a check fails, it throws a `Fault`. */
export function machineOf(program: Program, limits: Limits, effect: EffectOf): Machine {
  let steps = 0;
  let copied = 0;
  let depth = 0;

  const step = (at: PlaceId): void => {
    steps += 1;
    if (steps > limits.steps) throw stepsFault(limits.steps, at);
  };
  const call = (name: string, args: Values): Work => {
    const func = findFunction(program, name);
    if (func === null) throw new Error(`interpreter: no function ${name}`);
    return run(func.body, args, frameOf(typesIn(func)));
  };
  function* run(region: Region, args: Values, frame: Frame): Work {
    region.args.forEach((arg, i) => {
      frame.values[arg.id] = args[i] ?? absentValue(arg.type);
    });
    for (const instruction of region.body) {
      const found = evaluate(instruction, frame);
      const made = 'next' in found ? yield found : found;
      resultsOf(instruction).forEach((result, k) => {
        frame.values[result.id] = made[k] ?? absentValue(result.type);
      });
    }
    return frame.all(region.yields);
  }
  function* runFor(i: InstructionOf<'for'>, frame: Frame): Work {
    let carried = frame.all(i.inits);
    const high = frame.number(i.high);
    for (let k = frame.number(i.low); k < high; k++) {
      step(i.at);
      carried = yield run(i.body, [k, ...carried], frame);
    }
    return carried;
  }
  function* runWhile(i: InstructionOf<'while'>, frame: Frame): Work {
    let carried = frame.all(i.inits);
    while (asNumber((yield run(i.condition, carried, frame))[0]) === 1) {
      step(i.at);
      carried = yield run(i.body, carried, frame);
    }
    return carried;
  }
  function* deeper(name: string, args: Values, at: PlaceId): Work {
    if (depth >= limits.depth) throw depthFault(limits.depth, at);
    depth += 1;
    const values = yield call(name, args);
    depth -= 1;
    return values;
  }
  const evaluate = (i: Instruction, frame: Frame): Values | Work => {
    switch (i.kind) {
      case 'const':
        return [literal(i)];
      case 'op': {
        const from = i.args[0] === undefined ? undefined : frame.types.get(i.args[0]);
        const setting = { from: from ?? i.result.type, type: i.result.type, at: i.at, elements: limits.elements };
        const made = applyPrimitive(i.op, frame.all(i.args), setting);
        if (limits.copied !== undefined && updates.has(i.op)) {
          copied += asElements(made).length;
          if (copied > limits.copied) throw stepsFault(limits.steps, i.at);
        }
        return [made];
      }
      case 'make': {
        const parts = frame.all(i.parts);
        const { type } = i.result;
        if (type.kind === 'unit') return [0];
        return [type.kind === 'array' ? arrayValue(type.element, parts) : parts];
      }
      case 'get':
        return [asElements(frame.one(i.target))[i.position] ?? absentValue(i.result.type)];
      case 'if':
        return run(frame.number(i.condition) === 1 ? i.then : i.otherwise, [], frame);
      case 'for':
        return runFor(i, frame);
      case 'while':
        return runWhile(i, frame);
      case 'call':
        step(i.at);
        return deeper(i.callee, frame.all(i.args), i.at);
      case 'address': {
        const index = i.index === null ? 0 : frame.number(i.index);
        return [extendAddress(asAddress(frame.one(i.parent)), i.site, index)];
      }
      case 'check':
        if (frame.number(i.value) !== 1) throw { fault: true, code: i.code, message: i.message, at: i.at };
        return [];
      case 'resample':
        return [];
      default:
        return effect(i, frame);
    }
  };
  const reach = reachIn(program);
  return {
    steps: () => steps,
    call: (name, args, at) => (reach.all(name).has(name) ? deeper(name, args, at) : call(name, args)),
    invoke: (name, args) => finish(call(name, args)),
  };
}

/** What the work comes to, after all that it waits for. */
function finish(work: Work): Values {
  const waiting: Work[] = [];
  let current = work;
  let given: Values = [];
  for (;;) {
    const { done, value } = current.next(given);
    if (done !== true) {
      waiting.push(current);
      current = value;
      given = [];
      continue;
    }
    const before = waiting.pop();
    if (before === undefined) return value;
    current = before;
    given = value;
  }
}
