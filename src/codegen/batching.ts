/** Engines that ask the host for a whole block of particles at once. */
import { newDraws } from '../ir/draws.js';
import { blockSize, type Engine, type Kernel, type KernelOptions } from '../ir/engine.js';
import { type BatchedExtern, type Extern, isBatched } from '../ir/extern.js';
import { externFault, isFault } from '../ir/faults.js';
import type { Constant, IrType, PlaceId, Program } from '../ir/ir.js';
import { typesOf } from '../ir/walk.js';
import { isBrokenOff } from '../runtime/waiting.js';
import { functionOf } from './facts.js';

/** Calls in a block that were answered beforehand, in the order in which the particles make them. */
type Queue = {
  /** Null for a particle that is dead and runs on, as it does in the column layout. */
  readonly calls: (readonly Constant[] | null)[];
  /** Answers to the calls of the living. */
  values: readonly Constant[];
  next: number;
  /** Answers that were taken. */
  taken: number;
};

/**
 * The engine with calls of batched functions made block by block, where that is possible: a call that stands in `main` itself, outside of
 * branches, loops and functions, is reached by all particles that are alive. The part of `main` in front of it runs first and gives
 * the arguments of a block; one call answers them; then the program runs as it is, each call taking what was answered.
 * Noise is addressed, so the part in front draws what the whole will draw: results are those of calls one by one, as long as the function's
 * answer hangs on its arguments alone. Any other call of a batched function is made alone.
 */
export const batching =
  (engine: Engine): Engine =>
  (program, main, options) => {
    const { body } = functionOf(program, main);
    const types = typesOf(body);
    const queues = new Map<string, Queue>();
    const externs: Record<string, Extern> = { ...options.externs };
    const stages: Stage[] = [];
    const served: KernelOptions = { ...options, externs };
    for (const [position, i] of body.body.entries()) {
      if (i.kind !== 'extern') continue;
      const callee = Object.hasOwn(options.externs, i.callee) ? options.externs[i.callee] : undefined;
      // What is called one by one should not be called once more for each stage behind it.
      if (!isBatched(callee)) break;
      const own = `${i.callee}#${stages.length}`;
      const queue: Queue = { calls: [], values: [], next: 0, taken: 0 };
      queues.set(own, queue);
      externs[own] = fromQueue(queue, callee);
      const results = i.args.map((id): IrType => types.get(id) ?? { kind: 'unit' });
      stages.push({ position, own, name: i.callee, at: i.at, queue, callee, args: i.args, results });
    }
    if (stages.length === 0) return engine(program, main, options);
    const whole = withCallees(program, main, stages);
    const fronts = stages.map((stage) => engine(front(whole, main, stage), main, served));
    // A block that is run without the answers would ask for each alone.
    const { summing: _, ...kernel } = engine(whole, main, served);
    const runsOn = options.layout === 'column';
    return {
      ...kernel,
      runBlock: (block, count) => {
        const from = block * blockSize;
        prepare(fronts, stages, runsOn, from, from + count);
        rewind(stages);
        return kernel.runBlock(block, count);
      },
      fill: (draws, from, to, base) => {
        let counts = { steps: 0, unaligned: 0 };
        for (let start = from; start < to; start = nextBlock(start)) {
          const end = Math.min(to, nextBlock(start));
          prepare(fronts, stages, runsOn, start, end, draws.given, start - (base ?? 0));
          rewind(stages);
          const { steps, unaligned } = kernel.fill(draws, start, end, base);
          counts = { steps: counts.steps + steps, unaligned: counts.unaligned + unaligned };
        }
        return counts;
      },
    };
  };

const nextBlock = (particle: number): number => (Math.floor(particle / blockSize) + 1) * blockSize;

type Stage = {
  readonly position: number;
  /** The name under which the whole program calls it. */
  readonly own: string;
  readonly name: string;
  readonly at: PlaceId;
  readonly queue: Queue;
  readonly callee: BatchedExtern;
  readonly args: readonly number[];
  readonly results: readonly IrType[];
};

/** The program with each call that is answered beforehand under a name of its own. */
function withCallees(program: Program, main: string, stages: readonly Stage[]): Program {
  const func = functionOf(program, main);
  const byPosition = new Map(stages.map((s) => [s.position, s]));
  const body = func.body.body.map((i, k) => {
    const stage = byPosition.get(k);
    return i.kind === 'extern' && stage !== undefined ? { ...i, callee: stage.own } : i;
  });
  return { ...program, functions: { ...program.functions, [main]: { ...func, body: { ...func.body, body } } } };
}

/** What stands in front of a call, giving the call's arguments. */
function front(program: Program, main: string, { position, args, results }: Stage): Program {
  const func = functionOf(program, main);
  const body = { ...func.body, body: func.body.body.slice(0, position), yields: args };
  return { ...program, functions: { ...program.functions, [main]: { ...func, body, results } } };
}

/** Answers all calls of particles `from` to `to - 1`, stage by stage; their parameters stand in `given` from place `place` on. */
function prepare(
  fronts: readonly Kernel[],
  stages: readonly Stage[],
  runsOn: boolean,
  from: number,
  to: number,
  given: readonly Float64Array[] = [],
  place = 0,
): void {
  const count = to - from;
  const parameters = given.map((column) => column.subarray(place, place + count));
  stages.forEach(({ queue, callee, name, at, results }, k) => {
    rewind(stages);
    const draws = { ...newDraws(results, count), ...(given.length > 0 ? { given: parameters } : {}) };
    fronts[k]?.fill(draws, from, to, from);
    queue.calls.length = 0;
    for (let p = 0; p < count; p++) {
      const alive = draws.logWeight[p] !== Number.NEGATIVE_INFINITY;
      if (alive || runsOn) queue.calls.push(alive ? draws.columns.map((c) => c[p]!) : null);
    }
    const calls = queue.calls.filter((call) => call !== null);
    queue.values = calls.length === 0 ? [] : answersOf(callee, calls, name, at);
  });
}

function answersOf(
  callee: BatchedExtern,
  calls: readonly (readonly Constant[])[],
  name: string,
  at: PlaceId,
): readonly Constant[] {
  try {
    return callee.batch(calls);
  } catch (thrown) {
    if (isFault(thrown)) throw { ...thrown, at };
    if (isBrokenOff(thrown)) throw thrown;
    throw externFault(name, `failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`, at);
  }
}

function rewind(stages: readonly Stage[]): void {
  for (const { queue } of stages) {
    queue.next = 0;
    queue.taken = 0;
  }
}

/** Takes the next answer of a queue. A particle that is dead gets that of another, which nobody will see. */
const fromQueue =
  (queue: Queue, callee: Extern): Extern =>
  (...args) => {
    const asked = queue.calls[queue.next];
    const answer = queue.values[asked === null ? 0 : queue.taken];
    if (asked === undefined || answer === undefined || (asked !== null && !sameConstants(asked, args)))
      return callee(...args);
    queue.next += 1;
    if (asked !== null) queue.taken += 1;
    return answer;
  };

const sameConstants = (a: readonly Constant[], b: readonly Constant[]): boolean =>
  a.length === b.length && a.every((x, i) => sameConstant(x, b[i]!));

function sameConstant(a: Constant, b: Constant): boolean {
  if (typeof a === 'number' || typeof a === 'string' || typeof b === 'number' || typeof b === 'string')
    return Object.is(a, b);
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!sameConstant(a[i]!, b[i]!)) return false;
  return true;
}
