import type { Backend } from '../inference/backend.js';
import type { Program } from '../ir/ir.js';
import { mainName } from '../passes/assemble.js';
import { joinCommon } from '../passes/cse.js';
import { withDensityParts } from '../passes/density_parts.js';
import { withLogScales } from '../passes/log_scale.js';
import type { LeftOut } from '../passes/passes.js';
import { slice } from '../passes/slice.js';
import { withStatistics } from '../passes/statistics/statistics.js';
import { tabulate } from '../passes/tabulate.js';
import { constantOf } from './simplify.js';

/**
 * The last that is done to a program before an engine gets it: what changes the last bits of weights is done here, so that all engines see
 * the same program. `method`: null where nothing is sampled.
 */
export function tuned(program: Program, method: Backend | null, without: LeftOut): Program {
  let current = program;
  if (method?.weighsWhole === true && !without.has('statistics'))
    current = withStatistics(current, mainName, constantOf);
  if (method !== null && !without.has('tabulate')) current = tabulate(current, mainName, constantOf);
  const tidy =
    current === program ? program : slice(joinCommon(current, mainName), mainName, { mainOnly: true }).program;
  const scaled = without.has('log_scale') ? tidy : withLogScales(tidy);
  return method?.weighsWhole === true && !without.has('density_parts') ? withDensityParts(scaled, mainName) : scaled;
}
