/** `causes` and `attribute`: output, JSON and exit codes. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';
import { runCommand, scratch } from './fake.js';

const folder = scratch();
let files = 0;
function fileOf(text: string): string {
  const file = path.join(folder, `program${files++}.scm`);
  writeFileSync(file, text);
  return file;
}

/** Runs a command on a real session. */
const run = (args: readonly string[]) =>
  runCommand(args, { session: (source) => openSession(source, memoryHost({}), defaultSettings) });

const bottle = fileOf(`model Bottle {
  suzy ~ bernoulli(0.8)
  billy ~ bernoulli(0.5)
  suzy_hits := suzy
  billy_hits := billy and not suzy_hits
  shattered := suzy_hits or billy_hits
}`);
const line = fileOf('model Line { x ~ normal(0, 1)  y := 2 * x + sample normal(0, 1) }');

describe('causes', () => {
  test('prints causes with witnesses', async () => {
    const { code, out } = await run(['causes', bottle, 'shattered | suzy, billy']);
    expect(code).toBe(0);
    expect(out).toContain('causes of shattered given suzy, billy: it has probability 1, in 1 world');
    expect(out).toMatch(/1 {2}suzy = true +suzy = false +billy_hits = false/);
    expect(out).not.toMatch(/ billy = true/);
  });

  test('speaks JSON', async () => {
    const { code, out } = await run(['causes', bottle, 'shattered | billy', '--json']);
    expect(code).toBe(0);
    const [first] = JSON.parse(out).causes;
    expect(first).toEqual({
      probability: 0.8,
      cause: [{ node: 'suzy', value: 'true' }],
      instead: [{ node: 'suzy', value: 'false' }],
      kept: [{ node: 'billy_hits', value: 'false' }],
    });
    expect(JSON.parse(out)).toMatchObject({ outcome: 'shattered', evidence: ['billy'], probability: 1, worlds: 2 });
  });

  test('says that nothing is a cause', async () => {
    const sure = fileOf('model M { x ~ bernoulli(0.5)  y := x or not x }');
    expect((await run(['causes', sure, 'y'])).out).toContain('nothing in the model is a cause of it');
  });

  test('ends as others do where there is no answer, and where the question is wrong', async () => {
    const refused = await run(['causes', line, 'y > 0']);
    expect(refused.code).toBe(3);
    expect(refused.error).toContain('E0650');
    expect((await run(['causes', bottle, 'broken'])).code).toBe(1);
    expect((await run(['causes', bottle])).code).toBe(2);
    expect((await run(['causes', bottle, 'shattered', '--model', 'Vase'])).code).toBe(1);
  });
});

describe('attribute', () => {
  test('prints contributions', async () => {
    const { code, out } = await run(['attribute', line, 'y | x = 1, y = 5']);
    expect(code).toBe(0);
    expect(out).toContain('y: 5, from 0');
    expect(out).toMatch(/y +3 +exact +60 %/);
    expect(out).toMatch(/x +2 +exact +40 %/);
  });

  test('speaks JSON', async () => {
    const { out } = await run(['attribute', line, 'y | x = 1, y = 5', '--baseline', 'x = 2, y = 4', '--json']);
    expect(JSON.parse(out)).toMatchObject({ kind: 'noise', score: 'mean', value: 5, baseline: 4, complete: true });
    expect(JSON.parse(out).contributions).toEqual([
      { cause: 'y', contribution: expect.closeTo(3, 9), se: 0 },
      { cause: 'x', contribution: expect.closeTo(-2, 9), se: 0 },
    ]);
  });

  test('ends as others do', async () => {
    const refused = await run(['attribute', line, 'y']);
    expect(refused.code).toBe(3);
    expect(refused.error).toContain('E0651');
    expect((await run(['attribute', line, 'y | z = 1'])).code).toBe(1);
    expect((await run(['attribute', line, 'y | x = 1', '--permutations', 'no'])).code).toBe(2);
  });
});
