/** One program, opened once: what the command line and the embedding ask questions of. */

import { calibrateForm } from '../calibrate/calibrate.js';
import { type Graph, graphOfDeclaration, openToDo, operate } from '../causal/graph.js';
import { graphOfModel } from '../causal/graph_of_model.js';
import { checkQuery } from '../check/check.js';
import type { Declared, Project } from '../check/project.js';
import { didYouMean } from '../check/suggest.js';
import { recordFactories } from '../codegen/factories.js';
import type { Host } from '../data/host.js';
import type { Progress } from '../inference/backend.js';
import type { Constant } from '../ir/ir.js';
import { isRaised } from '../lower/raise.js';
import { answerQuery, modelOf } from '../plan/answer.js';
import { formsOf, onlyForm } from '../plan/arithmetic.js';
import { attribute } from '../plan/attribution.js';
import { findCauses } from '../plan/causes.js';
import { firstCandidate } from '../plan/choice.js';
import { explainPlan } from '../plan/explain.js';
import { millisecondsPerByte } from '../plan/finishing.js';
import { planOnce } from '../plan/kept_plans.js';
import type { Plan } from '../plan/plan.js';
import { type Answer, blankAnswer } from '../report/answer.js';
import type { Calibration, QueryCalibration } from '../report/calibration.js';
import type { Observed } from '../report/inference_data.js';
import { contentOf, type Kept, keptThings } from '../runtime/content.js';
import type { Stop } from '../runtime/jobs.js';
import { type Diagnostic, diagnose, fail, hasErrors, type Outcome, succeed } from '../syntax/diagnostic.js';
import { misplacedPlaceholders } from '../syntax/misplaced.js';
import { parseQuery } from '../syntax/parse.js';
import { isPlaceholder, type Source } from '../syntax/span.js';
import type { Option, Query } from '../syntax/tree.js';
import { type AskedForm, parsedForm, textOfTarget } from './asked_form.js';
import { withArguments } from './assigned.js';
import { errorAfterCalls, failedCalls } from './commands.js';
import { conditionsOf } from './conditions.js';
import type { AnswerOptions, GraphOptions, OpenSession, Question, Session, Settings } from './contract.js';
import { externsOf } from './host_function.js';
import { covers, type Opened, openProgram } from './open.js';
import { emit } from './stages.js';
import { functionsOf, supply } from './supply.js';

/** The seed where none is given: answers are the same from run to run. */
export const defaultSeed = '1';

const defaultMemory = 2e9;

/** What an embedding adds to the settings of the command line. */
export type Embedding = {
  readonly externs?: Readonly<Record<string, (...args: Constant[]) => Constant>>;
};

/** Parses, loads and checks a file. Fails where the file itself has errors; errors inside single queries come with their answers. */
export const openSession: OpenSession = (source, host, settings) => openEmbedded(source, host, settings, {});

/** As `openSession`, with host functions. */
export function openEmbedded(source: Source, host: Host, settings: Settings, embedding: Embedding): Outcome<Session> {
  const opened = openProgram({ source, values: new Map() }, host, { given: settings.assignments, operations: [] });
  if (!opened.ok) return opened;
  return succeed(askOf(opened.value, settings, embedding), opened.diagnostics);
}

/** A session on a program that was opened before. Time is limited from here on. */
export function askOf(opened: Opened, settings: Settings, { externs }: Embedding): Session {
  const chosen: AnswerSettings = {
    seed: settings.seed ?? defaultSeed,
    engine: settings.engine ?? 'auto',
    memoryLimit: settings.memoryLimit ?? defaultMemory,
    externs: { ...opened.externs, ...externs },
    method: settings.method,
    samples: settings.samples,
    particles: settings.particles,
    without: settings.without,
  };
  return sessionOf(opened, chosen, settings);
}

/** What is made of so few bytes of draws takes no time that matters. */
const fewBytes = 2 ** 22;

type AnswerSettings = Parameters<typeof answerQuery>[2];

/** A query with the project that it is asked of, and what is wrong with it. */
type Asked = {
  readonly query: Declared<Query>;
  readonly project: Project;
  readonly chosen: AnswerSettings;
  readonly diagnostics: readonly Diagnostic[];
};

/** Questions of each program that were read, by their texts. */
const readTexts = new WeakMap<Project, Kept<Asked | null>>();

/** Of one program. */
const mostTexts = 64;

function sessionOf(opened: Opened, chosen: AnswerSettings, settings: Settings): Session {
  const { project, diagnostics: found, commands } = opened;
  const started = Date.now();
  const deadline = settings.timeLimit === null ? Number.POSITIVE_INFINITY : started + settings.timeLimit * 1000;
  const asked = new Map<Source, Asked>();

  const find = (question: Question): Asked | null => {
    if (question.kind === 'named') {
      const query = project.queries.find((q) => q.declaration.name?.text === question.name);
      if (query === undefined) return null;
      const diagnostics = found.filter((d) => d.source === query.source && covers(query.declaration, d));
      return { query: withOptions(project, query), project, chosen, diagnostics };
    }
    const known = asked.get(question.source);
    if (known !== undefined) return known;
    const made = readOnce(question);
    if (made !== null) asked.set(question.source, made);
    return made;
  };

  /** As `read`; of a text without values that was read before what was found then, so that it is planned no second time. */
  const readOnce = (question: Extract<Question, { readonly kind: 'text' }>): Asked | null => {
    const { source, values } = question;
    if (values !== undefined && values.size > 0) return read(question);
    const texts = readTexts.get(project) ?? keptThings<Asked | null>(mostTexts);
    readTexts.set(project, texts);
    const found = texts.get(contentOf([source.name, source.text]), () => read(question));
    return found === null ? null : { ...found, chosen };
  };

  const read = ({ source, values = new Map() }: Extract<Question, { readonly kind: 'text' }>): Asked | null => {
    const parsed = parseQuery(source);
    if (parsed.query === null) {
      const [first] = parsed.diagnostics;
      if (first === undefined) return null;
      const query = { declaration: emptyQuery, source };
      return { query, project, chosen, diagnostics: parsed.diagnostics };
    }
    const supplied = supply(project, values, source);
    const declaration = withArguments(supplied.project, parsed.query);
    const misplaced = [...parsed.diagnostics, ...supplied.diagnostics, ...misplacedPlaceholders(declaration, source)];
    const diagnostics = hasErrors(misplaced)
      ? misplaced
      : [...misplaced, ...checkQuery(supplied.project, declaration, source)];
    const externs = { ...chosen.externs, ...externsOf(supplied.project, functionsOf(values)) };
    const query = withOptions(supplied.project, { declaration, source });
    return { query, project: supplied.project, chosen: { ...chosen, externs }, diagnostics };
  };

  /** Runs work to its end, letting the event loop run in between. */
  const paused = async <T>(work: Generator<Progress, T, Stop>, options: AnswerOptions): Promise<T> => {
    let step = work.next();
    let rested = performance.now();
    let perByte: number | null = null;
    /** Whether the time is over once the answer is made of the draws that there are. */
    const late = ({ bytes = 0 }: Progress): boolean => {
      if (deadline === Number.POSITIVE_INFINITY) return false;
      if (bytes > fewBytes) perByte ??= millisecondsPerByte();
      return Date.now() + bytes * (perByte ?? 0) > deadline;
    };
    while (step.done !== true) {
      const progress = step.value;
      const now = performance.now();
      if (now - rested > 50) {
        options.onProgress(progress);
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
        rested = performance.now();
      }
      const stop = options.signal.aborted ? 'abort' : late(progress) ? 'time' : undefined;
      step = work.next(stop);
    }
    return step.value;
  };

  const answer = async (question: Question, options: AnswerOptions): Promise<Answer> => {
    const start = performance.now();
    const found = find(question);
    if (found === null) throw new Error('session: no such query');
    const { query, project, chosen, diagnostics } = found;
    const error = diagnostics.find((d) => d.severity === 'error');
    if (error !== undefined) {
      const { name, expression } = query.declaration;
      const text = query.source.text.slice(expression.span.start, expression.span.end);
      return { ...blankAnswer(name?.text ?? null, text, modelOf(project, query.declaration), 'value'), error };
    }
    const before = commands.tally();
    const work = answerQuery(project, query, options.pool === undefined ? chosen : { ...chosen, pool: options.pool });
    const reported = await paused(work, options);
    const after = commands.tally();
    const warnings = unique([...reported.warnings, ...failedCalls(before, after)]);
    return {
      ...reported,
      error: errorAfterCalls(reported.error, before, after),
      warnings,
      seconds: (performance.now() - start) / 1000,
    };
  };

  const calibrate: Session['calibrate'] = async (question, replications, options) => {
    const start = performance.now();
    const found = find(question);
    if (found === null) throw new Error('session: no such query');
    const { query, project, chosen, diagnostics } = found;
    const { name, expression, span } = query.declaration;
    const model = modelOf(project, query.declaration);
    const calibrations: Calibration[] = [];
    const result = (error: Diagnostic | null): QueryCalibration => ({
      ...{ name: name?.text ?? null, calibrations, error },
      seconds: (performance.now() - start) / 1000,
    });
    const wrong = diagnostics.find((d) => d.severity === 'error');
    if (wrong !== undefined) return result(wrong);
    if (expression.kind !== 'value' || model === null || !project.models.has(model))
      return result(diagnose('E0492', 'Only what is asked of a model by forms can be calibrated.', query.source, span));
    const settings = options.pool === undefined ? chosen : { ...chosen, pool: options.pool };
    for (const form of formsOf(expression.value)) {
      const made = await paused(calibrateForm(project, query, form, model, settings, replications), options);
      if (!made.ok) return result(made.diagnostics[0] ?? null);
      calibrations.push(made.value);
    }
    return result(null);
  };

  /** A question that is one form about one model. */
  const askedOf = (text: string): Outcome<AskedForm> => {
    const source = { name: '<question>', text };
    const found = read({ kind: 'text', source });
    if (found === null) return fail(diagnose('E0492', 'This is no question.', source, nowhere));
    if (hasErrors(found.diagnostics)) return fail(...found.diagnostics);
    const { declaration } = found.query;
    const model = modelOf(found.project, declaration);
    const form = declaration.expression.kind === 'value' ? onlyForm(declaration.expression.value) : null;
    if (form === null || model === null || !found.project.models.has(model))
      return fail(diagnose('E0492', 'Ask one thing of one model.', source, declaration.span, 'name it with --model'));
    return succeed({ query: found.query, form, model });
  };

  const plans = (question: Question): Outcome<readonly Plan[]> => {
    const found = find(question);
    if (found === null) throw new Error('session: no such query');
    const { query, project, chosen, diagnostics } = found;
    if (hasErrors(diagnostics)) return fail(...diagnostics);
    const { expression } = query.declaration;
    const model = modelOf(project, query.declaration);
    const inside = expression.kind === 'optimise' ? firstCandidate(project, query.source, expression) : project;
    if (expression.kind === 'identify' || expression.kind === 'estimate' || model === null || inside === null) {
      return fail(
        diagnose(
          'E0492',
          'This question is answered by the graph alone, or not at all: there is nothing to plan.',
          query.source,
          expression.span,
        ),
      );
    }
    const made: Plan[] = [];
    for (const form of formsOf(expression.kind === 'optimise' ? expression.objective : expression.value)) {
      const plan = planOnce(inside, query, form, model, chosen);
      if (!plan.ok) return plan;
      made.push(plan.value);
    }
    return succeed(made);
  };

  return {
    seed: chosen.seed,
    diagnostics: found,
    queries: project.queries.flatMap((q) => (q.declaration.name === null ? [] : [q.declaration.name.text])),
    data: [...project.data.keys(), ...[...project.supplied.keys()].filter((name) => !isPlaceholder(name))],
    models: [...project.models.keys(), ...project.graphs.keys()].filter((name) => !name.includes('@')),
    observed: () => observedIn(project),
    conditions: (question) => {
      const found = find(question);
      return found === null ? null : conditionsOf(found.project, found.query.declaration);
    },
    answer,
    calibrate,
    explain: (question) => {
      const made = plans(question);
      return made.ok ? succeed(made.value.map((plan) => explainPlan(plan, chosen.engine)).join('\n\n')) : made;
    },
    factories: (question) => {
      const found = find(question);
      if (found === null) throw new Error('session: no such query');
      if (hasErrors(found.diagnostics)) return fail(...found.diagnostics);
      return succeed(recordFactories(() => runShortly(found)));
    },
    emit: (stage, question) => emit(stage, question, project, plans),
    causes: (question, model) => {
      const asked = askedOf(`P(${question})${model === null ? '' : ` in ${model}`}`);
      return asked.ok ? findCauses(project, asked.value.query, asked.value.form, asked.value.model) : asked;
    },
    attribute: async ({ question, baseline, score, permutations, model }, options) => {
      const place = model === null ? '' : ` in ${model}`;
      const unit = askedOf(`E(${question})${place}`);
      if (!unit.ok) return unit;
      const bar = unit.value.form.given.length === 0 ? ' |' : ',';
      // Each side is checked alone, as they contradict each other.
      const other = baseline === null ? null : askedOf(`E(${textOfTarget(unit.value)} | ${baseline})${place}`);
      if (other !== null && !other.ok) return other;
      const whole = baseline === null ? unit.value : parsedForm(`E(${question}${bar} ${baseline})${place}`, unit.value);
      const request = { form: whole.form, unit: unit.value.form.given.length, score, permutations };
      return paused(attribute(project, whole.query, request, whole.model, chosen), options);
    },
    graph: (model, options) => graphOf(project, model, options),
  };
}

function observedIn(project: Project): readonly Observed[] {
  return [...project.data].flatMap(([table, { table: read }]) =>
    read.columns.flatMap(({ name: column, type: { kind }, values }): Observed[] =>
      kind === 'real' || kind === 'int' || kind === 'bool' ? [{ table, column, kind, values }] : [],
    ),
  );
}

/** Begins every part of a run and ends it at its first pause: then everything it compiles is compiled. */
function runShortly({ project, query, chosen }: Asked): void {
  // Where functions must be there beforehand, WebAssembly may be forbidden too.
  const work = answerQuery(project, query, { ...chosen, engine: 'js' });
  while (work.next('abort').done !== true);
}

/** The query with the values of placeholders as options of its method. */
function withOptions(project: Project, query: Declared<Query>): Declared<Query> {
  const { using } = query.declaration;
  if (using === null) return query;
  const options = using.options.map((option): Option => {
    const { value } = option;
    const number = value.kind === 'name' ? project.supplied.get(value.name.text)?.value : undefined;
    if (typeof number !== 'number') return option;
    const integer = Number.isSafeInteger(number);
    return { ...option, value: { kind: 'number', value: number, integer, text: String(number), span: value.span } };
  });
  return { ...query, declaration: { ...query.declaration, using: { ...using, options } } };
}

const nowhere = { start: 0, end: 0 };
const emptyQuery: Query = {
  kind: 'query',
  name: null,
  expression: { kind: 'value', value: { kind: 'missing', span: nowhere }, span: nowhere },
  model: null,
  given: [],
  using: null,
  documentation: null,
  span: nowhere,
};

function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((d) => {
    const key = `${d.code} ${d.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function graphOf(project: Project, name: string | null, options: GraphOptions): Outcome<Graph> {
  const names = [...project.models.keys(), ...project.graphs.keys()].filter((name) => !name.includes('@'));
  const [only] = names;
  const chosen = name ?? (names.length === 1 ? only : undefined);
  const source = project.main.source;
  if (chosen === undefined || !names.includes(chosen)) {
    return fail(
      diagnose(
        'E0406',
        `Which model? The file has ${names.join(', ') || 'none'}.`,
        source,
        nowhere,
        'name one with --model',
      ),
    );
  }
  const declared = project.graphs.get(chosen);
  try {
    const drawn =
      declared === undefined ? graphOfModel(project, chosen, options) : graphOfDeclaration(declared.declaration);
    const targets = new Set(options.targets);
    const open = openToDo(drawn, targets);
    if (open !== null) return fail(diagnose('E0672', open, source, nowhere));
    const graph = declared === undefined ? drawn : operate(drawn, targets);
    const names = new Set(graph.nodes.flatMap(({ name }) => [name, familyOf(name)]));
    const unknown = options.targets.find((target) => !names.has(target) && !names.has(familyOf(target)));
    if (unknown === undefined) return succeed(graph);
    const hint = didYouMean(unknown, [...names]);
    return fail(diagnose('E0441', `\`${chosen}\` has no node \`${unknown}\``, source, nowhere, hint));
  } catch (thrown) {
    if (isRaised(thrown)) return fail(thrown.raised);
    throw thrown;
  }
}

/** The family of a member such as `x[3]`; any other name is its own. */
const familyOf = (name: string): string => name.replace(/\[.*$/, '');
