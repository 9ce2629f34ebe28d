/** Programs inside of TypeScript: immutable objects that are asked questions. */
import type { Graph } from '../causal/graph.js';
import type { Host } from '../data/host.js';
import type { EngineName } from '../plan/engine_names.js';
import type { Pool } from '../runtime/jobs.js';
import { type Diagnostic, diagnose, type Outcome } from '../syntax/diagnostic.js';
import { type EmitOptions, emitModule } from './ahead.js';
import { type AnyAnswer, answerFor } from './answers.js';
import type { Assigned } from './assigned.js';
import type { AnswerOptions, GraphOptions, Question, Session } from './contract.js';
import { whatifError } from './error.js';
import { remembering } from './hosts.js';
import type { AnswerOf } from './names.js';
import { type Opened, openProgram } from './open.js';
import { type Operation, settingOf, writtenOperation } from './operate.js';
import { type Report, type Run, startRun } from './run.js';
import { settingsOf } from './run_options.js';
import { askOf } from './session.js';
import type { Values } from './supply.js';
import { type Template, templateOf } from './template.js';
import { type HostValue, type Interpolation, readValue } from './value.js';

/** Names of methods. */
export type MethodName =
  | 'auto'
  | 'exact'
  | 'rejection'
  | 'importance'
  | 'smc'
  | 'smc2'
  | 'pmmh'
  | 'particle_gibbs'
  | 'abc'
  | 'abc_smc'
  | 'mh'
  | 'nuts';

/** Choices of one run; what is left out is chosen by the question, then by default. */
export type RunOptions = {
  readonly method?: MethodName | (string & {});
  /** Number of draws of a sampling method, at least 1. */
  readonly samples?: number;
  /** Same seed, same draws: on every machine and in every browser. The default is 1. */
  readonly seed?: number | string;
  /** Seconds, above 0. */
  readonly timeLimit?: number;
  /** Bytes that draws may take, above 0. */
  readonly memoryLimit?: number;
  /** Where the work is done: on Node, threads by `nodePool` of `whatif/node`. The answer is the same to the bit. Left out: here. */
  readonly pool?: Pool;
  /** All give the same bits; left out: `auto`. */
  readonly engine?: EngineName;
  /** Once aborted, the run fails with the signal's reason. `run.stop()` keeps what was drawn instead. */
  readonly signal?: AbortSignal;
};

/** What is to be drawn of a graph. */
export type GraphView = {
  /** Nodes that are operated on: their arrows fall. */
  readonly do?: readonly string[];
  /** Members of families as nodes of their own. */
  readonly unroll?: boolean;
};

/** The answers of a program's queries, by name. */
export type Queries = Readonly<Record<string, AnyAnswer>>;

type QueryName<Q extends Queries> = keyof Q & string;

/**
 * A program with the values it was given. Nothing changes it: `do` and `with` make new ones. Every method but `check` throws (or
 * rejects with) a `WhatifError` where the program or the question has errors.
 */
export type CausalProgram<Q extends Queries = Queries, Models extends string = string> = {
  /** The text; values of the host program are shown as `${…}`. */
  readonly text: string;
  /** Names of the queries, in order. */
  readonly queries: readonly QueryName<Q>[];
  /** Names of the models and graphs, in order. */
  readonly models: readonly Models[];
  /** All that is wrong or doubtful before running, in the whole program. */
  readonly check: () => readonly Diagnostic[];
  /** Answers a query by name, or a question of one's own: as text, or as a template whose values are data. */
  readonly query: {
    <const Asked extends QueryName<Q> | (string & {})>(
      question: Asked,
      options?: RunOptions,
    ): Run<Asked extends keyof Q ? Q[Asked] : AnswerOf<Asked>>;
    (question: TemplateStringsArray, ...values: readonly Interpolation[]): Run<AnyAnswer>;
  };
  /** Answers all queries, in order. Where some fail, the error has their diagnostics, and the other answers as `answers`. */
  readonly run: (options?: RunOptions) => Run<Q>;
  /** The program with its models operated on: by values of nodes, or written as inside of `do(…)`. With a model: that one only. */
  readonly do: {
    (nodes: Readonly<Record<string, Interpolation>>, model?: Models): CausalProgram<Q, Models>;
    (interventions: TemplateStringsArray, ...values: readonly Interpolation[]): CausalProgram<Q, Models>;
  };
  /** The program with values for constants, arguments of models, data sets (rows) and `extern fn`s (functions), by name. */
  readonly with: (values: Readonly<Record<string, Interpolation>>) => CausalProgram<Q, Models>;
  /** How a question, or every query, will be answered, in words. */
  readonly explain: (question?: QueryName<Q> | (string & {}), options?: RunOptions) => string;
  /** The causal graph of a model or `graph`; the name may be left out where there is one. */
  readonly graph: (model?: Models, view?: GraphView) => Graph;
  /**
   * An ES module that exports the program as `program`, its data included and the functions for its queries compiled: pages that
   * forbid code made at run time can run it. Functions of the host are given again by `.with({ … })`.
   */
  readonly emitModule: (options?: EmitOptions) => string;
};

/** What a program is made of. */
export type Made = {
  readonly template: Template;
  readonly host: Host;
  readonly defaults: RunOptions;
  readonly given: ReadonlyMap<string, Assigned>;
  readonly named: Values;
  readonly operations: readonly Operation[];
};

/** The program of some text and values. It is read when it is first asked for anything. */
export function programOf(made: Made): CausalProgram {
  const { template, given, named, operations, defaults } = made;
  const { host, read } = remembering(made.host);
  let known: Outcome<Opened> | null = null;
  const opened = (): Outcome<Opened> => {
    known ??= openProgram(template, host, { given, named, operations });
    return known;
  };
  const open = (): Opened => {
    const outcome = opened();
    if (!outcome.ok) throw whatifError(outcome.diagnostics);
    return outcome.value;
  };
  const session = (options: RunOptions): Session => askOf(open(), settingsOf(options), {});
  const queries = (): readonly string[] => {
    const outcome = opened();
    const all = outcome.ok ? outcome.value.project.queries : [];
    return all.flatMap((q) => (q.declaration.name === null ? [] : [q.declaration.name.text]));
  };
  const question = (text: string): Question => {
    const name = text.trim();
    if (queries().includes(name)) return { kind: 'named', name };
    return { kind: 'text', source: { name: '<query>', text } };
  };
  const next = 1 + [template, ...operations.map((o) => o.template)].reduce((n, t) => n + t.values.size, 0);
  const program = (changes: Partial<Made>): CausalProgram => programOf({ ...made, ...changes });

  const ask = (toAsk: () => Question, options: RunOptions): Run<AnyAnswer> =>
    startRun(async (report, stop) => {
      const asking = session(options);
      return answered(asking, toAsk(), report, stop, options);
    }, options.signal);

  const query = (asked: string | TemplateStringsArray, ...rest: readonly unknown[]): Run<AnyAnswer> => {
    if (typeof asked === 'string') return ask(() => question(asked), { ...defaults, ...optionsIn(rest) });
    const { source, values } = templateOf('<query>', asked, rest, next);
    return ask(() => ({ kind: 'text', source, values }), defaults);
  };

  const run = (options: RunOptions = {}): Run<Queries> => {
    const all = { ...defaults, ...options };
    return startRun(async (report, stop) => {
      const asking = session(all);
      const answers: [string, AnyAnswer][] = [];
      const problems: Diagnostic[] = [];
      for (const name of asking.queries) {
        const reported = await asking.answer({ kind: 'named', name }, listening(name, report, stop, all));
        if (reported.error !== null) problems.push(reported.error);
        else answers.push([name, answerFor(reported, asking.seed)]);
      }
      const result = Object.freeze(Object.fromEntries(answers));
      if (problems.length > 0) throw Object.assign(whatifError(problems), { answers: result });
      return result;
    }, all.signal);
  };

  const operated = (
    nodes: Readonly<Record<string, Interpolation>> | TemplateStringsArray,
    ...rest: readonly unknown[]
  ) => {
    if (isStrings(nodes)) {
      const operation = writtenOperation(templateOf('<do>', nodes, rest, next), null);
      return program({ operations: [...operations, operation] });
    }
    const [model] = rest;
    const operation = settingOf(nodes, typeof model === 'string' ? model : null, next);
    if (!operation.ok) throw whatifError(operation.diagnostics);
    return program({ operations: [...operations, operation.value] });
  };

  const withValues = (values: Readonly<Record<string, Interpolation>>): CausalProgram => {
    const more = Object.entries(values).map(([name, value]) => [name, readValue(value)] as const);
    const problems = more.flatMap(([name, value]) => (value.kind === 'wrong' ? [wrongValue(name, value.message)] : []));
    if (problems.length > 0) throw whatifError(problems);
    const assigned = more.flatMap(([name, v]) => (v.kind === 'value' ? [[name, v.supplied] as const] : []));
    const rest = more.filter((entry): entry is readonly [string, HostValue] => entry[1].kind !== 'value');
    return program({ given: new Map([...given, ...assigned]), named: new Map([...named, ...rest]) });
  };

  return Object.freeze({
    text: template.source.text,
    get queries() {
      return queries();
    },
    get models() {
      const outcome = opened();
      if (!outcome.ok) return [];
      const { models, graphs } = outcome.value.project;
      return [...models.keys(), ...graphs.keys()].filter((name) => !name.includes('@'));
    },
    check: () => opened().diagnostics,
    query,
    run,
    do: operated,
    with: withValues,
    explain: (asked?: string, options: RunOptions = {}) => {
      const asking = session({ ...defaults, ...options });
      const texts = (asked === undefined ? asking.queries : [asked]).map((text) =>
        orThrow(asking.explain(question(text))),
      );
      return texts.join('\n\n');
    },
    graph: (model?: string, view: GraphView = {}) => {
      const options: GraphOptions = { targets: view.do ?? [], unroll: view.unroll ?? false };
      return orThrow(session(defaults).graph(model ?? null, options));
    },
    emitModule: (options: EmitOptions = {}) => {
      const { questions = [] } = options;
      const asking = session(defaults);
      const all = [...asking.queries, ...questions].map(question);
      return orThrow(emitModule(made, read, asking, all, options));
    },
  });
}

function orThrow<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw whatifError(outcome.diagnostics);
  return outcome.value;
}

async function answered(
  asking: Session,
  question: Question,
  report: Report,
  stop: AbortSignal,
  options: RunOptions,
): Promise<AnyAnswer> {
  const name = question.kind === 'named' ? question.name : null;
  const reported = await asking.answer(question, listening(name, report, stop, options));
  if (reported.error !== null) throw whatifError([reported.error, ...reported.warnings]);
  report(name, { draws: reported.draws, total: reported.draws, ess: reported.ess });
  return Object.freeze(answerFor(reported, asking.seed));
}

const listening = (query: string | null, report: Report, signal: AbortSignal, { pool }: RunOptions): AnswerOptions => ({
  signal,
  onProgress: (progress) => report(query, progress),
  ...(pool === undefined ? {} : { pool }),
});

/** Whether a function is called as a template's tag. */
export const isStrings = (value: object): value is TemplateStringsArray =>
  Array.isArray(value) && 'raw' in value && Array.isArray(value.raw);

const optionsIn = ([options]: readonly unknown[]): RunOptions =>
  typeof options === 'object' && options !== null ? options : {};

function wrongValue(name: string, message: string): Diagnostic {
  return diagnose('E0530', message, { name: '<values>', text: name }, { start: 0, end: name.length });
}
