import type { Backend } from '../inference/backend.js';
import type { Program } from '../ir/ir.js';
import { mainName } from '../passes/assemble.js';
import { joinCommon } from '../passes/cse.js';
import { withDensityParts } from '../passes/density_parts.js';
import { type FusedCounts, fuse } from '../passes/fuse/fuse.js';
import { withLogScales } from '../passes/log_scale.js';
import type { LeftOut, OptionalPass } from '../passes/passes.js';
import { slice } from '../passes/slice.js';
import { withStatistics } from '../passes/statistics/statistics.js';
import { tabulate } from '../passes/tabulate.js';
import { constantOf } from './simplify.js';

/** A program as an engine gets it, and the passes that changed it. */
type Tuned = {
  readonly program: Program;
  readonly by: readonly OptionalPass[];
  /** Loops that became part of another, and arrays that are not made any more. */
  readonly fused: FusedCounts;
};

/**
 * The last that is done to a program before an engine gets it: what changes the last bits of weights is done here, so that all engines see
 * the same program. `method`: null where nothing is sampled.
 */
export function tuned(program: Program, method: Backend | null, without: LeftOut): Tuned {
  let current = program;
  const by: OptionalPass[] = [];
  const run = (pass: OptionalPass, change: (before: Program) => Program): void => {
    if (without.has(pass)) return;
    const after = change(current);
    if (after !== current) by.push(pass);
    current = after;
  };
  const weighsWhole = method?.weighsWhole === true;
  if (weighsWhole) run('statistics', (before) => withStatistics(before, mainName, constantOf));
  if (method !== null) run('tabulate', (before) => tabulate(before, mainName, constantOf));
  let fused: FusedCounts = { loops: 0, arrays: 0 };
  if (method !== null)
    run('fuse', (before) => {
      const { program: joined, ...counts } = fuse(before, mainName);
      fused = counts;
      return joined;
    });
  if (current !== program) current = slice(joinCommon(current, mainName), mainName, { mainOnly: true }).program;
  run('log_scale', withLogScales);
  if (weighsWhole) run('density_parts', (before) => withDensityParts(before, mainName));
  return { program: current, by, fused };
}
