/**
 * Importance sampling on points of randomised quasi-Monte Carlo: noise that is known beforehand is the coordinates of scrambled Sobol points.
 * Several scramblings that know nothing of each other, of as many points each, tell the error: each point is uniform under each of them, so
 * sums are without bias, and the sums of scramblings are independent (Owen 1997, "Monte Carlo variance of scrambled net quadrature";
 * L'Ecuyer, Nakayama, Owen and Tuffin 2023, "Confidence intervals for randomized quasi-Monte Carlo estimators").
 */
import type { Engine, Kernel, KernelOptions } from '../../../ir/engine.js';
import type { Constant, NoiseKind, Program } from '../../../ir/ir.js';
import { some } from '../../../ir/walk.js';
import { mainName } from '../../../passes/assemble.js';
import { reachFrom } from '../../../passes/call_graph.js';
import { remakeable } from '../../../runtime/portable.js';
import type { Finding, OptionSchema, Options, Posterior, Task } from '../../backend.js';
import { count, oneOf } from '../../options.js';
import { coordinatesOf, type Dealing, dealingOf, onPoints, wholeNets } from './coordinates.js';
import { mostDimensions, tabled } from './sobol.js';

/** Which points noise is taken from, and how often they are scrambled. */
export const pointOptions: readonly OptionSchema[] = [
  {
    name: 'points',
    meaning: 'where noise comes from: random numbers, or scrambled points of Sobol, which fill the space more evenly',
    default: 'random',
    unsaid: true,
    ...oneOf('random', 'sobol'),
  },
  {
    name: 'scrambles',
    meaning: 'independent scramblings of the points of Sobol, among which the draws are divided; they tell the error',
    default: 8,
    unsaid: true,
    ...count(2),
  },
];

/** Whether draws are to be on points of Sobol. */
export const asksForPoints = ({ points }: Options): boolean => points === 'sobol';

const scramblingsOf = ({ scrambles }: Options): number => (typeof scrambles === 'number' ? scrambles : 8);

/** Draws of the first round where their number is left out. */
export const firstPoints = (options: Options): number => scramblingsOf(options) * tabled;

/** The number of draws that is made where so many are asked for. */
export const pointsFor = (options: Options, samples: number): number => wholeNets(scramblingsOf(options), samples);

/** What a kernel on points is made of. */
export type PointsRecipe = {
  readonly engine: Engine;
  readonly program: Program;
  readonly options: KernelOptions;
  readonly kinds: readonly NoiseKind[];
  readonly dealing: Dealing;
};

/** Compiles a program whose `main` takes coordinates, so that a worker can do it again. */
export const pointsKernel = (recipe: PointsRecipe): Kernel => {
  const { engine, program, options, kinds, dealing } = recipe;
  return remakeable(onPoints(engine(program, mainName, options), kinds, options.key, dealing), 'points', recipe);
};

/** A task whose kernel runs on points. */
type OnPoints = {
  readonly task: Task;
  /** The draws of a scrambling next to each other, as errors are made of them. */
  readonly arrange: (posterior: Posterior) => Posterior;
};

/** @param total the number of draws; null: it is not known beforehand */
export function onPointsOf(task: Task, total: number | null): OnPoints {
  const { engine, kernelOptions: options } = task;
  const { program, noise } = coordinatesOf(task.program);
  const kinds = noise.map((n) => n.noise);
  const dealing = dealingOf(scramblingsOf(task.options), total);
  const findings: readonly Finding[] = noise.length > 0 ? [] : [nothingOpened];
  return {
    task: { ...task, kernel: () => pointsKernel({ engine, program, options, kinds, dealing }) },
    arrange: (posterior) => ({ ...arranged(posterior, dealing), findings: [...posterior.findings, ...findings] }),
  };
}

const nothingOpened: Finding = {
  code: 'W0658',
  message: 'No draw happens in every run at a place known beforehand: points of Sobol serve nothing here.',
  hint: 'leave out `points = sobol`',
  at: null,
};

/** How many coordinates the points of a program have, and what is drawn at random beside. */
export function pointsInWords(program: Program, options: Options): string | null {
  if (!asksForPoints(options)) return null;
  const opened = coordinatesOf(program);
  const { functions, ofFamilies } = reachFrom(opened.program, mainName);
  // What was opened is of a family of its own.
  const rest = [...functions].some(
    (name) =>
      !ofFamilies.has(name) &&
      some(opened.program.functions[name]!.body, (i) => i.kind === 'draw' && Object.hasOwn(program.families, i.family)),
  );
  const { length } = opened.noise;
  const coordinates = `${length} ${length === 1 ? 'coordinate' : 'coordinates'}`;
  const why = length === mostDimensions ? 'there are points for no more' : 'it is not known beforehand';
  return `${coordinates}, ${scramblingsOf(options)} scramblings${rest ? `; the rest of the noise is random, since ${why}` : ''}`;
}

/** Draws in the order of their scramblings. */
function arranged(posterior: Posterior, { scramblings, run }: Dealing): Posterior {
  const total = posterior.logWeights.length;
  const runs = Math.ceil(total / run);
  const from: number[] = [];
  const starts: number[] = [];
  let at = 0;
  for (let r = 0; r < Math.min(scramblings, runs); r++) {
    starts.push(at);
    for (let b = r; b < runs; b += scramblings) {
      from.push(b * run);
      at += Math.min(run, total - b * run);
    }
  }
  const numbers = (column: Float64Array): Float64Array => {
    const sorted = new Float64Array(total);
    let place = 0;
    for (const start of from) {
      const part = column.subarray(start, Math.min(start + run, total));
      sorted.set(part, place);
      place += part.length;
    }
    return sorted;
  };
  const values = (column: readonly Constant[]): readonly Constant[] =>
    from.flatMap((start) => column.slice(start, Math.min(start + run, total)));
  return {
    ...posterior,
    logWeights: numbers(posterior.logWeights),
    columns: posterior.columns.map((column) => (column instanceof Float64Array ? numbers(column) : values(column))),
    dependence: { kind: 'replicas', starts: Int32Array.from(starts), of: 'scramblings' },
    weighedAlone: true,
  };
}
