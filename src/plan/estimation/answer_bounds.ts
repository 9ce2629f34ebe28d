import { boundsShape } from '../../causal/bounds/options.js';
import type { IndexedGraph } from '../../causal/indexed.js';
import type { Declared, Project } from '../../check/project.js';
import type { Answer } from '../../report/answer.js';
import { type Key, keyFromSeed } from '../../runtime/random/seed.js';
import { type Diagnostic, diagnose } from '../../syntax/diagnostic.js';
import type { Expr, Query } from '../../syntax/tree.js';
import { causalGraphs } from '../identification.js';
import { boundsOfEstimate, type FoundBounds } from './bounds_of_estimate.js';
import { argumentsOf, type EstimateExpr, type EstimateQuestion } from './prepare.js';
import { isProblem } from './problem.js';

/** Answers `estimate … from DATA by bounds(…)`: between what the answer lies, as far as graph and rows tell. */
export function answerBounds(
  project: Project,
  query: Declared<Query>,
  expression: EstimateExpr,
  subject: string,
  seed: string,
  blank: Answer,
): Answer {
  const fail = (code: Parameters<typeof diagnose>[0], message: string, { span }: Pick<Expr, 'span'>): Answer => ({
    ...blank,
    error: diagnose(code, message, query.source, span),
  });
  const textOf = (expr: Expr): string => query.source.text.slice(expr.span.start, expr.span.end).replace(/\s+/g, '');
  const { data, method } = expression;
  const table = project.data.get(data.data.text)?.table;
  if (table === undefined) return fail('E0553', `There is no data set \`${data.data.text}\`.`, data);
  const graphs = causalGraphs(project, subject, false);
  if (!graphs.ok) return fail(graphs.code, `In \`${subject}\` ${graphs.message}.`, expression);
  if (graphs.value.partly !== null)
    return fail('E0672', `In \`${subject}\` edges have no direction, and bounds are of one graph.`, expression);
  try {
    const asked = argumentsOf(method, boundsShape, table, textOf);
    const named = asked.options.get('experiment')?.texts[0];
    const experiment = named === undefined ? null : (project.data.get(named)?.table ?? null);
    const found = boundsOfEstimate(
      graphs.value.first,
      { expression, table, experiment, asked, textOf },
      keyFromSeed(seed),
    );
    const { bounds, rows } = found;
    const warnings = warningsOf(found, query, expression);
    return { ...blank, kind: 'value', bounds, method: `bounds: ${bounds.how}`, draws: rows, warnings };
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return fail(thrown.code, thrown.message, thrown);
  }
}

function warningsOf(
  { gap, left, rows }: FoundBounds,
  query: Declared<Query>,
  { data }: EstimateExpr,
): readonly Diagnostic[] {
  const warnings: Diagnostic[] = [];
  if (gap > tiny)
    warnings.push(
      diagnose(
        'W0652',
        `No model of the graph gives these data: ${(100 * gap).toPrecision(2)} % of the units would have to be others.`,
        query.source,
        data.span,
      ),
    );
  if (left > 0)
    warnings.push(
      diagnose('W0634', `${left} of ${rows + left} units lack a value and were left out.`, query.source, data.span),
    );
  return warnings;
}

/** Shares below this are rounding. */
const tiny = 1e-9;

/** Bounds of an effect that is not identified, for the refusal: null where there are none. */
export function boundsBeside(graph: IndexedGraph, question: EstimateQuestion, key: Key): FoundBounds | null {
  const { expression, table, textOf } = question;
  try {
    return boundsOfEstimate(
      graph,
      { expression, table, experiment: null, asked: { nodes: [], options: new Map() }, textOf },
      key,
    );
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return null;
  }
}
