/** Plans of questions that were asked before: another seed needs no other plan. */
import type { Declared, Project } from '../check/project.js';
import { isRecording } from '../codegen/factories.js';
import { contentOf, type Kept, keptThings } from '../runtime/content.js';
import type { Outcome } from '../syntax/diagnostic.js';
import type { Form, Query } from '../syntax/tree.js';
import { type Plan, type PlanSettings, planForm } from './plan.js';

/** Plans of one form, by all that decides them beside it. They go when the form does. */
const plans = new WeakMap<Project, WeakMap<Form, Kept<Outcome<Plan>>>>();

/** Ways in which one form is asked. */
const most = 4;

/** As `planForm`, of a question as it stands. */
export function planOnce(
  project: Project,
  query: Declared<Query>,
  form: Form,
  model: string,
  settings: PlanSettings,
): Outcome<Plan> {
  const make = (): Outcome<Plan> => planForm(project, query, form, model, settings);
  // What is compiled for planning has to be seen by whoever records it.
  if (isRecording()) return make();
  const ofProject = plans.get(project) ?? new WeakMap<Form, Kept<Outcome<Plan>>>();
  plans.set(project, ofProject);
  const ofForm = ofProject.get(form) ?? keptThings<Outcome<Plan>>(most);
  ofProject.set(form, ofForm);
  const { method, samples, particles = null, layout, without } = settings;
  const { using, given } = query.declaration;
  const name = contentOf([
    model,
    method,
    samples,
    particles,
    layout,
    [...(without ?? [])].sort(),
    contentOf(using),
    given,
  ]);
  return ofForm.get(name, make);
}
