import type { Func, Instruction, Program, ValueId } from '../ir/ir.js';
import { findFunction } from '../ir/program.js';
import { inlineRegion } from '../ir/walk.js';
import { withBody } from './bind.js';
import { recursiveFunctions, sizeOf } from './call_graph.js';
import { mapBody } from './map_body.js';
import { createTyping, standIn } from './stand_in.js';

/** `size`: a function does not grow above so many instructions by inlining; calls that would make it so stay calls. */
type InlineOptions = { readonly size?: number };

const defaultSize = 20_000;

/**
 * Puts the bodies of functions that don't call themselves in the place of their calls, in `main` and in all that it still calls. What
 * families name is left alone: draws and scores are not calls. Calls of densities stay too, so that passes see whose they are. A body gets the caller's address operand for its parameter, so
 * every draw and score keeps its address and site and thus its noise: values are the same to the bit. Only the count of steps is less.
 */
export function inline(program: Program, main: string, options: InlineOptions = {}): Program {
  const inlined = inliner(program, options);
  const changed: Record<string, Func> = {};
  const pending = [main];
  const seen = new Set(pending);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const before = findFunction(program, name);
    if (before === null) continue;
    const { func, calls } = inlined(name, before);
    if (func !== before) changed[name] = func;
    for (const callee of calls) {
      if (seen.has(callee)) continue;
      seen.add(callee);
      pending.push(callee);
    }
  }
  return Object.keys(changed).length === 0 ? program : { ...program, functions: { ...program.functions, ...changed } };
}

/** As `inline`, for one function, which need not be in the program: a family's function before it is taken apart. */
export const inlineFunction = (program: Program, func: Func, options: InlineOptions = {}): Func =>
  inliner(program, options)(func.name, func).func;

/** A function after inlining, its size, and the functions that it still calls. */
type Inlined = { readonly func: Func; readonly size: number; readonly calls: ReadonlySet<string> };

function inliner(program: Program, options: InlineOptions): (name: string, func: Func) => Inlined {
  const limit = options.size ?? defaultSize;
  const recursive = recursiveFunctions(program);
  const densities = new Set(Object.values(program.families).flatMap((f) => [f.logpdf, f.require]));
  const done = new Map<string, Inlined>();
  const inlined = (name: string, func: Func): Inlined => {
    const known = done.get(name);
    if (known !== undefined) return known;
    let size = sizeOf(func.body);
    const typing = createTyping(func.body);
    const calls = new Set<string>();
    const values = new Map<ValueId, ValueId>();
    const spliced = (instruction: Instruction): Instruction | readonly Instruction[] => {
      if (instruction.kind !== 'call') return instruction;
      const stay = (): Instruction => {
        calls.add(instruction.callee);
        return instruction;
      };
      const callee = findFunction(program, instruction.callee);
      if (callee === null || recursive.has(instruction.callee) || densities.has(instruction.callee)) return stay();
      const inner = inlined(instruction.callee, callee);
      if (size + inner.size > limit) return stay();
      size += inner.size;
      for (const name of inner.calls) calls.add(name);
      const { at } = instruction;
      const written: Instruction[] = [];
      const args = inner.func.body.args.map((arg, i) =>
        standIn(instruction.args[i] ?? arg.id, arg.type, typing, at, written),
      );
      const { instructions, yields } = inlineRegion(inner.func.body, args, typing.fresh);
      for (const copy of instructions) written.push(copy);
      instruction.results.forEach((result, i) => {
        values.set(result.id, standIn(yields[i] ?? result.id, result.type, typing, at, written));
      });
      return written;
    };
    const body = mapBody(func.body, values, spliced, typing.learn);
    const result = { func: withBody(func, body), size, calls };
    done.set(name, result);
    return result;
  };
  return inlined;
}
