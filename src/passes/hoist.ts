import type { Func, Instruction, InstructionOf, Program, Region, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';
import { findFunction } from '../ir/program.js';
import { mapRegions, operandsOf, regionsOf, rewrite, some } from '../ir/walk.js';
import { mapFunctions, withBody } from './bind.js';
import { purityOf, recursiveFunctions } from './call_graph.js';
import { sizesOf } from './sizes.js';

/**
 * Computes in front of a loop what is the same in all its iterations: operations without faults, and literals, wherever they stand in
 * the loop's own regions; what may have a fault only where the loop surely runs and nothing in front of it in an iteration could stop the
 * run before. Values, faults and the order of all effects are the same to the bit; only the count of steps may be less. Loops are taken
 * from the inside out, so that a value moves in front of all loops that it does not hang on.
 */
export function hoist(program: Program): Program {
  const faultless = faultlessIn(program);
  const isPure = purityOf(program);
  // Arrays that are put together stay with the loops that change them in place.
  const mayMove = (i: Instruction): boolean =>
    i.kind === 'address' || (isPure(i) && i.kind !== 'check' && !(i.kind === 'make' && i.result.type.kind === 'array'));
  return mapFunctions(program, (func) => hoistFunction(program, func, mayMove, faultless));
}

type Test = (i: Instruction) => boolean;

function hoistFunction(program: Program, func: Func, mayMove: Test, faultless: Test): Func {
  if (!some(func.body, (i) => i.kind === 'for' || i.kind === 'while')) return func;
  const sizes = sizesOf(program, func);
  const surelyRuns = ({ low, high }: InstructionOf<'for'>): boolean => {
    const [from, to] = [sizes.numberOf(low), sizes.numberOf(high)];
    return from !== null && to !== null && from < to;
  };
  // An element that is there however long the loop runs.
  const isThere = (i: Instruction): boolean =>
    i.kind === 'op' && i.op === 'index' && sizes.isInside(i.args[1] ?? -1, i.args[0] ?? -1);
  const moved = (loop: Instruction): Instruction | readonly Instruction[] => {
    if (loop.kind !== 'for' && loop.kind !== 'while') return loop;
    const out: Instruction[] = [];
    // What is made inside of the loop and stays there.
    const inside = new Set<ValueId>();
    const within = (region: Region, reached: boolean): Region => {
      for (const arg of region.args) inside.add(arg.id);
      let certain = reached;
      const body = region.body.filter((i) => {
        const same = !usesInside(i, inside);
        const harmless = faultless(i) || isThere(i);
        if (same && mayMove(i) && isSmall(i) && (harmless || certain)) {
          out.push(i);
          return false;
        }
        certain &&= harmless;
        for (const { id } of resultsOf(i)) inside.add(id);
        return true;
      });
      return body.length === region.body.length ? region : { ...region, body };
    };
    const runs = loop.kind === 'for' ? surelyRuns(loop) : false;
    let first = true;
    const next = mapRegions(loop, (region) => {
      const changed = within(region, loop.kind === 'while' ? first : runs);
      first = false;
      return changed;
    });
    return out.length === 0 ? loop : [...out, next];
  };
  return withBody(func, rewrite(func.body, moved));
}

/** Branches and loops stay: they would run where they were not needed. */
const isSmall = (i: Instruction): boolean => regionsOf(i).length === 0;

const usesInside = (i: Instruction, inside: ReadonlySet<ValueId>): boolean =>
  operandsOf(i).some((id) => inside.has(id));

/** Whether an operation ends without a fault whatever its operands are. */
export function isFaultless(op: OpName): boolean {
  switch (op) {
    case 'index':
    case 'set':
    case 'extend':
    case 'append':
    case 'fill':
    case 'to_enum':
      return false;
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'mod':
    case 'idiv':
    case 'pow':
    case 'power':
    case 'neg':
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
    case 'and':
    case 'or':
    case 'not':
    case 'floor':
    case 'ceil':
    case 'round':
    case 'trunc':
    case 'abs':
    case 'sign':
    case 'min':
    case 'max':
    case 'exp':
    case 'log':
    case 'sqrt':
    case 'sin':
    case 'cos':
    case 'to_real':
    case 'to_int':
    case 'length':
    case 'exists':
    case 'absent':
    case 'select':
      return true;
  }
}

/** Tells whether an instruction ends, without a fault, whatever its operands are: what draws or weighs may have a fault, and so may what loops. */
export function faultlessIn(program: Program): Test {
  const recursive = recursiveFunctions(program);
  const known = new Map<string, boolean>();
  const ofFunction = (name: string): boolean => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const func = findFunction(program, name);
    const answer = func !== null && !recursive.has(name) && !some(func.body, (i) => !itself(i));
    known.set(name, answer);
    return answer;
  };
  const itself = (i: Instruction): boolean => {
    switch (i.kind) {
      case 'const':
      case 'get':
      case 'make':
      case 'node':
      case 'address':
      case 'if':
        return true;
      case 'op':
        return isFaultless(i.op);
      case 'call':
        return ofFunction(i.callee);
      default:
        return false;
    }
  };
  return (i) => itself(i) && !regionsOf(i).some((region) => some(region, (inner) => !itself(inner)));
}
