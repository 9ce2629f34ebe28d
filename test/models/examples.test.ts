/** The examples for simulators and time, smaller than they stand, against answers from elsewhere. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';

const folder = path.resolve(import.meta.dirname, '../../examples');

/** Asks a question of an example: one of its queries, or a text; `samples` takes the place of the number in the file. */
async function ask(file: string, question: string, samples: number | null = null): Promise<Answer> {
  const source = { name: file, text: readFileSync(path.join(folder, file), 'utf8') };
  const opened = openSession(source, nodeHost(folder, { allowRead: [] }), { ...defaultSettings, samples });
  if (!opened.ok) throw new Error(opened.diagnostics[0]?.message);
  const named = opened.value.queries.includes(question);
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const answer = await opened.value.answer(
    named ? { kind: 'named', name: question } : { kind: 'text', source: { name: '<query>', text: question } },
    options,
  );
  if (answer.error !== null) throw new Error(answer.error.message);
  return answer;
}

/** How many standard errors an answer lies off. */
const off = ({ value, se }: Answer, expected: number): number => Math.abs(Number(value) - expected) / (se ?? 0);

const mean = (answer: Answer, name: string): { readonly value: number; readonly se: number } => {
  const found = answer.variables?.find((v) => v.name === name);
  return { value: found?.mean ?? Number.NaN, se: found?.se ?? Number.NaN };
};

describe('a coin by mechanical ABC', () => {
  test('keeps draws of beta(3, 4), one simulation of six', async () => {
    const bias = await ask('coin.scm', 'bias');
    expect(off(bias, 3 / 7)).toBeLessThan(4.5);
    expect(Math.abs((bias.diagnostics.acceptance ?? 0) - 1 / 6)).toBeLessThan(0.01);
    expect(off(await ask('coin.scm', 'spread'), Math.sqrt(3 / 98))).toBeLessThan(4.5);
    expect(off(await ask('coin.scm', 'fair'), 0.9009901)).toBeLessThan(4.5);
  });
});

describe('the boarding school', () => {
  // The likelihood of the counts is a sum over the boys that are left, day by day; means over a grid of rates.
  const exact = { beta: 2.0621, gamma: 0.65545, likely: -85.26639862, never: 11.49337538 };

  test('by ABC and by population Monte Carlo', async () => {
    const kept = 'posterior(beta, gamma | in_bed ~= school.in_bed) using abc(quantile = 0.01, simulations = 10000)';
    const abc = await ask('outbreak.scm', kept);
    // At a distance that 1 % of the simulations meet, rates are known to a quarter of themselves.
    expect(Math.abs(mean(abc, 'beta').value / exact.beta - 1)).toBeLessThan(0.25);
    expect(Math.abs(mean(abc, 'gamma').value / exact.gamma - 1)).toBeLessThan(0.25);
    const population =
      'posterior(beta, gamma | in_bed ~= school.in_bed) using abc_smc(particles = 200, generations = 6)';
    const closer = await ask('outbreak.scm', population);
    expect(Math.abs(mean(closer, 'beta').value / exact.beta - 1)).toBeLessThan(0.25);
    expect(Math.abs(mean(closer, 'gamma').value / exact.gamma - 1)).toBeLessThan(0.25);
  });

  test('by SMC with each count met exactly', async () => {
    expect(off(await ask('outbreak_exact.scm', 'likely', 400), exact.likely)).toBeLessThan(4.5);
    expect(off(await ask('outbreak_exact.scm', 'never', 400), exact.never)).toBeLessThan(4.5);
  });
});

test('hares and lynxes without hunting grow and die out as closed forms say', async () => {
  expect(off(await ask('predator_prey.scm', 'unhunted', 500), 50 * Math.exp(3))).toBeLessThan(4.5);
  expect(off(await ask('predator_prey.scm', 'starving', 500), 20 * Math.exp(-1.8))).toBeLessThan(4.5);
  expect(off(await ask('predator_prey.scm', 'alive', 500), 1 - (1 - Math.exp(-1.8)) ** 20)).toBeLessThan(4.5);
  const learned = await ask(
    'predator_prey.scm',
    'posterior(hunt | half_way ~= 86, hares ~= 67, lynxes ~= 80) using abc(quantile = 0.05, simulations = 2000)',
  );
  // The prior goes from 0.004 to 0.027 at two standard deviations.
  expect(mean(learned, 'hunt').value).toBeGreaterThan(0.006);
  expect(mean(learned, 'hunt').value).toBeLessThan(0.011);
});

test('bumpers: runs that are kept and runs that are weighed agree on the tail', async () => {
  const kept = mean(await ask('bumpers.scm', 'tail', 150), 'n');
  const weighed = await ask('bumpers.scm', 'E(n | inside = 4, n > 0) using importance(samples = 4000)');
  expect(off(weighed, kept.value) / Math.hypot(1, kept.se / (weighed.se ?? 1))).toBeLessThan(4.5);
});

test('a CAPTCHA is read as the exact solver reads it', async () => {
  const exact = await ask('captcha.scm', 'exactly');
  const open = exact.distribution?.find(({ value }) => value === 'O')?.p ?? 0;
  expect(open).toBeGreaterThan(0.9);
  const smc = await ask('captcha.scm', 'P(letter[1] == O) using smc(particles = 200)');
  expect(off(smc, open)).toBeLessThan(4.5);
  const word = await ask('captcha.scm', 'word', 200);
  expect(Number(word.value)).toBeGreaterThan(0.75);
});

test('stochastic volatility has the evidence of its 1000 returns', async () => {
  const fits = await ask('volatility.scm', 'fits', 200);
  expect(off(fits, -916.95)).toBeLessThan(4.5);
});

test('a tree of six species has the evidence that is known', async () => {
  const weight = await ask('birth_death.scm', 'weight', 300);
  expect(off(weight, -16.043810334)).toBeLessThan(4.5);
});

test('a fire, with crews and without, loses what enumeration says', async () => {
  // Sums over the states (standing, burning), by a program of its own.
  expect(Number((await ask('fire.scm', 'untouched')).value)).toBeCloseTo(12.500386350299685, 8);
  expect(Number((await ask('fire.scm', 'crews')).value)).toBeCloseTo(8.531365653881297, 8);
  const saved = await ask('fire.scm', 'saved', 1000);
  expect(Number(saved.value)).toBeGreaterThan(0.5);
  // The front had reached 2 + 3 + 4 + 4 of the 18 patches.
  expect(Number(saved.value)).toBeLessThan(5);
}, 60_000);
