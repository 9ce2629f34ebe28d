/** Functions of a host program: what they take and give, in the host's own values. */
import type { Project } from '../check/project.js';
import { plainName } from '../check/rename.js';
import { batchedExtern, type Extern, guardedName, isBatched } from '../ir/extern.js';
import type { Constant } from '../ir/ir.js';
import type { Type } from '../ir/type.js';
import { typeOfAnnotation } from '../lower/annotation.js';
import { describe, isNumberArray, isRecord } from './kinds.js';
import type { HostFunction } from './value.js';

/**
 * The functions that a program's `extern fn` declarations call, by name. Numbers, bools, labels, arrays (`Float64Array` for numbers),
 * tuples and records go in and come out as the host's own.
 */
export function externsOf(
  project: Project,
  functions: ReadonlyMap<string, HostFunction>,
): Readonly<Record<string, Extern>> {
  const found: [string, Extern][] = [];
  for (const [name, { declaration }] of project.externs) {
    const call = functions.get(declaration.supplied?.text ?? plainName(name));
    if (call === undefined) continue;
    const types = declaration.parameters.map((p) =>
      p.annotation === null ? null : typeOfAnnotation(project, p.annotation),
    );
    const extern = externOf(call, types, typeOfAnnotation(project, declaration.result));
    found.push([name, extern]);
    // It stands in for a command, whose calls are guarded.
    if (declaration.command !== null) found.push([guardedName(name), answering(extern)]);
  }
  return Object.fromEntries(found);
}

/** The function as one that says of each call that it answered. */
const answering = (extern: Extern): Extern =>
  isBatched(extern)
    ? batchedExtern((calls) => extern.batch(calls).map((value) => [1, value]))
    : (...args) => [1, extern(...args)];

function externOf(call: HostFunction, types: readonly (Type | null)[], result: Type | null): Extern {
  // Arguments are what the declaration says, which the host's own type checker cannot know.
  const invoke = (args: readonly unknown[]): unknown => Reflect.apply(call, undefined, args);
  if (!isBatchedFunction(call))
    return (...args) => inward(result, invoke(args.map((value, i) => outward(types[i] ?? null, value))));
  return batchedExtern((calls) => {
    const columns = types.map((type, i) =>
      columnOf(
        type,
        Array.from(calls, (args) => args[i] ?? Number.NaN),
      ),
    );
    const results = invoke(columns);
    if (!Array.isArray(results) && !isNumberArray(results))
      throw new TypeError(`it gave ${describe(results)}, not an array`);
    if (results.length !== calls.length)
      throw new TypeError(`it gave ${results.length} results for ${calls.length} calls`);
    return Array.from<unknown, Constant>(results, (value: unknown) => inward(result, value));
  });
}

/** One argument of a block of calls. */
const columnOf = (type: Type | null, values: readonly Constant[]): unknown =>
  type?.kind === 'real' || type?.kind === 'int'
    ? Float64Array.from(values, Number)
    : values.map((value) => outward(type, value));

/** Functions of the host program that take blocks. */
const blocks = new WeakSet<HostFunction>();

const isBatchedFunction = (call: HostFunction): boolean => blocks.has(call);

/**
 * Marks a function that answers a block of particles at once: each argument comes as an array with an entry for each call (numbers as
 * `Float64Array`), and it gives as many results, in the same order. Where a call stands in the model itself, outside of branches and
 * loops, blocks have up to 1024 calls; elsewhere one.
 */
export function batched<Args extends readonly unknown[]>(
  call: (...columns: Args) => ArrayLike<unknown>,
): (...columns: Args) => ArrayLike<unknown> {
  const marked = (...columns: Args): ArrayLike<unknown> => call(...columns);
  blocks.add(Object.defineProperty(marked, 'length', { value: call.length }));
  return marked;
}

/** A value of the language as one of the host. */
export function outward(type: Type | null, value: Constant): unknown {
  if (type === null) return value;
  if (typeof value === 'number') {
    if (type.kind === 'bool') return value === 1;
    return type.kind === 'enum' ? (type.members[value] ?? null) : value;
  }
  if (typeof value === 'string') return value;
  switch (type.kind) {
    case 'array': {
      const { element } = type;
      if (value instanceof Float64Array && (element.kind === 'real' || element.kind === 'int')) return value.slice();
      return Array.from(value, (part) => outward(element, part));
    }
    case 'tuple':
      return Array.from(value, (part, i) => outward(type.elements[i] ?? null, part));
    case 'record':
      return Object.fromEntries(type.fields.map((f, i) => [f.name, outward(f.type, value[i] ?? Number.NaN)]));
    default:
      return value;
  }
}

/** A value of the host as one of the language's type; throws where it is of another. */
export function inward(type: Type | null, value: unknown): Constant {
  const wrong = (): never => {
    throw new TypeError(`it gave ${describe(value)} where \`${type?.kind ?? 'nothing'}\` is declared`);
  };
  switch (type?.kind) {
    case 'real':
      return typeof value === 'number' ? value : wrong();
    case 'int':
      return typeof value === 'number' && (Number.isSafeInteger(value) || Number.isNaN(value)) ? value : wrong();
    case 'bool':
      return typeof value === 'boolean' ? Number(value) : wrong();
    case 'string':
      return typeof value === 'string' ? value : wrong();
    case 'enum': {
      const index = typeof value === 'string' ? type.members.indexOf(value) : -1;
      return index === -1 ? wrong() : index;
    }
    case 'array': {
      if (!Array.isArray(value) && !isNumberArray(value)) return wrong();
      const parts = Array.from<unknown, Constant>(value, (part: unknown) => inward(type.element, part));
      return parts.every((part) => typeof part === 'number') ? Float64Array.from(parts) : parts;
    }
    case 'tuple':
      return Array.isArray(value) && value.length === type.elements.length
        ? type.elements.map((element, i) => inward(element, value[i]))
        : wrong();
    case 'record':
      return isRecord(value) ? type.fields.map((field) => inward(field.type, value[field.name])) : wrong();
    default:
      return wrong();
  }
}
