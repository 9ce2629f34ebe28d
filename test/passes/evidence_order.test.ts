/** Evidence on computed nodes is solved for one draw each: which one, and in which order, must not matter to any answer. */
import { describe, expect, it } from 'vitest';
import { answer, open } from '../models/programs.js';

const model = `model Sums {
  a ~ normal(0, 1)
  b ~ normal(1, 2)
  c ~ normal(a, 1)
  s := a + b
  d := a - b
  t := 2 * c + s
}
`;

/** All orders of a list. */
const orders = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  items.length <= 1
    ? [items]
    : items.flatMap((item, i) => orders([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]));

const samplingOf = async (forms: readonly string[]): Promise<readonly number[]> => {
  const text = model + forms.map((form, k) => `query q${k} = ${form}\n`).join('');
  const session = open(text, { method: 'importance', samples: 200 });
  const found: number[] = [];
  for (const k of forms.keys()) {
    const { value, error } = await answer(session, `q${k}`);
    expect(error, forms[k]).toBeNull();
    found.push(Number(value));
  }
  return found;
};

describe('three sums of three draws', () => {
  const seen = ['s = 3', 'd = 1', 't = 7'];
  const logDensity = (x: number, mean: number, sd: number): number =>
    -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);

  it('fix all draws, in any order of the evidence', async () => {
    const forms = orders(seen).flatMap((order) => ['a', 'b', 'c'].map((x) => `E(${x} | ${order.join(', ')})`));
    const found = await samplingOf(forms);
    for (const [k, value] of found.entries()) expect(value, forms[k]).toBeCloseTo([2, 1, 2][k % 3]!, 12);
  });

  it('weigh by the density of the draws over the determinant of the map', async () => {
    // (a, b, c) to (s, d, t) has the determinant -4.
    const expected = logDensity(2, 0, 1) + logDensity(1, 1, 2) + logDensity(2, 2, 1) - Math.log(4);
    const forms = orders(seen).map((order) => `evidence(${order.join(', ')})`);
    for (const value of await samplingOf(forms)) expect(value).toBeCloseTo(expected, 12);
  });

  it('are solved for a draw that nothing else hangs on, where there is one', () => {
    const session = open(`${model}query q = E(c | s = 3)`, { method: 'importance', samples: 200 });
    const emitted = session.emit('ir', { kind: 'named', name: 'q' });
    // a is drawn, since c hangs on it; b is what gives the sum, and only weighs.
    const text = emitted.ok ? emitted.value : '';
    expect(text.match(/= draw /g)).toHaveLength(2);
    expect(text.match(/score /g)).toHaveLength(1);
  });
});
