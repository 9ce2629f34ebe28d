import type { Declared, Project, Supplied } from '../check/project.js';
import type { Progress } from '../inference/backend.js';
import type { Constant } from '../ir/ir.js';
import type { Type } from '../ir/type.js';
import { lowerExpr } from '../lower/expression.js';
import { createFrame } from '../lower/frame.js';
import { dataInputs } from '../lower/inputs.js';
import { onlyChosen } from '../lower/name.js';
import { irTypeOf } from '../lower/operand.js';
import { createUnit } from '../lower/unit.js';
import type { Answer, Mass, Scalar } from '../report/answer.js';
import type { Stop } from '../runtime/jobs.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import type { Clause, Query, QueryExpr } from '../syntax/tree.js';
import { formsOf } from './arithmetic.js';
import { evaluateFunction } from './evaluate_function.js';
import { type AnswerSettings, costsOf, type FormResult, runForms } from './forms.js';
import { differenceOf, type Estimated, estimatedValue } from './value.js';

type Optimise = Extract<QueryExpr, { readonly kind: 'optimise' }>;

/** One candidate: what the variables stand for, and how it is shown. */
type Candidate = { readonly chosen: ReadonlyMap<string, Supplied>; readonly label: Scalar };

type Scored = { readonly candidate: Candidate; readonly score: Estimated };

/** Candidates beyond this number are refused. */
const mostCandidates = 10_000;

/** A lead of fewer standard errors than this is doubted. */
const clearLead = 2;

/**
 * `argmax` and `argmin`: every candidate is asked about on the same noise (common random numbers), so that the error of a difference
 * between candidates is that of the difference alone.
 */
export function* answerChoice(
  project: Project,
  query: Declared<Query>,
  expression: Optimise,
  model: string,
  settings: AnswerSettings,
  blank: Answer,
): Generator<Progress, Answer, Stop> {
  const { source } = query;
  const refuse = (message: string): Answer => ({
    ...blank,
    error: diagnose('E0492', message, source, expression.span),
  });
  const candidates = candidatesOf(project, source, expression.variables);
  if (candidates === null) return refuse('The candidates must be known before the run, and at most 10,000.');
  if (candidates.length === 0) return refuse('There is nothing to choose from.');
  const sign = expression.direction === 'max' ? 1 : -1;
  const scores: Scored[] = [];
  const all: FormResult[] = [];
  const warnings: Diagnostic[] = [];
  let best: Scored | null = null;
  let second: Scored | null = null;
  for (const candidate of candidates) {
    const inside: Project = { ...project, chosen: candidate.chosen };
    const made = yield* runForms(inside, query, formsOf(expression.objective), model, settings);
    if (!made.ok && made.putOff === true) continue;
    if (!made.ok) return { ...blank, ...made.costs, error: made.error };
    const score = estimatedValue(inside, source, expression.objective, made.results);
    if (score === null) return refuse('Candidates can only be compared by a number.');
    if (Number.isNaN(score.value)) return refuse(`The score of ${String(candidate.label)} is not a number.`);
    warnings.push(...made.warnings);
    for (const result of made.results.values()) all.push(lean(result));
    const scored = { candidate, score };
    scores.push({ candidate, score: { ...score, influence: null } });
    if (best === null || sign * (score.value - best.score.value) > 0) [best, second] = [scored, best];
    else if (second === null || sign * (score.value - second.score.value) > 0) second = scored;
  }
  // Every score waits for other shards.
  if (best === null) return blank;
  const lead = second === null ? null : differenceOf(best.score, second.score);
  if (lead !== null && second !== null && lead.se > 0 && Math.abs(lead.value) < clearLead * lead.se) {
    const [first, other] = [best.candidate.label, second.candidate.label];
    const text = `${lead.value.toPrecision(2)} ± ${lead.se.toPrecision(2)}`;
    const message = `The choice of ${String(first)} over ${String(other)} is not sure: their scores differ by ${text}.`;
    warnings.push(diagnose('W0608', message, source, expression.span, 'give a greater number of samples'));
  }
  const most = best.score.value;
  const ties = scores.filter(({ score }) => sign * (most - score.value) <= 0);
  if (ties.length > 1 && (lead === null || lead.se === 0)) {
    const labels = ties.map(({ candidate }) => String(candidate.label));
    const shown = labels.length > 4 ? [...labels.slice(0, 4), '…'] : labels;
    const message = `${shown.join(', ')} have the same score; the first of them is the answer.`;
    warnings.push(diagnose('W0608', message, source, expression.span));
  }
  const distribution: readonly Mass[] = scores.map(({ candidate, score }) => ({
    value: candidate.label,
    p: score.value,
    se: score.se,
  }));
  return {
    ...blank,
    ...costsOf(all),
    kind: 'choice',
    value: best.candidate.label,
    se: lead?.se ?? 0,
    distribution,
    warnings,
  };
}

/** A result without its draws, which many candidates would pile up. */
const lean = (result: FormResult): FormResult =>
  result.kind === 'sampled' ? { ...result, run: { ...result.run, targets: [] } } : result;

/** What a choice asks of its first candidate: the plans of all others differ in constants alone. Null where there is none. */
export function firstCandidate(project: Project, source: Source, { variables }: Optimise): Project | null {
  const [first] = candidatesOf(project, source, variables) ?? [];
  return first === undefined ? null : { ...project, chosen: first.chosen };
}

/** Every combination of what the variables may be, the last one changing fastest; null where that is not known before the run. */
function candidatesOf(project: Project, source: Source, clauses: readonly Clause[]): readonly Candidate[] | null {
  let made: readonly ReadonlyMap<string, Supplied>[] = [new Map()];
  for (const clause of clauses) {
    const longer: ReadonlyMap<string, Supplied>[] = [];
    for (const chosen of made) {
      const values = elementsOf({ ...project, chosen }, source, clause);
      if (values === null || longer.length + values.length > mostCandidates) return null;
      for (const value of values) longer.push(new Map([...chosen, [clause.variable.text, value]]));
    }
    made = longer;
  }
  return made.map((chosen) => ({ chosen, label: labelOf([...chosen.values()]) }));
}

const functionName = 'candidates';

/** The elements of an array or a range of constants, or the values of an enum or of `bool`. */
function elementsOf(project: Project, source: Source, clause: Clause): readonly Supplied[] | null {
  const unit = createUnit(project);
  const frame = createFrame(unit, source, { outside: onlyChosen });
  let type: Type = { kind: 'unknown' };
  const body = frame.builder.region([], () => {
    // A comprehension goes through all that a clause may go through.
    const { span } = clause.iterable;
    const element = { kind: 'name', name: clause.variable, span } as const;
    const value = lowerExpr(frame, { kind: 'comprehension', element, clauses: [clause], filter: null, span });
    type = value.type;
    return [value.id];
  });
  const results = [irTypeOf(type)];
  unit.functions.set(functionName, { name: functionName, body, results, draws: false, scores: false });
  const value = evaluateFunction(unit.finish(), functionName, dataInputs(project));
  const element: Type = arrayElement(type);
  if (value === null || typeof value === 'number' || typeof value === 'string') return null;
  return Array.from(value, (item: Constant) => ({ type: element, value: item }));
}

const arrayElement = (type: Type): Type => (type.kind === 'array' ? type.element : { kind: 'unknown' });

/** One value as itself, several in parentheses. */
function labelOf(values: readonly Supplied[]): Scalar {
  const [only, ...others] = values.map(({ type, value }) => scalarOf(type, value));
  return others.length === 0 ? (only ?? '') : `(${[only, ...others].map(String).join(', ')})`;
}

function scalarOf(type: Type, value: Constant): Scalar {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') {
    const inner = arrayElement(type);
    return `[${Array.from(value, (item: Constant) => String(scalarOf(inner, item))).join(', ')}]`;
  }
  if (type.kind === 'bool') return value !== 0;
  return type.kind === 'enum' ? (type.members[value] ?? value) : value;
}
