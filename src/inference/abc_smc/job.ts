import { newDraws } from '../../ir/draws.js';
import { blockSize, type Engine, type KernelOptions } from '../../ir/engine.js';
import type { IrType, NoiseKind, Program } from '../../ir/ir.js';
import { mainName } from '../../passes/assemble.js';
import type { Comparison, Measure } from '../../passes/comparison.js';
import type { Job, Pieces } from '../../runtime/jobs.js';
import { derivedKey } from '../../runtime/random/seed.js';
import { distanceOf } from '../abc/distance.js';
import { type Accepted, closestIndices, newGathering, pickAccepted } from '../rejection/accepted.js';
import { noiseOf } from '../standard_noise.js';
import { fromMixture, fromPrior, type Proposals, type Proposer } from './proposals.js';

/** What all generations have in common. */
type GenerationSetup = {
  readonly engine: Engine;
  /** With the noise of the parameters opened; `main` yields the outputs, the summaries and what was seen. */
  readonly program: Program;
  /** Has the distance. */
  readonly measuring: Program;
  readonly comparison: Comparison;
  readonly options: KernelOptions;
  readonly outputs: readonly IrType[];
  readonly noise: readonly NoiseKind[];
};

/** Candidates `from` to `to - 1` of a generation; `from` is the first of a block. Null proposals: the prior. */
export type GenerationRange = {
  readonly from: number;
  readonly to: number;
  readonly proposals: Proposals | null;
  readonly measure: Measure;
  /** Candidates that are not further away than this, and of them the closest `most`. */
  readonly within: number;
  readonly most: number;
  /** Whose summaries are handed back whatever their distance: those before this candidate. */
  readonly surveyed: number;
};

/** The accepted candidates of a range. */
export type GenerationPart = {
  /** The last column holds the summaries; log weights hold prior over proposal. */
  readonly accepted: Accepted;
  readonly places: Float64Array;
  readonly rows: readonly Float64Array[];
  readonly possible: number;
  readonly least: number;
  readonly steps: number;
  readonly unaligned: number;
};

/** The index under which the key of the proposals is derived. */
const proposalKey = 0x9409;

/** Simulates proposals and keeps those that come near to what was seen. */
export const generationJob: Job<GenerationSetup, GenerationRange, GenerationPart> = {
  name: 'abc generation',
  prepare: ({ engine, program, measuring, comparison, options, outputs, noise }) => {
    const kernel = engine(program, mainName, options);
    const measured = distanceOf(measuring, comparison);
    const dimension = noise.length;
    const given = noise.map(() => new Float64Array(blockSize));
    const block = { ...newDraws(outputs, blockSize), given };
    const proposed = new Float64Array(dimension * blockSize);
    const key = derivedKey(options.key, proposalKey);
    const kept = [...outputs.keys()].slice(0, -1);
    let known: { readonly proposals: Proposals | null; readonly proposer: Proposer } | null = null;
    const proposerOf = (proposals: Proposals | null): Proposer => {
      if (known === null || known.proposals !== proposals)
        known = {
          proposals,
          proposer: proposals === null ? fromPrior(dimension, key) : fromMixture(proposals, key),
        };
      return known.proposer;
    };
    return function* ({ from, to, proposals, measure, within, most, surveyed }): Pieces<GenerationPart> {
      const proposer = proposerOf(proposals);
      const gathered = newGathering(kept);
      const places: number[] = [];
      const rows: Float64Array[] = [];
      let possible = 0;
      let least = Number.POSITIVE_INFINITY;
      let steps = 0;
      let unaligned = 0;
      for (let start = from; start < to; start += blockSize) {
        const count = Math.min(blockSize, to - start);
        yield;
        for (let i = 0; i < count; i++) {
          const place = proposed.subarray(i * dimension, (i + 1) * dimension);
          proposer.draw(start + i, place);
          for (const [k, kind] of noise.entries()) given[k]![i] = noiseOf(kind, place[k]!);
        }
        const counts = kernel.fill(block, start, start + count, start);
        steps += counts.steps;
        unaligned += counts.unaligned;
        const summaries = block.columns[outputs.length - 2] ?? [];
        const seen = block.columns[outputs.length - 1] ?? [];
        for (let i = 0; i < count; i++) {
          const row = vectorOf(summaries[i]);
          if (start + i < surveyed) rows.push(row);
          if (block.logWeight[i] === Number.NEGATIVE_INFINITY) continue;
          possible++;
          const distance = measured(row, vectorOf(seen[i]), measure);
          if (distance < least) least = distance;
          if (!(distance <= within)) continue;
          const place = proposed.subarray(i * dimension, (i + 1) * dimension);
          gathered.add(block, i, start + i, distance);
          places.push(...place);
        }
      }
      const all = gathered.finish();
      const nearest = closestIndices(all, most);
      const accepted = nearest === null ? all : pickAccepted(all, nearest);
      const flat = Float64Array.from(places);
      const chosen = nearest === null ? flat : pickRows(flat, dimension, nearest);
      const logWeights = accepted.logWeights.map(
        (log, i) => log + proposer.logWeight(chosen.subarray(i * dimension, (i + 1) * dimension)),
      );
      return { accepted: { ...accepted, logWeights }, places: chosen, rows, possible, least, steps, unaligned };
    };
  },
};

/** Some rows of a matrix. */
export function pickRows(rows: Float64Array, dimension: number, indices: Int32Array): Float64Array {
  const picked = new Float64Array(indices.length * dimension);
  for (const [k, i] of indices.entries()) picked.set(rows.subarray(i * dimension, (i + 1) * dimension), k * dimension);
  return picked;
}

/** Numbers of a whole value. */
export const vectorOf = (value: unknown): Float64Array =>
  value instanceof Float64Array ? value : Array.isArray(value) ? Float64Array.from(value, Number) : new Float64Array(0);
