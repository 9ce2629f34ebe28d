import { derivedKey, type Key } from '../../runtime/random/seed.js';
import { noiseSource, particleState } from '../../runtime/random/source.js';
import { columnOf, type Effect, type Estimator, type Units, unestimable, unitsAt } from './units.js';

/** How many resamples, and of what: of rows, or of what the column `clusters` holds together. */
export type Resampling = { readonly replicas: number; readonly clusters: string | null };

/** The index under which the noise of resamples is derived from the key of a run. */
const resamplingNoise = 0x626f6f74;

/**
 * An estimate whose error is the standard deviation of those from resamples, drawn with replacement as often as there are rows or clusters, and
 * whose interval goes between their 2.5 % and 97.5 % quantiles (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 6 and
 * 13). No estimate where more than a tenth of the resamples has none.
 */
export function bootstrapped(units: Units, estimator: Estimator, { replicas, clusters }: Resampling, key: Key): Effect {
  const whole = estimator(units);
  if (!whole.ok) return whole;
  const groups = clustersOf(units, clusters);
  const own = derivedKey(key, resamplingNoise);
  const state = new Int32Array(4);
  const found: number[] = [];
  for (let replica = 0; replica < replicas; replica++) {
    particleState(own, replica, state);
    const noise = noiseSource(state);
    const rows: number[] = [];
    const names: number[] = [];
    for (let k = 0; k < groups.length; k++) {
      const those = groups[Math.floor(noise.uniform() * groups.length)]!;
      for (const r of those) {
        rows.push(r);
        names.push(k);
      }
    }
    const drawn = unitsAt(units, rows);
    // A cluster that is drawn twice is two clusters.
    const others = drawn.others.map((c) => (c.name === clusters ? { ...c, values: Float64Array.from(names) } : c));
    const effect = estimator({ ...drawn, others });
    if (effect.ok && Number.isFinite(effect.value)) found.push(effect.value);
  }
  const failed = replicas - found.length;
  if (found.length < 2 || failed > replicas / 10)
    return unestimable(`${failed} of ${replicas} resamples allow no estimate`);
  const mean = found.reduce((sum, v) => sum + v, 0) / found.length;
  const se = Math.sqrt(found.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (found.length - 1));
  found.sort((a, b) => a - b);
  const quantile = (p: number): number => {
    const at = p * (found.length - 1);
    const low = found[Math.floor(at)]!;
    return low + (at - Math.floor(at)) * (found[Math.ceil(at)]! - low);
  };
  const message = `${failed} of ${replicas} resamples allow no estimate, and were left out`;
  return {
    ...whole,
    se,
    interval: [quantile(0.025), quantile(0.975)],
    how: `${whole.how}, error by ${replicas} resamples${clusters === null ? '' : ` of ${clusters}`}`,
    remarks: failed === 0 ? whole.remarks : [...whole.remarks, { code: 'W0643', message }],
  };
}

/** The rows of each cluster, in the order in which clusters appear. */
function clustersOf(units: Units, clusters: string | null): readonly (readonly number[])[] {
  if (clusters === null) return Array.from({ length: units.rows }, (_, r) => [r]);
  const groups = new Map<number, number[]>();
  columnOf(units, clusters).values.forEach((value, r) => {
    const rows = groups.get(value) ?? [];
    groups.set(value, rows);
    rows.push(r);
  });
  return [...groups.values()];
}
