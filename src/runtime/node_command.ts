/**
 * Commands that compute functions of a program, on Node. Runs are synchronous, processes are not: a thread owns the processes, and the one that runs
 * waits for it by `Atomics.wait`. Commands start without a shell, in the folder of the file that names them.
 */
import type { CommandRefusal, CommandReply, RunningCommand } from '../data/host.js';

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

/** Cells that both threads see: whether there is a reply, and the numbers of the processes, 0 for none. */
const signalCells = 65;

/** Milliseconds that the thread may take to start. */
const patience = 30_000;

/** A command that is started at its first call. */
export function runningCommand(spec: CommandSpec): RunningCommand {
  let call: RunningCommand['call'] | null = null;
  return {
    call: (calls) => {
      call ??= start(spec);
      return call(calls);
    },
  };
}

function start(spec: CommandSpec): RunningCommand['call'] {
  // Loaded where a command is called: most runs call none.
  const { MessageChannel, receiveMessageOnPort, Worker } = process.getBuiltinModule('node:worker_threads');
  const { port1: port, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4 * signalCells));
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
  let greeted = false;
  return (calls) => {
    const limit = greeted ? Number.POSITIVE_INFINITY : patience;
    if (!greeted && Atomics.wait(signal, 0, 0, limit) === 'timed-out') return silent;
    greeted = true;
    Atomics.store(signal, 0, 0);
    port.postMessage(calls);
    Atomics.wait(signal, 0, 0);
    const message: unknown = receiveMessageOnPort(port)?.message;
    return isAnswer(message) ? message : silent;
  };
}

const silent: CommandRefusal = { code: 'E0621', message: 'The thread that runs commands did not start.' };

const isAnswer = (message: unknown): message is readonly CommandReply[] | CommandRefusal =>
  typeof message === 'object' && message !== null;

/** The cells of all commands that were started. */
const started: Int32Array[] = [];

function endAll(): void {
  for (const signal of started) for (const pid of signal.subarray(1)) if (pid !== 0) kill(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
