/** Methods that run filters give the same numbers, to the last bit, whatever the filters are compiled to. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const programOf = (file: string): string =>
  readFileSync(path.join(import.meta.dirname, '..', 'models', file), 'utf8').replaceAll(/^query .*$/gm, '');

const inBed = [3, 8, 28, 76, 222];

const models = {
  'hidden Markov model': `${programOf('time/hmm_normal.scm')}\nquery q = posterior(s) using `,
  'stochastic volatility': `
    const r = [0.3, -0.8, 1.4, 0.1, -2.2, 0.4, 0.9, -0.2]
    model M {
      phi ~ uniform(0.5, 1)
      sigma ~ half_normal(0.5)
      h[0] ~ normal(-1, sigma / sqrt(1 - phi^2))
      for t in 1..9 {
        h[t] ~ normal(-1 + phi * (h[t - 1] + 1), sigma)
        observe r[t - 1] ~ normal(0, exp(h[t] / 2))
      }
    }
    query q = posterior(phi, sigma, h[8]) using `,
  'influenza in a boarding school': `
    const seen = [${inBed.join(', ')}]
    model M {
      beta ~ uniform(0, 4)
      gamma ~ uniform(0, 1.5)
      var s = 762
      var i = 1
      for day in 0..5 {
        let infected = sample binomial(s, 1 - exp(-beta * i / 763))
        let recovered = sample binomial(i, 1 - exp(-gamma))
        s = s - infected
        i = i + infected - recovered
        observe seen[day] ~ poisson(i + 1)
      }
    }
    query q = posterior(beta, gamma) using `,
  'birth-death tree': `${programOf('time/tree.scm')}\nquery q = posterior(lambda, mu) using `,
} as const;

const methods = [
  'pmmh(particles = 12, samples = 12, warmup = 4)',
  'particle_gibbs(particles = 8, samples = 12, warmup = 4)',
  'smc2(parameters = 8, particles = 8, replicas = 1)',
] as const;

const cases = Object.entries(models).flatMap(([name, text]) => methods.map((method) => [name, method, text] as const));

test.each(cases)('%s by %s', async (_, method, text) => {
  const settings = { seed: '2' };
  const javascript = await ask(text + method, { ...settings, engine: 'js' });
  expect(javascript.error).toBeNull();
  expect(javascript.variables?.length).toBeGreaterThan(0);
  for (const engine of ['wasm', 'auto'] as const) {
    const { variables, draws, diagnostics, logEvidence } = await ask(text + method, { ...settings, engine });
    expect({ variables, draws, diagnostics, logEvidence }).toEqual({
      variables: javascript.variables,
      draws: javascript.draws,
      diagnostics: javascript.diagnostics,
      logEvidence: javascript.logEvidence,
    });
  }
});

test.each(['js', 'wasm'] as const)('a fault of the model is told, on %s', async (engine) => {
  for (const method of methods) {
    const answer = await ask(
      `model M { m ~ normal(0, 1)  for t in 0..3 { x[t] ~ normal(m, if t > 1 then 0 else 1)  observe 0.0 ~ normal(x[t], 1) } }
      query q = posterior(m) using ${method}`,
      { engine },
    );
    expect(answer.error?.code).toBe('E0601');
  }
});

test('parameters so far out that numbers overflow are not gone to', async () => {
  const text = `${models['stochastic volatility']} smc2(parameters = 12, particles = 10, replicas = 2)`;
  for (const seed of ['1', '2', '3']) {
    const [javascript, wasm] = [await ask(text, { engine: 'js', seed }), await ask(text, { engine: 'wasm', seed })];
    expect(javascript.error).toBeNull();
    expect(wasm.variables).toEqual(javascript.variables);
  }
});

test('memory may grow while particles change places', async () => {
  // So many draws have no columns: the first resampling takes the first column more.
  const text = `
    model M {
      m ~ normal(0, 3)
      var x = sample normal(m, 1)
      for t in 0..2400 { x = sample normal(m + 0.5 * (x - m), 1)  observe 1.5 ~ normal(x, 1) }
      last := x
    }
    query q = posterior(last) using smc(particles = 10000, replicas = 1)`;
  const [javascript, wasm] = [await ask(text, { engine: 'js' }), await ask(text, { engine: 'wasm' })];
  expect(javascript.error).toBeNull();
  expect(wasm.variables).toEqual(javascript.variables);
  expect(wasm.logEvidence).toEqual(javascript.logEvidence);
});
