/** How far an answer is from the exact one, in words; empty when it is right. */
import type { Answer, VariableSummary } from '../../src/report/answer.js';
import type { Expectation, Expected } from './expected.js';

/** An estimate passes within this many of its own standard errors. */
const standardErrors = 5;

/** What an answer says where an expectation looks. */
type Estimated = { readonly value: number; readonly se: number };

export function mistakes(answer: Answer, expected: Expected): readonly string[] {
  if (expected.kind === 'error') {
    return answer.error?.code === expected.code ? [] : [`expected the error ${expected.code}, got ${said(answer)}`];
  }
  if (answer.error !== null) return [`expected an answer, got ${said(answer)}`];
  if (expected.kind === 'identified') {
    const found = answer.identification?.estimand;
    return found === expected.estimand ? [] : [`expected the estimand ${expected.estimand}, got ${found}`];
  }
  if (expected.kind === 'choice') {
    return String(answer.value) === expected.label
      ? []
      : [`expected the choice ${expected.label}, got ${said(answer)}`];
  }
  return expected.numbers.flatMap((expectation) => mistakesOf(answer, expectation));
}

function mistakesOf(answer: Answer, expected: Expectation): readonly string[] {
  const got = estimated(answer, expected);
  if (got === null) return [`\`${expected.text}\`: the answer has no such number, only ${said(answer)}`];
  const { value, se } = got;
  const difference = Math.abs(value - expected.value);
  const shown = `got ${value} ± ${se}`;
  if (!(se >= 0)) return [`\`${expected.text}\`: the standard error is ${se}`];
  const reported = expected.at.kind !== 'variable' || expected.at.field === 'mean';
  if (reported && se > expected.maximumError)
    return [`\`${expected.text}\`: ${shown}, the standard error should be under ${expected.maximumError}`];
  const allowed = standardErrors * se + expected.rounding;
  return difference <= allowed
    ? []
    : [`\`${expected.text}\` = ${expected.value}: ${shown}, ${(difference / se).toFixed(1)} standard errors away`];
}

function estimated(answer: Answer, { at }: Expectation): Estimated | null {
  switch (at.kind) {
    case 'value':
      return typeof answer.value === 'number' && answer.se !== null ? { value: answer.value, se: answer.se } : null;
    case 'mass': {
      const rows = answer.distribution;
      const row = rows?.find((r) => String(r.value) === at.label);
      if (row !== undefined) return { value: row.p, se: row.se };
      return rows === null ? null : { value: 0, se: 0 };
    }
    case 'variable': {
      const variable = answer.variables?.find((v) => v.name === at.name);
      return variable === undefined ? null : { value: variable[at.field], se: errorOf(variable, at.field) };
    }
    case 'bound': {
      const { bounds } = answer;
      if (bounds === undefined) return null;
      return at.end === 'low' ? { value: bounds.low, se: bounds.lowSe } : { value: bounds.high, se: bounds.highSe };
    }
    case 'evidence':
      return answer.logEvidence === null || answer.logEvidenceSe === null
        ? null
        : { value: answer.logEvidence, se: answer.logEvidenceSe };
  }
}

/**
 * A summary carries the standard error of the mean only. Those of the others follow from the effective sample size: of a standard
 * deviation sd sqrt((kurtosis - 1) / 4 n), with 5 for the kurtosis; of a quantile sqrt(p (1 - p) / n) over the density, as of a normal
 * variable, with half as much again for other shapes.
 */
function errorOf(
  variable: VariableSummary,
  field: Exclude<Expectation['at'], { kind: 'value' | 'mass' | 'evidence' | 'bound' }>['field'],
): number {
  if (field === 'mean') return variable.se;
  if (variable.ess === null) return 0;
  const unit = variable.sd / Math.sqrt(variable.ess);
  return field === 'sd' ? unit : field === 'median' ? 1.9 * unit : 3.2 * unit;
}

function said(answer: Answer): string {
  if (answer.error !== null) return `${answer.error.code}: ${answer.error.message}`;
  if (answer.distribution !== null && answer.kind === 'distribution') {
    return answer.distribution.map((r) => `${r.value}: ${r.p.toFixed(4)}`).join(', ');
  }
  if (answer.variables !== null) return `variables ${answer.variables.map((v) => v.name).join(', ')}`;
  return `${answer.value} ± ${answer.se}`;
}
