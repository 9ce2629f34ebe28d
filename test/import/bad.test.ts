import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importBif } from '../../src/import/bif.js';
import { diagnosticText } from '../../src/report/diagnostic_text.js';
import { plain } from '../../src/report/paint.js';
import { networkCodes } from '../../src/syntax/catalogue/networks.js';

/** Networks with something wrong, each with what is said of it in the `.out` beside it; `UPDATE=1` writes the outputs anew. */
const folder = fileURLToPath(new URL('bad', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.bif'));

describe('bad networks', () => {
  const codes = new Set<string>();

  it.each(names)('%s', (name) => {
    const source = { name, text: readFileSync(join(folder, name), 'utf8') };
    const outcome = importBif(source, { truths: false, queries: true });
    expect(outcome.ok).toBe(false);
    for (const { code } of outcome.diagnostics) codes.add(code);
    const text = `${outcome.diagnostics.map((d) => diagnosticText(d, plain)).join('\n\n')}\n`;
    const golden = join(folder, name.replace(/\.bif$/, '.out'));
    if (process.env.UPDATE === '1') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
    expect(outcome.diagnostics.length).toBeGreaterThan(0);
  });

  it('show every code of networks', () => {
    expect([...codes].sort()).toEqual(Object.keys(networkCodes));
  });
});
