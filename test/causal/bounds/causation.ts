/** Probabilities of causation of a binary cause x for a binary effect y (Tian and Pearl, Annals of Mathematics and Artificial Intelligence 28, 2000). */

/** Shares of units by cause and effect; they sum to one. */
type CauseEffect = {
  readonly both: number;
  /** x without y. */
  readonly cause: number;
  /** y without x. */
  readonly effect: number;
  readonly neither: number;
};

/** P(y | do(x)) and P(y | do(not x)). */
type Experiment = { readonly under: number; readonly without: number };

type Interval = { readonly low: number; readonly high: number };

/** That x was needed for y, that it would have been enough, and both: P(y' without x | x, y), P(y with x | x', y'), P(y with x, y' without x). */
type Causation = {
  readonly necessity: Interval;
  readonly sufficiency: Interval;
  readonly both: Interval;
};

/** What an experiment would find where the cause is not confounded. */
export const unconfounded = ({ both, cause, effect, neither }: CauseEffect): Experiment => ({
  under: both / (both + cause),
  without: effect / (effect + neither),
});

/**
 * Sharp bounds from observation and experiment (section 4.2.2, theorems 6 to 8). With `monotone`, x never prevents y, and all three are numbers
 * (theorem 9). An end is NaN where nobody has x and y, or nobody neither.
 */
export function causation(seen: CauseEffect, { under, without }: Experiment, monotone: boolean): Causation {
  const { both, cause, effect, neither } = seen;
  const outcome = both + effect;
  if (monotone)
    return {
      necessity: point((outcome - without) / both),
      sufficiency: point((under - outcome) / neither),
      both: point(under - without),
    };
  return {
    necessity: {
      low: Math.max(0, (outcome - without) / both),
      high: Math.min(1, (1 - without - neither) / both),
    },
    sufficiency: {
      low: Math.max(0, (under - outcome) / neither),
      high: Math.min(1, (under - both) / neither),
    },
    both: {
      low: Math.max(0, under - without, outcome - without, under - outcome),
      high: Math.min(under, 1 - without, both + neither, under - without + cause + effect),
    },
  };
}

const point = (value: number): Interval => ({ low: value, high: value });
