import type { Instruction, Program, Region, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { findFunction, weighs } from '../ir/program.js';
import { mapRegions, maximalId, some, usesOf } from '../ir/walk.js';
import { isListed, logTotal, type Setting, weighsUnevenly } from './marginalise.js';

/** A program in which draws were summed out, and the names of what was. */
type Integrated = { readonly program: Program; readonly sites: readonly number[] };

/** Draws summed out together beyond this number would need too many terms. */
const mostTogether = 8;

/**
 * Sums out draws of bools and enums that only weigh: those that nothing the question asks for hangs on. What hangs on them gives way to
 * one factor, the log of the sum over their values of what they weigh. So the weights vary less and draws are saved (Rao–Blackwell; Casella
 * and Robert 1996), whatever the method; the distribution of all that is left is the same. Draws that share weights are summed out
 * together, others apart, each in the region it stands in.
 */
export function integrate(program: Program, main: string): Integrated {
  const func = findFunction(program, main);
  if (func === null) return { program, sites: [] };
  let next = maximalId(func.body) + 1;
  const setting: Setting = { program, fresh: (type) => ({ id: next++, type }) };
  const sites: number[] = [];
  const body = integrated(func.body, setting, sites);
  if (sites.length === 0) return { program, sites };
  return { program: { ...program, functions: { ...program.functions, [main]: { ...func, body } } }, sites };
}

function integrated(region: Region, setting: Setting, sites: number[]): Region {
  const inner = region.body.map((i) => mapRegions(i, (r) => integrated(r, setting, sites)));
  const groups = groupsOf({ ...region, body: inner }, setting);
  if (groups.length === 0) return { ...region, body: inner };
  const replaced = new Map<Instruction, readonly Instruction[]>();
  for (const group of groups) {
    const total = logTotal(group, setting);
    const last = group.at(-1);
    if (total === null || last === undefined) continue;
    for (const i of group) {
      replaced.set(i, []);
      if (i.kind === 'draw') sites.push(i.site);
    }
    replaced.set(last, [...total.body, { kind: 'factor', at: last.at, value: total.value }]);
  }
  return { ...region, body: inner.flatMap((i) => replaced.get(i) ?? [i]) };
}

/** Instructions that hang on draws of bools and enums, together where they meet, where they may be summed out; in their order. */
function groupsOf(region: Region, { program }: Setting): readonly (readonly Instruction[])[] {
  const groupOf = new Map<ValueId, number>();
  const parents: number[] = [];
  const root = (group: number): number => {
    const parent = parents[group] ?? group;
    return parent === group ? group : root(parent);
  };
  const members = new Map<Instruction, number>();
  for (const i of region.body) {
    const met = [...usesOf(i)].flatMap((id) => (groupOf.has(id) ? [root(groupOf.get(id) ?? 0)] : []));
    const own = i.kind === 'draw' && isListed(i) ? [parents.push(parents.length) - 1] : [];
    const [first, ...others] = [...met, ...own];
    if (first === undefined) continue;
    for (const other of others) parents[root(other)] = root(first);
    for (const { id } of resultsOf(i)) groupOf.set(id, first);
    members.set(i, first);
  }
  const groups = new Map<number, Instruction[]>();
  for (const [i, group] of members) {
    const list = groups.get(root(group)) ?? [];
    list.push(i);
    groups.set(root(group), list);
  }
  const asked = new Set(region.yields.flatMap((id) => (groupOf.has(id) ? [root(groupOf.get(id) ?? 0)] : [])));
  return [...groups].flatMap(([group, list]) => (asked.has(group) || !isSummable(list, program) ? [] : [list]));
}

/** Whether a group draws nothing but what can be listed, shares no noise with other worlds, and weighs by densities evenly. */
function isSummable(group: readonly Instruction[], program: Program): boolean {
  const whole = { args: [], body: group, yields: [] };
  let draws = 0;
  let weighing = 0;
  const hinders = some(whole, (i) => {
    if (i.kind === 'draw') {
      draws += 1;
      return !isListed(i) || i.shared || i.copy;
    }
    if (weighs(i)) weighing += 1;
    if (i.kind === 'score') return i.abduct;
    if (i.kind === 'call') {
      const callee = findFunction(program, i.callee);
      return callee?.draws === true || callee?.scores === true;
    }
    return (
      i.kind === 'extern' ||
      i.kind === 'node' ||
      i.kind === 'equal' ||
      i.kind === 'approximate' ||
      i.kind === 'resample'
    );
  });
  return !hinders && draws <= mostTogether && weighing > 0 && !weighsUnevenly(group, program);
}
