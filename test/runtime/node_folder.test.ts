import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/runtime/node_folder.js';

test('a folder is made with those above it, and one that is there is left alone', () => {
  const base = mkdtempSync(path.join(tmpdir(), 'whatif-folder-'));
  const folder = path.join(base, 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(existsSync(folder)).toBe(true);
  writeFileSync(path.join(base, 'file'), '');
  expect(() => makeFolder(path.join(base, 'file', 'x'))).toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')('a place where nothing can be made is refused, and not tried for ever', () => {
  expect(() => makeFolder('/proc/whatif/x')).toThrow('/proc/whatif');
});
