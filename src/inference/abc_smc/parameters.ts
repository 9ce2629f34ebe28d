import type { Instruction, Program, ValueId } from '../../ir/ir.js';
import { findFunction } from '../../ir/program.js';
import { definitions, freeValues, regionsOf, some } from '../../ir/walk.js';
import { mainName } from '../../passes/assemble.js';
import { openableDraws } from '../../passes/open_noise.js';
import { originsOf } from '../../passes/parameters.js';

/** In more dimensions than this, draws that loops made belong to the simulator. */
const mostDimensions = 24;

/**
 * The draws that particles move in, by their results: those that every run makes at a known address and that the first `outputs` values of
 * `main` are computed or drawn from, or that a loop which draws reads. Where that is many, those that stand in no loop of the model.
 * All other draws belong to the simulator and are made afresh.
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
  const found = originsOf(body, start);
  const moved = [...openable].filter((id) => found.has(id));
  return new Set(moved.length <= mostDimensions ? moved : moved.filter((id) => !inLoop(id)));

  /** Whether an iteration is part of the draw's address: its loop may have been unrolled. */
  function inLoop(id: ValueId): boolean {
    const definition = made.get(id);
    let at =
      definition?.kind === 'result' && definition.instruction.kind === 'draw' ? definition.instruction.address : -1;
    for (;;) {
      const step = made.get(at);
      if (step?.kind !== 'result' || step.instruction.kind !== 'address') return false;
      if (step.instruction.index !== null) return true;
      at = step.instruction.parent;
    }
  }
}
