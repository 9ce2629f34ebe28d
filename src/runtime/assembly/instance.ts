/** Modules of WebAssembly made to run. */

import type { Code } from './code.js';
import { moduleOf } from './compiled_modules.js';
import { drop, f64x2 } from './instructions.js';
import { type FinishedModule, newModule } from './module.js';

/** The memory of an instance; `buffer` is another one after it has grown. */
export type Memory = { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };

/** What is known of the host's WebAssembly: the project has no types of browsers or of Node. */
declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (
        module: object,
        imports: object,
      ) => { readonly exports: Readonly<Record<string, unknown>> };
    }
  | undefined;

/** A compiled module. It can be posted to another thread, where it is compiled no second time. */
export type CompiledModule = { readonly module: object; readonly end: number };

/** A module that runs. */
export type Instance = {
  readonly memory: Memory;
  /** An exported routine. */
  readonly routine: (name: string) => (...args: readonly number[]) => number;
};

/** Functions of the host by the names that the module calls them. */
export type Hosts = Readonly<Record<string, (...args: never[]) => unknown>>;

const isRoutine = (value: unknown): value is (...args: readonly number[]) => number => typeof value === 'function';

const isMemory = (value: unknown): value is Memory =>
  typeof value === 'object' &&
  value !== null &&
  'buffer' in value &&
  value.buffer instanceof ArrayBuffer &&
  'grow' in value;

let able: boolean | null = null;

/** Whether the host has WebAssembly with vectors. */
export function canAssemble(): boolean {
  if (able === null) {
    const module = newModule();
    const body = (): Code => drop(f64x2.of(0, 0));
    module.export('vector', { params: [], results: [], body });
    able = compileModule(module.finish()) !== null;
  }
  return able;
}

/** Compiles a module, unless one of the same bytes is there; null where the host has no WebAssembly with vectors. */
export function compileModule({ bytes, end }: FinishedModule): CompiledModule | null {
  if (typeof WebAssembly === 'undefined') return null;
  const { Module } = WebAssembly;
  try {
    return { module: moduleOf(bytes, (bytes) => new Module(bytes)), end };
  } catch {
    return null;
  }
}

/** Makes an instance of a module, with memory and variables of its own. */
export function instanceOf({ module }: CompiledModule, host: Hosts): Instance {
  if (typeof WebAssembly === 'undefined') throw new Error('assembly: the host has no WebAssembly');
  const { exports } = new WebAssembly.Instance(module, { host });
  const { memory } = exports;
  if (!isMemory(memory)) throw new Error('assembly: the module has no memory');
  return {
    memory,
    routine: (name) => {
      const found = exports[name];
      if (!isRoutine(found)) throw new Error(`assembly: the module has no routine ${name}`);
      return found;
    },
  };
}
