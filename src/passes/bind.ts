import type { Constant, Func, Program, Region } from '../ir/ir.js';
import { rewrite } from '../ir/walk.js';

/** `missing`: names of inputs that were not given, in textual order; their instructions stay. */
type Bound = { readonly program: Program; readonly missing: readonly string[] };

/**
 * Puts model arguments and columns of data into the program: every `input` becomes a `const` of the same type. Arrays are
 * shared with the caller, not copied, and must not change afterwards. An input is by definition the same in every particle and
 * every world, so the distribution is that of the program with these inputs.
 */
export function bind(program: Program, inputs: Readonly<Record<string, Constant>>): Bound {
  const missing = new Set<string>();
  const bound = (region: Region): Region =>
    rewrite(region, (instruction) => {
      if (instruction.kind !== 'input') return instruction;
      const value = Object.hasOwn(inputs, instruction.name) ? inputs[instruction.name] : undefined;
      if (value === undefined) {
        missing.add(instruction.name);
        return instruction;
      }
      return { kind: 'const', at: instruction.at, result: instruction.result, value };
    });
  return { program: mapFunctions(program, (func) => withBody(func, bound(func.body))), missing: [...missing] };
}

/** The program with its functions changed; the same program where none changes. `change` gets the name in the program as well. */
export function mapFunctions(program: Program, change: (func: Func, name: string) => Func): Program {
  let changed = false;
  const functions = Object.entries(program.functions).map(([name, func]) => {
    const next = change(func, name);
    if (next !== func) changed = true;
    return [name, next] as const;
  });
  return changed ? { ...program, functions: Object.fromEntries(functions) } : program;
}

/** The function with another body; the same function where the body is the same. */
export const withBody = (func: Func, body: Region): Func => (body === func.body ? func : { ...func, body });
