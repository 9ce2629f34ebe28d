import type { UnitColumn } from '../estimate/units.js';
import { chiSquared } from './chi_squared.js';
import { fisherZ } from './fisher_z.js';
import { gSquared } from './g_squared.js';
import { kernel } from './kernel.js';
import { permutation } from './permutation.js';
import { regressionRatio } from './regression_ratio.js';
import type { TestMaker } from './test.js';

/** Tests of independence by name; a new one is a file and a line here. */
export const independenceTests: ReadonlyMap<string, TestMaker> = new Map(
  [fisherZ, gSquared, chiSquared, regressionRatio, kernel, permutation].map((maker) => [maker.name, maker]),
);

/** The test that suits columns: G² of labels, Fisher's z of quantities, regressions where there are both. */
export function defaultTest(columns: readonly UnitColumn[]): TestMaker {
  if (columns.every(({ levels }) => levels !== null)) return gSquared;
  return columns.every(({ levels }) => levels === null) ? fisherZ : regressionRatio;
}

/** Whether a test is made for labels alone: whole numbers then count as labels. */
export const ofLabels = (name: string): boolean => name === gSquared.name || name === chiSquared.name;
