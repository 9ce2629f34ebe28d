/**
 * Attribution of an outcome to its causes by Shapley values. The causes of a unit's outcome are the mechanisms before it, each with the noise that it
 * had (Budhathoki, Minorics, Blöbaum and Janzing, "Causal structure-based root cause analysis of outliers", ICML 2022; Janzing et al., "Quantifying
 * intrinsic causal contributions via structure preserving interventions", AISTATS 2024); the causes of a changed mean are the interventions that changed it.
 */

import { orderTerms, randomOrders, shapleyTerms } from '../causal/counterfactual/shapley.js';
import { ownersOfNoise } from '../causal/graph_of_model.js';
import { ancestors } from '../causal/reach.js';
import type { Declared, Project } from '../check/project.js';
import type { Progress } from '../inference/backend.js';
import { combined } from '../inference/influence.js';
import type { Region } from '../ir/ir.js';
import { rewrite } from '../ir/walk.js';
import { unitWithModel } from '../lower/model.js';
import { pathOf } from '../lower/name.js';
import { lowerQuestion, type Question, written } from '../lower/question.js';
import { isRaised } from '../lower/raise.js';
import { siteNumber } from '../lower/sites.js';
import type { EvidenceSpec } from '../lower/situation.js';
import { baselineName, coalitionName, withCoalition } from '../passes/coalition.js';
import { inline } from '../passes/inline.js';
import type { AttributionReport, Contribution } from '../report/attribution.js';
import type { Stop } from '../runtime/jobs.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import { noiseSource, particleState } from '../runtime/random/source.js';
import { childrenOf } from '../syntax/children.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Expr, Form, Intervention, Query } from '../syntax/tree.js';
import { type AnswerSettings, runForms } from './forms.js';
import { causalGraph } from './identification.js';
import { type Estimated, estimatedForm } from './value.js';

/** What is attributed, and to what. */
type AttributionRequest = {
  /** `E(outcome | unit…, baseline…)`. */
  readonly form: Form;
  /** How many of the form's conditions are those of the unit; the others are those of the baseline. */
  readonly unit: number;
  readonly score: 'mean' | 'tail';
  /** Orders of the causes to draw; null: all coalitions where they are few. */
  readonly permutations: number | null;
};

/** Causes up to which all coalitions are evaluated, and orders that are drawn beyond. */
const mostPlayers = 12;
const orders = 100;

/** A cause: its name, and what it means for a question that it is in the coalition. */
type Game = {
  readonly kind: 'noise' | 'interventions';
  readonly players: readonly string[];
  /** The question of a coalition, for a target. */
  readonly ask: (
    coalition: ReadonlySet<number>,
    target: Form,
  ) => { readonly form: Form; readonly change: (question: Question) => Question };
};

/** Thrown inside of an attribution and caught at its edge. */
const refused = (message: string): { readonly attribution: string } => ({ attribution: message });
const isRefused = (thrown: unknown): thrown is ReturnType<typeof refused> =>
  typeof thrown === 'object' && thrown !== null && 'attribution' in thrown;

/** Divides the distance of an outcome from its baseline among its causes. Pauses between blocks. */
export function* attribute(
  project: Project,
  query: Declared<Query>,
  request: AttributionRequest,
  model: string,
  settings: AnswerSettings,
): Generator<Progress, Outcome<AttributionReport>, Stop> {
  const { source } = query;
  const { form, score } = request;
  const refuse = (reason: string) => fail(diagnose('E0651', `There is no attribution: ${reason}.`, source, form.span));
  try {
    const game = gameOf(project, query, request, model);
    const n = game.players.length;
    if (n === 0) return refuse('nothing that was seen or done has a cause before the outcome');
    if (n > 30) return refuse(`${n} causes are more than can be told apart`);
    const [target] = form.targets;
    if (target === undefined || form.targets.length > 1)
      return refuse("write one outcome and what is known as 'y | x = 1, z = 2'");
    const evaluate = function* (coalition: number, asked: Form): Generator<Progress, Estimated | Diagnostic, Stop> {
      const members = new Set(game.players.flatMap((_, k) => ((coalition >> k) % 2 === 1 ? [k] : [])));
      const { form: made, change } = game.ask(members, asked);
      const ran = yield* runForms(project, query, [made], model, settings, false, change);
      if (!ran.ok)
        return ran.error ?? diagnose('E0651', 'There is no attribution: a part of it was put off.', source, form.span);
      const result = ran.results.get(made);
      return (
        (result === undefined ? null : estimatedForm(result, true)) ??
        diagnose('E0651', 'There is no attribution: the outcome is no number.', source, form.span)
      );
    };
    const mean: Form = { ...form, form: 'E', targets: [target] };
    const everything = 2 ** n - 1;
    const value = yield* evaluate(everything, mean);
    if ('code' in value) return fail(value);
    const baseline = yield* evaluate(0, mean);
    if ('code' in baseline) return fail(baseline);

    const exact = request.permutations === null && n <= mostPlayers;
    const drawn = exact ? [] : randomOrders(n, request.permutations ?? orders, uniformsOf(settings.seed));
    const rounds = exact ? [shapleyTerms(n)] : drawn.map(orderTerms);
    const needed = new Set(rounds.flatMap((terms) => terms.flatMap((t) => [...t.keys()])));
    const tail = score === 'tail' ? tailForm(form, target, value.value, baseline.value) : null;
    const values = new Map<number, Estimated>(
      tail === null
        ? [
            [0, baseline],
            [everything, value],
          ]
        : [[everything, { value: 0, se: 0, interval: [0, 0], spread: 0, influence: null }]],
    );
    for (const coalition of needed) {
      if (values.has(coalition)) continue;
      const found = yield* evaluate(coalition, tail ?? mean);
      if ('code' in found) return fail(found);
      if (tail !== null && !(found.value > 0))
        return refuse('an outcome as far out never came about in some coalition; ask for more samples');
      values.set(coalition, tail === null ? found : logOf(found));
    }
    const contributions = game.players.map((cause, k): Contribution => {
      const terms = rounds.flatMap((round) =>
        [...round[k]!].map(([coalition, weight]) => ({ ...values.get(coalition)!, slope: weight / rounds.length })),
      );
      const contribution = terms.reduce((sum, t) => sum + t.slope * t.value, 0);
      const sampled = combined(terms).se;
      const spread = exact
        ? 0
        : errorOfOrders(
            rounds.map((round) => [...round[k]!].reduce((sum, [c, w]) => sum + w * values.get(c)!.value, 0)),
          );
      return { cause, contribution, se: Math.hypot(sampled, spread) };
    });
    return succeed({
      outcome: written(source, target.span),
      kind: game.kind,
      score,
      value: values.get(everything)!.value,
      baseline: values.get(0)!.value,
      contributions: contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
      coalitions: values.size,
      complete: exact,
    });
  } catch (thrown) {
    if (isRefused(thrown)) return refuse(thrown.attribution);
    if (isRaised(thrown)) return fail(thrown.raised);
    throw thrown;
  }
}

/** Uniform numbers of a seed. */
function uniformsOf(seed: string): () => number {
  const state = new Int32Array(4);
  particleState(keyFromSeed(seed), 0, state);
  const source = noiseSource(state);
  return () => source.uniform();
}

/** The error of a mean over orders that come in pairs. */
function errorOfOrders(shares: readonly number[]): number {
  const pairs: number[] = [];
  for (let k = 0; k + 1 < shares.length; k += 2) pairs.push((shares[k]! + shares[k + 1]!) / 2);
  if (pairs.length < 2) return Number.NaN;
  const mean = pairs.reduce((a, b) => a + b, 0) / pairs.length;
  const squares = pairs.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return Math.sqrt(squares / (pairs.length - 1) / pairs.length);
}

const logOf = (p: Estimated): Estimated => ({
  ...p,
  value: Math.log(p.value),
  se: p.se / p.value,
  influence: combined([{ ...p, slope: 1 / p.value }]).influence,
});

/** Whether an outcome is at least as far out as the unit's, on the side of the baseline that the unit's lies on. */
function tailForm(form: Form, target: Expr, value: number, baseline: number): Form {
  // What the noise of the unit gives again may differ in the last digits.
  const slack = 1e-9 * Math.max(1, Math.abs(value));
  const above = value >= baseline;
  const bound = above ? value - slack : value + slack;
  const { span } = target;
  const size: Expr = { kind: 'number', value: Math.abs(bound), integer: false, text: String(Math.abs(bound)), span };
  const right: Expr = bound < 0 ? { kind: 'negate', operand: size, span } : size;
  return {
    ...form,
    form: 'P',
    targets: [{ kind: 'binary', operator: above ? '>=' : '<=', left: target, right, span }],
  };
}

function gameOf(project: Project, query: Declared<Query>, request: AttributionRequest, model: string): Game {
  const seen = request.form.given.slice(0, request.unit);
  return seen.some(({ kind }) => kind === 'do')
    ? interventionGame(query, request)
    : noiseGame(project, query, request, model);
}

/** Causes are interventions: those of a coalition are made, and in the place of the others those of the baseline. */
function interventionGame({ source }: Declared<Query>, { form, unit }: AttributionRequest): Game {
  const actsOf = (given: Form['given']): readonly Intervention[] =>
    given.flatMap((g) => (g.kind === 'do' ? g.interventions : []));
  const acts = actsOf(form.given.slice(0, unit));
  const before = actsOf(form.given.slice(unit));
  if (form.given.slice(unit).some(({ kind }) => kind === 'evidence'))
    throw refused('beside interventions the baseline is one of interventions too');
  const place = (i: Intervention): string => written(source, i.target.span);
  const evidence = form.given.slice(0, unit).filter(({ kind }) => kind === 'evidence');
  return {
    kind: 'interventions',
    players: acts.map((i) => written(source, i.span)),
    ask: (coalition, asked) => {
      const made = acts.flatMap((act, k) =>
        coalition.has(k) ? [act] : before.filter((other) => place(other) === place(act)),
      );
      const always = before.filter((other) => !acts.some((act) => place(act) === place(other)));
      const interventions = [...made, ...always];
      const surgery = interventions.length === 0 ? [] : [{ kind: 'do' as const, interventions, span: form.span }];
      return { form: { ...asked, given: [...surgery, ...evidence] }, change: (question) => question };
    },
  };
}

/** Causes are mechanisms: those of a coalition have the noise of the unit, and all others that of another one. */
function noiseGame(project: Project, query: Declared<Query>, { form, unit }: AttributionRequest, name: string): Game {
  const [target] = form.targets;
  const seen = form.given.slice(0, unit);
  if (seen.length === 0) throw refused("nothing is known of the unit; write 'y | x = 1, z = 2'");
  const inBaseline = form.given.slice(unit);
  if (inBaseline.some(({ kind }) => kind === 'do'))
    throw refused('the baseline of a unit is another unit, by evidence');
  const { evidence, model, worlds, program } = lowerQuestion(
    unitWithModel(project, name),
    query,
    { ...form, given: seen },
    name,
  );
  if (worlds.length > 1 || (worlds[0]?.interventions.length ?? 0) > 0)
    throw refused('the unit is asked about as it is, in one world and a model that nothing was done to');
  const owners = ownersOfNoise(inline(program, model.function), model.function);
  const graph = causalGraph(project, name, false);
  const ends = namesIn(target).flatMap((text) => graph.indexOf.get(text) ?? []);
  const before = ancestors(graph, ends);
  const groups = new Map<string, number[]>();
  for (const [site, nodes] of owners) {
    if (!nodes.some((node) => before.has(graph.indexOf.get(node) ?? -1))) continue;
    const owner = nodes.join(' & ');
    groups.set(owner, [...(groups.get(owner) ?? []), site]);
  }
  const players = [...groups];
  // Parameters are those of the population, which both units are from.
  const shared = [...owners.keys()].filter((site) => !players.some(([, own]) => own.includes(site)));
  const baseline = inBaseline.length > 0;
  const site = siteNumber('attribution');
  return {
    kind: 'noise',
    players: players.map(([owner]) => owner),
    ask: (coalition, asked) => {
      const sites = new Set([...shared, ...players.flatMap(([, own], k) => (coalition.has(k) ? own : []))]);
      return {
        form: asked,
        change: (question) => {
          const made = withCoalition(question.program, question.model, sites, site, baseline);
          if (!made.ok) throw refused(made.reason);
          return {
            ...question,
            program: made.program,
            model: made.model,
            outputs: reading(question.outputs, coalitionName),
            evidence: question.evidence.map((spec, k) => (k < evidence.length ? spec : ofBaseline(spec))),
          };
        },
      };
    },
  };
}

/** The names of nodes in an expression. */
function namesIn(expr: Expr | undefined): readonly string[] {
  if (expr === undefined) return [];
  const path = pathOf(expr);
  if (path !== null) return [path.name];
  return childrenOf(expr).flatMap((piece) => ('kind' in piece && isExpr(piece) ? namesIn(piece) : []));
}

const statements: ReadonlySet<string> = new Set(['node', 'let', 'var', 'assign', 'for', 'while', 'branch', 'choose']);
const isExpr = (
  piece: Exclude<ReturnType<typeof childrenOf>[number], { readonly statements: unknown }>,
): piece is Expr => !statements.has(piece.kind);

/** The region with the nodes of another world in the place of those that it reads. */
const reading = (region: Region, named: (node: string) => string): Region =>
  rewrite(region, (i) => (i.kind === 'read' ? { ...i, node: named(i.node) } : i));

function ofBaseline(spec: EvidenceSpec): EvidenceSpec {
  const value = reading(spec.value, baselineName);
  if (spec.kind !== 'equal') return { ...spec, value };
  return { ...spec, node: baselineName(spec.node), indices: reading(spec.indices, baselineName), value };
}
