/** The program `whatif`: finds the command, runs it, and turns what goes wrong into a message and an exit code. */
import { Command, CommanderError } from 'commander';
import type { OpenSession } from '../embed/contract.js';
import { version } from '../version.js';
import { type Context, UsageError, WriteError } from './command.js';
import type { ExitCode } from './exit_code.js';
import type { Begun } from './keeping.js';
import { commands } from './registry.js';
import type { Terminal } from './terminal.js';

/** Runs a command line (without node and script) and gives its exit code. Never throws. */
export async function whatif(
  args: readonly string[],
  terminal: Terminal,
  compiler: () => Promise<OpenSession>,
  begun: Begun | null = null,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const context: Context = {
    args,
    begun,
    again: (args, begun) => whatif(args, terminal, compiler, begun),
    terminal,
    compiler,
    run: async (task) => {
      code = await task();
    },
  };
  try {
    await (await programFor(args, context)).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError || error instanceof WriteError) {
      terminal.error(`error: ${error.message}\n`);
      return error instanceof UsageError ? 2 : 3;
    }
    terminal.error(internalError(error, args.includes('--debug')));
    return 3;
  }
}

/** The program with every command named, and the one that is asked for loaded. */
async function programFor(args: readonly string[], context: Context): Promise<Command> {
  const { terminal } = context;
  const output = { writeOut: terminal.out, writeErr: terminal.error };
  const program = new Command('whatif')
    .description('Ask "what do I see", "what if I do" and "what if I had done" of a model written as a program.')
    .version(version)
    .helpCommand(true)
    .exitOverride()
    .configureOutput(output)
    .addHelpText('after', '\nExample:\n  $ whatif run model.scm\n  $ whatif run --help');
  const named = new Set(args.filter((arg) => !arg.startsWith('-')).slice(0, 2));
  for (const entry of commands) {
    const command = program.command(entry.name).description(entry.summary).exitOverride().configureOutput(output);
    // The name behind `help` is loaded too.
    if (named.has(entry.name)) (await entry.load())(command, context);
  }
  return program;
}

/** A defect of this program, told without its insides unless they are asked for. */
function internalError(error: unknown, debug: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  if (debug) return `${error instanceof Error ? (error.stack ?? message) : message}\n`;
  return `internal error: ${message.split('\n')[0]}\nThis is a defect of whatif, not of your program; \`--debug\` shows where.\n`;
}
