/** Actual causes of an outcome in a model, over all worlds that agree with the evidence. */
import { type ActualCause, actualCauses, type Setting } from '../causal/counterfactual/actual_cause.js';
import { newContext } from '../causal/counterfactual/context.js';
import { hookedRun, isUnfollowed, labelOf, unfollowed } from '../causal/counterfactual/hooked_run.js';
import { everyPath } from '../causal/counterfactual/paths.js';
import type { IndexedGraph } from '../causal/indexed.js';
import { ancestors, descendants } from '../causal/reach.js';
import type { Declared, Project } from '../check/project.js';
import { createRows } from '../exact/discrete/rows.js';
import { isRefused } from '../exact/discrete/scene.js';
import { isFault } from '../ir/faults.js';
import type { IrType, Program } from '../ir/ir.js';
import { findFamily } from '../ir/program.js';
import { isScalarType } from '../ir/values.js';
import { asEquality, conjuncts } from '../lower/claims.js';
import { completeFamilies } from '../lower/family.js';
import { unitWithModel } from '../lower/model.js';
import { pathOf } from '../lower/name.js';
import { lowerQuestion, written } from '../lower/question.js';
import { isRaised } from '../lower/raise.js';
import { assemble, mainName } from '../passes/assemble.js';
import { bind } from '../passes/bind.js';
import { inline } from '../passes/inline.js';
import { prune, slice } from '../passes/slice.js';
import type { CausesReport, ReportedCause } from '../report/causes.js';
import { diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import type { Expr, Form, Query } from '../syntax/tree.js';
import { causalGraph } from './identification.js';
import { inputsOf, placeOf } from './plan.js';
import { entries } from './solve.js';

/** Worlds that are looked at, and runs in each, at most. */
const mostWorlds = 20_000;
const runsAWorld = 100_000;

/**
 * The actual causes of `outcome` given the evidence: `P(outcome | evidence)` as a query says what is asked. In each world that agrees with the
 * evidence and in which the outcome comes about, causes are found by the modified Halpern–Pearl definition; a cause has the probability of its worlds.
 */
export function findCauses(project: Project, query: Declared<Query>, form: Form, model: string): Outcome<CausesReport> {
  const { source } = query;
  const refuse = (reason: string) =>
    fail(diagnose('E0650', `The causes cannot be listed: ${reason}.`, source, form.span));
  const [outcome, ...others] = form.targets;
  if (outcome === undefined || others.length > 0 || form.form !== 'P')
    return refuse("write the outcome and what is known as 'outcome | evidence'");
  try {
    const unit = unitWithModel(project, model);
    const evidence = form.given.flatMap((g) => (g.kind === 'evidence' ? conjuncts(g.value) : []));
    // Evidence is looked at like the outcome, so that it is neither scored nor abducted: worlds are listed, not weighed.
    const looked: Form = {
      ...form,
      form: 'posterior',
      targets: [outcome, ...evidence],
      given: form.given.filter(({ kind }) => kind === 'do'),
    };
    const question = lowerQuestion(unit, query, looked, model);
    const put = assemble(question, (program, main, named) => completeFamilies(unit, program, main, named));
    if (!put.ok) return refuse('the question cannot be put together');
    const { program: bound, missing } = bind(prune(put.assembled.program, mainName), inputsOf(project, question));
    // What neither outcome nor evidence reads is no part of the question.
    const { program } = slice(inline(bound, mainName), mainName);
    if (missing.length > 0) return refuse(`the model's argument '${missing[0]}' has no value`);
    const graph = causalGraph(project, model, true);
    const claim = asEquality(outcome);
    const named = claim === null ? null : pathOf(claim.subject);
    const itself = claim === null || named === null ? null : written(source, claim.subject.span);
    const rows = createRows({ entry: entries(unit, inputsOf(project, question)) }, 1e-15);
    const found = causesIn(
      program,
      graph,
      itself,
      (name) => unit.families.get(name) ?? findFamily(program, name),
      (family, params, site) => rows(family, params, { site: program.sites[site]?.name ?? '', at: -1 }),
    );
    if (typeof found === 'string') return refuse(found);
    return succeed({ ...found, outcome: textOf(source, outcome), evidence: evidence.map((e) => textOf(source, e)) });
  } catch (thrown) {
    if (isRaised(thrown)) return fail(thrown.raised);
    if (isUnfollowed(thrown)) return refuse(thrown.unfollowed);
    if (isRefused(thrown)) return refuse(thrown.refused);
    if (!isFault(thrown)) throw thrown;
    const place = placeOf(project, unitWithModel(project, model).finish(), thrown.at, source, form.span);
    return fail(diagnose(thrown.code, thrown.message, place.source, place.span));
  }
}

type Listed = Omit<CausesReport, 'outcome' | 'evidence'>;

/** All causes with their probabilities, or the reason why they cannot be listed. */
function causesIn(
  program: Program,
  graph: IndexedGraph,
  itself: string | null,
  familyOf: Parameters<typeof newContext>[1],
  lawOf: Parameters<typeof newContext>[2],
): Listed | string {
  const types = new Map<string, IrType>();
  const values = new Map<string, Set<number>>();
  let candidates: ReadonlyMap<string, readonly number[]> = new Map();
  /** Whether a draw stands at a node before the outcome. */
  const seenBefore = (site: number): boolean => candidates.has(program.sites[site]?.name ?? '');
  const runsOf = (choose: Parameters<typeof newContext>[0]) => {
    const context = newContext(choose, familyOf, lawOf);
    /** The laws that observed draws had in the world as it was. */
    const observed = new Map<string, number>();
    /** A run after an intervention, and the weight of the model's own observations in it. */
    const run = (action: ReadonlyMap<string, number>) => {
      const nodes = new Map<string, number>();
      let weight = 1;
      const outputs = hookedRun(program, mainName, {
        draw: context.value,
        score: (event, value) => {
          const family = familyOf(event.family);
          if (family === null || !family.discrete) throw unfollowed('what is observed is continuous');
          const { number, low, weights } = lawOf(family, event.params, event.site);
          weight *= weights[Number(value) - low] ?? 0;
          if (action.size === 0) observed.set(event.address, number);
          else if (observed.get(event.address) !== number && seenBefore(event.site))
            throw unfollowed('the model observes a draw that other settings would change; make it evidence');
        },
        condition: (holds) => {
          if (!holds) weight = 0;
        },
        factor: (amount) => {
          weight *= Math.exp(amount);
        },
        node: (name, value, type) => {
          const given = action.get(name) ?? value;
          if (typeof given === 'number' && isScalarType(type)) {
            nodes.set(name, given);
            types.set(name, type);
            values.set(name, (values.get(name) ?? new Set<number>()).add(given));
          }
          return given;
        },
      });
      return { nodes, weight, outputs: outputs.map(Number) };
    };
    return { run, probability: context.probability };
  };

  // Once over all worlds, to see what values numbers can have.
  const all = everyPath((choose) => {
    const { run, probability } = runsOf(choose);
    const { outputs, weight } = run(new Map());
    const agrees = outputs.slice(1).every((value) => value === 1) ? weight * probability() : 0;
    return { agrees, both: outputs[0] === 1 ? agrees : 0 };
  }, mostWorlds);
  if (all === null) return `the model has more than ${mostWorlds} worlds`;
  const known = all.reduce((sum, { agrees }) => sum + agrees, 0);
  const happened = all.reduce((sum, { both }) => sum + both, 0);
  if (!(known > 0)) return 'no world agrees with the evidence';
  if (!(happened > 0)) return 'the outcome happens in no world that agrees with the evidence';

  candidates = candidatesIn(graph, itself, types, values);
  const reaches = reachIn(graph);
  const found = new Map<string, { readonly cause: ActualCause; probability: number; most: number }>();
  let spent = false;
  const worlds = everyPath((choose) => {
    const { run, probability } = runsOf(choose);
    const actual = run(new Map());
    if (actual.weight === 0 || !actual.outputs.every((value) => value === 1)) return null;
    const kept = new Map<string, { readonly nodes: ReadonlyMap<string, number>; readonly holds: boolean }>();
    const outcomeOf = new Map<ReadonlyMap<string, number>, boolean>();
    const causes = actualCauses(
      {
        run: (action) => {
          const key = [...action]
            .map(([name, value]) => `${name}=${value}`)
            .sort()
            .join();
          const before = kept.get(key);
          const made = before ?? (({ nodes, outputs }) => ({ nodes, holds: outputs[0] === 1 }))(run(action));
          if (before === undefined) kept.set(key, made);
          outcomeOf.set(made.nodes, made.holds);
          return made.nodes;
        },
        holds: (nodes) => outcomeOf.get(nodes) === true,
        candidates,
        reaches,
      },
      runsAWorld,
    );
    if (causes === null) spent = true;
    return { causes: causes ?? [], weight: actual.weight * probability() };
  }, mostWorlds);
  if (worlds === null) return `the model has more than ${mostWorlds} worlds`;
  if (spent) return `a world needs more than ${runsAWorld} runs: acting on fewer nodes is not possible here`;
  for (const { causes, weight } of worlds) {
    for (const cause of causes) {
      const key = settingsText(cause.cause, types);
      const before = found.get(key);
      const share = weight / happened;
      if (before === undefined) found.set(key, { cause, probability: share, most: weight });
      else {
        before.probability += share;
        if (weight > before.most) found.set(key, { cause, probability: before.probability, most: weight });
      }
    }
  }
  const listed = (settings: readonly Setting[]) =>
    settings.map(({ node, value }) => ({ node, value: labelOf(types.get(node), value) }));
  const causes = [...found.values()]
    .map(
      ({ cause, probability }): ReportedCause => ({
        probability,
        cause: listed(cause.cause),
        instead: listed(cause.instead),
        kept: listed(cause.kept),
      }),
    )
    .sort((a, b) =>
      Math.abs(b.probability - a.probability) > 1e-12 ? b.probability - a.probability : a.cause.length - b.cause.length,
    );
  return { causes, probability: happened / known, worlds: worlds.length };
}

const settingsText = (settings: readonly Setting[], types: ReadonlyMap<string, IrType>): string =>
  settings.map(({ node, value }) => `${node} = ${labelOf(types.get(node), value)}`).join(', ');

/** Nodes that can be causes, with the values that they can have: those before the outcome in the graph, but for the outcome itself and what is latent. */
function candidatesIn(
  graph: IndexedGraph,
  itself: string | null,
  types: ReadonlyMap<string, IrType>,
  seen: ReadonlyMap<string, ReadonlySet<number>>,
): ReadonlyMap<string, readonly number[]> {
  const spelled = itself === null ? null : plain(itself);
  const end = [...graph.indexOf].find(([name]) => plain(name) === spelled)?.[1];
  const before = end === undefined ? null : ancestors(graph, [end]);
  const found = new Map<string, readonly number[]>();
  for (const [name, type] of types) {
    const at = graph.indexOf.get(name);
    if (plain(name) === spelled || (at !== undefined && graph.nodes[at]!.latent)) continue;
    if (at !== undefined && before !== null && !before.has(at)) continue;
    const members = type.kind === 'bool' ? 2 : type.kind === 'enum' ? type.members.length : null;
    found.set(name, members === null ? [...(seen.get(name) ?? [])] : Array.from({ length: members }, (_, k) => k));
  }
  return found;
}

const plain = (name: string): string => name.replaceAll(/\s+/g, '');

/** Whether one node lies before another in the graph; true where the graph does not tell them apart. */
function reachIn(graph: IndexedGraph): (from: string, to: string) => boolean {
  const behind = new Map<number, ReadonlySet<number>>();
  return (from, to) => {
    const [a, b] = [graph.indexOf.get(from), graph.indexOf.get(to)];
    if (a === undefined || b === undefined) return true;
    const reached = behind.get(a) ?? descendants(graph, [a]);
    behind.set(a, reached);
    return reached.has(b);
  };
}

const textOf = (source: Source, expr: Expr): string =>
  source.text.slice(expr.span.start, expr.span.end).replaceAll(/\s+/g, ' ');
