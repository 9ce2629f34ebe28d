/** The file that a command is about. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type NodeHost, nodeHost } from '../data/node_files.js';
import type { Question, Session } from '../embed/contract.js';
import { diagnosticText } from '../report/diagnostic_text.js';
import { diagnosticsJson, jsonText } from '../report/json.js';
import { type CommandSettings, defaultCommands } from '../runtime/node_command.js';
import { type Stamp, stampOf } from '../runtime/node_run_header.js';
import type { Diagnostic, Outcome } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { type Context, UsageError } from './command.js';
import { type SharedOptions, settingsOf, unique, type VoiceOptions } from './options.js';
import type { Terminal } from './terminal.js';

/** Reads a program; `-` is standard input. Bytes that are no UTF-8 become characters that the parser complains about. */
export function readSource(file: string, terminal: Terminal): Source {
  try {
    return { name: file === '-' ? '<stdin>' : file, text: new TextDecoder().decode(terminal.read(file)) };
  } catch (error) {
    throw new UsageError(`can not read ${file}: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return code === 'EACCES' ? 'permission denied' : 'it is not a readable file';
}

/** How the program of a file reaches others. */
export const hostOf = (file: string, options: SharedOptions, onRead?: (file: string) => void): NodeHost =>
  nodeHost(file === '-' ? '.' : path.dirname(file), {
    ...(onRead === undefined ? {} : { onRead }),
    allowRead: options.allowRead,
    data: unique(options.data, '--data'),
    ...(options.allowRun === true ? { commands: commandSettings(options) } : {}),
  });

const commandSettings = ({ callLimit }: SharedOptions): CommandSettings => ({
  timeLimit: callLimit ?? defaultCommands.timeLimit,
  processes: availableParallelism(),
});

/** The files that a command reads, by their paths, as they were then. */
export type FilesRead = Map<string, Stamp>;

/**
 * Opens a program with everything that the options say about it.
 *
 * @param read is told which files it is made of
 */
export async function open(
  file: string,
  options: SharedOptions,
  context: Context,
  read?: FilesRead,
): Promise<Outcome<Session>> {
  const note = (name: string): void => {
    const stamp = stampOf(name);
    if (stamp !== null) read?.set(name, stamp);
  };
  if (file !== '-' && read !== undefined) note(file);
  const source = readSource(file, context.terminal);
  const data = unique(options.data, '--data');
  const inputs = [file, ...data.values()].filter((name) => name === '-').length;
  if (inputs > 1) throw new UsageError('standard input can be read once only');
  const host = hostOf(file, options, note);
  const openSession = await context.compiler();
  let opened = openSession(source, host, settingsOf(options));
  // A table that takes time to read is asked for first and there the second time.
  if (await host.load()) opened = openSession(source, host, settingsOf(options));
  if (opened.ok) for (const name of data.keys()) refuseUnknown('data set', name, opened.value.data);
  return opened;
}

/** A name on the command line that the file has not is wrong usage. */
function refuseUnknown(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const others = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none';
  throw new UsageError(`the file has no ${what} \`${name}\`; ${others}`);
}

/** Queries by name; a name that the file has not is wrong usage. */
export function namedQuestions(names: readonly string[], session: Session): readonly Question[] {
  for (const name of names) refuseUnknown('query', name, session.queries);
  const chosen = names.length > 0 ? session.queries.filter((name) => names.includes(name)) : session.queries;
  return chosen.map((name) => ({ kind: 'named', name }));
}

/** A question from the command line. */
export const questionFrom = (text: string): Question => ({ kind: 'text', source: { name: '<query>', text } });

/** Writes diagnostics for people to standard error, unless the command is to be quiet. Each is told once. */
export function tell(diagnostics: readonly Diagnostic[], voice: VoiceOptions, terminal: Terminal): void {
  if (voice.quiet) return;
  const told = new Set<string>();
  for (const diagnostic of diagnostics) {
    const text = diagnosticText(diagnostic, terminal.paintError);
    if (!told.has(text)) terminal.error(`${text}\n\n`);
    told.add(text);
  }
}

/** As `tell`, and the JSON of the diagnostics on standard output if JSON is asked for. */
export function tellFailure(diagnostics: readonly Diagnostic[], voice: VoiceOptions, terminal: Terminal): void {
  tell(diagnostics, voice, terminal);
  if (voice.json) terminal.out(jsonText(diagnosticsJson(diagnostics)));
}
