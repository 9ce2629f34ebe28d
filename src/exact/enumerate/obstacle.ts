/** What can be said against enumerating a program before it is tried. */
import type { Family, Instruction, Program } from '../../ir/ir.js';
import { findFamily, findFunction } from '../../ir/program.js';
import { isScalarType } from '../../ir/values.js';
import { visit } from '../../ir/walk.js';
import type { Problem } from '../solver.js';

/** The reason why a program can't be enumerated; null if none is seen. */
export function obstacle({ program, main, outputs }: Problem): string | null {
  if (!outputs.every(isScalarType)) return 'a target is no number';
  const seen = new Set<string>();
  const waiting = [main];
  for (const name of waiting) {
    if (seen.has(name)) continue;
    seen.add(name);
    const func = findFunction(program, name);
    if (func === null) continue;
    let reason: string | null = null;
    visit(func.body, (i) => {
      reason ??= against(i, program, waiting);
    });
    if (reason !== null) return reason;
  }
  return null;
}

/** What speaks against one instruction; functions that it runs are put on the list. */
function against(i: Instruction, program: Program, waiting: string[]): string | null {
  switch (i.kind) {
    case 'draw': {
      const site = program.sites[i.site]?.name ?? `site ${i.site}`;
      if (i.shared || i.copy) return `worlds share the noise of ${site}`;
      const family = findFamily(program, i.family);
      if (family === null || isListed(family)) return null;
      if (!family.discrete) return `${site} is continuous`;
      waiting.push(family.draw);
      return null;
    }
    case 'score':
      return i.abduct ? `worlds share the noise of ${program.sites[i.site]?.name ?? `site ${i.site}`}` : null;
    case 'noise':
      return 'a distribution is drawn in a way that cannot be listed';
    case 'extern':
      return `${i.callee} is a function of the host program`;
    case 'call':
      if (findFunction(program, i.callee)?.draws === true || findFunction(program, i.callee)?.scores === true)
        waiting.push(i.callee);
      return null;
    default:
      return null;
  }
}

/** Whether the values of a family are listed by its mass function. */
export const isListed = (family: Family): boolean => family.discrete && isScalarType(family.value);
