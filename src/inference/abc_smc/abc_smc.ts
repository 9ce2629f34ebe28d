/**
 * Approximate Bayesian computation by population Monte Carlo (Beaumont, Cornuet, Marin and Robert 2009; Toni and others 2009): generation
 * by generation particles are moved, simulated, and kept where they come nearer to what was seen. Distances are weighed anew by how much
 * the summaries of the last generation vary (Prangle 2017).
 *
 * Given those before it, a generation is importance sampling: its candidates are independent draws of a known mixture, accepted by a
 * distance that was fixed beforehand. So errors of the last one are those of independent weighted draws.
 */

import type { Fault } from '../../ir/engine.js';
import { openNoise } from '../../passes/open_noise.js';
import { prune } from '../../passes/slice.js';
import { vectorType } from '../../passes/summaries.js';
import type { Stop } from '../../runtime/jobs.js';
import { adjusted } from '../abc/adjust.js';
import { distanceOf } from '../abc/distance.js';
import { measureOf, runPilot, scalesOf } from '../abc/measure.js';
import { noneAgrees, noneHasDistance } from '../abc/nothing_near.js';
import type { Backend, Finding, Posterior, Progress, Task } from '../backend.js';
import { withoutHigherDimensions } from '../rejection/accepted.js';
import { weighedAmong } from '../rejection/evidence.js';
import { type Generation, type Generations, newGenerations } from './generations.js';
import { generationJob } from './job.js';
import { type Asked, askedOf, options } from './options.js';
import { movedDraws } from './parameters.js';
import { distanceByEss, distanceByQuantile, relativeWeights } from './population.js';
import { proposalsAround } from './proposals.js';

/** Runs of the prior by which summaries are scaled at first. */
const pilots = 2048;

export const abcSmc: Backend = {
  name: 'abc_smc',
  summary: "Particles moved through ever smaller distances from what was seen with '~='; for dear simulators.",
  options,
  opensNoise: true,
  suits: ({ approximate, evidence }) => {
    if (!approximate) return "there is no approximate evidence: compare with '~='";
    return evidence ? 'distances measure no evidence; ask abc, which counts the runs that equal what was seen' : null;
  },
  run,
  runForMean: null,
};

function* run(task: Task): Generator<Progress, Posterior, Stop> {
  const { comparison } = task;
  if (comparison === null) throw new Error('abc_smc: nothing is compared');
  const asked = askedOf(task.options);
  const { program, noise } = openNoise(task.program, movedDraws(task.program, task.outputs.length));
  if (noise.length === 0) throw nothingToMove();
  const pilot = runPilot(task, Math.min(pilots, Math.max(100, Math.ceil((asked.simulations ?? pilots * 20) / 20))));
  const { seen } = pilot;
  let measure = measureOf(comparison, task.options.scale ?? null, () => pilot);
  // Opening the noise left out what the runs do not call: the distance is computed outside of them.
  const measuring = prune(task.program, comparison.distance);
  const distance = distanceOf(measuring, comparison);
  const crew = task.pool.open(generationJob, {
    engine: task.engine,
    program,
    measuring,
    comparison,
    options: task.kernelOptions,
    outputs: [...task.outputs, vectorType, vectorType],
    noise: noise.map((n) => n.noise),
  });
  const generations = newGenerations(crew, { asked, dimension: noise.length, size: task.size });
  const adapting = asked.adapt && measure?.kind === 'scales';
  const kind = task.options.scale === 'sd' ? 'sd' : 'mad';

  let now = yield* generations.first(measure);
  let number = 1;
  let end = now.stopped;
  let ended: Ended = 'generations';
  while (end === null && now.population !== null && number < asked.generations) {
    const { population }: Generation = now;
    if (asked.epsilon !== null && now.epsilon <= asked.epsilon) break;
    if (adapting) measure = { kind: 'scales', scales: scalesOf(now.rows, seen.length, kind) };
    const distances = adapting
      ? Float64Array.from(population.summaries, (s) => distance(s, seen, measure))
      : population.accepted.distances;
    // In new scales a function of the user's may give no finite distance: such a particle is near to nothing.
    const weights = population.weights.map((weight, i) => (distances[i]! < Number.POSITIVE_INFINITY ? weight : 0));
    const next =
      asked.ess === null
        ? distanceByQuantile(distances, weights, asked.quantile)
        : distanceByEss(distances, weights, asked.ess);
    if (next === Number.POSITIVE_INFINITY) {
      ended = 'nothing nearer';
      break;
    }
    const epsilon = Math.max(adapting ? next : below(distances, next, now.epsilon), asked.epsilon ?? 0);
    if (!adapting && !(epsilon < now.epsilon)) {
      ended = 'nothing nearer';
      break;
    }
    const proposals = proposalsAround(population.places, population.weights, noise.length, asked.neighbours);
    const later = yield* generations.next(proposals, measure, epsilon);
    if (later.population === null) {
      end = later.stopped;
      ended = 'simulations';
      break;
    }
    now = later;
    number += 1;
    if (now.acceptance < asked.acceptance) {
      ended = 'acceptance';
      break;
    }
  }
  return answer(task, now, number, end, asked, generations.spent(), seen, ended);
}

/** Why no further generation was begun or finished, where nothing from outside stopped the run. */
type Ended = keyof typeof remedies;

/** What to do where that left an epsilon out of reach. */
const remedies = {
  generations: 'ask for more `generations`',
  simulations: 'ask for more `simulations`, or fewer `particles`',
  acceptance: 'let it go on with a smaller `acceptance`, or ask for a greater epsilon',
  'nothing nearer': 'no run came nearer: check what was seen, or ask for a greater epsilon',
  stopped: 'give the run more time',
} as const;

/** What there is to say where the last generation is farther away than was asked. */
function farther(epsilon: number, asked: Asked, ended: Ended): readonly Finding[] {
  if (asked.epsilon === null || epsilon <= asked.epsilon) return [];
  const message = `The epsilon that was asked for, ${asked.epsilon}, was not reached: the answer is that of runs within ${Number(epsilon.toPrecision(4))} of what was seen.`;
  return [{ code: 'W0636', message, hint: remedies[ended], at: null }];
}

/** The next distance, or where nothing is that near the nearest that is below the last. */
function below(distances: Float64Array, next: number, last: number): number {
  if (next < last) return next;
  const nearer = distances.filter((d) => d < last);
  return nearer.length === 0 ? last : nearer.reduce((a, b) => Math.max(a, b));
}

function answer(
  task: Task,
  last: Generation,
  number: number,
  stopped: Posterior['stopped'],
  asked: Asked,
  spent: ReturnType<Generations['spent']>,
  seen: Float64Array,
  ended: Ended,
): Posterior {
  const { population, epsilon, simulated, acceptance } = last;
  if (population === null && stopped === null) throw nothingNear(spent.simulated, last);
  const { accepted, summaries } = population ?? { accepted: null, summaries: [] };
  const logWeights = accepted === null ? new Float64Array(0) : withoutHigherDimensions(accepted);
  const own = accepted?.columns.slice(0, task.outputs.length) ?? task.outputs.map(() => new Float64Array(0));
  const exact = epsilon === 0 && asked.measuresEquality;
  const first = accepted?.candidates[0] ?? 0;
  const among = { candidates: (accepted?.candidates ?? new Float64Array(0)).map((c) => c - first) };
  const local = asked.adjust === 'local';
  const weights = relativeWeights(logWeights).map((w, i) =>
    local ? w * Math.max(0, 1 - (accepted!.distances[i]! / epsilon) ** 2) : w,
  );
  return {
    ...weighedAmong(exact, false, among, local ? weights.map(Math.log) : logWeights, simulated),
    columns: asked.adjust === 'none' || exact ? own : adjusted(own, task.outputs, summaries, seen, weights),
    dependence: { kind: 'independent' },
    unaligned: spent.unaligned,
    steps: spent.steps,
    stopped,
    // An end before the epsilon is told below.
    converged: true,
    acceptance,
    ancestors: null,
    approximation: exact ? null : { kind: 'abc', epsilon, generations: number, simulations: spent.simulated },
    findings: accepted === null ? [] : farther(epsilon, asked, stopped === null ? ended : 'stopped'),
  };
}

const nothingToMove = (): Fault => ({
  fault: true,
  code: 'E0610',
  message:
    'No draw outside of loops and branches decides what is asked, so abc_smc has no parameter to move; ask by abc.',
  at: -1,
});

const nothingNear = (simulated: number, { possible, least }: Generation): Fault => ({
  fault: true,
  code: 'E0610',
  message:
    possible === 0
      ? noneAgrees(simulated)
      : Number.isFinite(least)
        ? `None of ${simulated} simulations was accepted; the nearest is ${Number(least.toPrecision(4))} away from what was seen.`
        : noneHasDistance(simulated),
  at: -1,
});
