import type { Instruction, Program } from '../../src/ir/ir.js';
import { findFunction } from '../../src/ir/program.js';
import { visit } from '../../src/ir/walk.js';

/** All instructions of a function, at any depth, in textual order. */
export function instructionsOf(program: Program, name = 'main'): readonly Instruction[] {
  const found: Instruction[] = [];
  const func = findFunction(program, name);
  if (func !== null) visit(func.body, (i) => found.push(i));
  return found;
}

export const countOf = (program: Program, kind: Instruction['kind'], name = 'main'): number =>
  instructionsOf(program, name).filter((i) => i.kind === kind).length;

/** The site numbers of the draws, in order. */
export const drawnSites = (program: Program, name = 'main'): readonly number[] =>
  instructionsOf(program, name).flatMap((i) => (i.kind === 'draw' ? [i.site] : []));
