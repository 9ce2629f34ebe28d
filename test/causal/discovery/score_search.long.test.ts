/** Searches by scores at the sizes that they are for. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { DiscoveryAlgorithm, DiscoveryOptions } from '../../../src/causal/discovery/discovery.js';
import { exact } from '../../../src/causal/discovery/exact.js';
import { ges } from '../../../src/causal/discovery/ges.js';
import { noKnowledge } from '../../../src/causal/discovery/knowledge.js';
import { graphScore } from '../../../src/causal/discovery/scores/cached.js';
import { scores } from '../../../src/causal/discovery/scores/registry.js';
import type { UnitColumn } from '../../../src/causal/estimate/units.js';
import { keyFromSeed } from '../../../src/runtime/random/seed.js';
import { drawnFrom, networkOf } from '../network_rows.js';
import { labelColumns, linearColumns, randomParents } from './random_models.js';

const options: DiscoveryOptions = {
  test: null,
  alpha: 0.05,
  score: null,
  colliders: 'standard',
  most: null,
  prior: noKnowledge,
  key: keyFromSeed('long'),
};

/** What is found, and the processor seconds that it took. */
function timed(algorithm: DiscoveryAlgorithm, columns: readonly UnitColumn[], more: Partial<DiscoveryOptions> = {}) {
  const before = process.cpuUsage();
  const found = algorithm.run(columns, { ...options, ...more });
  const { user, system } = process.cpuUsage(before);
  if (!found.ok) throw new Error(found.reason);
  return { found, seconds: (user + system) / 1e6, score: found.figures.score ?? Number.NaN };
}

const alarm = new URL('../../../../shared/data/alarm.bif', import.meta.url);
it.skipIf(!existsSync(alarm)).each(['bic', 'bdeu'])('GES on ALARM, 10,000 rows, by %s', (score) => {
  const network = networkOf(readFileSync(alarm, 'utf8'));
  const columns = drawnFrom(network, 10_000, '1');
  const { found, seconds, score: reached } = timed(ges, columns, { score });
  const made = scores.get(score)?.make(columns);
  if (made?.ok !== true) throw new Error(score);
  const truth = graphScore(
    made.score,
    network.variables.map(({ parents }) => parents),
  );
  const wanted = new Set(
    network.variables.flatMap(({ parents }, v) => parents.map((p) => [p, v].sort((a, b) => a - b).join())),
  );
  const right = found.graph.edges.filter(({ a, b }) => wanted.has(`${a},${b}`)).length;
  console.log(
    `${score}: ${seconds.toFixed(2)} s, ${right} of ${wanted.size} edges and ${found.graph.edges.length - right} others`,
  );
  expect(Math.abs(reached - truth) / Math.abs(truth)).toBeLessThan(0.002);
  expect(right).toBeGreaterThanOrEqual(43);
  expect(found.graph.edges.length - right).toBeLessThanOrEqual(8);
});

it.each([
  ['quantities', linearColumns],
  [
    'labels',
    (parents: readonly ReadonlySet<number>[], rows: number, seed: string) => labelColumns(parents, 3, rows, seed),
  ],
] as const)('exact search over twenty columns of %s', (kind, columnsOf) => {
  const truth = randomParents(20, 0.15, 'twenty');
  const columns = columnsOf(truth, 10_000, 'twenty');
  const { found, seconds, score } = timed(exact, columns);
  const buffers = process.memoryUsage().arrayBuffers / 1e6;
  console.log(
    `${kind}: ${seconds.toFixed(2)} s, ${found.figures.scores} local scores, ${buffers.toFixed(0)} MB of arrays`,
  );
  expect(found.remarks[0]).toContain('at most 4 parents');
  const made = scores.get('bic')?.make(columns);
  if (made?.ok !== true) throw new Error('bic');
  expect(Math.max(...truth.map(({ size }) => size))).toBeLessThanOrEqual(4);
  expect(score).toBeGreaterThan(graphScore(made.score, truth) - 1e-6);
});
