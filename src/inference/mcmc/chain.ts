/**
 * Metropolis–Hastings in the space of noise. A program is a deterministic function of standard noise x = (x_a) at addresses a, and a run
 * asks for some of it: with p the density of standard noise and w(x) the run's weight, the target is p(x) w(x). No density of a draw is
 * needed, and evidence is in w already.
 *
 * The noise that every run asks for (z, `fixed`) is moved as a vector; other noise comes and goes with the run (`Sites`). A proposal changes
 * some of it and runs the program again: addresses of the present run that come again keep their noise, new ones draw it from p, and those that
 * are not asked for any more are dropped. With F the fresh and S the stale addresses, fresh noise is proposed with density ∏_F p, and
 * the way back would draw the stale one with density ∏_S p, while the target's ratio holds ∏_F p / ∏_S p: they cancel. What is left
 * of the acceptance ratio:
 *
 *   a block of z, moved by a symmetric step:             p(z') w(x') / (p(z) w(x))
 *   one number of z, by a step that leaves p alone:      w(x') / w(x)
 *   one of the n other numbers, chosen with 1/n, so:     w(x') n / (w(x) n')
 *
 * where n' is how many numbers beside z the proposed run asked for: the way back chooses the same address with 1/n'. It is always there: up to
 * the first request at the changed address both runs are the same. (Wingate, Stuhlmüller and Goodman 2011, "Lightweight
 * implementations of probabilistic programming languages via transformational compilation", whose published ratio lacked the
 * stale and fresh terms; they cancel here because both are drawn from the prior.)
 *
 * Steps that leave p alone: z' = √(1 - β²) z + β ξ with ξ standard normal, on the scale where noise is normal (preconditioned
 * Crank–Nicolson; Neal 1998); β = 1 is a new draw from the prior.
 *
 * A density is nothing against an atom: a run whose scores have a lower dimension always wins over one of a higher.
 */
import type { TracedKernel } from '../../codegen/traced.js';
import { isFault } from '../../ir/faults.js';
import type { Constant, NoiseKind } from '../../ir/ir.js';
import type { Pieces } from '../../runtime/jobs.js';
import { nextNormal } from '../../runtime/random/normal.js';
import type { Key } from '../../runtime/random/seed.js';
import { seedParticle } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';
import { noiseOf, unconstrained } from '../standard_noise.js';
import { acceptance } from './acceptance.js';
import { adapt, type Block, copyOfBlock, endWindow, newBlock, observe, stepOf, targetAcceptance } from './adapt.js';
import { type HeldNoise, noNoise, type Sites } from './sites.js';
import { noCounts, type Sweeping } from './sweeps.js';

/** A chain between two jobs. Plain data. */
export type ChainState = {
  /** Runs of the program so far; also what tells the random numbers of one run from those of another. */
  readonly time: number;
  readonly sweeps: number;
  /** The noise that every run asks for, on the scale where it is normal. */
  readonly fixed: Float64Array;
  readonly held: HeldNoise;
  readonly blocks: readonly Block[];
  /** log β of each number of `fixed`. */
  readonly steps: Float64Array;
  /** Sum over the sweeps of the warm-up's second half of the numbers held, and how many sweeps these were. */
  readonly size: Float64Array;
};

/** What moves are made of, and what they move. */
type Chain = Sweeping<ChainState> & { readonly output: (k: number) => Constant };

export type ChainOptions = {
  readonly key: Key;
  /** Kinds of the kernel's parameters and sites, in order. */
  readonly kinds: readonly NoiseKind[];
  readonly outputs: number;
  /** Number of sweeps that adapt. */
  readonly warmup: number;
  /** What only tests change: the log ratio of choosing one of n numbers now and one of n' on the way back. */
  readonly choice?: (n: number, back: number) => number;
};

const choiceRatio = (n: number, back: number): number => Math.log(n / back);

/** Numbers that are moved in one block at most. */
const mostMembers = 32;
/** Single numbers that are moved in one sweep at most. */
const mostSingle = 8;
const mostDynamic = 32;
/** Where the windows of adaptation end, in shares of the warm-up. */
export const windowEnds = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 7 / 8];
/**
 * Whether the prior gives such numbers once in ten thousand runs at most, by the tail of a chi-square of d degrees of freedom (Laurent and
 * Massart 2000, lemma 1). Chains come there on their way; a fault there is no word on the model, and counts as weight zero.
 */
export function isWild(z: Float64Array): boolean {
  const d = z.length;
  let square = 0;
  for (let i = 0; i < d; i++) square += z[i]! * z[i]!;
  return square > d + 2 * Math.sqrt(6 * d) + 12;
}

/** The same of a single number. */
const extreme = 4.2;

/** Splits the fixed noise into blocks. */
export function blocksFor(count: number, step: number): readonly Block[] {
  const blocks = Math.ceil(count / mostMembers);
  return Array.from({ length: blocks }, (_, b) => {
    const from = Math.floor((b * count) / blocks);
    const to = Math.floor(((b + 1) * count) / blocks);
    return newBlock(
      Array.from({ length: to - from }, (_, i) => from + i),
      step,
    );
  });
}

/** Takes up a chain where it stood. */
export function resumeChain(kernel: TracedKernel, sites: Sites, state: ChainState, options: ChainOptions): Chain {
  const { key, kinds, warmup, choice = choiceRatio } = options;
  const d = kinds.length;
  const fixed = Float64Array.from(state.fixed);
  const blocks = state.blocks.map(copyOfBlock);
  const steps = state.steps.slice();
  const size = state.size.slice();
  const counts = noCounts();
  const outputs: Constant[] = new Array<Constant>(options.outputs).fill(0);
  const random = new Int32Array(4);
  const before = new Float64Array(mostMembers);
  const u = new Float64Array(mostMembers);
  const step = new Float64Array(mostMembers);
  let { time, sweeps } = state;
  let present = { logWeight: Number.NEGATIVE_INFINITY, dimension: 0, unaligned: 0 };

  const ends = windowEnds.map((share) => Math.round(share * warmup));

  const show = (index: number): void => kernel.set(index, noiseOf(kinds[index]!, fixed[index]!));
  /** Runs the program; null where the weight is zero. */
  const run = (wild: boolean): { logWeight: number; dimension: number; unaligned: number } | null => {
    counts.runs += 1;
    try {
      const found = kernel.run();
      counts.steps += found.steps;
      return found.logWeight === Number.NEGATIVE_INFINITY ? null : found;
    } catch (thrown) {
      sites.reject();
      if (wild && isFault(thrown)) return null;
      throw thrown;
    }
  };
  const keep = (found: typeof present): void => {
    present = found;
    for (let k = 0; k < outputs.length; k++) outputs[k] = kernel.output(k);
  };
  /** Accepts or rejects what was run; gives the probability of acceptance. `ratio` is the log ratio of all but the weights. */
  const decide = (found: typeof present | null, ratio: number): { accepted: boolean; probability: number } => {
    counts.proposed += 1;
    const probability = acceptance(found, present, ratio);
    const accepted = found !== null && nextUniform(random) < probability;
    if (accepted) {
      sites.accept();
      keep(found);
      counts.accepted += 1;
    } else sites.reject();
    return { accepted, probability };
  };
  const next = (): void => {
    time += 1;
    seedParticle(key[0], key[1], time, random);
  };

  const moveBlock = (block: Block, adapts: boolean): void => {
    const { members } = block;
    next();
    for (let i = 0; i < members.length; i++) u[i] = nextNormal(random);
    stepOf(block, u, step);
    let prior = 0;
    for (let i = 0; i < members.length; i++) {
      const index = members[i]!;
      before[i] = fixed[index]!;
      const z = fixed[index]! + step[i]!;
      prior += 0.5 * (before[i]! * before[i]! - z * z);
      fixed[index] = z;
      show(index);
    }
    sites.begin(time);
    const { accepted, probability } = decide(run(isWild(fixed)), prior);
    if (!accepted)
      for (let i = 0; i < members.length; i++) {
        fixed[members[i]!] = before[i]!;
        show(members[i]!);
      }
    if (!adapts) return;
    adapt(block, u, probability);
    observe(block, fixed);
  };

  const moveOne = (adapts: boolean): void => {
    next();
    const index = Math.floor(nextUniform(random) * d);
    const renews = nextUniform(random) < 0.5;
    const beta = renews ? 1 : Math.exp(steps[index]!);
    const z = fixed[index]!;
    fixed[index] = Math.sqrt(1 - beta * beta) * z + beta * nextNormal(random);
    show(index);
    sites.begin(time);
    const { accepted, probability } = decide(run(Math.abs(fixed[index]!) > extreme), 0);
    if (!accepted) {
      fixed[index] = z;
      show(index);
    }
    if (adapts && !renews)
      steps[index] = Math.min(0, steps[index]! + (3 * (probability - targetAcceptance(1))) / Math.sqrt(1 + sweeps));
  };

  const moveDynamic = (): void => {
    const n = sites.held();
    if (n === 0) return;
    next();
    const place = Math.floor(nextUniform(random) * n);
    const beta = nextUniform(random) < 0.5 ? 1 : 2 ** -(1 + Math.floor(5 * nextUniform(random)));
    const kind = sites.kindAt(place);
    const z = unconstrained(kind, sites.valueAt(place));
    const moved = Math.sqrt(1 - beta * beta) * z + beta * nextNormal(random);
    sites.beginWith(time, place, noiseOf(kind, moved));
    const found = run(Math.abs(moved) > extreme);
    decide(found, found === null ? 0 : choice(n, sites.asked()));
  };

  function* sweep(adapts: boolean): Pieces<void> {
    yield;
    for (const block of blocks) {
      // A step in d dimensions goes about a d-th of the way that draws are apart.
      const moves = Math.ceil(block.members.length / 4);
      for (let i = 0; i < moves; i++) moveBlock(block, adapts);
      if (adapts && ends.includes(sweeps + 1)) endWindow(block);
    }
    const single = Math.min(mostSingle, Math.ceil(d / 4));
    for (let i = 0; i < single; i++) moveOne(adapts);
    if (kernel.asks) {
      // How many moves a sweep has must not hang on the state, once the warm-up is over.
      const mean = adapts ? sites.held() : size[0]! / Math.max(1, size[1]!);
      const moves = Math.min(mostDynamic, 1 + Math.ceil(mean / 2));
      for (let i = 0; i < moves; i++) moveDynamic();
      if (adapts && 2 * sweeps >= warmup) {
        size[0] = size[0]! + sites.held();
        size[1] = size[1]! + 1;
      }
    }
    sweeps += 1;
    counts.unaligned += present.unaligned;
  }

  for (let i = 0; i < d; i++) show(i);
  sites.write(state.held);
  sites.begin(time);
  const found = run(false);
  if (found === null) throw new Error('mh: the state of a chain has weight zero');
  sites.accept();
  keep(found);
  return {
    sweeps,
    sweep,
    output: (k) => outputs[k]!,
    dimension: () => present.dimension,
    counts,
    read: () => ({ time, sweeps, fixed: fixed.slice(), held: sites.read(), blocks, steps: steps.slice(), size }),
  };
}

/** Runs from the prior with positive weight that a start is the best of. */
const candidates = 20;
/** Loop iterations and calls after which no further run is tried. */
export const mostSteps = 1e8;

/**
 * A start for a chain: the best by weight of some runs from the prior. Null where none of `attempts` runs, or of as many as `mostSteps`
 * allows, has a weight. The runs are those of the times from 1 on of the chain's key.
 */
export function* startChain(
  kernel: TracedKernel,
  sites: Sites,
  options: ChainOptions,
  attempts: number,
  step: number,
): Pieces<{ readonly state: ChainState | null; readonly runs: number; readonly steps: number }> {
  const { key, kinds } = options;
  const d = kinds.length;
  const fixed = new Float64Array(d);
  const random = new Int32Array(4);
  let best: { fixed: Float64Array; held: HeldNoise; logWeight: number; dimension: number } | null = null;
  let found = 0;
  let time = 0;
  let steps = 0;
  while (time < attempts && found < candidates && steps < mostSteps) {
    yield;
    time += 1;
    seedParticle(key[0], key[1], time, random);
    for (let i = 0; i < d; i++) {
      fixed[i] = nextNormal(random);
      kernel.set(i, noiseOf(kinds[i]!, fixed[i]!));
    }
    sites.write(noNoise);
    sites.begin(time);
    const run = kernel.run();
    steps += run.steps;
    sites.accept();
    const { logWeight, dimension } = run;
    if (logWeight === Number.NEGATIVE_INFINITY) continue;
    found += 1;
    if (best !== null && (dimension > best.dimension || (dimension === best.dimension && logWeight <= best.logWeight)))
      continue;
    best = { fixed: fixed.slice(), held: sites.read(), logWeight, dimension };
  }
  if (best === null) return { state: null, runs: time, steps };
  const state: ChainState = {
    time,
    sweeps: 0,
    fixed: best.fixed,
    held: best.held,
    blocks: blocksFor(d, step),
    steps: new Float64Array(d).fill(Math.log(0.5 * Math.min(1, step))),
    size: new Float64Array(2),
  };
  return { state, runs: time, steps };
}
