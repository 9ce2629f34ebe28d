/** Tables of a few units, constant columns, columns that repeat each other: a number with an error, or a reason, and never anything else. */
import { expect, test } from 'vitest';
import { adjustedEstimators } from '../../src/causal/estimate/adjusted/registry.js';
import { differenceInDifferences } from '../../src/causal/estimate/differences.js';
import { regressionDiscontinuity } from '../../src/causal/estimate/discontinuity.js';
import { byFrontDoor } from '../../src/causal/estimate/frontdoor.js';
import { instrumentEstimators } from '../../src/causal/estimate/instruments.js';
import { byEstimand } from '../../src/causal/estimate/plug_in.js';
import { type Effect, type UnitColumn, type Units, withSeenLabels } from '../../src/causal/estimate/units.js';
import { identify } from '../../src/causal/identify/identify.js';
import { graphNamed } from './cases.js';
import { generator } from './discrete_scm.js';
import { column, difference, estimateBy } from './simulated_units.js';

const napkin = identify(graphNamed('w -> z -> x -> y; w <-> x; w <-> y'), {
  outcome: ['y'],
  action: ['x'],
  given: [],
  experiments: [],
});

/** What is asked of each table, by name. */
const asks: Readonly<Record<string, (units: Units, more: readonly UnitColumn[]) => Effect>> = {
  ...Object.fromEntries(
    Object.keys(adjustedEstimators).map((name) => [name, (units: Units) => estimateBy(name, units)] as const),
  ),
  propensity: (units) => estimateBy('matching', units, { on: 'propensity', neighbours: 2, calliper: 0.5 }),
  ...Object.fromEntries(
    Object.entries(instrumentEstimators).flatMap(([name, by]) => [
      [name, (units: Units, [z]: readonly UnitColumn[]) => by(units, [z!])] as const,
      [`${name} of two`, (units: Units, [z, w]: readonly UnitColumn[]) => by(units, [z!, w!])] as const,
    ]),
  ),
  door: (units, [z]) => byFrontDoor(units, [z!]),
  did: (units, [z, w]) => differenceInDifferences(units, { time: z!, since: null, unit: w! }),
  'did since': (units, [z]) => differenceInDifferences(units, { time: z!, since: 1, unit: null }),
  rdd: (units, [z]) => regressionDiscontinuity(units, z!, 0.5, null),
  'rdd within': (units, [z]) => regressionDiscontinuity(units, z!, 0.5, 2),
  napkin: (units, [z, w]) => {
    if (!napkin.identifiable) throw new Error('the napkin is identified');
    return byEstimand(
      {
        ...units,
        covariates: [],
        others: [
          { ...z!, name: 'z' },
          { ...w!, name: 'w' },
        ],
      },
      napkin.estimand,
    );
  },
};

test.each(Object.keys(asks))('%s', (name) => {
  const random = generator(name.length + 100);
  const kinds: readonly ((rows: number) => UnitColumn)[] = [
    (rows) =>
      column(
        'c',
        Array.from({ length: rows }, () => Math.floor(2 * random())),
        2,
      ),
    (rows) =>
      column(
        'c',
        Array.from({ length: rows }, () => Math.floor(3 * random())),
        3,
      ),
    (rows) =>
      column(
        'c',
        Array.from({ length: rows }, () => Math.floor(4 * random())),
      ),
    (rows) => column('c', Array.from({ length: rows }, random)),
    (rows) => column('c', new Float64Array(rows), 2),
    (rows) => column('c', new Float64Array(rows).fill(1e9)),
    (rows) =>
      column(
        'c',
        Array.from({ length: rows }, (_, r) => r),
      ),
  ];
  const some = (rows: number, as: string): UnitColumn => ({
    ...kinds[Math.floor(kinds.length * random())]!(rows),
    name: as,
  });
  let estimated = 0;
  for (let k = 0; k < 250; k++) {
    const rows = 1 + Math.floor(14 * random());
    const z = some(rows, 'z');
    const w = random() < 0.2 ? { ...z, name: 'w' } : some(rows, 'w');
    const exposure = random() < 0.8 ? { ...kinds[0]!(rows), name: 'x' } : some(rows, 'x');
    const units: Units = {
      rows,
      outcome: random() < 0.5 ? { ...kinds[0]!(rows), name: 'y' } : { ...kinds[3]!(rows), name: 'y' },
      exposure: random() < 0.2 ? { ...exposure, values: z.values.map((v) => (v >= 0.5 ? 1 : 0)), levels: 2 } : exposure,
      covariates: [z, w].slice(Math.floor(3 * random())).map(withSeenLabels),
      others: [z, w],
      arms: random() < 0.7 ? difference : [{ sign: 1, value: Math.floor(3 * random()) }],
      among: random() < 0.7 ? null : Math.floor(3 * random()),
    };
    const effect = asks[name]!(units, [z, w]);
    if (!effect.ok) {
      expect(effect.reason.length).toBeGreaterThan(10);
      continue;
    }
    estimated += 1;
    const shown = JSON.stringify({ k, units, effect });
    expect(Number.isFinite(effect.value), shown).toBe(true);
    expect(effect.se >= 0 && Number.isFinite(effect.se), shown).toBe(true);
  }
  // Wald's ratio has one instrument.
  if (name !== 'wald of two') expect(estimated).toBeGreaterThan(0);
});
