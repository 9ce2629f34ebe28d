/** Estimators on tables with known answers, and on simulated units whose effect is known. */
import { describe, expect, test } from 'vitest';
import { adjustedEstimators } from '../../src/causal/estimate/adjusted/registry.js';
import { byFrontDoor } from '../../src/causal/estimate/frontdoor.js';
import { twoStage } from '../../src/causal/estimate/instruments.js';
import type { MethodArguments } from '../../src/causal/estimate/methods/method.js';
import type { Effect, UnitColumn, Units } from '../../src/causal/estimate/units.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';
import { generator } from './discrete_scm.js';

const column = (name: string, values: readonly number[], levels: number | null = null): UnitColumn => ({
  name,
  values: Float64Array.from(values),
  levels,
});
const difference = [
  { sign: 1, value: 1 },
  { sign: -1, value: 0 },
];
function found(effect: Effect | undefined): { readonly value: number; readonly se: number } {
  if (effect?.ok !== true) throw new Error(effect?.reason ?? 'no such estimator');
  return effect;
}

const nothing: MethodArguments = { nodes: [], options: new Map() };
function estimateBy(name: string, units: Units): Effect {
  const known = adjustedEstimators[name];
  if (known === undefined) throw new Error(`no estimator ${name}`);
  return known.estimate(units, nothing);
}

/** Rows of counts, one unit each: exposure, covariate, outcome. */
function unitsOfCounts(counts: readonly (readonly [x: number, z: number, ones: number, total: number])[]): Units {
  const rows = counts.flatMap(([x, z, ones, total]) =>
    Array.from({ length: total }, (_, k) => [x, z, k < ones ? 1 : 0] as const),
  );
  return {
    rows: rows.length,
    outcome: column(
      'y',
      rows.map((r) => r[2]),
      2,
    ),
    exposure: column(
      'x',
      rows.map((r) => r[0]),
      2,
    ),
    covariates: [
      column(
        'z',
        rows.map((r) => r[1]),
        2,
      ),
    ],
    others: [],
    arms: difference,
    among: null,
  };
}

test("Simpson's table: 700 patients", () => {
  const units = unitsOfCounts([
    [1, 0, 81, 87],
    [0, 0, 234, 270],
    [1, 1, 192, 263],
    [0, 1, 55, 80],
  ]);
  const saturated = (of: Units) => estimateBy('saturated', of);
  expect(found(saturated({ ...units, covariates: [] })).value).toBeCloseTo(-0.0457142857, 9);
  expect(found(saturated(units)).value).toBeCloseTo(3274803 / 61016000, 12);
  expect(found(saturated({ ...units, arms: [{ sign: 1, value: 1 }] })).value).toBeCloseTo(634983 / 762700, 12);
  expect(found(saturated({ ...units, among: 1 })).value).toBeCloseTo(1343 / 28000, 12);
  expect(found(saturated({ ...units, among: 0 })).value).toBeCloseTo(0.0593781491, 9);
  // A logistic regression on one label is as flexible as the cells, so weights give the same.
  expect(found(estimateBy('ipw', units)).value).toBeCloseTo(3274803 / 61016000, 8);
  expect(found(estimateBy('ipw', { ...units, among: 1 })).value).toBeCloseTo(1343 / 28000, 8);
});

test('front door: smoking, tar and cancer of 800', () => {
  const counts = [
    [1, 1, 57, 380],
    [0, 1, 19, 20],
    [1, 0, 2, 20],
    [0, 0, 342, 380],
  ] as const;
  const { covariates, ...units } = unitsOfCounts(counts);
  const [m] = covariates;
  const ask = (arms: Units['arms']) => found(byFrontDoor({ ...units, covariates: [], arms }, [m!])).value;
  expect(ask([{ sign: 1, value: 1 }])).toBeCloseTo(0.5475, 12);
  expect(ask([{ sign: 1, value: 0 }])).toBeCloseTo(0.5025, 12);
  expect(ask(difference)).toBeCloseTo(0.045, 12);
});

describe('simulated units: right on average, with the error that they have', () => {
  const random = generator(4);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const coin = (p: number) => (random() < p ? 1 : 0);
  const rows = 400;
  const many = 100;

  /** Estimates of many samples: their mean is the truth within 4.5 of its errors, and their spread what each of them says. */
  function expectRight(truth: number, estimate: () => Effect): void {
    const effects = Array.from({ length: many }, () => found(estimate()));
    const mean = effects.reduce((sum, e) => sum + e.value, 0) / many;
    const spread = Math.sqrt(effects.reduce((sum, e) => sum + (e.value - mean) ** 2, 0) / (many - 1));
    const said = Math.sqrt(effects.reduce((sum, e) => sum + e.se ** 2, 0) / many);
    expect(Math.abs(mean - truth)).toBeLessThan((4.5 * spread) / Math.sqrt(many));
    // The standard deviation of a spread of so many is its 1 / sqrt(2 (many - 1)).
    expect(Math.abs(Math.log(said / spread))).toBeLessThan(4.5 / Math.sqrt(2 * (many - 1)));
  }

  const confounded = (among: number | null): Units => {
    const z = Array.from({ length: rows }, normal);
    const w = Array.from({ length: rows }, () => coin(0.4));
    const x = z.map((v, r) => coin(1 / (1 + Math.exp(-(0.6 * v - 0.5 * w[r]!)))));
    const y = x.map((v, r) => 1.5 * v + 0.8 * z[r]! - w[r]! + normal());
    return {
      rows,
      outcome: column('y', y),
      exposure: column('x', x, 2),
      covariates: [column('z', z), column('w', w, 2)],
      others: [],
      arms: difference,
      among,
    };
  };
  test.each(['linear', 'ipw', 'aipw'])('%s', (name) => {
    expectRight(1.5, () => estimateBy(name, confounded(null)));
    expectRight(1.5, () => estimateBy(name, confounded(1)));
  });

  test('the level of an arm', () => {
    const arms = [{ sign: 1, value: 1 }];
    for (const name of ['linear', 'ipw', 'aipw'])
      expectRight(1.5 - 0.4, () => estimateBy(name, { ...confounded(null), arms }));
  });

  test('cells', () => {
    expectRight(0.3, () => {
      const z = Array.from({ length: rows }, () => coin(0.3) + coin(0.5));
      const x = z.map((v) => coin(0.25 + 0.2 * v));
      const y = x.map((v, r) => coin(0.1 + 0.3 * v + 0.2 * z[r]!));
      const covariates = [column('z', z, 3)];
      return estimateBy('saturated', {
        rows,
        outcome: column('y', y, 2),
        exposure: column('x', x, 2),
        covariates,
        others: [],
        arms: difference,
        among: null,
      });
    });
  });

  test('instruments', () => {
    expectRight(2, () => {
      const u = Array.from({ length: rows }, normal);
      const z = Array.from({ length: rows }, normal);
      const x = u.map((v, r) => v + z[r]! + normal());
      const y = u.map((v, r) => 2 * x[r]! - 3 * v + normal());
      const units = {
        rows,
        outcome: column('y', y),
        exposure: column('x', x),
        covariates: [],
        others: [],
        arms: difference,
        among: null,
      };
      return twoStage(units, [column('z', z)]);
    });
  });

  test('front doors, of labels and of quantities', () => {
    const u = () => Array.from({ length: rows }, () => coin(0.5));
    expectRight(0.5 * 0.4, () => {
      const hidden = u();
      const x = hidden.map((v) => coin(v ? 0.7 : 0.3));
      const m = x.map((v) => coin(0.25 + 0.5 * v));
      const y = m.map((v, r) => coin(0.1 + 0.4 * v + 0.4 * hidden[r]!));
      const units = {
        rows,
        outcome: column('y', y, 2),
        exposure: column('x', x, 2),
        covariates: [],
        others: [],
        arms: difference,
        among: null,
      };
      return byFrontDoor(units, [column('m', m, 2)]);
    });
    expectRight(1.2 * 0.5, () => {
      const hidden = Array.from({ length: rows }, normal);
      const x = hidden.map((v) => v + normal());
      const m = x.map((v) => 1.2 * v + normal());
      const y = m.map((v, r) => 0.5 * v + 2 * hidden[r]! + normal());
      const units = {
        rows,
        outcome: column('y', y),
        exposure: column('x', x),
        covariates: [],
        others: [],
        arms: difference,
        among: null,
      };
      return byFrontDoor(units, [column('m', m)]);
    });
  });
});

test.each(['ipw', 'aipw'])('%s among units that are not there', (name) => {
  const exposure = { name: 'x', levels: null, values: Float64Array.from({ length: 40 }, (_, k) => k % 2) };
  const outcome = { name: 'y', levels: null, values: Float64Array.from({ length: 40 }, (_, k) => Math.floor(k / 3)) };
  const arms = [{ sign: 1, value: 1 }];
  expect(estimateBy(name, { rows: 40, outcome, exposure, covariates: [], others: [], arms, among: 2 }).ok).toBe(false);
});

test('an instrument that fixes the exposure', () => {
  const values = Float64Array.from({ length: 40 }, (_, k) => k % 2);
  const outcome = { name: 'y', levels: null, values: Float64Array.from({ length: 40 }, (_, k) => (k * k) % 7) };
  const exposure = { name: 'x', levels: null, values };
  const units = { rows: 40, outcome, exposure, covariates: [], others: [], arms: [{ sign: 1, value: 1 }], among: null };
  expect(twoStage(units, [{ name: 'z', levels: null, values }])).toMatchObject({ ok: true, remarks: [] });
});

describe('as a query', () => {
  const random = generator(8);
  const lines = Array.from({ length: 400 }, (_, k) => {
    const z = random() < 0.5 ? 1 : 0;
    const x = random() < 0.3 + 0.4 * z ? 'drug' : 'none';
    const y = random() < 0.2 + 0.3 * z + (x === 'drug' ? 0.2 : 0) ? 'yes' : 'no';
    return `${z === 1 ? 'old' : 'young'},${x},${k % 100 === 7 ? '' : y},${random()}`;
  });
  const csv = `z,x,y,w\n${lines.join('\n')}\n`;
  const ask = async (query: string, graph = 'graph G { latent u  z -> x, y  w -> x -> y  u -> w }') => {
    const text = `enum Age { young, old }\nenum Dose { none, drug }\ndata t = csv("t.csv")\n${graph}\nquery q = ${query}`;
    const session = openSession({ name: 'main.scm', text }, memoryHost({ 't.csv': csv }), defaultSettings);
    if (!session.ok) throw new Error(session.diagnostics.map((d) => `${d.code} ${d.message}`).join('; '));
    return session.value.answer(
      { kind: 'named', name: 'q' },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
  };
  const effect = 'E(y[do(x = drug)] - y[do(x = none)])';

  test('adjusts for what the graph says, and leaves out rows that lack a cell', async () => {
    const answer = await ask(`estimate ${effect} from t by backdoor()`);
    expect(answer.error).toBeNull();
    expect(answer.method).toBe('backdoor(z): means of cells');
    expect([answer.draws, answer.warnings.map((w) => w.code)]).toEqual([396, ['W0634']]);
    const rows = lines.map((line) => line.split(',')).filter(([, , y]) => y !== '');
    const mean = (z: string, x: string) => {
      const those = rows.filter((r) => r[0] === z && r[1] === x);
      return those.filter((r) => r[2] === 'yes').length / those.length;
    };
    const byHand = ['young', 'old'].reduce((sum, z) => {
      const share = rows.filter((r) => r[0] === z).length / rows.length;
      return sum + share * (mean(z, 'drug') - mean(z, 'none'));
    }, 0);
    expect(answer.value).toBeCloseTo(byHand, 12);
    const automatic = await ask(`estimate ${effect} from t by auto`);
    expect([automatic.value, automatic.se]).toEqual([answer.value, answer.se]);
    const one = await ask('estimate P(y | do(x = drug)) from t by backdoor(z)');
    const other = await ask('estimate P(y | do(x = none)) from t by backdoor(z)');
    expect(Number(one.value) - Number(other.value)).toBeCloseTo(byHand, 12);
  });

  test('by the estimator that is named', async () => {
    for (const estimator of ['linear', 'ipw', 'aipw']) {
      const answer = await ask(`estimate ${effect} from t by backdoor(z, estimator = ${estimator})`);
      expect(answer.error).toBeNull();
      expect(Math.abs(Number(answer.value) - 0.2)).toBeLessThan(4.5 * Number(answer.se));
    }
    const treated = await ask(
      'estimate E(y[do(x = drug)] - y[do(x = none)] | x = drug) from t by backdoor(z, estimator = ipw)',
    );
    expect(treated.error).toBeNull();
  });

  test.each([
    [`estimate ${effect} from t by backdoor(w)`, undefined, 'E0554', 'x <- z -> y'],
    [`estimate ${effect} from t by frontdoor(z)`, undefined, 'E0554', 'front door'],
    [`estimate ${effect} from t by iv(z)`, undefined, 'E0554', 'no instrument'],
    [`estimate ${effect} from t by iv(z, given = [w])`, 'graph G { z -> x -> w -> y  x <-> y }', 'E0554', 'Given w'],
    ['estimate E(y | do(y = true)) from t by auto', undefined, 'E0553', 'two places'],
    ['estimate P(w | do(x = drug)) from t by auto', undefined, 'E0553', 'its mean'],
    [
      `estimate E(y[do(x = drug)] - y[do(x = none)] | x = drug) from t by frontdoor(z)`,
      'graph G { x -> z -> y  x <-> y  w }',
      'E0555',
      'all units',
    ],
    [`estimate ${effect} from t by auto`, 'graph G { x -> y  x <-> y  z -> y  w -> y }', 'E0554', 'not identified'],
    [`estimate ${effect} from t by backdoor(z)`, 'graph G { x -> y  z -> x }', null, ''],
    ['estimate E(y[do(x = drug)] - y[do(z = old)]) from t by auto', undefined, 'E0553', 'same variable'],
    ['estimate E(y | do(x = drug), w + 1 > 0) from t by backdoor(z)', undefined, 'E0553', 'no node'],
    ['estimate E(y[do(x = drug)] - y[do(x = none)] | w > 0.5) from t by backdoor(z)', undefined, null, ''],
    ['estimate E(y | do(x = drug), z = old) from t by backdoor', undefined, null, ''],
    [`estimate ${effect} from t by backdoor(z, w, estimator = saturated)`, undefined, 'E0555', 'one unit each'],
  ] as const)('%s in %s: %s', async (query, graph, code, mentioned) => {
    const answer = await ask(query, graph);
    expect(answer.error?.code ?? null).toBe(code);
    expect(answer.error?.message ?? '').toContain(mentioned);
  });
});
