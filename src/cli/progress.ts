/** Progress on standard error: nothing in the first second, then a line that is written over; in a log a line in ten seconds. */

import type { Progress } from '../embed/contract.js';
import { countText } from '../report/number.js';
import type { Terminal } from './terminal.js';

const firstAfter = 1000;
const liveEvery = 100;
const logEvery = 10_000;

export type ProgressLine = {
  readonly update: (query: string, progress: Progress) => void;
  /** Writes something else to standard error. */
  readonly note: (text: string) => void;
  /** Takes the line away. */
  readonly clear: () => void;
};

/** A progress line for a run that starts now. `now` gives milliseconds. */
export function progressLine(
  terminal: Terminal,
  quiet: boolean,
  now: () => number = () => performance.now(),
): ProgressLine {
  const start = now();
  let next = terminal.live ? firstAfter : logEvery;
  let shown = false;
  /** The query that is being answered, and where it was when it was first heard of. */
  let asked: { readonly query: string; readonly since: number; readonly draws: number } | null = null;
  const clear = (): void => {
    if (shown) terminal.error('\r\u001b[K');
    shown = false;
  };
  return {
    update(query, progress) {
      const time = now();
      if (asked?.query !== query || progress.draws < asked.draws) asked = { query, since: time, draws: progress.draws };
      const elapsed = time - start;
      if (quiet || elapsed < next) return;
      next = elapsed + (terminal.live ? liveEvery : logEvery);
      const rate = (progress.draws - asked.draws) / ((time - asked.since) / 1000);
      const line = `${query}: ${progressText(progress, rate)}, ${Math.round(elapsed / 1000)} s`;
      terminal.error(terminal.live ? `\r\u001b[K${line}` : `${line}\n`);
      shown = terminal.live;
    },
    note(text) {
      clear();
      terminal.error(text);
    },
    clear,
  };
}

/** `rate` is in draws per second; not a number where nothing is known yet. */
function progressText({ draws, total, ess, acceptance }: Progress, rate: number): string {
  const share = total === null || total === 0 ? '' : ` of ${countText(total)} (${Math.floor((100 * draws) / total)} %)`;
  const parts = [`${countText(draws)}${share} draws`];
  const known = rate > 0 && Number.isFinite(rate);
  if (known) parts.push(`${rate < 10 ? rate.toPrecision(2) : countText(rate)}/s`);
  if (ess !== null) parts.push(`ESS ${countText(ess)}`);
  if (acceptance !== undefined && acceptance !== null) parts.push(`accepted ${(100 * acceptance).toPrecision(2)} %`);
  if (known && total !== null && total > draws) parts.push(`${durationText((total - draws) / rate)} left`);
  return parts.join(', ');
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
