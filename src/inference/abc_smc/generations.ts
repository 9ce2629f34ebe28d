import { blockSize } from '../../ir/engine.js';
import type { Measure } from '../../passes/comparison.js';
import { operationsPerStep } from '../../passes/cost.js';
import type { Crew, Stop } from '../../runtime/jobs.js';
import type { Course, Progress } from '../backend.js';
import { type Accepted, closestIndices, joinAccepted, pickAccepted } from '../rejection/accepted.js';
import { type GenerationPart, type GenerationRange, pickRows, vectorOf } from './job.js';
import type { Asked } from './options.js';
import { type Population, relativeWeights } from './population.js';
import type { Proposals } from './proposals.js';

/** A generation that is done, or why there is none. */
export type Generation = {
  /** Null where the budget or a stop ended it before it had all its particles. */
  readonly population: Population | null;
  readonly epsilon: number;
  /** Summaries of some of its candidates, accepted or not. */
  readonly rows: readonly Float64Array[];
  /** Candidates up to the one that was accepted last. */
  readonly simulated: number;
  readonly acceptance: number;
  /** Candidates that agree with the exact evidence. */
  readonly possible: number;
  /** The least distance seen. */
  readonly least: number;
  readonly stopped: Course['stopped'];
};

/** The generations of one run, one after another. */
export type Generations = {
  /** From the prior: the nearest of a fixed number of candidates. */
  readonly first: (measure: Measure) => Generator<Progress, Generation, Stop>;
  /** Candidates of a mixture, until enough are within a distance. */
  readonly next: (proposals: Proposals, measure: Measure, epsilon: number) => Generator<Progress, Generation, Stop>;
  readonly spent: () => {
    readonly steps: number;
    readonly unaligned: number;
    readonly simulated: number;
  };
};

/** Candidates of a generation by which summaries are scaled in the next one. */
const surveyed = 2 * blockSize;
/** Elementary operations after which no further candidates are simulated. */
const budget = 2e9;
/** Operations of a job, about. */
const operationsPerJob = 2e7;
const mostBlocksPerJob = 32;
const jobsPerRound = 8;

/** Starts counting candidates. */
export function newGenerations(
  crew: Crew<GenerationRange, GenerationPart>,
  { asked, dimension, size }: { readonly asked: Asked; readonly dimension: number; readonly size: number },
): Generations {
  const { particles } = asked;
  let candidate = 0;
  let simulated = 0;
  let steps = 0;
  let unaligned = 0;
  let spent = false;

  /** Candidates from the next block on: a fixed number, or until enough are accepted. */
  function* simulate(
    range: Pick<GenerationRange, 'proposals' | 'measure' | 'within' | 'most'>,
    total: number | null,
  ): Generator<Progress, Generation, Stop> {
    const from = Math.ceil(candidate / blockSize) * blockSize;
    const parts: GenerationPart[] = [];
    let at = from;
    let accepted = 0;
    let stopped: Course['stopped'] = null;
    const enough = (): boolean => (total === null ? accepted >= particles : at >= from + total);
    while (!enough()) {
      const room = (asked.simulations ?? Number.POSITIVE_INFINITY) - simulated;
      const operations = simulated * size + steps * operationsPerStep;
      if (asked.simulations === null && operations > budget) spent = true;
      if (room <= 0 || spent) break;
      const inputs = rangesOf(at, Math.min(room, total === null ? wantedMore() : total - (at - from)));
      const work = crew.run(inputs);
      let step = work.next();
      while (step.done !== true) {
        const stop = yield progress();
        stopped ??= stop ?? null;
        step = work.next(stop);
      }
      for (const part of step.value) {
        parts.push(part);
        accepted += part.accepted.candidates.length;
        steps += part.steps;
        unaligned += part.unaligned;
      }
      const end = inputs[step.value.length - 1]?.to ?? at;
      simulated += end - at;
      at = end;
      if (step.value.length < inputs.length) {
        stopped ??= 'abort';
        break;
      }
      if (!enough()) stopped ??= (yield progress()) ?? null;
      if (stopped !== null) break;
    }
    candidate = at;
    const whole = enough() && stopped === null;
    return read(parts, from, at, stopped, whole, total);

    function progress(): Progress {
      return {
        draws: simulated,
        total: asked.simulations,
        ess: null,
        acceptance: at === from ? null : accepted / (at - from),
      };
    }
    /** Whole blocks, so that the next candidates begin one. */
    function wantedMore(): number {
      const tried = at - from;
      const more = accepted === 0 ? tried : ((particles - accepted) / accepted) * tried * 1.1;
      return Math.max(1, Math.ceil(more / blockSize)) * blockSize;
    }
    function rangesOf(start: number, count: number): readonly GenerationRange[] {
      const perBlock =
        simulated === 0 ? operationsPerJob : (size + (steps / simulated) * operationsPerStep) * blockSize;
      const blocks = Math.max(1, Math.min(mostBlocksPerJob, Math.round(operationsPerJob / perBlock)));
      const end = start + count;
      const inputs: GenerationRange[] = [];
      for (let low = start; low < end && inputs.length < jobsPerRound; low += blocks * blockSize)
        inputs.push({ ...range, from: low, to: Math.min(end, low + blocks * blockSize), surveyed: from + surveyed });
      return inputs;
    }
  }

  function read(
    parts: readonly GenerationPart[],
    from: number,
    to: number,
    stopped: Course['stopped'],
    whole: boolean,
    total: number | null,
  ): Generation {
    const least = parts.reduce((a, part) => Math.min(a, part.least), Number.POSITIVE_INFINITY);
    const rows = parts.flatMap((part) => part.rows);
    const possible = parts.reduce((n, part) => n + part.possible, 0);
    const common = { rows, possible, least, stopped, epsilon: Number.POSITIVE_INFINITY };
    const count = parts.reduce((n, part) => n + part.accepted.candidates.length, 0);
    if (!whole || count === 0) return { ...common, population: null, simulated: to - from, acceptance: 0 };
    const all = joinAccepted(parts.map((part) => part.accepted));
    const places = joinRows(parts.map((part) => part.places));
    const chosen =
      total === null
        ? Int32Array.from({ length: Math.min(particles, count) }, (_, i) => i)
        : (closestIndices(all, particles) ?? Int32Array.from(all.candidates.keys()));
    const accepted = pickAccepted(all, chosen);
    const last = accepted.candidates[accepted.candidates.length - 1] ?? from;
    const tried = total === null ? last + 1 - from : to - from;
    return {
      ...common,
      population: populationOf(accepted, pickRows(places, dimension, chosen)),
      epsilon: accepted.distances.reduce((a, b) => Math.max(a, b), 0),
      simulated: tried,
      acceptance: accepted.candidates.length / tried,
    };
  }

  return {
    *first(measure) {
      const count = Math.ceil(particles / (asked.ess ?? asked.quantile));
      const room = Math.min(count, asked.simulations ?? count);
      const everything = { proposals: null, measure, within: Number.MAX_VALUE, most: particles };
      return yield* simulate(everything, room);
    },
    *next(proposals, measure, epsilon) {
      const made = yield* simulate({ proposals, measure, within: epsilon, most: Number.POSITIVE_INFINITY }, null);
      return { ...made, epsilon };
    },
    spent: () => ({ steps, unaligned, simulated }),
  };
}

function populationOf(accepted: Accepted, places: Float64Array): Population {
  const summaries = accepted.columns[accepted.columns.length - 1] ?? [];
  return {
    accepted: { ...accepted, columns: accepted.columns.slice(0, -1) },
    places,
    summaries: Array.from(summaries, vectorOf),
    weights: relativeWeights(accepted.logWeights),
  };
}

function joinRows(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
