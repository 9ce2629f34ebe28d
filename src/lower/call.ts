import { matchArguments, matchFamily } from '../check/arguments.js';
import { functionCalled } from '../check/resolve.js';
import type { NoiseKind, ValueId } from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';
import { accepts, type FamilyType, type Type } from '../ir/type.js';
import type { Span } from '../syntax/span.js';
import type { Expr, ExprOf } from '../syntax/tree.js';
import { typeOfAnnotation } from './annotation.js';
import { byFamily, coerce } from './dist.js';
import { indexInto, lowerExpr, one, primitive } from './expression.js';
import { demand, familyKey, overloadName, valueType } from './family.js';
import { branches, count, type Frame, lookup } from './frame.js';
import { instantiate, parameterType } from './function.js';
import { enumIn } from './name.js';
import { irTypeOf, type Operand, onlyId, operand } from './operand.js';
import { raise } from './raise.js';
import { arrayOf, bool, int, real, unknown } from './types.js';

type Call = ExprOf<'call'>;

/** A call names a function, a family, or something of the host, in this order: the file's own, built in, the library's. */
export function lowerCall(frame: Frame, expr: Call): Operand {
  const passed = lookup(frame, expr.callee.text);
  const type = passed?.kind === 'value' ? passed.operand.type : null;
  return lowerNamed(frame, type?.kind === 'function' ? { ...expr, callee: { ...expr.callee, text: type.name } } : expr);
}

function lowerNamed(frame: Frame, expr: Call): Operand {
  const name = expr.callee.text;
  const { project } = frame.unit;
  const declared = functionCalled(project, name, expr.args.length);
  if (declared !== undefined) return callFunction(frame, expr, declared);
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (builtin !== undefined) return builtin(frame, expr);
  if (project.dists.has(name)) return makeDist(frame, expr);
  const extern = project.externs.get(name);
  if (extern !== undefined) {
    const match = matchArguments(extern.declaration.parameters, expr.args);
    const args = match.ok ? match.values.map((v) => lowerExpr(frame, v).id) : [];
    const type = typeOfAnnotation(project, extern.declaration.result) ?? unknown;
    return operand(frame.builder.extern(name, args, irTypeOf(type)), type);
  }
  return raise('E0490', `There is no function or distribution called '${name}'.`, frame.source, expr.callee.span);
}

function callFunction(frame: Frame, expr: Call, declared: Parameters<typeof instantiate>[1]): Operand {
  const { unit, builder } = frame;
  const match = matchArguments(declared.declaration.parameters, expr.args);
  if (!match.ok) return raise('E0490', `The arguments of '${expr.callee.text}' do not fit.`, frame.source, expr.span);
  const given = match.values.map((v) => lowerExpr(frame, v));
  const types = given.map((value, i) => {
    const parameter = declared.declaration.parameters[i];
    return parameter === undefined ? value.type : parameterType(unit, parameter, value.type, frame.source, expr.span);
  });
  const args = given.map((value, i) => coerce(frame, value, types[i] ?? value.type).id);
  const instance = instantiate(unit, declared, types);
  const result = instance.result ?? unknown;
  if (!instance.draws) return operand(onlyId(builder.call(instance.name, args, [irTypeOf(result)])), result);
  const parent = frame.address;
  if (parent === null) return raise('E0490', 'A function that draws cannot be called here.', frame.source, expr.span);
  const address = addressOfCall(frame, expr.callee.text, expr.span);
  return operand(onlyId(builder.call(instance.name, [address, ...args], [irTypeOf(result)])), result);
}

/** The address of what happens below a call: each call of a text has its own. */
function addressOfCall(frame: Frame, callee: string, span: Span): ValueId {
  if (frame.address === null) return raise('E0490', 'A function that draws cannot be called here.', frame.source, span);
  const path = `${frame.path}/${callee}`;
  const site = frame.unit.site(`${path}#${count(frame, path)}`, frame.builder.place());
  return frame.builder.address(frame.address, site);
}

/** `normal(mu, 1)` as a value: the tuple of its parameters. */
function makeDist(frame: Frame, expr: Call): Operand {
  const { unit, builder } = frame;
  const name = expr.callee.text;
  const found = matchFamily(unit.project, name, expr.args);
  if (!found.ok) return raise('E0490', `The arguments of '${name}' do not fit.`, frame.source, expr.span);
  const { declared, overload, values, labels } = found.call;
  const given = values.map((v) => lowerExpr(frame, v));
  const parameters = given.map((value, i) => {
    const parameter = declared.declaration.parameters[i];
    return parameter === undefined ? value.type : parameterType(unit, parameter, value.type, frame.source, expr.span);
  });
  const family: FamilyType = { family: overloadName(name, overload), parameters };
  const over = (labels === null ? null : enumIn(frame, labels)) ?? valueType(unit, family);
  const type: Type = { kind: 'dist', over, families: [family] };
  const parts = given.map((value, i) => coerce(frame, value, parameters[i] ?? value.type).id);
  return operand(builder.make(irTypeOf(type), parts), type);
}

type Builtin = (frame: Frame, expr: Call) => Operand;

const values = (frame: Frame, expr: Call): readonly Operand[] => expr.args.map((a) => lowerExpr(frame, a.value));

const plain =
  (op: OpName): Builtin =>
  (frame, expr) =>
    primitive(frame, op, values(frame, expr), expr.span);

/** `min` and `max` of two numbers, of several, or of an array. */
const extreme =
  (op: 'min' | 'max'): Builtin =>
  (frame, expr) => {
    const args = values(frame, expr);
    const [first] = args;
    if (args.length === 1 && first?.type.kind === 'array') {
      const declared = frame.unit.project.functions.get(`${op}_of`);
      if (declared === undefined) return raise('E0490', `There is no function '${op}_of'.`, frame.source, expr.span);
      const instance = instantiate(frame.unit, declared, [first.type]);
      const result = instance.result ?? unknown;
      return operand(onlyId(frame.builder.call(instance.name, [first.id], [irTypeOf(result)])), result);
    }
    return args.reduce((a, b) => primitive(frame, op, [a, b], expr.span));
  };

const noise =
  (kind: NoiseKind): Builtin =>
  (frame, expr) => {
    if (frame.address === null)
      return raise('E0490', 'Noise can only be asked for in a draw.', frame.source, expr.span);
    const request = count(frame, `${frame.path}/noise`);
    return operand(frame.builder.noise(kind, frame.address, request), real);
  };

type FamilyEntry = 'logpdf' | 'cdf' | 'quantile' | 'survival' | 'logcdf' | 'mean' | 'variance' | 'abduct' | 'support';

/** An entry of a distribution's family, called on a distribution value: `logpdf(d, x)`. */
const entry =
  (name: FamilyEntry): Builtin =>
  (frame, expr) => {
    const [dist, ...given] = values(frame, expr);
    if (dist?.type.kind !== 'dist')
      return raise('E0490', 'The first argument must be a distribution.', frame.source, expr.span);
    return one(
      byFamily(frame, dist, expr.span, (family, parameters) => {
        const whole = tails.has(name) && valueType(frame.unit, family).kind === 'int';
        // Between whole numbers a distribution function is that of the one below; inside the family it stands for an int.
        const rest = given.map((x) =>
          whole && x.type.kind === 'real' ? primitive(frame, 'floor', [x], expr.span) : x,
        );
        const key = familyKey(frame.unit, family);
        const declared = frame.unit.families.get(key)?.[name] ?? null;
        const instead = declared === null ? byCdf[name] : undefined;
        if (instead !== undefined) {
          const below = frame.unit.families.get(key)?.cdf ?? null;
          if (below !== null && demand(frame.unit, below)) {
            const [p = -1] = frame.builder.call(
              below,
              [...parameters, ...rest].map((a) => a.id),
              [irTypeOf(real)],
            );
            return [instead(frame, operand(p, real), expr.span)];
          }
        }
        // A family that declares no inverse of its noise gets one when worlds come to share it.
        const callee = name === 'abduct' ? (declared ?? `${key}.abduct`) : declared;
        if (callee === null || (declared !== null && !demand(frame.unit, callee)))
          return raise('E0490', `The family '${family.family}' has no '${name}'.`, frame.source, expr.span);
        const args = [...parameters, ...rest].map((a) => a.id);
        const address = name === 'abduct' ? [addressOfCall(frame, name, expr.span)] : [];
        const type = resultType(frame, callee, dist.type);
        return [operand(onlyId(frame.builder.call(callee, [...address, ...args], [irTypeOf(type)])), type)];
      }),
    );
  };

const tails: ReadonlySet<FamilyEntry> = new Set(['cdf', 'survival', 'logcdf']);

/** Tails that a family does not declare, from its cdf: right, if not as accurate far out. */
const byCdf: Partial<Record<FamilyEntry, (frame: Frame, p: Operand, span: Span) => Operand>> = {
  survival: (frame, p, span) => primitive(frame, 'sub', [operand(frame.builder.real(1), real), p], span),
  logcdf: (frame, p, span) => primitive(frame, 'log', [p], span),
};

const resultType = (frame: Frame, callee: string, dist: Type): Type => {
  const instance = frame.unit.instances.get(callee);
  if (instance?.result !== undefined && instance.result !== null) return instance.result;
  if (callee.endsWith('.abduct')) return arrayOf(real);
  return dist.kind === 'dist' && callee.endsWith('.quantile') ? dist.over : real;
};

/** Whether a run has a node: also for a member of a family that ends before it. */
const exists: Builtin = (frame, expr) => {
  const [argument] = expr.args;
  if (argument === undefined) return raise('E0490', "'exists' takes a node.", frame.source, expr.span);
  return existence(frame, argument.value);
};

function existence(frame: Frame, node: Expr): Operand {
  if (node.kind === 'group') return existence(frame, node.inner);
  const { guards } = frame;
  frame.guards = null;
  const target = lowerExpr(frame, node.kind === 'index' ? node.target : node);
  frame.guards = guards;
  const indices = node.kind === 'index' ? node.indices.map((index) => lowerExpr(frame, index)) : [];
  return memberExists(frame, target, indices, node.span);
}

/** Whether a value is there and, behind indices, a member of it: false beyond the end of a family. */
export function memberExists(frame: Frame, target: Operand, indices: readonly Operand[], span: Span): Operand {
  const [index, ...rest] = indices;
  if (index === undefined) return primitive(frame, 'exists', [target], span);
  const b = frame.builder;
  const position = index.type.kind === 'int' ? index : primitive(frame, 'to_int', [index], span);
  const length = primitive(frame, 'length', [target], span);
  const inside = primitive(
    frame,
    'and',
    [
      primitive(frame, 'ge', [position, operand(b.int(0), int)], span),
      primitive(frame, 'lt', [position, length], span),
    ],
    span,
  );
  const there = (): readonly Operand[] => [memberExists(frame, indexInto(frame, target, position), rest, span)];
  return one(branches(frame, inside.id, span, there, () => [operand(b.bool(false), bool)]));
}

const fill: Builtin = (frame, expr) => {
  const [size, value] = values(frame, expr);
  if (size === undefined || value === undefined)
    return raise('E0490', "'fill' takes a length and a value.", frame.source, expr.span);
  const type = arrayOf(value.type, typeof size.known === 'number' ? size.known : null);
  return operand(frame.builder.op('fill', [size.id, value.id], irTypeOf(type)), type);
};

/** `append([], x)` takes its element type from x. */
const append: Builtin = (frame, expr) => {
  const [array, value] = values(frame, expr);
  if (array?.type.kind !== 'array' || value === undefined) {
    return raise('E0490', "'append' takes an array and a value.", frame.source, expr.span);
  }
  const element =
    accepts(array.type.element, value.type) && array.type.element.kind !== 'unknown' ? array.type.element : value.type;
  const type = arrayOf(element);
  return operand(frame.builder.op('append', [array.id, value.id], irTypeOf(type)), type);
};

/** `assert(c, "what is demanded")`. */
const assert: Builtin = (frame, expr) => {
  const [holds, message] = expr.args.map((a) => a.value);
  if (holds === undefined || message?.kind !== 'string')
    return raise('E0490', "The text of 'assert' stands in quotes.", frame.source, expr.span);
  frame.builder.check(lowerExpr(frame, holds).id, 'E0622', message.value);
  return operand(frame.builder.constant({ kind: 'unit' }, 0), { kind: 'unit' });
};

/** What is built in and not written in the library: primitives of the IR, noise, and the entries of families. */
const builtins: Readonly<Record<string, Builtin>> = {
  exp: plain('exp'),
  log: plain('log'),
  sqrt: plain('sqrt'),
  sin: plain('sin'),
  cos: plain('cos'),
  abs: plain('abs'),
  sign: plain('sign'),
  floor: plain('floor'),
  ceil: plain('ceil'),
  round: plain('round'),
  trunc: plain('trunc'),
  min: extreme('min'),
  max: extreme('max'),
  len: plain('length'),
  real: plain('to_real'),
  int: plain('to_int'),
  assert,
  fill,
  append,
  exists,
  noise_uniform: noise('uniform'),
  noise_normal: noise('normal'),
  noise_exponential: noise('exponential'),
  logpdf: entry('logpdf'),
  cdf: entry('cdf'),
  quantile: entry('quantile'),
  survival: entry('survival'),
  logcdf: entry('logcdf'),
  moment_mean: entry('mean'),
  moment_variance: entry('variance'),
  abduct: entry('abduct'),
};
