import { absenceOf, massesOf, meanOf, presentOf, quantileOfLaw, varianceOf } from '../exact/summary.js';
import type { NumberEstimate } from '../inference/estimate.js';
import { defaultLimits } from '../ir/engine.js';
import { isFault } from '../ir/faults.js';
import type { Program } from '../ir/ir.js';
import { findFunction } from '../ir/program.js';
import { regionsOf, some } from '../ir/walk.js';
import { mainName } from '../passes/assemble.js';
import type { VariableSummary } from '../report/answer.js';
import { numberText } from '../report/number.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { engines } from './engines.js';
import type { MechanismDependence } from './mechanism_dependence.js';
import type { Plan } from './plan.js';
import { asksForDraws, numericForm } from './run_form.js';
import { type ExactSolution, informationIn } from './solve.js';

/** A plan whose exact answer is known already. */
export type ExactPlan = Plan & { readonly exact: ExactSolution };

/** Whether the plan has found its answer. */
export const isExact = (plan: Plan): plan is ExactPlan => plan.exact !== null;

/** A number without Monte Carlo error. */
const exactly = (value: number): NumberEstimate => ({ value, se: 0, interval: [value, value], spread: 0 });

/** The number that a numeric form answers with; NaN for a form whose answer is not a number. */
export function numberOfExact(plan: ExactPlan): NumberEstimate {
  const { solved } = plan.exact;
  const { form } = plan.form;
  if (form === 'H' || form === 'I') return exactly(informationIn(solved, form, plan.outputs) ?? Number.NaN);
  const numeric = numericForm(form);
  if (numeric === null) return exactly(Number.NaN);
  if (numeric === 'evidence') return exactly(solved.logEvidence);
  const law = solved.marginal(0);
  const variance = (output: number): number => Math.max(0, varianceOf(solved.marginal(output)) ?? Number.NaN);
  switch (numeric) {
    case 'P':
    case 'E':
      return exactly(meanOf(law));
    case 'Var':
      return exactly(variance(0));
    case 'Sd':
      return exactly(Math.sqrt(variance(0)));
    case 'Median':
      return exactly(quantileOfLaw(law, 0.5));
    case 'Q':
      return exactly(quantileOfLaw(law, meanOf(solved.marginal(1))));
    case 'Cov':
      return exactly(solved.covariance(0, 1) ?? Number.NaN);
    case 'Corr':
      return exactly((solved.covariance(0, 1) ?? Number.NaN) / Math.sqrt(variance(0) * variance(1)));
  }
}

/** The distribution of a discrete target, value by value. */
export const massesOfExact = (plan: ExactPlan): readonly { readonly value: number; readonly p: number }[] =>
  massesOf(plan.exact.solved.marginal(0)) ?? [];

/** One row for each scalar of the targets. A part that some runs lack is summed up over those that have it; one that all lack has no row. */
export function summariesOfExact(plan: ExactPlan): readonly VariableSummary[] {
  return plan.outputs.flatMap((output, i) => {
    const whole = plan.exact.solved.marginal(i);
    if (output.path !== '' && absenceOf(whole) === 1) return [];
    const law = presentOf(whole);
    return {
      name: `${plan.targets[output.target]?.text ?? ''}${output.path}`,
      mean: meanOf(law),
      sd: Math.sqrt(Math.max(0, varianceOf(law) ?? Number.NaN)),
      se: 0,
      median: quantileOfLaw(law, 0.5),
      q05: quantileOfLaw(law, 0.05),
      q95: quantileOfLaw(law, 0.95),
      ess: null,
      rhat: null,
    };
  });
}

/** Mass left out above which an exact answer says so. */
const leftOutWorthSaying = 1e-9;

/** Whether an exact solution can answer, and what is to be said of the answer. */
export function trustOfExact(
  plan: ExactPlan,
  source: Source,
): { readonly error: Diagnostic | null; readonly warnings: readonly Diagnostic[] } {
  const { solved } = plan.exact;
  const { span, form } = plan.form;
  const say = (code: DiagnosticCode, message: string, hint: string | null = null): Diagnostic =>
    diagnose(code, message, source, span, hint);
  const warnings: Diagnostic[] = [];
  if (form !== 'evidence') {
    if (solved.logEvidence === Number.NEGATIVE_INFINITY)
      return { error: say('E0610', 'No run agrees with the evidence: its probability is 0.'), warnings };
    for (const [i, output] of plan.outputs.entries()) {
      if (output.path !== '' && asksForDraws(form)) continue;
      const absent = absenceOf(solved.marginal(i));
      const name = `${plan.targets[output.target]?.text ?? ''}${output.path}`;
      if (absent > 0)
        return {
          error: say(
            'E0611',
            `'${name}' has no value with probability ${absent.toPrecision(3)}.`,
            'add exists(…) of each node that it reads to the evidence',
          ),
          warnings,
        };
    }
  }
  if (form === 'Corr') {
    const constant = [0, 1].find((i) => varianceOf(solved.marginal(i)) === 0);
    if (constant !== undefined)
      return { error: say('E0614', constantMessage(plan.targets[constant]?.text ?? ''), constantHint), warnings };
  }
  if (someUnaligned(plan))
    warnings.push(say('W0603', 'Some draws of other worlds had no partner in the world seen; their noise is fresh.'));
  if (plan.mechanism.matters) warnings.push(say('W0604', mechanismWarning(plan.mechanism)));
  if (solved.leftOut > leftOutWorthSaying)
    warnings.push(
      say('W0607', `Values of probability ${solved.leftOut.toExponential(1)} in all, at most, were left out.`),
    );
  return { error: null, warnings };
}

/** Runs of the program that are looked at for draws without a partner. */
const lookedAt = 256;

/** Whether some of a few runs makes a draw in another world that the world seen did not make. A run that fails tells nothing. */
function someUnaligned(plan: Plan): boolean {
  const { program } = plan;
  if (!isCopied(program) || !mayLackPartners(program)) return false;
  const options = { layout: plan.layout.layout, key: keyFromSeed('partners'), limits: defaultLimits, externs: {} };
  try {
    return engines.js(program, mainName, options).runBlock(0, lookedAt).unaligned > 0;
  } catch (thrown) {
    if (isFault(thrown)) return false;
    throw thrown;
  }
}

const isCopied = (program: Program): boolean =>
  Object.values(program.functions).some((f) => some(f.body, (i) => i.kind === 'draw' && i.copy));

/**
 * Whether some draw stands in a branch, a loop or a function, or is a copy of one that does not stand beside it: any other copy has
 * its partner in every run.
 */
function mayLackPartners(program: Program): boolean {
  const body = findFunction(program, mainName)?.body.body ?? [];
  const seen = new Set<string>();
  for (const i of body) {
    if (i.kind === 'call') return true;
    if (regionsOf(i).some((region) => some(region, (inner) => inner.kind === 'draw' || inner.kind === 'call')))
      return true;
    if ((i.kind === 'draw' && !i.copy) || i.kind === 'score') seen.add(`${i.address} ${i.site}`);
  }
  return body.some((i) => i.kind === 'draw' && i.copy && !seen.has(`${i.address} ${i.site}`));
}

/** What E0614 says. */
export const constantMessage = (target: string): string =>
  `'${target}' has the same value in all runs, so that it has no correlation.`;
export const constantHint = 'ask for Cov(…)';

/** What W0604 says. */
export function mechanismWarning({ bounds }: MechanismDependence): string {
  const said =
    'The answer compares worlds through noise that data cannot see: it holds for the mechanisms of these families.';
  if (bounds === null) return said;
  return `${said} Others with the same distributions give from ${numberText(bounds.low)} to ${numberText(bounds.high)}.`;
}
