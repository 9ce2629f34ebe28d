/** Runs in progress: a promise of the answer, and what is heard of it on the way. */
import type { Progress } from './contract.js';
import { newPace, type Pace } from './pace.js';

/** How far a run has come, and how fast. What is not known is null. */
export type RunProgress = Pace & {
  /** The query that is being answered; null for a question without a name. */
  readonly query: string | null;
  readonly draws: number;
  /** Draws that there will be. */
  readonly total: number | null;
  /** Effective size of the draws so far. */
  readonly ess: number | null;
  /** Share of proposals or simulations that were accepted so far. */
  readonly acceptance: number | null;
};

/** What a run tells of its progress. */
export type Report = (query: string | null, progress: Progress) => void;

/** A run that has begun. `await run` gives the answer, `for await (const progress of run)` its progress until the end. */
export type Run<T> = PromiseLike<T> &
  AsyncIterable<RunProgress> & {
    readonly answer: Promise<T>;
    /** Ends the run soon; the answer is made of the draws so far and says so (W0606). */
    readonly stop: () => void;
  };

/** Starts some work. An aborted signal stops it and makes it fail with the signal's reason. */
export function startRun<T>(
  work: (report: Report, stop: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined,
): Run<T> {
  const heard: RunProgress[] = [];
  const stopping = new AbortController();
  let over = false;
  let wake: (() => void)[] = [];
  const tell = (): void => {
    const waiting = wake;
    wake = [];
    for (const resume of waiting) resume();
  };
  const abort = (): void => stopping.abort();
  const done = (): void => {
    over = true;
    signal?.removeEventListener('abort', abort);
    tell();
  };
  const answering = async (): Promise<T> => {
    // The caller gets the run first, so that every failure comes by the promise.
    await Promise.resolve();
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort, { once: true });
    const paceOf = newPace(() => performance.now());
    const report: Report = (query, progress) => {
      const { draws, total, ess, acceptance = null } = progress;
      heard.push({ query, draws, total, ess, acceptance, ...paceOf(query, progress) });
      tell();
    };
    const result = await work(report, stopping.signal);
    signal?.throwIfAborted();
    return result;
  };
  const answer = answering();
  answer.then(done, done);
  const listen = async function* (): AsyncGenerator<RunProgress> {
    for (let at = 0; ; at++) {
      while (at >= heard.length) {
        if (over) {
          await answer;
          return;
        }
        await new Promise<void>((resume) => wake.push(resume));
      }
      yield heard[at]!;
    }
  };
  return Object.freeze({
    answer,
    stop: abort,
    then: answer.then.bind(answer),
    [Symbol.asyncIterator]: listen,
  });
}
