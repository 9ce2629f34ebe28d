import { sumByBlocks } from '../inference/statistics/tree_reduction.js';
import type { PlaceId } from '../ir/ir.js';
import { isDiscrete } from '../ir/type.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import { constantHint, constantMessage, mechanismWarning } from './exact_answer.js';
import type { FormRun, MeanRun } from './run_form.js';
import { asksForDraws } from './run_form.js';
import { hasOption, thresholds } from './thresholds.js';

type Place = { readonly source: Source; readonly span: Span };

/**
 * Whether a run can answer at all, and what is to be said of the answer.
 *
 * @param place where in the text a finding of the method belongs
 */
export function trustOf(
  run: FormRun | MeanRun,
  source: Source,
  place: (at: PlaceId) => Place,
): { readonly error: Diagnostic | null; readonly warnings: readonly Diagnostic[] } {
  const { span } = run.plan.form;
  const say = (...args: [Parameters<typeof diagnose>[0], string, string?]): Diagnostic =>
    diagnose(args[0], args[1], source, span, args[2] ?? null);
  const { count, course } = run;
  if (count === 0) {
    const told = course.findings.find((finding) => finding.code === 'E0612');
    const message = told?.message ?? 'The run was stopped before the first draws were done.';
    return { error: diagnose('E0612', message, source, span, told?.hint ?? null), warnings: [] };
  }
  if (run.positive === 0 && run.plan.form.form !== 'evidence') {
    const told = course.findings.find((finding) => finding.code === 'E0610');
    if (told !== undefined) {
      const { source: from, span: where } = told.at === null ? { source, span } : place(told.at);
      return { error: diagnose(told.code, told.message, from, where, told.hint), warnings: [] };
    }
    return {
      error: say(
        'E0610',
        `None of ${count} runs agrees with the evidence.`,
        'ask for more samples, or check the evidence',
      ),
      warnings: [],
    };
  }
  const absent = absentTarget(run);
  if (absent !== null) {
    return {
      error: say(
        'E0611',
        `'${absent.name}' has no value in ${absent.count} of ${run.positive} runs that agree with the evidence.`,
        absent.count === run.positive && absent.name.endsWith(']')
          ? 'no run has such a member: look at the loop that declares it, which may end before'
          : absentHint(run, absent.name),
      ),
      warnings: [],
    };
  }
  const constant = constantTarget(run);
  if (constant !== null) return { error: say('E0614', constantMessage(constant), constantHint), warnings: [] };
  if (run.plan.form.form === 'evidence' && run.evidence === null) {
    const message = `The method '${run.plan.method.name}' does not measure the evidence.`;
    const hint =
      run.plan.comparison === null
        ? 'use smc or importance'
        : 'ask abc with `epsilon = 0` and a distance that is 0 for what is equal alone: it counts the runs that equal what was seen';
    return { error: say('E0492', message, hint), warnings: [] };
  }
  const warnings: Diagnostic[] = [];
  if (run.left !== null) {
    const message = `The engine that was asked for left the program to '${run.left.to}', because ${run.left.because}.`;
    warnings.push(say('W0656', message));
  }
  if (run.interpreted)
    warnings.push(
      say(
        'W0657',
        'This platform forbids code made at run time: the interpreter answered.',
        'compile ahead of time with `whatif compile FILE --aot OUT.mjs`, or use the method `exact`',
      ),
    );
  // What else is measured of runs none of which counts would only say the same.
  const none = noneCounts(run);
  if (none !== null) warnings.push(say('W0638', none, 'check what was seen, or ask for more runs'));
  for (const { code, bound, doubted, measure, says, advice } of none === null ? thresholds : []) {
    const measured = measure(run);
    if (measured === null || !(doubted === 'above' ? measured > bound : measured < bound)) continue;
    warnings.push(say(code, says(measured, run), typeof advice === 'string' ? advice : advice(run)));
  }
  if (run.kind === 'kept' && run.dependence.kind === 'replicas' && run.dependence.starts.length < 2) {
    warnings.push(
      say('W0626', 'A single replica has no standard error.', 'ask for more replicas: 4 or more give a usable one'),
    );
  }
  for (const { code, message, hint, at } of course.findings) {
    const { source: from, span: where } = at === null ? { source, span } : place(at);
    // Evidence of zero is an answer.
    warnings.push(diagnose(code === 'E0610' ? 'W0628' : code, message, from, where, hint));
  }
  if (course.unaligned > 0) {
    warnings.push(say('W0603', `${course.unaligned} draws of other worlds had no partner in the world seen.`));
  }
  if (run.plan.mechanism.matters) {
    warnings.push(say('W0604', mechanismWarning(run.plan.mechanism)));
  }
  if (!course.converged && course.stopped === null && none === null) warnings.push(say('W0605', ...spentBudget(run)));
  if (course.stopped !== null) {
    const what = { time: 'time limit', memory: 'memory limit', abort: 'interruption' }[course.stopped];
    warnings.push(say('W0606', `The ${what} ended the run after ${count} draws.`));
  }
  return { error: null, warnings };
}

/** Evidence that all runs fail, where a method looked for one that does not; particles that died out are told by their filter. */
function noneCounts(run: FormRun | MeanRun): string | null {
  const { plan, course, count, positive } = run;
  const sought = course.acceptance === 0 || (!course.converged && course.stopped === null);
  if (plan.form.form !== 'evidence' || positive > 0 || !sought) return null;
  if (course.findings.some(({ code }) => code === 'E0610')) return null;
  const [runs, fails] =
    plan.comparison === null ? ['runs', 'agrees with the evidence'] : ['simulations', 'equals what was seen'];
  return `None of ${count} ${runs} ${fails}: its probability may be 0, or too small to be met in so many.`;
}

/** What the budget was too small for, and what to do about it. */
function spentBudget(run: FormRun | MeanRun): [message: string, hint: string] {
  const { plan, count } = run;
  const { accept, samples, simulations } = plan.options;
  const asked = accept ?? samples;
  if (typeof asked === 'number') {
    const spent = typeof simulations === 'number' ? 'The simulations were' : 'The budget was';
    const wider = plan.comparison === null ? '' : ', or a greater epsilon';
    return [
      `${spent} spent after ${count} of the ${asked} draws that were asked for.`,
      `ask for ${typeof simulations === 'number' ? 'more `simulations`' : 'fewer draws'}${wider}`,
    ];
  }
  const number = ['simulations', 'replicas'].find((name) => hasOption(run, name));
  return [
    'The budget was spent before the standard error fell under 1 % of the standard deviation.',
    `give a number of ${number === undefined ? 'samples' : `\`${number}\``}`,
  ];
}

function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum;
}

function absentIn(values: Float64Array, relative: Float64Array): number {
  if (!Number.isNaN(sumByBlocks(values.length, (from, to) => sumOf(values, from, to)))) return 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!) && relative[i]! > 0) count += 1;
  return count;
}

/** A target of a correlation that all runs with weight give the same value. */
function constantTarget(run: FormRun | MeanRun): string | null {
  if (run.plan.form.form !== 'Corr' || run.kind !== 'kept' || run.positive < 2) return null;
  for (const [i, target] of run.plan.targets.entries()) {
    const values = run.targets[i]?.[0]?.values;
    if (values === undefined) continue;
    const { relative } = run.weights;
    const first = values[relative.findIndex((w) => w > 0)];
    if (values.every((x, k) => relative[k] === 0 || x === first)) return target.text;
  }
  return null;
}

/** A scalar target that some run with weight does not have. Parts of arrays of differing length may be missing. */
function absentTarget(run: FormRun | MeanRun): { readonly name: string; readonly count: number } | null {
  if (run.kind === 'summed') {
    const { absent } = run.moments;
    return absent === 0 ? null : { name: run.plan.targets[0]?.text ?? '', count: absent };
  }
  for (const [i, target] of run.plan.targets.entries()) {
    for (const column of run.targets[i] ?? []) {
      if (column.path !== '' && asksForDraws(run.plan.form.form)) continue;
      const count = absentIn(column.values, run.weights.relative);
      if (count > 0 && (target.type.kind === 'real' || isDiscrete(target.type)))
        return { name: `${target.text}${column.path}`, count };
    }
  }
  return null;
}

/** What may be done about a target without a value: a node that a run lacks, or arithmetic that gives no number. */
function absentHint({ plan }: FormRun | MeanRun, target: string): string {
  const words = new Set(target.match(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu));
  const nodes = plan.question.model.nodes.filter((node) => words.has(node.name));
  if (!nodes.some((node) => node.optional || node.rank > 0))
    return 'it is not a number (NaN) there, as the logarithm of a negative number or a missing cell is';
  const [only, ...others] = nodes;
  const whole = others.length === 0 && target.replace(/\[[^\]]*\]$/, '') === only?.name;
  return whole ? `add exists(${target}) to the evidence` : 'add exists(…) of each node that it reads to the evidence';
}
