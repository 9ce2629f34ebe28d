/** Who calls whom in a program: reach, recursion, size, purity. */
import type { Family, Func, Instruction, Program, Region } from '../ir/ir.js';
import { familyEntries, findFamily, findFunction, weighs } from '../ir/program.js';
import { regionsOf, some, visit } from '../ir/walk.js';

/** The functions that a family names, in the order of `familyEntries`. */
const functionsOfFamily = (family: Family): readonly string[] => familyEntries.flatMap((entry) => family[entry] ?? []);

/** What a question's main function needs of the program. */
export type Reach = {
  readonly functions: ReadonlySet<string>;
  readonly families: ReadonlySet<string>;
  /** Functions that run below a draw or score: those that families name, and what these call. */
  readonly ofFamilies: ReadonlySet<string>;
};

/** Functions and families that can be used from `main` on, by calls, draws and scores. All entries of a family in use count. */
export function reachFrom(program: Program, main: string): Reach {
  const functions = new Set<string>();
  const families = new Set<string>();
  const ofFamilies = new Set<string>();
  const see = (name: string, inFamily: boolean): void => {
    const seen = inFamily ? ofFamilies : functions;
    const func = findFunction(program, name);
    if (func === null || seen.has(name)) return;
    seen.add(name);
    functions.add(name);
    visit(func.body, (instruction) => {
      if (instruction.kind === 'call') see(instruction.callee, inFamily);
      else if (instruction.kind === 'draw' || instruction.kind === 'score') {
        const family = findFamily(program, instruction.family);
        if (family === null || families.has(instruction.family)) return;
        families.add(instruction.family);
        for (const entry of functionsOfFamily(family)) see(entry, true);
      }
    });
  };
  see(main, false);
  return { functions, families, ofFamilies };
}

/** Names of the functions that the function calls itself, in textual order. */
function calleesOf(func: Func): ReadonlySet<string> {
  const found = new Set<string>();
  visit(func.body, (instruction) => {
    if (instruction.kind === 'call') found.add(instruction.callee);
  });
  return found;
}

/** The functions that can come back to themselves by calls (Tarjan 1972: components of more than one member, or with a loop). */
export function recursiveFunctions(program: Program): ReadonlySet<string> {
  const recursive = new Set<string>();
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const connect = (name: string, func: Func): void => {
    const own = order.size;
    order.set(name, own);
    low.set(name, own);
    stack.push(name);
    onStack.add(name);
    for (const callee of calleesOf(func)) {
      const next = findFunction(program, callee);
      if (next === null) continue;
      if (callee === name) recursive.add(name);
      if (!order.has(callee)) connect(callee, next);
      if (onStack.has(callee)) low.set(name, Math.min(low.get(name) ?? own, low.get(callee) ?? own));
    }
    if (low.get(name) !== own) return;
    const component = stack.splice(stack.indexOf(name));
    for (const member of component) {
      onStack.delete(member);
      if (component.length > 1) recursive.add(member);
    }
  };
  for (const [name, func] of Object.entries(program.functions)) if (!order.has(name)) connect(name, func);
  return recursive;
}

/** Number of instructions of a region, those of inner regions included. */
export function sizeOf(region: Region): number {
  let size = 0;
  visit(region, () => {
    size++;
  });
  return size;
}

const isPureItself = (instruction: Instruction): boolean => {
  switch (instruction.kind) {
    case 'input':
    case 'extern':
    case 'address':
    case 'noise':
    case 'draw':
    case 'node':
    case 'read':
      return false;
    default:
      return !weighs(instruction);
  }
};

/** Tells whether an instruction computes only, and always the same from the same operands; a fault counts as a result. */
export type Purity = (instruction: Instruction) => boolean;

/**
 * Purity of the program's instructions: calls and regions count with all that is in them. Inputs, calls of the host, nodes and all
 * that draws or weighs are not pure. Answers are kept, so make one for each state of the program.
 */
export function purityOf(program: Program): Purity {
  const known = new Map<string, boolean>();
  const isPureFunction = (name: string): boolean => {
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, true);
    const func = findFunction(program, name);
    const pure = func !== null && !some(func.body, (instruction) => !isPureHere(instruction));
    known.set(name, pure);
    return pure;
  };
  const isPureHere = (instruction: Instruction): boolean =>
    instruction.kind === 'call' ? isPureFunction(instruction.callee) : isPureItself(instruction);
  return (instruction) =>
    isPureHere(instruction) && !regionsOf(instruction).some((region) => some(region, (inner) => !isPureHere(inner)));
}
