/** Where a command writes, and what it knows about the place. Tests hand in one of their own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readStandardInput } from '../data/node_stdin.js';
import { coloured, type Paint, plain } from '../report/paint.js';

export type Terminal = {
  /** Results. */
  readonly out: (text: string) => void;
  /** Everything else. */
  readonly error: (text: string) => void;
  readonly paintOut: Paint;
  readonly paintError: Paint;
  /** Characters in a line of standard output; null in a pipe. */
  readonly width: number | null;
  /** Whether standard error shows a line that is written over. */
  readonly live: boolean;
  /** Bytes of a file; `-` is standard input. Throws as `readFileSync` does. */
  readonly read: (path: string) => Uint8Array;
  readonly write: (path: string, content: string | Uint8Array) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** From here on Ctrl-C ends the process at once: for work that never pauses to look at `signal`. */
  readonly endOnInterrupt: () => void;
};

/** Colour if NO_COLOR is not set and the stream is a terminal, or FORCE_COLOR asks for it. */
function paintFor(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return plain;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return coloured;
  return stream.isTTY && TERM !== 'dumb' ? coloured : plain;
}

/** The terminal of this process. A reader that goes away, as `head` does, ends it quietly; a second Ctrl-C ends it at once. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const leave = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  };
  stdout.on('error', leave);
  stderr.on('error', leave);
  const interrupt = new AbortController();
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  process.on('SIGINT', onInterrupt);
  return {
    out: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
    paintOut: paintFor(stdout, env),
    paintError: paintFor(stderr, env),
    // A terminal of no columns says that it doesn't know its width.
    width: stdout.isTTY && stdout.columns > 0 ? stdout.columns : null,
    live: stderr.isTTY === true && stderr.columns > 0 && env.TERM !== 'dumb' && !env.CI,
    read: (path) => (path === '-' ? readStandardInput() : readFileSync(path)),
    write: (path, content) => writeFileSync(path, content),
    signal: interrupt.signal,
    endOnInterrupt: () => void process.off('SIGINT', onInterrupt),
  };
}
