/**
 * The folder of a run that takes time: `run.json` says what was asked, and segments hold the outputs of finished jobs. Nothing in it is ever
 * changed, only added, so that a run can be killed at any moment.
 */
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JobPlace, Journal } from './journal.js';
import { readColumnsFile, writeColumnsFile, writeWhole } from './node_columns_file.js';
import { makeFolder } from './node_folder.js';

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
  /** Told once the run can be gone on with. */
  readonly onMade: (folder: string) => void;
  /** Told of the first trouble, and whether it is tried again. */
  readonly onTrouble: (error: unknown, again: boolean) => void;
};

/** A folder that a run can be gone on with from, and whether all that was done is in it. */
export type Kept = { readonly folder: string; readonly whole: boolean };

export type RunJournal = Journal & {
  /** Writes what was not written yet, and makes the folder for it; null where nothing is kept. */
  readonly keep: () => Kept | null;
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
/** Bytes that wait before a folder is made earlier than it would be; where they can not be written they are given up. */
const mostWaiting = 2 ** 27;

export function runJournal({ folder, header, after, known, retain, onMade, onTrouble }: KeepOptions): RunJournal {
  let made = after === null;
  let able = folder !== null;
  let tried = false;
  /** Whether any segment is in the folder, and whether outputs were given up that should be. */
  let begun = made && known.size > 0;
  let lost = false;
  let troubled = false;
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
    const told = begun;
    let said: unknown = null;
    try {
      said = made ? null : header();
    } catch (error) {
      // Files that have changed stay so.
      able = false;
      waiting = [];
      onTrouble(error, false);
      return;
    }
    try {
      if (!made) {
        tried = true;
        makeFolder(folder);
        // Tools that look after the files of a project leave it alone.
        writeFileSync(path.join(folder, '.gitignore'), '*\n');
        writeWhole(path.join(folder, headerName), [Buffer.from(`${JSON.stringify(said, null, 2)}\n`)], 'now');
        made = true;
      }
      segments += 1;
      const file = `${name}-${String(segments).padStart(6, '0')}${segmentEnding}`;
      writeColumnsFile(path.join(folder, file), segmentOf(waiting), 'soon');
      waiting = [];
      bytes = 0;
      begun = true;
      if (!told) onMade(folder);
    } catch (error) {
      // The disk may have room again later; jobs whose outputs are given up are done again.
      if (bytes > mostWaiting) {
        waiting = [];
        bytes = 0;
        lost = true;
      }
      if (!troubled) onTrouble(error, true);
      troubled = true;
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
      if (folder !== null && begun) return { folder, whole: waiting.length === 0 && !lost };
      // A folder without a segment would begin from the start: there is nothing to go on with.
      if (folder !== null && tried) removeRun(folder);
      return null;
    },
    discard: () => {
      able = false;
      waiting = [];
      if ((made || tried) && folder !== null) removeRun(folder);
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
