/**
 * Commands that compute functions of a program, on Node. Runs are synchronous, processes are not: a thread owns the processes, and the one that runs
 * waits for it by `Atomics.wait`, as long as it has patience. Commands start without a shell, in the folder of the file that names them.
 */
import type { CommandRefusal, CommandReply, RunningCommand } from '../data/host.js';
import { sameData } from './waiting.js';

/** How commands run. */
export type CommandSettings = {
  /** Seconds that one call may take. */
  readonly timeLimit: number;
  /** Processes of one command at most; more than one work only on calls that come in blocks. */
  readonly processes: number;
};

/** A minute for a call, and a process. */
export const defaultCommands: CommandSettings = { timeLimit: 60, processes: 1 };

/** What the thread is started with. */
export type CommandSpec = CommandSettings & {
  readonly words: readonly string[];
  readonly format: 'json' | 'columns';
  readonly columns: number;
  readonly folder: string;
};

/** Cells that both threads see: the number of the last block that was answered, and the numbers of the processes, 0 for none. */
const signalCells = 65;

/** The first cell before the thread runs. */
const notStarted = -1;

/** Milliseconds that the thread may take to start. */
const startUp = 30_000;

/** A command that is started at its first call. */
export function runningCommand(spec: CommandSpec): RunningCommand {
  let call: RunningCommand['call'] | null = null;
  return {
    call: (calls, patience) => {
      call ??= start(spec);
      return call(calls, patience);
    },
  };
}

function start(spec: CommandSpec): RunningCommand['call'] {
  // Loaded where a command is called: most runs call none.
  const { MessageChannel, receiveMessageOnPort, Worker } = process.getBuiltinModule('node:worker_threads');
  const { port1: port, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4 * signalCells));
  signal[0] = notStarted;
  // A loader of TypeScript would need the thread that waits: from sources, too, it is the built one that runs.
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/' : './';
  const worker = new Worker(new URL(`${folder}node_command_thread.js`, import.meta.url), {
    workerData: { spec, signal, port: port2 },
    transferList: [port2],
    execArgv: [],
  });
  worker.on('error', () => {});
  worker.unref();
  port.unref();
  started.push(signal);
  if (started.length === 1) process.on('exit', endAll);
  const latest = performance.now() + startUp;
  let number = 0;
  /** The block that is being answered: one that was given up is asked for again with the same calls, or never. */
  let pending: readonly (readonly unknown[])[] | null = null;
  return (calls, patience = Number.POSITIVE_INFINITY) => {
    if (pending === null || !sameData(pending, calls)) {
      pending = calls;
      number += 1;
      port.postMessage({ number, calls });
    }
    const end = performance.now() + patience;
    for (;;) {
      const seen = Atomics.load(signal, 0);
      if (seen === number) break;
      const now = performance.now();
      if (seen === notStarted && now >= latest) return silent;
      if (now >= end) return null;
      Atomics.wait(signal, 0, seen, (seen === notStarted ? Math.min(end, latest) : end) - now);
    }
    pending = null;
    for (;;) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) return silent;
      const { message }: { message: Answered } = received;
      if (message.number === number) return message.answer;
    }
  };
}

/** What the thread sends: what became of a block. */
type Answered = { readonly number: number; readonly answer: readonly CommandReply[] | CommandRefusal };

const silent: CommandRefusal = { code: 'E0621', message: 'The thread that runs commands did not start.' };

/** The cells of all commands that were started. */
const started: Int32Array[] = [];

function endAll(): void {
  for (const signal of started) for (const pid of signal.subarray(1)) if (pid !== 0) killGroup(pid);
}

/** Ends a process that leads a group, and all of the group. */
export function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
