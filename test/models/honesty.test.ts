/** Answers come from the library's text and from the noise, and from nothing else. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineName } from '../../src/plan/engine_names.js';
import type { Precompiled } from '../../src/stdlib/format.js';
import { parse } from '../../src/syntax/parse.js';

const normalFile = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../stdlib/distributions/normal.scm');
const text = readFileSync(normalFile, 'utf8');
const drawOf = 'draw = mean + sd * noise_normal()';
const shifted = text.replace(drawOf, `${drawOf} + 1`);

/** Whether the library is read with another draw of its normal distribution. */
const library = vi.hoisted(() => ({ shifted: false }));

vi.mock('../../src/stdlib/precompiled.js', async (original) => {
  const { precompiled } = await original<{ precompiled: Precompiled }>();
  const dists = {
    ...precompiled.dists,
    get normal() {
      const { normal = [] } = precompiled.dists;
      if (!library.shifted) return normal;
      const source = normal[0]![0];
      return parse({ name: 'normal.scm', text: shifted }).file.declarations.map(
        (d) => [source, JSON.stringify(d)] as const,
      );
    },
  };
  return { precompiled: { ...precompiled, dists } };
});

beforeEach(() => {
  library.shifted = false;
});

const engines: readonly EngineName[] = ['js', 'interpreter'];

/** Programs that draw in each layout of noise, the last by a graph of worlds. */
const programs = {
  'a draw': 'model M { x ~ normal(2, 3) }\nquery q = E(x)',
  'a draw inside of an expression': 'model M { x := 2 + sample normal(0, 1) }\nquery q = E(x)',
  'a draw in a branch':
    'model M { b ~ bernoulli(0.5)  x := if b then sample normal(0, 1) else sample normal(5, 1) }\nquery q = E(x)',
  'a draw in a loop without end': `model M { var n = 0  while sample bernoulli(0.5) { n = n + 1 }  x ~ normal(n, 1) }\nquery q = E(x)`,
  'a draw in a function': 'fn f(m) = sample normal(m, 1)\nmodel M { x := f(3) }\nquery q = E(x)',
  'a draw in another world':
    'model M { z ~ bernoulli(0.5)  x ~ normal(if z then 1 else 0, 1) }\nquery q = E(x[do(z = true)])',
  'a member of a vector': 'model M { xs ~ iid(normal(0, 1), 3)  x := xs[1] }\nquery q = E(x)',
  'a component of a mixture': 'model M { x ~ mixture([0.5, 0.5], [normal(0, 1), normal(4, 1)]) }\nquery q = E(x)',
} as const;

async function value(program: string, engine: EngineName): Promise<number> {
  const { ask } = await import('./programs.js');
  const answer = await ask(program, { samples: 2000, engine });
  expect(answer.error).toBeNull();
  return Number(answer.value);
}

describe.each(engines)('adding 1 to the draw of the normal distribution moves the answer by 1: %s', (engine) => {
  test('the text of the library has the draw', () => {
    expect(shifted).not.toBe(text);
  });

  test.each(Object.entries(programs))('%s, in the text of the library', async (_name, program) => {
    const before = await value(program, engine);
    library.shifted = true;
    expect((await value(program, engine)) - before).toBeCloseTo(1, 9);
  });

  test.each(Object.entries(programs))('%s, in a family of the program', async (_name, program) => {
    const before = await value(program, engine);
    expect((await value(`${shifted}\n${program}`, engine)) - before).toBeCloseTo(1, 9);
  });
});

describe.each(engines)('what was seen stays, where nothing that was changed causes it: %s', (engine) => {
  const model = 'model M { z ~ bernoulli(0.5)  y ~ bernoulli(0.3)  w := y and not z }\n';

  test.each([
    ['query q = P(y[do(z = false)] | y = true)', 1],
    ['query q = P(y[do(z = false)] | y = false)', 0],
    ['query q = P(y[do(z = true)] or y[do(z = false)] | y = true, z = true)', 1],
    ['query q = P(w[do(z = false)] | y = true)', 1],
    ['query q = P(w[do(z = true)] | y = true)', 0],
    ['query q = P(y[do(z = false)] != y[do(z = true)])', 0],
  ])('%s', async (query, expected) => {
    expect(await value(model + query, engine)).toBe(expected);
  });
});

describe.each(engines)('an observation stands where it may: %s', (engine) => {
  const draws = 'nu ~ normal(mu, 1)  xi ~ normal(nu, 2)  k ~ poisson(exp(0.1 * xi))';
  const observation = 'observe 1.5 ~ normal(mu, 1)';

  test('written before draws that it does not depend on, or after them: the same effective sample size', async () => {
    const { ask } = await import('./programs.js');
    const of = (body: string) =>
      ask(`model M { mu ~ normal(0, 1)  ${body} }\nquery q = E(xi + k)`, { samples: 4000, engine });
    const [early, late] = await Promise.all([of(`${observation}  ${draws}`), of(`${draws}  ${observation}`)]);
    expect(early.ess).not.toBeNull();
    expect(early.ess! / late.ess!).toBeCloseTo(1, 9);
    expect(early.logEvidence! - late.logEvidence!).toBeCloseTo(0, 9);
    expect(Number(early.value) - Number(late.value)).toBeCloseTo(0, 9);
    expect(early.ess!).toBeGreaterThan(2000);
  });
});
