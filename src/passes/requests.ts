import type { Instruction, NoiseKind, Program } from '../ir/ir.js';
import { findFamily, findFunction } from '../ir/program.js';
import { some } from '../ir/walk.js';

/**
 * The kind of the one number of noise that a family's draw takes, by its mechanism if `shared`: asked for at the draw's own address, once
 * in every run. Null where it takes none, several, or a number that hangs on the run.
 */
export function requestOfDraw(program: Program, familyName: string, shared: boolean): NoiseKind | null {
  const family = findFamily(program, familyName);
  if (family === null) return null;
  const func = findFunction(program, shared ? (family.mechanism ?? family.draw) : family.draw);
  if (func === null) return null;
  let kind: NoiseKind | null = null;
  for (const i of func.body.body) {
    if (i.kind !== 'noise') {
      if (some({ args: [], body: [i], yields: [] }, (inner) => asksForNoise(program, inner))) return null;
      continue;
    }
    if (kind !== null || i.address !== func.body.args[0]?.id) return null;
    kind = i.noise;
  }
  return kind;
}

const asksForNoise = (program: Program, i: Instruction): boolean =>
  i.kind === 'noise' || i.kind === 'draw' || (i.kind === 'call' && (findFunction(program, i.callee)?.draws ?? true));
