/** Answers and diagnostics as the JSON of the command line. Keys and their order are part of the interface. */
import type { Diagnostic } from '../syntax/diagnostic.js';
import { position } from '../syntax/span.js';
import { version } from '../version.js';
import type { Answer, Bounds, Check, Identification, Report, VariableSummary } from './answer.js';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A number in full precision; JSON has no infinities and no NaN, so these are strings. */
export const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

const optional = (value: number | null): Json => (value === null ? null : jsonNumber(value));
const scalar = (value: number | string | boolean): Json => (typeof value === 'number' ? jsonNumber(value) : value);

/** The object that `run --json` and `query --json` print. */
export const reportJson = (report: Report): Json => ({
  whatif: version,
  file: report.file,
  seed: report.seed,
  queries: report.answers.map(answerJson),
});

/** One entry of `queries`. `bounds`, `checks` and `error` are there only where there are some. */
function answerJson(answer: Answer): Json {
  return {
    name: answer.name,
    text: answer.text,
    model: answer.model,
    kind: answer.kind,
    value: answer.value === null ? null : scalar(answer.value),
    se: optional(answer.se),
    interval: answer.interval === null ? null : answer.interval.map(jsonNumber),
    exact: answer.exact,
    method: answer.method,
    approximation:
      answer.approximation === null
        ? null
        : Object.fromEntries(Object.entries(answer.approximation).map(([key, value]) => [key, scalar(value)])),
    draws: answer.draws,
    ess: optional(answer.ess),
    logEvidence: optional(answer.logEvidence),
    logEvidenceSe: optional(answer.logEvidenceSe),
    seconds: answer.seconds,
    diagnostics: {
      khat: optional(answer.diagnostics.khat),
      acceptance: optional(answer.diagnostics.acceptance),
      ancestors: optional(answer.diagnostics.ancestors),
      rhat: optional(answer.diagnostics.rhat),
      tailEss: optional(answer.diagnostics.tailEss),
      unaligned: answer.diagnostics.unaligned,
    },
    distribution:
      answer.distribution?.map(({ value, p, se, valueSe }) => ({
        value: scalar(value),
        p: jsonNumber(p),
        se: jsonNumber(se),
        ...(valueSe === undefined ? {} : { valueSe: jsonNumber(valueSe) }),
      })) ?? null,
    variables:
      answer.variables === null ? null : Object.fromEntries(answer.variables.map((v) => [v.name, variableJson(v)])),
    identification: answer.identification === null ? null : identificationJson(answer.identification),
    warnings: answer.warnings.map(briefJson),
    ...(answer.bounds === undefined ? {} : { bounds: boundsJson(answer.bounds) }),
    ...(answer.checks === undefined ? {} : { checks: answer.checks.map(checkJson) }),
    ...(answer.error === null ? {} : { error: briefJson(answer.error) }),
  };
}

const variableJson = (v: VariableSummary): Json => ({
  mean: jsonNumber(v.mean),
  sd: jsonNumber(v.sd),
  se: jsonNumber(v.se),
  median: jsonNumber(v.median),
  q05: jsonNumber(v.q05),
  q95: jsonNumber(v.q95),
  ess: optional(v.ess),
  rhat: optional(v.rhat),
});

const boundsJson = ({ low, high, lowSe, highSe, how }: Bounds): Json => ({
  low: jsonNumber(low),
  high: jsonNumber(high),
  lowSe: jsonNumber(lowSe),
  highSe: jsonNumber(highSe),
  how,
});

const checkJson = ({ name, value, se, passed, meaning }: Check): Json => ({
  name,
  value: jsonNumber(value),
  se: optional(se),
  passed,
  meaning,
});

/** An identification as JSON. */
export const identificationJson = (i: Identification): { readonly [key: string]: Json } => ({
  identifiable: i.identifiable,
  strategy: i.strategy,
  estimand: i.estimand,
  latex: i.latex,
  ...(i.tree === undefined ? {} : { tree: i.tree }),
  steps: i.steps.map(({ rule, because, gives }) => ({ rule, because, gives })),
  hedge: i.hedge,
});

/** A warning or an error inside an answer: code, message, and where it begins. */
function briefJson(diagnostic: Diagnostic): Json {
  const { line, column } = position(diagnostic.source.text, diagnostic.span.start);
  return { code: diagnostic.code, message: diagnostic.message, line, column };
}

/** A diagnostic with the place that it spans. */
export function diagnosticJson(d: Diagnostic): Json {
  const start = position(d.source.text, d.span.start);
  const end = position(d.source.text, d.span.end);
  return {
    code: d.code,
    severity: d.severity,
    message: d.message,
    file: d.source.name,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    hint: d.hint,
  };
}

/** The object that `check --json` prints. */
export const diagnosticsJson = (diagnostics: readonly Diagnostic[]): Json => ({
  diagnostics: diagnostics.map(diagnosticJson),
});

/** JSON text with two spaces of indent and a line break at the end. */
export const jsonText = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;
