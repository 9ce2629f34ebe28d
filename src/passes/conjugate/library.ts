/** The library's families at given parameter types, with all their functions, ready to join an optimised program. */
import type { Constant, Family, Func, Instruction, Program } from '../../ir/ir.js';
import { familyEntries, findFunction } from '../../ir/program.js';
import type { Type } from '../../ir/type.js';
import { visit } from '../../ir/walk.js';
import { completeFamilies, demand, familyKey } from '../../lower/family.js';
import { typesKey, type Unit } from '../../lower/unit.js';
import { bind } from '../bind.js';

/** Families by name, and the functions of families that a program names. */
export type Library = {
  /** The key of a family in `Program.families`; it is lowered when it is first asked for. */
  readonly family: (name: string, parameters: readonly Type[]) => string;
  /** The program with what a score of the families takes, and their supports; what it has already stays. */
  readonly complete: (program: Program, families: readonly string[]) => Program;
};

const mainName = 'complete';

/** The families of a unit of lowering. `inputs` are bound in their functions. */
export function createLibrary(unit: Unit, inputs: Readonly<Record<string, Constant>>): Library {
  return {
    family: (name, parameters) => familyKey(unit, { family: name, parameters }),
    complete: (program, asked) => {
      const families = asked.filter((key) => {
        const family = unit.families.get(key);
        if (family === undefined || !demand(unit, family.logpdf)) return false;
        demand(unit, family.support);
        return family.require === null || demand(unit, family.require);
      });
      // Scores of the families are what asks for their densities.
      const main: Func = {
        name: mainName,
        body: { args: [], body: families.map(scoreOf), yields: [] },
        results: [],
        draws: false,
        scores: true,
      };
      const empty: Program = { ...program, functions: { [mainName]: main } };
      const whole = bind(completeFamilies(unit, empty, mainName, new Set()), inputs).program;
      return withFamilies(program, whole, families);
    },
  };
}

/** The program with families of another one, with all their functions; what it has already stays. */
export function withFamilies(program: Program, whole: Program, families: readonly string[]): Program {
  const functions: Record<string, Func> = { ...program.functions };
  const known: Record<string, Family> = { ...program.families };
  const seen = new Set<string>();
  const add = (name: string): void => {
    const func = findFunction(whole, name);
    if (func === null || Object.hasOwn(functions, name)) return;
    functions[name] = func;
    visit(func.body, (i) => {
      if (i.kind === 'call') add(i.callee);
      if (i.kind === 'draw' || i.kind === 'score') addFamily(i.family);
    });
  };
  const addFamily = (key: string): void => {
    const family = whole.families[key];
    if (family === undefined || seen.has(key)) return;
    seen.add(key);
    known[key] = joined(program.families[key], family);
    for (const entry of familyEntries) {
      const name = family[entry];
      if (name !== null) add(name);
    }
  };
  families.forEach(addFamily);
  const { places, sources } = whole;
  return { ...program, functions, families: known, sites: { ...whole.sites, ...program.sites }, places, sources };
}

const scoreOf = (family: string): Instruction => ({
  kind: 'score',
  at: -1,
  family,
  params: [],
  value: 0,
  address: 0,
  site: 0,
  abduct: false,
});

/** What is known of a family stays; functions that it lacks come from the other. */
function joined(known: Family | undefined, more: Family): Family {
  if (known === undefined) return more;
  const entries = familyEntries.map((entry) => [entry, known[entry] ?? more[entry]] as const);
  return { ...known, ...Object.fromEntries(entries) };
}

/** The families that a program has already. */
export const libraryOf = (program: Program): Library => ({
  family: (name, parameters) => `${name}(${typesKey(parameters)})`,
  complete: () => program,
});
