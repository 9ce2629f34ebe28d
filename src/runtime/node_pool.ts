/**
 * A pool of worker threads of Node. The thread that asks works too, so `workers` of 2 is one thread more; none is started before a
 * crew has worked for some time and has more to do, so that short work pays nothing. What comes out never hangs on who did which job.
 */
import { availableParallelism } from 'node:os';
import type { Fault } from '../ir/engine.js';
import { breath, type Crew, type Job, type Pieces, type Pool, piece, type Stop } from './jobs.js';
import { type Hand, type Hands, handsOf } from './node_hands.js';
import { givenUp } from './node_messages.js';
import { packed } from './portable.js';

export type NodePoolOptions = {
  /** Threads that work at a time, this one included; left out: as many as the machine can run. No more than four times as many are started. */
  readonly workers?: number;
  /** Milliseconds that a crew works alone before threads are asked; 0: threads are asked at once, however little there is to do. */
  readonly patience?: number;
  /** Whether threads start at once, and compile what a crew is opened for while this one does; then there is no patience. */
  readonly eager?: boolean;
  /** The program of a worker, and arguments of Node for it. */
  readonly entry?: URL;
  readonly execArgv?: readonly string[];
};

/** Its threads do not keep the process alive; `close` ends them. */
export type NodePool = Pool & {
  readonly close: () => void;
  /** Jobs that threads have done so far, and not the one that asks. */
  readonly lent: () => number;
  /** Whether threads were started. */
  readonly started: () => boolean;
};

/** Milliseconds that a crew works alone at least, before threads are started and where they run already. */
const defaultPatience = 25;
const shortPatience = 2;
/**
 * Milliseconds of work that must be left for threads to be started: their start costs 0.1 s of processor time. Where they run already it is
 * only what a crew takes to be made ready. A crew that has worked for as long gets them however little is in sight.
 */
const worthStarting = 300;
const worthAsking = 12;
/** Jobs that wait at a worker, so that it has one to do while this thread is at a job of its own, which may be a longer one. */
const waitingJobs = 4;
/** Milliseconds after which the first job of a crew is interrupted for the first time, so that threads are asked for early. */
const firstBreath = 3;
/** Milliseconds for which this thread sleeps at a time where there is nothing for it to do. */
const nap = 50;
/** Threads for each that the machine can run at a time: more only wait for each other, and hundreds take minutes to start. */
const mostOfEach = 4;
/** Crews that a worker remembers. */
const rememberedCrews = 8;
/** Workers that a job may take along before it is given up. */
const mostDeaths = 2;

/** One `run` of a crew, as far as it has come. */
type Running = {
  readonly claims: Int32Array<SharedArrayBuffer>;
  readonly settle: (index: number, outcome: Outcome) => void;
  /** Takes back what a worker that is gone had. */
  readonly lose: (index: number, why: string) => void;
};

type Outcome =
  | { readonly kind: 'output'; readonly output: unknown }
  | { readonly kind: 'thrown'; readonly thrown: unknown };

/** Makes a pool. Nothing is started by this, unless it is eager. */
export function nodePool(options: NodePoolOptions = {}): NodePool {
  const able = availableParallelism();
  const workers = Math.min(Math.max(1, options.workers ?? able), mostOfEach * able);
  const { eager = false } = options;
  const patience = eager ? 0 : (options.patience ?? defaultPatience);
  const hands = handsOf(workers - 1, {
    entry: options.entry ?? new URL('./worker.js', import.meta.url),
    execArgv: options.execArgv ?? [],
    mostCrews: rememberedCrews,
  });
  if (eager) hands.start();
  const running = new Map<number, Running>();
  let crews = 0;
  let runs = 0;
  let lent = 0;

  /** Takes in what workers have sent, and what became of those that are gone. */
  const collect = (): void => {
    for (const message of hands.received()) {
      const run = running.get(message.run);
      if (run === undefined) continue;
      lent += 1;
      run.settle(message.index, message);
    }
    for (const { run, index, why } of hands.lost()) running.get(run)?.lose(index, why);
  };

  return {
    workers,
    close: hands.close,
    lent: () => lent,
    started: hands.started,
    open: <Setup, Input, Output>(job: Job<Setup, Input, Output>, setup: Setup): Crew<Input, Output> => {
      const crew = crews++;
      let work: ((input: Input) => Output | Pieces<Output>) | null = null;
      let spent = 0;
      let done = 0;
      let portable: { readonly value: unknown } | null | undefined;
      const here = (input: Input): (() => { readonly output: Output } | null) => {
        let made: { readonly begun: Output | Pieces<Output> } | null = null;
        return () => {
          const start = performance.now();
          work ??= job.prepare(setup);
          made ??= { begun: work(input) };
          const found = piece(made.begun, spent < breath ? firstBreath : breath);
          spent += performance.now() - start;
          if (found !== null) done += 1;
          return found;
        };
      };
      /** Threads that may be given some of the jobs that are left; asks for them when it is time. */
      const helpers = (left: number): readonly Hand[] => {
        const begun = hands.started();
        if (workers === 1 || spent < (begun ? Math.min(shortPatience, patience) : patience)) return [];
        const worth = patience === 0 ? 0 : begun ? worthAsking : worthStarting;
        if (spent < worth && (spent / Math.max(1, done)) * left < worth) return [];
        // What is made ready here first is handed to the threads.
        try {
          work ??= job.prepare(setup);
        } catch {
          return [];
        }
        if (portable === undefined) portable = packed(setup);
        return portable === null ? [] : hands.preparedFor(crew, job.name, portable.value);
      };
      return {
        run: (inputs, heard, ahead = 0) => {
          const run = runs++;
          return runJobs(inputs, heard, {
            crew,
            run,
            here,
            helpers: (left) => helpers(left + ahead),
            hands,
            running,
            collect,
          });
        },
      };
    },
  };
}

/** What a run of jobs is done with. */
type Means<Input, Output> = {
  readonly crew: number;
  readonly run: number;
  /** Begins a job here; what it gives goes on for a while, and gives the output once there is one. */
  readonly here: (input: Input) => () => { readonly output: Output } | null;
  readonly helpers: (left: number) => readonly Hand[];
  readonly hands: Hands;
  readonly running: Map<number, Running>;
  readonly collect: () => void;
};

function* runJobs<Input, Output>(
  inputs: readonly Input[],
  heard: ((index: number, output: Output) => void) | undefined,
  { crew, run, here, helpers, hands, running, collect }: Means<Input, Output>,
): Generator<number, readonly Output[], Stop> {
  const claims = new Int32Array(new SharedArrayBuffer(4 * inputs.length));
  const outputs: Output[] = new Array(inputs.length);
  const done = new Uint8Array(inputs.length);
  const deaths = new Uint8Array(inputs.length);
  /** Jobs that a worker has died of; no other is to be risked than a worker. */
  const again: number[] = [];
  /** The job that this thread is at. */
  let own: { readonly index: number; readonly goOn: () => { readonly output: Output } | null } | null = null;
  let next = 0;
  let prefix = 0;
  let finished = 0;
  /** The first job in order that threw, and what; jobs behind it are of no use. */
  let end = inputs.length;
  let thrown: unknown = null;

  const settle = (index: number, outcome: Outcome): void => {
    if (done[index] === 1 || index >= end) return;
    if (outcome.kind === 'thrown') {
      end = index;
      thrown = outcome.thrown;
      return;
    }
    // A job's output comes back as what the job gives: of the same setup and input.
    const output = outcome.output as Output;
    outputs[index] = output;
    done[index] = 1;
    finished += 1;
    while (done[prefix] === 1) prefix += 1;
    heard?.(index, output);
  };
  const lose = (index: number, why: string): void => {
    if (done[index] === 1) return;
    // One that it had not begun is as any other.
    if (Atomics.exchange(claims, index, 0) === 1) deaths[index]! += 1;
    if (deaths[index]! < mostDeaths) again.push(index);
    else settle(index, { kind: 'thrown', thrown: workerFault(why) });
  };
  const claim = (index: number): boolean => Atomics.compareExchange(claims, index, 0, 1) === 0;
  /** A job for this thread: one that nobody was given, else one that waits at a worker; null where there is none. */
  const mine = (): number | null => {
    const alone = !hands.able();
    const lost = again.findIndex((index) => alone || deaths[index] === 0);
    if (lost >= 0) return take(again.splice(lost, 1)[0]!);
    while (next < end) if (claim(next++)) return next - 1;
    for (let index = prefix; index < end; index++) if ((deaths[index] === 0 || alone) && claim(index)) return index;
    return null;
  };
  const take = (index: number): number | null => (index < end && claim(index) ? index : null);

  running.set(run, { claims, settle, lose });
  try {
    for (;;) {
      collect();
      if (prefix >= end) break;
      if (next < end || again.length > 0) {
        for (const hand of helpers(end - finished)) {
          while (hand.waiting() < waitingJobs && (next < end || again.length > 0)) {
            const index = again.pop() ?? next++;
            if (index < end) hand.give({ kind: 'work', crew, run, index, claims, input: inputs[index] });
          }
        }
      }
      if (own !== null && own.index >= end) own = null;
      if (own === null) {
        const index = mine();
        if (index !== null) own = { index, goOn: here(inputs[index]!) };
      }
      if (own === null) hands.sleep(nap);
      else {
        const { index, goOn } = own;
        try {
          const found = goOn();
          if (found !== null) {
            own = null;
            settle(index, { kind: 'output', output: found.output });
          }
        } catch (error) {
          own = null;
          settle(index, { kind: 'thrown', thrown: error });
        }
      }
      if (prefix >= end) break;
      if ((yield finished) !== undefined) return outputs.slice(0, prefix);
    }
  } finally {
    running.delete(run);
    for (let index = 0; index < claims.length; index++) Atomics.store(claims, index, givenUp);
  }
  if (end < inputs.length) throw thrown;
  return outputs;
}

/** What is thrown where workers die of a job. */
const workerFault = (why: string): Fault => ({
  fault: true,
  code: 'E0690',
  message: `A worker thread ended in the middle of a job, twice: ${why}.`,
  at: -1,
});
