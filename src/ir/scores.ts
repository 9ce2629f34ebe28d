import type { Instruction } from './ir.js';

/** Whether an instruction itself weighs the run, or marks a place for resampling. */
export function isScore(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'score':
    case 'condition':
    case 'factor':
    case 'equal':
    case 'approximate':
    case 'resample':
      return true;
    default:
      return false;
  }
}
