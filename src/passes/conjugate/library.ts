/** The library's families at given parameter types, with all their functions, ready to join an optimised program. */
import type { Constant, Family, Func, Program } from '../../ir/ir.js';
import { familyEntries, findFunction } from '../../ir/program.js';
import type { Type } from '../../ir/type.js';
import { completeFamilies, demand, familyKey } from '../../lower/family.js';
import type { Unit } from '../../lower/unit.js';
import { bind } from '../bind.js';

/** Families by name, and the functions of families that a program names. */
export type Library = {
  /** The key of a family in `Program.families`; it is lowered when it is first asked for. */
  readonly family: (name: string, parameters: readonly Type[]) => string;
  /** The program with all functions that the families have; what it has already stays. */
  readonly complete: (program: Program, families: readonly string[]) => Program;
};

const mainName = 'complete';

/** The families of a unit of lowering. `inputs` are bound in their functions. */
export function createLibrary(unit: Unit, inputs: Readonly<Record<string, Constant>>): Library {
  return {
    family: (name, parameters) => familyKey(unit, { family: name, parameters }),
    complete: (program, families) => {
      for (const key of families) {
        const family = unit.families.get(key);
        if (family !== undefined) for (const entry of familyEntries) demand(unit, family[entry]);
      }
      const main: Func = {
        name: mainName,
        body: { args: [], body: [], yields: [] },
        results: [],
        draws: false,
        scores: false,
      };
      const empty: Program = { ...program, functions: { [mainName]: main } };
      const whole = bind(completeFamilies(unit, empty, mainName, new Set(families)), inputs).program;
      const functions: Record<string, Func> = { ...program.functions };
      for (const [name, func] of Object.entries(whole.functions))
        if (name !== mainName && findFunction(program, name) === null) functions[name] = func;
      const known: Record<string, Family> = { ...program.families };
      for (const key of families) {
        const family = whole.families[key];
        if (family !== undefined) known[key] = joined(program.families[key], family);
      }
      const { places, sources } = whole;
      return { ...program, functions, families: known, sites: { ...whole.sites, ...program.sites }, places, sources };
    },
  };
}

/** What is known of a family stays; functions that it lacks come from the other. */
function joined(known: Family | undefined, more: Family): Family {
  if (known === undefined) return more;
  const entries = familyEntries.map((entry) => [entry, known[entry] ?? more[entry]] as const);
  return { ...known, ...Object.fromEntries(entries) };
}
