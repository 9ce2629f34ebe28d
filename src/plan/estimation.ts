import { isAdjustmentSet, minimalAdjustmentSet, totalEffect } from '../causal/adjustment.js';
import { backdoorEstimators, defaultEstimator } from '../causal/estimate/backdoor.js';
import { byFrontDoor } from '../causal/estimate/frontdoor.js';
import { byInstruments } from '../causal/estimate/instrument.js';
import type { Arm, Effect, UnitColumn, Units } from '../causal/estimate/units.js';
import { isFrontDoorSet, minimalFrontDoorSet } from '../causal/frontdoor.js';
import { identification } from '../causal/identify/strategy.js';
import { type IndexedGraph, namesOf } from '../causal/indexed.js';
import { areInstruments, instruments } from '../causal/instruments.js';
import { topologicalOrder } from '../causal/structure.js';
import type { Declared, Project } from '../check/project.js';
import type { Column, Table } from '../data/table.js';
import { normalInterval } from '../inference/statistics/interval.js';
import type { Answer } from '../report/answer.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Span } from '../syntax/span.js';
import type { Expr, Query, QueryExpr } from '../syntax/tree.js';
import { causalGraph } from './identification.js';

type Estimate = Extract<QueryExpr, { readonly kind: 'estimate' }>;

/** What a contrast is made of, by the names of its variables. */
type Contrast = {
  readonly outcome: string;
  readonly exposure: string;
  readonly arms: readonly { readonly sign: number; readonly value: Expr }[];
  readonly among: Expr | null;
  /** P(…) is asked for, not E(…). */
  readonly probability: boolean;
};

/** Thrown inside of one estimation and caught at its edge: what is wrong, and where. */
type Problem = { readonly code: 'E0552' | 'E0553' | 'E0554' | 'E0555'; readonly message: string; readonly span: Span };
const isProblem = (thrown: unknown): thrown is Problem =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'span' in thrown && !(thrown instanceof Error);

const refuse = (code: Problem['code'], message: string, span: Span): never => {
  const problem: Problem = { code, message, span };
  throw problem;
};

/** Answers `estimate E(…) from DATA by …`: from a graph and a table alone, whatever the mechanisms of the model are. */
export function answerEstimate(
  project: Project,
  query: Declared<Query>,
  expression: Estimate,
  subject: string,
  blank: Answer,
): Answer {
  const { source } = query;
  const say = (code: Parameters<typeof diagnose>[0], message: string, span: Span): Diagnostic =>
    diagnose(code, message, source, span);
  try {
    const textOf = (expr: Expr): string => source.text.slice(expr.span.start, expr.span.end).replace(/\s+/g, '');
    const contrast = contrastOf(expression, textOf);
    const graph = causalGraph(project, subject, false);
    const table = project.data.get(expression.data.text)?.table;
    if (table === undefined)
      return { ...blank, error: say('E0201', 'there is no such data set', expression.data.span) };
    const { effect, method, rows, left } = estimated(graph, table, contrast, expression, textOf);
    if (!effect.ok)
      return { ...blank, error: say('E0555', `The data give no estimate: ${effect.reason}.`, expression.span) };
    const { value, se } = effect;
    const warnings = effect.remarks.map(({ code, message }) => say(code, `${message}.`, expression.span));
    if (left > 0)
      warnings.push(
        say('W0634', `${left} of ${rows + left} rows lack a value and were left out.`, expression.data.span),
      );
    return {
      ...blank,
      kind: 'value',
      value,
      se,
      interval: normalInterval({ value, se }),
      method: `${method}: ${effect.how}`,
      draws: rows,
      warnings,
    };
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { ...blank, error: say(thrown.code, thrown.message, thrown.span) };
  }
}

/** `E(y | do(x = 1))`, `E(y[do(x = 1)] - y[do(x = 0)])`, either with `x = 1` right of the bar. */
function contrastOf({ form }: Estimate, textOf: (expr: Expr) => string): Contrast {
  const [target, ...others] = form.targets;
  if (target === undefined || others.length > 0 || (form.form !== 'E' && form.form !== 'P'))
    return refuse('E0553', 'Write estimate E(y | do(x = 1)) or estimate E(y[do(x = 1)] - y[do(x = 0)]).', form.span);
  const acts = form.given.flatMap((g) => (g.kind === 'do' ? g.interventions : []));
  const seen = form.given.flatMap((g) => (g.kind === 'evidence' ? [g.value] : []));
  const worlds = worldsOf(target, 1);
  const arms = worlds.flatMap(({ sign, world }) =>
    world.interventions.map((i) => ({ sign, i, outcome: textOf(world.target) })),
  );
  const all = worlds.length > 0 ? arms : acts.map((i) => ({ sign: 1, i, outcome: textOf(ungrouped(target)) }));
  const [first] = all;
  if (first === undefined || (worlds.length > 0 && (acts.length > 0 || arms.length !== worlds.length)))
    return refuse('E0553', 'One variable is acted on: do(x = 1).', form.span);
  const exposure = textOf(first.i.target);
  for (const { i, outcome } of all)
    if (i.kind !== 'set' || i.value === null || textOf(i.target) !== exposure || outcome !== first.outcome)
      return refuse('E0553', 'Both sides of a difference have the same outcome, and set the same variable.', i.span);
  if (worlds.length === 0 && all.length > 1) return refuse('E0553', 'One variable is acted on: do(x = 1).', form.span);
  const [condition, ...more] = seen;
  const among = condition === undefined ? null : conditionOn(condition, exposure, textOf);
  if (more.length > 0 || (condition !== undefined && among === null))
    return refuse(
      'E0553',
      `Only units with one value of \`${exposure}\` can be asked about: \`${exposure} = 1\`.`,
      form.span,
    );
  return {
    outcome: first.outcome,
    exposure,
    arms: all.flatMap(({ sign, i }) => (i.value === null ? [] : [{ sign, value: i.value }])),
    among,
    probability: form.form === 'P',
  };
}

const ungrouped = (expr: Expr): Expr => (expr.kind === 'group' ? ungrouped(expr.inner) : expr);

type World = Extract<Expr, { readonly kind: 'world' }>;

/** The worlds of a sum or difference of them; empty where the expression is none. */
function worldsOf(expr: Expr, sign: number): readonly { readonly sign: number; readonly world: World }[] {
  const at = ungrouped(expr);
  if (at.kind === 'world') return [{ sign, world: at }];
  if (at.kind !== 'binary' || (at.operator !== '-' && at.operator !== '+')) return [];
  const right = worldsOf(at.right, at.operator === '-' ? -sign : sign);
  const left = worldsOf(at.left, sign);
  return left.length === 0 || right.length === 0 ? [] : [...left, ...right];
}

/** The value in `x = 1`, or true for a bare `x`. */
function conditionOn(expr: Expr, exposure: string, textOf: (expr: Expr) => string): Expr | null {
  const at = ungrouped(expr);
  if (at.kind === 'binary' && (at.operator === '=' || at.operator === '==') && textOf(at.left) === exposure)
    return at.right;
  return textOf(at) === exposure ? { kind: 'boolean', value: true, span: at.span } : null;
}

type Found = { readonly effect: Effect; readonly method: string; readonly rows: number; readonly left: number };

function estimated(
  graph: IndexedGraph,
  table: Table,
  contrast: Contrast,
  { method, form }: Estimate,
  textOf: (expr: Expr) => string,
): Found {
  const at = (names: readonly string[], span: Span): Set<number> =>
    new Set(
      names.map((name) => {
        const index = graph.indexOf.get(name);
        if (index === undefined) return refuse('E0553', `\`${name}\` is no node of the graph.`, span);
        return index;
      }),
    );
  const measured = new Set(table.columns.map(({ name }) => name));
  const unmeasured = new Set(graph.nodes.flatMap(({ name }, v) => (measured.has(name) ? [] : [v])));
  const [x, y] = [at([contrast.exposure], form.span), at([contrast.outcome], form.span)];
  if (contrast.exposure === contrast.outcome)
    return refuse('E0553', `\`${contrast.outcome}\` stands in two places.`, form.span);
  if (topologicalOrder(graph) === null) return refuse('E0552', 'The graph has a circle of causes.', form.span);
  const named = method.args.map(textOf);
  const beside = method.options.find((o) => o.name.text === 'given')?.value;
  const given = beside === undefined ? [] : (beside.kind === 'array' ? beside.elements : [beside]).map(textOf);
  const wanted = method.options.find((o) => o.name.text === 'estimator');
  const run = (columns: readonly string[], by: (units: Units) => Effect, how: string): Found => {
    const { units, left } = unitsOf(table, contrast, columns, form.span, textOf);
    return { effect: by(units), method: how, rows: units.rows, left };
  };
  const adjusted = (set: readonly string[]): Found =>
    run(
      set,
      (units) => {
        const name = wanted === undefined ? defaultEstimator(units) : textOf(wanted.value);
        const estimator = Object.hasOwn(backdoorEstimators, name) ? backdoorEstimators[name] : undefined;
        return estimator === undefined ? { ok: false, reason: `there is no estimator '${name}'` } : estimator(units);
      },
      set.length === 0 ? 'backdoor()' : `backdoor(${set.join(', ')})`,
    );
  const pick = (column: string, units: Units): UnitColumn =>
    units.covariates.find(({ name }) => name === column) ?? units.exposure;
  const byDoor = (set: readonly string[]): Found =>
    run(
      [...set, ...given],
      (units) =>
        byFrontDoor(
          { ...units, covariates: units.covariates.filter(({ name }) => !set.includes(name)) },
          set.map((name) => pick(name, units)),
        ),
      `frontdoor(${set.join(', ')})`,
    );
  const byTool = (set: readonly string[], conditioned: readonly string[]): Found =>
    run(
      [...set, ...conditioned],
      (units) =>
        byInstruments(
          { ...units, covariates: units.covariates.filter(({ name }) => !set.includes(name)) },
          set.map((name) => pick(name, units)),
        ),
      `iv(${set.join(', ')})`,
    );
  const question = { ...totalEffect(x, y), mustNot: unmeasured };
  const doors = { x, y, must: new Set<number>(), mustNot: unmeasured };
  const refuseEffect = (): never => {
    const found = identification(graph, {
      outcome: [contrast.outcome],
      action: [contrast.exposure],
      given: [],
      experiments: [],
    });
    const why = found.identifiable
      ? 'it is identified, but not by columns of these data and one of these arguments'
      : `it is not identified; ${found.hedge ?? ''}`;
    return refuse('E0554', `The effect cannot be estimated this way: ${why}.`, form.span);
  };
  switch (method.name.text) {
    case 'backdoor': {
      if (named.length === 0) {
        const set = minimalAdjustmentSet(graph, question);
        return set === null ? refuseEffect() : adjusted(namesOf(graph, set));
      }
      const verdict = isAdjustmentSet(graph, question, at(named, method.span));
      if (verdict.valid) return adjusted(named);
      const open = verdict.open;
      const path = open?.nodes
        .map((v, k) => `${k > 0 ? `${open.arrows[k - 1]} ` : ''}${graph.nodes[v]!.name}`)
        .join(' ');
      const why =
        verdict.forbidden.length > 0
          ? `${namesOf(graph, verdict.forbidden).join(', ')} lies behind the exposure`
          : `${path ?? ''} stays open`;
      return refuse('E0554', `These variables are no adjustment set: ${why}.`, method.span);
    }
    case 'frontdoor': {
      if (named.length === 0) {
        const set = minimalFrontDoorSet(graph, doors);
        return set === null ? refuseEffect() : byDoor(namesOf(graph, set));
      }
      if (!isFrontDoorSet(graph, doors, at(named, method.span)))
        return refuse('E0554', 'These variables are no front door between exposure and outcome.', method.span);
      return byDoor(named);
    }
    case 'iv': {
      const tools = [...instruments(graph, [...x][0]!, [...y][0]!, 'total')].filter(
        (tool) => !unmeasured.has(tool.instrument) && [...tool.given].every((v) => !unmeasured.has(v)),
      );
      const [tool] = tools;
      if (named.length === 0) {
        if (tool === undefined)
          return refuse('E0554', 'The graph has no instrument among the columns of these data.', method.span);
        return byTool(namesOf(graph, [tool.instrument]), namesOf(graph, tool.given));
      }
      for (const name of named) {
        const [z] = at([name], method.span);
        if (!tools.some(({ instrument }) => instrument === z))
          return refuse(
            'E0554',
            `\`${name}\` is no instrument for this effect, whatever is conditioned on.`,
            method.span,
          );
      }
      const asked = at(named, method.span);
      const fits = (set: ReadonlySet<number>): boolean =>
        areInstruments(graph, [...x][0]!, [...y][0]!, 'total', asked, set);
      if (given.length > 0) {
        if (fits(at(given, method.span))) return byTool(named, given);
        return refuse('E0554', `Given ${given.join(', ')} the graph allows no such instrument.`, method.span);
      }
      const needed = tools.find((tool) => asked.has(tool.instrument) && fits(tool.given))?.given;
      if (needed === undefined)
        return refuse(
          'E0554',
          'No one set makes all of these variables instruments; name it with given = […].',
          method.span,
        );
      return byTool(named, namesOf(graph, needed));
    }
    default: {
      const set = minimalAdjustmentSet(graph, question);
      if (set !== null) return adjusted(namesOf(graph, set));
      const door = minimalFrontDoorSet(graph, doors);
      return door === null ? refuseEffect() : byDoor(namesOf(graph, door));
    }
  }
}

/** The columns of a question as numbers, without rows that lack one of them. */
function unitsOf(
  table: Table,
  contrast: Contrast,
  covariates: readonly string[],
  span: Span,
  textOf: (expr: Expr) => string,
): { readonly units: Units; readonly left: number } {
  const column = (name: string): Column =>
    table.columns.find((c) => c.name === name) ?? refuse('E0553', `The data have no column \`${name}\`.`, span);
  const names = [contrast.outcome, contrast.exposure, ...covariates];
  const columns = names.map(column);
  const kept: number[] = [];
  for (let r = 0; r < table.rows; r++) if (columns.every(({ values }) => !Number.isNaN(values[r]!))) kept.push(r);
  if (kept.length === 0) return refuse('E0555', 'No row of the data has all values.', span);
  const [outcome, exposure, ...rest] = columns.map(
    (c): UnitColumn => ({
      name: c.name,
      values: Float64Array.from(kept, (r) => c.values[r]!),
      levels: c.type.kind === 'bool' ? 2 : c.type.kind === 'enum' ? c.type.members.length : null,
    }),
  );
  if (outcome === undefined || exposure === undefined) throw new Error('estimate: no outcome');
  if (outcome.levels === null ? contrast.probability : outcome.levels > 2)
    return refuse(
      'E0553',
      outcome.levels === null
        ? `\`${outcome.name}\` is a quantity, which has no one probability: ask for its mean, E(…).`
        : `\`${outcome.name}\` is a label, which has no mean.`,
      span,
    );
  const exposed = table.columns.find((c) => c.name === contrast.exposure)!;
  const arms = contrast.arms.map(({ sign, value }): Arm => ({ sign, value: codeOf(value, exposed, textOf) }));
  const among = contrast.among === null ? null : codeOf(contrast.among, exposed, textOf);
  return {
    units: { rows: kept.length, outcome, exposure, covariates: rest, arms, among },
    left: table.rows - kept.length,
  };
}

/** A value as the column has it: a number, 0 or 1 of a truth value, the place of a label. */
function codeOf(expr: Expr, { type, name }: Column, textOf: (expr: Expr) => string): number {
  const at = ungrouped(expr);
  if (at.kind === 'number') return at.value;
  if (at.kind === 'boolean') return at.value ? 1 : 0;
  if (at.kind === 'negate') return -codeOf(at.operand, { type, name, values: new Float64Array(0) }, textOf);
  const text = textOf(at).replace(/^.*\./, '');
  const place = type.kind === 'enum' ? type.members.indexOf(text) : -1;
  return place >= 0 ? place : refuse('E0553', `\`${text}\` is no value of the column \`${name}\`.`, expr.span);
}
