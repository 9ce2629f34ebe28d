import type { Declared, Project } from '../check/project.js';
import type { Backend, Options } from '../inference/backend.js';
import type { NoiseLayout } from '../ir/engine.js';
import { guardedName } from '../ir/extern.js';
import { isFault } from '../ir/faults.js';
import type { Constant, Program } from '../ir/ir.js';
import { visit } from '../ir/walk.js';
import { completeFamilies } from '../lower/family.js';
import { lowerGiven } from '../lower/given.js';
import { dataInputs } from '../lower/inputs.js';
import { unitWithModel } from '../lower/model.js';
import { lowerQuestion, type Question, type Target } from '../lower/question.js';
import { isRaised } from '../lower/raise.js';
import { createUnit, type Unit } from '../lower/unit.js';
import { type Analysis, analyse } from '../passes/analyse.js';
import { type Assembled, assemble, mainName } from '../passes/assemble.js';
import type { Comparison } from '../passes/comparison.js';
import { costOf, costOfCalls } from '../passes/cost.js';
import { flatten, type Output } from '../passes/flatten.js';
import type { FusedCounts } from '../passes/fuse/fuse.js';
import { guardCalls } from '../passes/guard.js';
import { withoutLonelyCopies } from '../passes/partners.js';
import type { LeftOut, OptionalPass } from '../passes/passes.js';
import { optimise } from '../passes/pipeline.js';
import { renew } from '../passes/renew.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import type { Form, Query } from '../syntax/tree.js';
import { chooseMethod, requirementsOf } from './choose_method.js';
import { compareWith } from './compare.js';
import { evaluateFunction } from './evaluate_function.js';
import { labelled } from './labels.js';
import { chooseLayout, type LayoutChoice } from './layout.js';
import { type MechanismDependence, mechanismDependence } from './mechanism_dependence.js';
import { withMechanisms } from './mechanisms.js';
import { type IntegratedNodes, nothing, type Simplified, simplify } from './simplify.js';
import type { Attempt, ExactSolution } from './solve.js';
import { withSolvedConditions } from './solved_conditions.js';
import { tuned } from './tune.js';

/** How one form of a query will be answered. */
export type Plan = {
  readonly form: Form;
  readonly model: string;
  readonly targets: readonly Target[];
  readonly outputs: readonly Output[];
  /** Bound, optimised, ready for an engine: `main` takes the root address and yields the outputs. */
  readonly program: Program;
  /** Passes that made it quicker for the method, in order. */
  readonly tunedBy: readonly OptionalPass[];
  /** Loops that became part of another, and arrays that are not made any more. */
  readonly fused: FusedCounts;
  /** How approximate evidence is compared; null where there is none. */
  readonly comparison: Comparison | null;
  /** The same before optimisation, for `compile --emit ir`. */
  readonly assembled: Assembled;
  readonly question: Question;
  readonly removed: readonly string[];
  readonly layout: LayoutChoice;
  readonly facts: Analysis;
  /** The exact answer, where there is one and no other method was asked for. */
  readonly exact: ExactSolution | null;
  /** Nodes that are not drawn from the prior: what was done about them before any method runs. */
  readonly integrated: IntegratedNodes;
  /** How it is sampled where there is no exact answer. */
  readonly method: Backend;
  readonly options: Options;
  /** Why this method: `asked for by name`, or what auto saw. */
  readonly reason: string;
  /** Whether the answer hangs on how families turn noise into values, found when it is asked for. */
  readonly mechanism: MechanismDependence;
  /** Instructions of one particle, loops counted once. */
  readonly size: number;
};

/** What the run says beyond the program: choices of method. */
export type PlanSettings = {
  readonly method: string | null;
  readonly samples: number | null;
  readonly particles?: number | null;
  readonly layout?: NoiseLayout;
  /** Optimisations that are not made; left out: all are. */
  readonly without?: LeftOut;
};

/**
 * Plans one form of a query on a model.
 *
 * @param change what is done to the question before it is put together; it may raise a diagnostic
 */
export function planForm(
  project: Project,
  query: Declared<Query>,
  form: Form,
  modelName: string,
  settings: PlanSettings,
  change: (question: Question) => Question = (question) => question,
): Outcome<Plan> {
  const { source } = query;
  try {
    const unit = query.declaration.given.length > 0 ? createUnit(project) : unitWithModel(project, modelName);
    const given = lowerGiven(unit, query, modelName);
    const asked = lowerQuestion(unit, query, form, modelName);
    const question = change({ ...asked, ...withNewDraws(asked), given });
    const put = assemble(question, (program, main, byQuantile) => completeFamilies(unit, program, main, byQuantile));
    if (!put.ok) {
      const place = placeOf(project, question.program, put.problem.at, source, form.span);
      return fail(diagnose(put.problem.code, put.problem.message, place.source, place.span, hintFor(put.problem.code)));
    }
    const inputs = { ...inputsOf(project, question), ...put.assembled.columns };
    const without: LeftOut = settings.without ?? new Set();
    const optimised = optimise(put.assembled.program, mainName, inputs, { without });
    const [missing] = optimised.missing;
    if (missing !== undefined) {
      return fail(
        diagnose(
          'E0490',
          `The model's argument '${missing}' has no value.`,
          source,
          form.span,
          `write 'in ${modelName}(…)' or --set ${missing}=…`,
        ),
      );
    }
    const whole = flatten(optimised.program, mainName);
    const named = settings.method ?? query.declaration.using?.name.text ?? 'auto';
    const faultAt = (at: number) => placeOf(project, whole.program, at, source, form.span);
    const simplified = isExactAsked(named)
      ? withFaults(() => simplify(unit, whole, form, inputs, named, without), faultAt)
      : succeed<Simplified>({ ...whole, attempt: { ok: false, reasons: [] }, integrated: nothing });
    if (!simplified.ok) return simplified;
    const { attempt, integrated } = simplified.value;
    const outputs = labelled(project, modelName, form, simplified.value.outputs);
    const program = guardCalls(simplified.value.program, mainName, commandsIn(project));
    if (named === 'exact' && !attempt.ok)
      return fail(notExact(attempt.reasons, source, query.declaration.using?.span ?? form.span));
    const sampling = whenAsked(() => {
      const facts = analyse(program, mainName);
      return { program, facts, layout: chooseLayout(program, facts) };
    });
    const mechanism = whenAsked(() => mechanismDependence({ project, model: modelName, unit, ...whole, inputs, form }));
    const method = chooseMethod({
      using: attempt.ok ? null : query.declaration.using,
      named: attempt.ok ? null : settings.method,
      counts: { samples: settings.samples, particles: settings.particles ?? null },
      needs: { ...requirementsOf(program), evidence: form.form === 'evidence' },
      sampled: attempt.ok ? null : sampling(),
      notExact: attempt.ok ? '' : reasonText(attempt.reasons),
      source,
      span: form.span,
    });
    if (!method.ok) return method;
    const compared = attempt.ok
      ? succeed({ program, comparison: null })
      : compareWith(unit, program, inputs, method.value.options.distance ?? null, faultAt, { source, span: form.span });
    if (!compared.ok) return compared;
    const { comparison, program: sampled } = compared.value;
    const ready = tuned(
      withoutLonelyCopies(attempt.ok ? sampled : prepared(method.value, unit, sampled, inputs)),
      attempt.ok ? null : method.value.method,
      without,
    );
    const cost = whenAsked(() => costOf(ready.program, mainName));
    return succeed({
      form,
      model: modelName,
      targets: question.targets,
      outputs,
      program: ready.program,
      tunedBy: ready.by,
      fused: {
        loops: optimised.fused.loops + ready.fused.loops,
        arrays: optimised.fused.arrays + ready.fused.arrays,
      },
      comparison,
      assembled: put.assembled,
      question,
      removed: optimised.removed,
      // An exact answer needs neither.
      get layout() {
        return sampling().layout;
      },
      get facts() {
        return { ...sampling().facts, cost: cost() };
      },
      exact: attempt.ok ? attempt : null,
      integrated,
      ...method.value,
      get mechanism() {
        return mechanism();
      },
      size: sizeOf(program) + costOfCalls(program, mainName, callCosts(project)),
    });
  } catch (thrown) {
    if (isRaised(thrown)) return fail(thrown.raised);
    throw thrown;
  }
}

/** The program as a method wants it. */
function prepared(
  { method: { opensNoise, solvesConditions }, options }: Pick<Plan, 'method' | 'options'>,
  unit: Unit,
  program: Program,
  inputs: Readonly<Record<string, Constant>>,
): Program {
  const solved = solvesConditions === true ? withSolvedConditions(unit, program, inputs) : program;
  const opens = typeof opensNoise === 'function' ? opensNoise(options) : opensNoise === true;
  return opens ? withMechanisms(unit, solved, inputs) : solved;
}

/** What `make` makes, made once and only if it is asked for. */
function whenAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The program and the model with the second draws that a prediction reads. */
const withNewDraws = ({ program, model, renewed }: Question): Pick<Question, 'program' | 'model'> =>
  renewed === null || renewed.names.size === 0
    ? { program, model }
    : renew(program, model, renewed.names, renewed.site);

const hintFor = (code: DiagnosticCode): string | null =>
  code === 'E0491'
    ? "ask with '~=' and a likelihood-free method, or write the noise out: y := f(x) + sample normal(0, s)"
    : null;

/** The text and span of a place of the program. */
export function placeOf(
  project: Project,
  program: Program,
  at: number,
  source: Source,
  span: Span,
): { readonly source: Source; readonly span: Span } {
  const place = program.places[at];
  if (place === undefined) return { source, span };
  const name = program.sources[place.source];
  for (const known of sourcesOf(project, source)) if (known.name === name) return { source: known, span: place.span };
  return { source, span };
}

function* sourcesOf(project: Project, source: Source): Generator<Source> {
  yield source;
  yield project.main.source;
  for (const { source: from } of project.models.values()) yield from;
  for (const { source: from } of project.consts.values()) yield from;
}

/** Values for every `input`: of the data sets, and the model's arguments. */
export function inputsOf(project: Project, question: Question): Readonly<Record<string, Constant>> {
  const inputs: Record<string, Constant> = { ...dataInputs(project) };
  for (const [parameter, name] of question.args) {
    const value = evaluateFunction(question.program, name, inputs);
    if (value !== null) inputs[parameter] = value;
  }
  return inputs;
}

const isExactAsked = (method: string): boolean => method === 'auto' || method === 'exact';

/** A fault of the solver as the diagnostic that a run would give. */
function withFaults<T>(
  body: () => T,
  place: (at: number) => { readonly source: Source; readonly span: Span },
): Outcome<T> {
  try {
    return succeed(body());
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    const { source, span } = place(thrown.at);
    return fail(diagnose(thrown.code, thrown.message, source, span));
  }
}

type Reasons = Extract<Attempt, { readonly ok: false }>['reasons'];

const notExact = (reasons: Reasons, source: Source, span: Span): Diagnostic =>
  diagnose(
    'E0492',
    `There is no exact answer: ${reasonText(reasons)}.`,
    source,
    span,
    "leave out 'using' and let the planner choose",
  );

/** Reasons of solvers in one line. */
const reasonText = (reasons: Reasons): string =>
  [...new Set(reasons.map(({ solver, reason }) => (solver === 'exact' ? reason : `${solver}: ${reason}`)))]
    .join('; ')
    .replace(instanceName, '$1');

/** A family at its parameters' types, and a draw of its own. */
const instanceName = /(\w+)(?:#\d+)?\((?:real|int|bool)[^()]*\)(?:\/\d+)?/g;

/** Functions whose calls may fail. */
const commandsIn = (project: Project): ReadonlySet<string> =>
  new Set([...project.externs].flatMap(([name, { declaration }]) => (declaration.command === null ? [] : [name])));

/** Elementary operations that a unit of `cost` stands for. */
const operationsPerCost = 1000;
/** The cost of a call of a command that says nothing of it: about what the way there and back takes. */
const costOfCommand = 100;

/** Elementary operations of one call of each function of the host, by the names under which programs call it. */
const callCosts = (project: Project): ReadonlyMap<string, number> =>
  new Map(
    [...project.externs].flatMap(
      ([
        name,
        {
          declaration: { cost, command },
        },
      ]) => {
        const operations = (cost?.value ?? (command === null ? 0 : costOfCommand)) * operationsPerCost;
        return [
          [name, operations],
          [guardedName(name), operations],
        ];
      },
    ),
  );

function sizeOf(program: Program): number {
  let size = 0;
  for (const func of Object.values(program.functions)) if (func.name === mainName) visit(func.body, () => size++);
  return Math.max(1, size);
}
