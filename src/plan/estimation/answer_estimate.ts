import { bootstrapped } from '../../causal/estimate/bootstrap.js';
import type { Declared, Project } from '../../check/project.js';
import { normalInterval } from '../../inference/statistics/interval.js';
import type { Answer } from '../../report/answer.js';
import { keyFromSeed } from '../../runtime/random/seed.js';
import { type Diagnostic, diagnose } from '../../syntax/diagnostic.js';
import type { Span } from '../../syntax/span.js';
import type { Query } from '../../syntax/tree.js';
import { causalGraph } from '../identification.js';
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
  const prepared = prepareEstimate(causalGraph(project, subject, false), asked.question);
  if (!prepared.ok)
    return { ...blank, error: say(prepared.problem.code, prepared.problem.message, prepared.problem.span) };
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
  const checks = checksOfEstimate(asked.question, prepared, effect, key);
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

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
