/**
 * The folder of a run that takes time: `run.json` says what was asked, and segments hold the outputs of finished jobs. Nothing in it is ever
 * changed, only added, so that a run can be killed at any moment.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JobPlace, Journal } from './journal.js';
import { readColumnsFile, writeColumnsFile, writeWhole } from './node_columns_file.js';

/** Outputs of jobs by their places. */
export type Records = Map<string, unknown>;

/** Jobs that were done, and the steps (loop iterations and calls) that they say they have counted. */
export type Tally = { readonly jobs: number; readonly steps: number };

export const tallyOf = (outputs: Iterable<unknown>): Tally => {
  let jobs = 0;
  let steps = 0;
  for (const output of outputs) {
    jobs += 1;
    if (typeof output === 'object' && output !== null && 'steps' in output && typeof output.steps === 'number')
      steps += output.steps;
  }
  return { jobs, steps };
};

const keyOf = ({ question, crew, run, index }: JobPlace): string => `${question} ${crew} ${run} ${index}`;

/** A segment, or all of a run: where jobs stand, four numbers each, and what they gave. */
export type Segment = { readonly places: Int32Array; readonly outputs: readonly unknown[] };

export const segmentOf = (records: Iterable<readonly [string, unknown]>): Segment => {
  const all = [...records];
  return {
    places: Int32Array.from(all.flatMap(([key]) => key.split(' ').map(Number))),
    outputs: all.map(([, output]) => output),
  };
};

/** Adds what a segment holds. */
export function readSegment(value: unknown, into: Records): void {
  if (typeof value !== 'object' || value === null || !('places' in value) || !('outputs' in value)) return;
  const { places, outputs } = value;
  if (!(places instanceof Int32Array) || !Array.isArray(outputs)) return;
  for (const [i, output] of outputs.entries()) into.set(places.subarray(4 * i, 4 * i + 4).join(' '), output);
}

const headerName = 'run.json';
const segmentEnding = '.columns';

/** How a run is kept. `header` is what `run.json` shall say, asked for when the folder is made; it may throw. */
export type KeepOptions = {
  /** Null: the run is not kept. */
  readonly folder: string | null;
  readonly header: () => unknown;
  /** Milliseconds of work before the folder is made; null: it is there. */
  readonly after: number | null;
  /** What was done before. */
  readonly known: Records;
  /** Holds on to all outputs in memory too, for who wants to write them elsewhere. */
  readonly retain: boolean;
  readonly onMade: (folder: string) => void;
  readonly onTrouble: (message: string) => void;
};

export type RunJournal = Journal & {
  /** Writes what was not written yet, and makes the folder for it; gives the folder, null where there is nothing to keep. */
  readonly keep: () => string | null;
  /** Takes the folder away: the run has ended. */
  readonly discard: () => void;
  /** What was done by this process. */
  readonly done: () => Tally;
  /** All that was done, where it was retained. */
  readonly records: Records;
};

/** Milliseconds between segments at least; more where the disk is slow, so that writing takes at most a twentieth of the time. */
const between = 1000;
const shareOfWriting = 20;
const mostBetween = 5000;
/** Bytes that wait before a folder is made earlier than it would be. */
const mostWaiting = 2 ** 27;

export function runJournal({ folder, header, after, known, retain, onMade, onTrouble }: KeepOptions): RunJournal {
  let made = after === null;
  let able = folder !== null;
  let waiting: [string, unknown][] = [];
  let bytes = 0;
  let jobs = 0;
  let steps = 0;
  const began = performance.now();
  let next = after === null ? 0 : began + after;
  // A run that is taken up by two processes at a time must not write over itself.
  const name = `${Date.now().toString(36)}-${process.pid}`;
  let segments = 0;

  const flush = (): void => {
    if (folder === null || !able || waiting.length === 0) return;
    const start = performance.now();
    try {
      if (!made) {
        mkdirSync(folder, { recursive: true });
        // Tools that look after the files of a project leave it alone.
        writeFileSync(path.join(folder, '.gitignore'), '*\n');
        writeWhole(path.join(folder, headerName), [Buffer.from(`${JSON.stringify(header(), null, 2)}\n`)], 'now');
        made = true;
        onMade(folder);
      }
      segments += 1;
      const file = `${name}-${String(segments).padStart(6, '0')}${segmentEnding}`;
      writeColumnsFile(path.join(folder, file), segmentOf(waiting), 'soon');
      waiting = [];
      bytes = 0;
    } catch (error) {
      able = false;
      waiting = [];
      onTrouble(error instanceof Error ? error.message : String(error));
    }
    const end = performance.now();
    next = end + Math.min(Math.max(between, (end - start) * shareOfWriting), mostBetween);
  };

  return {
    records: known,
    find: (place) => {
      const key = keyOf(place);
      return known.has(key) ? { output: known.get(key) } : undefined;
    },
    add: (place, output) => {
      const tally = tallyOf([output]);
      jobs += 1;
      steps += tally.steps;
      const key = keyOf(place);
      if (retain) known.set(key, output);
      if (!able) return;
      waiting.push([key, output]);
      bytes += bytesOf(output, 2);
      if (performance.now() >= next || (!made && bytes > mostWaiting)) flush();
    },
    keep: () => {
      flush();
      return made ? folder : null;
    },
    discard: () => {
      able = false;
      waiting = [];
      if (made && folder !== null) removeRun(folder);
    },
    done: () => ({ jobs, steps }),
  };
}

/** About the bytes of the typed arrays in an output. */
function bytesOf(output: unknown, depth: number): number {
  if (ArrayBuffer.isView(output)) return output.byteLength;
  if (depth === 0 || typeof output !== 'object' || output === null) return 0;
  return Object.values(output).reduce<number>((sum, part) => sum + bytesOf(part, depth - 1), 0);
}

/** Files that runs write, and those that they were at when they were killed. */
const ofRuns = /^(\.gitignore|run\.json|[\da-z-]+\.columns)(\.\d+\.new)?$/;

/** Takes away the files of a run, and its folder and those above it that are made for runs if nothing else is in them. */
function removeRun(folder: string): void {
  try {
    for (const name of readdirSync(folder)) if (ofRuns.test(name)) rmSync(path.join(folder, name), { force: true });
    rmdirSync(folder);
    const [runs, state] = [path.dirname(folder), path.dirname(path.dirname(folder))];
    if (path.basename(runs) !== 'runs' || path.basename(state) !== '.whatif') return;
    rmdirSync(runs);
    rmdirSync(state);
  } catch {
    // Something else is in it: files of the user, or other runs.
  }
}

/** Why no run can be begun in a folder, in words that follow its name; null where one can: it is not there, or empty. */
export function whyOccupied(folder: string): string | null {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return existsSync(folder) ? 'is not a folder that can be read' : null;
  }
  if (names.includes(headerName)) return `holds a run already: \`whatif resume ${folder}\` goes on with it`;
  return names.length === 0 ? null : 'holds other files: a run needs a folder of its own';
}

/**
 * What a folder holds; null where no run was begun in it. Segments that are not whole are left out: their jobs are done again. A header that
 * is damaged is null.
 */
export function readRun(folder: string): { readonly header: unknown; readonly records: Records } | null {
  const file = path.join(folder, headerName);
  if (!existsSync(file)) return null;
  let header: unknown = null;
  try {
    header = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { header, records: new Map() };
  }
  const records: Records = new Map();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(segmentEnding)) continue;
    const segment = readColumnsFile(path.join(folder, name));
    if (segment !== null) readSegment(segment.value, records);
  }
  return { header, records };
}
