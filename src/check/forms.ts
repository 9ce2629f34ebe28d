/** `P(… | …)` and its kin, and worlds: what stands inside of queries. */
import { isDiscrete, isNumeric, real, showType, type Type } from '../ir/type.js';
import type { Expr, ExprOf, Form, FormName } from '../syntax/tree.js';
import { checkInterventions } from './actions.js';
import { checkGiven } from './evidence.js';
import { checkExpr, checkValue } from './expressions.js';
import { queryFrame } from './models.js';
import { type Frame, report } from './session.js';
import { makeValue, unknownValue, type Value } from './value.js';

/** A table of probabilities or draws: an answer that no arithmetic takes. */
const answerTable: Type = { kind: 'table', columns: [], rows: null };

type Rule = {
  /** Least and largest number of expressions left of the bar. */
  readonly targets: readonly [number, number];
  readonly check: (frame: Frame, form: Form, values: readonly Value[]) => Type;
};

const moment = (frame: Frame, form: Form, values: readonly Value[]): Type => {
  for (const [i, value] of values.entries()) checkNumber(frame, form, value, form.targets[i]!);
  return real;
};

const rules: Readonly<Record<FormName, Rule>> = {
  P: { targets: [1, 1], check: checkProbability },
  E: { targets: [1, 1], check: moment },
  Var: { targets: [1, 1], check: moment },
  Sd: { targets: [1, 1], check: moment },
  Median: { targets: [1, 1], check: moment },
  Q: { targets: [2, 2], check: checkQuantile },
  Cov: { targets: [2, 2], check: moment },
  Corr: { targets: [2, 2], check: moment },
  posterior: { targets: [1, 1000], check: () => answerTable },
  predict: { targets: [1, 1000], check: () => answerTable },
  H: { targets: [1, 1000], check: () => real },
  I: { targets: [2, 2], check: () => real },
  evidence: { targets: [0, 0], check: () => real },
};

/** Checks a form of a query. */
export function checkForm(frame: Frame, form: ExprOf<'form'>): Value {
  const { asked } = frame;
  if (asked === null || asked.inside !== 'no') {
    const message =
      asked === null ? 'this asks about a model, and stands in no query' : 'a form cannot stand in another one';
    report(frame, 'E0430', message, form.span, asked === null ? `write \`query q = ${form.form}(…)\`` : null);
    return unknownValue;
  }
  if (asked.model === null) return unknownValue;
  if (asked.graph) {
    report(frame, 'E0419', 'a graph has no numbers', form.span, `ask \`identify ${form.form}(…)\`, or write a model`);
    return unknownValue;
  }
  const inner = insideOf(frame, 'form');
  const rule = rules[form.form];
  const [least, most] = rule.targets;
  const values = form.targets.map((t) => checkValue(inner, t));
  checkGiven(inner, asked.model, form);
  if (form.targets.length < least || form.targets.length > most) {
    const wanted =
      most === 0
        ? 'nothing'
        : most === 1
          ? 'one expression'
          : least === most
            ? `${least} expressions`
            : 'at least one expression';
    report(
      frame,
      'E0418',
      `\`${form.form}\` takes ${wanted} left of the bar, and there ${form.targets.length === 1 ? 'is 1' : `are ${form.targets.length}`}`,
      form.span,
    );
    return makeValue(real);
  }
  return makeValue(rule.check(inner, form, values));
}

/** A frame in which the nodes of the model asked about have names. Variables of `argmax` come before them. */
export function insideOf(frame: Frame, inside: 'form' | 'identify'): Frame {
  const asked = frame.asked!;
  const inner = queryFrame(frame.session, { source: frame.source }, asked.model!, frame.found);
  for (let scope: Frame['scope'] | null = frame.scope; scope !== null; scope = scope.parent)
    for (const [name, local] of scope.names)
      if (inner.scope.names.get(name)?.form !== 'loop') inner.scope.names.set(name, local);
  return { ...inner, asked: { ...asked, inside } };
}

const ofString = 'ask for the probability of a value: `P(s == "up")`';

function checkProbability(frame: Frame, form: Form, values: readonly Value[]): Type {
  const target = form.targets[0]!;
  const type = values[0]?.type ?? real;
  if (type.kind === 'bool' || type.kind === 'unknown') {
    reportContinuousEquality(frame, target);
    return real;
  }
  if (type.kind === 'int' || type.kind === 'enum') return answerTable;
  if (type.kind === 'string') {
    report(
      frame,
      'E0411',
      'a table is of whole numbers or members of an enum, and this is string',
      target.span,
      ofString,
    );
    return real;
  }
  if (isDiscrete(type)) {
    const message = `a distribution is of single values, and this is ${showType(type)}`;
    report(frame, 'E0411', message, target.span, 'ask for one element: `P(x[0])`, or for `posterior(x)`');
    return real;
  }
  const hint = isNumeric(type) ? 'ask for a range: `P(x > 1)`, or for `posterior(x)`' : 'ask for `posterior(x)`';
  report(
    frame,
    'E0411',
    `this is ${showType(type)} and continuous: no single value has a probability`,
    target.span,
    hint,
  );
  return real;
}

/** E0411 for `P(x = 1)` of a continuous `x`, also below `and`, `or` and `not`. */
function reportContinuousEquality(frame: Frame, target: Expr): void {
  const waiting: Expr[] = [target];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.kind === 'group') waiting.push(at.inner);
    else if (at.kind === 'not') waiting.push(at.operand);
    else if (at.kind === 'world') waiting.push(at.target);
    else if (at.kind === 'binary' && (at.operator === 'and' || at.operator === 'or')) waiting.push(at.left, at.right);
    else if (at.kind === 'binary' && (at.operator === '=' || at.operator === '==')) {
      const quiet: Frame = { ...frame, found: new Map() };
      const sides = [checkExpr(quiet, at.left), checkExpr(quiet, at.right)];
      if (sides.some((s) => s.type.kind === 'real' && s.known === null))
        report(
          frame,
          'E0411',
          'a continuous value equals no other: the probability is 0',
          at.span,
          'ask for a range: `P(x > 1)`; evidence stands right of the bar: `P(y | x = 1)`',
        );
    }
  }
}

function checkNumber(frame: Frame, form: Form, value: Value, expr: Expr): void {
  const { type } = value;
  if (isNumeric(type) || type.kind === 'bool') return;
  const hint =
    type.kind === 'array'
      ? 'ask for one element: `x[0]`, or for `posterior(x)`'
      : type.kind === 'enum'
        ? 'ask for the probability of a member: `P(x = A)`'
        : type.kind === 'string'
          ? ofString
          : null;
  report(frame, 'E0417', `\`${form.form}\` is of a number, and this is ${showType(type)}`, expr.span, hint);
}

function checkQuantile(frame: Frame, form: Form, values: readonly Value[]): Type {
  const [target, level] = values;
  if (target !== undefined) checkNumber(frame, form, target, form.targets[0]!);
  const at = form.targets[1]!;
  if (level === undefined || level.type.kind === 'unknown') return real;
  const known = level.known;
  if (!isNumeric(level.type) || (typeof known === 'number' && (known < 0 || known > 1)))
    report(frame, 'E0429', 'the level of a quantile is a number between 0 and 1', at.span, 'write `Q(x, 0.9)`');
  return real;
}

/** `y[do(x = 0)]`: the value in another world. Its nodes are not read in this one. */
export function checkWorld(frame: Frame, expr: ExprOf<'world'>): Value {
  const { asked } = frame;
  if (asked === null || asked.inside === 'no' || asked.model === null) {
    if (asked?.model !== null || asked === null)
      report(
        frame,
        'E0426',
        'other worlds can be asked about in queries only',
        expr.span,
        'inside of a form: `E(y[do(x = 0)])`',
      );
    return unknownValue;
  }
  checkInterventions(frame, asked.model, expr.interventions);
  const value = checkValue(frame, expr.target);
  if (value.reads.size === 0 && value.type.kind !== 'unknown')
    report(frame, 'E0426', 'this is the same in every world: it reads no node', expr.target.span);
  return makeValue(value.type);
}
