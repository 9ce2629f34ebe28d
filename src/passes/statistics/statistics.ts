/** Sufficient statistics: many rows are weighed by what they have in common. */

import { createBuilder } from '../../ir/build.js';
import type { Constant, Func, Instruction, InstructionOf, Program, ValueId } from '../../ir/ir.js';
import { findFamily, findFunction, withFlags } from '../../ir/program.js';
import { valuesOf, visit } from '../../ir/walk.js';
import { purityOf, sizeOf } from '../call_graph.js';
import { randomValues } from '../randomness.js';
import { writeCounted } from './counted.js';
import { listedPlates } from './listed.js';
import { loopedPlate, withoutTaken } from './looped.js';
import { choosingSlot, countedRows, type Plate, type Setting, settled, splitBy, unified } from './plate.js';
import { writeSummed } from './summed.js';

/** Different rows up to this number are always weighed one by one: no algebra is cheaper. */
const fewRows = 3;
/** What is written must be so many times less work than the rows, in instructions. */
const gain = 0.6;

/**
 * Weighs the rows of plates of `main` together: scores of a loop over data, or of such a loop that was written out. Where the log density
 * is a sum of products of a function of data and a function of parameters, the functions of data are summed up before the run
 * (`summed.ts`); else equal rows are weighed once (`counted.ts`). Families are known by their densities alone, which are interpreted as
 * algebra. An element of an array of parameters that data chooses is a plate for each element.
 *
 * The log weight of a run stays but for rounding. What the run demands of parameters stays too (E0601, E0604), and so do weights of
 * zero: a plate with a row outside of the support stays as it is. Densities become factors, which have no dimension: all runs lose the
 * same number of dimensions, since plates in branches stay. Afterwards scores cannot be seen one by one, so this is for methods
 * that look at the whole weight of a run alone.
 *
 * `main` must be inlined, bound and without `node` instructions. `pure` computes a function of a program that takes nothing.
 */
export function withStatistics(program: Program, main: string, pure: Setting['pure']): Program {
  const func = findFunction(program, main);
  if (func === null || !func.body.body.some((i) => i.kind === 'score' || i.kind === 'for')) return program;
  const setting = settingOf(program, func, pure);
  const copied = new Set<number>();
  visit(func.body, (i) => {
    if (i.kind === 'draw' && i.copy) copied.add(i.site);
  });
  const changed = new Map<Instruction, readonly Instruction[]>();
  for (const i of func.body.body) {
    if (i.kind !== 'for') continue;
    const found = loopedPlate(i, func.body, copied, setting);
    const written = found === null ? null : writtenPlate(found.plate, setting);
    if (found !== null && written !== null) changed.set(i, [withoutTaken(i, found.taken), ...written]);
  }
  for (const { plate, taken } of listedPlates(func.body, copied, setting)) {
    const written = writtenPlate(plate, setting);
    if (written === null) continue;
    for (const score of taken) changed.set(score, []);
    changed.set(taken[taken.length - 1]!, written);
  }
  if (changed.size === 0) return program;
  const body = func.body.body.flatMap((i) => changed.get(i) ?? [i]);
  const next = { ...func, body: { ...func.body, body } };
  return withFlags({ ...program, functions: { ...program.functions, [main]: next } });
}

/** What is known of a function. */
export function settingOf(program: Program, func: Func, pure: Setting['pure']): Setting {
  const literals = new Map<ValueId, Constant>();
  visit(func.body, (i) => {
    if (i.kind === 'const') literals.set(i.result.id, i.value);
  });
  return {
    program,
    isPure: purityOf(program),
    builder: createBuilder({ known: valuesOf(func.body) }),
    random: randomValues(program, func.body),
    literals,
    pure,
  };
}

/** What weighs all rows of a plate in their place; null where that is no less work. */
function writtenPlate(plate: Plate, setting: Setting): readonly Instruction[] | null {
  const { instructions, value } = setting.builder.collect(() => write(plate, setting));
  if (!value) return null;
  const before = plate.rows * workOf(plate.body, setting);
  return workOf(instructions, setting) <= gain * before ? instructions : null;
}

/** Writes the weight of a plate into the open region; false where it stays as it is. */
function write(given: Plate, setting: Setting): boolean {
  const { before, plate } = settled(unified(given, setting.builder), setting.isPure);
  for (const i of before) setting.builder.emit(i);
  const inner: Setting = { ...setting, literals: withLiterals(setting.literals, before) };
  const choosing = choosingSlot(plate, inner);
  if (choosing !== null) {
    const parts = splitBy(plate, choosing, inner.builder);
    return parts.length <= plate.rows * gain && parts.every((part) => write(part, inner));
  }
  const few = countedRows(plate, fewRows);
  if (few !== null) return writeCounted(few, inner);
  const { instructions, value } = inner.builder.collect(() => writeSummed(plate, inner));
  if (value) {
    for (const i of instructions) inner.builder.emit(i);
    return true;
  }
  const counted = countedRows(plate, Math.floor(plate.rows * gain));
  return counted !== null && writeCounted(counted, inner);
}

const withLiterals = (
  literals: ReadonlyMap<ValueId, Constant>,
  more: readonly Instruction[],
): ReadonlyMap<ValueId, Constant> => {
  const found = more.filter((i): i is InstructionOf<'const'> => i.kind === 'const');
  return found.length === 0 ? literals : new Map([...literals, ...found.map((i) => [i.result.id, i.value] as const)]);
};

/** About how many instructions a run takes, literals left out: each loop as often as its literals say. */
function workOf(instructions: readonly Instruction[], { program, literals }: Setting): number {
  const numbers = new Map<ValueId, Constant>(literals);
  visit({ args: [], body: instructions, yields: [] }, (i) => {
    if (i.kind === 'const') numbers.set(i.result.id, i.value);
  });
  const sizeOfFunction = (name: string | null): number => {
    const func = name === null ? null : findFunction(program, name);
    return func === null ? 0 : sizeOf(func.body);
  };
  const of = (body: readonly Instruction[]): number => body.reduce((sum, i) => sum + one(i), 0);
  const one = (i: Instruction): number => {
    switch (i.kind) {
      case 'const':
        return 0;
      case 'score': {
        const family = findFamily(program, i.family);
        return 1 + (family === null ? 0 : sizeOfFunction(family.logpdf) + sizeOfFunction(family.require));
      }
      case 'call':
        return sizeOfFunction(i.callee);
      case 'for': {
        const [low, high] = [numbers.get(i.low), numbers.get(i.high)];
        const trips = typeof low === 'number' && typeof high === 'number' ? Math.max(0, high - low) : 1;
        return trips * of(i.body.body);
      }
      case 'if':
        return 1 + Math.max(of(i.then.body), of(i.otherwise.body));
      default:
        return 1;
    }
  };
  return of(instructions);
}
