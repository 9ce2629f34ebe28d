// Checks (or with `--write` restores) the one style of every `.scm` file that the project ships.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './step.mjs';

const files = ['examples', 'stdlib', 'bench/models']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))))
  .filter((name) => name.endsWith('.scm'))
  .sort();

const mode = process.argv.includes('--write') ? '--write' : '--check';
const help = await run('node', ['dist/cli.js', '--help']);
if (files.length > 0 && /^\s+format\b/m.test(help.output)) {
  const { code, output } = await run('node', ['dist/cli.js', 'format', mode, ...files]);
  process.stdout.write(output);
  process.exitCode = code;
}
