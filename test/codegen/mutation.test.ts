/** A code generator that is wrong in one place must be caught by the comparison with the interpreter. */

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compileTuned } from '../../src/codegen/javascript.js';
import { compileResumable } from '../../src/codegen/resumable.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import type { Program } from '../../src/ir/ir.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { options, oracle, outcome, outcomeOf } from './agree.js';
import { arrayProgram } from './array_program.js';

const random: readonly (readonly [Program, NoiseLayout])[] = Array.from({ length: 60 }, (_, seed) => {
  const { program, layouts } = randomProgram(seed + 100, 1 + (seed % 12));
  return [program, layouts[seed % layouts.length]!] as const;
});
const arrays: readonly (readonly [Program, NoiseLayout])[] = Array.from(
  { length: 25 },
  (_, seed) => [arrayProgram(seed), 'addressed'] as const,
);

const wanted = new Map<Program, unknown>();
function wantedOf(program: Program, layout: NoiseLayout): unknown {
  if (!wanted.has(program)) wanted.set(program, oracle(program, layout));
  return wanted.get(program);
}

/** Outcomes of the changed generator; what is no outcome at all (a text that no longer parses) counts as caught as well. */
function caught(programs: readonly (readonly [Program, NoiseLayout])[], rewrite: (text: string) => string): number {
  let count = 0;
  for (const [program, layout] of programs) {
    try {
      const found = outcome((p, m, o) => compileTuned(p, m, o, { rewrite }), program, layout);
      if (!isDeepStrictEqual(found, wantedOf(program, layout))) count += 1;
    } catch {
      count += 1;
    }
  }
  return count;
}

const mutations: readonly (readonly [string, (text: string) => string])[] = [
  ['sums become differences', (text) => text.replace(/\(([nc]\d+) \+ /g, '($1 - ')],
  ['< becomes <=', (text) => text.replaceAll(' < ', ' <= ')],
  ['scores are left out', (text) => text.replace(/^ *(weight|totals\[0\]) \+?= [^-].*$/gm, '')],
  [
    'conditions are left out',
    (text) => text.replaceAll('] = -Infinity;', '] = 0;').replaceAll('weight = -Infinity;', ''),
  ],
  ['normal noise becomes uniform', (text) => text.replaceAll('nextNormal(', 'nextUniform(')],
  [
    'all requests are the first',
    (text) => text.replace(/at\.particle, \d+, st/g, 'at.particle, 0, st').replace(/trace\.again\(\)/g, '0.5'),
  ],
  ['steps are not counted', (text) => text.replaceAll('++steps', 'steps').replaceAll('totals[2] += 1', 'totals[2]')],
  ['dimensions are not counted', (text) => text.replace(/^ *(dimension|totals\[1\]) \+= .*$/gm, '')],
  [
    'branches change places',
    (text) =>
      text.replace(/if \(\((n\d+) === 1\)\)/g, 'if (($1 !== 1))').replace(/if \(\((n\d+) ([<>])/g, 'if (!($1 $2'),
  ],
];

describe('a wrong generator is caught', () => {
  test('a right one is not', () => {
    expect(caught(random, (text) => `${text}\n`)).toBe(0);
    expect(caught(arrays, (text) => `${text}\n`)).toBe(0);
  });

  test.each(mutations)('%s', (_name, rewrite) => {
    expect(caught(random, rewrite)).toBeGreaterThan(0);
  });

  test.each([
    ['copies are left out', (text: string) => text.replace(/(v\d+)\.slice\([^)]*\)/g, '$1')],
    [
      'updates that should copy do not',
      (text: string) => text.replaceAll('setNumber(', '((a, i, x) => { a[i] = x; return a; })('),
    ],
    ['growth forgets the length', (text: string) => text.replaceAll('exact(', '((a) => a)(')],
    ['indices are not checked', (text: string) => text.replace(/(v\d+)\[(n\d+)\]/g, '$1[0]')],
  ] as const)('%s', (_name, rewrite) => {
    expect(caught(arrays, rewrite)).toBeGreaterThan(0);
  });

  test('a pause that forgets something', () => {
    let count = 0;
    for (const [program, layout] of [...random, ...arrays]) {
      const rewrite = (text: string): string => text.replace(/^ {2}F\[b \+ 5\] = n.*$/gm, '');
      const found = outcomeOf(() => {
        const kernel = compileResumable(program, 'main', { ...options(layout), rewrite });
        kernel.start(1, 10);
        return kernel.finish();
      });
      if (!isDeepStrictEqual(found, wantedOf(program, layout))) count += 1;
    }
    expect(count).toBeGreaterThan(0);
  });
});
