/** Queries: what they ask about, what they learn from, and how. */
import { isNumeric, showType, type Type } from '../ir/type.js';
import type { Source } from '../syntax/span.js';
import type { Expr, Form, Method, Query, QueryExpr } from '../syntax/tree.js';
import { checkEstimate } from './estimates.js';
import { checkGiven } from './evidence.js';
import { checkExpr, checkValue, elementOf } from './expressions.js';
import { insideOf } from './forms.js';
import { graphInfo } from './graphs.js';
import { methods, type OptionKind, takesNumber } from './methods.js';
import { checkModelArguments, modelInfo, reportUnknownModel } from './models.js';
import { define } from './names.js';
import type { ModelInfo } from './node_info.js';
import { nodeReference } from './node_reference.js';
import { plainName } from './rename.js';
import { checkGivenData } from './rows.js';
import { type Asked, type Found, type Frame, inScope, newFrame, report, type Session, use } from './session.js';
import { didYouMean } from './suggest.js';
import { piecesOf, ungrouped } from './text.js';
import { unknownValue, type Value } from './value.js';

/** Checks one query, of the file or not. */
export function checkQueryDeclaration(session: Session, query: Query, source: Source, found: Found): void {
  const outside = newFrame(session, 'query', source, null, new Map(), found);
  const { model, graph } = subject(outside, query);
  const asked: Asked = { model, graph, learns: query.given.length > 0, inside: 'no' };
  const frame: Frame = { ...outside, asked };
  for (const clause of query.given) checkGivenData(frame, clause);
  if (query.using !== null) checkMethod(frame, query.using);
  checkQueryExpr(frame, query.expression);
}

type Subject = { readonly model: ModelInfo | null; readonly graph: boolean };

/** The model or graph that a query asks about. */
function subject(frame: Frame, query: Query): Subject {
  const { project } = frame.session;
  const { model: named } = query;
  if (named !== null) {
    const { text, span } = named.name;
    if (!project.models.has(text) && !project.graphs.has(text)) {
      reportUnknownModel(frame, text, span, true);
      return { model: null, graph: false };
    }
    const found = subjectNamed(frame, text, span);
    if (found.model === null) return found;
    if (!found.graph) checkModelArguments(frame, found.model, named.args, named.span);
    else if (named.args[0] !== undefined)
      report(frame, 'E0311', `the graph \`${plainName(text)}\` takes no arguments`, named.args[0].span);
    return found;
  }
  if (!asksAnything(query.expression) && query.given.length === 0) return { model: null, graph: false };
  const names = subjectNames(frame);
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) {
    const found = subjectNamed(frame, only, query.span);
    const parameter = found.model?.signature?.declaration.parameters.find((p) => p.default === null);
    if (parameter !== undefined)
      report(
        frame,
        'E0310',
        `\`${only}\` needs \`${parameter.name.text}\``,
        query.expression.span,
        `write \`in ${only}(…)\``,
      );
    return found;
  }
  const hint =
    names.length === 0
      ? 'declare `model M { … }` and write `in M`'
      : `write ${names.map((n) => `\`in ${n}\``).join(' or ')}`;
  const message =
    names.length === 0
      ? 'there is no model to ask'
      : `the file has ${names.length} models and graphs: which one is asked?`;
  report(frame, 'E0406', message, query.expression.span, hint);
  return { model: null, graph: false };
}

/** The models and graphs of the file, or where it has none of what it imports. */
function subjectNames(frame: Frame): readonly string[] {
  const { project } = frame.session;
  const own = project.main.declarations
    .filter((d) => d.kind === 'model' || d.kind === 'operated' || d.kind === 'graph')
    .map((d) => d.name.text);
  if (own.length > 0) return [...new Set(own)];
  return [...project.models.keys(), ...project.graphs.keys()].filter((n) => !n.includes('@'));
}

function subjectNamed(frame: Frame, name: string, span: Query['span']): Subject {
  const { project } = frame.session;
  if (project.models.has(name)) {
    // What is wrong in the model is said there; here it would be said for each query.
    const quiet: Frame = { ...frame, found: new Map() };
    const model = modelInfo(quiet, name, span);
    return { model: model?.complete ? model : null, graph: false };
  }
  const graph = project.graphs.get(name);
  if (graph === undefined) return { model: null, graph: true };
  use(frame, graph);
  return { model: graphInfo(graph), graph: true };
}

const asksAnything = (expression: QueryExpr): boolean => {
  if (expression.kind === 'identify' || expression.kind === 'estimate') return true;
  const root = expression.kind === 'value' ? expression.value : expression.objective;
  for (const piece of piecesOf(root)) if ('kind' in piece && piece.kind === 'form') return true;
  return false;
};

function checkQueryExpr(frame: Frame, expression: QueryExpr): void {
  switch (expression.kind) {
    case 'value':
      checkAnswer(frame, expression.value, false);
      break;
    case 'optimise':
      checkOptimise(frame, expression);
      break;
    case 'identify':
      checkIdentify(frame, expression.form);
      break;
    case 'estimate':
      checkIdentify(frame, expression.form);
      checkEstimate(frame, expression, checkVariables);
      break;
  }
}

/** What a query gives: a number, or a table where nothing computes with it. */
function checkAnswer(frame: Frame, expr: Expr, number: boolean): void {
  const value = checkValue(frame, expr);
  const { type } = value;
  if (type.kind === 'table' && number) {
    report(
      frame,
      'E0413',
      'there is no best of tables',
      expr.span,
      'choose by a number: `argmax d in S of E(y | do(x = d))`',
    );
  } else if (type.kind !== 'table' && !isNumeric(type) && type.kind !== 'bool') {
    report(
      frame,
      'E0301',
      `a query asks for a number or a table, and this is ${showType(type)}`,
      expr.span,
      'ask `E(…)`, `P(…)` or `posterior(…)`',
    );
  }
}

function checkOptimise(frame: Frame, expression: Extract<QueryExpr, { readonly kind: 'optimise' }>): void {
  const nest = (index: number): void => {
    const clause = expression.variables[index];
    if (clause === undefined) {
      checkAnswer(frame, expression.objective, true);
      return;
    }
    const choices = checkChoices(frame, clause.iterable);
    inScope(frame, () => {
      define(frame, clause.variable, 'loop', () => elementOf(choices));
      nest(index + 1);
    });
  };
  nest(0);
}

function checkChoices(frame: Frame, expr: Expr): Value {
  const value = checkValue(frame, expr);
  const { type } = value;
  if (type.kind === 'array' && type.length !== 0) return value;
  if (type.kind !== 'unknown')
    report(
      frame,
      'E0434',
      'there is nothing to choose from',
      expr.span,
      'write an array or a range: `argmax d in [0, 1, 2] of …`',
    );
  return unknownValue;
}

function checkIdentify(frame: Frame, form: Form): void {
  const { model } = frame.asked ?? {};
  if (model === undefined || model === null) return;
  const inner = insideOf(frame, 'identify');
  if (form.form !== 'P' && form.form !== 'E')
    report(frame, 'E0418', `\`identify\` takes \`P(…)\` or \`E(…)\`, and this is \`${form.form}(…)\``, form.span);
  for (const target of form.targets) checkVariables(inner, model, target);
  checkGiven(inner, model, form);
}

/** E0438 for names in a target of `identify` or `estimate` that are no variables. */
function checkVariables(frame: Frame, model: ModelInfo, target: Expr): void {
  const at = ungrouped(target);
  if (at.kind === 'world') {
    checkExpr(frame, at);
    return;
  }
  if (at.kind === 'tuple') {
    for (const element of at.elements) checkVariables(frame, model, element);
    return;
  }
  if (nodeReference(frame, at) !== null) return;
  if (at.kind === 'name') {
    const kind = frame.asked?.graph ? 'graph' : 'model';
    report(
      frame,
      'E0438',
      `the ${kind} \`${plainName(model.name)}\` has no variable \`${at.name.text}\``,
      at.span,
      didYouMean(at.name.text, model.nodes.keys()),
    );
  } else checkExpr(frame, at);
}

// ---------------------------------------------------------------- methods

function checkMethod(frame: Frame, method: Method): void {
  const { text, span } = method.name;
  const entry = Object.hasOwn(methods, text) ? methods[text] : undefined;
  if (entry === undefined) {
    const names = Object.keys(methods);
    const hint = didYouMean(text, names) ?? `there are ${names.map((n) => `\`${n}\``).join(', ')}`;
    report(frame, 'E0408', `there is no method \`${text}\``, span, hint);
    return;
  }
  if (frame.asked?.graph) report(frame, 'W0404', 'a question about a graph needs no method', method.span);
  const seen = new Set<string>();
  for (const { name, value } of method.options) {
    const kind = Object.hasOwn(entry.options, name.text) ? entry.options[name.text] : undefined;
    if (kind === undefined) {
      const names = Object.keys(entry.options);
      const list =
        names.length === 0
          ? `\`${text}\` has no options`
          : `\`${text}\` has ${names.map((n) => `\`${n}\``).join(', ')}`;
      report(
        frame,
        'E0409',
        `\`${text}\` has no option \`${name.text}\``,
        name.span,
        didYouMean(name.text, names) ?? list,
      );
    } else if (seen.has(name.text)) report(frame, 'E0409', `the option \`${name.text}\` stands twice`, name.span);
    else checkOption(frame, name.text, value, kind);
    seen.add(name.text);
  }
  for (const [one, other] of entry.either)
    if (seen.has(one) && seen.has(other))
      report(frame, 'E0409', `\`${one}\` and \`${other}\` exclude each other`, method.span, `leave out one of them`);
  for (const arg of method.args)
    report(
      frame,
      'E0409',
      'options are given by name',
      arg.span,
      `write \`${text}(${Object.keys(entry.options)[0] ?? 'option'} = …)\``,
    );
}

function checkOption(frame: Frame, name: string, value: Expr, kind: OptionKind): void {
  if (kind.kind === 'words' || kind.kind === 'function') {
    const word = value.kind === 'name' ? value.name.text : null;
    if (kind.kind === 'function') return checkFunctionOption(frame, name, value, word, kind.parameters);
    if (word !== null && kind.words.includes(word)) return;
    const hint =
      (word === null ? null : didYouMean(word, kind.words)) ??
      `there are ${kind.words.map((w) => `\`${w}\``).join(', ')}`;
    report(frame, 'E0409', `\`${name}\` is one of a few words`, value.span, hint);
    return;
  }
  const { type, known } = checkExpr({ ...frame, asked: null, model: null }, value);
  if (type.kind === 'unknown') return;
  const number = typeof known === 'number' ? known : null;
  const wrong = optionMistake(kind, type, number);
  if (wrong !== null) report(frame, 'E0409', `\`${name}\` is ${wrong}`, value.span);
}

/** An option that names a function: of the files or of the library. */
function checkFunctionOption(frame: Frame, name: string, value: Expr, word: string | null, parameters: number): void {
  const { functions } = frame.session.project;
  const declared = word === null ? undefined : functions.get(word);
  // The Mahalanobis distance gets the covariance, its third argument, from simulations.
  if (declared !== undefined && (word === 'mahalanobis' || declared.declaration.parameters.length === parameters)) {
    frame.session.used.add(declared.declaration);
    return;
  }
  const hint =
    declared === undefined
      ? (didYouMean(word ?? '', [...functions.keys()]) ??
        `a function of the library or your own: \`fn mine(a, b) = …\``)
      : `\`${word}\` takes ${declared.declaration.parameters.length}`;
  report(frame, 'E0409', `\`${name}\` is the name of a function of ${parameters} arguments`, value.span, hint);
}

/** What the option should be, or null where it is. */
function optionMistake(kind: NumberKind | { readonly kind: 'bool' }, type: Type, known: number | null): string | null {
  if (kind.kind === 'bool') return type.kind === 'bool' ? null : '`true` or `false`';
  const fits = kind.kind === 'count' ? type.kind === 'int' : isNumeric(type);
  return fits && (known === null || takesNumber(kind, known)) ? null : wanted(kind);
}

type NumberKind = Extract<OptionKind, { readonly kind: 'count' | 'number' | 'share' }>;

function wanted(kind: NumberKind): string {
  switch (kind.kind) {
    case 'count':
      return `a whole number, at least ${kind.least}`;
    case 'number':
      return kind.above ? 'a number above 0' : 'a number, at least 0';
    case 'share':
      return `a number between 0 and 1${kind.without.map((end) => `, not ${end}`).join('')}`;
  }
}
