import type { Instruction, Program, Region, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { findFunction } from '../ir/program.js';
import { operandsOf, regionsOf } from '../ir/walk.js';

/**
 * The values of a region, at any depth, that may differ from particle to particle: draws, noise, what the host computes, and
 * all that hangs on them, through operands or through the branches and loops that lead to them. `given` are those of the values from
 * outside and of the region's arguments that do.
 */
export function randomValues(program: Program, region: Region, given: Iterable<ValueId> = []): ReadonlySet<ValueId> {
  const random = new Set(given);
  const isRandom = (id: ValueId): boolean => random.has(id);
  const add = (id: ValueId | undefined): void => {
    if (id !== undefined) random.add(id);
  };
  const addAll = (instruction: Instruction): void => {
    for (const result of resultsOf(instruction)) random.add(result.id);
  };
  const see = (instruction: Instruction): void => {
    switch (instruction.kind) {
      case 'draw':
      case 'noise':
      case 'extern':
      case 'read':
        addAll(instruction);
        return;
      case 'call':
        if ((findFunction(program, instruction.callee)?.draws ?? true) || instruction.args.some(isRandom))
          addAll(instruction);
        return;
      case 'if':
        for (const inner of regionsOf(instruction)) inner.body.forEach(see);
        instruction.results.forEach((result, i) => {
          const yields = [instruction.then.yields[i], instruction.otherwise.yields[i]];
          if (isRandom(instruction.condition) || yields.some((id) => id !== undefined && isRandom(id))) add(result.id);
        });
        return;
      case 'for':
      case 'while': {
        const shift = instruction.kind === 'for' ? 1 : 0;
        for (let before = -1; before !== random.size; ) {
          before = random.size;
          const trips = instruction.kind === 'for' ? [instruction.low, instruction.high] : instruction.condition.yields;
          const ends = trips.some(isRandom);
          instruction.inits.forEach((init, i) => {
            const next = instruction.body.yields[i];
            if (!ends && !isRandom(init) && (next === undefined || !isRandom(next))) return;
            add(instruction.body.args[i + shift]?.id);
            if (instruction.kind === 'while') add(instruction.condition.args[i]?.id);
            add(instruction.results[i]?.id);
          });
          if (instruction.kind === 'for' && isRandom(instruction.low)) add(instruction.body.args[0]?.id);
          for (const inner of regionsOf(instruction)) inner.body.forEach(see);
        }
        return;
      }
      default:
        if (operandsOf(instruction).some(isRandom)) addAll(instruction);
    }
  };
  region.body.forEach(see);
  return random;
}
