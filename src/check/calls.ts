/** Calls: primitives, functions, functions of the host. Families are in `families.ts`. */
import { accepts, showType, type Type, unknown } from '../ir/type.js';
import type { Span } from '../syntax/span.js';
import type { Argument, DeclarationOf, Expr, ExprOf, Parameter } from '../syntax/tree.js';
import { annotationType } from './annotations.js';
import { type ArgumentProblem, matchArguments } from './arguments.js';
import { type Builtin, builtinHint, builtins, builtinType, noiseNames } from './builtins.js';
import { narrowed } from './constants.js';
import { checkExpr, checkValue, conversionHint, knownValue } from './expressions.js';
import { checkFamily } from './families.js';
import { meantBy } from './foreign_names.js';
import { functionInstance } from './functions.js';
import { isList } from './known.js';
import { findLocal, functionValue, isImported } from './names.js';
import type { Declared } from './project.js';
import { plainName } from './rename.js';
import { resolveCall } from './resolve.js';
import { type Effects, type Frame, newFrame, passOn, report, showArguments, use } from './session.js';
import { checkShapes } from './shapes.js';
import { didYouMean } from './suggest.js';
import { makeValue, readsOf, unknownValue, type Value } from './value.js';

type Call = ExprOf<'call'>;

export function checkCall(frame: Frame, expr: Call): Value {
  const passed = findLocal(frame, expr.callee.text);
  const type = passed?.value().type;
  if (passed !== null && (type?.kind === 'function' || type?.kind === 'unknown')) {
    passed.used = true;
    if (type.kind === 'function') return checkNamed(frame, expr, type.name);
    // A template that is checked by itself does not know what its functions are.
    if (passed.form === 'parameter') {
      for (const argument of expr.args) checkExpr(frame, argument.value);
      return unknownValue;
    }
  }
  return checkNamed(frame, expr, expr.callee.text);
}

/** The call of the function or family of that name. */
function checkNamed(frame: Frame, { kind, args, callee: written, span }: Call, name: string): Value {
  const expr: Call = { kind, args, callee: { ...written, text: name }, span };
  const callee = resolveCall(frame.session.project, name, args.length, false);
  switch (callee?.kind) {
    case 'builtin':
      return checkBuiltin(frame, expr, callee.builtin);
    case 'function':
      return checkFunction(frame, expr, callee.declared);
    case 'extern':
      return checkExtern(frame, expr, callee.declared);
    case 'family':
      return checkFamily(frame, expr, name);
    default:
      for (const argument of expr.args) checkExpr(frame, argument.value);
      reportUnknownCallee(frame, expr);
      return unknownValue;
  }
}

const formNames: ReadonlySet<string> = new Set([
  'P',
  'E',
  'Var',
  'Sd',
  'Median',
  'Q',
  'Cov',
  'Corr',
  'posterior',
  'predict',
  'H',
  'I',
  'evidence',
]);

function reportUnknownCallee(frame: Frame, expr: Call): void {
  const { project } = frame.session;
  const { text, span } = expr.callee;
  const plain = plainName(text);
  const builtin = Object.hasOwn(builtins, plain) ? builtins[plain] : undefined;
  if (builtin !== undefined) {
    const count = builtin.arity === 1 ? '1 argument' : `${builtin.arity} arguments`;
    const extra = expr.args[builtin.arity];
    if (extra === undefined)
      report(frame, 'E0310', `\`${plain}\` takes ${builtin.parameters.join(' and ')}`, expr.span);
    else report(frame, 'E0311', `\`${plain}\` takes ${builtin.arity === 0 ? 'no arguments' : count}`, extra.span);
    return;
  }
  if (project.models.has(text)) {
    report(
      frame,
      'E0215',
      `\`${plain}\` is a model, and a model is no function`,
      span,
      `as a part of another model: \`part ~ ${plain}(…)\``,
    );
    return;
  }
  if (isImported(project, text)) return;
  if (formNames.has(text)) {
    report(
      frame,
      'E0430',
      `\`${text}(…)\` asks about a model, and stands in queries only`,
      span,
      `write \`query q = ${text}(…)\``,
    );
    return;
  }
  const names = [
    ...project.functions.keys(),
    ...project.dists.keys(),
    ...project.externs.keys(),
    ...Object.keys(builtins),
  ];
  report(
    frame,
    'E0202',
    `there is no function or distribution \`${plain}\``,
    span,
    meantBy(plain) ?? didYouMean(text, names),
  );
}

// ---------------------------------------------------------------- primitives

function checkBuiltin(frame: Frame, expr: Call, builtin: Builtin): Value {
  const name = plainName(expr.callee.text);
  for (const { name: given } of expr.args)
    if (given !== null) report(frame, 'E0312', `\`${name}\` takes its arguments by position`, given.span);
  const args = expr.args.map((a) => checkValue(frame, a.value));
  const reads = readsOf(args);
  if (noiseNames.some((n) => n === name)) {
    checkEffects(frame, { draws: false, scores: false, noise: true }, expr.span);
    return makeValue(builtinType(builtin, []) ?? unknown);
  }
  if (name === 'exists' && reads.size === 0 && args[0]?.type.kind !== 'unknown' && frame.place !== 'function')
    report(
      frame,
      'E0301',
      '`exists` takes a node',
      expr.args[0]?.span ?? expr.span,
      'only a node may be absent from a run',
    );
  const types = args.map((a) => a.type);
  const type = builtinType(builtin, types);
  if (type === null) {
    reportBuiltinArgument(frame, expr, builtin, types);
    return makeValue(resultKind(builtin), null, reads);
  }
  const known = args.every((a) => a.known !== null) ? knownValue(frame, expr) : null;
  if (typeof known === 'number' && Number.isNaN(known) && args.every((a) => !Number.isNaN(a.known)))
    report(frame, 'E0328', `\`${name}\` has no value there`, expr.span);
  if (name === 'len' && types[0]?.kind === 'array' && types[0].length !== null)
    return makeValue(type, types[0].length, reads);
  if (name === 'fill' && type.kind === 'array' && typeof args[0]?.known === 'number')
    return makeValue({ ...type, length: Math.max(0, args[0].known) }, known, reads);
  return makeValue(type, known, reads);
}

/** What a primitive would give if its arguments were right: functions of one scalar give a number at least. */
const resultKind = (builtin: Builtin): Type =>
  builtin.type(builtin.parameters.map(() => ({ kind: 'real' }))) ?? unknown;

function reportBuiltinArgument(frame: Frame, expr: Call, builtin: Builtin, types: readonly Type[]): void {
  const name = plainName(expr.callee.text);
  // The first argument that cannot be mended by changing the others.
  const wrong = types.findIndex((_, i) => builtin.type(types.map((t, j) => (i === j ? t : unknown))) === null);
  const at = wrong === -1 ? types.length - 1 : wrong;
  const parameter = builtin.parameters[Math.min(at, builtin.parameters.length - 1)] ?? 'another value';
  const type = types[at] ?? unknown;
  const [first] = types;
  // A value is one of the distribution in front of it.
  const over = first?.kind === 'dist' && at === 1 ? first.over : null;
  const wanted =
    over !== null && parameter === 'a value'
      ? `a value of its distribution, which is over ${showType(over)}`
      : parameter;
  const each = over === null ? 'x' : 'd, x';
  const hint =
    builtinHint(name, types) ??
    (over?.kind === 'int' && type.kind === 'real' ? '`floor(x)` and `round(x)` give whole numbers' : null) ??
    (type.kind === 'array'
      ? `of each element: \`[${name}(${each}) for x in xs]\``
      : conversionHint({ kind: 'real' }, type));
  report(
    frame,
    'E0301',
    `\`${name}\` takes ${wanted}, and this is ${showType(type)}`,
    expr.args[at]?.span ?? expr.span,
    hint,
  );
}

// ---------------------------------------------------------------- arguments

/** The members of an enum are drawn where it stands before the parameters. */
function enumFirst({ session }: Frame, what: string, { value }: Argument): string | null {
  const { dists, enums } = session.project;
  const named = value.kind === 'name' && enums.has(value.name.text) && dists.has(what.replaceAll('`', ''));
  return named ? `an enum stands first: ${what.replace(/`$/, `(${value.name.text}, …)\``)}` : null;
}

/** Says why arguments do not fit the parameters. */
export function reportArguments(
  frame: Frame,
  what: string,
  parameters: readonly Parameter[],
  problem: ArgumentProblem,
  span: Span,
): void {
  const names = parameters.map((p) => p.name.text);
  const list = names.length === 0 ? 'it takes none' : `it takes ${names.map((n) => `\`${n}\``).join(', ')}`;
  switch (problem.kind) {
    case 'missing':
      report(frame, 'E0310', `${what} needs \`${problem.parameter.name.text}\``, span, list);
      break;
    case 'too_many':
      report(
        frame,
        'E0311',
        `${what} gets too many arguments`,
        problem.argument.span,
        enumFirst(frame, what, problem.argument) ?? list,
      );
      break;
    case 'unknown_name': {
      const name = problem.argument.name;
      const hint = name === null ? list : (didYouMean(name.text, names) ?? list);
      report(frame, 'E0312', `${what} has no parameter \`${name?.text ?? ''}\``, name?.span ?? span, hint);
      break;
    }
    case 'given_twice':
      report(frame, 'E0313', `${what} gets \`${problem.argument.name?.text ?? ''}\` twice`, problem.argument.span);
  }
}

/**
 * Values of the arguments in the order of the parameters; null, with a report, where they do not fit. `functions`: names of functions
 * are arguments too.
 */
export function argumentValues(
  frame: Frame,
  what: string,
  parameters: readonly Parameter[],
  args: readonly Argument[],
  declaration: Declared<unknown>,
  span: Span,
  functions = false,
): { readonly values: readonly Value[]; readonly spans: readonly Span[] } | null {
  const argumentValue = (e: Expr): Value => (functions ? functionValue(frame, e) : null) ?? checkValue(frame, e);
  const checked = new Map(args.map((a) => [a.value, argumentValue(a.value)]));
  const match = matchArguments(parameters, args);
  if (!match.ok) {
    reportArguments(frame, what, parameters, match.problem, span);
    return null;
  }
  return {
    values: match.values.map(
      (e) => checked.get(e) ?? checkExpr(newFrame(frame.session, 'constant', declaration.source), e),
    ),
    spans: match.values.map((e) => (checked.has(e) ? e.span : span)),
  };
}

/** The types that the parameters get: annotated ones win, E0301 where the argument does not fit. */
export function parameterTypes(
  frame: Frame,
  what: string,
  parameters: readonly Parameter[],
  declared: Declared<unknown>,
  given: { readonly values: readonly Value[]; readonly spans: readonly Span[] },
): readonly Type[] {
  const annotations = newFrame(frame.session, 'constant', declared.source);
  return parameters.map((parameter, i) => {
    const value = given.values[i] ?? unknownValue;
    if (parameter.annotation === null) return value.type;
    const wanted = annotationType(annotations, parameter.annotation);
    if (!accepts(wanted, value.type)) {
      const message = `\`${parameter.name.text}\` of ${what} is ${describe(wanted)}, and this is ${showType(value.type)}`;
      report(frame, 'E0301', message, given.spans[i]!, argumentHint(wanted, value.type));
      return wanted;
    }
    return narrowed(wanted, value.type);
  });
}

const describe = (type: Type): string =>
  type.kind === 'dist' && type.families.length === 0 ? 'a distribution' : showType(type);

function argumentHint(wanted: Type, type: Type): string | null {
  if (wanted.kind === 'int' && type.kind === 'real') return 'write `floor(x)` or `round(x)`';
  if (wanted.kind === 'array' && (type.kind === 'real' || type.kind === 'int')) return 'an array is written `[x, y]`';
  return conversionHint(wanted, type);
}

// ---------------------------------------------------------------- functions

function checkFunction(frame: Frame, expr: Call, declared: Declared<DeclarationOf<'function'>>): Value {
  use(frame, declared);
  const { declaration, source } = declared;
  const what = `\`${plainName(declaration.name.text)}\``;
  const given = argumentValues(frame, what, declaration.parameters, expr.args, declared, expr.span, true);
  if (given === null) return unknownValue;
  const types = parameterTypes(frame, what, declaration.parameters, declared, given);
  const reads = readsOf(given.values);
  if (!checkShapes(frame, declared, types, given.spans)) return makeValue(unknown, null, reads);
  const instance = functionInstance(frame.session, declared, types);
  passOn(frame, instance, source, expr.span, showArguments(types.map(showType)));
  checkEffects(frame, instance.effects, expr.span);
  const known = given.values.every((v) => v.known !== null) && !instance.effects.draws ? knownValue(frame, expr) : null;
  return makeValue(withLength(instance.result, isList(known) ? known.length : null), known, reads);
}

const withLength = (type: Type, length: number | null): Type =>
  type.kind === 'array' && length !== null ? { ...type, length } : type;

/** What a call does beside giving a value must be allowed where it stands. */
function checkEffects(frame: Frame, effects: Effects, span: Span): void {
  const { place } = frame;
  if (effects.noise && place !== 'sampler' && place !== 'function') {
    report(
      frame,
      'E0422',
      'noise is asked for outside of a distribution',
      span,
      'write `sample normal(0, 1)`, or declare a `dist`',
    );
  } else if ((effects.draws || effects.scores) && (place === 'constant' || place === 'query' || place === 'entry')) {
    const where = place === 'constant' ? 'a constant' : place === 'query' ? 'a query' : 'this entry';
    report(frame, 'E0421', `${where} cannot ${effects.draws ? 'draw' : 'observe'}, and this call does`, span);
  }
  frame.effects.draws ||= effects.draws;
  frame.effects.scores ||= effects.scores;
  frame.effects.noise ||= effects.noise;
}

function checkExtern(frame: Frame, expr: Call, declared: Declared<DeclarationOf<'extern'>>): Value {
  use(frame, declared);
  const { declaration } = declared;
  const what = `\`${plainName(declaration.name.text)}\``;
  const given = argumentValues(frame, what, declaration.parameters, expr.args, declared, expr.span);
  const result = annotationType(newFrame(frame.session, 'constant', declared.source), declaration.result);
  if (given === null) return makeValue(result);
  parameterTypes(frame, what, declaration.parameters, declared, given);
  return makeValue(result, null, readsOf(given.values));
}
