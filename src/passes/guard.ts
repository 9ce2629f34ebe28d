import { guardedName } from '../ir/extern.js';
import type { Func, Instruction, IrType, Program, Region, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { mapRegions, some, visit } from '../ir/walk.js';
import { reachFrom } from './call_graph.js';

/**
 * Calls of functions that may fail become calls that say whether they did, followed by the condition that they did not: a run whose
 * call fails has weight zero, in whichever world it happens. Runs whose calls all succeed keep their weights, so the distribution is that
 * of the program given that nothing fails. Comes after slicing: what is not needed is neither called nor demanded to succeed. In functions of families,
 * which cannot weigh, a call that fails stays a fault.
 */
export function guardCalls(program: Program, main: string, fallible: ReadonlySet<string>): Program {
  if (fallible.size === 0) return program;
  const calls = (i: Instruction): boolean => i.kind === 'extern' && fallible.has(i.callee);
  const { functions: reached, ofFamilies } = reachFrom(program, main);
  const guarded = new Set<string>();
  for (const func of Object.values(program.functions))
    if (reached.has(func.name) && !ofFamilies.has(func.name) && some(func.body, calls)) guarded.add(func.name);
  if (guarded.size === 0) return program;
  const weighing = callersOf(program, guarded);
  const functions = Object.entries(program.functions).map(([name, func]): [string, Func] => {
    if (guarded.has(name)) return [name, { ...guardedFunction(func, calls), scores: true }];
    return [name, weighing.has(name) ? { ...func, scores: true } : func];
  });
  return { ...program, functions: Object.fromEntries(functions) };
}

/** The functions and all that call them. */
function callersOf(program: Program, names: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(names);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const func of Object.values(program.functions))
      if (some(func.body, (i) => i.kind === 'call' && found.has(i.callee))) found.add(func.name);
  }
  return found;
}

function guardedFunction(func: Func, calls: (i: Instruction) => boolean): Func {
  let next = 1 + greatestId(func.body);
  const region = (r: Region): Region => ({ ...r, body: r.body.flatMap(instruction) });
  const instruction = (i: Instruction): readonly Instruction[] => {
    if (i.kind !== 'extern' || !calls(i)) return [mapRegions(i, region)];
    const { at, callee, args, result } = i;
    const [pair, answered] = [next++, next++];
    const bool: IrType = { kind: 'bool' };
    const part = result.type.kind === 'address' ? bool : result.type;
    const type: IrType = { kind: 'tuple', elements: [bool, part] };
    return [
      { kind: 'extern', at, callee: guardedName(callee), args, result: { id: pair, type } },
      { kind: 'get', at, result: { id: answered, type: bool }, target: pair, position: 0 },
      { kind: 'condition', at, value: answered },
      { kind: 'get', at, result, target: pair, position: 1 },
    ];
  };
  return { ...func, body: region(func.body) };
}

/** The greatest number of a value that the region makes. */
function greatestId(region: Region): ValueId {
  let greatest = -1;
  const see = ({ args }: Region): void => {
    for (const { id } of args) greatest = Math.max(greatest, id);
  };
  see(region);
  visit(region, (i) => {
    for (const { id } of resultsOf(i)) greatest = Math.max(greatest, id);
    if (i.kind === 'for') see(i.body);
    if (i.kind === 'while') [i.condition, i.body].forEach(see);
    if (i.kind === 'if') [i.then, i.otherwise].forEach(see);
  });
  return greatest;
}
