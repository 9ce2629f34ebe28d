/** The solution that the solver of conjugate programs finds for the first query of a text, or why there is none. */
import { vi } from 'vitest';
import { check } from '../../../src/check/check.js';
import { loadProject } from '../../../src/check/load.js';
import type { Host, ReadRequest } from '../../../src/data/host.js';
import { conjugacy } from '../../../src/exact/conjugate/conjugate.js';
import type { Solved } from '../../../src/exact/solver.js';
import { planForm } from '../../../src/plan/plan.js';
import { diagnose, fail } from '../../../src/syntax/diagnostic.js';

// Whatever other solvers could answer, this one is asked.
vi.mock('../../../src/exact/registry.js', () => ({ solvers: [conjugacy] }));

const refused = (request: ReadRequest) =>
  fail(diagnose('E0502', 'There are no files here.', request.source, request.span));
const nowhere: Host = { readText: refused, readTable: refused };

/** What the solver finds, or messages. */
export function answerOf(text: string): Solved | string {
  const loaded = loadProject({ name: 'program.scm', text }, nowhere);
  if (!loaded.ok) return loaded.diagnostics.map((d) => d.message).join('\n');
  const project = loaded.value;
  const errors = check(project).filter((d) => d.severity === 'error');
  if (errors.length > 0) return errors.map((d) => `${d.code} ${d.message}`).join('\n');
  const [query] = project.queries;
  const [model] = [...project.models.keys()].slice(-1);
  const expression = query?.declaration.expression;
  if (query === undefined || model === undefined || expression?.kind !== 'value' || expression.value.kind !== 'form')
    throw new Error(`no form in ${text}`);
  const plan = planForm(project, query, expression.value, model, { method: 'exact', samples: null });
  if (!plan.ok) return plan.diagnostics.map((d) => d.message).join('\n');
  return plan.value.exact?.solved ?? 'no exact answer';
}

/** As `answerOf`, where there must be one. */
export function solved(text: string): Solved {
  const answer = answerOf(text);
  if (typeof answer === 'string') throw new Error(`${answer}\n${text}`);
  return answer;
}
