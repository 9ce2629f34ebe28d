/** Which draws of a model in time are its parameters: what stays as it is while states move on. */
import type { Instruction, Program, Region, ValueId } from '../ir/ir.js';
import { findFunction, weighs } from '../ir/program.js';
import { definitions, freeValues, operandsOf, regionsOf, some, visit } from '../ir/walk.js';
import { mainName } from './assemble.js';
import { openableDraws } from './open_noise.js';

/**
 * The parameters among the draws of `main`, by their results; a method may open their noise. The rule:
 *
 * - A draw outside of loops and branches is a parameter if a loop that scores reads it in every round as the same value: the draw itself,
 *   or a value that is computed from it, also by way of other draws. What a loop carries from round to round, like the first state of a
 *   path, is no parameter for that.
 * - A model without such draws (its loop was short and unrolled, its recursion reads nothing from outside): all draws before the first score,
 *   outside of loops and branches.
 *
 * Only draws whose noise can be opened count (`openableDraws`); the others stay part of the states.
 */
export function parametersOf(program: Program): ReadonlySet<ValueId> {
  const main = findFunction(program, mainName);
  if (main === null) return new Set();
  const captured = capturedDraws(program);
  return captured.size > 0 ? captured : drawsBefore(main.body, scoringIn(program), openableDraws(program));
}

/** The parameters by the first rule alone: none where no loop scores. */
export function capturedDraws(program: Program): ReadonlySet<ValueId> {
  const main = findFunction(program, mainName);
  if (main === null) return new Set();
  const scores = scoringIn(program);
  const read = new Set<ValueId>();
  visit(main.body, (i) => {
    if ((i.kind === 'for' || i.kind === 'while') && regionsOf(i).some((inner) => some(inner, scores)))
      for (const inner of regionsOf(i)) for (const id of freeValues(inner)) read.add(id);
  });
  return drawsAmong(originsOf(main.body, read), openableDraws(program));
}

const scoringIn =
  (program: Program) =>
  (i: Instruction): boolean =>
    weighs(i) ? i.kind !== 'resample' : i.kind === 'call' && (findFunction(program, i.callee)?.scores ?? true);

const drawsAmong = (values: ReadonlySet<ValueId>, draws: ReadonlySet<ValueId>): ReadonlySet<ValueId> =>
  new Set([...draws].filter((id) => values.has(id)));

/** The values, and all that they are computed or drawn from. */
export function originsOf(body: Region, values: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const made = definitions(body);
  const found = new Set(values);
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
  return found;
}

function drawsBefore(
  body: Region,
  scores: (i: Instruction) => boolean,
  openable: ReadonlySet<ValueId>,
): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  for (const i of body.body) {
    if (scores(i) || regionsOf(i).some((inner) => some(inner, scores))) break;
    if (i.kind === 'draw' && openable.has(i.result.id)) found.add(i.result.id);
  }
  return found;
}
