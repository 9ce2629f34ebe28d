/** Where a kernel keeps what particles read and write, and the constants of its program. */
import type { NoiseLayout } from '../../ir/engine.js';
import type { Func } from '../../ir/ir.js';
import type { RuntimeValue } from '../../ir/values.js';
import type { Memory } from '../../runtime/assembly/instance.js';
import type { ModuleBuilder } from '../../runtime/assembly/module.js';
import type { LowProgram } from '../low.js';
import type { KernelPlaces } from './contract.js';
import { type KernelNoise, kernelNoise } from './noise.js';
import { rememberedNoise, remembers } from './trace_routines.js';
import { bytesOf, newStrings, type Strings, stringNumber, writeValue } from './values.js';

/** Columns together should stay in the first cache of a core. */
const cacheBytes = 32_768;
const fewest = 128;
const most = 512;

/** How many particles run at once: a power of two. */
function chunkOf(columns: number): number {
  let chunk = most;
  while (chunk > fewest && 8 * chunk * columns > cacheBytes) chunk /= 2;
  return chunk;
}

/** Room in a module for the columns of a program, and its noise. */
export function placesOf(
  link: ModuleBuilder,
  low: LowProgram,
  main: Func,
  layout: NoiseLayout,
): { readonly places: KernelPlaces; readonly noise: KernelNoise } {
  const filled = low.groups.reduce((sum, { kind, size }) => sum + (kind === 'column' ? size : 0), 0);
  const parameters = low.main.params.length;
  const chunk = chunkOf(filled + main.results.length + parameters + 2);
  const column = (): number => link.reserve(8 * chunk);
  const counts = link.reserve(16);
  const columns = kernelNoise(link, low.groups, layout, chunk);
  const noise = remembers(low) ? rememberedNoise(columns) : columns;
  const places: KernelPlaces = {
    chunk,
    counts,
    groups: noise.places,
    weights: column(),
    dimensions: column(),
    outputs: main.results.map(column),
    given: low.main.params.map(column),
  };
  return { places, noise };
}

/**
 * Constants of a program in memory.
 *
 * @property pointers what stands for each: an address, or the number of a string
 * @property values those that have an address
 */
export type ConstantPlaces = {
  readonly pointers: readonly number[];
  readonly values: readonly { readonly value: RuntimeValue; readonly at: number }[];
  readonly strings: Strings;
};

/** Room in a module for constants. They are written by `writeConstants`: data in modules would be compiled with them. */
export function placeConstants(link: ModuleBuilder, constants: readonly RuntimeValue[]): ConstantPlaces {
  const strings = newStrings();
  const values: { readonly value: RuntimeValue; readonly at: number }[] = [];
  const pointers = constants.map((value) => {
    if (typeof value === 'string') return stringNumber(strings, value);
    const at = link.reserve(bytesOf(value));
    values.push({ value, at });
    return at;
  });
  return { pointers, values, strings };
}

/** Puts constants into the memory of an instance. */
export function writeConstants(memory: Memory, { values, strings }: ConstantPlaces): void {
  for (const { value, at } of values) writeValue(memory, strings, value, at);
}
