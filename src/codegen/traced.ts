/**
 * Kernels of one run whose noise is handed to them: the program as the function of its noise that it is. What every run asks for, at
 * addresses known beforehand, is a vector; for all other noise the kernel asks by address.
 */
import type { KernelOptions } from '../ir/engine.js';
import { depthFault } from '../ir/faults.js';
import { interpretedBlocks } from '../ir/interpret.js';
import type { Constant, NoiseKind, Program } from '../ir/ir.js';
import { toConstant } from '../ir/values.js';
import { mixHi, mixLo, REQUEST_SITE } from '../runtime/random/address.js';
import { addressesOf } from './address.js';
import { type AddressTable, addressTable } from './address_table.js';
import { eraseOutputs, givenValues, instantiate, newColumns } from './factory.js';
import { functionOf } from './facts.js';
import { isCompiled, sourceOf, unlessForbidden, writeProgram } from './javascript.js';
import type { LowProgram } from './low.js';
import { lower } from './lower.js';
import { columnsOf } from './noise_columns.js';
import { newRunning, supportFunctions } from './support.js';
import { createTrace } from './trace.js';

/** The address of a number of noise, its request (`seedRequest`) and its kind folded in, and its kind. */
type NoiseSite = { readonly hi: number; readonly lo: number; readonly noise: NoiseKind };

/**
 * Numbers of two kinds at one address are two numbers: branches that exclude each other may ask for both. The kind is folded into the low
 * word.
 */
const salt: Readonly<Record<NoiseKind, number>> = { uniform: 0, normal: 0x5bd1e995, exponential: 0x27d4eb2f };

/** The number of noise of an address that is not among a kernel's own sites. */
export type AskNoise = (noise: NoiseKind, hi: number, lo: number) => number;

/** What the program makes of its noise. */
type TracedRun = {
  readonly logWeight: number;
  readonly dimension: number;
  /** Loop iterations and calls. */
  readonly steps: number;
  /** Draws in other worlds without a partner in the world seen. */
  readonly unaligned: number;
};

/** A program as a function of its noise. */
export type TracedKernel = {
  /** The number of main's parameters beside the root address. */
  readonly parameters: number;
  /** Addresses that every run asks for, unless its weight has become zero before. */
  readonly sites: readonly NoiseSite[];
  /** Whether some run may ask for other noise. */
  readonly asks: boolean;
  /** Sets a parameter, or with `parameters + k` the noise of site k. */
  readonly set: (index: number, value: number) => void;
  readonly run: () => TracedRun;
  /** Output k of the last run. */
  readonly output: (k: number) => Constant;
};

/**
 * Compiles `main` to a function of its noise, of which the addressed layout says which numbers are one: noise of one address and
 * request, in whatever world. Noise that evidence fixes is not asked for.
 */
export const compileTraced = (
  program: Program,
  main: string,
  options: Omit<KernelOptions, 'layout'>,
  ask: AskNoise,
): TracedKernel =>
  unlessForbidden(
    () => generated(program, main, options, ask),
    () => interpretTraced(program, main, options, ask),
  );

/** Where the vector's sites come from: `places` are, for each site, the columns that show its number. */
type Structure = {
  readonly sites: readonly NoiseSite[];
  readonly numbers: AddressTable<number>;
  readonly places: readonly (readonly { readonly group: number; readonly slot: number }[])[];
};

const addressed = (program: Program, main: string, elements: number): LowProgram =>
  lower(program, main, { layout: 'addressed', elements, copied: false });

function structureOf({ groups }: LowProgram): Structure {
  const sites: NoiseSite[] = [];
  const numbers = addressTable<number>();
  const places: { readonly group: number; readonly slot: number }[][] = [];
  groups.forEach(({ chain, request, noise }, group) => {
    addressesOf(chain).forEach((address, slot) => {
      const hi = mixHi(address.hi, address.lo, REQUEST_SITE, request);
      const lo = mixLo(address.hi, address.lo, REQUEST_SITE, request) ^ salt[noise];
      let number = numbers.get(hi, lo);
      if (number === null) {
        number = sites.push({ hi, lo, noise }) - 1;
        numbers.set(hi, lo, number);
        places.push([]);
      }
      places[number]!.push({ group, slot });
    });
  });
  return { sites, numbers, places };
}

/** Whether generated text names addresses while it runs. */
const asksIn = (source: string): boolean => /\bseed(?:Request|Addressed)\(/.test(source);

function generated(
  program: Program,
  main: string,
  { key, limits, externs }: Omit<KernelOptions, 'layout'>,
  ask: AskNoise,
): TracedKernel {
  const func = functionOf(program, main);
  const options: KernelOptions = { layout: 'addressed', key, limits, externs };
  const low = addressed(program, main, limits.elements);
  const { sites, numbers, places } = structureOf(low);
  const writer = writeProgram(low, options, {}, 1);
  const running = newRunning();
  const trace = createTrace(key, running.totals);
  const support = supportFunctions(options, { words: writer.words, types: writer.types, externs: low.externs });
  const columns = columnsOf(low.groups, 'addressed', 1);
  const done = new Float64Array(2);
  const outputs = newColumns(func.results, 1);
  const vector = new Float64Array(sites.length);
  let hi = 0;
  let lo = 0;
  /** The generators of generated code: first the address is named, then a number is asked for. */
  const asked = (noise: NoiseKind) => (): number => {
    const salted = lo ^ salt[noise];
    const number = sites.length === 0 ? null : numbers.get(hi, salted);
    return number === null ? ask(noise, hi, salted) : vector[number]!;
  };
  const source = sourceOf(writer);
  const made = instantiate(source, {
    ...givenValues(options, support, low, running, trace, columns),
    seedRequest: (_k0: number, _k1: number, nextHi: number, nextLo: number): void => {
      hi = nextHi;
      lo = nextLo;
    },
    seedAddressed: (_k0: number, _k1: number, h: number, l: number, _particle: number, request: number): void => {
      hi = mixHi(h, l, REQUEST_SITE, request);
      lo = mixLo(h, l, REQUEST_SITE, request);
    },
    nextUniform: asked('uniform'),
    nextNormal: asked('normal'),
    nextExponential: asked('exponential'),
    done,
    erase: (p: number) => eraseOutputs(outputs, func.results, p),
  });
  if (!isCompiled(made)) throw new Error('codegen: the text made no kernel');
  const parameters = func.body.args.length - 1;
  const given = Array.from({ length: parameters }, () => new Float64Array(1));
  const weight = new Float64Array(1);
  const dimension = new Float64Array(1);
  made.outputs(weight, dimension, outputs, given);
  const shown = columns.entries.map((entry) => entry.numbers);
  return {
    parameters,
    sites,
    asks: asksIn(source),
    set: (index, value) => {
      if (index < parameters) {
        given[index]![0] = value;
        return;
      }
      const site = index - parameters;
      vector[site] = value;
      for (const { group, slot } of places[site]!) shown[group]![slot] = value;
    },
    run: () => {
      done.fill(0);
      try {
        made.run(0, 0, 0, 1);
      } catch (thrown) {
        // The host's stack ended before the limit did.
        if (thrown instanceof RangeError) throw depthFault(limits.depth, -1);
        throw thrown;
      }
      return { logWeight: weight[0]!, dimension: dimension[0]!, steps: done[0]!, unaligned: done[1]! };
    },
    output: (k) => toConstant(outputs[k]![0]!),
  };
}

/** As `compileTraced`, by the reference interpreter: slow, with the same bits. */
export function interpretTraced(
  program: Program,
  main: string,
  { key, limits, externs }: Omit<KernelOptions, 'layout'>,
  ask: AskNoise,
): TracedKernel {
  const options: KernelOptions = { layout: 'addressed', key, limits, externs };
  const low = addressed(program, main, limits.elements);
  const { sites, numbers } = structureOf(low);
  const vector = new Float64Array(sites.length);
  const run = interpretedBlocks(
    program,
    main,
    { layout: 'addressed', key, limits, externs },
    (noise, address, request) => {
      const hi = mixHi(address.hi, address.lo, REQUEST_SITE, request);
      const lo = mixLo(address.hi, address.lo, REQUEST_SITE, request) ^ salt[noise];
      const number = numbers.get(hi, lo);
      return number === null ? ask(noise, hi, lo) : vector[number]!;
    },
  );
  const parameters = functionOf(program, main).body.args.length - 1;
  const given = Array.from({ length: parameters }, () => new Float64Array(1));
  let last: ReturnType<typeof run> | null = null;
  return {
    parameters,
    sites,
    asks: asksIn(sourceOf(writeProgram(low, options, {}, 1))),
    set: (index, value) => {
      if (index < parameters) given[index]![0] = value;
      else vector[index - parameters] = value;
    },
    run: () => {
      last = run(0, 1, given);
      return {
        logWeight: last.logWeight[0]!,
        dimension: last.dimension[0]!,
        steps: last.steps,
        unaligned: last.unaligned,
      };
    },
    output: (k) => last?.columns[k]?.[0] ?? Number.NaN,
  };
}
