/** The options that commands share, and what their values mean. */
import { type Command, InvalidArgumentError } from 'commander';
import { methods } from '../check/methods.js';
import type { Settings } from '../embed/contract.js';
import { isOptionalPass, type OptionalPass, optionalPasses } from '../passes/passes.js';
import { type EngineName, engineNames, isEngineName } from '../plan/engine_names.js';
import type { Shard } from '../runtime/shard.js';
import { UsageError } from './command.js';

/** What commander collects for the shared options. */
export type SharedOptions = {
  readonly seed?: string;
  readonly method?: string;
  readonly samples?: number;
  readonly particles?: number;
  readonly workers?: number;
  readonly engine?: EngineName;
  /** Passes that are left out. */
  readonly pass?: readonly OptionalPass[];
  readonly set: readonly (readonly [string, string])[];
  readonly data: readonly (readonly [string, string])[];
  readonly timeLimit?: number;
  readonly memoryLimit?: number;
  readonly allowRead: readonly string[];
  readonly allowRun?: boolean;
  readonly callLimit?: number;
} & VoiceOptions;

/** What commander collects for commands that answer. */
export type AnsweringOptions = SharedOptions & {
  readonly out?: string;
  readonly draws?: string;
  readonly shard?: Shard;
  /** A folder; false: none. */
  readonly checkpoint?: string | false;
};

/** How a command speaks. */
export type VoiceOptions = { readonly json?: boolean; readonly quiet?: boolean; readonly debug?: boolean };

export const addVoiceOptions = (command: Command): Command =>
  command
    .option('--json', 'speak JSON on standard output')
    .option('--quiet', 'write nothing to standard error')
    .option('--debug', 'show where an internal error happened');

/** What `--data` is to a command, and how its value is read. */
export type DataOption = {
  readonly flags: string;
  readonly meaning: string;
  readonly parse: (text: string) => readonly [name: string, path: string];
};

const dataSets: DataOption = {
  flags: '--data <name=path>',
  meaning: 'read this file for a data set (repeatable)',
  parse: assignment,
};

/** `--data` of a command about a table: a path alone is the table, under the name ''. */
export const tableOption: DataOption = {
  flags: '--data <path>',
  meaning: 'a table to ask about (.csv, .json, .arrow, .parquet); name=path is a file for a data set (repeatable)',
  parse: (text) => (/^\w+=/.test(text) ? assignment(text) : ['', text]),
};

/** Options of every command that opens a program. */
export const addReadingOptions = (command: Command, data: DataOption = dataSets): Command =>
  addVoiceOptions(
    command
      .option('--set <name=value>', 'a model argument or a const (repeatable)', collect(assignment), [])
      .option(data.flags, data.meaning, collect(data.parse), [])
      .option('--allow-read <dir>', 'let the program read files in this folder too (repeatable)', collect(String), []),
  );

/** Options of every command that plans or answers. */
export const addRunningOptions = (command: Command): Command =>
  addReadingOptions(
    command
      .option('--seed <text>', 'start of the random numbers')
      .option('--method <name>', 'method for every query', methodName)
      .option('--samples <n>', 'number of draws', count)
      .option('--particles <n>', 'number of particles, for methods that have some', count)
      .option('--workers <n>', 'threads that work at a time (default: as many as the machine has)', count)
      .option('--engine <name>', `what runs the program, with the same bits: ${engineNames.join(', ')}`, engineName)
      .option('--no-pass <name>', 'leave an optimisation out (repeatable), to see what it does', collect(passName), [])
      .option('--time-limit <time>', 'stop after this time, all queries together: 500ms, 60s, 5m, 2h', duration)
      .option('--memory-limit <size>', 'memory to stay under: 500MB, 2GB', bytes)
      .option('--allow-run', 'let the program run the commands that it names (`extern fn … from command`)')
      .option('--call-limit <time>', 'time that one call of a command may take (default: 60s)', duration),
  );

/** Options of every command that answers. */
export const addAnsweringOptions = (command: Command): Command =>
  addRunningOptions(command)
    .option('--out <file>', 'write the answers to a .json or .csv file too')
    .option('--draws <file>', 'write the draws of posteriors to a .csv, .json, .arrow or .nc (ArviZ) file')
    .option('--checkpoint <dir>', 'keep the run in this folder (default: .whatif/runs/…, after some seconds)')
    .option('--no-checkpoint', 'keep nothing of the run')
    .option('--shard <i/n>', 'do only this share of the draws, and write it to --out NAME.whatif', shard);

/** The settings of a run from its options. */
export const settingsOf = (options: SharedOptions): Settings => ({
  seed: options.seed ?? null,
  method: options.method ?? null,
  samples: options.samples ?? null,
  particles: options.particles ?? null,
  engine: options.engine ?? null,
  without: new Set(options.pass),
  assignments: unique(options.set, '--set'),
  timeLimit: options.timeLimit ?? null,
  memoryLimit: options.memoryLimit ?? null,
});

/** Pairs as a map; a name given twice is wrong usage. */
export function unique(pairs: readonly (readonly [string, string])[], option: string): ReadonlyMap<string, string> {
  const map = new Map(pairs);
  if (map.size < pairs.length) throw new UsageError(`${option} names one thing twice`);
  return map;
}

/** Gathers the values of an option that may stand more than once. */
export const collect =
  <T>(parse: (text: string) => T) =>
  (text: string, before: readonly T[]): readonly T[] => [...before, parse(text)];

function assignment(text: string): readonly [string, string] {
  const sign = text.indexOf('=');
  if (sign < 1 || sign === text.length - 1) throw new InvalidArgumentError('Write name=value.');
  return [text.slice(0, sign).trim(), text.slice(sign + 1).trim()];
}

function methodName(text: string): string {
  if (!Object.hasOwn(methods, text)) throw new InvalidArgumentError(`Methods are ${Object.keys(methods).join(', ')}.`);
  return text;
}

function engineName(text: string): EngineName {
  if (!isEngineName(text)) throw new InvalidArgumentError(`Engines are ${engineNames.join(', ')}.`);
  return text;
}

function passName(text: string): OptionalPass {
  if (!isOptionalPass(text)) throw new InvalidArgumentError(`Passes are ${optionalPasses.join(', ')}.`);
  return text;
}

/** A whole number of at least 1: `1000000`, `1e6`, `1_000_000`. */
export function count(text: string): number {
  const value = /^\d[\d_]*(?:e\d+)?$/i.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Write a whole number of at least 1.');
  return value;
}

/** A whole number of at least 1. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Write a whole number of at least 1.');
  return value;
}

/** A share strictly between 0 and 1. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('Write a number between 0 and 1.');
  return value;
}

/** One share of a run: `3/10`. */
function shard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [number, of] = [Number(match?.[1]), Number(match?.[2])];
  if (!(number >= 1 && number <= of)) throw new InvalidArgumentError('Write the share and their number: 3/10.');
  return { number, of };
}

/** Seconds; a number without a unit counts seconds. */
function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const seconds = { ms: 0.001, s: 1, m: 60, h: 3600 }[match?.[2] ?? 's'] ?? Number.NaN;
  const value = Number(match?.[1]) * seconds;
  if (!(value > 0)) throw new InvalidArgumentError('Write a time such as 500ms, 60s, 5m or 2h.');
  return value;
}

/** Bytes; KB, MB, GB and TB are powers of 1024. */
function bytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|TB|K|M|G|T)?$/i.exec(text);
  const power = 'BKMGT'.indexOf((match?.[2] ?? 'B')[0]!.toUpperCase());
  const value = Math.floor(Number(match?.[1]) * 1024 ** power);
  if (!(value > 0)) throw new InvalidArgumentError('Write a size such as 500MB or 2GB.');
  return value;
}
