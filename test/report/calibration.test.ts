import { expect, test } from 'vitest';
import {
  type Calibration,
  calibrationsJson,
  calibrationText,
  type QueryCalibration,
} from '../../src/report/calibration.js';
import { plain } from '../../src/report/paint.js';
import { diagnose } from '../../src/syntax/diagnostic.js';

const even = new Array<number>(20).fill(10);
const points = Array.from({ length: 19 }, (_, i) => 10 * (i + 1));

const calibration: Calibration = {
  text: 'posterior(mu, tau | y = 3)',
  method: 'smc',
  replications: 200,
  failures: 1,
  firstFailure: null,
  verdict: 'not calibrated',
  targets: [
    {
      name: 'mu',
      counts: even,
      ecdf: points,
      low: points.map((p) => p - 5),
      high: points.map((p) => p + 5),
      p: 0.8,
      calibrated: true,
      tendency: null,
    },
    {
      name: 'tau',
      counts: even.map((_, i) => (i === 0 ? 200 : 0)),
      ecdf: points.map(() => 200),
      low: points.map((p) => p - 5),
      high: points.map((p) => p + 5),
      p: 1e-9,
      calibrated: false,
      tendency: 'too high',
    },
  ],
};

const found: QueryCalibration = { name: 'level', calibrations: [calibration], error: null, seconds: 2 };

test('as text: a row for each quantity, and what is wrong with it', () => {
  expect(calibrationText(found, { paint: plain, width: null })).toBe(
    [
      'level = posterior(mu, tau | y = 3)',
      '  smc, 200 replications, 1 without an answer: not calibrated',
      '  quantity  ranks of the truth          p  95 % bands     verdict',
      '  mu        ▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅    0.800  inside         calibrated',
      '  tau       █                     < 0.001  above at 0.05  answers are too high',
      '',
    ].join('\n'),
  );
});

test('as JSON: ranks, bands and verdicts by quantity; or an error', () => {
  const source = { name: 'a.scm', text: 'query q = posterior(mu)' };
  const error = diagnose('E0492', 'nothing is seen', source, { start: 0, end: 5 });
  const json = calibrationsJson('a.scm', '1', [found, { name: 'q', calibrations: [], error, seconds: 0 }]);
  expect(json).toMatchObject({
    file: 'a.scm',
    seed: '1',
    calibrations: [
      {
        name: 'level',
        method: 'smc',
        replications: 200,
        failures: 1,
        verdict: 'not calibrated',
        targets: { mu: { p: 0.8, calibrated: true, ranks: even }, tau: { tendency: 'too high' } },
      },
      { name: 'q', error: { code: 'E0492' } },
    ],
  });
});
