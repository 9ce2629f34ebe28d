import type { Project } from '../check/project.js';
import { estimateOfMoments, type NumberEstimate } from '../inference/estimate.js';
import { combined, type Influence, influenceOf } from '../inference/influence.js';
import { dataInputs } from '../lower/inputs.js';
import type { Source } from '../syntax/span.js';
import type { Expr, Form } from '../syntax/tree.js';
import { evaluateArithmetic } from './arithmetic.js';
import { numberOfExact } from './exact_answer.js';
import type { FormResult } from './forms.js';
import { asksForDraws, isDistribution, numberOf, numericForm, readTargets, typeOf } from './run_form.js';

/** A number with its error, and what draws contribute to it; null where it is exact. */
export type Estimated = NumberEstimate & { readonly influence: Influence | null };

/** The number that a form's result is, or null where it is none. `influence` is left out (null) unless it is asked for. */
export function estimatedForm(result: FormResult, withInfluence: boolean): Estimated | null {
  if (result.kind === 'nested') return result.nested.estimated;
  if (result.kind === 'summed') {
    const { plan, form, run } = result;
    return { ...estimateOfMoments(form, run.moments, typeOf(plan)), influence: null };
  }
  if (isDistribution(result.plan) || asksForDraws(result.plan.form.form)) return null;
  if (result.kind === 'exact') return { ...numberOfExact(result.plan), influence: null };
  const numeric = numericForm(result.plan.form.form);
  if (numeric === null) return null;
  const { columns, types } = readTargets(result.run);
  const { weights, dependence } = result.run;
  const influence = withInfluence ? influenceOf(numeric, columns, weights, types, dependence) : null;
  return { ...numberOf(result.run, numeric), influence };
}

/** The value of an expression over forms; null where one of them is no number. */
export function estimatedValue(
  project: Project,
  source: Source,
  expr: Expr,
  results: ReadonlyMap<Form, FormResult>,
): Estimated | null {
  const estimates = new Map<Form, Estimated>();
  for (const [form, result] of results) {
    const estimate = estimatedForm(result, true);
    if (estimate === null) return null;
    estimates.set(form, estimate);
  }
  return evaluateArithmetic(project, source, expr, dataInputs(project), estimates);
}

/** The difference of two numbers; what the same draws contribute to both cancels. */
export function differenceOf(a: Estimated, b: Estimated): { readonly value: number; readonly se: number } {
  const { se } = combined([
    { ...a, slope: 1 },
    { ...b, slope: -1 },
  ]);
  return { value: a.value - b.value, se };
}
