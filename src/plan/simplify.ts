import { compilePure } from '../codegen/pure.js';
import { isFault } from '../ir/faults.js';
import type { Constant, Program } from '../ir/ir.js';
import { findFunction } from '../ir/program.js';
import { some } from '../ir/walk.js';
import type { Unit } from '../lower/unit.js';
import { mainName } from '../passes/assemble.js';
import { conjugate } from '../passes/conjugate/conjugate.js';
import { createLibrary, type Library } from '../passes/conjugate/library.js';
import type { Output } from '../passes/flatten.js';
import { integrate } from '../passes/integrate.js';
import { isListed } from '../passes/marginalise.js';
import type { LeftOut } from '../passes/passes.js';
import { prune } from '../passes/slice.js';
import type { Form } from '../syntax/tree.js';
import { withKnownLengths } from './known_lengths.js';
import { type Attempt, solve, solveBudget } from './solve.js';

/** Names of the sites of draws that were dealt with exactly before sampling. */
export type IntegratedNodes = {
  /** Drawn from their posterior, by conjugacy. */
  readonly drawn: readonly string[];
  /** Summed out. */
  readonly summed: readonly string[];
};

/** Nothing was integrated out. */
export const nothing: IntegratedNodes = { drawn: [], summed: [] };

type Whole = { readonly program: Program; readonly outputs: readonly Output[] };

/** A program of which all that can be is integrated out, and what the exact solvers made of it. */
export type Simplified = Whole & { readonly attempt: Attempt; readonly integrated: IntegratedNodes };

/**
 * Looks for an exact answer, first of the program as it is and then with conjugate draws made from their posteriors. Where there is
 * none, draws that only weigh are summed out (Rao–Blackwell), and what is left is for a sampling method.
 */
export function simplify(
  unit: Unit,
  given: Whole,
  form: Form,
  inputs: Readonly<Record<string, Constant>>,
  asked: string,
  without: LeftOut = new Set(),
): Simplified {
  const budget = solveBudget[asked === 'exact' ? 'asked' : 'auto'];
  const library = createLibrary(unit, inputs);
  const updatedOf = (program: Program) => {
    if (without.has('conjugate')) return { program, drawn: [] };
    const found = conjugate(program, mainName, { library, pure: constantOf });
    return { program: found.program, drawn: [...new Set(found.drawn)] };
  };
  const { program, outputs } = withKnownLengths(given);
  const first = solve(unit, program, outputs, form, inputs, budget);
  if (first.ok) return { program, outputs, attempt: first, integrated: nothing };
  const updated = updatedOf(program);
  const second = updated.program === program ? first : solve(unit, updated.program, outputs, form, inputs, budget);
  if (second.ok)
    return { program: updated.program, outputs, attempt: second, integrated: { drawn: updated.drawn, summed: [] } };
  // To be sampled, outputs stay whole: a column for each of thousands of parts would be slow.
  const sampled = program === given.program ? updated : updatedOf(given.program);
  const { program: left, sites } = without.has('integrate')
    ? { program: sampled.program, sites: [] }
    : integrate(withDensities(sampled.program, library), mainName);
  const summed = [...new Set(sites.map((site) => program.sites[site]?.name ?? ''))];
  return {
    program: sites.length === 0 ? sampled.program : left,
    outputs: given.outputs,
    attempt: second,
    integrated: { drawn: sampled.drawn, summed },
  };
}

/** The program with the densities of the families that draws of bools and enums come from. */
function withDensities(program: Program, library: Library): Program {
  const families = new Set<string>();
  const main = findFunction(program, mainName);
  if (main === null) return program;
  some(main.body, (i) => {
    if (i.kind === 'draw' && isListed(i) && !i.shared) families.add(i.family);
    return false;
  });
  return families.size === 0 ? program : library.complete(program, [...families]);
}

/** What a function without parameters gives; null where it has a fault. */
export function constantOf(program: Program, name: string): Constant | null {
  const compiled = compilePure(prune(program, name), name);
  if (compiled === null) return null;
  try {
    return compiled();
  } catch (thrown) {
    if (isFault(thrown)) return null;
    throw thrown;
  }
}
