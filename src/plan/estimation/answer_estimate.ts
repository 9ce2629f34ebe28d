import { bootstrapped } from '../../causal/estimate/bootstrap.js';
import { numberText } from '../../causal/estimate/number_text.js';
import type { Declared, Project } from '../../check/project.js';
import { normalInterval } from '../../inference/statistics/interval.js';
import type { Answer } from '../../report/answer.js';
import { keyFromSeed } from '../../runtime/random/seed.js';
import { type Diagnostic, diagnose } from '../../syntax/diagnostic.js';
import type { Span } from '../../syntax/span.js';
import type { Query } from '../../syntax/tree.js';
import { causalGraphs } from '../identification.js';
import { boundsBeside } from './answer_bounds.js';
import { type EffectsOfMembers, effectsOfMembers, partsOf, refusedForClass } from './over_members.js';
import { type EstimateExpr, estimateQuestion, prepareEstimate } from './prepare.js';
import { checksOfEstimate } from './refuted.js';

/** Answers `estimate E(…) from DATA by …`: from a graph and a table alone, whatever the mechanisms of the model are. */
export function answerEstimate(
  project: Project,
  query: Declared<Query>,
  expression: EstimateExpr,
  subject: string,
  seed: string,
  blank: Answer,
): Answer {
  const say = (code: Parameters<typeof diagnose>[0], message: string, span: Span): Diagnostic =>
    diagnose(code, message, query.source, span);
  const asked = estimateQuestion(project, query, expression);
  if (!asked.ok) return { ...blank, error: say(asked.problem.code, asked.problem.message, asked.problem.span) };
  const graphs = causalGraphs(project, subject, false);
  if (!graphs.ok) return { ...blank, error: say(graphs.code, `In \`${subject}\` ${graphs.message}.`, expression.span) };
  const refused = graphs.value.partly === null ? null : refusedForClass(graphs.value, asked.question);
  if (refused !== null) return { ...blank, error: say(refused.code, refused.message, refused.span) };
  const parts = graphs.value.partly === null ? [] : partsOf(graphs.value, asked.question);
  if (parts.length > 1) {
    const effects = effectsOfMembers(parts, asked.question, seed);
    if (!effects.ok)
      return { ...blank, error: say(effects.problem.code, effects.problem.message, effects.problem.span) };
    return answerOfMembers(effects, expression, asked.question.table.rows, say, blank);
  }
  const graph = parts[0]?.member ?? graphs.value.first;
  const prepared = prepareEstimate(graph, asked.question);
  if (!prepared.ok) {
    const { code, message, span } = prepared.problem;
    const beside = prepared.unidentified ? boundsBeside(graph, asked.question, keyFromSeed(seed)) : null;
    if (beside === null) return { ...blank, error: say(code, message, span) };
    const { low, high, how } = beside.bounds;
    const told = `${message} The data allow all from ${numberText(low)} to ${numberText(high)} (${how}).`;
    return { ...blank, bounds: beside.bounds, error: say(code, told, span) };
  }
  const { units, rerun, title, left, resampling } = prepared;
  const key = keyFromSeed(seed);
  const effect = resampling === null ? rerun(units) : bootstrapped(units, rerun, resampling, key);
  if (!effect.ok)
    return { ...blank, error: say('E0555', `The data give no estimate: ${effect.reason}.`, expression.span) };
  const { value, se, interval = normalInterval({ value, se }) } = effect;
  const warnings = effect.remarks.map(({ code, message }) => say(code, `${message}.`, expression.span));
  if (left > 0)
    warnings.push(
      say(
        'W0634',
        `${left} of ${asked.question.table.rows} rows lack a value and were left out.`,
        expression.data.span,
      ),
    );
  const checks = [...(effect.figures ?? []), ...checksOfEstimate(asked.question, prepared, effect, key)];
  for (const { passed, name, meaning } of checks)
    if (passed === false)
      warnings.push(say(name.startsWith('negative') ? 'W0651' : 'W0650', `${sentence(meaning)}.`, expression.span));
  return {
    ...blank,
    kind: 'value',
    value,
    se,
    interval,
    method: `${title}: ${effect.how}`,
    draws: units.rows,
    warnings,
    ...(checks.length === 0 ? {} : { checks }),
  };
}

/** The effect over all graphs of a class: a number where they agree, else what it is in which share of them. */
function answerOfMembers(
  { values, how, rows, left, remarks }: Extract<EffectsOfMembers, { readonly ok: true }>,
  { span, data }: EstimateExpr,
  all: number,
  say: (code: Parameters<typeof diagnose>[0], message: string, span: Span) => Diagnostic,
  blank: Answer,
): Answer {
  const warnings = remarks.map(({ code, message }) => say(code, `${message}.`, span));
  if (left > 0) warnings.push(say('W0634', `${left} of ${all} rows lack a value and were left out.`, data.span));
  const found = { ...blank, method: how, draws: rows, warnings };
  const [only, ...others] = values;
  if (only === undefined || others.length > 0 || typeof only.value !== 'number')
    return { ...found, kind: 'distribution', distribution: values };
  const { value, valueSe: se = 0 } = only;
  return { ...found, kind: 'value', value, se, interval: normalInterval({ value, se }) };
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
