// Checks (or with `--write` restores) the one style of every `.scm` file that the project ships.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './step.mjs';

const files = ['examples', 'stdlib', 'bench/models']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))))
  .filter((name) => name.endsWith('.scm'))
  .sort();

const mode = process.argv.includes('--write') ? '--write' : '--check';
const { code, output } = await run('node', ['dist/cli.cjs', 'format', mode, ...files]);
process.stdout.write(output);
process.exitCode = code;
