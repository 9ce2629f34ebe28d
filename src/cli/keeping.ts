/** What a run that takes time leaves on the disk, so that it can be gone on with; and the work of one shard. */
import path from 'node:path';
import type { Pool } from '../runtime/jobs.js';
import { recordingPool } from '../runtime/journal.js';
import { writeColumnsFile } from '../runtime/node_columns_file.js';
import { type NodePool, nodePool } from '../runtime/node_pool.js';
import {
  type Records,
  type RunJournal,
  runJournal,
  segmentOf,
  tallyOf,
  whyOccupied,
} from '../runtime/node_run_folder.js';
import { headerFor, type RunHeader, type Stamp } from '../runtime/node_run_header.js';
import { type Shard, shardPool } from '../runtime/shard.js';
import { UsageError } from './command.js';
import { troubleOf, writing } from './write_file.js';

/** A run that was begun before: where it is kept (null: in parts that are put together), and what was done of it. */
export type Begun = { readonly folder: string | null; readonly records: Records };

export type KeepingOptions = {
  readonly workers?: number;
  /** A folder for the run; false: none is made. Left out: one beside others after some seconds. */
  readonly checkpoint?: string | boolean;
  readonly shard?: Shard;
  readonly out?: string;
};

export type Keeping = {
  /** Where the work for a question is done, by its number. */
  readonly pool: (question: number) => Pool;
  /** Writes down what was done; gives a sentence that says how to go on, empty where there is nothing to go on with. */
  readonly keep: () => string;
  /** The run has its answers. */
  readonly end: () => void;
  /** Writes what a shard has done to a file; gives the number of jobs. */
  readonly writePart: (file: string) => number;
  /** What was taken over, and what was done now. */
  readonly tally: () => { readonly before: ReturnType<typeof tallyOf>; readonly now: ReturnType<RunJournal['done']> };
};

/** Milliseconds that a run takes before it is kept. */
const patience = 3000;

/** What a part begins with. */
export type Part = { readonly header: RunHeader; readonly done: ReturnType<typeof segmentOf> };

/** Where a command's work is done. Who asks for threads by number has much to do: they start at once, while the program is read. */
export const poolFor = ({ workers }: KeepingOptions): NodePool =>
  nodePool(workers === undefined ? {} : { workers, eager: workers > 1 });

/**
 * @param args the command line
 * @param read the files that the run has read so far; null where it can't be asked again, as standard input
 * @param tell says something beside the answers
 */
export function keepRun(
  args: readonly string[],
  file: string,
  options: KeepingOptions,
  base: NodePool,
  begun: Begun | null,
  read: () => ReadonlyMap<string, Stamp> | null,
  tell: (text: string) => void,
): Keeping {
  const { checkpoint, shard } = options;
  const known: Records = begun?.records ?? new Map();
  const before = tallyOf(known.values());
  const inFolder = begun?.folder ?? null;
  const own = typeof checkpoint === 'string' ? checkpoint : null;
  const occupied = own === null || begun !== null ? null : whyOccupied(own);
  if (occupied !== null) throw new UsageError(`${own} ${occupied}`);
  const folder = inFolder ?? own ?? path.join('.whatif', 'runs', nameFor(file));
  const header = (): RunHeader => {
    const files = read();
    if (files === null) throw new UsageError('a program or data from standard input can not be read again');
    return headerFor(args, files, shard ?? null);
  };
  const isKept = inFolder !== null || (begun === null && checkpoint !== false && read() !== null);
  let ending = false;
  const journal = runJournal({
    folder: isKept ? folder : null,
    header,
    after: inFolder !== null ? null : own === null ? patience : 0,
    known,
    retain: shard !== undefined,
    onMade: (made) => {
      if (!ending) tell(`the run is kept in ${made}: \`whatif resume ${made}\` goes on with it\n`);
    },
    onTrouble: (error, again) =>
      tell(`the run can not be kept: ${troubleOf(error)}${again ? '; it is tried again' : ''}\n`),
  });
  const working =
    shard === undefined
      ? begun !== null && inFolder === null
        ? { ...base, whole: true }
        : base
      : shardPool(base, shard);
  return {
    pool: (question) => recordingPool(working, journal, question),
    keep: () => {
      ending = true;
      const kept = journal.keep();
      if (kept === null) return '';
      const what = kept.whole ? 'what was done' : 'a part of what was done';
      return `${what} is kept: \`whatif resume ${kept.folder}\` goes on with it\n`;
    },
    end: () => {
      journal.discard();
      base.close();
    },
    writePart: (out) => {
      const part: Part = { header: header(), done: segmentOf(journal.records) };
      writing(out, () => writeColumnsFile(out, part, 'now'));
      return journal.records.size;
    },
    tally: () => ({ before, now: journal.done() }),
  };
}

/** The folder of a run: the name of the program, and when it was begun. */
function nameFor(file: string): string {
  const name = path
    .basename(file)
    .replace(/\.scm$/, '')
    .replace(/[^\w-]+/g, '_');
  const time = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(/[-:]/g, '')
    .replace('T', '-');
  return `${name}-${time}-${process.pid}`;
}
