// What is compared: each program knows how to be started with a number of particles and where its answer stands.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/step.mjs';

const here = (...path) => join(root, 'bench', ...path);

/** The file of a compiled comparison program. */
export const binary = (name) => here('.build', name);

/** The C++ programs. */
export const sources = [
  'timed',
  'eight_schools',
  'twin_gaussian',
  'network',
  'particle_filter',
  'outbreak_abc',
  'birth_death',
  'campaign',
].filter((name) => existsSync(here('cpp', `${name}.cpp`)));

const command = join(root, 'dist', 'cli.cjs');

/** The engines that can be asked for by name, besides the planner's choice. */
export function namedEngines() {
  const { stdout = '' } = spawnSync(process.execPath, [command, 'run', '--help'], { encoding: 'utf8' });
  const [, words = ''] = /--engine <name>([^-]*)/.exec(stdout ?? '') ?? [];
  return ['js', 'wasm', 'native'].filter((name) => new RegExp(`\\b${name}\\b`).test(words));
}

/**
 * `whatif run` of one query, as it is installed: the bundled file; `count` is the option that says how many particles. `again` asks it many
 * times in one process (bench/warm.mjs), with `warmParticles` at a time.
 */
const whatif = (file, query, particles, options = {}) => ({
  name: 'whatif',
  needs: command,
  particles,
  warmParticles: options.warmParticles ?? particles[1],
  command: (n, seed, { workers = 1, engine } = {}) => [
    process.execPath,
    command,
    ...['run', join(options.folder ?? here('models'), file), '--json', '--query', query],
    ...[options.count ?? '--samples', String(n), '--seed', String(seed)],
    ...['--workers', String(workers), '--no-checkpoint', '--allow-read', join(root, 'examples')],
    ...(options.method === undefined ? [] : ['--method', options.method]),
    ...(engine === undefined ? [] : ['--engine', engine]),
  ],
  again: (n, seed, { workers = 1, engine } = {}) => [
    process.execPath,
    here('warm.mjs'),
    JSON.stringify({
      ...{ file: join(options.folder ?? here('models'), file), query, particles: n, workers, engine, seed },
      method: options.method,
    }),
  ],
  read: (output) => {
    const [answer] = JSON.parse(output).queries;
    if (answer.error) throw new Error(answer.error.message);
    return { value: answer.value };
  },
});

const cpp = (name, field, particles, ...more) => ({
  name: 'C++',
  needs: binary(name),
  particles,
  command: (n, seed) => [binary(name), String(n), String(seed), ...more],
  read: (output) => ({ value: JSON.parse(output)[field] }),
});

const webppl = (name, file, particles, field = 'mu') => ({
  name,
  needs: here('.peers', 'node_modules', 'webppl', 'webppl'),
  particles,
  command: (n, seed) => [
    process.execPath,
    here('.peers', 'node_modules', 'webppl', 'webppl'),
    ...[here('models', file), '--random-seed', String(seed), '--', '--particles', String(n)],
  ],
  // WebPPL prints the value of the program's last expression after what the program prints.
  read: (output) => ({ value: JSON.parse(output.split('\n')[0])[field] }),
});

/** Whether R can load a package. */
const rHas = (name) =>
  spawnSync('Rscript', ['-e', `quit(status = !requireNamespace("${name}", quietly = TRUE))`]).status === 0;
const jagsIsHere = () => spawnSync('jags', ['--version'], { stdio: 'ignore' }).error === undefined;

/** A Markov chain in another system: a "particle" is an iteration of one chain, and draws hang together. */
const chain = (name, present, particles, run) => ({
  name,
  needs: present() ? root : here('absent'),
  particles,
  command: (n, seed) => ['bash', here('models', run), String(n), String(seed)],
  read: (output) => ({ value: JSON.parse(output.trim().split('\n').at(-1)).mu }),
});

/**
 * Each race compares its first program with the others. `exact` is the known answer and `tolerance` what a right program
 * stays under at the particles it is given: a fast wrong answer is no result.
 * `particles` of a program is [small, large]: CPU time of the difference is what a particle costs in one run.
 * `cores` is how many particles comparisons of one worker with two take, of `divided` where that is not the first program.
 * Engines in `without` are left out; a program with `rounds` runs in so many alone, one that `compiles` once before all rounds.
 */
export const races = [
  {
    name: 'eight schools',
    exact: 4.396821,
    cores: [20_000_000],
    programs: [
      { ...whatif('eight_schools.scm', 'mu', [1024, 1_000_000]), tolerance: 0.04 },
      { ...cpp('eight_schools', 'mu', [1024, 1_000_000]), tolerance: 0.04 },
      { ...webppl('WebPPL, `Infer`', 'eight_schools.wppl', [50, 5000]), tolerance: 0.6 },
      { ...webppl('WebPPL, loop by hand', 'eight_schools_loop.wppl', [50, 5000]), tolerance: 0.6 },
      { ...chain('JAGS, one chain', jagsIsHere, [1000, 101_000], 'eight_schools_jags.sh'), tolerance: 0.3 },
      {
        ...chain('rstan, one chain', () => rHas('rstan'), [1000, 21_000], 'eight_schools_stan.sh'),
        ...{ tolerance: 0.3, compiles: true },
      },
    ],
  },
  {
    name: 'twin Gaussian',
    exact: 0.3748741446,
    cores: [20_000_000],
    programs: [
      { ...whatif('twin_gaussian.scm', 'twin', [1024, 1_000_000]), tolerance: 0.01 },
      { ...cpp('twin_gaussian', 'x9', [1024, 1_000_000]), tolerance: 0.01 },
      { ...webppl('WebPPL, `Infer`', 'twin_gaussian.wppl', [50, 5000], 'x9'), tolerance: 0.2 },
      { ...webppl('WebPPL, loop by hand', 'twin_gaussian_loop.wppl', [50, 5000], 'x9'), tolerance: 0.2 },
    ],
  },
  {
    // 37 variables, 46 arcs, eight variables seen; the answer is that of the exact method.
    name: 'discrete network',
    exact: 0.4571112822,
    cores: [5_000_000, 30_000_000],
    programs: [
      { ...whatif('network.scm', 'asked', [1024, 1_000_000]), tolerance: 0.015 },
      { ...cpp('network', 'asked', [1024, 1_000_000]), tolerance: 0.015 },
    ],
  },
  {
    // A particle of 1000 steps. The log evidence is known to 0.01 from a million particles.
    name: 'particle filter',
    exact: -916.98,
    cores: [10_000],
    // One filter is work for one core; here eight of them run apart.
    divided: whatif('volatility.scm', 'apart', [1000, 10_000], { count: '--particles' }),
    programs: [
      { ...whatif('volatility.scm', 'fit', [1000, 10_000], { count: '--particles' }), tolerance: 1 },
      { ...cpp('particle_filter', 'logEvidence', [1000, 10_000], join(root, 'examples', 'returns.csv')), tolerance: 1 },
      {
        ...webppl('WebPPL, path in an array', 'volatility_path.wppl', [100, 1000], 'logEvidence'),
        tolerance: 3,
        rounds: 5,
      },
      { ...webppl('WebPPL, last state alone', 'volatility.wppl', [100, 1000], 'logEvidence'), tolerance: 3, rounds: 5 },
    ],
  },
  {
    // A simulation of 14 days with two binomials each; the nearest thousandth is kept. The answer is that of ten million.
    name: 'outbreak',
    exact: 2.416,
    cores: [1_000_000, 4_000_000],
    programs: [
      { ...whatif('outbreak.scm', 'beta', [10_000, 200_000]), tolerance: 0.15 },
      { ...cpp('outbreak_abc', 'beta', [10_000, 200_000]), tolerance: 0.15 },
      { ...webppl('WebPPL, a factor at the end', 'outbreak.wppl', [300, 5000], 'beta'), tolerance: 0.6 },
    ],
  },
  {
    // A filter over 106 branches whose rates are drawn once: the log evidence of one run scatters by two.
    name: 'birth-death tree',
    exact: -279.957995,
    cores: [10_000],
    // JavaScript copies the whole stacks of particles: half a minute a run.
    without: ['js'],
    divided: whatif('birth_death.scm', 'apart', [1000, 10_000], { count: '--particles' }),
    programs: [
      { ...whatif('birth_death.scm', 'weight', [1000, 10_000], { count: '--particles' }), tolerance: 10 },
      { ...cpp('birth_death', 'logEvidence', [1000, 10_000]), tolerance: 10 },
      // More than a minute.
      { ...webppl('WebPPL', 'birth_death.wppl', [1000, 10_000], 'logEvidence'), tolerance: 10, rounds: 1 },
    ],
  },
  {
    // A run is about 51774 trials.
    name: 'campaign',
    exact: 51773.775,
    cores: [10_000],
    programs: [
      {
        ...whatif('campaign.scm', 'slow', [1000, 10_000], {
          folder: join(root, 'examples'),
          method: 'importance',
          warmParticles: 2048,
        }),
        tolerance: 640,
      },
      { ...cpp('campaign', 'duration', [1000, 10_000]), tolerance: 640 },
    ],
  },
];

/** Whole runs, start to end, in seconds of the clock and of the processor. */
export const runs = [
  { name: 'bare `node`', command: [process.execPath, '-e', '0'] },
  { name: '`whatif run` of a coin', command: [process.execPath, command, 'run', here('models', 'coin.scm')] },
  {
    name: '`whatif run` of the campaign, `slow` (5e8 draws), all workers',
    rounds: 3,
    command: [process.execPath, command, 'run', join(root, 'examples', 'campaign.scm')].concat([
      ...['--query', 'slow', '--method', 'importance'],
    ]),
  },
];

/** Models whose time from text to first answer is measured inside of one process (bench/first_answer.mjs). */
export const firstAnswers = [
  { name: 'coin', file: here('models', 'coin.scm') },
  { name: 'eight schools', file: here('models', 'eight_schools.scm') },
  { name: 'twin Gaussian', file: here('models', 'twin_gaussian.scm') },
];
