// Everything that must hold before a change goes in, in order, up to the first failure. `--long` adds the tests that
// take minutes. The last line counts the tests: `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './step.mjs';

const long = process.argv.includes('--long');
const scratch = mkdtempSync(join(tmpdir(), 'whatif-test-'));
const vitestReport = join(scratch, 'vitest.json');

/** @type {readonly {name: string, command: string, args: string[], environment?: Record<string, string>}[]} */
const steps = [
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  { name: 'lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'model format', command: 'node', args: ['scripts/check-format.mjs'] },
  { name: 'precompiled library', command: 'tsx', args: ['scripts/build-stdlib.ts', '--check'] },
  { name: 'generated pages', command: 'tsx', args: ['scripts/build-docs.ts', '--check'] },
  { name: 'API documentation', command: 'typedoc', args: ['--emit', 'none'] },
  {
    name: 'tests',
    command: 'vitest',
    args: ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${vitestReport}`],
    environment: long ? { WHATIF_LONG: '1' } : {},
  },
  { name: 'package', command: 'node', args: ['scripts/check-package.mjs', ...(long ? ['--long'] : [])] },
];

let failedStep = false;
for (const step of steps) {
  process.stdout.write(`${step.name.padEnd(22, '.')} `);
  const start = performance.now();
  const { code, output } = await run(step.command, step.args, step.environment);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok' : 'FAILED'}  ${seconds} s\n`);
  for (const line of output.split('\n')) if (line.startsWith('note: ')) process.stdout.write(`  ${line}\n`);
  if (code !== 0) {
    process.stdout.write(`\n${output.trimEnd()}\n\n`);
    failedStep = true;
    break;
  }
}

let passed = 0;
let failed = 0;
if (existsSync(vitestReport)) {
  const report = JSON.parse(readFileSync(vitestReport, 'utf8'));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
}
// A step that is no test, or a test file that does not load, is a failure too.
if (failedStep && failed === 0) failed = 1;
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failedStep ? 1 : 0;
