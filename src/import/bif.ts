/** `whatif import`: programs made from files of other formats. */
import type { Outcome } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { readBif } from './bif_network.js';
import { networkProgram, type ProgramOptions } from './network_program.js';

/** The program of a Bayesian network in BIF. Mistakes of the file are E0540 to E0545, with their places in it. */
export function importBif(source: Source, options: Omit<ProgramOptions, 'from'>): Outcome<string> {
  const network = readBif(source);
  return network.ok ? networkProgram(network.value, { ...options, from: source.name.split(/[\\/]/).at(-1)! }) : network;
}
