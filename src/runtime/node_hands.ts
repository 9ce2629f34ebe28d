/** The threads of a pool: started when they are first wanted, replaced when they die, and spoken to without waiting. */
import type * as Threads from 'node:worker_threads';
import { thingsToHand } from './handed.js';
import type { FromWorker, Place, ToWorker } from './node_messages.js';

/** One thread, ready for the jobs of some crew. */
export type Hand = {
  /** Jobs that it was given and that have not come back. */
  readonly waiting: () => number;
  readonly give: (message: Extract<ToWorker, { readonly kind: 'work' }>) => void;
};

type Came = Extract<FromWorker, { readonly kind: 'output' | 'thrown' }>;

/** A job that a thread had when it ended. */
type Lost = { readonly run: number; readonly index: number; readonly why: string };

export type Hands = {
  /** Starts the threads. */
  readonly start: () => void;
  readonly started: () => boolean;
  /** Whether threads can be had at all. */
  readonly able: () => boolean;
  /** Threads that have prepared a crew's setup. Those that have not are told to. */
  readonly preparedFor: (crew: number, name: string, setup: unknown) => readonly Hand[];
  readonly received: () => readonly Came[];
  readonly lost: () => readonly Lost[];
  /** Until a thread rings, or this many milliseconds. */
  readonly sleep: (milliseconds: number) => void;
  readonly close: () => void;
};

type Member = Hand & {
  readonly worker: Threads.Worker;
  readonly port: Threads.MessagePort;
  /** Crews that it knows, the one used last at the end; true: it is ready for it. */
  readonly crews: Map<number, boolean>;
  readonly given: Map<string, { readonly run: number; readonly index: number }>;
  /** Names of things that it was handed. */
  readonly handed: Set<string>;
  /** Why it ended. */
  ended: string | null;
  spoke: boolean;
};

/** Threads that end before they say a word, before no more are started. */
const mostFailures = 3;

export function handsOf(
  number: number,
  options: { readonly entry: URL; readonly execArgv: readonly string[]; readonly mostCrews: number },
): Hands {
  // Loading the module takes time that only those who need threads should pay.
  const threads = (): typeof Threads => process.getBuiltinModule('node:worker_threads');
  const bell = new Int32Array(new SharedArrayBuffer(4));
  let heardBell = 0;
  /** Crews whose setup no thread can have. */
  const impossible = new Set<number>();
  let members: Member[] = [];
  let begun = false;
  let failures = 0;
  let closed = false;

  const newMember = (): Member => {
    const { Worker, MessageChannel } = threads();
    const { port1: port, port2 } = new MessageChannel();
    const worker = new Worker(options.entry, {
      workerData: { port: port2, bell } satisfies Place,
      transferList: [port2],
      execArgv: [...options.execArgv],
      name: 'whatif',
    });
    worker.unref();
    const given: Member['given'] = new Map();
    const member: Member = {
      worker,
      port,
      crews: new Map(),
      given,
      handed: new Set(),
      ended: null,
      spoke: false,
      waiting: () => given.size,
      give: (message) => {
        given.set(`${message.run} ${message.index}`, message);
        port.postMessage(message);
      },
    };
    worker.on('error', (error) => {
      member.ended ??= error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => {
      member.ended ??= `it ended with code ${code}`;
    });
    return member;
  };

  const able = (): boolean => number > 0 && failures < mostFailures && !closed;
  /** Puts new threads in the place of those that ended. */
  const fill = (): void => {
    while (able() && members.filter((member) => member.ended === null).length < number) members.push(newMember());
    begun = true;
  };

  /** Sends a setup; what can't be copied is for nobody. */
  const prepare = ({ port }: Member, message: Extract<ToWorker, { readonly kind: 'prepare' }>): boolean => {
    try {
      port.postMessage(message);
      return true;
    } catch {
      impossible.add(message.crew);
      return false;
    }
  };

  return {
    start: fill,
    started: () => begun,
    able,
    preparedFor: (crew, name, setup) => {
      if (impossible.has(crew)) return [];
      fill();
      const ready: Hand[] = [];
      for (const member of members) {
        if (member.ended !== null) continue;
        const known = member.crews.get(crew);
        member.crews.delete(crew);
        member.crews.set(crew, known ?? false);
        if (known === undefined) {
          const things = thingsToHand(member.handed);
          if (!prepare(member, { kind: 'prepare', crew, name, setup, things })) return [];
        }
        if (known === true) ready.push(member);
        const [oldest] = member.crews.keys();
        if (member.crews.size <= options.mostCrews || oldest === undefined) continue;
        member.crews.delete(oldest);
        member.port.postMessage({ kind: 'forget', crew: oldest } satisfies ToWorker);
      }
      return ready;
    },
    received: () => {
      heardBell = Atomics.load(bell, 0);
      const came: Came[] = [];
      for (const member of members) {
        for (;;) {
          const next = threads().receiveMessageOnPort(member.port);
          if (next === undefined) break;
          const message: FromWorker = next.message;
          member.spoke = true;
          if (message.kind === 'unable') impossible.add(message.crew);
          else if (message.kind === 'ready') {
            if (member.crews.has(message.crew)) member.crews.set(message.crew, true);
          } else {
            member.given.delete(`${message.run} ${message.index}`);
            if (message.kind !== 'skipped') came.push(message);
          }
        }
      }
      return came;
    },
    lost: () => {
      const gone = members.filter((member) => member.ended !== null);
      if (gone.length === 0) return [];
      members = members.filter((member) => member.ended === null);
      failures += gone.filter((member) => !member.spoke).length;
      return gone.flatMap((member) =>
        [...member.given.values()].map(({ run, index }) => ({ run, index, why: member.ended ?? '' })),
      );
    },
    sleep: (milliseconds) => {
      if (members.length > 0) Atomics.wait(bell, 0, heardBell, milliseconds);
    },
    close: () => {
      closed = true;
      for (const { worker } of members) void worker.terminate();
      members = [];
    },
  };
}
