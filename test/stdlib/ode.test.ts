/** `ode`: closed forms, reference values, and equations that cannot be followed. */
import { expect, test } from 'vitest';
import { isWhatifError, scm } from '../../src/index.js';

const program = scm(`
  fn decay(_t, y, p) = [-p.rate * y[0]]
  fn spring(_t, y, _p) = [y[1], -y[0]]
  fn growth(_t, y, p) = [p[0] * y[0] * (1 - y[0] / p[1])]
  fn tide(t, _y, _p) = [cos(t)]
  fn hunt(_t, y, p) = [(p[0] - p[1] * y[1]) * y[0], (p[2] * y[0] - p[3]) * y[1]]
  fn fast(t, y, _p) = [-1e6 * (y[0] - cos(t))]
  fn blow_up(_t, y, _p) = [y[0]^2]
  fn nothing(_t, y, _p) = [log(-1 - y[0]^2)]
  model Refused {
    x ~ normal(0, 1)
    stiff := ode(fast, [0 * x], [0.0, 10.0])[1, 0]
    singular := ode(blow_up, [1 + 0 * x], [0.0, 2.0])[1, 0]
    absent := ode(nothing, [1 + 0 * x], [0.0, 2.0])[1, 0]
    disordered := ode(spring, [1.0, 0 * x], [0.0, 2.0, 1.0])[2, 0]
    many := ode(spring, [1.0, 0 * x], [0.0, 100.0], most_steps = 50)[1, 0]
  }
  model Learned {
    rate ~ uniform(1, 3)
    left := ode(decay, [1.0], [0.0, 0.5], { rate: rate })[1, 0]
    seen ~ normal(left, 0.1)
  }
`);

const value = async (question: string): Promise<number> => {
  const answer = await program.query(question);
  return Number(answer.value);
};

test.each([
  ['ode(decay, [1.0], [0.0, 1.0, 5.0], { rate: 2.0 })[2, 0]', Math.exp(-10)],
  ['ode(spring, [1.0, 0.0], [0.0, 1.0, 10.0])[1, 0]', Math.cos(1)],
  ['ode(spring, [1.0, 0.0], [0.0, 1.0, 10.0])[2, 1]', -Math.sin(10)],
  ['ode(spring, [1.0, 0.0], [0.0, -1.0, -2.0])[2, 1]', Math.sin(2)],
  ['ode(growth, [0.1], [2.0, 5.0], [1.5, 2.0])[1, 0]', 2 / (1 + 19 * Math.exp(-4.5))],
  ['ode(tide, [0.0], [0.0, 1.0, 1.5], rtol = 1e-10)[2, 0]', Math.sin(1.5)],
  ['ode(decay, [3.0], [7.0], { rate: 2.0 })[0, 0]', 3],
])('%s is right to 1e-6', async (what, expected) => {
  const found = await program.query(`E(${what}) in Learned`);
  expect(Math.abs(Number(found.value) / expected - 1)).toBeLessThan(1e-6);
});

test('Lotka and Volterra meet reference values', async () => {
  const hunted = 'ode(hunt, [10.0, 5.0], [0.0, 5.0, 10.0, 20.0], [1.1, 0.4, 0.1, 0.4])';
  // Runge and Kutta's classical method with 40,000 steps.
  const expected = [1.73616648797089, 10.2141106593145];
  const places = ['[1, 1]', '[3, 0]'];
  for (const [i, place] of places.entries())
    expect(Math.abs((await value(`E(${hunted}${place}) in Learned`)) / expected[i]! - 1)).toBeLessThan(1e-6);
});

test.each([
  ['stiff', /stiff/],
  ['singular', /singularity/],
  ['absent', /no number/],
  ['disordered', /rise/],
  ['many', /most_steps/],
])('an equation that cannot be followed is E0622: %s', async (what, message) => {
  const failed = await value(`E(${what}) in Refused`).catch((thrown: unknown) => thrown);
  expect(isWhatifError(failed) && failed.diagnostics[0]?.code).toBe('E0622');
  expect(isWhatifError(failed) && failed.diagnostics[0]?.message).toMatch(message);
});

test('an equation that nobody asks for is not solved', async () => {
  expect(await value('E(x) in Refused')).toBe(0);
});

test('parameters are learned through the solution', async () => {
  const answer = await program.query('E(rate | seen = 0.4) in Learned', { samples: 2000 });
  // exp(-rate/2) has the density 2/l on its range; quadrature with 10,000 points.
  let mass = 0;
  let sum = 0;
  for (let i = 0; i < 10_000; i++) {
    const rate = 1 + (2 * (i + 0.5)) / 10_000;
    const w = Math.exp(-0.5 * ((0.4 - Math.exp(-rate / 2)) / 0.1) ** 2);
    mass += w;
    sum += w * rate;
  }
  expect(answer.kind === 'value' && Math.abs(answer.value - sum / mass) / answer.se).toBeLessThan(4.5);
});
