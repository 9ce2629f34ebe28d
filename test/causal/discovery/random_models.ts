/** Random acyclic models and rows drawn from them. */
import type { UnitColumn } from '../../../src/causal/estimate/units.js';
import { label, quantity, streamOf } from '../simulate.js';

/** Parents of each node; nodes in causal order. */
export type Parents = readonly ReadonlySet<number>[];

/** A random acyclic graph whose nodes are shuffled, each pair joined with a probability. */
export function randomParents(count: number, joined: number, seed: string): Parents {
  const noise = streamOf(`graph ${seed}`);
  const order = [...Array(count).keys()];
  for (let k = count - 1; k > 0; k--) {
    const j = Math.floor(noise.uniform() * (k + 1));
    [order[k], order[j]] = [order[j]!, order[k]!];
  }
  const parents: Set<number>[] = Array.from({ length: count }, () => new Set());
  for (const [k, v] of order.entries())
    for (const w of order.slice(0, k)) if (noise.uniform() < joined) parents[v]!.add(w);
  return parents;
}

/** Nodes with causes before effects. */
export function orderOf(parents: Parents): readonly number[] {
  const order: number[] = [];
  const placed = new Set<number>();
  while (order.length < parents.length)
    for (const [v, causes] of parents.entries())
      if (!placed.has(v) && [...causes].every((w) => placed.has(w))) {
        placed.add(v);
        order.push(v);
      }
  return order;
}

/** Rows of a linear model with coefficients of ±0.5 to ±1 and noise of variance about 1. */
export function linearColumns(
  parents: Parents,
  rows: number,
  seed: string,
  shape: 'normal' | 'uniform' | 'exponential' = 'normal',
): readonly UnitColumn[] {
  const noise = streamOf(`rows ${seed}`);
  const draw = (): number => {
    if (shape === 'normal') return noise.normal();
    return shape === 'uniform' ? Math.sqrt(12) * (noise.uniform() - 0.5) : noise.exponential() - 1;
  };
  const values = parents.map(() => new Float64Array(rows));
  for (const v of orderOf(parents)) {
    const slopes = [...parents[v]!].map(
      (w) => [w, (0.5 + 0.5 * noise.uniform()) * (noise.uniform() < 0.5 ? -1 : 1)] as const,
    );
    const sd = 0.8 + 0.4 * noise.uniform();
    for (let r = 0; r < rows; r++)
      values[v]![r] = slopes.reduce((sum, [w, slope]) => sum + slope * values[w]![r]!, sd * draw());
  }
  return values.map((column, v) => quantity(`v${v}`, column));
}

/** Rows of a model of tables whose rows are spread evenly over all probabilities. */
export function labelColumns(parents: Parents, levels: number, rows: number, seed: string): readonly UnitColumn[] {
  const noise = streamOf(`rows ${seed}`);
  const values = parents.map(() => new Float64Array(rows));
  for (const v of orderOf(parents)) {
    const causes = [...parents[v]!];
    const tables = new Map<number, readonly number[]>();
    for (let r = 0; r < rows; r++) {
      const key = causes.reduce((sum, w) => sum * levels + values[w]![r]!, 0);
      const table = tables.get(key) ?? randomRow(levels, () => noise.exponential());
      tables.set(key, table);
      let u = noise.uniform();
      let pick = 0;
      while (pick < levels - 1 && u >= table[pick]!) u -= table[pick++]!;
      values[v]![r] = pick;
    }
  }
  return values.map((column, v) => label(`v${v}`, levels, column));
}

function randomRow(levels: number, exponential: () => number): readonly number[] {
  const weights = Array.from({ length: levels }, () => exponential());
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}
