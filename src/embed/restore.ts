/** The other end of modules made ahead of time. */
import { type Factory, registerFactories } from '../codegen/factories.js';
import type { StoredProgram } from './ahead.js';
import { replaying } from './hosts.js';
import { type CausalProgram, programOf } from './program.js';

/** The program that a module made by `emitModule` holds, with the functions for its questions, by the hashes of their texts. */
export function restore(stored: StoredProgram, factories: Readonly<Record<string, Factory>>): CausalProgram {
  registerFactories(factories);
  const { source, values, given, rows, operations } = stored;
  const template = { source, values };
  return programOf({ template, host: replaying(stored), defaults: {}, given, named: rows, operations });
}
