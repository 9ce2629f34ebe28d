/** What the host does for compiled code: faults, functions of the host, and values that particles give. */
import type { KernelOptions } from '../../ir/engine.js';
import type { IrType, PlaceId } from '../../ir/ir.js';
import { asNumber, type RuntimeValue } from '../../ir/values.js';
import type { Hosts, Instance } from '../../runtime/assembly/instance.js';
import { mixHi, mixLo } from '../../runtime/random/address.js';
import { callHost } from '../support.js';
import type { PlacedWords } from '../writer.js';
import { failingHosts } from './faults.js';
import { arithmeticHosts } from './host_routines.js';
import { bytesOf, readCell, readValue, type Strings, writeValue } from './values.js';
import type { HostCall } from './writer.js';

/** What is known once the module runs. */
export type HostState = {
  instance: Instance | null;
  /** Called with the place of a particle, times 8, that has given values. */
  take: (place: number) => void;
  readonly strings: Strings;
};

function running({ instance }: HostState): Instance {
  if (instance === null) throw new Error('codegen: the module does not run yet');
  return instance;
}

/** What the host must know of a program. */
export type HostTables = {
  readonly words: readonly PlacedWords[];
  readonly calls: readonly HostCall[];
  /** Names of functions of the host, by number. */
  readonly externs: readonly string[];
};

/** Functions for the imports of a module. */
export function hostsOf(options: KernelOptions, tables: HostTables, state: HostState): Hosts {
  const called = (call: number, at: PlaceId, args: number): RuntimeValue => {
    const { memory } = running(state);
    const { callee, given, type } = tables.calls[call]!;
    const values = given.map((of, k) => readCell(memory, state.strings, of, args, k));
    return callHost(tables.externs[callee]!, options.externs, type, at, values);
  };
  return {
    ...failingHosts(options, tables.words),
    ...arithmeticHosts,
    mix: (hi: number, lo: number, site: number, index: number, upper: number): number =>
      (upper === 1 ? mixHi : mixLo)(hi, lo, site, index),
    call_number: (...args: Parameters<typeof called>): number => asNumber(called(...args)),
    call_value: (...args: Parameters<typeof called>): number => {
      const value = called(...args);
      const instance = running(state);
      const at = instance.routine('allocate')(bytesOf(value));
      return writeValue(instance.memory, state.strings, value, at).pointer;
    },
    take: (place: number): void => state.take(place),
  };
}

/** The value of a type at a pointer. */
export const valueAt = (state: HostState, type: IrType, pointer: number): RuntimeValue =>
  readValue(running(state).memory, state.strings, type, pointer);
