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

/** Runs the command in a folder. `signal` is sent `after` milliseconds, or as soon as a line of standard error has `when` in it; `group`: to all that the command has started too, as a terminal does. */
export function run(
  folder: string,
  args: readonly string[],
  {
    signal,
    after,
    when,
    group = false,
  }: {
    readonly signal?: NodeJS.Signals;
    readonly after?: number;
    readonly when?: string;
    readonly group?: boolean;
  } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [binary, ...args], { cwd: folder, detached: group });
    let out = '';
    let error = '';
    const send = (): void => {
      if (signal === undefined || child.pid === undefined) return;
      if (group) process.kill(-child.pid, signal);
      else child.kill(signal);
    };
    const timer = after === undefined ? null : setTimeout(send, after);
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      const seen = when !== undefined && error.includes(when);
      error += data;
      if (when !== undefined && !seen && error.includes(when)) send();
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

/** Jobs and steps of a whole run; null where it was not killed in its middle. */
export type Total = readonly [number, number] | null;

/**
 * Kills a run at a random moment and goes on with it, with another number of workers. What comes out is what an undisturbed run gives, and
 * every file in its folder was whole. Gives the jobs and steps that were taken over and those that were done after, together: not one more
 * may be done than was left.
 *
 * @param length milliseconds that a run takes, about
 */
export async function killAndResume(folder: string, program: string, whole: Ended, length: number): Promise<Total> {
  const kept = path.join(folder, 'kept');
  rmSync(kept, { recursive: true, force: true });
  const args = ['run', program, '--json', '--seed', '7', '--checkpoint', 'kept', '--workers', '2'];
  const killed = await run(folder, args, { signal: 'SIGKILL', after: length * (0.2 + 0.7 * Math.random()) });
  if (killed.signal === null) {
    // It was faster than usual.
    expect(lasting(killed.out)).toBe(lasting(whole.out));
    return null;
  }
  const files = existsSync(kept) ? readdirSync(kept) : [];
  if (!files.includes('run.json')) return null;
  JSON.parse(readFileSync(path.join(kept, 'run.json'), 'utf8'));
  for (const file of files.filter((name) => name.endsWith('.columns')))
    expect(readColumnsFile(path.join(kept, file))).not.toBeNull();
  const resumed = await run(folder, ['resume', 'kept', '--workers', String(1 + Math.floor(2 * Math.random()))]);
  expect(lasting(resumed.out)).toBe(lasting(whole.out));
  expect(resumed.code).toBe(0);
  expect(existsSync(kept)).toBe(false);
  const { before, now } = counted(resumed.error);
  return Number.isNaN(before[0]) ? null : [before[0]! + now[0]!, before[1]! + now[1]!];
}
