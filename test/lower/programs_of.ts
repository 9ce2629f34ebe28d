/** A query's program with the rows that it learns from, before any method has had a hand in it. */
import { expect } from 'vitest';
import { loadProject } from '../../src/check/load.js';
import { verify } from '../../src/ir/verify.js';
import { completeFamilies } from '../../src/lower/family.js';
import { lowerGiven } from '../../src/lower/given.js';
import { lowerQuestion } from '../../src/lower/question.js';
import { createUnit } from '../../src/lower/unit.js';
import { assemble } from '../../src/passes/assemble.js';
import { optimise } from '../../src/passes/pipeline.js';
import { formsOf } from '../../src/plan/arithmetic.js';
import { memoryHost } from '../check/host.js';

/** The rows of the first query of a text, of its model `M`, and its program after optimisation. */
export function programsOf(text: string, files: Readonly<Record<string, string>>) {
  const loaded = loadProject({ name: 'given.scm', text }, memoryHost(files));
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((d) => d.message).join('\n'));
  const [query] = loaded.value.queries;
  const expression = query?.declaration.expression;
  const form = expression?.kind === 'value' ? formsOf(expression.value)[0] : undefined;
  if (query === undefined || form === undefined) throw new Error('no form');
  const unit = createUnit(loaded.value);
  const given = lowerGiven(unit, query, 'M');
  const put = assemble({ ...lowerQuestion(unit, query, form, 'M'), given }, (program, main, named) =>
    completeFamilies(unit, program, main, named),
  );
  if (!put.ok) throw new Error(put.problem.message);
  const { program, columns } = put.assembled;
  expect(verify(program)).toEqual([]);
  const optimised = optimise(program, 'main', columns);
  expect(optimised.missing).toEqual([]);
  expect(verify(optimised.program)).toEqual([]);
  return { given, program: optimised.program };
}
