/** The JavaScript engine: IR → source text → function → kernel. */
import { type BlockResult, blockSize, type Engine, type Kernel, type KernelOptions } from '../inference/engine.js';
import { depthFault, isFault } from '../ir/faults.js';
import type { Constant, Func, IrType, Program } from '../ir/ir.js';
import { absentValue, isScalarType, type RuntimeValue, toConstant } from '../ir/values.js';
import { particleState } from '../runtime/random/source.js';
import { deepest, effectsOf } from './effects.js';
import { emitFunction, emitMain } from './emit_function.js';
import { functionOf } from './facts.js';
import type { LowProgram } from './low.js';
import { lower } from './lower.js';
import { columnsOf, type NoiseColumns } from './noise_columns.js';
import { longestBody } from './split.js';
import { newRunning, supportFunctions } from './support.js';
import { clearMemory, createTrace, newMemory } from './trace.js';
import { chunkSize, type ProgramWriter } from './writer.js';

/** What only tests change. */
export type EmitTuning = {
  /** Longest body before it is split, in operations. */
  readonly longestBody?: number;
  /** Changes the text before it becomes a function. */
  readonly rewrite?: (text: string) => string;
};

/** Prints all functions of a lowered program. */
export function writeProgram(
  low: LowProgram,
  options: Pick<KernelOptions, 'layout' | 'limits'>,
  tuning: EmitTuning = {},
): ProgramWriter {
  const program: ProgramWriter = {
    low,
    options,
    effects: effectsOf(low),
    words: [],
    types: [],
    longestBody: tuning.longestBody ?? longestBody,
    countsDepth: deepest(low) > options.limits.depth,
    lines: [],
  };
  for (const f of low.functions.values()) emitFunction(program, f);
  emitMain(program);
  return program;
}

/** Names of the parameters of the factory, in order: everything that the text sees. */
export const factoryNames = (support: Readonly<Record<string, unknown>>, low: LowProgram): readonly string[] => [
  ...Object.keys(support),
  'k0',
  'k1',
  'st',
  'at',
  'totals',
  'numbers',
  'values',
  'trace',
  ...low.constants.map((_, k) => `c${k}`),
  ...low.groups.map((_, k) => `g${k}`),
];

/** The source text that the engine makes of a program, for people to read. */
export function emitJavaScript(program: Program, main: string, options: KernelOptions): string {
  const low = lower(program, main, { layout: options.layout, elements: options.limits.elements });
  return `${sourceOf(writeProgram(low, options), functionOf(program, main).results.length)}\n`;
}

function sourceOf(writer: ProgramWriter, results: number): string {
  const outputs = Array.from({ length: results }, (_, k) => `o${k}`);
  const lines = ["'use strict';"];
  if (outputs.length > 0) lines.push(`let ${outputs.join(', ')};`);
  lines.push(...writer.lines);
  lines.push(`return { main, outputs: (columns) => { ${outputs.map((o, k) => `${o} = columns[${k}];`).join(' ')} } };`);
  return lines.join('\n');
}

type Compiled = {
  readonly main: (p: number, q: number) => void;
  readonly outputs: (columns: readonly (Float64Array | RuntimeValue[])[]) => void;
};

const isCompiled = (made: unknown): made is Compiled =>
  typeof made === 'object' && made !== null && 'main' in made && 'outputs' in made;

/** Runs a factory's text with what it is handed. */
export function instantiate(text: string, names: readonly string[], given: readonly unknown[]): unknown {
  const factory: unknown = new Function(...names, text);
  if (typeof factory !== 'function') throw new Error('codegen: the text is no function');
  return factory(...given);
}

/** The engine, with its text open to changes for tests. */
export function compileTuned(program: Program, main: string, options: KernelOptions, tuning: EmitTuning): Kernel {
  const func = functionOf(program, main);
  const { layout, key, limits } = options;
  const low = lower(program, main, { layout, elements: limits.elements });
  const writer = writeProgram(low, options, tuning);
  const source = sourceOf(writer, func.results.length);
  const running = newRunning();
  const trace = createTrace(key, running.totals);
  const support = supportFunctions(options, { words: writer.words, types: writer.types, externs: low.externs });
  const columns = columnsOf(low.groups, layout);
  const compiled = instantiate(tuning.rewrite?.(source) ?? source, factoryNames(support, low), [
    ...Object.values(support),
    key[0],
    key[1],
    running.state,
    running.at,
    running.totals,
    new Float64Array(mostResults(low)),
    new Array(mostResults(low)).fill(null),
    trace,
    ...low.constants,
    ...columns.entries.map((c) => c.shown),
  ]);
  if (!isCompiled(compiled)) throw new Error('codegen: the text made no kernel');
  return kernelOf(func, compiled, { running, trace, columns, options });
}

/** The greatest number of results of a function. */
export const mostResults = (low: LowProgram): number =>
  [...low.functions.values()].reduce((most, f) => Math.max(most, f.results.length), 0);

type Parts = {
  readonly running: ReturnType<typeof newRunning>;
  readonly trace: ReturnType<typeof createTrace>;
  readonly columns: NoiseColumns;
  readonly options: KernelOptions;
};

function kernelOf(func: Func, compiled: Compiled, { running, trace, columns, options }: Parts): Kernel {
  const { layout, key } = options;
  const { totals, state, at } = running;
  const memory = newMemory();
  trace.use(memory);
  const runBlock = (block: number, count: number): BlockResult => {
    const logWeight = new Float64Array(count);
    const dimension = new Float64Array(count);
    const outputs = func.results.map((type) =>
      isScalarType(type) ? new Float64Array(count) : new Array<RuntimeValue>(count),
    );
    const first = block * blockSize;
    let unaligned = 0;
    let steps = 0;
    compiled.outputs(outputs);
    trace.startBlock(block);
    columns.start(key, block);
    for (let from = 0; from < count; from += chunkSize) {
      const size = Math.min(chunkSize, count - from);
      columns.fill(key, first + from, size);
      for (let q = 0; q < size; q++) {
        const p = from + q;
        totals.fill(0);
        at.particle = first + p;
        at.depth = 0;
        clearMemory(memory);
        if (layout === 'particle') particleState(key, first + p, state);
        compiled.main(p, q);
        logWeight[p] = totals[0]!;
        dimension[p] = totals[1]!;
        steps += totals[2]!;
        unaligned += totals[3]!;
        if (totals[0] === Number.NEGATIVE_INFINITY) eraseOutputs(outputs, func.results, p);
      }
    }
    return { count, logWeight, dimension, columns: outputs.map(asColumn), unaligned, steps };
  };
  return {
    runBlock: (block, count) => {
      try {
        return runBlock(block, count);
      } catch (thrown) {
        // The host's own stack ended before the limit did.
        if (!isFault(thrown) && thrown instanceof RangeError) throw depthFault(at.depth, -1);
        throw thrown;
      }
    },
  };
}

/** The outputs of a particle of weight zero are absent. */
export function eraseOutputs(
  outputs: readonly (Float64Array | RuntimeValue[])[],
  types: readonly IrType[],
  p: number,
): void {
  types.forEach((type, k) => {
    const column = outputs[k];
    if (column instanceof Float64Array) column[p] = Number.NaN;
    else if (column !== undefined) column[p] = absentValue(type);
  });
}

/** A column as the outside sees it. */
export const asColumn = (column: Float64Array | RuntimeValue[]): Float64Array | readonly Constant[] =>
  column instanceof Float64Array ? column : column.map(toConstant);

/** The engine that runs programs as JavaScript. Same bits as the reference interpreter. */
export const javascript: Engine = (program, main, options) => compileTuned(program, main, options, {});
