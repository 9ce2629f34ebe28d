/** Long chains against filters and smoothers written out, and tapes against dense matrices. */
import { inverse, Matrix, solve } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import type { Column } from '../../src/data/table.js';
import { type Affine, variable } from '../../src/exact/gaussian/affine.js';
import { jointMoments } from '../../src/exact/gaussian/conditioned.js';
import { marginalMoments } from '../../src/exact/gaussian/smoother.js';
import type { Tape } from '../../src/exact/gaussian/tape.js';
import { meanOf, varianceOf } from '../../src/exact/summary.js';
import { gaussianAnswer } from './gaussian_solution.js';

const near = (value: number, wanted: number, tolerance: number): void => {
  const difference = Math.abs(value - wanted) / (1 + Math.abs(wanted));
  expect(difference, `${value}, expected ${wanted}`).toBeLessThan(tolerance);
};

const length = 10_000;

function observations(): Column {
  const values = new Float64Array(length);
  let x = 0;
  for (let t = 0; t < length; t++) {
    x = 0.9 * x + 2 * Math.sin(7.3 * t * t);
    values[t] = x + Math.cos(3.1 * t);
  }
  return { name: 'y', type: { kind: 'real' }, values };
}

/** Means and variances of a scalar chain x' = a x + normal(0, 1) seen through normal(x, 1) noise: Kalman, then Rauch, Tung and Striebel. */
function smoothed(a: number, seen: Float64Array): { mean: Float64Array; variance: Float64Array; logEvidence: number } {
  const n = seen.length;
  const [filteredMean, filteredVariance] = [new Float64Array(n), new Float64Array(n)];
  let logEvidence = 0;
  let [m, p] = [0, 1];
  for (let t = 0; t < n; t++) {
    if (t > 0) [m, p] = [a * m, a * a * p + 1];
    const s = p + 1;
    const e = seen[t]! - m;
    logEvidence -= 0.5 * (Math.log(2 * Math.PI * s) + (e * e) / s);
    [m, p] = [m + (p / s) * e, p / s];
    filteredMean[t] = m;
    filteredVariance[t] = p;
  }
  const mean = Float64Array.from(filteredMean);
  const variance = Float64Array.from(filteredVariance);
  for (let t = n - 2; t >= 0; t--) {
    const predicted = a * a * filteredVariance[t]! + 1;
    const gain = (a * filteredVariance[t]!) / predicted;
    mean[t] = filteredMean[t]! + gain * (mean[t + 1]! - a * filteredMean[t]!);
    variance[t] = filteredVariance[t]! + gain * gain * (variance[t + 1]! - predicted);
  }
  return { mean, variance, logEvidence };
}

describe('a chain of 10,000 states', () => {
  const column = observations();
  const wanted = smoothed(0.9, column.values);
  const chain = `data d = csv("y.csv")
    model C {
      x[0] ~ normal(0, 1)  y[0] ~ normal(x[0], 1)
      for t in 1..d.rows { x[t] ~ normal(0.9 * x[t - 1], 1)  y[t] ~ normal(x[t], 1) }
    }\n`;

  test('at both ends and in the middle', () => {
    const solved = gaussianAnswer(`${chain}query q = posterior(x[0], x[5000], x[9999] | y = d.y)`, column);
    near(solved.logEvidence, wanted.logEvidence, 1e-12);
    for (const [k, t] of [0, 5000, 9999].entries()) {
      near(meanOf(solved.marginal(k)), wanted.mean[t]!, 1e-9);
      near(varianceOf(solved.marginal(k)) ?? Number.NaN, wanted.variance[t]!, 1e-9);
    }
  });

  test('computed nodes and observations in a loop of their own', () => {
    const steps = smoothed(1, column.values);
    const solved = gaussianAnswer(
      `data d = csv("y.csv")
      model C {
        x[0] ~ normal(0, 1)
        for t in 1..d.rows { x[t] := x[t - 1] + sample normal(0, 1) }
        for t in 0..d.rows { observe d.y[t] ~ normal(x[t], 1) }
      }
      query q = E(x[3000])`,
      column,
    );
    near(solved.logEvidence, steps.logEvidence, 1e-12);
    near(meanOf(solved.marginal(0)), steps.mean[3000]!, 1e-9);
  });

  test('many states at once, by the smoother', () => {
    const tape: Tape = { definitions: [], observations: [] };
    const states: Affine[] = [];
    for (const [t, y] of column.values.entries()) {
      const before = states.at(-1);
      tape.definitions.push(null, null);
      const noise = tape.definitions.length - 2;
      if (before === undefined) states.push(variable(noise));
      else {
        const ids = [...before.ids, noise].sort((a, b) => a - b);
        tape.definitions.push({
          kind: 'affine',
          constant: 0,
          ids,
          coefficients: ids.map((id) => (id === noise ? 1 : 0.9)),
        });
        states.push(variable(tape.definitions.length - 1));
      }
      const x = states[t]!;
      const ids = [...x.ids, noise + 1].sort((a, b) => a - b);
      tape.observations.push({ kind: 'affine', constant: -y, ids, coefficients: ids.map(() => 1) });
    }
    const { mean, sd } = marginalMoments(tape, states, () => {});
    for (let t = 0; t < length; t += 7) {
      near(mean[t]!, wanted.mean[t]!, 1e-9);
      near(sd[t]! ** 2, wanted.variance[t]!, 1e-9);
    }
  });
});

/** A small generator of whole numbers, so that tapes are the same everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A random tape, its variables as rows over the noises, and functions to ask for. */
function randomTape(seed: number): { tape: Tape; asked: Affine[]; rows: number[][]; constants: number[] } {
  const pick = generator(seed);
  const tape: Tape = { definitions: [], observations: [] };
  const rows: number[][] = [];
  const constants: number[] = [];
  const noises = 12;
  const combination = (own: number | null): Affine => {
    const ids = new Set(own === null ? [] : [own]);
    const known = rows.length;
    for (let k = 0; k < 1 + pick(3); k++) if (known > 0) ids.add(Math.max(0, known - 1 - pick(6)));
    const sorted = [...ids].sort((a, b) => a - b);
    const coefficients = sorted.map((id) => (id === own ? 0.5 + pick(3) : [1, -1, 0.5, 2][pick(4)]!));
    return { kind: 'affine', constant: pick(5) - 2, ids: sorted, coefficients };
  };
  const add = (definition: Affine | null, row: number[], constant: number): number => {
    tape.definitions.push(definition);
    rows.push(row);
    constants.push(constant);
    return rows.length - 1;
  };
  const rowOf = (a: Affine): number[] =>
    Array.from({ length: noises }, (_, j) => a.ids.reduce((sum, id, i) => sum + a.coefficients[i]! * rows[id]![j]!, 0));
  const constantOf = (a: Affine): number =>
    a.ids.reduce((sum, id, i) => sum + a.coefficients[i]! * constants[id]!, a.constant);
  for (let k = 0; k < noises; k++) {
    const noise = add(
      null,
      Array.from({ length: noises }, (_, j) => (j === k ? 1 : 0)),
      0,
    );
    if (k % 3 === 2) tape.observations.push(combination(noise));
    else if (k > 0) {
      const definition = combination(pick(4) === 0 ? null : noise);
      add(definition, rowOf(definition), constantOf(definition));
    }
  }
  const asked = Array.from({ length: 5 }, () => combination(null));
  return { tape, asked, rows, constants };
}

describe('random tapes', () => {
  test('have the moments of the dense matrices', () => {
    let compared = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { tape, asked, rows, constants } = randomTape(seed);
      const dense = (list: readonly Affine[]): { factor: Matrix; mean: Matrix } => ({
        factor: new Matrix(
          list.map((a) =>
            rows[0]!.map((_, j) => a.ids.reduce((sum, id, i) => sum + a.coefficients[i]! * rows[id]![j]!, 0)),
          ),
        ),
        mean: new Matrix(
          list.map((a) => [a.ids.reduce((sum, id, i) => sum + a.coefficients[i]! * constants[id]!, a.constant)]),
        ),
      });
      const [seen, wanted] = [dense(tape.observations), dense(asked)];
      const sigma = seen.factor.mmul(seen.factor.transpose());
      const distance = Matrix.mul(seen.mean, -1);
      const cross = wanted.factor.mmul(seen.factor.transpose());
      const mean = Matrix.add(wanted.mean, cross.mmul(solve(sigma, distance)));
      const covariance = Matrix.sub(
        wanted.factor.mmul(wanted.factor.transpose()),
        cross.mmul(inverse(sigma)).mmul(cross.transpose()),
      );
      const joint = jointMoments(tape, asked, () => {});
      const single = marginalMoments(tape, asked, () => {});
      for (const i of asked.keys()) {
        near(joint.mean[i]!, mean.get(i, 0), 1e-9);
        near(single.mean[i]!, mean.get(i, 0), 1e-9);
        near(single.sd[i]! ** 2, covariance.get(i, i), 1e-9);
        for (const j of asked.keys()) near(joint.covariance[i * asked.length + j]!, covariance.get(i, j), 1e-9);
      }
      compared += 1;
    }
    expect(compared).toBe(200);
  });

  test('keep their digits behind a wide prior', () => {
    // b ~ normal(0, 1e6), and 0.5 and 1.5 are seen of it with noise of 0.1.
    const tape: Tape = { definitions: [null, null, null], observations: [] };
    for (const [k, y] of [0.5, 1.5].entries())
      tape.observations.push({ kind: 'affine', constant: -y, ids: [0, k + 1], coefficients: [1e6, 0.1] });
    const { mean, covariance } = jointMoments(
      tape,
      [{ kind: 'affine', constant: 0, ids: [0], coefficients: [1e6] }],
      () => {},
    );
    near(mean[0]!, 2 / (2 + 1e-14), 1e-9);
    near(covariance[0]! / 0.005, 1 / (1 + 0.5e-14), 1e-8);
  });
});
