import type { Effect } from '../../causal/estimate/units.js';
import { negativeControl } from '../../causal/refute/negative_control.js';
import type { Estimated } from '../../causal/refute/refutation.js';
import { checksOf } from '../../causal/refute/registry.js';
import type { Check } from '../../report/answer.js';
import type { Key } from '../../runtime/random/seed.js';
import { unitsOf } from './columns.js';
import type { Contrast } from './contrast.js';
import type { EstimateQuestion, PreparedEstimate } from './prepare.js';
import { isProblem } from './problem.js';

/**
 * What an estimate is put to: by default all refutations that apply, with `refute = none` none of them; and always the negative controls that the
 * question names.
 */
export function checksOfEstimate(
  question: EstimateQuestion,
  { units, rerun, strategy }: PreparedEstimate,
  effect: Estimated,
  key: Key,
): readonly Check[] {
  const { options } = question.asked;
  const wanted = options.get('refute')?.texts[0] !== 'none';
  const { design = 'other', cost = design === 'other' ? 10 : 1, clusters = null } = strategy;
  const checks = wanted ? checksOf({ units, estimator: rerun, effect, design, clusters }, cost, key) : [];
  const controls = (['outcome', 'exposure'] as const).flatMap((kind) => {
    const column = options.get(`negative_${kind}`)?.texts[0];
    if (column === undefined) return [];
    const check = negativeControl(kind, column, controlOf(question, strategy, { [kind]: column }));
    return check === null ? [] : [check];
  });
  return [...checks, ...controls];
}

/** The effect in question with another outcome, or of another exposure. */
function controlOf(
  { table, contrast, expression, textOf }: EstimateQuestion,
  strategy: PreparedEstimate['strategy'],
  instead: Partial<Pick<Contrast, 'outcome' | 'exposure'>>,
): Effect {
  const asked: Contrast = { ...contrast, ...instead, among: instead.exposure === undefined ? contrast.among : null };
  // A control that is adjusted for anyway is not adjusted for in its own place.
  const covariates = strategy.covariates.filter((name) => name !== asked.outcome && name !== asked.exposure);
  try {
    const { weighted } = expression.data;
    return strategy.estimator(
      unitsOf(table, asked, { ...strategy, covariates }, weighted, expression.form.span, textOf).units,
    );
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { ok: false, reason: thrown.message };
  }
}
