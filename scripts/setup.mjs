// Makes a fresh clone ready: installs the packages and builds `dist`, each only where something changed.
// Plain Node without packages, because it runs before there are any. Silent when there is nothing to do.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './step.mjs';

const SOURCES = ['grammar', 'src', 'stdlib', 'tsconfig.json', 'tsdown.config.ts', 'package.json', 'package-lock.json'];
const PRODUCTS = [
  'dist/index.js',
  'dist/index.d.ts',
  'dist/node.js',
  'dist/cli.cjs',
  'dist/program.cjs',
  'dist/worker.js',
];
// Outside `dist`, which is published.
const BUILD_MARK = join(root, 'node_modules', '.whatif-build');

const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** Whether `node_modules` holds what `package-lock.json` asks for: npm leaves its own list of what it installed. */
function installed() {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return false;
  const have = readJson('node_modules', '.package-lock.json').packages;
  const want = readJson('package-lock.json').packages;
  return Object.entries(want).every(
    ([path, entry]) =>
      path === '' || (path in have ? have[path].version === entry.version : entry.optional || entry.peer),
  );
}

/** A hash of every file the build reads, names included. */
function sourceHash() {
  const hash = createHash('sha256').update(process.version);
  const visit = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) visit(`${path}/${name}`);
    else hash.update(`\0${path}\0`).update(readFileSync(full));
  };
  SOURCES.forEach(visit);
  return hash.digest('hex');
}

function built(hash) {
  return (
    PRODUCTS.every((path) => existsSync(join(root, path))) &&
    existsSync(BUILD_MARK) &&
    readFileSync(BUILD_MARK, 'utf8') === hash
  );
}

async function step(title, command, args) {
  process.stderr.write(`${title} … `);
  const start = performance.now();
  const { code, output } = await run(command, args);
  process.stderr.write(`${code === 0 ? 'done' : 'failed'} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`);
  if (code !== 0) {
    process.stderr.write(output);
    process.exit(1);
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Whatif needs Node 20.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}

if (!installed()) {
  await step('Installing packages', 'npm', ['ci', '--no-audit', '--no-fund']);
}

const hash = sourceHash();
if (!built(hash)) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await step('Building', 'tsdown', []);
  await step('Preparing the command', 'node', ['scripts/build-code-cache.mjs']);
  writeFileSync(BUILD_MARK, hash);
}
