// Compares Whatif with C++ and WebPPL and rewrites the tables of bench/README.md.
//   npm run bench -- [--rounds 9] [--only NAME] [--dry]
// `--only` takes the races and runs whose name contains NAME; `--dry` leaves the README alone.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/step.mjs';
import { binary, races, runs } from './programs.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, only: { type: 'string' }, dry: { type: 'boolean' } },
});
const rounds = Number(options.rounds);
const chosen = (entry) => options.only === undefined || entry.name.includes(options.only);

const note = (text) => process.stderr.write(`${text}\n`);

function buildCpp() {
  mkdirSync(join(root, 'bench', '.build'), { recursive: true });
  for (const name of ['eight_schools', 'twin_gaussian', 'particle_filter', 'outbreak_abc']) {
    const source = join(root, 'bench', 'cpp', `${name}.cpp`);
    const made = spawnSync('g++', ['-std=c++20', '-O3', '-march=native', '-o', binary(name), source]);
    if (made.status !== 0) note(`no C++ comparison: ${made.error?.message ?? made.stderr}`);
  }
}

function installWebppl() {
  const folder = join(root, 'bench', '.peers');
  if (existsSync(join(folder, 'node_modules', 'webppl'))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const made = spawnSync('npm', ['install', '--no-audit', '--no-fund', 'webppl@0.9.15'], { cwd: folder });
  if (made.status !== 0) note(`no WebPPL comparison: ${made.error?.message ?? made.stderr}`);
}

/**
 * Runs a command to its end. Its processor time (user and system, all threads) is what bash's `time` has from the kernel
 * when the child is waited for.
 * @returns {{output: string, cpu: number, wall: number}} seconds
 */
function timed(command) {
  const child = spawnSync('bash', ['-c', 'TIMEFORMAT="%3R %3U %3S"; time "$@" 2>/dev/null', 'timed', ...command], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const [wall, user, system] = child.stderr.trim().split(' ').map(Number);
  if (child.status !== 0) throw new Error(`exit code ${child.status}: ${command.join(' ')}`);
  return { output: child.stdout, cpu: user + system, wall };
}

const sorted = (list) => [...list].sort((a, b) => a - b);
const quantile = (list, q) => sorted(list)[Math.round(q * (list.length - 1))];

/** Median with the quartiles. */
function spread(list, digits) {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(list, q).toPrecision(digits));
  return `${Number(middle)} (${Number(low)}–${Number(high)})`;
}

/** Processor time of one more particle, in nanoseconds: start-up and compilation of the first block fall out. */
function perParticle(program, seed, exact) {
  const [small, large] = program.particles;
  const before = timed(program.command(small, seed));
  const after = timed(program.command(large, seed));
  const { value } = program.read(after.output);
  if (!(Math.abs(value - exact) < program.tolerance))
    throw new Error(`${program.name} answers ${value} where ${exact} is right`);
  return (1e9 * (after.cpu - before.cpu)) / (large - small);
}

function race({ name, exact, programs }) {
  const present = programs.filter((program) => existsSync(program.needs));
  const cost = new Map(present.map((program) => [program.name, []]));
  for (let round = 1; round <= rounds; round++)
    for (const program of present) {
      const nanoseconds = perParticle(program, round, exact);
      cost.get(program.name).push(nanoseconds);
      note(`${name}, round ${round}: ${program.name} ${nanoseconds.toFixed(1)} ns`);
    }
  const own = cost.get(present[0].name);
  return present.map((program) => {
    const list = cost.get(program.name);
    const ratio = list.map((nanoseconds, i) => own[i] / nanoseconds);
    const faster = quantile(ratio, 0.5) < 0.1;
    const compared = faster
      ? `${spread(
          ratio.map((r) => 1 / r),
          3,
        )} times faster`
      : `${spread(ratio, 3)} times the time`;
    return [name, program.name, String(program.particles[1]), spread(list, 3), program === present[0] ? '' : compared];
  });
}

function whole({ name, command, rounds: own }) {
  const results = Array.from({ length: own ?? rounds }, () => timed(command));
  const columns = [results.map((r) => r.wall), results.map((r) => r.cpu)].map((list) => spread(list, 3));
  note(`${name}: ${columns[0]} s`);
  return [name, ...columns];
}

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

buildCpp();
installWebppl();
const raced = races.filter(chosen).flatMap(race);
const ran = runs.filter(chosen).map(whole);
const results = [
  `Node ${process.versions.node}, ${cpus()[0].model.trim()}, ${rounds} rounds; medians, quartiles in parentheses.`,
  ...(raced.length > 0
    ? [table(['model', 'program', 'particles', 'ns of CPU per particle', 'whatif beside it'], raced)]
    : []),
  ...(ran.length > 0 ? [table(['whole run', 'seconds', 'CPU seconds'], ran)] : []),
].join('\n\n');
process.stdout.write(`${results}\n`);

if (!options.dry && options.only === undefined) {
  const file = join(root, 'bench', 'README.md');
  const marked = /(<!-- results -->\n)[\s\S]*(<!-- end of results -->)/;
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(marked, (_, open, close) => `${open}\n${results}\n\n${close}`),
  );
}
