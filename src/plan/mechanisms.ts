/** What a method that opens the noise of draws needs of their families. */
import type { Constant, Func, Instruction, Program } from '../ir/ir.js';
import { findFunction } from '../ir/program.js';
import { visit } from '../ir/walk.js';
import { completeFamilies } from '../lower/family.js';
import type { Unit } from '../lower/unit.js';
import { mainName } from '../passes/assemble.js';
import { bind } from '../passes/bind.js';
import { withFamilies } from '../passes/conjugate/library.js';
import { openableDraws } from '../passes/open_noise.js';

/**
 * The program with what mechanisms are made of (`mechanism`, or `cdf` and `quantile`), for the families that draws outside of loops and
 * branches come from and whose draws take a number of noise numbers that is not known beforehand. No bit of a run changes.
 */
export function withMechanisms(unit: Unit, program: Program, inputs: Readonly<Record<string, Constant>>): Program {
  const main = findFunction(program, mainName);
  if (main === null) return program;
  const openable = openableDraws(program);
  const draws = main.body.body.filter((i) => i.kind === 'draw' && !i.shared && !openable.has(i.result.id));
  const named = new Set(draws.flatMap((i) => (i.kind === 'draw' && unit.families.has(i.family) ? [i.family] : [])));
  if (named.size === 0) return program;
  // The set grows by the families that others draw from; they are visited in turn.
  for (const key of named) {
    const sampler = unit.functions.get(unit.families.get(key)?.draw ?? '');
    if (sampler === undefined) continue;
    visit(sampler.body, (i) => {
      if (i.kind === 'draw' && unit.families.has(i.family)) named.add(i.family);
    });
  }
  const asking: Func = {
    name: mainName,
    body: { args: [], body: draws.filter((i: Instruction) => i.kind === 'draw' && named.has(i.family)), yields: [] },
    results: [],
    draws: true,
    scores: false,
  };
  const whole = completeFamilies(unit, { ...program, functions: { [mainName]: asking } }, mainName, named);
  return withFamilies(program, bind(whole, inputs).program, [...named]);
}
