import type { Job } from '../runtime/jobs.js';

/** A job whose types are forgotten, as in the registry. */
export type AnyJob = Job<never, never, unknown>;

/**
 * All jobs that a worker can be asked to do, by name. A job that is not here is done in process. Adding one is a line here.
 */
export const jobs: Readonly<Record<string, AnyJob>> = {};
