import { expect, it } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';

const program = `
model M {
  x ~ normal(0, 1)
  z := log(x)
  if x > 0 { y ~ normal(0, 1) }
  n ~ poisson(1)
  for k in 0..n { part[k] ~ normal(0, 1) }
}
query node = E(y)
query member = E(part[1])
query formula = E(y + x)
query numeric = E(z)
query root = E(sqrt(x) + 1)
`;

it.each([
  ['node', 'add exists(y) to the evidence'],
  ['member', 'add exists(part[1]) to the evidence'],
  ['formula', 'add exists(…) of each node that it reads to the evidence'],
  ['numeric', 'it is not a number (NaN) there, as the logarithm of a negative number or a missing cell is'],
  ['root', 'it is not a number (NaN) there, as the logarithm of a negative number or a missing cell is'],
])('says what to do about the values that %s lacks', async (name, hint) => {
  const opened = openSession({ name: 'main.scm', text: program }, memoryHost({}), { ...defaultSettings, samples: 100 });
  if (!opened.ok) throw new Error('not opened');
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const { error } = await opened.value.answer({ kind: 'named', name }, options);
  expect(error).toMatchObject({ code: 'E0611', hint });
});
