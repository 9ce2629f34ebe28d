/** Distributions: calls of families, and the entries of their declarations. */
import {
  accepts,
  arrayOf,
  bool,
  type FamilyType,
  isNumeric,
  joinTypes,
  real,
  showType,
  type Type,
  unknown,
} from '../ir/type.js';
import { isLibrary } from '../stdlib/prelude.js';
import type { Span } from '../syntax/span.js';
import type { DeclarationOf, DistEntry, Expr, ExprOf } from '../syntax/tree.js';
import { annotationType, enumType } from './annotations.js';
import { type FamilyCall, matchFamily } from './arguments.js';
import { argumentValues, parameterTypes, reportArguments } from './calls.js';
import { checkExpr, checkValue } from './expressions.js';
import { checkBody, instanceOf, setResult } from './functions.js';
import { isList } from './known.js';
import { define } from './names.js';
import { checkCondition } from './operators.js';
import type { Declared } from './project.js';
import { plainName } from './rename.js';
import {
  type Frame,
  type Instance,
  inScope,
  type Place,
  passOn,
  report,
  type Session,
  showArguments,
  use,
} from './session.js';
import { checkShapes } from './shapes.js';
import { namesIn } from './text.js';
import { makeValue, readsOf, unknownValue, type Value } from './value.js';

type Dist = DeclarationOf<'dist'>;
type Entry = Extract<DistEntry, { readonly kind: 'entry' }>;

/** `normal(mu, 1)` as a value. */
export function checkFamily(frame: Frame, expr: ExprOf<'call'>, name: string): Value {
  const { project } = frame.session;
  const what = `\`${plainName(name)}\``;
  const found = matchFamily(project, name, expr.args);
  if (!found.ok) {
    for (const argument of expr.args) checkExpr(frame, argument.value);
    const parameters = project.dists.get(name)?.[0]?.declaration.parameters ?? [];
    if (found.problem !== null) reportArguments(frame, what, parameters, found.problem, expr.span);
    return unknownValue;
  }
  const { declared, labels } = found.call;
  use(frame, declared);
  if (labels !== null) checkExpr(frame, expr.args[0]!.value);
  const { parameters } = declared.declaration;
  const given = argumentValues(
    frame,
    what,
    parameters,
    labels === null ? expr.args : expr.args.slice(1),
    declared,
    expr.span,
  );
  if (given === null) return unknownValue;
  const types = parameterTypes(frame, what, parameters, declared, given);
  const reads = readsOf(given.values);
  const fits = checkShapes(frame, declared, types, given.spans) && checkLabels(frame, found.call, types, given.spans);
  if (fits) checkRequirements(frame, declared, given.values, expr);
  const over = labels === null ? valueType(frame, declared, types, expr.span) : (enumType(project, labels) ?? unknown);
  const family: FamilyType = { family: familyName(name, found.call), parameters: types };
  return makeValue({ kind: 'dist', over, families: [family] }, null, reads);
}

const familyName = (name: string, call: FamilyCall): string =>
  call.overload === 0 ? name : `${name}#${call.overload}`;

/** `categorical(Drug, p)`: a probability for each member. */
function checkLabels(frame: Frame, call: FamilyCall, types: readonly Type[], spans: readonly Span[]): boolean {
  const labels = call.labels === null ? null : enumType(frame.session.project, call.labels);
  const [probabilities] = types;
  if (labels === null || probabilities?.kind !== 'array' || probabilities.length === null) return true;
  if (probabilities.length === labels.members.length) return true;
  const message = `${plainName(labels.name)} has ${labels.members.length} members, and there are ${probabilities.length} probabilities`;
  report(frame, 'E0309', message, spans[0] ?? call.declared.declaration.span);
  return false;
}

/** What the library's tests of parameters ask for, in words. */
const predicates: Readonly<Record<string, string>> = {
  is_simplex: 'probabilities are not negative and sum to 1',
  positive_definite: 'a covariance is symmetric, and all its eigenvalues are positive',
};

/** E0316 for each requirement that the known parameters do not meet. */
function checkRequirements(
  frame: Frame,
  declared: Declared<Dist>,
  values: readonly Value[],
  expr: ExprOf<'call'>,
): void {
  const { declaration, source } = declared;
  if (values.every((v) => v.known === null)) return;
  const names = declaration.parameters.map((p) => p.name.text);
  for (const entry of declaration.entries) {
    if (entry.kind !== 'require') continue;
    const holds = frame.session.evaluator.evaluate(entry.condition, (name) => {
      const index = names.indexOf(name);
      return index === -1 ? undefined : (values[index]?.known ?? null);
    });
    if (holds !== 0) continue;
    const condition = source.text.slice(entry.condition.span.start, entry.condition.span.end).replaceAll(/\s+/g, ' ');
    const read = namesIn(entry.condition);
    const known = names.flatMap((name, i) => {
      const value = values[i]?.known ?? null;
      return value === null || !read.has(name) ? [] : [`\`${name}\` is ${showKnown(value)}`];
    });
    const family = plainName(declaration.name.text);
    const given = known.length > 0 ? `, and ${known.join(', ')}` : '';
    const predicate = entry.condition.kind === 'call' ? entry.condition.callee.text : '';
    const hint = Object.hasOwn(predicates, predicate) ? (predicates[predicate] ?? null) : null;
    report(frame, 'E0316', `there is no such \`${family}\`: it needs \`${condition}\`${given}`, expr.span, hint);
    return;
  }
}

const showKnown = (known: Value['known']): string => {
  if (isList(known)) return known.length > 6 ? `an array of ${known.length}` : `[${known.map(showKnown).join(', ')}]`;
  return typeof known === 'number' ? String(known) : typeof known === 'string' ? JSON.stringify(known) : 'known';
};

/** The type of the family's values. A library family says it in its head; others are checked at these types of parameters. */
function valueType(frame: Frame, declared: Declared<Dist>, types: readonly Type[], span: Span): Type {
  const { declaration, source } = declared;
  const library = isLibrary(source);
  if (library && declaration.result !== null) return annotationType(frame, declaration.result);
  const instance = distInstance(frame.session, declared, types);
  passOn(frame, instance, source, span, showArguments(types.map(showType)));
  return instance.result;
}

/** The family at the given types of parameters, checked; the result is the type of a value. */
export const distInstance = (session: Session, declared: Declared<Dist>, types: readonly Type[]): Instance =>
  instanceOf(session, declared, types, (frame, instance) => distPass(frame, instance, declared, types));

function distPass(frame: Frame, instance: Instance, declared: Declared<Dist>, types: readonly Type[]): boolean {
  const { declaration, source } = declared;
  inScope(frame, () => {
    for (const [i, parameter] of declaration.parameters.entries())
      define(frame, parameter.name, 'parameter', () => makeValue(types[i] ?? unknown));
    const entries = declaration.entries.filter((e): e is Entry => e.kind === 'entry');
    const annotated = declaration.result === null ? null : annotationType(frame, declaration.result);
    const over = annotated ?? inferred(frame, entries);
    setResult(frame, instance, over);
    for (const entry of declaration.entries)
      if (entry.kind === 'require') {
        const value = inPlace(frame, 'entry', (inner) => checkValue(inner, entry.condition));
        checkCondition(frame, value, entry.condition);
      } else if (isLibrary(source) && optional.has(entry.name)) checkQuietly(frame, entry, over);
      else checkEntry(frame, entry, over);
  });
  frame.effects.draws = false;
  frame.effects.noise = false;
  return frame.changed;
}

const optional: ReadonlySet<Entry['name']> = new Set([
  'cdf',
  'survival',
  'logcdf',
  'quantile',
  'moment_mean',
  'moment_variance',
]);

/** A library family of other distributions lacks what theirs lack (a cdf of vectors, say): only a question for it is an error. */
function checkQuietly(frame: Frame, entry: Entry, over: Type): void {
  const quiet: Frame = { ...frame, found: new Map() };
  checkEntry(quiet, entry, over);
  frame.changed ||= quiet.changed;
}

/** The type of what `draw`, else `mechanism` or `quantile`, gives. */
function inferred(frame: Frame, entries: readonly Entry[]): Type {
  for (const name of ['draw', 'mechanism', 'quantile'] as const) {
    const entry = entries.find((e) => e.name === name);
    if (entry !== undefined) return entryType(frame, entry, unknown);
  }
  return unknown;
}

/** Runs a part of the check in another place, in the same scope. */
function inPlace<T>(frame: Frame, place: Place, body: (inner: Frame) => T): T {
  const inner: Frame = { ...frame, place };
  const result = body(inner);
  frame.changed ||= inner.changed;
  return result;
}

const samplers: ReadonlySet<Entry['name']> = new Set(['draw', 'mechanism', 'abduct']);

function entryType(frame: Frame, entry: Entry, over: Type): Type {
  return inPlace(frame, samplers.has(entry.name) ? 'sampler' : 'entry', (inner) =>
    inScope(inner, () => {
      for (const name of entry.parameters)
        define(inner, name, 'argument', () => makeValue(argumentType(entry.name, over)));
      return checkBody(inner, entry.body, entry.span);
    }),
  );
}

/** What an entry is asked about: a value, a probability, or noise. */
function argumentType(name: Entry['name'], over: Type): Type {
  switch (name) {
    case 'quantile':
    case 'mechanism':
      return real;
    case 'cdf':
    case 'survival':
    case 'logcdf':
      return over.kind === 'array' || over.kind === 'tuple' || over.kind === 'record' ? real : over;
    default:
      return over;
  }
}

function checkEntry(frame: Frame, entry: Entry, over: Type): void {
  const type = entryType(frame, entry, over);
  const wanted = wantedType(entry.name, over);
  if (wanted === null || type.kind === 'unknown' || accepts(wanted, type)) return;
  // A mean of a discrete family is a real, and of an array an array.
  if (joinTypes(wanted, type) !== null && isNumeric(wanted)) return;
  const span = entry.body.kind === 'expression' ? entry.body.value.span : entry.span;
  report(frame, 'E0436', `\`${entry.name}\` gives ${showType(type)}, and should give ${showType(wanted)}`, span);
}

function wantedType(name: Entry['name'], over: Type): Type | null {
  switch (name) {
    case 'draw':
    case 'mechanism':
    case 'quantile':
      return over;
    case 'support':
      return bool;
    case 'logpdf':
    case 'cdf':
    case 'survival':
    case 'logcdf':
      return real;
    case 'abduct':
      return arrayOf(real);
    case 'moment_mean':
    case 'moment_variance':
      return null;
  }
}

const parameterCount: Readonly<Record<Entry['name'], number>> = {
  draw: 0,
  moment_mean: 0,
  moment_variance: 0,
  support: 1,
  mechanism: 1,
  abduct: 1,
  logpdf: 1,
  cdf: 1,
  quantile: 1,
  survival: 1,
  logcdf: 1,
};

/** E0435: what is wrong with a declaration whatever its parameters are. */
export function checkDistShape(frame: Frame, declaration: Dist): void {
  const seen = new Set<string>();
  const parameters = new Set<string>();
  for (const { name } of declaration.parameters) {
    if (parameters.has(name.text)) report(frame, 'E0213', `the parameter \`${name.text}\` stands twice`, name.span);
    parameters.add(name.text);
  }
  for (const entry of declaration.entries) {
    if (entry.kind === 'require') continue;
    if (seen.has(entry.name)) report(frame, 'E0435', `\`${entry.name}\` stands twice`, entry.span);
    seen.add(entry.name);
    const count = parameterCount[entry.name];
    const plainMechanism = entry.name === 'mechanism' && entry.parameters.length === 0;
    if (entry.parameters.length !== count && !plainMechanism) {
      const form =
        count === 0
          ? `${entry.name} = …`
          : `${entry.name}(${entry.name === 'quantile' ? 'p' : entry.name === 'mechanism' ? 'u' : 'x'}) = …`;
      report(
        frame,
        'E0435',
        `\`${entry.name}\` takes ${count === 0 ? 'no parameters' : 'one parameter'}`,
        entry.span,
        `write \`${form}\``,
      );
    }
  }
  if (!['draw', 'mechanism', 'quantile'].some((name) => seen.has(name)))
    report(
      frame,
      'E0435',
      `\`${declaration.name.text}\` says nowhere how to draw`,
      declaration.name.span,
      'add `draw = …`, `mechanism(u) = …` or `quantile(p) = …`',
    );
}

/** Checks that a value can be one of a distribution: E0327. */
export function checkScored(frame: Frame, dist: Value, value: Value, expr: Expr): void {
  if (dist.type.kind !== 'dist' || accepts(dist.type.over, value.type)) return;
  report(
    frame,
    'E0327',
    `the distribution is over ${showType(dist.type.over)}, and this is ${showType(value.type)}`,
    expr.span,
    value.type.kind === 'array' && accepts(dist.type.over, value.type.element)
      ? 'observe its elements one by one: `for i in 0..len(y) { observe y[i] ~ … }`'
      : null,
  );
}
