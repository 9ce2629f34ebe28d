/** What a worker thread of Node runs: it prepares setups, does the jobs that it is sent, and rings a bell after each. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { jobs } from '../inference/jobs.js';
import { makers } from '../plan/makers.js';
import { takeThings } from './handed.js';
import { piece } from './jobs.js';
import { type FromWorker, givenUp, type Place, type ToWorker } from './node_messages.js';
import { provideNative } from './node_native.js';
import { unpacked } from './portable.js';

provideNative();
const { port, bell }: Place = workerData;

/** Work by the number of its crew. */
const prepared = new Map<number, { readonly name: string; readonly work: (input: never) => unknown }>();

function send(message: FromWorker, transfer: readonly ArrayBufferLike[] = []): void {
  post(port, message, transfer);
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}

const post = (to: MessagePort, message: FromWorker, transfer: readonly ArrayBufferLike[]): void =>
  to.postMessage(
    message,
    transfer.filter((buffer) => buffer instanceof ArrayBuffer),
  );

function perform(message: ToWorker): void {
  switch (message.kind) {
    case 'prepare': {
      const { crew, name } = message;
      takeThings(message.things);
      try {
        // What is said of the types of a job is said where its crew is opened; here it has been forgotten.
        const work = jobs[name]?.prepare(unpacked(message.setup, makers) as never);
        if (work !== undefined) prepared.set(crew, { name, work });
      } catch {
        // Told as what it comes to.
      }
      send({ kind: prepared.has(crew) ? 'ready' : 'unable', crew });
      return;
    }
    case 'forget':
      prepared.delete(message.crew);
      return;
    case 'work': {
      const { crew, run, index, claims, input } = message;
      const found = prepared.get(crew);
      if (found === undefined || Atomics.compareExchange(claims, index, 0, 1) !== 0) {
        send({ kind: 'skipped', run, index });
        return;
      }
      try {
        const made = found.work(input as never);
        let done = piece(made);
        while (done === null) {
          if (Atomics.load(claims, index) === givenUp) {
            send({ kind: 'skipped', run, index });
            return;
          }
          done = piece(made);
        }
        const { output } = done;
        send({ kind: 'output', run, index, output }, jobs[found.name]?.transfer?.(output as never) ?? []);
      } catch (thrown) {
        send({ kind: 'thrown', run, index, thrown });
      }
      return;
    }
    default:
      message satisfies never;
  }
}

port.on('message', perform);
