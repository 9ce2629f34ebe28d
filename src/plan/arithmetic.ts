import type { Project } from '../check/project.js';
import { combined } from '../inference/influence.js';
import { normalInterval } from '../inference/statistics/interval.js';
import type { Constant, Program } from '../ir/ir.js';
import { lowerExpr } from '../lower/expression.js';
import { bind, createFrame } from '../lower/frame.js';
import { onlyChosen } from '../lower/name.js';
import { operand } from '../lower/operand.js';
import { createUnit } from '../lower/unit.js';
import { childrenOf, isExpr } from '../syntax/children.js';
import type { Source } from '../syntax/span.js';
import type { Expr, Form } from '../syntax/tree.js';
import { evaluateFunction } from './evaluate_function.js';
import type { Estimated } from './value.js';

/** The forms of a query's expression, in the order of the text. */
export function formsOf(expr: Expr): readonly Form[] {
  if (expr.kind === 'form') return [expr];
  return childrenOf(expr).flatMap((child) => (isExpr(child) ? formsOf(child) : []));
}

/** The expression itself where it is nothing but one form. */
export function onlyForm(expr: Expr): Form | null {
  if (expr.kind === 'group') return onlyForm(expr.inner);
  return expr.kind === 'form' ? expr : null;
}

const functionName = 'arithmetic';

/**
 * The value of an expression over forms, with its error by the delta method: each form's influences times the derivative of the
 * expression by it. Derivatives are central differences.
 */
export function evaluateArithmetic(
  project: Project,
  source: Source,
  expr: Expr,
  inputs: Readonly<Record<string, Constant>>,
  estimates: ReadonlyMap<Form, Estimated>,
): Estimated {
  const forms = formsOf(expr);
  const program = lowerArithmetic(project, source, expr, forms);
  const values = forms.map((f) => estimates.get(f)?.value ?? Number.NaN);
  const at = (args: readonly number[]): number => {
    const value = evaluateFunction(program, functionName, inputs, args);
    return typeof value === 'number' ? value : Number.NaN;
  };
  const terms = forms.map((form, i) => {
    const { se = 0, influence = null } = estimates.get(form) ?? {};
    if (se === 0 || influence === null) return { influence: null, se: 0, slope: 0 };
    const step = Math.max(Math.abs(values[i] ?? 0) * 1e-6, se * 1e-3);
    const shifted = (by: number): number => at(values.map((v, k) => (k === i ? v + by : v)));
    return { influence, se, slope: (shifted(step) - shifted(-step)) / (2 * step) };
  });
  const { influence, se, reach } = combined(terms);
  const estimate = { value: at(values), se };
  return { ...estimate, interval: normalInterval(estimate, reach), spread: 0, influence };
}

/** The expression as a function of its forms' values. */
function lowerArithmetic(project: Project, source: Source, expr: Expr, forms: readonly Form[]): Program {
  const unit = createUnit(project);
  const frame = createFrame(unit, source, { outside: onlyChosen });
  const b = frame.builder;
  const named = forms.map((form, i) => ({ form, name: `#${i}` }));
  const body = b.region(
    forms.map(() => ({ kind: 'real' }) as const),
    (args) => {
      for (const [i, { name }] of named.entries()) {
        bind(frame, name, { kind: 'value', operand: operand(args[i] ?? 0, { kind: 'real' }) });
      }
      return [lowerExpr(frame, replaceForms(expr, new Map(named.map((n) => [n.form, n.name])))).id];
    },
  );
  unit.functions.set(functionName, {
    name: functionName,
    body,
    results: [{ kind: 'real' }],
    draws: false,
    scores: false,
  });
  return unit.finish();
}

/** The expression with names in the place of its forms. */
function replaceForms(expr: Expr, names: ReadonlyMap<Form, string>): Expr {
  const inner = (e: Expr): Expr => replaceForms(e, names);
  switch (expr.kind) {
    case 'form': {
      const { span } = expr;
      return { kind: 'name', name: { text: names.get(expr) ?? '', span }, span };
    }
    case 'group':
      return { ...expr, inner: inner(expr.inner) };
    case 'negate':
    case 'not':
      return { ...expr, operand: inner(expr.operand) };
    case 'binary':
      return { ...expr, left: inner(expr.left), right: inner(expr.right) };
    case 'call':
      return { ...expr, args: expr.args.map((a) => ({ ...a, value: inner(a.value) })) };
    case 'if':
      return { ...expr, condition: inner(expr.condition), then: inner(expr.then), otherwise: inner(expr.otherwise) };
    case 'array':
    case 'tuple':
      return { ...expr, elements: expr.elements.map(inner) };
    case 'index':
      return { ...expr, target: inner(expr.target), indices: expr.indices.map(inner) };
    default:
      return expr;
  }
}
