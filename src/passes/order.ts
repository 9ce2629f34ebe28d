import type { Instruction, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { eachUseOf, regionsOf, usesOf, visit } from '../ir/walk.js';

/**
 * Puts the instructions of one region into an order in which every value is made before it is used, and noise is fixed by evidence before
 * another world draws on it; otherwise the order stays as it was. Null when there is no such order: two pieces of evidence then wait
 * for each other. `fixedInCopies` are the sites whose evidence speaks of another world than the one seen.
 */
export function order(
  instructions: readonly Instruction[],
  fixedInCopies: ReadonlySet<number> = new Set(),
): readonly Instruction[] | null {
  const maker = new Map<ValueId, number>();
  const fixedBy = new Map<number, number>();
  let fixing = false;
  instructions.forEach((instruction, i) => {
    for (const { id } of resultsOf(instruction)) maker.set(id, i);
    fixing ||= mayFix(instruction);
  });
  if (fixing) {
    for (const [i, instruction] of instructions.entries()) for (const site of fixes(instruction)) fixedBy.set(site, i);
  }
  if (isOrdered(instructions, maker, fixedBy, fixedInCopies)) return instructions;
  const waits = instructions.map((instruction, i) => {
    const before = new Set<number>();
    for (const id of usesOf(instruction)) {
      const from = maker.get(id);
      if (from !== undefined) before.add(from);
    }
    if (fixedBy.size > 0) {
      for (const site of drawsOn(instruction, fixedInCopies)) {
        const from = fixedBy.get(site);
        if (from !== undefined && from !== i) before.add(from);
      }
    }
    return before;
  });
  const placed: Instruction[] = [];
  const done = new Set<number>();
  const open = new Set<number>();
  const place = (i: number): boolean => {
    if (done.has(i)) return true;
    if (open.has(i)) return false;
    open.add(i);
    for (const j of [...(waits[i] ?? [])].sort((a, b) => a - b)) if (!place(j)) return false;
    open.delete(i);
    done.add(i);
    const instruction = instructions[i];
    if (instruction !== undefined) placed.push(instruction);
    return true;
  };
  for (let i = 0; i < instructions.length; i++) if (!place(i)) return null;
  return placed;
}

/** Whether every value is made, and all noise fixed, before it is used. */
function isOrdered(
  instructions: readonly Instruction[],
  maker: ReadonlyMap<ValueId, number>,
  fixedBy: ReadonlyMap<number, number>,
  fixedInCopies: ReadonlySet<number>,
): boolean {
  let ordered = true;
  let here = 0;
  const check = (id: ValueId): void => {
    if ((maker.get(id) ?? -1) >= here) ordered = false;
  };
  for (const instruction of instructions) {
    eachUseOf(instruction, check);
    if (ordered && fixedBy.size > 0)
      for (const site of drawsOn(instruction, fixedInCopies)) if ((fixedBy.get(site) ?? -1) > here) ordered = false;
    if (!ordered) return false;
    here += 1;
  }
  return true;
}

/** Whether the instruction is a score, or may hold one, that fixes noise. */
const mayFix = (instruction: Instruction): boolean =>
  instruction.kind === 'score' ? instruction.abduct : regionsOf(instruction).length > 0;

/** Sites whose noise the instruction fixes. */
function fixes(instruction: Instruction): readonly number[] {
  const sites: number[] = [];
  each(instruction, (i) => {
    if (i.kind === 'score' && i.abduct) sites.push(i.site);
  });
  return sites;
}

/** Sites whose noise the instruction asks for in another world than the one whose evidence fixes it. */
function drawsOn(instruction: Instruction, fixedInCopies: ReadonlySet<number>): readonly number[] {
  const sites: number[] = [];
  each(instruction, (i) => {
    if (i.kind === 'draw' && i.shared && i.copy !== fixedInCopies.has(i.site)) sites.push(i.site);
  });
  return sites;
}

const each = (instruction: Instruction, see: (instruction: Instruction) => void): void =>
  visit({ args: [], body: [instruction], yields: [] }, see);
