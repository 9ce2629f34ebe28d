/**
 * The reference interpreter: runs the IR one particle and one instruction at a time. It is the meaning of the IR; every other
 * engine must give the same bits.
 */

import { extendAddress, rootAddress } from '../runtime/random/address.js';
import { isBrokenOff } from '../runtime/waiting.js';
import { type BlockRun, fillByBlocks, givenColumns } from './draws.js';
import { type BlockResult, blockSize, type Engine, type KernelOptions } from './engine.js';
import { externFault, isFault, parameterFault, requireFault, weightFault } from './faults.js';
import { type BlockNoise, blockNoise, type FreshNoise } from './interpreter_noise.js';
import type { Constant, Family, Func, InstructionOf, PlaceId, Program } from './ir.js';
import { type Effect, machineOf, type Operands, type Values, type Work } from './machine.js';
import { findFamily, findFunction } from './program.js';
import { samplerOf } from './reach.js';
import {
  absentValue,
  asAddress,
  asElements,
  asNumber,
  countReals,
  fromConstant,
  isScalarType,
  type RuntimeValue,
  toConstant,
} from './values.js';
import { visit } from './walk.js';

/** Thrown where a particle's weight has become zero. */
const dead = Symbol('dead');

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
  const parameters = entry.body.args.length - 1;
  return (block, last, columns, skipped = 0) => {
    const given = givenColumns({ given: columns }, parameters);
    const noise = blockNoise(options.layout, options.key, block, fresh);
    const count = last - skipped;
    const logWeight = new Float64Array(count);
    const dimension = new Float64Array(count);
    const outputs: (readonly RuntimeValue[])[] = [];
    let unaligned = 0;
    let steps = 0;
    for (let i = 0; i < count; i++) {
      noise.start(block * blockSize + skipped + i);
      const args = [rootAddress, ...given.map((column) => column[i]!)];
      const particle = runParticle(program, entry, args, options, noise);
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
): Particle {
  let logWeight = 0;
  let dimension = 0;
  let unaligned = 0;

  const weigh = (amount: number, what: string, at: PlaceId): void => {
    if (Number.isNaN(amount)) throw weightFault(what, at);
    // A weight of zero stays zero, whatever is added.
    if (logWeight !== Number.NEGATIVE_INFINITY) logWeight += amount;
    if (logWeight === Number.NEGATIVE_INFINITY && options.layout !== 'column') throw dead;
  };

  const effect = (i: Effect, operands: Operands): Values | Work => {
    switch (i.kind) {
      case 'extern':
        return [callHost(i, operands.all(i.args).map(toConstant), options)];
      case 'noise':
        return [noise.next(i.noise, asAddress(operands.one(i.address)), i.request)];
      case 'draw':
        return draw(i, operands);
      case 'score':
        return score(i, operands);
      case 'condition':
        if (operands.number(i.value) !== 1) weigh(Number.NEGATIVE_INFINITY, 'condition', i.at);
        return [];
      case 'factor':
        weigh(operands.number(i.value), 'factor', i.at);
        return [];
      case 'node':
        return [operands.one(i.value)];
      case 'input':
      case 'read':
      case 'equal':
      case 'approximate':
        throw new Error(`interpreter: cannot run ${i.kind}`);
    }
  };
  const machine = machineOf(program, options.limits, effect);
  const siteName = (site: number): string => program.sites[site]?.name ?? `site ${site}`;

  const familyOf = (i: InstructionOf<'draw' | 'score'>): Family => {
    const family = findFamily(program, i.family);
    if (family === null) throw new Error(`interpreter: no family ${i.family}`);
    return family;
  };

  /** The parameters of a draw or score, found to be numbers and inside the family's domain. */
  function* checked(i: InstructionOf<'draw' | 'score'>, family: Family, operands: Operands): Work {
    const params = operands.all(i.params);
    params.forEach((value, k) => {
      if (typeof value === 'number' && Number.isNaN(value))
        throw parameterFault(family.parameters[k]?.name ?? '', family.name, siteName(i.site), i.at);
    });
    if (family.require !== null && only(yield machine.call(family.require, params, i.at)) !== 1)
      throw requireFault(family.name, siteName(i.site), i.at);
    return params;
  }

  function* draw(i: InstructionOf<'draw'>, operands: Operands): Work {
    const family = familyOf(i);
    const params = yield checked(i, family, operands);
    const address = extendAddress(asAddress(operands.one(i.address)), i.site, 0);
    if (noise.visit(address) && i.copy) unaligned += 1;
    const by = samplerOf(family, i.shared);
    const leave = noise.enterDraw(address);
    const values = yield machine.call(by, [address, ...params], i.at);
    leave();
    return [only(values)];
  }

  function* score(i: InstructionOf<'score'>, operands: Operands): Work {
    const family = familyOf(i);
    const params = yield checked(i, family, operands);
    const value = operands.one(i.value);
    const address = extendAddress(asAddress(operands.one(i.address)), i.site, 0);
    noise.visit(address);
    if (family.logpdf === null) throw new Error(`interpreter: ${i.family} has no density`);
    const density = asNumber(only(yield machine.call(family.logpdf, [...params, value], i.at)));
    dimension += family.dimension ?? countReals(family.value, value);
    weigh(density, siteName(i.site), i.at);
    if (!i.abduct) return [];
    const { abduct } = family;
    if (abduct === null) throw new Error(`interpreter: ${i.family} cannot fix its noise`);
    const leave = noise.enterAbduction(address);
    const found = only(yield machine.call(abduct, [address, ...params, value], i.at));
    leave();
    noise.fix(address, Array.from<RuntimeValue>(asElements(found)).map(asNumber));
    return [];
  }

  const finish = (outputs: readonly RuntimeValue[]): Particle => ({
    ...{ outputs, logWeight, dimension, unaligned },
    steps: machine.steps(),
  });
  const absent = entry.results.map(absentValue);
  try {
    const outputs = machine.invoke(entry.name, args);
    return finish(logWeight === Number.NEGATIVE_INFINITY ? absent : outputs);
  } catch (thrown) {
    if (thrown === dead) return finish(absent);
    throw thrown;
  }
}

function only([value]: Values): RuntimeValue {
  if (value === undefined) throw new Error('interpreter: a function yields nothing');
  return value;
}

function callHost(i: InstructionOf<'extern'>, args: readonly Constant[], options: KernelOptions): RuntimeValue {
  const host = Object.hasOwn(options.externs, i.callee) ? options.externs[i.callee] : undefined;
  if (host === undefined) throw externFault(i.callee, 'was not supplied', i.at);
  let given: Constant;
  try {
    given = host(...args);
  } catch (thrown) {
    if (isFault(thrown)) throw { ...thrown, at: i.at };
    if (isBrokenOff(thrown)) throw thrown;
    throw externFault(i.callee, `failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`, i.at);
  }
  const value = fromConstant(i.result.type, given);
  if (value === null) throw externFault(i.callee, 'returned a value of another type', i.at);
  return value;
}
