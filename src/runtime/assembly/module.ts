/** Modules of WebAssembly put together piece by piece: routines that call each other, tables in memory, variables. */
import { asciiName, type Code, doubleBytes, flatten, list, signed, sized, unsigned } from './code.js';
import { callIndex, getGlobal, setGlobal, types, type ValueType } from './instructions.js';

/** Numbers locals of a function, parameters first. */
export type Locals = {
  readonly fresh: (type: ValueType) => number;
  readonly types: readonly ValueType[];
};

/** A function of a module. It is named by its identity: a builder links one routine once. */
export type Routine = {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** The body; further locals are asked of `locals`, the parameters being 0, 1, …. */
  readonly body: (link: ModuleBuilder, locals: Locals) => Code;
};

/** A function of the host: `host` by its name in the imports of the instance. */
export type HostRoutine = {
  readonly host: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
};

/** A variable of a module. */
export type Variable = { readonly get: Code; readonly set: (value: Code) => Code };

/**
 * A module under construction. Tables and rooms are handed out from address 16 on; what lies behind `end()` is free, for whoever grows
 * the memory.
 */
export type ModuleBuilder = {
  /** Calls a routine; it joins the module at its first call. */
  readonly call: (routine: Routine | HostRoutine, ...args: readonly Code[]) => Code;
  /** Makes a routine callable from outside; the same one under the same name once. */
  readonly export: (name: string, routine: Routine) => void;
  /** The address of data in memory, at a multiple of 16; the same array is placed once. */
  readonly place: (data: Float64Array | Int32Array | Uint8Array) => number;
  /** The address of so many bytes that begin as zero, at a multiple of 16. */
  readonly reserve: (bytes: number) => number;
  /** A variable; with the same key the same one. */
  readonly variable: (key: string, type: typeof types.i32 | typeof types.f64) => Variable;
  /** The first address behind everything placed or reserved so far. */
  readonly end: () => number;
  /** The finished module. */
  readonly finish: () => FinishedModule;
};

/** @property hosts functions that the instance is to be handed */
export type FinishedModule = { readonly bytes: Uint8Array; readonly hosts: readonly string[]; readonly end: number };

const pageBytes = 65536;

/** Locals of a function with these parameters. */
export function newLocals(params: readonly ValueType[]): Locals {
  const all = [...params];
  return { types: all, fresh: (type) => all.push(type) - 1 };
}

const section = (id: number, items: readonly Code[]): Code => (items.length === 0 ? [] : [id, sized(list(items))]);

/** Locals behind the parameters, neighbours of one type together. */
function declared(locals: readonly ValueType[]): Code {
  const runs: { count: number; readonly type: ValueType }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count += 1;
    else runs.push({ count: 1, type });
  }
  return list(runs.map(({ count, type }) => [unsigned(count), type]));
}

/** An empty module, with a memory of its own named `memory`. */
export function newModule(): ModuleBuilder {
  const signatures: string[] = [];
  const signatureCode: Code[] = [];
  const signature = (params: readonly ValueType[], results: readonly ValueType[]): number => {
    const key = `${params.join()}:${results.join()}`;
    const known = signatures.indexOf(key);
    if (known >= 0) return known;
    signatureCode.push([0x60, list(params.map((t) => [t])), list(results.map((t) => [t]))]);
    return signatures.push(key) - 1;
  };
  const hosts = new Map<string, { readonly number: number; readonly type: number }>();
  const routines = new Map<Routine, number>();
  const bodies: { readonly type: number; readonly code: () => Code }[] = [];
  const exported: Code[] = [];
  const names = new Map<string, Routine>();
  const placed = new Map<Float64Array | Int32Array | Uint8Array, number>();
  const data: Code[] = [];
  const variables = new Map<string, { readonly number: number; readonly type: number }>();
  let free = 16;

  const room = (bytes: number): number => {
    const at = free;
    free += Math.ceil(bytes / 16) * 16;
    return at;
  };
  // Imports come first in the numbering but are known last, so that a call writes its number when the module is finished.
  const late = (number: () => number): Code => {
    const code: number[] = [];
    pending.push(() => {
      code.push(...unsigned(number()));
    });
    return code;
  };
  const pending: (() => void)[] = [];

  const numberOf = (routine: Routine): number => {
    const known = routines.get(routine);
    if (known !== undefined) return known;
    const number = bodies.length;
    routines.set(routine, number);
    const made: { type: number; code: () => Code } = {
      type: signature(routine.params, routine.results),
      code: () => [],
    };
    bodies.push(made);
    const locals = newLocals(routine.params);
    const body = routine.body(builder, locals);
    made.code = () => sized([declared(locals.types.slice(routine.params.length)), body, 0x0b]);
    return number;
  };
  const builder: ModuleBuilder = {
    call: (routine, ...args) => {
      if ('host' in routine) {
        let found = hosts.get(routine.host);
        if (found === undefined) {
          found = { number: hosts.size, type: signature(routine.params, routine.results) };
          hosts.set(routine.host, found);
        }
        return callIndex(found.number, args);
      }
      const number = numberOf(routine);
      return [args, 0x10, late(() => hosts.size + number)];
    },
    export: (name, routine) => {
      if (names.get(name) === routine) return;
      names.set(name, routine);
      const number = numberOf(routine);
      exported.push([asciiName(name), 0x00, late(() => hosts.size + number)]);
    },
    place: (array) => {
      const known = placed.get(array);
      if (known !== undefined) return known;
      const at = room(array.byteLength);
      placed.set(array, at);
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      data.push([0x00, 0x41, signed(at), 0x0b, sized([bytes])]);
      return at;
    },
    reserve: room,
    variable: (key, type) => {
      let found = variables.get(key);
      if (found === undefined) {
        found = { number: variables.size, type };
        variables.set(key, found);
      }
      const { number } = found;
      return { get: getGlobal(number), set: (value) => setGlobal(number, value) };
    },
    end: () => free,
    finish: () => {
      for (const fill of pending) fill();
      pending.length = 0;
      const globals = [...variables.values()].map(({ type }) => [
        type,
        0x01,
        type === types.i32 ? [0x41, 0x00] : [0x44, doubleBytes(0)],
        0x0b,
      ]);
      const bytes = flatten([
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, signatureCode),
        section(
          2,
          [...hosts].map(([name, { type }]) => [asciiName('host'), asciiName(name), 0x00, unsigned(type)]),
        ),
        section(
          3,
          bodies.map(({ type }) => unsigned(type)),
        ),
        section(5, [[0x00, unsigned(Math.ceil(free / pageBytes))]]),
        section(6, globals),
        section(7, [[asciiName('memory'), 0x02, 0x00], ...exported]),
        section(
          10,
          bodies.map(({ code }) => code()),
        ),
        section(11, data),
      ]);
      return { bytes, hosts: [...hosts.keys()], end: free };
    },
  };
  return builder;
}
