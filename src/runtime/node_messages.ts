/** What the main thread and its workers say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { Handed } from './handed.js';

/** What a worker is started with. The bell counts the messages of all workers. */
export type Place = { readonly port: MessagePort; readonly bell: Int32Array<SharedArrayBuffer> };

/** What stands in the place of a job among the claims where nobody needs it any more, so that who is at it gives it up. */
export const givenUp = 2;

/** Crews and runs are numbered. Whoever sets a job's place among the claims from 0 to 1 does it. */
export type ToWorker =
  | {
      readonly kind: 'prepare';
      readonly crew: number;
      readonly name: string;
      readonly setup: unknown;
      /** What was made before, some of which the setup will need. */
      readonly things: readonly Handed[];
    }
  | { readonly kind: 'forget'; readonly crew: number }
  | {
      readonly kind: 'work';
      readonly crew: number;
      readonly run: number;
      readonly index: number;
      readonly claims: Int32Array<SharedArrayBuffer>;
      readonly input: unknown;
    };

export type FromWorker =
  | { readonly kind: 'ready'; readonly crew: number }
  /** It can't prepare the setup; whoever asks will see why, at home. */
  | { readonly kind: 'unable'; readonly crew: number }
  /** Somebody else does the job, or nobody needs it. */
  | { readonly kind: 'skipped'; readonly run: number; readonly index: number }
  | { readonly kind: 'output'; readonly run: number; readonly index: number; readonly output: unknown }
  | { readonly kind: 'thrown'; readonly run: number; readonly index: number; readonly thrown: unknown };
