/** What a host program says about a run, as settings. */
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Settings } from './contract.js';
import { whatifError } from './error.js';
import type { RunOptions } from './program.js';

/** Throws a `WhatifError` where a value is none that the option takes: who writes JavaScript has no compiler that says so. */
export function settingsOf(options: RunOptions): Settings {
  const problems = numbers.flatMap(([name, fits, wants]) => {
    const value: unknown = options[name];
    return value === undefined || fits(value) ? [] : [wrongOption(name, wants, value)];
  });
  if (problems.length > 0) throw whatifError(problems);
  const { seed, method, samples, engine, timeLimit, memoryLimit } = options;
  return {
    seed: seed === undefined ? null : String(seed),
    method: method ?? null,
    samples: samples ?? null,
    particles: null,
    engine: engine ?? null,
    without: new Set(),
    assignments: new Map(),
    timeLimit: timeLimit ?? null,
    memoryLimit: memoryLimit ?? null,
  };
}

type Named = 'samples' | 'seed' | 'timeLimit' | 'memoryLimit';

const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0;

/** Options with what they take, and the same in words. */
const numbers: readonly (readonly [Named, (value: unknown) => boolean, string])[] = [
  ['samples', (value) => isPositive(value) && Number.isSafeInteger(value), 'a whole number, at least 1'],
  ['seed', (value) => typeof value === 'string' || Number.isFinite(value), 'a text or a finite number'],
  ['timeLimit', isPositive, 'a number of seconds, above 0'],
  ['memoryLimit', isPositive, 'a number of bytes, above 0'],
];

function wrongOption(name: Named, wants: string, value: unknown): Diagnostic {
  const given = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const text = `${name}: ${given}`;
  const span = { start: 0, end: text.length };
  return diagnose('E0409', `\`${name}\` is ${wants}, not ${given}`, { name: '<options>', text }, span);
}
