/** The solution that the Gaussian solver finds for the first query of a text, or why there is none. */
import { vi } from 'vitest';
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import type { Host, ReadRequest } from '../../src/data/host.js';
import type { Column } from '../../src/data/table.js';
import { gaussian } from '../../src/exact/gaussian/gaussian.js';
import type { Solved } from '../../src/exact/solver.js';
import { type Plan, planForm } from '../../src/plan/plan.js';
import { diagnose, fail, succeed } from '../../src/syntax/diagnostic.js';

// Whatever other solvers could answer, this one is asked.
vi.mock('../../src/exact/registry.js', () => ({ solvers: [gaussian] }));

const refused = (request: ReadRequest) =>
  fail(diagnose('E0502', 'There are no files here.', request.source, request.span));
/** A host whose every table has one column of numbers. */
const hostWith = (column: Column | null): Host => ({
  readText: refused,
  readTable: (request) =>
    column === null ? refused(request) : succeed({ columns: [column], rows: column.values.length }),
});

/** The plan of the first query by a method, or messages. */
export function planBy(method: 'exact' | 'importance', text: string, column: Column | null = null): Plan | string {
  const loaded = loadProject({ name: 'program.scm', text }, hostWith(column));
  if (!loaded.ok) return loaded.diagnostics.map((d) => d.message).join('\n');
  const project = loaded.value;
  const errors = check(project).filter((d) => d.severity === 'error');
  if (errors.length > 0) return errors.map((d) => `${d.code} ${d.message}`).join('\n');
  const [query] = project.queries;
  const [model] = [...project.models.keys()].slice(-1);
  const expression = query?.declaration.expression;
  if (query === undefined || model === undefined || expression?.kind !== 'value' || expression.value.kind !== 'form')
    throw new Error(`no form in ${text}`);
  const plan = planForm(project, query, expression.value, model, { method, samples: null });
  return plan.ok ? plan.value : plan.diagnostics.map((d) => `${d.code} ${d.message}`).join('\n');
}

/** What the solver finds, or why it finds nothing. */
export function exactAnswer(text: string, column: Column | null = null): Solved | string {
  const plan = planBy('exact', text, column);
  return typeof plan === 'string' ? plan : (plan.exact?.solved ?? 'no exact answer');
}

/** As `exactAnswer`, where there must be one. */
export function gaussianAnswer(text: string, column: Column | null = null): Solved {
  const answer = exactAnswer(text, column);
  if (typeof answer === 'string') throw new Error(`${answer}\n${text}`);
  return answer;
}
