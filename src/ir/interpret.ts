/**
 * The reference interpreter: runs the IR one particle and one instruction at a time. It is the meaning of the IR; every other
 * engine must give the same bits.
 */

import { extendAddress, rootAddress } from '../runtime/random/address.js';
import { type BlockRun, fillByBlocks, givenColumns } from './draws.js';
import { type BlockResult, blockSize, type Engine, type KernelOptions } from './engine.js';
import { depthFault, externFault, isFault, parameterFault, requireFault, stepsFault, weightFault } from './faults.js';
import { type BlockNoise, blockNoise, type FreshNoise } from './interpreter_noise.js';
import {
  type Constant,
  type Family,
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
import { findFamily, findFunction } from './program.js';
import {
  absentValue,
  arrayValue,
  asAddress,
  asElements,
  asNumber,
  countReals,
  fromConstant,
  isScalarType,
  type RuntimeValue,
  toConstant,
} from './values.js';
import { typesOf, visit } from './walk.js';

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

/** The values of one call of a function. */
type Frame = { readonly values: (RuntimeValue | undefined)[]; readonly types: ReadonlyMap<ValueId, IrType> };

/** Thrown where a particle's weight has become zero. */
const dead = Symbol('dead');

/** Operations that make a new array of an old one. */
const updates: ReadonlySet<OpName> = new Set(['set', 'extend', 'append', 'fill']);

/**
 * The interpreter as an engine. A particle whose weight becomes zero stops there, except in the column layout, where it runs on so that
 * it takes its share of every column; its outputs are absent values in either case. Throws a `Fault` where the run has one.
 */
export const interpret: Engine = (program, main, options) => {
  const run = interpretedBlocks(program, main, options);
  return { runBlock: (block, count) => run(block, count, []), fill: fillByBlocks(run) };
};

/** The interpreter, block by block. `fresh` takes the place of the generator of the addressed layout. */
export function interpretedBlocks(
  program: Program,
  main: string,
  options: KernelOptions,
  fresh: FreshNoise | null = null,
): BlockRun {
  const entry = functionNamed(program, main);
  refuseUnbound(program);
  const types = new Map(Object.entries(program.functions).map(([name, f]) => [name, typesOf(f.body)]));
  const parameters = entry.body.args.length - 1;
  return (block, count, columns) => {
    const given = givenColumns({ given: columns }, parameters);
    const noise = blockNoise(options.layout, options.key, block, fresh);
    const logWeight = new Float64Array(count);
    const dimension = new Float64Array(count);
    const outputs: (readonly RuntimeValue[])[] = [];
    let unaligned = 0;
    let steps = 0;
    for (let i = 0; i < count; i++) {
      noise.start(block * blockSize + i);
      const args = [rootAddress, ...given.map((column) => column[i]!)];
      const particle = runParticle(program, entry, args, options, noise, types);
      logWeight[i] = particle.logWeight;
      dimension[i] = particle.dimension;
      unaligned += particle.unaligned;
      steps += particle.steps;
      outputs.push(particle.outputs);
    }
    return { count, logWeight, dimension, columns: columnsOf(entry, outputs), unaligned, steps };
  };
}

function functionNamed(program: Program, name: string): Func {
  const found = findFunction(program, name);
  if (found === null) throw new Error(`interpreter: no function ${name}`);
  return found;
}

function refuseUnbound(program: Program): void {
  for (const [name, func] of Object.entries(program.functions))
    visit(func.body, ({ kind }) => {
      if (kind === 'input' || kind === 'read' || kind === 'equal' || kind === 'approximate')
        throw new Error(`interpreter: ${name} has an instruction ${kind}, which no engine runs`);
    });
}

function columnsOf(entry: Func, outputs: readonly (readonly RuntimeValue[])[]): BlockResult['columns'] {
  return entry.results.map((type, k) => {
    const column = outputs.map((values) => values[k] ?? absentValue(type));
    return isScalarType(type) ? Float64Array.from(column, asNumber) : column.map(toConstant);
  });
}

type Particle = {
  readonly outputs: readonly RuntimeValue[];
  readonly logWeight: number;
  readonly dimension: number;
  readonly unaligned: number;
  readonly steps: number;
};

function runParticle(
  program: Program,
  entry: Func,
  args: readonly RuntimeValue[],
  options: KernelOptions,
  noise: BlockNoise,
  types: ReadonlyMap<string, Frame['types']>,
): Particle {
  const { limits } = options;
  let logWeight = 0;
  let dimension = 0;
  let unaligned = 0;
  let steps = 0;
  let copied = 0;
  let depth = 0;
  let lastCall: PlaceId = -1;

  const step = (at: PlaceId): void => {
    steps += 1;
    if (steps > limits.steps) throw stepsFault(limits.steps, at);
  };
  const weigh = (amount: number, what: string, at: PlaceId): void => {
    if (Number.isNaN(amount)) throw weightFault(what, at);
    // A weight of zero stays zero, whatever is added.
    if (logWeight !== Number.NEGATIVE_INFINITY) logWeight += amount;
    if (logWeight === Number.NEGATIVE_INFINITY && options.layout !== 'column') throw dead;
  };

  const invoke = (name: string, args: readonly RuntimeValue[]): readonly RuntimeValue[] => {
    const func = functionNamed(program, name);
    return runRegion(func.body, args, { values: [], types: types.get(name) ?? new Map() });
  };
  const invokeOne = (name: string, args: readonly RuntimeValue[]): RuntimeValue => {
    const [value] = invoke(name, args);
    if (value === undefined) throw new Error(`interpreter: ${name} yields nothing`);
    return value;
  };
  const runRegion = (region: Region, args: readonly RuntimeValue[], frame: Frame): readonly RuntimeValue[] => {
    region.args.forEach((arg, i) => {
      frame.values[arg.id] = args[i] ?? absentValue(arg.type);
    });
    for (const instruction of region.body) execute(instruction, frame);
    return all(region.yields, frame);
  };
  const all = (ids: readonly ValueId[], frame: Frame): readonly RuntimeValue[] => ids.map((id) => one(id, frame));
  const one = (id: ValueId, frame: Frame): RuntimeValue => {
    const value = frame.values[id];
    if (value === undefined) throw new Error(`interpreter: %${id} has no value yet`);
    return value;
  };

  const numberOf = (id: ValueId, frame: Frame): number => asNumber(one(id, frame));

  const execute = (instruction: Instruction, frame: Frame): void => {
    const made = evaluate(instruction, frame);
    resultsOf(instruction).forEach((result, k) => {
      frame.values[result.id] = made[k] ?? absentValue(result.type);
    });
  };

  /** What the instruction's results are. */
  const evaluate = (i: Instruction, frame: Frame): readonly RuntimeValue[] => {
    switch (i.kind) {
      case 'const':
        return [literal(i)];
      case 'op': {
        const from = i.args[0] === undefined ? undefined : frame.types.get(i.args[0]);
        const setting = { from: from ?? i.result.type, type: i.result.type, at: i.at, elements: limits.elements };
        const made = applyPrimitive(i.op, all(i.args, frame), setting);
        if (limits.copied !== undefined && updates.has(i.op)) {
          copied += asElements(made).length;
          if (copied > limits.copied) throw stepsFault(limits.steps, i.at);
        }
        return [made];
      }
      case 'make': {
        const parts = all(i.parts, frame);
        const { type } = i.result;
        if (type.kind === 'unit') return [0];
        return [type.kind === 'array' ? arrayValue(type.element, parts) : parts];
      }
      case 'get':
        return [asElements(one(i.target, frame))[i.position] ?? absentValue(i.result.type)];
      case 'if':
        return runRegion(numberOf(i.condition, frame) === 1 ? i.then : i.otherwise, [], frame);
      case 'for': {
        let carried = all(i.inits, frame);
        const high = numberOf(i.high, frame);
        for (let k = numberOf(i.low, frame); k < high; k++) {
          step(i.at);
          carried = runRegion(i.body, [k, ...carried], frame);
        }
        return carried;
      }
      case 'while': {
        let carried = all(i.inits, frame);
        while (asNumber(runRegion(i.condition, carried, frame)[0]) === 1) {
          step(i.at);
          carried = runRegion(i.body, carried, frame);
        }
        return carried;
      }
      case 'call': {
        step(i.at);
        if (depth >= limits.depth) throw depthFault(limits.depth, i.at);
        depth += 1;
        lastCall = i.at;
        const values = invoke(i.callee, all(i.args, frame));
        depth -= 1;
        return values;
      }
      case 'extern':
        return [callHost(i, all(i.args, frame).map(toConstant), options)];
      case 'address': {
        const index = i.index === null ? 0 : numberOf(i.index, frame);
        return [extendAddress(asAddress(one(i.parent, frame)), i.site, index)];
      }
      case 'noise':
        return [noise.next(i.noise, asAddress(one(i.address, frame)), i.request)];
      case 'draw':
        return [draw(i, frame)];
      case 'score':
        score(i, frame);
        return [];
      case 'condition':
        if (numberOf(i.value, frame) !== 1) weigh(Number.NEGATIVE_INFINITY, 'condition', i.at);
        return [];
      case 'factor':
        weigh(numberOf(i.value, frame), 'factor', i.at);
        return [];
      case 'resample':
        return [];
      case 'node':
        return [one(i.value, frame)];
      case 'check':
        if (numberOf(i.value, frame) !== 1) throw { fault: true, code: i.code, message: i.message, at: i.at };
        return [];
      case 'input':
      case 'read':
      case 'equal':
      case 'approximate':
        throw new Error(`interpreter: cannot run ${i.kind}`);
    }
  };

  const siteName = (site: number): string => program.sites[site]?.name ?? `site ${site}`;

  /** The family of a draw or score and its parameters, found to be numbers and inside the family's domain. */
  const checked = (i: InstructionOf<'draw' | 'score'>, frame: Frame): [Family, readonly RuntimeValue[]] => {
    const family = findFamily(program, i.family);
    if (family === null) throw new Error(`interpreter: no family ${i.family}`);
    const params = all(i.params, frame);
    params.forEach((value, k) => {
      if (typeof value === 'number' && Number.isNaN(value))
        throw parameterFault(family.parameters[k]?.name ?? '', family.name, siteName(i.site), i.at);
    });
    if (family.require !== null && asNumber(invokeOne(family.require, params)) !== 1)
      throw requireFault(family.name, siteName(i.site), i.at);
    return [family, params];
  };

  const draw = (i: InstructionOf<'draw'>, frame: Frame): RuntimeValue => {
    const [family, params] = checked(i, frame);
    const address = extendAddress(asAddress(one(i.address, frame)), i.site, 0);
    if (noise.visit(address) && i.copy) unaligned += 1;
    const by = i.shared ? (family.mechanism ?? family.draw) : family.draw;
    return noise.drawAt(address, () => invokeOne(by, [address, ...params]));
  };

  const score = (i: InstructionOf<'score'>, frame: Frame): void => {
    const [family, params] = checked(i, frame);
    const value = one(i.value, frame);
    const address = extendAddress(asAddress(one(i.address, frame)), i.site, 0);
    noise.visit(address);
    if (family.logpdf === null) throw new Error(`interpreter: ${i.family} has no density`);
    const density = asNumber(invokeOne(family.logpdf, [...params, value]));
    dimension += family.dimension ?? countReals(family.value, value);
    weigh(density, siteName(i.site), i.at);
    if (!i.abduct) return;
    const { abduct } = family;
    if (abduct === null) throw new Error(`interpreter: ${i.family} cannot fix its noise`);
    const found = noise.abductAt(address, () => invokeOne(abduct, [address, ...params, value]));
    noise.fix(address, Array.from<RuntimeValue>(asElements(found)).map(asNumber));
  };

  const finish = (outputs: readonly RuntimeValue[]): Particle => ({ outputs, logWeight, dimension, unaligned, steps });
  const absent = entry.results.map(absentValue);
  try {
    const outputs = invoke(entry.name, args);
    return finish(logWeight === Number.NEGATIVE_INFINITY ? absent : outputs);
  } catch (thrown) {
    if (thrown === dead) return finish(absent);
    // The host's own stack ended before the limit did.
    if (thrown instanceof Error && /call stack|recursion/.test(thrown.message)) throw depthFault(depth, lastCall);
    throw thrown;
  }
}

function callHost(i: InstructionOf<'extern'>, args: readonly Constant[], options: KernelOptions): RuntimeValue {
  const host = Object.hasOwn(options.externs, i.callee) ? options.externs[i.callee] : undefined;
  if (host === undefined) throw externFault(i.callee, 'was not supplied', i.at);
  let given: Constant;
  try {
    given = host(...args);
  } catch (thrown) {
    if (isFault(thrown)) throw { ...thrown, at: i.at };
    throw externFault(i.callee, `failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`, i.at);
  }
  const value = fromConstant(i.result.type, given);
  if (value === null) throw externFault(i.callee, 'returned a value of another type', i.at);
  return value;
}
