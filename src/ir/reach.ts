/** Which functions run because others run: by calls, and by the draws and scores of families. */
import type { Family, Instruction, Program } from './ir.js';
import { findFamily, findFunction } from './program.js';
import { visit } from './walk.js';

/** The function by which a draw gets its value. */
export const samplerOf = (family: Family, shared: boolean): string =>
  shared && family.mechanism !== null ? family.mechanism : family.draw;

/** The functions that an instruction runs by itself. Those that its family names twice are there twice. */
export function runBy(program: Program, i: Instruction): readonly string[] {
  if (i.kind === 'call') return [i.callee];
  if (i.kind !== 'draw' && i.kind !== 'score') return [];
  const family = findFamily(program, i.family);
  if (family === null) return [];
  const entries =
    i.kind === 'draw'
      ? [samplerOf(family, i.shared), family.require]
      : [family.logpdf, family.require, i.abduct ? family.abduct : null];
  return entries.filter((name) => name !== null);
}

/** The functions that a program's functions can come to, each found when it is first asked for. */
type Reach = {
  /** What the function runs by itself, in textual order. */
  readonly direct: (name: string) => ReadonlySet<string>;
  /** All that can run because it runs; it is among them where it calls itself, by itself or by others. */
  readonly all: (name: string) => ReadonlySet<string>;
};

const reaches = new WeakMap<Program, Reach>();

/** The reach of the functions of a program, kept as long as the program is. */
export function reachIn(program: Program): Reach {
  const known = reaches.get(program);
  if (known !== undefined) return known;
  const made = newReach(program);
  reaches.set(program, made);
  return made;
}

function newReach(program: Program): Reach {
  const callees = new Map<string, ReadonlySet<string>>();
  const direct = (name: string): ReadonlySet<string> => {
    const known = callees.get(name);
    if (known !== undefined) return known;
    const found = new Set<string>();
    const func = findFunction(program, name);
    if (func !== null)
      visit(func.body, (i) => {
        for (const callee of runBy(program, i)) found.add(callee);
      });
    callees.set(name, found);
    return found;
  };
  const reached = new Map<string, ReadonlySet<string>>();
  const all = (name: string): ReadonlySet<string> => {
    const known = reached.get(name);
    if (known !== undefined) return known;
    const found = new Set(direct(name));
    for (const next of found) for (const callee of direct(next)) found.add(callee);
    reached.set(name, found);
    return found;
  };
  return { direct, all };
}
