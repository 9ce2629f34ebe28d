/** Exact answers against importance sampling of the same question. */
import { expect } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { meanOf } from '../../src/exact/summary.js';
import { defaultLimits } from '../../src/ir/engine.js';
import { mainName } from '../../src/passes/assemble.js';
import type { Plan } from '../../src/plan/plan.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { exactAnswer, planBy } from './gaussian_solution.js';

type Weighed = {
  readonly mean: number;
  readonly meanSe: number;
  readonly evidence: number;
  readonly evidenceSe: number;
  readonly ess: number;
};

/** Self-normalised estimate of the first output, and log evidence by the mean weight; the lowest dimension wins. */
function sampled(plan: Plan, samples: number, seed: string): Weighed | null {
  const options = { layout: plan.layout.layout, key: keyFromSeed(seed), limits: defaultLimits, externs: {} };
  const kernel = javascript(plan.program, mainName, options);
  const rows: { readonly weight: number; readonly dimension: number; readonly value: number }[] = [];
  for (let block = 0; block * 1024 < samples; block++) {
    const { logWeight, dimension, columns } = kernel.runBlock(block, 1024);
    const [column] = columns;
    for (const [i, weight] of logWeight.entries())
      rows.push({ weight, dimension: dimension[i]!, value: Number(column?.[i]) });
  }
  const possible = rows.filter((r) => r.weight > Number.NEGATIVE_INFINITY);
  const lowest = possible.reduce((least, r) => Math.min(least, r.dimension), Number.POSITIVE_INFINITY);
  const kept = possible.filter((r) => r.dimension === lowest);
  if (kept.length === 0) return null;
  const greatest = kept.reduce((most, r) => Math.max(most, r.weight), Number.NEGATIVE_INFINITY);
  const weights = kept.map((r) => Math.exp(r.weight - greatest));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = kept.reduce((sum, r, i) => sum + (weights[i]! / total) * r.value, 0);
  const meanSe = Math.sqrt(kept.reduce((sum, r, i) => sum + ((weights[i]! / total) * (r.value - mean)) ** 2, 0));
  const squares = weights.reduce((sum, w) => sum + w * w, 0);
  return {
    mean,
    meanSe,
    evidence: greatest + Math.log(total / rows.length),
    evidenceSe: Math.sqrt(Math.max(0, squares / total ** 2 - 1 / rows.length)),
    ess: (total * total) / squares,
  };
}

/** Signed distances in standard errors, of those questions that both could answer. */
export type Distances = { readonly mean: number[]; readonly evidence: number[]; refused: number };

/** Fails where the two differ by more than five standard errors. */
export function compare(text: string, samples: number, found: Distances): void {
  const exact = exactAnswer(text);
  const plan = planBy('importance', text);
  if (typeof exact === 'string' || typeof plan === 'string') {
    found.refused += 1;
    // What evidence cannot be put into weights no method answers; what is not linear is not asked here.
    if (typeof plan === 'string') expect(plan, text).toMatch(/E049/);
    else if (typeof exact === 'string') expect(exact, text).toMatch(/differ between them|no partner|end of a range/);
    return;
  }
  const run = sampled(plan, samples, 'exact');
  if (run === null || run.ess < 300) return;
  const distance = (value: number, wanted: number, se: number): number => {
    const rounding = 1e-9 * (1 + Math.abs(wanted));
    const z = Math.abs(value - wanted) < rounding ? 0 : (value - wanted) / (se + rounding);
    expect(Math.abs(z), `${value}, exact ${wanted}, standard error ${se}, ess ${run.ess}\n${text}`).toBeLessThan(5);
    return z;
  };
  const law = exact.marginal(0);
  const isRare = law.kind === 'atoms' && law.probabilities.some((p) => p * run.ess < 20);
  const mean = isRare ? 0 : distance(run.mean, meanOf(law), run.meanSe);
  if (mean !== 0) found.mean.push(mean);
  const evidence = distance(run.evidence, exact.logEvidence, run.evidenceSe);
  if (evidence !== 0) found.evidence.push(evidence);
}

/** Fails where the distances lie on one side, by five standard errors of their mean. */
export function expectNoSide(distances: readonly number[], least: number): void {
  expect(distances.length).toBeGreaterThan(least);
  const mean = distances.reduce((sum, z) => sum + z, 0) / distances.length;
  expect(Math.abs(mean) * Math.sqrt(distances.length)).toBeLessThan(5);
}
