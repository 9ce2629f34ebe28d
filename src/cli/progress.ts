/** Progress on standard error: nothing in the first second, then a line that is written over; in a log a line in ten seconds. */

import type { Progress } from '../embed/contract.js';
import { newPace, type Pace } from '../embed/pace.js';
import { countText } from '../report/number.js';
import type { Terminal } from './terminal.js';

const firstAfter = 1000;
const liveEvery = 100;
const logEvery = 10_000;

type ProgressLine = {
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
  const paceOf = newPace(now);
  let next = terminal.live ? firstAfter : logEvery;
  let shown = false;
  const clear = (): void => {
    if (shown) terminal.error('\r\u001b[K');
    shown = false;
  };
  return {
    update(query, progress) {
      const pace = paceOf(query, progress);
      const elapsed = pace.seconds * 1000;
      if (quiet || elapsed < next) return;
      next = elapsed + (terminal.live ? liveEvery : logEvery);
      const line = `${query}: ${progressText(progress, pace)}, ${Math.round(pace.seconds)} s`;
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

function progressText({ draws, total, ess, acceptance }: Progress, { rate, left }: Pace): string {
  const share = total === null || total === 0 ? '' : ` of ${countText(total)} (${Math.floor((100 * draws) / total)} %)`;
  const parts = [`${countText(draws)}${share} draws`];
  if (rate !== null) parts.push(`${rate < 10 ? rate.toPrecision(2) : countText(rate)}/s`);
  if (ess !== null) parts.push(`ESS ${countText(ess)}`);
  if (acceptance !== undefined && acceptance !== null) parts.push(`accepted ${(100 * acceptance).toPrecision(2)} %`);
  if (left !== null && left > 0) parts.push(`${durationText(left)} left`);
  return parts.join(', ');
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
