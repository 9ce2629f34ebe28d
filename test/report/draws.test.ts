/** Draws as files: CSV, JSON, Arrow, and the InferenceData of ArviZ. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import * as h5 from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCsv } from '../../src/data/csv.js';
import { drawsArrow, netcdf } from '../../src/data/node_draws.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { noFiles } from '../../src/embed/hosts.js';
import { openSession } from '../../src/embed/session.js';
import type { Report } from '../../src/report/answer.js';
import { type DrawsTable, drawsOf } from '../../src/report/draws.js';
import { drawsCsv, drawsJson } from '../../src/report/draws_text.js';
import { type AskedDraws, groupsOfDraws, inferenceData } from '../../src/report/inference_data.js';

const text = `
  enum Color { Red, Green }
  model M {
    mu ~ normal(0, 2)
    up := mu > 0
    c ~ categorical(Color, [0.3, 0.7])
    k ~ poisson(2)
    for i in 0..3 { for j in 0..2 { th[i, j] ~ normal(mu, 1) } }
    for r in 0..3 { y[r] ~ normal(mu, 1) }
  }
  model Sized(n: int) { mu ~ normal(0, 2)  for r in 0..n { y[r] ~ normal(mu, 1) } }
  model Scored { mu ~ normal(0, 2)  observe 1 ~ normal(mu, 1)  y ~ normal(mu, 1) }
  query weighted = posterior(mu, up, c, k, th, mu / 2 | y = [1, 2, 0]) in M using importance(samples = 2000)
  query chained = posterior(mu, k | y = [1, 2, 0]) in M using mh(samples = 120, warmup = 50, chains = 3)
  query next = predict(y | y = [1,2,0]) in M using importance(samples = 500)
  query prior = predict(y) in M using importance(samples = 500)
  query other = predict(y | y = [1, 2, 1]) in M using importance(samples = 500)
  query sets = predict(y | do(mu = 1)) in M using importance(samples = 500)
  query wider = predict(y) in Sized(2) using importance(samples = 500)
  query scored = predict(y) in Scored using importance(samples = 500)
  query again = posterior(mu | up and y[0] = -1.5, y[1] = 2) in M using importance(samples = 500)
`;

let tables: readonly DrawsTable[] = [];
let asked: readonly AskedDraws[] = [];
let report: Report;
const folder = mkdtempSync(path.join(tmpdir(), 'whatif-draws-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  const opened = openSession({ name: 'draws.scm', text }, noFiles, defaultSettings);
  if (!opened.ok) throw new Error(opened.diagnostics[0]?.message);
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const answers = [];
  for (const name of opened.value.queries) answers.push(await opened.value.answer({ kind: 'named', name }, options));
  report = { file: 'draws.scm', seed: '1', answers };
  tables = drawsOf(report);
  asked = tables.map((table) => ({
    table,
    conditions: opened.value.conditions({ kind: 'named', name: table.query }),
  }));
});

describe('as text', () => {
  test('CSV has a line for each draw, and reads back to the same numbers', () => {
    const [weighted] = tables;
    const source = { name: 'draws.csv', text: drawsCsv(weighted!) };
    const back = parseCsv(source, { table: 't', enums: [{ name: 'Color', members: ['Red', 'Green'] }] });
    if (!back.ok) throw new Error(back.diagnostics[0]?.message);
    expect(back.value.rows).toBe(2000);
    const column = (k: number): Float64Array => back.value.columns[k]!.values;
    expect(column(2)).toEqual(weighted!.weights);
    expect(column(3)).toEqual(weighted!.columns[0]!.values);
    expect(back.value.columns.map((c) => c.type.kind).slice(3, 7)).toEqual(['real', 'bool', 'enum', 'int']);
    expect(source.text.split('\n')[0]).toContain('th[2][1],mu / 2');
  });

  test('JSON holds columns, with the chains of draws that follow each other', () => {
    const read = JSON.parse(JSON.stringify(drawsJson(tables[1]!)));
    expect([read.query, read.method, read.draws]).toEqual(['chained', 'mh', 120]);
    expect([read.chain[39], read.draw[39], read.chain[40], read.draw[40], read.chain[119]]).toEqual([0, 39, 1, 0, 2]);
    expect(read.columns.mu).toEqual([...tables[1]!.columns[0]!.values]);
  });
});

test('Arrow keeps types, and labels as a dictionary', async () => {
  const table = tableFromIPC(await drawsArrow(tables[0]!));
  expect(table.numRows).toBe(2000);
  expect(table.getChild('mu')?.toArray()).toEqual(tables[0]!.columns[0]!.values);
  expect(['true', 'false']).toContain(String(table.getChild('up')?.get(0)));
  expect(['Red', 'Green']).toContain(String(table.getChild('c')?.get(7)));
  expect(String(table.schema.fields.find((f) => f.name === 'k')?.type)).toBe('Int32');
});

describe('as InferenceData', () => {
  const observed = [{ table: 't', column: 'x', kind: 'int', values: Float64Array.of(1, 2, 0) } as const];

  test('chains stay as they are; every variable has its dimensions', async () => {
    const [, chained] = tables;
    const file = path.join(folder, 'chained.nc');
    writeFileSync(file, await netcdf(inferenceData(asked[1]!, [asked[2]!], observed, '2026-01-01T00:00:00Z')));
    await h5.ready;
    const read = new h5.File(file, 'r');
    expect(read.keys()).toEqual([
      'constant_data',
      'observed_data',
      'posterior',
      'posterior_predictive',
      'sample_stats',
    ]);
    const set = (name: string): h5.Dataset => {
      const found = read.get(name);
      if (!(found instanceof h5.Dataset)) throw new Error(`no ${name}`);
      return found;
    };
    expect(set('posterior/mu').shape).toEqual([3, 40]);
    expect(set('posterior/mu').value).toEqual(chained!.columns[0]!.values);
    expect(set('posterior/mu').get_attached_scales(0)).toEqual(['/posterior/chain']);
    expect(set('posterior/mu').get_attached_scales(1)).toEqual(['/posterior/draw']);
    expect(set('posterior/chain').value).toEqual(BigInt64Array.of(0n, 1n, 2n));
    expect(set('posterior/k').dtype).toBe('<q');
    expect(set('observed_data/y').value).toEqual(BigInt64Array.of(1n, 2n, 0n));
    expect(set('observed_data/y').get_attached_scales(0)).toEqual(['/observed_data/y_dim_0']);
    expect(set('constant_data/t.x').get_attached_scales(0)).toEqual(['/constant_data/t_row']);
    expect(set('sample_stats/acceptance_rate').shape).toEqual([3, 40]);
    expect(set('posterior_predictive/y').shape?.[2]).toBe(3);
    const group = read.get('posterior');
    const attributes = group instanceof h5.Group ? group.attrs : {};
    for (const name of ['created_at', 'inference_library', 'inference_library_version', 'creation_library'])
      expect(attributes[name]?.value).toEqual(expect.any(String));
    read.close();
  });

  test('draws of unequal weight are made equal, as many as they are worth', () => {
    const [weighted] = tables;
    const groups = inferenceData(asked[0]!, [], [], '');
    const [posterior] = groups;
    const draws = posterior?.dims.get('draw') ?? 0;
    const ess = 1 / weighted!.weights.reduce((sum, w) => sum + w * w, 0);
    expect(draws).toBe(Math.round(ess));
    const mean = (values: Float64Array, weights: Float64Array): number =>
      values.reduce((sum, v, i) => sum + v * weights[i]!, 0);
    const mu = posterior?.variables.find((v) => v.name === 'mu');
    const exact = mean(weighted!.columns[0]!.values, weighted!.weights);
    const even = mean(mu!.values, new Float64Array(draws).fill(1 / draws));
    // Systematic resampling: far closer than draws at random would be.
    expect(Math.abs(even - exact)).toBeLessThan(3 * (0.55 / Math.sqrt(draws)));
    expect(posterior?.variables.find((v) => v.name === 'th')?.dims).toEqual(['chain', 'draw', 'th_dim_0', 'th_dim_1']);
    expect(posterior?.variables.map((v) => v.name)).toContain('mu ÷ 2');
    expect(posterior?.variables.find((v) => v.name === 'up')?.kind).toBe('bool');
    expect(posterior?.variables.find((v) => v.name === 'c')?.attributes).toEqual({ labels: 'Red, Green' });
    const th = posterior?.variables.find((v) => v.name === 'th');
    const column = weighted!.columns.find((c) => c.name === 'th[1][0]')!.values;
    expect(column).toContain(th!.values[2]);
    // The weights that they had before are not those that they have, and nothing else is known of each draw.
    expect(groups.map(({ name }) => name)).toEqual(['posterior', 'observed_data']);
  });

  test('predictions stand beside a posterior of the same model and evidence, or of its prior, and beside no other', () => {
    const [one, , , prior, ...rest] = asked;
    const names = (own: AskedDraws): readonly (readonly [string, readonly string[]])[] =>
      [...groupsOfDraws(own, asked)].map(([name, members]) => [name, members.map(({ table }) => table.query)]);
    expect(names(one!)).toEqual([
      ['posterior', ['weighted']],
      ['posterior_predictive', ['next']],
      ['prior_predictive', ['prior']],
    ]);
    // `other` is told something else, `sets` is done something else, `wider` is of other arguments, `scored` of another model.
    expect(rest.map(({ table }) => table.query)).toEqual(['other', 'sets', 'wider', 'scored', 'again']);
    for (const own of rest.slice(0, -1))
      expect(names(own)).toEqual([
        [own.table.query === 'other' ? 'posterior_predictive' : expect.any(String), [own.table.query]],
      ]);
    expect(names(rest[3]!)[0]?.[0]).toBe('posterior_predictive');
    expect(names(prior!)).toEqual([['prior_predictive', ['prior']]]);
    const [, predictive] = inferenceData(one!, asked, [], '');
    expect(predictive?.attributes.query).toBe('predict(y | y = [1,2,0])');
  });

  test('observed data are what the evidence says that nodes were', async () => {
    const again = asked.find(({ table }) => table.query === 'again')!;
    const file = path.join(folder, 'again.nc');
    writeFileSync(file, await netcdf(inferenceData(again, asked, [], '')));
    const read = new h5.File(file, 'r');
    const scalar = read.get('observed_data/y[0]');
    expect(scalar instanceof h5.Dataset && [scalar.shape, scalar.value]).toEqual([[], -1.5]);
    read.close();
    const { seen } = again.conditions!;
    expect(seen.map(({ name, kind, shape, values }) => [name, kind, shape, [...values]])).toEqual([
      ['up', 'bool', [], [1]],
      ['y[0]', 'real', [], [-1.5]],
      ['y[1]', 'int', [], [2]],
    ]);
  });

  test('a column with gaps is real', () => {
    const gaps = [{ table: 't', column: 'x', kind: 'int', values: Float64Array.of(1, Number.NaN) }] as const;
    const groups = inferenceData(asked[0]!, [], gaps, '');
    expect(groups.at(-1)?.variables.map(({ name, kind }) => [name, kind])).toEqual([['t.x', 'real']]);
  });
});
