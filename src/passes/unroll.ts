import type { Func, Instruction, InstructionOf, Program, ValueId } from '../ir/ir.js';
import { findFunction, withFlags } from '../ir/program.js';
import { inlineRegion, some, visit } from '../ir/walk.js';
import { withBody } from './bind.js';
import { sizeOf } from './call_graph.js';
import { mapBody } from './map_body.js';
import { createTyping, standIn } from './stand_in.js';

/** How long a loop may be that is still written out. */
type UnrollOptions = {
  /** The most iterations of a loop that is unrolled. */
  readonly iterations?: number;
  /** The most instructions that unrolling may make, all loops of a function together. */
  readonly instructions?: number;
};

/**
 * Writes short `for` loops with constant bounds out in `main`, inner loops first, so that the index, and with it the addresses of draws,
 * become constants. Each iteration has the address that it had in the loop, and the order of all effects is the same: every
 * value is the same to the bit. Only the count of steps is less.
 */
export function unroll(program: Program, main: string, options: UnrollOptions = {}): Program {
  const func = findFunction(program, main);
  if (func === null) return program;
  const unrolled = unrollFunction(func, options);
  // A loop that never runs may have been all that draws or weighs.
  return unrolled === func ? program : withFlags({ ...program, functions: { ...program.functions, [main]: unrolled } });
}

/** As `unroll`, for one function. */
function unrollFunction(func: Func, options: UnrollOptions = {}): Func {
  if (!some(func.body, (instruction) => instruction.kind === 'for')) return func;
  const most = options.iterations ?? 64;
  let budget = options.instructions ?? 4000;
  const typing = createTyping(func.body);
  const numbers = new Map<ValueId, number>();
  visit(func.body, (instruction) => {
    if (instruction.kind === 'const' && typeof instruction.value === 'number')
      numbers.set(instruction.result.id, instruction.value);
  });
  const values = new Map<ValueId, ValueId>();
  const iterations = (loop: InstructionOf<'for'>): readonly number[] | null => {
    const low = numbers.get(loop.low);
    const high = numbers.get(loop.high);
    if (low === undefined || high === undefined || !Number.isSafeInteger(low) || !(high - low <= most)) return null;
    const count = Math.max(0, Math.ceil(high - low));
    const cost = count * (sizeOf(loop.body) + 1);
    if (cost > budget) return null;
    budget -= cost;
    return Array.from({ length: count }, (_, i) => low + i);
  };
  const written = (instruction: Instruction): Instruction | readonly Instruction[] => {
    if (instruction.kind !== 'for') return instruction;
    const indices = iterations(instruction);
    if (indices === null) return instruction;
    const { at } = instruction;
    const [index, ...carriedArgs] = instruction.body.args;
    const into: Instruction[] = [];
    let carried = instruction.inits;
    for (const value of indices) {
      const result = typing.fresh(index?.type ?? { kind: 'int' });
      numbers.set(result.id, value);
      into.push({ kind: 'const', at, result, value });
      const given = carriedArgs.map((arg, i) => standIn(carried[i] ?? arg.id, arg.type, typing, at, into));
      const { instructions, yields } = inlineRegion(instruction.body, [result.id, ...given], typing.fresh);
      for (const copy of instructions) into.push(copy);
      carried = yields;
    }
    instruction.results.forEach((result, i) => {
      values.set(result.id, standIn(carried[i] ?? result.id, result.type, typing, at, into));
    });
    return into;
  };
  return withBody(func, mapBody(func.body, values, written, typing.learn));
}
