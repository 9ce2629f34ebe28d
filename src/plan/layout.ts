import type { NoiseLayout } from '../ir/engine.js';
import type { Program } from '../ir/ir.js';
import { some } from '../ir/walk.js';
import type { Analysis } from '../passes/analyse.js';

/** A layout of noise; the reason follows "because". */
export type LayoutChoice = { readonly layout: NoiseLayout; readonly reason: string };

/** Columns of a block that are worth their memory: 8 kB each. */
const mostColumns = 2048;

/** Chooses where noise comes from, from the program alone. */
export function chooseLayout(program: Program, facts: Analysis): LayoutChoice {
  const shared = Object.values(program.functions).some((f) => some(f.body, (i) => i.kind === 'draw' && i.shared));
  const few = facts.columns !== null && facts.columns <= mostColumns;
  if (few && (!shared || facts.singleRequest)) {
    return { layout: 'column', reason: 'every draw happens once in every run, at an address known beforehand' };
  }
  const why =
    facts.noColumns ?? (few ? 'shared draws take several numbers of noise' : 'there are too many draws for columns');
  if (shared) return { layout: 'addressed', reason: `worlds share noise, and ${why}` };
  return { layout: 'particle', reason: why };
}
