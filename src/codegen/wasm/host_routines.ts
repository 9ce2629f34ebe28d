/** Functions of the host that the generated code calls. */
import { types } from '../../runtime/assembly/instructions.js';
import type { HostRoutine } from '../../runtime/assembly/module.js';

const binary = (host: string): HostRoutine => ({ host, params: [types.f64, types.f64], results: [types.f64] });

/** a^b and a % b as the host has them. */
export const powRoutine = binary('pow');
export const modRoutine = binary('mod');

/** What an instance is to be handed for `powRoutine` and `modRoutine`. */
export const arithmeticHosts = {
  pow: (a: number, b: number): number => a ** b,
  mod: (a: number, b: number): number => a % b,
} as const;
