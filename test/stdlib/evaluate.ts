/**
 * A second meaning of the library, independent of the compiler: functions and families read straight from the syntax tree in plain
 * numbers, booleans and arrays. Names become places of a frame and expressions become closures once; nothing is typed or folded.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { matchArguments } from '../../src/check/arguments.js';
import { hasErrors } from '../../src/syntax/diagnostic.js';
import { parse } from '../../src/syntax/parse.js';
import type { Block, Body, Clause, DeclarationOf, Expr, ExprOf, Statement } from '../../src/syntax/tree.js';
import { binary, constants, type Noise, noises, scalar } from './primitives.js';

export type Value = number | boolean | readonly Value[] | Distribution;
export type Distribution = { readonly family: DeclarationOf<'dist'>; readonly parameters: readonly Value[] };

type Frame = Value[];
type Code = (frame: Frame) => Value;
/** Runs a statement; true if it returned, with the value in place 0. */
type Action = (frame: Frame) => boolean;
type Scope = { readonly names: ReadonlyMap<string, number>; readonly size: { places: number } };
type Routine = (args: readonly Value[]) => Value;

const root = fileURLToPath(new URL('../../stdlib/', import.meta.url));
const declarations = ['functions', 'distributions'].flatMap((folder) =>
  readdirSync(join(root, folder)).flatMap((name) => {
    const source = { name, text: readFileSync(join(root, folder, name), 'utf8') };
    const { file, diagnostics } = parse(source);
    if (hasErrors(diagnostics)) throw new Error(`${name}: ${diagnostics.map((d) => d.message).join('; ')}`);
    return file.declarations;
  }),
);
const functions = new Map(declarations.flatMap((d) => (d.kind === 'function' ? [[d.name.text, d] as const] : [])));
export const families = new Map<string, DeclarationOf<'dist'>[]>();
for (const d of declarations) {
  if (d.kind === 'dist') families.set(d.name.text, [...(families.get(d.name.text) ?? []), d]);
}

let noise: Noise | null = null;
/** Runs something with noise. */
export function withNoise<T>(source: Noise, body: () => T): T {
  const before = noise;
  noise = source;
  try {
    return body();
  } finally {
    noise = before;
  }
}

const number = (value: Value): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  throw new Error('not a number');
};
export const array = (value: Value): readonly Value[] => {
  if (Array.isArray(value)) return value;
  throw new Error('not an array');
};
const distribution = (value: Value | undefined): Distribution => {
  if (typeof value === 'object' && 'family' in value) return value;
  throw new Error('not a distribution');
};
const at = (values: readonly Value[], index: Value): Value => {
  const found = values[number(index)];
  if (found === undefined) throw new Error(`no element ${String(index)} of ${values.length}`);
  return found;
};
const replace = (values: readonly Value[], [index = 0, ...rest]: readonly number[], value: Value): readonly Value[] => {
  if (!(index >= 0 && index < values.length)) throw new Error(`no element ${index} of ${values.length}`);
  return values.with(index, rest.length === 0 ? value : replace(array(at(values, index)), rest, value));
};
const entryNames = [
  'logpdf',
  'cdf',
  'survival',
  'logcdf',
  'quantile',
  'moment_mean',
  'moment_variance',
  'abduct',
  'support',
];

const routines = new Map<object, Routine>();
function routine(owner: object, parameters: readonly string[], body: Body): Routine {
  const known = routines.get(owner);
  if (known !== undefined) return known;
  const scope: Scope = {
    names: new Map(parameters.map((name, i) => [name, i + 1])),
    size: { places: parameters.length + 1 },
  };
  let run: Action | null = null;
  const made: Routine = (args) => {
    run ??= body.kind === 'block' ? block(scope, body.block) : returning(expression(scope, body.value));
    const frame: Frame = [0, ...args];
    if (!run(frame)) throw new Error('nothing was returned');
    return frame[0] ?? 0;
  };
  routines.set(owner, made);
  return made;
}
const returning =
  (code: Code): Action =>
  (frame) => {
    frame[0] = code(frame);
    return true;
  };

export const call = (name: string, ...args: readonly Value[]): Value => {
  const declared = functions.get(name);
  if (declared === undefined) throw new Error(`no function ${name}`);
  return routine(
    declared,
    declared.parameters.map((p) => p.name.text),
    declared.body,
  )(args);
};
export const callNumber = (name: string, ...args: readonly Value[]): number => number(call(name, ...args));

/** A family at parameters; `overload` counts those of one name from 0. */
export function dist(name: string, parameters: readonly Value[], overload = 0): Distribution {
  const family = families.get(name)?.[overload];
  if (family === undefined || family.parameters.length !== parameters.length) throw new Error(`no family ${name}`);
  return { family, parameters };
}

/** An entry of a distribution, or null where the family has none. */
export function entry(
  { family, parameters }: Distribution,
  name: string,
): ((...args: readonly Value[]) => Value) | null {
  const found = family.entries.find((e) => e.kind === 'entry' && e.name === name);
  if (found?.kind !== 'entry') return null;
  const names = [...family.parameters, ...found.parameters.map((p) => ({ name: p }))].map((p) => p.name.text);
  const run = routine(found, names, found.body);
  return (...args) => run([...parameters, ...args]);
}
export function evaluate(d: Distribution, name: string, ...args: readonly Value[]): Value {
  const found = entry(d, name);
  if (found === null) throw new Error(`${d.family.name.text} has no ${name}`);
  return found(...args);
}
export const evaluateNumber = (d: Distribution, name: string, ...args: readonly Value[]): number =>
  number(evaluate(d, name, ...args));
export const allowed = ({ family, parameters }: Distribution): boolean =>
  family.entries.every(
    (e) =>
      e.kind !== 'require' ||
      routine(
        e,
        family.parameters.map((p) => p.name.text),
        { kind: 'expression', value: e.condition },
      )(parameters) === true,
  );
/** A draw: as drawn alone, or (mechanism) as drawn where worlds share the noise. */
export function draw(d: Distribution, source: Noise, mechanism = false): Value {
  const before = shared;
  shared = mechanism;
  try {
    return withNoise(source, () => drawNow(d));
  } finally {
    shared = before;
  }
}
let shared = false;
function drawNow(d: Distribution): Value {
  const own = (shared ? entry(d, 'mechanism') : null) ?? null;
  if (own !== null) return own();
  const byQuantile = shared && entry(d, 'abduct') === null && entry(d, 'cdf') !== null && entry(d, 'quantile') !== null;
  const form = byQuantile ? null : entry(d, 'draw');
  return form === null ? evaluate(d, 'quantile', noise?.uniform() ?? 0) : form();
}
/** Noise that gives a value: the family's own, else the uniform whose quantile it is. */
export function abduct(d: Distribution, value: Value): Value {
  const own = entry(d, 'abduct');
  if (own !== null) return own(value);
  const high = evaluateNumber(d, 'cdf', value);
  const type = d.family.result;
  if (type?.kind !== 'named' || type.name.text === 'real') return [high];
  const low =
    value === true
      ? evaluateNumber(d, 'cdf', false)
      : value === false
        ? 0
        : evaluateNumber(d, 'cdf', number(value) - 1);
  return [low + (noise?.uniform() ?? 0) * (high - low)];
}
/** The value of an expression without free names. */
function valueOfText(text: string): Value {
  const { file } = parse({ name: 'expression', text: `fn f() = ${text}` });
  const [declared] = file.declarations;
  if (declared?.kind !== 'function' || declared.body.kind !== 'expression') throw new Error(`cannot read ${text}`);
  return routine(declared, [], declared.body)([]);
}
/** The distribution that a text names. */
export const distributionOf = (text: string): Distribution => distribution(valueOfText(text));

// ---------------------------------------------------------------- statements

const bindName = (scope: Scope, name: string): readonly [Scope, number] => {
  const place = scope.size.places++;
  return [{ names: new Map([...scope.names, [name, place]]), size: scope.size }, place];
};
function block(outer: Scope, { statements }: Block): Action {
  let scope = outer;
  const actions = statements.map((s) => {
    if (s.kind !== 'let' && s.kind !== 'var') return statement(scope, s);
    const code = expression(scope, s.value);
    const [inner, place] = bindName(scope, s.kind === 'var' ? s.name.text : (s.names[0]?.text ?? ''));
    scope = inner;
    return (frame: Frame) => {
      frame[place] = code(frame);
      return false;
    };
  });
  return (frame) => actions.some((action) => action(frame));
}
function statement(scope: Scope, s: Statement): Action {
  switch (s.kind) {
    case 'assign': {
      const place = scope.names.get(s.name.text);
      if (place === undefined) throw new Error(`no variable ${s.name.text}`);
      const indices = s.indices.map((i) => expression(scope, i));
      const code = expression(scope, s.value);
      return (frame) => {
        const value = code(frame);
        frame[place] =
          indices.length === 0
            ? value
            : replace(
                array(frame[place] ?? 0),
                indices.map((i) => number(i(frame))),
                value,
              );
        return false;
      };
    }
    case 'for': {
      const items = expression(scope, s.iterable);
      const [inner, place] = bindName(scope, s.variable.text);
      const body = block(inner, s.body);
      return (frame) =>
        array(items(frame)).some((item) => {
          frame[place] = item;
          return body(frame);
        });
    }
    case 'while': {
      const condition = expression(scope, s.condition);
      const body = block(scope, s.body);
      return (frame) => {
        while (condition(frame) === true) if (body(frame)) return true;
        return false;
      };
    }
    case 'branch': {
      const condition = expression(scope, s.condition);
      const then = block(scope, s.then);
      const otherwise = s.otherwise === null ? () => false : block(scope, s.otherwise);
      return (frame) => (condition(frame) === true ? then(frame) : otherwise(frame));
    }
    case 'return':
      return returning(s.value === null ? () => 0 : expression(scope, s.value));
    default:
      throw new Error(`no meaning for ${s.kind}`);
  }
}

// ---------------------------------------------------------------- expressions

function expression(scope: Scope, e: Expr): Code {
  const of = (inner: Expr): Code => expression(scope, inner);
  switch (e.kind) {
    case 'number':
    case 'boolean': {
      const { value } = e;
      return () => value;
    }
    case 'group':
      return of(e.inner);
    case 'name': {
      const place = scope.names.get(e.name.text);
      const constant = constants[e.name.text];
      if (place !== undefined) return (frame) => frame[place] ?? 0;
      if (constant === undefined) throw new Error(`no name ${e.name.text}`);
      return () => constant;
    }
    case 'negate': {
      const operand = of(e.operand);
      return (frame) => -number(operand(frame));
    }
    case 'not': {
      const operand = of(e.operand);
      return (frame) => operand(frame) !== true;
    }
    case 'binary': {
      const [left, right, operator] = [of(e.left), of(e.right), binary[e.operator]];
      if (e.operator === 'and') return (frame) => left(frame) === true && right(frame);
      if (e.operator === 'or') return (frame) => left(frame) === true || right(frame);
      if (operator === undefined) throw new Error(`no operator ${e.operator}`);
      return (frame) => operator(number(left(frame)), number(right(frame)));
    }
    case 'if': {
      const [condition, then, otherwise] = [of(e.condition), of(e.then), of(e.otherwise)];
      return (frame) => (condition(frame) === true ? then(frame) : otherwise(frame));
    }
    case 'index': {
      const indices = e.indices.map(of);
      const target = of(e.target);
      return (frame) => indices.reduce((value: Value, i) => at(array(value), i(frame)), target(frame));
    }
    case 'array': {
      const elements = e.elements.map(of);
      return (frame) => elements.map((element) => element(frame));
    }
    case 'range': {
      const [low, high] = [of(e.low), of(e.high)];
      const extra = e.closed ? 1 : 0;
      return (frame) => {
        const from = number(low(frame));
        return Array.from({ length: Math.max(0, number(high(frame)) - from + extra) }, (_, i) => from + i);
      };
    }
    case 'comprehension':
      return comprehension(scope, e, e.clauses);
    case 'sample': {
      const target = of(e.dist);
      return (frame) => drawNow(distribution(target(frame)));
    }
    case 'call':
      return callCode(
        e,
        e.args.map((a) => of(a.value)),
      );
    default:
      throw new Error(`no meaning for ${e.kind}`);
  }
}
function comprehension(scope: Scope, e: ExprOf<'comprehension'>, [clause, ...rest]: readonly Clause[]): Code {
  if (clause === undefined) throw new Error('no clause');
  const items = expression(scope, clause.iterable);
  const [inner, place] = bindName(scope, clause.variable.text);
  const body = rest.length === 0 ? expression(inner, e.element) : comprehension(inner, e, rest);
  const each =
    (frame: Frame) =>
    (item: Value): Value => {
      frame[place] = item;
      return body(frame);
    };
  return rest.length === 0
    ? (frame) => array(items(frame)).map(each(frame))
    : (frame) => array(items(frame)).flatMap((i) => array(each(frame)(i)));
}
function callCode(e: ExprOf<'call'>, args: readonly Code[]): Code {
  const name = e.callee.text;
  const primitive = scalar[name];
  const source = noises[name];
  const values = (frame: Frame): readonly Value[] => args.map((a) => a(frame));
  const declared = functions.get(name);
  if (declared !== undefined && (!families.has(name) || args.length === declared.parameters.length)) {
    const run = routine(
      declared,
      declared.parameters.map((p) => p.name.text),
      declared.body,
    );
    return (frame) => run(values(frame));
  }
  if (primitive !== undefined && args.length === 1 && name.startsWith('m'))
    return (frame) => call(`${name}_of`, ...values(frame));
  if (primitive !== undefined) return (frame) => primitive(...values(frame).map(number));
  if (source !== undefined) return () => source(noise ?? { uniform: fail, normal: fail, exponential: fail });
  if (name === 'len') return (frame) => array(values(frame)[0] ?? 0).length;
  if (name === 'fill') return (frame) => new Array<Value>(number(values(frame)[0] ?? 0)).fill(values(frame)[1] ?? 0);
  if (name === 'append') return (frame) => [...array(values(frame)[0] ?? []), ...values(frame).slice(1)];
  if (entryNames.includes(name)) {
    return (frame) => {
      const [first, ...rest] = values(frame);
      const d = distribution(first);
      if (name === 'abduct') return abduct(d, rest[0] ?? 0);
      if (name === 'survival' && entry(d, name) === null) return 1 - evaluateNumber(d, 'cdf', ...rest);
      if (name === 'logcdf' && entry(d, name) === null) return Math.log(evaluateNumber(d, 'cdf', ...rest));
      return evaluate(d, name, ...rest);
    };
  }
  for (const family of families.get(name) ?? []) {
    const match = matchArguments(family.parameters, e.args);
    if (!match.ok) continue;
    const order = match.values.map((value) => args[e.args.findIndex((a) => a.value === value)] ?? withoutNames(value));
    return (frame) => ({ family, parameters: order.map((code) => code(frame)) });
  }
  throw new Error(`nothing is called ${name}`);
}
const withoutNames = (e: Expr): Code => expression({ names: new Map(), size: { places: 1 } }, e);
const fail = (): never => {
  throw new Error('noise outside a draw');
};
