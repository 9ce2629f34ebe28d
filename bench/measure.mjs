// Time and memory of one command, and how lists of measurements are printed.
import { spawnSync } from 'node:child_process';
import { binary } from './programs.mjs';

/**
 * Runs a command to its end. What it used is what the kernel reports when the child is waited for (bench/cpp/timed.cpp).
 * @returns {{output: string, cpu: number, wall: number, megabytes: number}} seconds; `cpu` is user and system time of all threads
 */
export function timed(command) {
  const child = spawnSync(binary('timed'), command, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (child.error !== undefined) throw child.error;
  if (child.status !== 0) throw new Error(`exit code ${child.status}: ${command.join(' ')}\n${child.stderr}`);
  return { output: child.stdout, ...JSON.parse(child.stderr.trimEnd().split('\n').at(-1)) };
}

/** Between two measurements in proportion (type 7 of Hyndman and Fan 1996). */
export function quantile(list, q) {
  const ordered = [...list].sort((a, b) => a - b);
  const place = q * (ordered.length - 1);
  const below = ordered[Math.floor(place)];
  return below + (place % 1) * (ordered[Math.ceil(place)] - below);
}

export const median = (list) => quantile(list, 0.5);

const digits = (number, count) => String(Number(number.toPrecision(count)));

/** Median with the quartiles. */
export function spread(list, count = 3) {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => digits(quantile(list, q), count));
  return `${middle} (${low}–${high})`;
}

/** The median alone. */
export const middle = (list, count = 3) => digits(median(list), count);

/** A table in Markdown. */
export const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/**
 * What a program costs, in seconds of the processor; throws where an answer with many particles is not the known one.
 * @returns {{first: number, cold: number, warm: number, megabytes: number}} `first`: a whole run with few particles; `cold`: a particle of one run
 * with many, the compilers of a just-in-time engine included; `warm`: a particle once these are done, and the same as `cold` for a program without them
 */
export function measured(program, seed, exact, particles = program.particles) {
  const [small, large] = particles;
  const right = ({ value }) => {
    if (!(Math.abs(value - exact) < program.tolerance))
      throw new Error(`${program.name} answers ${value} where ${exact} is right`);
  };
  const few = timed(program.command(small, seed));
  const many = timed(program.command(large, seed));
  right(program.read(many.output));
  const cold = (many.cpu - few.cpu) / (large - small);
  const costs = { first: few.cpu, cold, megabytes: many.megabytes };
  if (program.again === undefined) return { ...costs, warm: cold };
  const later = JSON.parse(timed(program.again(program.warmParticles, seed)).output);
  right(later);
  return { ...costs, warm: later.cpu / program.warmParticles };
}
