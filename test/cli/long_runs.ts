/** Runs of the bundled command that are killed, interrupted or divided. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { readColumnsFile } from '../../src/runtime/node_columns_file.js';

const dist = path.join(import.meta.dirname, '..', '..', 'dist');
export const binary = path.join(dist, 'cli.cjs');

/** What `npm test` builds first. */
export const built = existsSync(binary) && existsSync(path.join(dist, 'worker.js'));

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
};

/** Milliseconds between two looks at whether a signal is due. */
const look = 5;

/**
 * Runs the command in a folder. `signal` is sent as soon as a line of standard error has `when` in it, or `after` milliseconds after `when` holds;
 * `group`: to all that the command has started too, as a terminal does.
 */
export function run(
  folder: string,
  args: readonly string[],
  {
    signal,
    when,
    after = 0,
    group = false,
  }: {
    readonly signal?: NodeJS.Signals;
    readonly when?: string | (() => boolean);
    readonly after?: number;
    readonly group?: boolean;
  } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [binary, ...args], { cwd: folder, detached: group });
    let out = '';
    let error = '';
    let timer: NodeJS.Timeout | null = null;
    const send = (): void => {
      if (signal === undefined || child.pid === undefined) return;
      if (group) process.kill(-child.pid, signal);
      else child.kill(signal);
    };
    const watch = (due: () => boolean): void => {
      timer = due() ? setTimeout(send, after) : setTimeout(watch, look, due);
    };
    if (typeof when === 'function') watch(when);
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      const seen = typeof when === 'string' && error.includes(when);
      error += data;
      if (typeof when === 'string' && !seen && error.includes(when)) send();
    });
    child.on('close', (code, by) => {
      if (timer !== null) clearTimeout(timer);
      resolve({ code, signal: by, out, error });
    });
  });
}

/** A report without what differs from run to run. */
export const lasting = (json: string): string => json.replaceAll(/"seconds": [0-9.e+-]+/g, '"seconds"');

/** Jobs and steps that a resumed run says were taken over, and done now. */
export function counted(error: string): { readonly before: readonly number[]; readonly now: readonly number[] } {
  const numbers = (what: string): readonly number[] => {
    const found = new RegExp(`${what}: (\\d+) jobs?, (\\d+) steps`).exec(error);
    return [Number(found?.[1]), Number(found?.[2])];
  };
  return { before: numbers('taken over'), now: numbers('done now') };
}

/** Jobs of a run that was killed and gone on with: those that were taken over at last, and jobs and steps of all. */
type Total = { readonly before: number; readonly all: readonly [number, number] };

/** How often a kill may come too late before that is a failure; each comes after half the time of the one before, the last at once. */
const tries = 8;

/** A run to kill: its folder and program, what it gives when it is not, and about how many milliseconds it takes. */
type Killed = {
  readonly folder: string;
  readonly program: string;
  readonly whole: Ended;
  readonly length: number;
};

/**
 * Kills a run, and as often as is wished what goes on with it, at moments that `uniform` draws; then goes on to the end with a number of workers
 * of its own. What comes out is what an undisturbed run gives, and every file in its folder was whole. Moments are counted from a file of finished
 * jobs on, so that a slow machine kills in the middle too, and drawn anew where the run was faster.
 */
async function killAndResume(killed: Killed, kills: number, uniform: () => number): Promise<Total> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const longest = attempt === tries ? 0 : killed.length / 2 ** (attempt - 1) / kills;
    const total = await killedInTheMiddle(killed, kills, () => longest * uniform(), uniform);
    if (total !== null) return total;
  }
  throw new Error(`in ${tries} tries the run ended before it could be killed ${kills} times: make it longer`);
}

/** One try; null where the run ended by itself. */
async function killedInTheMiddle(
  { folder, program, whole }: Killed,
  kills: number,
  delay: () => number,
  uniform: () => number,
): Promise<Total | null> {
  const kept = path.join(folder, 'kept');
  rmSync(kept, { recursive: true, force: true });
  const segments = (): readonly string[] =>
    existsSync(kept) ? readdirSync(kept).filter((name) => name.endsWith('.columns')) : [];
  for (let kill = 0; kill < kills; kill++) {
    const begin = ['run', program, '--json', '--seed', '7', '--checkpoint', 'kept'];
    const { length: held } = segments();
    const args = [...(kill === 0 ? begin : ['resume', 'kept']), '--workers', '2'];
    const ended = await run(folder, args, { signal: 'SIGKILL', when: () => segments().length > held, after: delay() });
    if (ended.signal === null) {
      expect(lasting(ended.out)).toBe(lasting(whole.out));
      return null;
    }
    JSON.parse(readFileSync(path.join(kept, 'run.json'), 'utf8'));
    for (const file of segments()) expect(readColumnsFile(path.join(kept, file))).not.toBeNull();
  }
  const resumed = await run(folder, ['resume', 'kept', '--workers', String(1 + Math.floor(2 * uniform()))]);
  expect(lasting(resumed.out)).toBe(lasting(whole.out));
  expect(resumed.code).toBe(0);
  expect(existsSync(kept)).toBe(false);
  const { before, now } = counted(resumed.error);
  expect(before[0]).toBeGreaterThan(0);
  // All was done, and it was killed while it put the answers together.
  if (now[0] === 0) return null;
  return { before: before[0]!, all: [before[0]! + now[0]!, before[1]! + now[1]!] };
}

/** As many more as are killed to tell jobs that are done again from those that are not. */
const more = 4;

/**
 * Kills runs once, twice and three times in turn: their number of jobs is the same however many were taken over, so that none was done again.
 * From equal numbers taken over this could not be told, so then there are more of them.
 */
export async function expectSameJobs(killed: Killed, count: number, uniform: () => number): Promise<void> {
  const totals: Total[] = [];
  const told = (): boolean => new Set(totals.map(({ before }) => before)).size > 1;
  while (totals.length < count || (!told() && totals.length < count + more))
    totals.push(await killAndResume(killed, 1 + (totals.length % 3), uniform));
  expect(told()).toBe(true);
  for (const { all } of totals) expect(all).toEqual(totals[0]!.all);
}
