/** Particle filters of the size that they are made for. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Answer } from '../../src/report/answer.js';
import { answer, open } from './programs.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const examples = path.join(here, '../../examples');

/** The answer of `query q`, put behind the declarations of a program. */
async function asked(file: string, query: string, folder = here): Promise<Answer> {
  const declarations = readFileSync(file, 'utf8').replaceAll(/^(query|\/\/=).*$/gm, '');
  const found = await answer(open(`${declarations}\nquery q = ${query}`, {}, folder), 'q');
  expect(found.error).toBe(null);
  return found;
}

/** Whether the log evidence is right, and how far apart single replicas would be. */
function expectEvidence(found: Answer, exact: number, replicas: number, deviation: number): void {
  const se = found.logEvidenceSe ?? Number.NaN;
  expect(Math.abs((found.logEvidence ?? Number.NaN) - exact)).toBeLessThan(5 * se);
  expect(se * Math.sqrt(replicas)).toBeLessThan(deviation);
}

test('sixteen steps of a chain, 10,000 particles', async () => {
  const found = await asked(path.join(here, 'time/hmm_normal.scm'), 'evidence() using smc(particles = 10000)');
  expectEvidence(found, -44.685841550865845, 8, 0.1);
});

test('a tree of six leaves, 10,000 particles, twenty runs', async () => {
  const found = await asked(path.join(here, 'time/tree.scm'), 'evidence() using smc(particles = 10000, replicas = 20)');
  expectEvidence(found, -16.043810334, 20, 0.15);
  expect(Math.abs((found.logEvidence ?? 0) + 16.043810334)).toBeLessThan(0.15);
});

test('a thousand days of returns', async () => {
  const query = 'evidence() in Volatility(0.97, 0.2) using smc(particles = 10000)';
  const found = await asked(path.join(examples, 'volatility.scm'), query, examples);
  expect(Math.abs((found.logEvidence ?? 0) + 916.95)).toBeLessThan(0.25);
  expect((found.logEvidenceSe ?? 1) * Math.sqrt(8)).toBeLessThan(0.25);
});
