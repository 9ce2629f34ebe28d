/** Functions of the host that the generated code calls. */
import { types } from '../../runtime/assembly/instructions.js';
import type { HostRoutine } from '../../runtime/assembly/module.js';

/** a % b as the host has it. */
export const modRoutine: HostRoutine = { host: 'mod', params: [types.f64, types.f64], results: [types.f64] };

/** What an instance is to be handed for `modRoutine`. */
export const arithmeticHosts = {
  mod: (a: number, b: number): number => a % b,
} as const;
