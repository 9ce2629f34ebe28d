/** Calibrates the query of a text, by a method of the registry or by another one. */
import { calibrateForm, type Sampler } from '../../src/calibrate/calibrate.js';
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import type { Host, ReadRequest } from '../../src/data/host.js';
import { modelOf } from '../../src/plan/answer.js';
import { formsOf } from '../../src/plan/arithmetic.js';
import { runForm } from '../../src/plan/run_form.js';
import type { Calibration } from '../../src/report/calibration.js';
import { type Diagnostic, diagnose, fail, type Outcome } from '../../src/syntax/diagnostic.js';

const refused = (request: ReadRequest) =>
  fail(diagnose('E0502', 'There are no files here.', request.source, request.span));
const nowhere: Host = { readText: refused, readTable: refused };

type CalibrationOptions = {
  readonly replications: number;
  readonly method?: string;
  readonly samples?: number;
  readonly seed?: string;
  readonly sampler?: Sampler;
};

/** The calibration of the first form of the last query of a text. */
export function calibrate(text: string, options: CalibrationOptions): Outcome<Calibration> {
  const { replications, method = null, samples = null, seed = '1', sampler = runForm } = options;
  const loaded = loadProject({ name: 'program.scm', text }, nowhere);
  if (!loaded.ok) return loaded;
  const project = loaded.value;
  const errors: readonly Diagnostic[] = check(project).filter((d) => d.severity === 'error');
  if (errors.length > 0) return fail(...errors);
  const query = project.queries.at(-1);
  const expression = query?.declaration.expression;
  if (query === undefined || expression?.kind !== 'value') throw new Error('no query');
  const [form] = formsOf(expression.value);
  const model = modelOf(project, query.declaration);
  if (form === undefined || model === null) throw new Error('no form');
  const settings = { method, samples, seed, engine: 'js', memoryLimit: 1e9, externs: {} } as const;
  const work = calibrateForm(project, query, form, model, settings, replications, sampler);
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** As `calibrate`, where nothing is wrong with the program. */
export function calibrated(text: string, options: CalibrationOptions): Calibration {
  const found = calibrate(text, options);
  if (!found.ok) throw new Error(found.diagnostics.map((d) => `${d.code} ${d.message}`).join('\n'));
  return found.value;
}
