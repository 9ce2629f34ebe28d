/** The solution that the Gaussian solver finds for the first query of a text, or why there is none. */
import { vi } from 'vitest';
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import type { Host, ReadRequest } from '../../src/data/host.js';
import type { Column } from '../../src/data/table.js';
import { gaussian } from '../../src/exact/gaussian/gaussian.js';
import type { Solved } from '../../src/exact/solver.js';
import { planForm } from '../../src/plan/plan.js';
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

/** What the exact method gives, and which solver gave it; or messages. */
export function exactAnswer(
  text: string,
  column: Column | null = null,
): { readonly solver: string; readonly solved: Solved } | string {
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
  const plan = planForm(project, query, expression.value, model, { method: 'exact', samples: null });
  if (!plan.ok) return plan.diagnostics.map((d) => `${d.code} ${d.message}`).join('\n');
  return plan.value.exact ?? 'no exact answer';
}

/** As `exactAnswer`, where there must be one. */
export function gaussianAnswer(text: string, column: Column | null = null): Solved {
  const answer = exactAnswer(text, column);
  if (typeof answer === 'string') throw new Error(`${answer}\n${text}`);
  return answer.solved;
}
