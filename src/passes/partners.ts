import type { Instruction, Program } from '../ir/ir.js';
import { weighs } from '../ir/program.js';
import { rewrite, some } from '../ir/walk.js';

/**
 * The program with draws of other worlds that look for no partner where no draw of the world seen is left to be one: slicing has
 * taken that world away, so nothing is compared with it, and a draw without a partner there means nothing.
 */
export function withoutLonelyCopies(program: Program): Program {
  const functions = Object.values(program.functions);
  const isCopy = (i: Instruction): boolean => i.kind === 'draw' && i.copy;
  const isSeen = (i: Instruction): boolean => (i.kind === 'draw' && i.shared && !i.copy) || weighs(i);
  const lonely = functions.some((f) => some(f.body, isCopy)) && !functions.some((f) => some(f.body, isSeen));
  if (!lonely) return program;
  const alone = (i: Instruction): Instruction => (i.kind === 'draw' && i.copy ? { ...i, copy: false } : i);
  return {
    ...program,
    functions: Object.fromEntries(functions.map((f) => [f.name, { ...f, body: rewrite(f.body, alone) }])),
  };
}
