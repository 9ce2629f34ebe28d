import type { Backend } from '../inference/backend.js';
import type { Program } from '../ir/ir.js';
import { mainName } from '../passes/assemble.js';
import { joinCommon } from '../passes/cse.js';
import { withLogScales } from '../passes/log_scale.js';
import type { LeftOut } from '../passes/passes.js';
import { slice } from '../passes/slice.js';
import { withStatistics } from '../passes/statistics/statistics.js';
import { constantOf } from './simplify.js';

/**
 * The last that is done to a program before an engine gets it: what changes the last bits of weights is done here, so that all engines see
 * the same program. `method`: null where nothing is sampled.
 */
export function tuned(program: Program, method: Backend | null, without: LeftOut): Program {
  const weighed = method?.weighsWhole === true && !without.has('statistics') ? weighedTogether(program) : program;
  return without.has('log_scale') ? weighed : withLogScales(weighed);
}

function weighedTogether(program: Program): Program {
  const weighed = withStatistics(program, mainName, constantOf);
  return weighed === program ? program : slice(joinCommon(weighed, mainName), mainName, { mainOnly: true }).program;
}
