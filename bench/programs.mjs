// What is compared: each program knows how to be started with a number of particles and where its answer stands.
import { join } from 'node:path';
import { root } from '../scripts/step.mjs';

const here = (...path) => join(root, 'bench', ...path);

/** The file of a compiled comparison program. */
export const binary = (name) => here('.build', name);

/** `whatif run` of one query, as it is installed: the bundled file; `count` is the option that says how many particles. */
const whatif = (file, query, particles, count = '--samples') => ({
  name: 'whatif',
  needs: join(root, 'dist', 'cli.js'),
  particles,
  command: (n, seed) => [
    process.execPath,
    join(root, 'dist', 'cli.js'),
    ...['run', here('models', file), '--json', '--query', query, count, String(n), '--seed', String(seed)],
    ...['--workers', '1', '--no-checkpoint', '--allow-read', join(root, 'examples')],
  ],
  read: (output) => {
    const [answer] = JSON.parse(output).queries;
    if (answer.error) throw new Error(answer.error.message);
    return { value: answer.value, seconds: answer.seconds };
  },
});

const cpp = (name, field, particles, ...more) => ({
  name: 'C++',
  needs: binary(name),
  particles,
  command: (n, seed) => [binary(name), String(n), String(seed), ...more],
  read: (output) => {
    const answer = JSON.parse(output);
    return { value: answer[field], seconds: answer.seconds };
  },
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
  read: (output) => ({ value: JSON.parse(output.split('\n')[0])[field], seconds: null }),
});

/**
 * Each race compares its first program with the others. `exact` is the known answer and `tolerance` what a right program
 * stays under at the particles it is given: a fast wrong answer is no result.
 * `particles` of a program is [small, large]: CPU time of the difference is what a particle costs.
 */
export const races = [
  {
    name: 'eight schools',
    exact: 4.396818,
    programs: [
      { ...whatif('eight_schools.scm', 'mu', [1024, 1_000_000]), tolerance: 0.04 },
      { ...cpp('eight_schools', 'mu', [1024, 1_000_000]), tolerance: 0.04 },
      { ...webppl('WebPPL, `Infer`', 'eight_schools.wppl', [50, 5000]), tolerance: 0.6 },
      { ...webppl('WebPPL, loop by hand', 'eight_schools_loop.wppl', [50, 5000]), tolerance: 0.6 },
    ],
  },
  {
    name: 'twin Gaussian',
    exact: 0.3748741446,
    programs: [
      { ...whatif('twin_gaussian.scm', 'twin', [1024, 1_000_000]), tolerance: 0.01 },
      { ...cpp('twin_gaussian', 'x9', [1024, 1_000_000]), tolerance: 0.01 },
    ],
  },
  {
    // A particle of 1000 steps. The log evidence is known to 0.01 from a million particles.
    name: 'particle filter',
    exact: -916.98,
    programs: [
      { ...whatif('volatility.scm', 'fit', [1000, 10_000], '--particles'), tolerance: 1 },
      { ...cpp('particle_filter', 'logEvidence', [1000, 10_000], join(root, 'examples', 'returns.csv')), tolerance: 1 },
      { ...webppl('WebPPL, path in an array', 'volatility_path.wppl', [100, 1000], 'logEvidence'), tolerance: 3 },
      { ...webppl('WebPPL, last state alone', 'volatility.wppl', [100, 1000], 'logEvidence'), tolerance: 3 },
    ],
  },
  {
    // A simulation of 14 days with two binomials each; the nearest thousandth is kept. The answer is that of ten million.
    name: 'outbreak',
    exact: 2.416,
    programs: [
      { ...whatif('outbreak.scm', 'beta', [10_000, 200_000]), tolerance: 0.15 },
      { ...cpp('outbreak_abc', 'beta', [10_000, 200_000]), tolerance: 0.15 },
      { ...webppl('WebPPL, a factor at the end', 'outbreak.wppl', [300, 5000], 'beta'), tolerance: 0.6 },
    ],
  },
];

/** Whole runs, start to end, in seconds of the clock and of the processor. */
export const runs = [
  { name: 'bare `node`', command: [process.execPath, '-e', '0'] },
  {
    name: '`whatif run` of a coin',
    command: [process.execPath, join(root, 'dist', 'cli.js'), 'run', here('models', 'coin.scm')],
  },
  {
    name: 'campaign, `slow` (5e8 draws)',
    rounds: 3,
    command: [process.execPath, join(root, 'dist', 'cli.js'), 'run', join(root, 'examples', 'campaign.scm')].concat([
      ...['--query', 'slow', '--method', 'importance'],
    ]),
  },
];
