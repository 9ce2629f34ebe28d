/** Functions of a program that neither draw nor score, as functions of the host. */
import { defaultLimits, type Limits } from '../ir/engine.js';
import type { Constant, IrType, Program } from '../ir/ir.js';
import { fromConstant, type RuntimeValue, toConstant } from '../ir/values.js';
import { effectsOf } from './effects.js';
import { emitFunction } from './emit_function.js';
import { isForbiddenCode } from './factories.js';
import { givenValues, instantiate } from './factory.js';
import { functionOf } from './facts.js';
import { lowerPure } from './lower.js';
import { columnsOf } from './noise_columns.js';
import { slotsOf } from './shape.js';
import { longestBody } from './split.js';
import { newRunning, supportFunctions } from './support.js';
import { createTrace } from './trace.js';
import { chunkSize, newProgramWriter } from './writer.js';

/** A compiled function; one argument for each parameter. Throws a `Fault` where the function has one. */
type PureFunction = (...args: readonly Constant[]) => Constant;

/** Whether `compilePure` can compile a function of these types: no address, no string, one result, tuples and records in arrays alone. */
const isPlain = (type: IrType): boolean => {
  const slots = slotsOf(type);
  return type.kind !== 'tuple' && type.kind !== 'record' && slots.length === 1 && slots[0] !== 'word';
};

/**
 * Compiles a function that neither draws nor scores. Null where a parameter is an address, tuple or record, or there is not one plain
 * result, or where the platform forbids code from text.
 */
export function compilePure(program: Program, name: string, limits: Limits = defaultLimits): PureFunction | null {
  const func = functionOf(program, name);
  const types = func.body.args.map((arg) => arg.type);
  const [result] = func.results;
  if (result === undefined || func.results.length !== 1 || ![...types, result].every(isPlain)) return null;
  const options = { layout: 'particle', key: [0, 0], limits, externs: {} } as const;
  const low = lowerPure(program, name, limits.elements);
  const writer = newProgramWriter(low, options, effectsOf(low), { chunk: chunkSize, longestBody, overlapping: false });
  for (const f of low.functions.values()) emitFunction(writer, f);
  const buffers = (writer.buffers ?? []).map((length, k) => `const b${k} = new Float64Array(${length});`);
  const source = [...buffers, ...writer.lines, `return f${low.main.number};`].join('\n');
  const running = newRunning();
  const trace = createTrace(options.key, running.totals);
  const support = supportFunctions(options, { words: writer.words, types: writer.types, externs: low.externs });
  const columns = columnsOf(low.groups, options.layout, 0);
  const compiled = orNull(() => instantiate(source, givenValues(options, support, low, running, trace, columns)));
  if (compiled === null) return null;
  if (!isFunction(compiled)) throw new Error('codegen: the text made no function');
  const inward = types.map(taking);
  const outward: (value: RuntimeValue) => Constant = result.kind === 'array' ? toConstant : scalarOf;
  return (...args) => {
    running.totals.fill(0);
    running.at.depth = 0;
    return outward(compiled(...args.map((value, i) => inward[i]?.(value) ?? value)));
  };
}

/** Null where the platform forbids code from text. */
function orNull(make: () => unknown): unknown {
  try {
    return make();
  } catch (thrown) {
    if (isForbiddenCode(thrown)) return null;
    throw thrown;
  }
}

/** A number is itself; an array becomes what compiled code reads. */
const taking =
  (type: IrType): ((value: Constant) => RuntimeValue) =>
  (value) => {
    if (typeof value === 'number' || value instanceof Float64Array) return value;
    const taken = fromConstant(type, value);
    if (taken === null) throw new Error(`codegen: a value is no ${type.kind}`);
    return taken;
  };

const scalarOf = (value: RuntimeValue): Constant => (typeof value === 'number' ? value : toConstant(value));

const isFunction = (made: unknown): made is (...args: readonly RuntimeValue[]) => RuntimeValue =>
  typeof made === 'function';
