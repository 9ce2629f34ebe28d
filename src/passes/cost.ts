import type { Instruction, InstructionOf, IrType, Program, Region, ValueId } from '../ir/ir.js';
import { findFamily, findFunction } from '../ir/program.js';
import { typesOf } from '../ir/walk.js';
import { recursiveFunctions } from './call_graph.js';

/** What running something once takes. `exact`: no count was guessed; where branches differ the dearer one counts. */
export type Cost = {
  /** Loop iterations and calls, as the limit on steps counts them. */
  readonly steps: number;
  /** Instructions executed, literals left out. */
  readonly operations: number;
  readonly exact: boolean;
};

/** A loop iteration or a call counts as this many elementary operations. */
export const operationsPerStep = 4;

/** Iterations of a loop, or nested calls of a recursive function, of which nothing is known. */
const guessedCount = 8;

const nothing: Cost = { steps: 0, operations: 0, exact: true };

const plus = (a: Cost, b: Cost): Cost => ({
  steps: a.steps + b.steps,
  operations: a.operations + b.operations,
  exact: a.exact && b.exact,
});

const times = (cost: Cost, count: number): Cost => ({
  ...cost,
  steps: cost.steps * count,
  operations: cost.operations * count,
});

const dearer = (a: Cost, b: Cost): Cost => ({
  steps: Math.max(a.steps, b.steps),
  operations: Math.max(a.operations, b.operations),
  exact: a.exact && b.exact,
});

const guessed = (cost: Cost): Cost => ({ ...cost, exact: false });

/** The functions by which a draw or score runs, in order. */
function functionsRunBy(program: Program, i: InstructionOf<'draw' | 'score'>): readonly string[] {
  const family = findFamily(program, i.family);
  if (family === null) return [];
  const own =
    i.kind === 'draw'
      ? [i.shared ? (family.mechanism ?? family.draw) : family.draw]
      : [family.logpdf, i.abduct ? family.abduct : null];
  return [family.require, ...own].filter((name) => name !== null);
}

/** Elementary operations that calls of the host take in a run of `main`; `calls` gives those of one call, by callee. */
export const costOfCalls = (program: Program, main: string, calls: ReadonlyMap<string, number>): number =>
  calls.size === 0 ? 0 : costOf(program, main, calls).operations - costOf(program, main).operations;

/**
 * The cost of a run of `main`; functions of families are counted at what their draws and scores run. `calls` gives what calls of the
 * host take beside the instruction itself.
 */
export function costOf(program: Program, main: string, calls: ReadonlyMap<string, number> = new Map()): Cost {
  const known = new Map<string, Cost | null>();
  const recursive = recursiveFunctions(program);
  const ofFunction = (name: string): Cost => {
    const found = known.get(name);
    if (found !== undefined) return found ?? guessed(nothing);
    const func = findFunction(program, name);
    if (func === null) return guessed(nothing);
    // A function that is being counted calls itself: its own cost is taken once more, some times over.
    known.set(name, null);
    const once = ofRegion(func.body, { types: typesOf(func.body), numbers: new Map() });
    const cost = recursive.has(name) ? guessed(times(once, guessedCount)) : once;
    known.set(name, cost);
    return cost;
  };
  const ofRegion = (region: Region, scope: Scope): Cost =>
    region.body.reduce((sum, instruction) => plus(sum, ofInstruction(instruction, scope)), nothing);
  const ofInstruction = (i: Instruction, scope: Scope): Cost => {
    const one: Cost = { steps: 0, operations: 1, exact: true };
    switch (i.kind) {
      case 'const':
        if (typeof i.value === 'number') scope.numbers.set(i.result.id, i.value);
        return nothing;
      case 'op': {
        const length = i.op === 'length' ? lengthOf(scope.types.get(i.args[0] ?? -1)) : null;
        if (length !== null) scope.numbers.set(i.result.id, length);
        return one;
      }
      case 'node':
        return nothing;
      case 'if':
        return plus(one, dearer(ofRegion(i.then, scope), ofRegion(i.otherwise, scope)));
      case 'for': {
        const body = plus({ steps: 1, operations: 1, exact: true }, ofRegion(i.body, scope));
        const low = scope.numbers.get(i.low);
        const high = scope.numbers.get(i.high);
        if (low === undefined || high === undefined) return guessed(times(body, guessedCount));
        return times(body, Math.max(0, Math.ceil(high - low) || 0));
      }
      case 'while': {
        const condition = ofRegion(i.condition, scope);
        const body = plus({ steps: 1, operations: 1, exact: false }, plus(condition, ofRegion(i.body, scope)));
        return plus(condition, times(body, guessedCount));
      }
      case 'extern':
        return { ...one, operations: 1 + (calls.get(i.callee) ?? 0) };
      case 'call':
        return plus({ steps: 1, operations: 1, exact: true }, ofFunction(i.callee));
      case 'draw':
      case 'score':
        return functionsRunBy(program, i).reduce((sum, name) => plus(sum, ofFunction(name)), one);
      default:
        return one;
    }
  };
  return ofFunction(main);
}

type Scope = { readonly types: ReadonlyMap<ValueId, IrType>; readonly numbers: Map<ValueId, number> };

const lengthOf = (type: IrType | undefined): number | null => (type?.kind === 'array' ? type.length : null);
