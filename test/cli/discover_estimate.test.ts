/** From a table to a graph, and from both to an effect. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { linearColumns } from '../causal/discovery/random_models.js';
import { runCommand, scratch } from './fake.js';

const folder = scratch();
// age -> dose -> level -> cure: the direction of the chain is not in the data, but its adjacencies are.
const columns = linearColumns([new Set(), new Set([0]), new Set([1]), new Set([2])], 1500, 'chain of four', 'uniform');
const names = ['age', 'dose', 'level', 'cure'];
const table = path.join(folder, 'trial.csv');
writeFileSync(
  table,
  [names.join(), ...Array.from({ length: 1500 }, (_, r) => columns.map((c) => c.values[r]).join())].join('\n'),
);

/** What the graph that a method finds says of an effect. */
async function effectBy(...options: readonly string[]) {
  const found = await runCommand(['discover', table, '--format', 'scm', ...options]);
  expect(found.code).toBe(0);
  const program = path.join(folder, 'program.scm');
  const query = 'estimate E(cure[do(dose = 1)] - cure[do(dose = 0)]) from trial by auto in Found';
  writeFileSync(program, `data trial = csv("trial.csv")\n${found.out}query effect = ${query}\n`);
  const ran = await runCommand(['run', program, '--json'], {
    session: (source) => openSession(source, nodeHost(folder, { allowRead: [] }), defaultSettings),
  });
  expect([ran.code, ran.error]).toEqual([0, '']);
  return { graph: found.out, answer: JSON.parse(ran.out).queries[0] };
}

test.each(['pc', 'ges', 'exact'])(
  'the class that %s finds gives an effect for each way to direct it',
  async (method) => {
    const { graph, answer } = await effectBy('--method', method);
    expect(graph).toContain('age -- dose\n');
    expect(answer).toMatchObject({ kind: 'distribution', value: null });
    const rows: readonly { readonly value: number; readonly p: number; readonly valueSe: number }[] =
      answer.distribution;
    // The chain has four graphs: dose causes cure with age above it or without, and in half of them it does not.
    expect(rows.map(({ p }) => p).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(rows.find(({ value }) => value === 0)).toMatchObject({ p: 0.5, valueSe: 0 });
  },
);

test('the one graph that DirectLiNGAM finds gives one effect', async () => {
  const { graph, answer } = await effectBy('--method', 'lingam');
  expect(graph).toBe('graph Found {\n  age -> dose\n  dose -> level\n  level -> cure\n}\n');
  expect(answer).toMatchObject({ kind: 'value', distribution: null });
  expect(answer.se).toBeGreaterThan(0);
});

test('what is known of the order leaves one effect', async () => {
  const { answer } = await effectBy('--method', 'ges', '--tiers', 'age < dose < level < cure');
  expect(answer.kind).toBe('value');
});
