import type { Instruction, Program, ValueId } from '../../ir/ir.js';
import { findFunction } from '../../ir/program.js';
import { definitions, freeValues, operandsOf, regionsOf, some } from '../../ir/walk.js';
import { mainName } from '../../passes/assemble.js';
import { openableDraws } from '../../passes/open_noise.js';

/**
 * The draws that particles move in, by their results: those outside of loops and branches that the first `outputs` values of `main` are
 * computed or drawn from, and those that a loop which draws reads. All other draws belong to the simulator and are made afresh.
 */
export function movedDraws(program: Program, outputs: number): ReadonlySet<ValueId> {
  const main = findFunction(program, mainName);
  if (main === null) return new Set();
  const openable = openableDraws(program);
  const { body } = main;
  const draws = (i: Instruction): boolean =>
    i.kind === 'draw' || (i.kind === 'call' && (findFunction(program, i.callee)?.draws ?? true));
  const start = new Set(body.yields.slice(0, outputs));
  for (const i of body.body)
    if (i.kind === 'for' || i.kind === 'while')
      for (const inner of regionsOf(i)) if (some(inner, draws)) for (const id of freeValues(inner)) start.add(id);
  const made = definitions(body);
  const found = new Set(start);
  for (const id of found) {
    const definition = made.get(id);
    if (definition === undefined || definition.kind === 'argument') continue;
    const { instruction } = definition;
    for (const operand of operandsOf(instruction)) found.add(operand);
    for (const inner of regionsOf(instruction)) {
      for (const operand of freeValues(inner)) found.add(operand);
      for (const operand of inner.yields) found.add(operand);
    }
  }
  return new Set([...openable].filter((id) => found.has(id)));
}
