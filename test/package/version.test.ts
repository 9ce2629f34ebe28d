import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { version } from '../../src/index.js';

test('the exported version is that of package.json', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(text).toContain(`"version": "${version}"`);
});
