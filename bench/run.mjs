// Compares Whatif with C++ and other systems and rewrites the tables of bench/README.md.
//   npm run bench -- [--rounds 9] [--only NAME] [--dry] [--decades]
// `--only` takes the races and runs whose name contains NAME; `--dry` leaves the README alone; `--decades` sweeps the number of
// particles instead and writes the table of that.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/step.mjs';
import { measured, median, middle, spread, table, timed } from './measure.mjs';
import { binary, firstAnswers, namedEngines, races, runs, sources } from './programs.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    only: { type: 'string' },
    dry: { type: 'boolean' },
    decades: { type: 'boolean' },
  },
});
const rounds = Number(options.rounds);
const chosen = ({ name }) => options.only === undefined || name.includes(options.only);

const note = (text) => process.stderr.write(`${text}\n`);

/** Compiles the C++ programs; without `timed` nothing can be measured. */
function buildCpp() {
  mkdirSync(join(root, 'bench', '.build'), { recursive: true });
  for (const name of sources) {
    const source = join(root, 'bench', 'cpp', `${name}.cpp`);
    const made = spawnSync('g++', ['-std=c++20', '-O3', '-march=native', '-o', binary(name), source]);
    if (made.status === 0) continue;
    note(`no C++ comparison: ${made.error?.message ?? made.stderr}`);
    if (name === 'timed') process.exit(1);
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

/** The programs of a race that are here; the first of them once more for each engine that can be named and is not left out. */
function runners({ programs, without = [] }, engines) {
  const [own, ...others] = programs.filter((program) => existsSync(program.needs));
  const named = engines
    .filter((engine) => !without.includes(engine))
    .map((engine) => ({
      ...own,
      name: `whatif, \`--engine ${engine}\``,
      command: (n, seed) => own.command(n, seed, { engine }),
      again: (n, seed) => own.again(n, seed, { engine }),
    }));
  return [own, ...named, ...others];
}

function race(entry, engines) {
  const { name, exact } = entry;
  const programs = runners(entry, engines);
  const results = new Map(programs.map((program) => [program.name, []]));
  for (const { compiles, command, particles } of programs) if (compiles) timed(command(particles[0], 1));
  for (let round = 1; round <= rounds; round++)
    for (const program of programs) {
      if (round > (program.rounds ?? rounds)) continue;
      const result = measured(program, round, exact);
      results.get(program.name).push(result);
      note(`${name}, round ${round}: ${program.name} ${(1e9 * result.warm).toFixed(1)} ns`);
    }
  const own = programs[0].name;
  return programs.map((program) => {
    const mine = results.get(program.name);
    const beside = (other, cost) => spread(mine.map((result, i) => result[cost] / results.get(other)[i][cost]));
    const ofUs = program.name.startsWith('whatif');
    const raced = ofUs && results.has('C++');
    return [
      name,
      program.name,
      String(program.particles[1]),
      spread(mine.map((result) => 1e9 * result.warm)),
      raced ? beside('C++', 'warm') : '',
      ofUs ? spread(mine.map((result) => 1e9 * result.cold)) : '',
      raced ? beside('C++', 'cold') : '',
      ofUs || program.name === 'C++' ? '' : beside(own, 'cold'),
      middle(mine.map((result) => 1e3 * result.first)),
      middle(mine.map((result) => result.megabytes)),
    ];
  });
}

function whole({ name, command, rounds: own }) {
  const results = Array.from({ length: own ?? rounds }, () => timed(command));
  const columns = [results.map((r) => r.wall), results.map((r) => r.cpu)].map((list) => spread(list));
  note(`${name}: ${columns[0]} s`);
  return [name, ...columns, middle(results.map((r) => r.megabytes))];
}

/** From text to an answer of 1024 draws, in one process: the engine of each row. */
function firstAnswer({ name, file }, engines) {
  return [undefined, ...engines].map((engine) => {
    const { output } = timed([
      process.execPath,
      join(root, 'bench', 'first_answer.mjs'),
      file,
      ...(engine === undefined ? [] : [engine]),
    ]);
    const { first, later } = JSON.parse(output);
    return [name, engine ?? 'the planner’s choice', middle([first]), spread(later)];
  });
}

/** The clock time of one worker and of two, in processes that answer again and again and in whole ones that answer once. */
function onCores({ name, programs, divided }, particles) {
  const own = divided ?? programs[0];
  const walls = { again: { 1: [], 2: [] }, whole: { 1: [], 2: [] } };
  for (let round = 1; round <= Math.min(rounds, 5); round++)
    for (const workers of [1, 2]) {
      walls.again[workers].push(JSON.parse(timed(own.again(particles, round, { workers })).output).wall);
      walls.whole[workers].push(timed(own.command(particles, round, { workers })).wall);
    }
  const columns = [walls.again, walls.whole].flatMap((of) => [
    spread(of[1]),
    spread(of[2]),
    spread(of[1].map((seconds, i) => seconds / of[2][i])),
  ]);
  note(`${name}, ${particles}: ${columns[2]} times as fast with two workers, ${columns[5]} in whole processes`);
  return [name, String(particles), ...columns];
}

/** Seconds that one run may be expected to take in a sweep. */
const longestRun = 5;

/** Whole runs with ever more particles: processor time, and that of the C++ program beside it. */
function decades(entry, engines) {
  const rows = [];
  const programs = runners(entry, engines);
  const walls = new Map(programs.map((program) => [program.name, []]));
  // What a run took beyond the one before it grows with the particles; the start does not.
  const next = (program) => {
    const [last = 0, before = last] = walls.get(program.name).slice(-2).reverse();
    return last + 10 * (last - before);
  };
  for (let particles = 100; particles <= 10_000_000; particles *= 10) {
    const open = programs.filter((program) => next(program) < longestRun);
    if (open.length === 0) break;
    const results = new Map(open.map((program) => [program.name, []]));
    for (let round = 1; round <= Math.min(rounds, 5); round++)
      for (const program of open) results.get(program.name).push(timed(program.command(particles, round)).cpu);
    for (const program of open) {
      const own = results.get(program.name);
      walls.get(program.name).push(median(own));
      const peer = results.get('C++');
      const ratio = peer === undefined || program.name === 'C++' ? '' : spread(own.map((cpu, i) => cpu / peer[i]));
      rows.push([entry.name, program.name, String(particles), spread(own.map((cpu) => 1e3 * cpu)), ratio]);
    }
    note(`${entry.name}: ${particles} particles`);
  }
  return rows;
}

const shown = (head, rows) => (rows.length > 0 ? [table(head, rows)] : []);

const machine = `Node ${process.versions.node}, ${cpus()[0].model.trim()}, ${rounds} rounds (${Math.min(rounds, 5)} of runs on two cores and over decades, fewer of WebPPL); medians, quartiles in parentheses.`;

function raceTables(engines) {
  const raced = races.filter(chosen).flatMap((entry) => race(entry, engines));
  const first = firstAnswers.filter(chosen).flatMap((entry) => firstAnswer(entry, engines));
  const cores = races.filter(chosen).flatMap((entry) => entry.cores.map((particles) => onCores(entry, particles)));
  const ran = runs.filter(chosen).map(whole);
  return [
    machine,
    ...shown(
      [
        ...[
          'model',
          'program',
          'particles',
          'ns of CPU per particle, warm',
          'beside C++, warm',
          'cold',
          'beside C++, cold',
        ],
        ...['whatif is faster by', 'first run, ms of CPU', 'MB'],
      ],
      raced,
    ),
    ...shown(['text to answer', 'engine', 'first, ms', 'later, ms'], first),
    ...shown(
      [
        ...['model', 'particles', 'seconds, 1 worker, warm', '2 workers, warm', 'faster by, warm'],
        ...['seconds of whole runs, 1 worker', '2 workers', 'faster by'],
      ],
      cores,
    ),
    ...shown(['whole run', 'seconds', 'CPU seconds', 'MB'], ran),
  ];
}

function decadeTables(engines) {
  const rows = races.filter(chosen).flatMap((entry) => decades(entry, engines));
  return [machine, ...shown(['model', 'program', 'particles', 'ms of CPU, whole run', 'beside C++'], rows)];
}

buildCpp();
installWebppl();
const engines = namedEngines();
const text = (options.decades ? decadeTables(engines) : raceTables(engines)).join('\n\n');
process.stdout.write(`${text}\n`);

if (!options.dry && options.only === undefined) {
  const file = join(root, 'bench', 'README.md');
  const place = options.decades ? 'decades' : 'results';
  const marked = new RegExp(`(<!-- ${place} -->\\n)[\\s\\S]*(<!-- end of ${place} -->)`);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(marked, (_, open, close) => `${open}\n${text}\n\n${close}`),
  );
}
