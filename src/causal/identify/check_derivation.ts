import type { DerivationStep, Identification } from '../../report/answer.js';
import type { IndexedGraph } from '../indexed.js';
import { withoutLatents } from '../structure.js';
import { licenceOf } from './do_calculus.js';
import { canonical, type Estimand } from './estimand.js';
import type { CausalQuery } from './identify.js';
import { holdsEverywhere } from './laws.js';
import { parseEstimand } from './parse_estimand.js';
import { rewrite, withoutStars } from './rewrite.js';

/** The derivation of an identification, once it was checked; throws where a step does not hold, which is a mistake of this program. */
export function withCheckedSteps(graph: IndexedGraph, query: CausalQuery, found: Identification): Identification {
  if (!found.identifiable || found.estimand === null) return found;
  const problem = checkDerivation(graph, query, { steps: found.steps, estimand: found.estimand });
  if (problem === null || problem.endsWith(tooWide)) return found;
  throw new Error(`derivation: ${problem}`);
}

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
  switch (law) {
    case 'marginalisation':
      return isMargin(from, to) || isMargin(to, from) ? null : 'this is no marginalisation';
    case 'chain rule':
      return isChain(from, to) || isChain(to, from) ? null : 'this is not the chain rule';
    case 'definition of conditional probability':
      if (from.kind !== 'probability' || to.kind !== 'quotient') return `this is not the ${law}`;
      return comparison(from, to);
    case 'laws of probability':
      return comparison(from, to);
    default:
      return 'no law';
  }
}

/** What `checkDerivation` says of an equation whose sums are too wide to be taken. */
const tooWide = 'too wide to be compared';

function comparison(from: Estimand, to: Estimand): string | null {
  const holds = holdsEverywhere(from, to);
  return holds === null ? tooWide : holds ? null : 'the two sides differ';
}

const alike = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

/** P(y | c) as the sum over r of P(y, r | c). */
function isMargin(margin: Estimand, sum: Estimand): boolean {
  if (margin.kind !== 'probability' || sum.kind !== 'sum' || sum.body.kind !== 'probability') return false;
  const { of, given, action } = sum.body;
  const fixed = [...given, ...action];
  return (
    alike([...margin.of, ...sum.over], of) &&
    alike(margin.given, given) &&
    alike(margin.action, action) &&
    sum.over.every((name) => !fixed.includes(name))
  );
}

/** P(a, b, … | c) as the product of P(a | c), P(b | a, c) and so on, in any order. */
function isChain(whole: Estimand, opened: Estimand): boolean {
  if (whole.kind !== 'probability' || opened.kind !== 'product') return false;
  let known = whole.given;
  const left = [...opened.factors];
  while (left.length > 0) {
    const next = left.findIndex((f) => f.kind === 'probability' && alike(f.given, known));
    const factor = left[next];
    if (factor?.kind !== 'probability' || !alike(factor.action, whole.action)) return false;
    left.splice(next, 1);
    known = [...known, ...factor.of];
  }
  return alike(known, [...whole.of, ...whole.given]);
}
