import { z } from 'zod';
import { type DiagnosticCode, isDiagnosticCode } from '../syntax/codes.js';
import type { Constant, Family, Func, Instruction, IrType, ModelInfo, Place, Program, Region, Site } from './ir.js';
import { isIrType, opNames } from './ops.js';
import type { FamilyType, Field, Type } from './type.js';

/** A number that JSON cannot hold. */
const special = z
  .strictObject({ number: z.enum(['NaN', 'Infinity', '-Infinity', '-0']) })
  .transform(({ number }) => Number(number));
const anyNumber = z.union([z.number(), special]);
const whole = z.int();
const name = z.string();
const id = z.int().min(0);
const ids = z.array(id);
const diagnosticCode = z.custom<DiagnosticCode>((value) => typeof value === 'string' && isDiagnosticCode(value));

/** A record whose keys may be any text: `z.record` leaves out `__proto__`. */
const table = <T>(item: z.ZodType<T>): z.ZodType<Record<string, T>> =>
  z
    .custom<object>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      'expected an object',
    )
    .transform((value) => Object.entries(value))
    .pipe(z.array(z.tuple([z.string(), item])))
    .transform((entries) => Object.fromEntries(entries));

const field: z.ZodType<Field> = z.lazy(() => z.strictObject({ name, type }));
const familyType: z.ZodType<FamilyType> = z.lazy(() => z.strictObject({ family: name, parameters: z.array(type) }));
const length = z.int().min(0).nullable();

const type: z.ZodType<Type> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['real', 'int', 'bool', 'string', 'unit', 'unknown']) }),
    z.strictObject({ kind: z.literal('enum'), name, members: z.array(z.string()) }),
    z.strictObject({ kind: z.literal('array'), element: type, length }),
    z.strictObject({ kind: z.literal('tuple'), elements: z.array(type) }),
    z.strictObject({ kind: z.literal('record'), fields: z.array(field) }),
    z.strictObject({ kind: z.literal('dist'), over: type, families: z.array(familyType) }),
    z.strictObject({ kind: z.literal('table'), columns: z.array(field), rows: length }),
  ]),
);

const irType: z.ZodType<IrType> = z.union([
  z.strictObject({ kind: z.literal('address') }),
  type.refine(isIrType, 'a value cannot have this type'),
]);

const constant: z.ZodType<Constant> = z.lazy(() =>
  z.union([
    anyNumber,
    z.string(),
    z.strictObject({ float64: z.array(anyNumber) }).transform(({ float64 }) => Float64Array.from(float64)),
    z.array(constant),
  ]),
);

const value = z.strictObject({ id, type: irType });
const region: z.ZodType<Region> = z.lazy(() =>
  z.strictObject({ args: z.array(value), body: z.array(instruction), yields: ids }),
);

/** An instruction with the given fields besides `kind` and `at`. */
const shape = <K extends Instruction['kind'], S extends z.core.$ZodShape>(kind: K, fields: S) =>
  z.strictObject({ kind: z.literal(kind), at: whole, ...fields });

const instruction: z.ZodType<Instruction> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    shape('const', { result: value, value: constant }),
    shape('input', { result: value, name }),
    shape('op', { result: value, op: z.enum(opNames), args: ids }),
    shape('make', { result: value, parts: ids }),
    shape('get', { result: value, target: id, position: z.int().min(0) }),
    shape('if', { results: z.array(value), condition: id, then: region, otherwise: region }),
    shape('for', { results: z.array(value), low: id, high: id, inits: ids, body: region }),
    shape('while', { results: z.array(value), inits: ids, condition: region, body: region }),
    shape('call', { results: z.array(value), callee: name, args: ids }),
    shape('extern', { result: value, callee: name, args: ids }),
    shape('address', { result: value, parent: id, site: whole, index: id.nullable() }),
    shape('noise', {
      result: value,
      noise: z.enum(['uniform', 'normal', 'exponential']),
      address: id,
      request: z.int().min(0),
    }),
    shape('draw', {
      result: value,
      family: name,
      params: ids,
      address: id,
      site: whole,
      shared: z.boolean(),
      copy: z.boolean(),
    }),
    shape('score', { family: name, params: ids, value: id, address: id, site: whole, abduct: z.boolean() }),
    shape('condition', { value: id }),
    shape('factor', { value: id }),
    shape('equal', { value: id, seen: id }),
    shape('approximate', { value: id, seen: id }),
    shape('resample', {}),
    shape('node', { result: value, name, indices: ids, value: id }),
    shape('read', { result: value, world: whole, node: name }),
    shape('check', { value: id, code: diagnosticCode, message: z.string() }),
  ]),
);

const func: z.ZodType<Func> = z.strictObject({
  name,
  body: region,
  results: z.array(irType),
  draws: z.boolean(),
  scores: z.boolean(),
});

const entry = name.nullable();
const family: z.ZodType<Family> = z.strictObject({
  name,
  value: irType,
  parameters: z.array(z.strictObject({ name, type: irType })),
  discrete: z.boolean(),
  dimension: z.number().nullable(),
  draw: name,
  mechanism: entry,
  abduct: entry,
  logpdf: entry,
  cdf: entry,
  quantile: entry,
  survival: entry,
  logcdf: entry,
  require: entry,
  support: entry,
  mean: entry,
  variance: entry,
});

const model: z.ZodType<ModelInfo> = z.strictObject({
  function: name,
  nodes: z.array(
    z.strictObject({
      name,
      type: irType,
      rank: z.int().min(0),
      modifier: z.enum(['param', 'latent']).nullable(),
      operator: z.enum(['~', ':=']),
      optional: z.boolean(),
      at: whole,
    }),
  ),
});

const site: z.ZodType<Site> = z.strictObject({ name, at: whole });
const place: z.ZodType<Place> = z.strictObject({
  source: z.int().min(0),
  span: z.strictObject({ start: z.int().min(0), end: z.int().min(0) }),
});

/** A program of version 1. */
export const programSchema: z.ZodType<Program> = z.strictObject({
  version: z.literal(1),
  functions: table(func),
  families: table(family),
  models: table(model),
  sites: table(site),
  places: z.array(place),
  sources: z.array(z.string()),
});
