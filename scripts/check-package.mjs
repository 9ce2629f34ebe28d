// Checks the package as others will get it: packs it, lets publint and arethetypeswrong look at the tarball, and starts
// the command from its unpacked files with no dependency beside it; then uses the library as others will (check-consumer.mjs).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConsumer } from './check-consumer.mjs';
import { root, run } from './step.mjs';

const NEEDED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'dist/cli.cjs',
  'dist/program.cjs',
  'dist/program.bin',
  'dist/worker.js',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/node.js',
  'dist/node.d.ts',
];
const UNWANTED = /^(?:src|grammar|test|bench|scripts|node_modules|docs)\/|\.tgz$/;

function fail(message) {
  process.stdout.write(`${message.trimEnd()}\n`);
  process.exitCode = 1;
}

async function must(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) fail(`${command} ${args.join(' ')}\n${output}`);
  return output;
}

const folder = mkdtempSync(join(tmpdir(), 'whatif-pack-'));
try {
  const report = await must('npm', ['pack', '--silent', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const { filename, files } = JSON.parse(report.slice(report.indexOf('[')))[0];
  const paths = files.map((file) => file.path);
  for (const path of NEEDED) if (!paths.includes(path)) fail(`the package lacks ${path}`);
  for (const path of paths) if (UNWANTED.test(path)) fail(`the package should not hold ${path}`);

  const tarball = join(folder, filename);
  await must('publint', ['--strict', tarball]);
  await must('attw', ['--profile', 'esm-only', tarball]);

  await must('tar', ['-xzf', tarball, '-C', folder]);
  const version = await must('node', [join(folder, 'package', 'dist', 'cli.cjs'), '--version']);
  const expected = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  if (version.trim() !== expected) fail(`the packed command says ${version.trim()}, package.json ${expected}`);

  for (const problem of await checkConsumer(tarball, process.argv.includes('--long'))) fail(problem);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
