import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaussianQuestions } from '../passes/gaussian_scm.js';
import { compare, type Distances, expectNoSide } from './against_importance.js';
import { mixtureQuestions } from './gaussian_programs.js';

const programs = 150;
const samples = 65536;

test('random linear-Gaussian programs agree with importance sampling', () => {
  const found: Distances = { mean: [], evidence: [], refused: 0 };
  fc.assert(
    fc.property(gaussianQuestions, ({ text }) => compare(text, samples, found)),
    { numRuns: programs, seed: 3, endOnFailure: true },
  );
  expectNoSide(found.mean, 60);
  expectNoSide(found.evidence, 30);
  expect(found.refused).toBeLessThan(programs / 3);
}, 600_000);

test('random mixtures of them agree with importance sampling', () => {
  const found: Distances = { mean: [], evidence: [], refused: 0 };
  fc.assert(
    fc.property(mixtureQuestions, (text) => compare(text, samples, found)),
    { numRuns: programs, seed: 4, endOnFailure: true },
  );
  expectNoSide(found.mean, 60);
  expectNoSide(found.evidence, 30);
  expect(found.refused).toBeLessThan(programs / 3);
}, 600_000);
