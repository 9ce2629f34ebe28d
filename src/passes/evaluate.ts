import type { Limits } from '../ir/engine.js';
import { isFault } from '../ir/faults.js';
import { interpret } from '../ir/interpret.js';
import type { Constant, Func, Instruction, IrType, Program, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { emptyProgram, findFunction } from '../ir/program.js';
import { isScalarType } from '../ir/values.js';
import { usesOf } from '../ir/walk.js';
import { reachFrom } from './call_graph.js';

/** A literal with its type. */
export type Known = { readonly type: IrType; readonly value: Constant };

/** Limits for constants of the program, which every run would have to find again. */
const patientLimits: Limits = { steps: 1e6, depth: 1000, elements: 1e7, copied: 5e8 };

/** Limits for everything else: what takes longer is left for the run, as is a fault. */
const hastyLimits: Limits = { steps: 5e5, depth: 500, elements: 1e6, copied: 2e7 };

/** Where evaluated calls are kept, so that no call is tried twice. Belongs to one state of the inputs. */
export type Evaluator = {
  /** The results of a pure instruction with the given operands, or null where it has a fault or takes too long. */
  readonly run: (
    program: Program,
    instruction: Instruction,
    known: (id: ValueId) => Known | null,
  ) => readonly Constant[] | null;
};

const mainName = 'evaluated';

/** Runs pure instructions at compile time, by the reference interpreter itself: so the arithmetic is that of the run. */
export function createEvaluator(): Evaluator {
  const results = new Map<string, readonly Constant[] | null>();
  const failed = new WeakSet<Instruction>();
  return {
    run: (program, instruction, known) => {
      const key = keyOf(instruction, known);
      const found = key === null ? undefined : results.get(key);
      if (found !== undefined) return found;
      if (failed.has(instruction)) return null;
      const values = runOnce(program, instruction, known);
      if (key !== null) results.set(key, values);
      if (values === null) failed.add(instruction);
      return values;
    },
  };
}

/** Elements of an argument that is remembered. */
const mostElements = 100;

/** Calls with short arguments are remembered by name and arguments; -0 and NaN are told apart from 0 and null. */
function keyOf(instruction: Instruction, known: (id: ValueId) => Known | null): string | null {
  if (instruction.kind !== 'call') return null;
  const args: string[] = [];
  for (const id of instruction.args) {
    const literal = known(id);
    const text = literal === null ? null : textOf(literal.value);
    if (text === null) return null;
    args.push(text);
  }
  return `${instruction.callee}(${args.join(',')})`;
}

function textOf(value: Constant): string | null {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value.length > mostElements) return null;
  const parts = Array.from<Constant, string | null>(value, textOf);
  return parts.includes(null) ? null : `[${parts.join(',')}]`;
}

function runOnce(
  program: Program,
  instruction: Instruction,
  known: (id: ValueId) => Known | null,
): readonly Constant[] | null {
  const results = resultsOf(instruction);
  const body: Instruction[] = [];
  for (const id of usesOf(instruction)) {
    const literal = known(id);
    if (literal === null) return null;
    body.push({ kind: 'const', at: instruction.at, result: { id, type: literal.type }, value: literal.value });
  }
  body.push(instruction);
  // Values are numbered from 0.
  const root: Value = { id: -1, type: { kind: 'address' } };
  const main: Func = {
    name: mainName,
    body: { args: [root], body, yields: results.map((r) => r.id) },
    results: results.map((r) => r.type),
    draws: false,
    scores: false,
  };
  const isConstantOfProgram = instruction.kind === 'call' && instruction.args.length === 0;
  const limits = isConstantOfProgram ? patientLimits : hastyLimits;
  try {
    const kernel = interpret(withCallees(program, main), mainName, {
      layout: 'particle',
      key: [0, 0],
      limits,
      externs: {},
    });
    const { columns } = kernel.runBlock(0, 1);
    return results.map((result, i) => {
      const value = columns[i]?.[0];
      if (value === undefined) throw new Error(`fold: result ${i} of ${result.type.kind} is missing`);
      return isScalarType(result.type) ? Number(value) : value;
    });
  } catch (thrown) {
    if (isFault(thrown)) return null;
    throw thrown;
  }
}

/** The function alone with what it can call. */
function withCallees(program: Program, main: Func): Program {
  const whole: Program = { ...program, functions: { ...program.functions, [main.name]: main } };
  const functions: Record<string, Func> = {};
  for (const name of reachFrom(whole, main.name).functions) {
    const func = findFunction(whole, name);
    if (func !== null) functions[name] = func;
  }
  return { ...emptyProgram, functions, places: program.places, sources: program.sources };
}
