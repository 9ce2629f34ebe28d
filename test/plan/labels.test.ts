/** Parts of tables of parameters have the names of their cells. */
import { expect, it } from 'vitest';
import { ask } from '../models/programs.js';

const model = `enum Drug { A, B }
model Trial {
  param risk[bool, Drug] ~ beta(1, 1)
  param share[bool] ~ dirichlet([1, 1])
  for k in 0..2 { x[k] ~ bernoulli(risk[true, A]) }
}
model Treated = do(Trial, x[0] = true)
`;

const names = async (query: string): Promise<readonly string[]> => {
  const { variables, error } = await ask(`${model}query q = ${query}`);
  expect(error).toBeNull();
  return (variables ?? []).map((v) => v.name);
};

it.each(['', ' using importance(samples = 100)'])('labels are those of programs%s', async (using) => {
  expect(await names(`posterior(risk) in Trial${using}`)).toEqual([
    'risk[false, A]',
    'risk[false, B]',
    'risk[true, A]',
    'risk[true, B]',
  ]);
});

it('what is inside of a cell keeps its number, and so do families', async () => {
  expect(await names('posterior(share, x) in Treated')).toEqual([
    'share[false][0]',
    'share[false][1]',
    'share[true][0]',
    'share[true][1]',
    'x[0]',
    'x[1]',
  ]);
});
