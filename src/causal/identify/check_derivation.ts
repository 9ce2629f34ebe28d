import type { DerivationStep } from '../../report/answer.js';
import type { IndexedGraph } from '../indexed.js';
import { withoutLatents } from '../structure.js';
import { licenceOf } from './do_calculus.js';
import { canonical, type Estimand } from './estimand.js';
import type { CausalQuery } from './identify.js';
import { holdsEverywhere } from './laws.js';
import { parseEstimand } from './parse_estimand.js';
import { rewrite, withoutStars } from './rewrite.js';

/**
 * What is wrong with a derivation, or null. It is read as it is written, without anything that made it: each equation is checked by itself, a rule of the
 * do-calculus by the separation in the graph that it names, a law of probability on distributions of all kinds; used one after another from the
 * question on, the equations must end in the estimand, which speaks of observation and of experiments that there were.
 */
export function checkDerivation(
  graph: IndexedGraph,
  query: CausalQuery,
  { steps, estimand }: { readonly steps: readonly DerivationStep[]; readonly estimand: string },
): string | null {
  const observed = withoutLatents(graph);
  let now: Estimand = { kind: 'probability', of: query.outcome, given: query.given, action: query.action };
  for (const [k, step] of steps.entries()) {
    const wrong = (what: string): string => `step ${k + 1}: ${what}`;
    const [left, right, ...more] = step.gives.split(/ = (?=(?:[^"]*"[^"]*")*[^"]*$)/).map(read);
    if (left === undefined || right === undefined || more.length > 0 || left === null || right === null)
      return wrong('no equation');
    const problem = step.rule === 0 ? lawProblem(step.because, left, right) : ruleProblem(observed, step, left, right);
    if (problem !== null) return wrong(problem);
    const next = rewrite(now, left, right);
    if (next === null) return wrong('its left side stands nowhere');
    now = next;
  }
  const wanted = read(estimand);
  if (wanted === null || canonical(wanted) !== canonical(now)) return 'the last line is not the estimand';
  const known = (e: Estimand): boolean => {
    switch (e.kind) {
      case 'probability':
        return e.action.every((v) => query.experiments.includes(v));
      case 'sum':
        return known(e.body);
      case 'product':
        return e.factors.every(known);
      case 'quotient':
        return known(e.above) && known(e.below);
    }
  };
  return known(now) ? null : 'the estimand speaks of an experiment that there was not';
}

function read(text: string): Estimand | null {
  const parsed = parseEstimand(text);
  return parsed === null ? null : withoutStars(parsed);
}

function ruleProblem(graph: IndexedGraph, step: DerivationStep, from: Estimand, to: Estimand): string | null {
  const { rule, because } = step;
  if (rule !== 1 && rule !== 2 && rule !== 3) return 'no rule';
  if (from.kind !== 'probability' || to.kind !== 'probability') return 'a rule is of single probabilities';
  const names = [...from.of, ...from.given, ...from.action, ...to.of, ...to.given, ...to.action];
  if (names.some((name) => !graph.indexOf.has(name))) return 'a name of no observed node';
  const licence = licenceOf(graph, { rule, from, to });
  if (licence === null) return `rule ${rule} does not give this`;
  return licence === because ? null : `what licenses it is ${licence}`;
}

function lawProblem(law: string, from: Estimand, to: Estimand): string | null {
  const ofForm = laws.get(law);
  if (ofForm === undefined) return 'no law';
  if (!ofForm(from, to) && !ofForm(to, from)) return `this is not the ${law}`;
  return holdsEverywhere(from, to) ? null : 'the two sides differ';
}

/** Which equations a law may name, either way round. */
const laws: ReadonlyMap<string, (whole: Estimand, opened: Estimand) => boolean> = new Map<
  string,
  (whole: Estimand, opened: Estimand) => boolean
>([
  [
    'marginalisation',
    (whole, { kind, ...opened }) =>
      whole.kind === 'probability' && kind === 'sum' && 'body' in opened && opened.body.kind === 'probability',
  ],
  [
    'chain rule',
    (whole, opened) =>
      whole.kind === 'probability' &&
      opened.kind === 'product' &&
      opened.factors.every((f) => f.kind === 'probability') &&
      opened.factors.reduce((n, f) => n + (f.kind === 'probability' ? f.of.length : 0), 0) === whole.of.length,
  ],
  [
    'definition of conditional probability',
    (whole, opened) => whole.kind === 'probability' && opened.kind === 'quotient',
  ],
  ['laws of probability', () => true],
]);
