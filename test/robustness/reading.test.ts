/** A program reads what lies under its folder and nothing else, unless the user allows it. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { runCommand } from '../cli/fake.js';

const secret = 'quince';

/** A folder with a program's folder in it; beside it, what the program must not see. */
function place(): { readonly outside: string; readonly inside: string } {
  const outside = mkdtempSync(path.join(tmpdir(), 'whatif-reading-'));
  const inside = path.join(outside, 'project');
  mkdirSync(path.join(inside, 'data'), { recursive: true });
  writeFileSync(path.join(outside, 'x.csv'), `value\n41\n`);
  writeFileSync(path.join(outside, 'x.scm'), 'fn secret(x) = x + 40');
  writeFileSync(path.join(outside, 'text.scm'), `${secret} ~~ !!\n`);
  writeFileSync(path.join(inside, 'data', 'near.csv'), 'value\n1\n');
  writeFileSync(path.join(inside, 'near.scm'), 'fn near(x) = x + 1');
  symlinkSync(path.join(outside, 'x.csv'), path.join(inside, 'link.csv'));
  symlinkSync(path.join(outside, 'text.scm'), path.join(inside, 'link.scm'));
  symlinkSync(outside, path.join(inside, 'up'));
  symlinkSync(path.join(inside, 'data', 'near.csv'), path.join(inside, 'inner.csv'));
  return { outside, inside };
}

async function run(
  inside: string,
  text: string,
  allowRead: readonly string[] = [],
): Promise<{ readonly code: number; readonly said: string }> {
  writeFileSync(path.join(inside, 'main.scm'), text);
  const { code, out, error } = await runCommand(['run', path.join(inside, 'main.scm'), '--samples', '1'], {
    session: (source) => openSession(source, nodeHost(inside, { allowRead }), { ...defaultSettings, samples: 1 }),
  });
  return { code, said: out + error };
}

const withTable = (file: string): string =>
  `data t = csv(${JSON.stringify(file)})\nmodel M { x := t.value[0] }\nquery q = E(x)\n`;
const withImport = (file: string, call: string): string =>
  `import ${JSON.stringify(file)}\nmodel M { x := ${call}(1) }\nquery q = E(x)\n`;

describe('refused', () => {
  test.each([
    ['the folder above', withTable('../x.csv')],
    ['the folder above, by a way round', withTable('data/../../x.csv')],
    ['a link to a file outside', withTable('link.csv')],
    ['a file behind a link to a folder outside', withTable('up/x.csv')],
    ['an import from above', withImport('../x.scm', 'secret')],
    ['an import through a link', withImport('./link.scm', 'secret')],
    ['an import behind a link', withImport('./up/text.scm', 'secret')],
    ['a system file', withTable('/etc/passwd')],
    ['a system file as a program', withImport('/etc/passwd', 'secret')],
    ['a device', withTable('/dev/zero')],
    ['a file name with a null', withTable('data/near.csv\u0000.txt')],
  ])('%s', async (_name, text) => {
    const { inside } = place();
    const { code, said } = await run(inside, text);
    expect(code).toBe(1);
    expect(said).toMatch(/E050[12]|E01\d\d/);
    expect(said).not.toContain(secret);
    expect(said).not.toMatch(/root:|\b41\b|^\s+at /m);
  });

  test('an absolute path to a file of the program is refused too', async () => {
    const { inside } = place();
    expect((await run(inside, withTable(path.join(inside, 'data/near.csv')))).code).toBe(1);
  });
});

describe('read', () => {
  test.each([
    ['a table below', withTable('data/near.csv')],
    ['a table by a way round', withTable('data/../data/near.csv')],
    ['a link that stays inside', withTable('inner.csv')],
  ])('%s', async (_name, text) => {
    const { code, said } = await run(place().inside, text);
    expect(said).toMatch(/^q +1 /m);
    expect(code).toBe(0);
  });

  test('an import from beside', async () => {
    expect((await run(place().inside, withImport('./near.scm', 'near'))).said).toMatch(/^q +2 /m);
  });

  test('what the user allows', async () => {
    const { inside, outside } = place();
    expect((await run(inside, withTable('../x.csv'), [outside])).said).toMatch(/^q +41 /m);
    expect((await run(inside, withTable(path.join(outside, 'x.csv')), [outside])).said).toMatch(/^q +41 /m);
    expect((await run(inside, withImport('../x.scm', 'secret'), [outside])).said).toMatch(/^q +41 /m);
    expect((await run(inside, withTable('/etc/passwd'), [outside])).code).toBe(1);
  });
});
