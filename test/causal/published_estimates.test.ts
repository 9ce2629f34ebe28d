/** Figures that textbooks and packages print for data that everybody has, asked as queries. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';

const folder = new URL('../../../shared/data/', import.meta.url);
const pathOf = (name: string) => new URL(name, folder);

async function ask(file: string, text: string, declarations: string, query: string) {
  const main = `data t = csv("${file}")\n${declarations}\nquery q = ${query}`;
  const session = openSession({ name: 'main.scm', text: main }, memoryHost({ [file]: text }), defaultSettings);
  if (!session.ok) throw new Error(session.diagnostics.map((d) => `${d.code} ${d.message}`).join('; '));
  const answer = await session.value.answer(
    { kind: 'named', name: 'q' },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  if (answer.error !== null) throw new Error(`${answer.error.code} ${answer.error.message}`);
  return { value: Number(answer.value), se: Number(answer.se), method: answer.method ?? '' };
}

describe.skipIf(!existsSync(pathOf('card.csv')))(
  'econ-card: college proximity (Card 1995; Wooldridge, Introductory Econometrics, example 15.4)',
  () => {
    const controls =
      'exper, expersq, black, smsa, south, smsa66, reg662, reg663, reg664, reg665, reg666, reg667, reg668, reg669';
    const read = () => readFileSync(pathOf('card.csv'), 'utf8');
    const year = 'E(lwage[do(educ = 13)] - lwage[do(educ = 12)])';
    const observed = `graph G { ${controls} -> educ, lwage  educ -> lwage }`;
    const hidden = `graph G { ${controls} -> educ, lwage, nearc4, nearc2  nearc4, nearc2 -> educ -> lwage  educ <-> lwage }`;

    test('least squares', async () => {
      const { value, se } = await ask('card.csv', read(), observed, `estimate ${year} from t by backdoor(${controls})`);
      expect(value).toBeCloseTo(0.074693, 6);
      expect(se).toBeCloseTo(0.003498, 6);
    });

    test('one instrument, two of them, and the first stage', async () => {
      const one = await ask('card.csv', read(), hidden, `estimate ${year} from t by iv(nearc4, given = [${controls}])`);
      expect(one.value).toBeCloseTo(0.131504, 6);
      expect(one.se).toBeCloseTo(0.054964, 6);
      expect(one.method).toContain('F 13.256');
      const two = await ask('card.csv', read(), hidden, `estimate ${year} from t by iv(nearc4, nearc2)`);
      expect(two.value).toBeCloseTo(0.157059, 6);
      expect(two.se).toBeCloseTo(0.052578, 6);
      const exact = await ask('card.csv', read(), hidden, `estimate ${year} from t by iv(nearc4, estimator = liml)`);
      expect(exact.value).toBeCloseTo(0.131504, 6);
    });

    test('first stage and reduced form', async () => {
      const first = 'estimate E(educ[do(nearc4 = 1)] - educ[do(nearc4 = 0)]) from t';
      const stage = await ask('card.csv', read(), hidden, `${first} by backdoor(${controls}, estimator = linear)`);
      expect(stage.value).toBeCloseTo(0.319899, 6);
      expect(stage.se).toBeCloseTo(0.087864, 6);
      const reduced = 'estimate E(lwage[do(nearc4 = 1)] - lwage[do(nearc4 = 0)]) from t';
      const form = await ask('card.csv', read(), hidden, `${reduced} by backdoor(${controls}, estimator = linear)`);
      expect(form.value).toBeCloseTo(0.042068, 6);
      expect(form.se).toBeCloseTo(0.018078, 6);
    });

    test("Wald's ratio without controls", async () => {
      const graph = 'graph G { nearc4 -> educ -> lwage  educ <-> lwage }';
      const { value } = await ask('card.csv', read(), graph, `estimate ${year} from t by iv(nearc4, estimator = wald)`);
      expect(value).toBeCloseTo(0.188063, 6);
    });
  },
);

describe.skipIf(!existsSync(pathOf('lalonde.csv')))(
  'econ-lalonde-obs: job training (LaLonde 1986, as in the R package MatchIt: 185 treated, 429 controls)',
  () => {
    const covariates = 'age, educ, race, married, nodegree, re74, re75';
    const graph = `graph G { ${covariates} -> treat, re78  treat -> re78 }`;
    const read = () => readFileSync(pathOf('lalonde.csv'), 'utf8');
    const effect = 'E(re78[do(treat = 1)] - re78[do(treat = 0)])';
    const among = 'E(re78[do(treat = 1)] - re78[do(treat = 0)] | treat = 1)';

    test('the naive difference', async () => {
      const alone = 'graph G { treat -> re78 }';
      const { value } = await ask('lalonde.csv', read(), alone, `estimate ${effect} from t by backdoor()`);
      expect(value).toBeCloseTo(-635.0262, 4);
    });

    test('least squares', async () => {
      const by = `backdoor(${covariates}, estimator = linear)`;
      const { value, se } = await ask('lalonde.csv', read(), graph, `estimate ${effect} from t by ${by}`);
      expect(value).toBeCloseTo(1548.2438, 4);
      expect(se).toBeCloseTo(781.2793, 4);
    });

    test('among the treated, by weights', async () => {
      const by = `backdoor(${covariates}, estimator = ipw)`;
      const { value } = await ask('lalonde.csv', read(), graph, `estimate ${among} from t by ${by}`);
      expect(value).toBeCloseTo(1214.0712, 4);
    });

    test('among the treated, by matching', async () => {
      const by = `backdoor(${covariates}, estimator = matching, on = propensity)`;
      const answer = await ask('lalonde.csv', read(), graph, `estimate ${among} from t by ${by}`);
      expect(Math.abs(answer.value - 1548)).toBeLessThan(4.5 * answer.se);
    });
  },
);

/** Four means of table 3, as rows of two restaurants each; the second of two is as far above the mean as the first below. */
test('minimum wage (Card and Krueger 1994): difference in differences', async () => {
  const means = [
    ['NJ', 0, 20.44],
    ['NJ', 1, 21.03],
    ['PA', 0, 23.33],
    ['PA', 1, 21.17],
  ] as const;
  const rows = means.flatMap(([state, after, mean]) => [-1, 1].map((d) => `${state === 'NJ'},${after},${mean + d}`));
  const csv = `raised,after,employed\n${rows.join('\n')}\n`;
  const effect = 'estimate E(employed[do(raised = true)] - employed[do(raised = false)] | raised)';
  const graph = 'graph G { raised -> employed  raised <-> employed }';
  const { value } = await ask('wage.csv', csv, graph, `${effect} from t by did(time = after)`);
  expect(value).toBeCloseTo(2.75, 10);
});
