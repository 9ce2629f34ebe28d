/** Plans: layout of noise, method and options, what is said of them, and what is said of answers. */
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../src/embed/contract.js';
import { scm } from '../../src/index.js';
import { explainPlan } from '../../src/plan/explain.js';
import { ask, open } from '../models/programs.js';
import { planOf } from '../passes/small_programs.js';

function plan(text: string) {
  const made = planOf(text);
  if (!('program' in made)) throw new Error(made.join('\n'));
  return made;
}

describe('the layout of noise', () => {
  test.each([
    ['draws that happen once', 'model M { x ~ normal(0, 1)  y ~ normal(x, 1) }\nquery q = E(y)', 'column'],
    [
      'a loop with known bounds',
      'model M { for i in 0..3 { x[i] ~ normal(0, 1) }  s := sum(x) }\nquery q = E(s)',
      'column',
    ],
    [
      'a number of draws that hangs on chance',
      'model M { n ~ poisson(2)  for i in 0..n { x[i] ~ normal(0, 1) }  s := sum(x) }\nquery q = E(s)',
      'particle',
    ],
    [
      'worlds with one number for each draw',
      'model M { z ~ bernoulli(0.5)  x ~ normal(if z then 1 else 0, 1) }\nquery q = E(x[do(z = true)] | z = false, x = 1)',
      'column',
    ],
    [
      'worlds with several numbers for a draw',
      'model M { z ~ bernoulli(0.5)  x ~ iid(normal(if z then 1 else 0, 1), 3)  y := x[0] }\nquery q = E(y[do(z = true)] - y)',
      'addressed',
    ],
    [
      'worlds with loops that hang on chance',
      'model M { z ~ bernoulli(0.5)  var n = 0  while sample bernoulli(if z then 0.5 else 0.3) { n = n + 1 }  x := n }\nquery q = E(x[do(z = true)] - x)',
      'addressed',
    ],
  ])('%s', (_title, text, layout) => {
    expect(plan(text).layout.layout).toBe(layout);
  });
});

describe('what the plan leaves out', () => {
  test('is what the question does not depend on', () => {
    const made = plan('model M { a ~ normal(0, 1)  b ~ normal(a, 1)  c ~ normal(a, 1) }\nquery q = E(b)');
    expect(made.removed).toEqual(['c']);
  });

  test('is what an intervention cuts off', () => {
    const made = plan('model M { a ~ normal(0, 1)  b ~ normal(a, 1)  c ~ normal(b, 1) }\nquery q = E(c | do(b = 1))');
    expect(made.removed).toContain('a');
  });
});

describe('the method', () => {
  test('has its options by name', () => {
    const made = plan('model M { a ~ normal(0, 1) }\nquery q = E(a) using importance(samples = 500)');
    expect(made.options).toMatchObject({ samples: 500 });
    expect(made.reason).toBe('asked for by name');
  });

  test.each([
    ['model M { a ~ normal(0, 1) }\nquery q = E(a | a ~= 1) using smc', 'E0492'],
    ['model M { a ~ normal(0, 1) }\nquery q = E(a) using nuts(samples = 100)', 'E0492'],
  ])('is missing: %s', (text, code) => {
    expect(planOf(text)).toEqual([expect.stringContaining(code)]);
  });
});

describe('the explanation', () => {
  test('names surgery, worlds, evidence and mechanisms', () => {
    const text = explainPlan(
      plan(`model M { z ~ bernoulli(0.5)  x ~ normal(if z then 1 else 0, 1)  y := x + sample normal(0, 1)  k := z }
        query q = E(y[do(z = true)] | do(z := not z), x = 1, y = 2, k = true) using importance`),
      'auto',
    );
    expect(text).toMatch(/surgery: .*the equation of z is replaced/);
    expect(text).toMatch(/world: .*do\(z = true\), on the noise of the world seen/);
    expect(text).toMatch(/evidence: +x is not drawn; its density/);
    expect(text).toMatch(/evidence: +y is solved for one noise/);
    expect(text).toMatch(/evidence: +k is computed; runs where it differs have weight zero/);
    expect(text).toMatch(/mechanism: +normal.*monotone draw/);
    expect(text).toMatch(/method: +importance/);
  });
});

describe('what is said of an answer', () => {
  const codes = async (text: string, samples = 2000): Promise<readonly string[]> => {
    const answer = await ask(text, { samples });
    return answer.error === null ? answer.warnings.map((w) => w.code) : [answer.error.code];
  };

  test('nothing of a plain one', async () => {
    expect(await codes('model M { a ~ normal(0, 1)  b ~ normal(a, 1) }\nquery q = E(b | a = 1)')).toEqual([]);
  });

  test('that no run agrees with the evidence', async () => {
    expect(await codes('model M { a ~ bernoulli(0.5)  b := a and not a }\nquery q = P(a | b = true)')).toEqual([
      'E0610',
    ]);
  });

  test('that few draws count', async () => {
    expect(
      await codes('model M { a ~ normal(0, 1)  y ~ normal(a, 0.001) }\nquery q = E(a | y = 2.5) using importance'),
    ).toContain('W0602');
  });

  test('that it compares worlds through noise that cannot be seen', async () => {
    const model = 'model M { z ~ bernoulli(0.5)  y ~ bernoulli(if z then 0.6 else 0.3) }\n';
    expect(await codes(`${model}query q = P(y[do(z = true)] | z = false, y = false)`)).toEqual(['W0604']);
    expect(await codes(`${model}query q = P(y[do(z = true)])`)).toEqual([]);
  });

  test('that draws of another world have no partner', async () => {
    const text = `model M { n ~ discrete_uniform(1, 2)  for i in 0..n { x[i] ~ bernoulli(0.5) }  s := sum([if v then 1 else 0 for v in x]) }
      query q = E(s[do(n = 4)] - s)`;
    expect(await codes(text)).toContain('W0603');
    const drawn = 'model M { z ~ bernoulli(0.5)  y := z }\nquery q = P(y[do(z ~ bernoulli(0.2))] and not y)';
    expect(await codes(drawn)).toEqual([]);
  });
});

describe('arithmetic on forms', () => {
  test('goes by the delta method', async () => {
    const model = 'model M { a ~ normal(2, 1)  b ~ normal(3, 1) }\n';
    const answer = await ask(`${model}query q = E(a) * E(b)`, { samples: 10_000, method: 'importance' });
    expect(Math.abs(Number(answer.value) - 6)).toBeLessThan(5 * answer.se!);
    // Both forms draw from the same noise at addresses of their own, so their errors are as good as independent.
    expect(answer.se!).toBeCloseTo(Math.hypot(3, 2) / 100, 3);
  });

  test('is exact where the forms are', async () => {
    const answer = await ask('const k = 2\nmodel M { a := 3 }\nquery q = (E(a) + k) / max(1, E(a))', { samples: 100 });
    expect([answer.value, answer.se]).toEqual([5 / 3, 0]);
  });
});

test('what a run will take counts the filters of a chain, and the particles of all replicas', () => {
  const program = scm`
    model Walk {
      m ~ normal(0, 1)
      var x = 0.0
      for t in 0..50 { x = sample normal(m + 0.9 * x, 1)  observe 0.5 ~ normal(x, 1) }
    }
    query few = E(m) using pmmh(particles = 10, samples = 1000)
    query many = E(m) using pmmh(particles = 1000, samples = 1000)
    query filter = evidence() using smc(particles = 500, replicas = 4)`;
  const told = (query: string): readonly string[] =>
    /estimate: +(\S+) draws, about (\S+) s/.exec(program.explain(query)) ?? [];
  expect(told('few')[1]).toBe('1,000');
  expect(Number(told('many')[2])).toBeGreaterThan(20 * Number(told('few')[2]));
  expect(told('filter')[1]).toBe('2,000');
});

test('what a run will take counts the simulations of which the closest are kept', () => {
  const program = scm`
    model M { theta ~ normal(0, 1)  y ~ normal(theta, 1) }
    query usual = E(theta | y ~= 1) using abc(quantile = 0.1)
    query wanted = E(theta | y ~= 1) using abc(quantile = 0.1, accept = 500)
    query given = E(theta | y ~= 1) using abc(epsilon = 0.1, simulations = 3000)`;
  const told = (query: string): string | undefined => /estimate: +(\S+) draws/.exec(program.explain(query))?.[1];
  expect(['usual', 'wanted', 'given'].map(told)).toEqual(['100,000', '5,000', '3,000']);
});

test('numbers beside the program are those of what the method counts', () => {
  const source = `model Walk {
    m ~ normal(0, 1)
    var x = 0.0
    for t in 0..5 { x = sample normal(m + 0.9 * x, 1)  observe 0.5 ~ normal(x, 1) }
  }
  query q = E(m)`;
  const options = (method: string, counts: Partial<Settings>): string => {
    const explained = open(source, { method, ...counts }).explain({ kind: 'named', name: 'q' });
    return explained.ok ? explained.value : '';
  };
  const chains = options('pmmh', { particles: 40 });
  expect(chains).toContain('particles = 40');
  expect(chains).toContain('samples = automatic');
  const both = options('pmmh', { particles: 40, samples: 300 });
  expect(both).toContain('particles = 40');
  expect(both).toContain('samples = 300');
  expect(options('smc', { samples: 70 })).toContain('particles = 70');
  expect(options('smc', { samples: 70, particles: 40 })).toContain('particles = 40');
  expect(options('importance', { particles: 77 })).toContain('samples = 77');
});

test('draws do not end where one of them has nearly all weight', async () => {
  // At seed 1 the first 10,240 draws have one within 4 sd of what was seen: its error and its spread vanish together.
  const source = 'model M { x ~ normal(0, 1)  y ~ normal(x, 0.02) }\nquery q = posterior(x | y = 3.4) using importance';
  const { draws } = await ask(source, { memoryLimit: 3e6 });
  expect(draws).toBeGreaterThan(10_240);
});
