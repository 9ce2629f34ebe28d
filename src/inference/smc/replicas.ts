/** Independent replicas of a filter, run as jobs and put together to one posterior. */
import { blockSize } from '../../ir/engine.js';
import type { Constant } from '../../ir/ir.js';
import { operationsPerStep } from '../../passes/cost.js';
import type { Crew, Stop } from '../../runtime/jobs.js';
import type { Course, Posterior, Progress, Task } from '../backend.js';
import { effectiveSampleSize, weightsOf } from '../statistics/weights.js';
import type { ReplicaResult } from './replica.js';
import { bytesOfResult } from './room.js';

/** Replicas of the first round where no number is given: 10,000 particles in all, as other methods begin. */
export const firstReplicas = 10;
/** Elementary operations after which the number of replicas is not doubled any more. */
const budget = 2e9;

/**
 * Runs replicas: as many as are asked for, or (`fixed` null) so many that the answer is accurate or the budget is spent.
 *
 * @param size draws of a replica
 * @param said what else there is to say of the replicas
 */
export function* runReplicas<Result extends ReplicaResult>(
  task: Task,
  crew: Crew<number, Result>,
  size: number,
  fixed: number | null,
  said: (results: readonly Result[]) => Pick<Course, 'acceptance' | 'findings'>,
): Generator<Progress, Posterior, Stop> {
  const results: Result[] = [];
  // So many replicas as the limit has room for the draws of: that must hang on numbers alone, not on what is done first.
  const most = Math.max(1, Math.floor(task.memoryLimit / (size * bytesOfResult(task))));
  let target = fixed === null ? firstReplicas : Math.min(fixed, most);
  for (;;) {
    const from = results.length;
    const work = crew.run(Array.from({ length: target - from }, (_, k) => from + k));
    let made = work.next();
    let stop: Stop;
    while (made.done !== true) {
      const draws = (from + made.value) * size;
      stop = yield { draws, total: fixed === null ? null : fixed * size, ess: null };
      made = work.next(stop);
    }
    results.push(...made.value);
    const found = (stopped: Course['stopped'], converged: boolean): Posterior => ({
      ...joinReplicas(task, size, results),
      ...said(results),
      stopped,
      converged,
    });
    if (results.length < target) return found(stop ?? 'abort', false);
    if (fixed !== null && target < fixed) return found('memory', false);
    const so = found(null, true);
    if (fixed !== null || task.accurate(so)) return so;
    const operations = results.length * size * task.size + so.steps * operationsPerStep;
    if (operations * 2 > budget || 2 * bytesOf(so) > task.memoryLimit) return { ...so, converged: false };
    const ess = effectiveSampleSize(weightsOf(so.logWeights));
    stop = yield { draws: so.logWeights.length, total: null, ess };
    if (stop !== undefined) return found(stop, false);
    target *= 2;
  }
}

/** The draws of all replicas. Those of a higher dimension than the lowest lose their weight: against an atom a density is nothing. */
function joinReplicas(
  { outputs }: Task,
  size: number,
  results: readonly ReplicaResult[],
): Omit<Posterior, 'acceptance' | 'findings' | 'stopped' | 'converged'> {
  const logWeights = new Float64Array(results.length * size);
  const lowest = lowestDimension(results);
  results.forEach(({ logWeight, dimension }, r) => {
    for (let p = 0; p < size; p++)
      logWeights[r * size + p] = dimension[p]! > lowest ? Number.NEGATIVE_INFINITY : logWeight[p]!;
  });
  const alive = results.filter((r) => r.died === null);
  return {
    logWeights,
    columns: outputs.map((_, k) => joined(results.map(({ columns }) => columns[k] ?? []))),
    dependence: { kind: 'replicas', starts: Int32Array.from(results, (_, r) => r * size) },
    measuresEvidence: true,
    unaligned: results.reduce((sum, r) => sum + r.unaligned, 0),
    steps: results.reduce((sum, r) => sum + r.steps, 0),
    ancestors: alive.length === 0 ? null : Math.min(...alive.map((r) => r.ancestors)),
    approximation: null,
  };
}

function lowestDimension(results: readonly ReplicaResult[]): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const { logWeight, dimension } of results)
    for (let p = 0; p < dimension.length; p++)
      if (logWeight[p]! > Number.NEGATIVE_INFINITY && dimension[p]! < lowest) lowest = dimension[p]!;
  return lowest;
}

function joined(columns: ReplicaResult['columns']): Float64Array | readonly Constant[] {
  if (!columns.every((c) => c instanceof Float64Array)) return columns.flatMap((c): readonly Constant[] => [...c]);
  const whole = new Float64Array(columns.reduce((sum, c) => sum + c.length, 0));
  let from = 0;
  for (const column of columns) {
    whole.set(column, from);
    from += column.length;
  }
  return whole;
}

/** About what the draws take. */
function bytesOf({ columns, logWeights }: Posterior): number {
  const values = columns.reduce((sum, column) => {
    if (column instanceof Float64Array) return sum + 8 * column.length;
    const some = column.slice(0, blockSize);
    return sum + (some.reduce<number>((bytes, value) => bytes + bytesOfValue(value), 0) / some.length) * column.length;
  }, 0);
  return values + 8 * logWeights.length;
}

/** An array of numbers has about 100 bytes of its own; every other value a word and its parts. */
function bytesOfValue(value: Constant): number {
  if (value instanceof Float64Array) return 100 + 8 * value.length;
  if (typeof value === 'number' || typeof value === 'string') return 16;
  return value.reduce<number>((sum, part) => sum + bytesOfValue(part), 32);
}
