/** Progress on standard error: nothing in the first second, then a line that is written over, or in a log a line now and then. */

import type { Progress } from '../embed/contract.js';
import { countText } from '../report/number.js';
import type { Terminal } from './terminal.js';

const firstAfter = 1000;
const liveEvery = 100;

export type ProgressLine = {
  readonly update: (query: string, progress: Progress) => void;
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
  let next = firstAfter;
  let shown = false;
  return {
    update(query, progress) {
      const elapsed = now() - start;
      if (quiet || elapsed < next) return;
      // In a log the pauses double, so that a long run doesn't fill it.
      next = terminal.live ? elapsed + liveEvery : elapsed * 2;
      const line = `${query}: ${progressText(progress)}, ${Math.round(elapsed / 1000)} s`;
      terminal.error(terminal.live ? `\r\u001b[K${line}` : `${line}\n`);
      shown = terminal.live;
    },
    clear() {
      if (shown) terminal.error('\r\u001b[K');
      shown = false;
    },
  };
}

function progressText({ draws, total, ess }: Progress): string {
  const share = total === null || total === 0 ? '' : ` of ${countText(total)} (${Math.floor((100 * draws) / total)} %)`;
  return `${countText(draws)}${share} draws${ess === null ? '' : `, ESS ${countText(ess)}`}`;
}
