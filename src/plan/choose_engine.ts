/** Which engine runs a plan. All give the same bits, so the choice is one of time alone. */
import { batching } from '../codegen/batching.js';
import { pausesAs, pausingFormOf, refusalOf } from '../codegen/pausing.js';
import { tiered } from '../codegen/tiered.js';
import type { Runs, Task } from '../inference/backend.js';
import { defaultLimits, type Engine, type KernelOptions, type Left } from '../ir/engine.js';
import { mainName } from '../passes/assemble.js';
import { serialPool } from '../runtime/jobs.js';
import { remakeable } from '../runtime/portable.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import type { EngineName, OneEngine } from './engine_names.js';
import { engineNamed, engines } from './engines.js';
import type { Plan } from './plan.js';

/** An engine, its name as answers tell it, and why this one, in words that follow a colon. */
export type EngineChoice = {
  readonly name: OneEngine | 'auto';
  readonly engine: Engine;
  readonly reason: string;
};

/**
 * Elementary operations of a run from which on WebAssembly repays its compiling. Measured as processor time of first runs: they are even at 1.6
 * million operations (eight schools), at 1 million (three normals), and below 2 million (a regression with outliers).
 */
export const worthCompiling = 2e6;

/** Begins as JavaScript and goes over to WebAssembly where a run turns out to be long. */
const growing = pausesAs(
  remakeable(
    batching((program, main, options) =>
      tiered(engines.js, engineNamed('wasm') ?? engines.js, worthCompiling)(program, main, options),
    ),
    'engine',
    'auto',
  ),
  'growing',
);

/** The engine of a plan: the one asked for, or for `auto` one that fits. Null where the one asked for is not there. */
export function chooseEngine(
  plan: Pick<Plan, 'options'> & {
    readonly method: Pick<Plan['method'], 'name' | 'settledRuns' | 'runs'>;
    readonly facts: Pick<Plan['facts'], 'cost'>;
  },
  asked: EngineName,
): EngineChoice | null {
  if (asked !== 'auto') {
    const engine = engineNamed(asked);
    return engine === null ? null : { name: asked, engine, reason: 'asked for by name' };
  }
  const wasm = engineNamed('wasm');
  const js = (reason: string): EngineChoice => ({ name: 'js', engine: engines.js, reason });
  if (plan.method.runs === 'traced') return js(whyTraced);
  if (wasm === null) return js('this host has no WebAssembly with vectors');
  const { operations, exact } = plan.facts.cost;
  const { least, known } = particlesOf(plan);
  const all = least * operations;
  if (all >= worthCompiling)
    return {
      name: 'wasm',
      engine: wasm,
      reason: `${known ? 'about' : 'at least'} ${inWords(all)} operations repay the compiling`,
    };
  if (known && exact)
    return js(`about ${inWords(all)} operations are done sooner than WebAssembly is compiled for them`);
  return {
    name: 'auto',
    engine: growing,
    reason: `js at first; wasm where the run takes more than ${inWords(worthCompiling)} operations`,
  };
}

/** Why Markov chains over noise are always compiled to JavaScript. */
const whyTraced = 'chains hold the noise of a run, which compiled JavaScript alone takes from outside';

/** Why engines that compile neither to WebAssembly nor to JavaScript run no filters. */
const whyPausing = 'runs that pause at each resampling are compiled to WebAssembly or JavaScript alone';

/**
 * The engine that takes the place of the one that a plan would have, and why; null where that one runs it.
 *
 * @param given what kernels of the plan are compiled with; left out: something that serves to find out
 */
export function leftBy(plan: Plan, { name, engine }: EngineChoice, given?: KernelOptions): Left | null {
  if (name === 'js') return null;
  const { runs } = plan.method;
  if (runs === 'traced') return { to: 'js', because: whyTraced };
  const { program, layout } = plan;
  const options = given ?? { layout: layout.layout, key: keyFromSeed('explain'), limits: defaultLimits, externs: {} };
  const run: Runs = runs?.(taskWith(plan, engine, options)) ?? { kind: 'whole', program, options };
  if (run.kind !== 'whole') return leftByPausing(run, name);
  const whole = name === 'interpreter' ? null : engineNamed(name === 'auto' ? 'wasm' : name);
  return whole?.(run.program, mainName, run.options).left ?? null;
}

function leftByPausing({ kind, program, options }: Runs, name: EngineChoice['name']): Left | null {
  if (name === 'interpreter') return { to: 'js', because: whyPausing };
  const refusal = refusalOf(program, mainName, { ...options, pauses: 'resamples' }, kind === 'framed');
  if (name !== 'native') return refusal === null ? null : { to: 'js', because: refusal };
  return refusal === null
    ? { to: 'wasm', because: whyPausing }
    : { to: 'js', because: `${whyPausing}, and WebAssembly is not possible: ${refusal}` };
}

/** A task of which nothing is run: methods find in it what they would have compiled. */
function taskWith(plan: Plan, engine: Engine, kernelOptions: KernelOptions): Task {
  const { program, facts, comparison, size, options } = plan;
  return {
    kernel: () => engine(program, mainName, kernelOptions),
    program,
    facts,
    comparison,
    kernelOptions,
    engine,
    pool: serialPool,
    outputs: plan.outputs.map(({ type }) => type),
    size,
    accurate: () => true,
    memoryLimit: 0,
    options,
  };
}

/** The engine of a choice that was made by name, which says of each kernel that it makes whether it left the program to another one. */
export function telling({ name, engine }: EngineChoice, tell: (left: Left) => void): Engine {
  const made: Engine = (program, main, options) => {
    const kernel = engine(program, main, options);
    if (kernel.left !== undefined) tell(kernel.left);
    return kernel;
  };
  return pausesAs(remakeable(made, 'engine', name), pausingFormOf(engine));
}

/** Draws that importance sampling begins with. */
const firstDraws = 10_240;

/** How many particles are run whatever happens, and whether that is all of them. */
export function particlesOf(
  plan: Pick<Plan, 'options'> & { readonly method: Pick<Plan['method'], 'name' | 'settledRuns'> },
): {
  readonly least: number;
  readonly known: boolean;
} {
  const { samples, simulations, particles, replicas, parameters, chains, warmup } = plan.options;
  const numberOr = (value: unknown, usual: number): number => (typeof value === 'number' ? value : usual);
  const settled = plan.method.settledRuns?.(plan.options) ?? null;
  if (settled !== null) return { least: settled, known: true };
  if (typeof simulations === 'number') return { least: simulations, known: true };
  if (particles !== undefined) {
    // A chain runs a filter for each sweep, a set of parameters one of its own.
    const filters =
      chains === undefined
        ? numberOr(replicas, replicas === undefined ? 1 : 8) * numberOr(parameters, 1)
        : numberOr(samples, 0) + numberOr(chains, 1) * numberOr(warmup, 0);
    return { least: numberOr(particles, 1000) * filters, known: false };
  }
  const isImportance = plan.method.name === 'importance';
  return {
    least: numberOr(samples, isImportance ? firstDraws : 0),
    known: isImportance && typeof samples === 'number',
  };
}

const thousands = ['', 'K', 'M', 'B', 'T'] as const;

/** Two digits and what they count. The host's own words for it take 15 ms to load. */
function inWords(n: number): string {
  const rounded = Number(n.toPrecision(2));
  const power = rounded < 1000 ? 0 : Math.min(thousands.length - 1, Math.floor(Math.log10(rounded) / 3));
  return `${rounded / 1000 ** power}${thousands[power]}`;
}
