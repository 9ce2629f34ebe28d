/** Where a command writes, and what it knows about the place. Tests hand in one of their own. */
import { fstatSync, readFileSync, writeSync } from 'node:fs';
import { readStandardInput } from '../data/node_stdin.js';
import { coloured, type Paint, plain } from '../report/paint.js';
import { troubleOf, writeFile, writing } from './write_file.js';

export type Terminal = {
  /** Results. Throws a `WriteError` where they can not be taken, as on a full disk. */
  readonly out: (text: string) => void;
  /** Everything else; what can not be written is lost. */
  readonly error: (text: string) => void;
  readonly paintOut: Paint;
  readonly paintError: Paint;
  /** Characters in a line of standard output; null in a pipe. */
  readonly width: number | null;
  /** Whether standard error shows a line that is written over. */
  readonly live: boolean;
  /** Bytes of a file; `-` is standard input. Throws as `readFileSync` does. */
  readonly read: (path: string) => Uint8Array;
  /** As `writeFile`. */
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

/** Whether a stream is a file or a device. Node writes to these at once, and takes it for done where only a part found room. */
function isFile({ fd, isTTY }: { readonly fd: number | undefined; readonly isTTY: boolean | undefined }): boolean {
  // The streams of a thread go to those of the process.
  if (fd === undefined) return false;
  const facts = fstatSync(fd);
  return facts.isFile() || (facts.isCharacterDevice() && !isTTY);
}

/** Writes all of a text to a file that is open. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/**
 * The terminal of this process. A reader that goes away, as `head` does, is quietly done without: files are still written. So is a standard
 * error that can not be written. A second Ctrl-C ends the process at once.
 */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  stderr.on('error', () => undefined);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    stderr.write(`error: can not write standard output: ${troubleOf(error)}\n`);
    process.exit(3);
  });
  const direct = isFile(stdout);
  const interrupt = new AbortController();
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  process.on('SIGINT', onInterrupt);
  return {
    out: (text) => {
      if (direct) writing('standard output', () => writeAll(stdout.fd, text));
      else stdout.write(text);
    },
    error: (text) => void stderr.write(text),
    paintOut: paintFor(stdout, env),
    paintError: paintFor(stderr, env),
    // A terminal of no columns says that it doesn't know its width.
    width: stdout.isTTY && stdout.columns > 0 ? stdout.columns : null,
    live: stderr.isTTY === true && stderr.columns > 0 && env.TERM !== 'dumb' && !env.CI,
    read: (path) => (path === '-' ? readStandardInput() : readFileSync(path)),
    write: writeFile,
    signal: interrupt.signal,
    endOnInterrupt: () => void process.off('SIGINT', onInterrupt),
  };
}
