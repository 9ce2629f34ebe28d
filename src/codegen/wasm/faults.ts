/** Faults of compiled code: routines of the host that throw, and the words that they say. */
import type { KernelOptions } from '../../ir/engine.js';
import { depthFault, elementsFault, indexFault, labelFault, stepsFault } from '../../ir/faults.js';
import type { Code } from '../../runtime/assembly/code.js';
import type { Hosts, Memory } from '../../runtime/assembly/instance.js';
import { types, unreachable, type ValueType } from '../../runtime/assembly/instructions.js';
import type { HostRoutine, ModuleBuilder } from '../../runtime/assembly/module.js';
import { faultOf } from '../support.js';
import type { PlacedWords } from '../writer.js';

/** Cells of 8 bytes of the greatest array that fits; and of all arrays of one particle together. */
export const mostCells = 2 ** 26;

const { i32, f64 } = types;
const host = (name: string, ...params: readonly ValueType[]): HostRoutine => ({ host: name, params, results: [] });

/** Routines that throw; the last parameter is the place. */
export const failing = {
  /** Number of the words. */
  words: host('fail', i32),
  /** Index and length. */
  index: host('fail_index', f64, i32, i32),
  /** Number and how many labels. */
  label: host('fail_label', f64, i32, i32),
  steps: host('fail_steps', i32),
  depth: host('fail_depth', i32),
  /** How many elements an array would have. */
  elements: host('fail_elements', f64, i32),
  /** There is no memory left. */
  memory: host('fail_memory'),
} as const;

/** Calls a routine that throws. What follows is not reached, so that no local is kept in memory for the sake of the call. */
export const failCode = (link: ModuleBuilder, routine: HostRoutine, ...args: readonly Code[]): Code => [
  link.call(routine, ...args),
  unreachable,
];

const tables = new WeakMap<ModuleBuilder, PlacedWords[]>();

/** What faults of a module say, in the order of their numbers. */
export function wordsOf(link: ModuleBuilder): readonly PlacedWords[] {
  return tables.get(link) ?? [];
}

/** The number of a place's words, for `failing.words`. */
export function wordNumber(link: ModuleBuilder, words: PlacedWords): number {
  const table = tables.get(link) ?? [];
  tables.set(link, table);
  return table.push(words) - 1;
}

/** Thrown where a particle needs more memory than there is. */
const exhausted = { exhaustedMemory: true } as const;

/** Makes a memory longer; throws what `isExhausted` knows where the host has no more. */
export function growMemory(memory: Pick<Memory, 'grow'>, pages: number): void {
  try {
    memory.grow(pages);
  } catch (thrown) {
    throw thrown instanceof RangeError ? exhausted : thrown;
  }
}

/** Whether something thrown says that a particle needs more memory than there is. */
export const isExhausted = (thrown: unknown): boolean => thrown === exhausted;

/** The host's side of `failing`. */
export function failingHosts({ limits }: Pick<KernelOptions, 'limits'>, words: readonly PlacedWords[]): Hosts {
  return {
    fail: (number: number): never => {
      throw faultOf(words[number]!);
    },
    fail_index: (index: number, length: number, at: number): never => {
      throw indexFault(index, length, at);
    },
    fail_label: (index: number, members: number, at: number): never => {
      throw labelFault(index, members, at);
    },
    fail_steps: (at: number): never => {
      throw stepsFault(limits.steps, at);
    },
    fail_depth: (at: number): never => {
      throw depthFault(limits.depth, at);
    },
    fail_elements: (count: number, at: number): never => {
      if (count > limits.elements) throw elementsFault(limits.elements, at);
      throw exhausted;
    },
    fail_memory: (): never => {
      throw exhausted;
    },
  };
}
