/** Refutations on data with and without what they look for. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { adjustedEstimators } from '../../../src/causal/estimate/adjusted/registry.js';
import { twoStage } from '../../../src/causal/estimate/instruments.js';
import type { Estimator, UnitColumn, Units } from '../../../src/causal/estimate/units.js';
import type { Estimation } from '../../../src/causal/refute/refutation.js';
import { checksOf } from '../../../src/causal/refute/registry.js';
import { robustnessOf } from '../../../src/causal/refute/robustness.js';
import { defaultSettings } from '../../../src/embed/contract.js';
import { openSession } from '../../../src/embed/session.js';
import type { Answer, Check } from '../../../src/report/answer.js';
import { keyFromSeed } from '../../../src/runtime/random/seed.js';
import { memoryHost } from '../../check/host.js';
import { generator } from '../discrete_scm.js';

const random = generator(12);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const column = (name: string, values: Float64Array, levels: number | null = null): UnitColumn => ({
  name,
  values,
  levels,
});

/** Units with a confounder that is measured, and an instrument; the effect is 2. */
function sample(rows: number): Units {
  const z = Float64Array.from({ length: rows }, normal);
  const w = Float64Array.from({ length: rows }, () => Number(random() < 0.5));
  const x = z.map((v, r) => Number(random() < 1 / (1 + Math.exp(-(v + 2 * w[r]! - 1)))));
  const y = x.map((v, r) => 2 * v + z[r]! + normal());
  return {
    rows,
    outcome: column('y', y),
    exposure: column('x', x, 2),
    covariates: [column('z', z)],
    others: [column('w', w, 2)],
    arms: [
      { sign: 1, value: 1 },
      { sign: -1, value: 0 },
    ],
    among: null,
  };
}

const nothingAsked = { nodes: [], options: new Map() };

function checksFor(
  units: Units,
  estimator: Estimator,
  design: Estimation['design'] = 'adjustment',
  cost = 1,
): readonly Check[] {
  const effect = estimator(units);
  if (!effect.ok) throw new Error(effect.reason);
  return checksOf({ units, estimator, effect, design, clusters: null }, cost, keyFromSeed('1'));
}

const named = (checks: readonly Check[], name: string): Check | undefined => checks.find((c) => c.name === name);

describe('sound estimates pass', () => {
  const units = sample(600);
  test.each(['linear', 'ipw', 'aipw'])('%s', (name) => {
    const checks = checksFor(units, (u) => adjustedEstimators[name]!.estimate(u, nothingAsked));
    for (const check of ['placebo', 'random cause', 'subset']) expect(named(checks, check)?.passed, check).toBe(true);
    expect(Math.abs(named(checks, 'placebo')!.value)).toBeLessThan(0.5);
    expect(named(checks, 'e-value')!.value).toBeGreaterThan(1.5);
    expect(named(checks, 'robustness value') === undefined).toBe(name !== 'linear');
  });

  test('instruments, which move with the placebo', () => {
    const checks = checksFor(units, (u) => twoStage({ ...u, covariates: u.covariates }, u.others), 'instruments');
    expect(named(checks, 'placebo')?.passed).toBe(true);
    // If the instruments stayed where they are, nothing would be left of the first stage and the placebo would be anywhere.
    expect(Math.abs(named(checks, 'placebo')!.value)).toBeLessThan(1.5);
    expect(named(checks, 'subset')?.passed).toBe(true);
  });

  test('the same seed, the same checks', () => {
    const estimator: Estimator = (u) => adjustedEstimators.linear!.estimate(u, nothingAsked);
    expect(checksFor(units, estimator)).toEqual(checksFor(units, estimator));
  });
});

describe('unsound ones do not', () => {
  const units = sample(600);

  test('an estimator that finds effects anywhere', () => {
    // It says that units with much of y are the exposed ones.
    const estimator: Estimator = (u) => {
      const top = [...u.outcome.values].sort((a, b) => b - a).slice(0, 100);
      return { ok: true, value: top.reduce((s, v) => s + v, 0) / 100, se: 0.1, how: 'the best', remarks: [] };
    };
    const found = named(checksFor(units, estimator), 'placebo');
    expect(found?.passed).toBe(false);
    expect(found?.meaning).toContain('where there are none');
  });

  test('an estimator that hangs on the covariates that it is given', () => {
    const estimator: Estimator = (u) => ({
      ok: true,
      value: u.covariates.length,
      se: 0.1,
      how: 'a count',
      remarks: [],
    });
    expect(named(checksFor(units, estimator), 'random cause')?.passed).toBe(false);
  });

  test('an error that is too small', () => {
    const estimator: Estimator = (u) => {
      const effect = adjustedEstimators.linear!.estimate(u, nothingAsked);
      return effect.ok ? { ...effect, se: effect.se / 5 } : effect;
    };
    const found = named(checksFor(units, estimator), 'subset');
    expect(found?.passed).toBe(false);
    expect(found?.meaning).toContain('rests on few units');
  });

  test('an estimate that grows with the number of units', () => {
    const estimator: Estimator = (u) => ({ ok: true, value: u.rows, se: 1, how: 'a count', remarks: [] });
    expect(named(checksFor(units, estimator), 'subset')?.passed).toBe(false);
  });
});

test('of many rows a costly estimator is checked on a part, and says so', () => {
  let most = 0;
  const estimator: Estimator = (u) => {
    most = Math.max(most, u.rows);
    return adjustedEstimators.linear!.estimate(u, nothingAsked);
  };
  const units = sample(4000);
  const effect = estimator(units);
  if (!effect.ok) throw new Error(effect.reason);
  most = 0;
  const checks = checksOf({ units, estimator, effect, design: 'adjustment', clusters: null }, 100, keyFromSeed('1'));
  expect(most).toBeLessThan(4000);
  expect(named(checks, 'subset')?.meaning).toContain(`(of ${most} units)`);
});

/** Rows with a hidden cause u of x and y, a control w of the same u that x does not change, and a sound covariate. */
function hiddenCause(strength: number): string {
  const lines = ['x,y,w,v,z'];
  for (let r = 0; r < 500; r++) {
    const [u, z] = [normal(), normal()];
    const x = z + strength * u + normal();
    lines.push([x, x + z + strength * u + normal(), strength * u + normal(), strength * u + normal(), z].join());
  }
  return lines.join('\n');
}

const ask = (csv: string, by: string): Promise<Answer> =>
  askOf(csv, 'z -> x, y  x -> y', 'E(y[do(x = 1)] - y[do(x = 0)])', by);

async function askOf(csv: string, graph: string, effect: string, by: string): Promise<Answer> {
  const text = `data t = csv("t.csv")\ngraph G { ${graph} }\nquery q = estimate ${effect} from t by ${by}`;
  const source = { name: 'main.scm', text };
  const opened = openSession(source, memoryHost({ 't.csv': csv }), defaultSettings);
  if (!opened.ok) throw new Error(opened.diagnostics.map(({ message }) => message).join('; '));
  const answer = await opened.value.answer(
    { kind: 'named', name: 'q' },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  if (answer.error !== null) throw new Error(answer.error.message);
  return answer;
}

const lalonde = new URL('../../../../shared/data/lalonde.csv', import.meta.url);

test.skipIf(!existsSync(lalonde))(
  'job training (LaLonde 1986): estimates by regression and by weights stand',
  async () => {
    const covariates = 'age, educ, race, married, nodegree, re74, re75';
    const effect = 'E(re78[do(treat = 1)] - re78[do(treat = 0)])';
    const csv = readFileSync(lalonde, 'utf8');
    for (const estimator of ['linear', 'ipw']) {
      const answer = await askOf(
        csv,
        `${covariates} -> treat, re78  treat -> re78`,
        effect,
        `backdoor(estimator = ${estimator})`,
      );
      const checks = answer.checks ?? [];
      for (const name of ['placebo', 'random cause', 'subset']) expect(named(checks, name)?.passed, name).toBe(true);
      if (estimator !== 'linear') continue;
      // t = 1548.2438 / 781.2793 with 604 degrees of freedom.
      expect(named(checks, 'robustness value')?.value).toBeCloseTo(robustnessOf(1548.2438 / 781.2793, 604).value, 6);
      expect(named(checks, 'e-value')?.value).toBeLessThan(2);
    }
  },
);

describe('in the language', () => {
  const sound = hiddenCause(0);
  const hidden = hiddenCause(1);

  test('checks by default, none where they are switched off', async () => {
    const answer = await ask(sound, 'backdoor(z)');
    expect(answer.checks?.map(({ name }) => name)).toEqual([
      'placebo',
      'random cause',
      'subset',
      'e-value',
      'robustness value',
    ]);
    expect(answer.warnings).toEqual([]);
    expect((await ask(sound, 'backdoor(z, refute = none)')).checks).toBeUndefined();
  });

  test('negative controls tell of a hidden cause', async () => {
    const controls = 'backdoor(z, refute = none, negative_outcome = w, negative_exposure = v)';
    const clear = await ask(sound, controls);
    expect(clear.checks?.map(({ name, passed }) => [name, passed])).toEqual([
      ['negative outcome', true],
      ['negative exposure', true],
    ]);
    const warned = await ask(hidden, controls);
    expect(warned.checks?.map(({ passed }) => passed)).toEqual([false, false]);
    expect(warned.warnings.map(({ code }) => code)).toEqual(['W0651', 'W0651']);
  });

  test('a matched estimate has its bound on hidden bias', async () => {
    const rows = hiddenCause(0)
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    const csv = [
      'x,y,z',
      ...rows.map(([x, , , , z]) => `${Number(x! > 0)},${Number(x! > 0) + z! + normal()},${z}`),
    ].join('\n');
    const answer = await ask(csv, 'backdoor(z, estimator = matching)');
    const bound = answer.checks?.find(({ name }) => name === 'rosenbaum bound');
    expect(bound?.value).toBeGreaterThan(1.2);
  });
});
