/** What tests of the native engine share. */
import { spawnSync } from 'node:child_process';
import { compileNative } from '../../src/codegen/c/native.js';
import type { Kernel, KernelOptions, NoiseLayout } from '../../src/ir/engine.js';
import type { Program } from '../../src/ir/ir.js';
import { nativeCompiler } from '../../src/runtime/node_native.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { expectSame, options, oracle, outcomeOf } from './agree.js';
import { arrayProgram } from './array_program.js';

/** Whether the machine has a C compiler. */
export const hasCompiler = spawnSync(process.env.CC || 'cc', ['--version']).status === 0;

/** A kernel made from C, or the reason why there is none. */
export const native = (program: Program, given: KernelOptions): Kernel | { readonly reason: string } =>
  compileNative(nativeCompiler, program, 'main', given);

/** Fails unless a program has the same outcome as in the interpreter; false where it cannot be compiled. */
function agrees(where: unknown, program: Program, layout: NoiseLayout): boolean {
  const made = native(program, options(layout));
  if ('reason' in made) return false;
  expectSame(
    where,
    outcomeOf(() => made.runBlock(1, 10)),
    oracle(program, layout),
  );
  return true;
}

const layouts = ['addressed', 'column', 'particle'] as const;

/** Compares random programs from a seed on, one layout each in turn; how many could be compiled. */
export function compareRandom(from: number, to: number): number {
  let compiled = 0;
  for (let k = from; k < to; k++) {
    const { program, layouts: possible, seed } = randomProgram(k + 5000, 1 + (k % 12));
    const layout = layouts[k % 3]!;
    if (possible.includes(layout) && agrees({ seed, layout }, program, layout)) compiled += 1;
    if (k % 4 === 0 && agrees({ array: k }, arrayProgram(k), 'particle')) compiled += 1;
  }
  return compiled;
}
