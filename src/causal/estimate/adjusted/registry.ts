import type { MethodArguments, OptionShape } from '../methods/method.js';
import type { Effect, Units } from '../units.js';
import { aipw } from './aipw.js';
import { ipw } from './ipw.js';
import { linearRegression } from './linear.js';
import { logisticStandardisation } from './logistic.js';
import { matching } from './matching.js';
import { saturated } from './saturated.js';

/** An estimator of an effect that is known by adjusting for covariates, with the options of its own. */
type AdjustedEstimator = {
  readonly options: Readonly<Record<string, OptionShape>>;
  readonly estimate: (units: Units, asked: MethodArguments) => Effect;
  /** False where an estimate jumps with its units, so that the bootstrap does not tell its error. */
  readonly smooth: boolean;
  /** How many times as much as a linear regression an estimate takes, about. */
  readonly cost: number;
};

const plain = (estimate: (units: Units) => Effect, cost: number): AdjustedEstimator => ({
  options: {},
  estimate,
  smooth: true,
  cost,
});

/** What `estimator =` may be where covariates are adjusted for; adding one is a file of this folder and a line here. */
export const adjustedEstimators: Readonly<Record<string, AdjustedEstimator>> = {
  saturated: plain(saturated, 1),
  linear: plain(linearRegression, 1),
  logistic: plain(logisticStandardisation, 3),
  ipw: plain(ipw, 3),
  aipw: plain(aipw, 8),
  matching: {
    options: {
      on: { kind: 'words', words: ['covariates', 'propensity'] },
      neighbours: { kind: 'count' },
      calliper: { kind: 'number', positive: true },
    },
    estimate: matching,
    smooth: false,
    cost: 25,
  },
};

/** Cells of covariates that every arm must have units in before the saturated estimator is chosen. */
const mostCells = 200;

/** The estimator where none is named: cell by cell where covariates are few labels with units on both sides, else a linear regression. */
export function defaultEstimator(units: Units): string {
  if (units.covariates.some(({ levels }) => levels === null) || units.exposure.levels === null) return 'linear';
  const cells = units.covariates.reduce((product, { levels }) => product * (levels ?? 1), 1);
  return cells <= mostCells && saturated(units).ok ? 'saturated' : 'linear';
}
