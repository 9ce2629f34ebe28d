import type { Command } from 'commander';
import type { OpenSession } from '../embed/contract.js';
import type { ExitCode } from './exit_code.js';
import type { Begun } from './keeping.js';
import type { Terminal } from './terminal.js';

/** What a command works with. */
export type Context = {
  /** The command line, without node and script. */
  readonly args: readonly string[];
  /** What was done of the run before, where a command goes on with one. */
  readonly begun: Begun | null;
  /** Runs another command line, with what was done of it. */
  readonly again: (args: readonly string[], begun: Begun) => Promise<ExitCode>;
  readonly terminal: Terminal;
  /** Loads the compiler: commands that don't need it don't pay for it. */
  readonly compiler: () => Promise<OpenSession>;
  /** Runs a command's task; what it gives back is the exit code of the program. */
  readonly run: (task: () => Promise<ExitCode> | ExitCode) => Promise<void>;
};

/** Gives a command its arguments, options, example and action. */
export type DefineCommand = (command: Command, context: Context) => void;

/** An entry of the registry: what `whatif --help` shows, and how to get the rest. */
export type CommandEntry = {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<DefineCommand>;
};

/** Wrong usage that commander can't see; ends with exit code 2. */
export class UsageError extends Error {}

/** The machine could not take what was to be written; ends with exit code 3. */
export class WriteError extends Error {}

/** The lines that end a command's help. */
export const example = (...lines: readonly string[]): string =>
  `\nExample:\n${lines.map((line) => `  $ ${line}\n`).join('')}`.trimEnd();
