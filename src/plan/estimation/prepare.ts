/** From a question to units and an estimator that can be run on them, and on any like them, as often as one likes. */

import type { Resampling } from '../../causal/estimate/bootstrap.js';
import {
  type EffectQuestion,
  type EstimationMethod,
  type MethodArguments,
  type MethodShape,
  type OptionShape,
  type OptionValue,
  optionsOf,
  type Strategy,
} from '../../causal/estimate/methods/method.js';
import { estimationMethods } from '../../causal/estimate/methods/registry.js';
import type { Estimator, Units } from '../../causal/estimate/units.js';
import { type IndexedGraph, withEdges } from '../../causal/indexed.js';
import { ancestors, descendants } from '../../causal/reach.js';
import { topologicalOrder } from '../../causal/structure.js';
import type { Declared, Project } from '../../check/project.js';
import type { Table } from '../../data/table.js';
import type { Expr, Method, Query, QueryExpr } from '../../syntax/tree.js';
import { codeOf, unitsOf } from './columns.js';
import { type Contrast, contrastOf } from './contrast.js';
import { isProblem, type Problem, refuse, type TextOf, ungrouped } from './problem.js';

export type EstimateExpr = Extract<QueryExpr, { readonly kind: 'estimate' }>;

/** An `estimate` with its table, before any graph: one question is asked of each member of a class of graphs. */
export type EstimateQuestion = {
  readonly expression: EstimateExpr;
  readonly contrast: Contrast;
  readonly table: Table;
  readonly method: EstimationMethod;
  readonly asked: MethodArguments;
  readonly textOf: TextOf;
};

/** Units of an effect, with the estimator that was asked for: `rerun(units)` is the estimate, `rerun` of changed units what would have been said of them. */
export type PreparedEstimate = {
  readonly units: Units;
  readonly rerun: Estimator;
  /** As it could be written behind `by`: `backdoor(z)`. */
  readonly title: string;
  /** Rows that lack a value. */
  readonly left: number;
  readonly strategy: Strategy;
  /** How the error is to be found where not by the estimator itself: so many resamples of units, or of clusters of them. */
  readonly resampling: Resampling | null;
};

/** A prepared estimate, or why there is none; `unidentified` where the graph forbids the effect altogether. */
type Preparation =
  | ({ readonly ok: true } & PreparedEstimate)
  | { readonly ok: false; readonly unidentified: boolean; readonly problem: Problem };

/** What an `estimate` asks, or what is wrong with it. */
export function estimateQuestion(
  project: Project,
  query: Declared<Query>,
  expression: EstimateExpr,
): { readonly ok: true; readonly question: EstimateQuestion } | { readonly ok: false; readonly problem: Problem } {
  const textOf = (expr: Expr): string => query.source.text.slice(expr.span.start, expr.span.end).replace(/\s+/g, '');
  const { form, data, method } = expression;
  try {
    const table = project.data.get(data.data.text)?.table;
    if (table === undefined) return refuse('E0553', `There is no data set \`${data.data.text}\`.`, data.span);
    const known = Object.hasOwn(estimationMethods, method.name.text) ? estimationMethods[method.name.text] : undefined;
    if (known === undefined)
      return refuse('E0553', `There is no method \`${method.name.text}\` of estimation.`, method.span);
    const contrast = contrastOf(form, textOf);
    return {
      ok: true,
      question: {
        expression,
        contrast,
        table,
        method: known,
        asked: argumentsOf(method, known, table, textOf),
        textOf,
      },
    };
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { ok: false, problem: thrown };
  }
}

/** What stands in a method's parentheses. */
export function argumentsOf(
  { args, options }: Method,
  known: MethodShape,
  table: Table,
  textOf: TextOf,
): MethodArguments {
  const given = (expr: Expr, shape: OptionShape | undefined): OptionValue => {
    const at = ungrouped(expr);
    if (at.kind === 'array') return { texts: at.elements.map(textOf), number: null };
    const texts = [textOf(at)];
    if (at.kind === 'call' && 'args' in at) return { texts, number: numberOf(at.args[0]?.value) };
    if (shape?.kind !== 'value') return { texts, number: numberOf(at) };
    const of = options.find(({ name }) => name.text === shape.of);
    const column = table.columns.find(({ name }) => of !== undefined && name === textOf(ungrouped(of.value)));
    return { texts, number: column === undefined ? null : codeOf(at, column, textOf) };
  };
  const shapes = optionsOf(known);
  return {
    nodes: args.map(textOf),
    options: new Map(options.map(({ name, value }) => [name.text, given(value, shapes[name.text])])),
  };
}

function numberOf(expr: Expr | undefined): number | null {
  const at = expr === undefined ? undefined : ungrouped(expr);
  if (at?.kind === 'number') return at.value;
  const inner = at?.kind === 'negate' ? numberOf(at.operand) : null;
  return inner === null ? null : -inner;
}

/** Chooses columns and an estimator by a graph, and reads the units. */
export function prepareEstimate(graph: IndexedGraph, question: EstimateQuestion): Preparation {
  const { expression, contrast, table, method, asked, textOf } = question;
  const { form } = expression;
  try {
    const effect = effectQuestion(graph, question);
    for (const name of [...asked.nodes, ...nodesInOptions(question)])
      if (!graph.indexOf.has(name)) refuse('E0553', `\`${name}\` is no node of the graph.`, expression.method.span);
    const { mediators } = contrast;
    if (mediators.length > 0 && expression.method.name.text !== 'mediation')
      refuse('E0553', `Worlds with other mediators are estimated by mediation(${mediators.join(', ')}).`, form.span);
    const idle = mediators.length === 0 ? undefined : asked.nodes.find((name) => !mediators.includes(name));
    const beside = mediators.find((name) => !asked.nodes.includes(name)) ?? idle;
    if (beside !== undefined)
      refuse(
        'E0553',
        `The mediators of the question are not those of the method: \`${beside}\`.`,
        expression.method.span,
      );
    const plan = method.plan(effect, asked);
    if (!plan.ok) {
      const span = plan.at === 'method' ? expression.method.span : form.span;
      return {
        ok: false,
        unidentified: plan.unidentified,
        problem: { code: 'E0554', message: plan.message, span },
      };
    }
    const { strategy } = plan;
    const { units, left } = unitsOf(table, contrast, strategy, expression.data.weighted, form.span, textOf);
    const replicas = asked.options.get('errors')?.number ?? null;
    if (replicas !== null && !strategy.smooth)
      return refuse(
        'E0555',
        'The bootstrap does not tell the error of matches (Abadie and Imbens, Econometrica 76, 2008): leave out `errors`.',
        expression.method.span,
      );
    const resampling = replicas === null ? null : { replicas, clusters: strategy.clusters ?? null };
    return { ok: true, units, rerun: strategy.estimator, title: strategy.title, left, strategy, resampling };
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { ok: false, unidentified: false, problem: thrown };
  }
}

/** The units of a question by exposure and outcome alone, for what can be said where the effect is not identified. */
export function unitsWithoutAdjustment(question: EstimateQuestion): Units | null {
  const { expression, contrast, table, textOf } = question;
  const { form, data } = expression;
  try {
    return unitsOf(table, contrast, { covariates: [], others: [] }, data.weighted, form.span, textOf).units;
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return null;
  }
}

function nodesInOptions({ method, asked }: EstimateQuestion): readonly string[] {
  return [...asked.options].flatMap(([name, { texts }]) => {
    const kind = method.options[name]?.kind;
    return kind === 'nodes' || kind === 'node' ? texts : [];
  });
}

/**
 * The graph that the rows come from: what an experiment has set has no causes in it. Refused where the experiment moves the outcome by other ways
 * than the exposure, or who is in the group, since then its rows do not tell what the exposure does where nothing else is set.
 */
function graphOfData(graph: IndexedGraph, { expression, contrast, textOf }: EstimateQuestion): IndexedGraph {
  const exposure = graph.indexOf.get(contrast.exposure)!;
  const acted = new Map<number, Expr>();
  for (const { target } of expression.data.under ?? []) {
    const index = graph.indexOf.get(textOf(target));
    if (index === undefined) return refuse('E0553', `\`${textOf(target)}\` is no node of the graph.`, target.span);
    acted.set(index, target);
  }
  const [y, held] = [graph.indexOf.get(contrast.outcome)!, withEdges(graph, ({ to }) => to !== exposure)];
  const above = ancestors(held, [y, ...contrast.group.map(({ variable }) => graph.indexOf.get(variable)!)]);
  for (const [index, target] of acted)
    if (index !== exposure && above.has(index))
      refuse(
        'E0554',
        `The experiment set \`${graph.nodes[index]!.name}\` too, which moves \`${contrast.outcome}\`, or who is asked about, by other ways than \`${contrast.exposure}\`.`,
        target.span,
      );
  // ancestors() holds the node itself.
  const decides = ancestors(graph, [exposure]);
  const [moved] = [...acted].filter(([index]) => decides.has(index));
  if (contrast.among !== null && moved !== undefined)
    refuse(
      'E0554',
      `The experiment decided \`${contrast.exposure}\`, so that its rows do not tell who would have been exposed without it: ask about all units.`,
      moved[1].span,
    );
  return withEdges(graph, ({ from, to, kind }) => !acted.has(to) && (kind === '->' || !acted.has(from)));
}

/** The question in the terms of the graph, once all its names are found there. */
function effectQuestion(graph: IndexedGraph, question: EstimateQuestion): EffectQuestion {
  const { expression, contrast, table } = question;
  const { form } = expression;
  const { exposure, outcome } = contrast;
  const group = [...new Set(contrast.group.map(({ variable }) => variable))];
  for (const name of [exposure, outcome, ...group])
    if (!graph.indexOf.has(name)) refuse('E0553', `\`${name}\` is no node of the graph.`, form.span);
  if (exposure === outcome || group.includes(outcome))
    refuse('E0553', `\`${outcome}\` stands in two places.`, form.span);
  if (topologicalOrder(graph) === null) refuse('E0552', 'The graph has a circle of causes.', form.span);
  const behind = descendants(graph, [graph.indexOf.get(exposure)!]);
  for (const { variable, at } of contrast.group)
    if (behind.has(graph.indexOf.get(variable)!))
      refuse(
        'E0553',
        `\`${variable}\` is an effect of \`${exposure}\`: units are chosen by what was so before it.`,
        at.span,
      );
  const measured = new Set(table.columns.map(({ name }) => name));
  const selectedBy = expression.data.selectedBy;
  if (selectedBy !== null && !graph.indexOf.has(selectedBy.text))
    refuse('E0553', `\`${selectedBy.text}\` is no node of the graph.`, selectedBy.span);
  const selected = new Set(selectedBy === null ? [] : [graph.indexOf.get(selectedBy.text)!]);
  const held = contrast.group.flatMap(({ variable, operator }) => (operator === '=' ? [variable] : []));
  return { graph: graphOfData(graph, question), exposure, outcome, group, held, selected, measured };
}
