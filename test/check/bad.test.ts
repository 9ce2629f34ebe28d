import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/check/check_source.js';
import { nodeHost } from '../../src/data/node_files.js';
import { diagnosticText } from '../../src/report/diagnostic_text.js';
import { plain } from '../../src/report/paint.js';
import { errorCatalogue } from '../../src/syntax/codes.js';
import type { Diagnostic } from '../../src/syntax/diagnostic.js';

/**
 * Programs with something wrong, each with what is said of it in the `.out` beside it. `UPDATE=1 npx vitest run test/check/bad.test.ts`
 * writes the outputs anew: read what changed. Files called `good_…` are imported by others.
 */
const folder = fileURLToPath(new URL('../bad', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.scm') && !name.startsWith('good_'));

const diagnosticsOf = (name: string): readonly Diagnostic[] => {
  const source = { name, text: readFileSync(join(folder, name), 'utf8') };
  return checkSource(source, nodeHost(folder, { allowRead: [] })).diagnostics;
};

describe('bad programs', () => {
  const codes = new Set<string>();

  it.each(names)('%s', (name) => {
    const diagnostics = diagnosticsOf(name);
    for (const { code } of diagnostics) codes.add(code);
    // Files that a program reads come with their real paths, which differ from machine to machine.
    const text = `${diagnostics.map((d) => diagnosticText(d, plain)).join('\n\n')}\n`.replaceAll(join(folder, '/'), '');
    const golden = join(folder, name.replace(/\.scm$/, '.out'));
    if (process.env.UPDATE === '1') writeFileSync(golden, text);
    expect(existsSync(golden), 'a new program needs UPDATE=1 and a reader').toBe(true);
    expect(text).toBe(readFileSync(golden, 'utf8'));
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const { span, source } of diagnostics) {
      expect(span.start).toBeLessThanOrEqual(span.end);
      expect(span.end).toBeLessThanOrEqual(source.text.length);
    }
  });

  it('are many, and show many codes', () => {
    expect(names.length).toBeGreaterThanOrEqual(120);
    expect(codes.size).toBeGreaterThanOrEqual(60);
  });

  it('show every code that the checks can give', () => {
    const checks = Object.keys(errorCatalogue).filter(
      (code) => /^(E0[234]|E052|W0[234])/.test(code) && !code.startsWith('E049'),
    );
    expect(checks.filter((code) => !codes.has(code))).toEqual([]);
  });

  it('say in their first line what is wrong', () => {
    for (const name of names) expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^\/\/ \S.*\n/);
  });
});
