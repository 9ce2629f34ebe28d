import type { Constant, Program } from '../ir/ir.js';
import { visit } from '../ir/walk.js';
import type { Unit } from '../lower/unit.js';
import { createLibrary } from '../passes/conjugate/library.js';
import { solveConditions } from '../passes/solve_conditions.js';

/** The program with conditions on sums of draws solved for one of them, where that can be done; it has the mass functions then. */
export function withSolvedConditions(
  unit: Unit,
  program: Program,
  inputs: Readonly<Record<string, Constant>>,
): Program {
  const families = new Set<string>();
  for (const { body, draws, scores } of Object.values(program.functions)) {
    if (!draws || !scores) continue;
    let conditions = false;
    const drawn: string[] = [];
    visit(body, (i) => {
      if (i.kind === 'condition') conditions = true;
      if (i.kind === 'draw' && !i.shared && i.result.type.kind === 'int') drawn.push(i.family);
    });
    if (conditions) for (const family of drawn) families.add(family);
  }
  if (families.size === 0) return program;
  const complete = createLibrary(unit, inputs).complete(program, [...families]);
  const solved = solveConditions(complete);
  return solved === complete ? program : solved;
}
