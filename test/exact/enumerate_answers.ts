/** What a program's queries are answered with when enumeration is the only exact solver. */
import { vi } from 'vitest';
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import type { Host, ReadRequest } from '../../src/data/host.js';
import { enumerate } from '../../src/exact/enumerate/solver.js';
import { answerQuery } from '../../src/plan/answer.js';
import type { AnswerSettings } from '../../src/plan/forms.js';
import type { Answer } from '../../src/report/answer.js';
import { diagnose, fail } from '../../src/syntax/diagnostic.js';

// Whatever other solvers could answer, this one is asked.
vi.mock('../../src/exact/registry.js', () => ({ solvers: [enumerate] }));

const refused = (request: ReadRequest) =>
  fail(diagnose('E0502', 'There are no files here.', request.source, request.span));
const host: Host = { readText: refused, readTable: refused };

const settings: AnswerSettings = {
  method: 'exact',
  samples: null,
  seed: '1',
  engine: 'js',
  memoryLimit: 1e9,
  externs: {},
};

/** All answers of a program, in order. */
export function answersOf(text: string, change: Partial<AnswerSettings> = {}): readonly Answer[] {
  const loaded = loadProject({ name: 'program.scm', text }, host);
  if (!loaded.ok) throw new Error(`${loaded.diagnostics.map((d) => d.message).join('\n')}\n${text}`);
  const errors = check(loaded.value).filter((d) => d.severity === 'error');
  if (errors.length > 0) throw new Error(`${errors.map((d) => `${d.code} ${d.message}`).join('\n')}\n${text}`);
  return loaded.value.queries.map((query) => {
    const run = answerQuery(loaded.value, query, { ...settings, ...change });
    for (;;) {
      const next = run.next(undefined);
      if (next.done === true) return next.value;
    }
  });
}

/** The value of the only query; messages where it has none. */
export function answerTo(text: string): number | string {
  const [answer] = answersOf(text);
  return typeof answer?.value === 'number' ? answer.value : (answer?.error?.message ?? 'no answer');
}
