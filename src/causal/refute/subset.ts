import { numberText } from '../estimate/number_text.js';
import { columnOf, unitsAt } from '../estimate/units.js';
import { farOff, type Refutation, repeated, shuffled } from './refutation.js';

/** The share of units that a subset keeps. */
const kept = 0.8;

/** A shift below this many standard errors is nothing to speak of, and a spread of so many times what it should be may be chance or a rough formula. */
const slack = { shift: 0.25, spread: 1.25 };

/**
 * Makes the estimate again from 80 % of the units: it must stay where it is, and spread as its standard error says. Without replacement its variance
 * given the data is that of the estimate times 1 / 0.8 - 1.
 */
export const subset: Refutation = (suspect) => {
  const { units, effect, clusters } = suspect;
  const groups = clusters === null ? null : groupsOf(columnOf(units, clusters).values);
  const count = groups?.length ?? units.rows;
  const found = repeated(suspect, (noise) => {
    const chosen = shuffled(count, noise).subarray(0, Math.ceil(kept * count));
    return unitsAt(
      units,
      groups === null ? chosen.sort() : [...chosen].flatMap((g) => groups[g]!).sort((x, y) => x - y),
    );
  });
  if (found === null) return null;
  const { mean, deviation, error } = found;
  const shift = Math.abs(mean - effect.value);
  const expected = effect.se * Math.sqrt(1 / kept - 1);
  const stays = shift <= farOff(found.count) * error || shift <= slack.shift * effect.se;
  const steady =
    deviation <= expected * slack.spread * unlikelySpread(found.count) || deviation <= 1e-9 * Math.abs(effect.value);
  const told = `from 80 % of the units the estimate${suspect.part} is ${numberText(mean)}, give or take ${numberText(deviation)} (${found.count} subsets)`;
  return {
    name: 'subset',
    value: mean,
    se: error,
    passed: stays && steady,
    meaning: stays
      ? steady
        ? told
        : `${told}, more than its standard error allows, ${numberText(expected)}: it rests on few units`
      : `${told}, elsewhere than from all`,
  };
};

/** The rows of each cluster. */
function groupsOf(names: Float64Array): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  names.forEach((name, r) => {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [r]);
    else group.push(r);
  });
  return [...groups.values()];
}

/** A sample's standard deviation is so many times the true one once in a thousand times: the root of the 0.999 quantile of chi squared over its degrees of freedom. */
function unlikelySpread(count: number): number {
  const quantiles = [13.816, 16.266, 18.467, 20.515, 22.458, 24.322, 26.124, 27.877];
  const freedom = Math.min(quantiles.length + 1, count - 1);
  return Math.sqrt((quantiles[freedom - 2] ?? Number.POSITIVE_INFINITY) / freedom);
}
