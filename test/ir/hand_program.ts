import { type Builder, buildFunction } from '../../src/ir/build.js';
import type { Func, IrType, Program, Site, ValueId } from '../../src/ir/ir.js';
import { emptyProgram, withFlags, withFunctions } from '../../src/ir/program.js';
import { address, families, familyFunctions } from './families.js';

/** The sites that the families' own draws use. */
export const familySites: Readonly<Record<number, Site>> = {
  1: { name: 'three/part', at: -1 },
  2: { name: 'mixed/coin', at: -1 },
  3: { name: 'mixed/left', at: -1 },
};

/** A program of the hand-built families and the given functions, with a site `s10`, `s11`, … for each draw; flags are found. */
export function programOf(functions: readonly Func[], sites = 20): Program {
  const named = Array.from({ length: sites }, (_, k) => [k + 10, { name: `s${k + 10}`, at: -1 }] as const);
  const program = { ...emptyProgram, families, sites: { ...familySites, ...Object.fromEntries(named) } };
  return withFlags(withFunctions(program, [...familyFunctions, ...functions]));
}

/** A program whose `main` is built by hand. */
export const mainProgram = (
  results: readonly IrType[],
  body: (b: Builder, root: ValueId) => readonly ValueId[],
): Program =>
  programOf([buildFunction('main', [address], results, { draws: true, scores: true }, (b, [root]) => body(b, root!))]);
