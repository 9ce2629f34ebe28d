/** One run of a program in which the caller decides every draw and may replace the value of every node. */
import { defaultLimits } from '../../ir/engine.js';
import { depthFault, stepsFault } from '../../ir/faults.js';
import {
  type Func,
  type Instruction,
  type IrType,
  type Program,
  type Region,
  resultsOf,
  type ValueId,
} from '../../ir/ir.js';
import { applyPrimitive } from '../../ir/primitives.js';
import { findFunction } from '../../ir/program.js';
import {
  absentValue,
  arrayValue,
  asAddress,
  asElements,
  asNumber,
  fromConstant,
  type RuntimeValue,
} from '../../ir/values.js';
import { typesOf } from '../../ir/walk.js';
import { extendAddress, rootAddress } from '../../runtime/random/address.js';

/** A draw, or evidence on one, as a run comes to it. `address` is the same in all worlds that share its noise. */
export type DrawEvent = {
  readonly family: string;
  readonly params: readonly RuntimeValue[];
  readonly address: string;
  readonly site: number;
};

/** What the caller does where a run comes to something random. Any of them may throw to leave the run. */
export type RunHooks = {
  readonly draw: (event: DrawEvent) => RuntimeValue;
  readonly score: (event: DrawEvent, value: RuntimeValue) => void;
  readonly condition: (holds: boolean) => void;
  /** Adds to the log weight. */
  readonly factor: (amount: number) => void;
  /** The value that a node has: what was computed, or something else. A member of a family is named with its indices: `x[3]`. */
  readonly node: (name: string, value: RuntimeValue, type: IrType) => RuntimeValue;
};

/** Thrown where a program does what a hooked run cannot follow. */
export type Unfollowed = { readonly unfollowed: string };

/** Whether something thrown is an `Unfollowed`. */
export const isUnfollowed = (thrown: unknown): thrown is Unfollowed =>
  typeof thrown === 'object' && thrown !== null && 'unfollowed' in thrown;

/** Leaves a run that cannot be followed; the reason follows "because". */
export const unfollowed = (reason: string): Unfollowed => ({ unfollowed: reason });

type Frame = { readonly values: (RuntimeValue | undefined)[]; readonly types: ReadonlyMap<ValueId, IrType> };

const typesKept = new WeakMap<Func, ReadonlyMap<ValueId, IrType>>();

function typesIn(func: Func): ReadonlyMap<ValueId, IrType> {
  const known = typesKept.get(func);
  if (known !== undefined) return known;
  const made = typesOf(func.body);
  typesKept.set(func, made);
  return made;
}

/**
 * Runs a function whose one argument is the root address, as the reference interpreter does, and gives what it yields. Throws a `Fault`
 * where the run has one and an `Unfollowed` where it meets an open input, a function of the host or raw noise.
 */
export function hookedRun(program: Program, name: string, hooks: RunHooks): readonly RuntimeValue[] {
  let steps = 0;
  let depth = 0;

  const invoke = (callee: string, args: readonly RuntimeValue[]): readonly RuntimeValue[] => {
    const func = findFunction(program, callee);
    if (func === null) throw unfollowed(`there is no function ${callee}`);
    return region(func.body, args, { values: [], types: typesIn(func) });
  };
  const region = (body: Region, args: readonly RuntimeValue[], frame: Frame): readonly RuntimeValue[] => {
    body.args.forEach((arg, k) => {
      frame.values[arg.id] = args[k] ?? absentValue(arg.type);
    });
    for (const instruction of body.body) {
      const made = one(instruction, frame);
      resultsOf(instruction).forEach((result, k) => {
        frame.values[result.id] = made[k] ?? absentValue(result.type);
      });
    }
    return all(body.yields, frame);
  };
  const at = (id: ValueId, frame: Frame): RuntimeValue => frame.values[id] ?? Number.NaN;
  const all = (ids: readonly ValueId[], frame: Frame): readonly RuntimeValue[] => ids.map((id) => at(id, frame));
  const numberAt = (id: ValueId, frame: Frame): number => asNumber(at(id, frame));
  const step = (place: number): void => {
    steps += 1;
    if (steps > mostSteps) throw stepsFault(mostSteps, place);
  };
  const eventOf = (i: Extract<Instruction, { readonly kind: 'draw' | 'score' }>, frame: Frame): DrawEvent => {
    const { hi, lo } = extendAddress(asAddress(at(i.address, frame)), i.site, 0);
    return { family: i.family, params: all(i.params, frame), address: `${hi}:${lo}`, site: i.site };
  };

  const one = (i: Instruction, frame: Frame): readonly RuntimeValue[] => {
    switch (i.kind) {
      case 'const':
        return [fromConstant(i.result.type, i.value) ?? absentValue(i.result.type)];
      case 'op': {
        const from = i.args[0] === undefined ? undefined : frame.types.get(i.args[0]);
        const setting = {
          from: from ?? i.result.type,
          type: i.result.type,
          at: i.at,
          elements: defaultLimits.elements,
        };
        return [applyPrimitive(i.op, all(i.args, frame), setting)];
      }
      case 'make': {
        const parts = all(i.parts, frame);
        const { type } = i.result;
        if (type.kind === 'unit') return [0];
        return [type.kind === 'array' ? arrayValue(type.element, parts) : parts];
      }
      case 'get':
        return [asElements(at(i.target, frame))[i.position] ?? absentValue(i.result.type)];
      case 'if':
        return region(numberAt(i.condition, frame) === 1 ? i.then : i.otherwise, [], frame);
      case 'for': {
        let carried = all(i.inits, frame);
        const high = numberAt(i.high, frame);
        for (let k = numberAt(i.low, frame); k < high; k++) {
          step(i.at);
          carried = region(i.body, [k, ...carried], frame);
        }
        return carried;
      }
      case 'while': {
        let carried = all(i.inits, frame);
        while (asNumber(region(i.condition, carried, frame)[0]) === 1) {
          step(i.at);
          carried = region(i.body, carried, frame);
        }
        return carried;
      }
      case 'call': {
        step(i.at);
        if (depth >= mostDepth) throw depthFault(mostDepth, i.at);
        depth += 1;
        const values = invoke(i.callee, all(i.args, frame));
        depth -= 1;
        return values;
      }
      case 'address': {
        const index = i.index === null ? 0 : numberAt(i.index, frame);
        return [extendAddress(asAddress(at(i.parent, frame)), i.site, index)];
      }
      case 'draw':
        return [hooks.draw(eventOf(i, frame))];
      case 'score':
        hooks.score(eventOf(i, frame), at(i.value, frame));
        return [];
      case 'condition':
        hooks.condition(numberAt(i.value, frame) === 1);
        return [];
      case 'factor':
        hooks.factor(numberAt(i.value, frame));
        return [];
      case 'node': {
        const indices = i.indices.map((id) => labelOf(frame.types.get(id), numberAt(id, frame)));
        const name = indices.length === 0 ? i.name : `${i.name}[${indices.join(', ')}]`;
        return [hooks.node(name, at(i.value, frame), i.result.type)];
      }
      case 'check':
        if (numberAt(i.value, frame) !== 1) throw { fault: true, code: i.code, message: i.message, at: i.at };
        return [];
      case 'resample':
        return [];
      case 'input':
        throw unfollowed(`'${i.name}' has no value`);
      case 'extern':
        throw unfollowed('it calls a function of the host');
      case 'noise':
      case 'read':
      case 'equal':
      case 'approximate':
        throw unfollowed(`it has an instruction ${i.kind}`);
    }
  };
  return invoke(name, [rootAddress]);
}

/** A value as a program writes it. */
export function labelOf(type: IrType | undefined, value: number): string {
  if (type?.kind === 'bool') return String(value === 1);
  return type?.kind === 'enum' ? (type.members[value] ?? String(value)) : String(value);
}

/** Calls and rounds of loops in one run. */
const mostSteps = 100_000;
const mostDepth = 200;
