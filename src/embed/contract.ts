/** What the commands ask of the compiler: one file, opened once, answers questions. */
import type { Graph } from '../causal/graph.js';
import type { Host } from '../data/host.js';
import type { LeftOut } from '../passes/passes.js';
import type { EngineName } from '../plan/engine_names.js';
import type { Answer } from '../report/answer.js';
import type { AttributionReport } from '../report/attribution.js';
import type { QueryCalibration } from '../report/calibration.js';
import type { CausesReport } from '../report/causes.js';
import type { Conditions, Observed } from '../report/inference_data.js';
import type { Pool } from '../runtime/jobs.js';
import type { Diagnostic, Outcome } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import type { Values } from './supply.js';

/** Choices that hold for every query of a run; null leaves the choice to the program, then to the default. */
export type Settings = {
  readonly seed: string | null;
  readonly method: string | null;
  readonly samples: number | null;
  readonly particles: number | null;
  readonly engine: EngineName | null;
  /** Optimisations that are not made. */
  readonly without: LeftOut;
  /** Model arguments and constants by name, as expressions of the language: `n` → `100`. */
  readonly assignments: ReadonlyMap<string, string>;
  /** Seconds for the whole run. */
  readonly timeLimit: number | null;
  /** Bytes. */
  readonly memoryLimit: number | null;
};

/** Settings that leave every choice open. */
export const defaultSettings: Settings = {
  seed: null,
  method: null,
  samples: null,
  particles: null,
  engine: null,
  without: new Set(),
  assignments: new Map(),
  timeLimit: null,
  memoryLimit: null,
};

/** A query of the file by name, or the text of one that is not in the file (name and `query` left out). */
export type Question =
  | { readonly kind: 'named'; readonly name: string }
  | {
      readonly kind: 'text';
      readonly source: Source;
      /** Values of the text's placeholders. */
      readonly values?: Values;
    };

/** How far an answer has come; what is not known is null or left out. */
export type Progress = {
  readonly draws: number;
  readonly total: number | null;
  /** Effective size of the draws so far. */
  readonly ess: number | null;
  /** Share of proposals or simulations that were accepted so far. */
  readonly acceptance?: number | null;
};

/** How to stop a run, and how to hear of it. */
export type AnswerOptions = {
  /** Once aborted, the run stops at the next block and gives what it has. */
  readonly signal: AbortSignal;
  /** Called between blocks, from time to time. */
  readonly onProgress: (progress: Progress) => void;
  /** Where the work is done; left out: here. */
  readonly pool?: Pool;
};

/** What `compile --emit` shows of a query; `tokens` and `ast` need no session. */
export type Stage = 'ir' | 'plan' | 'js' | 'wat';

/** What is to be shown of a graph. */
export type GraphOptions = {
  /** Nodes to operate on, as in `do`: `x`, `x[3]`, `event.depth`. */
  readonly targets: readonly string[];
  /** Members of node families as nodes of their own, where their number is known. */
  readonly unroll: boolean;
};

/** An attribution: `outcome | unit`, `unit` of another unit to compare with (null: any), and in which model (null: the only one). */
export type AttributionQuestion = {
  readonly question: string;
  readonly baseline: string | null;
  readonly score: 'mean' | 'tail';
  /** Orders of causes to draw; null: all coalitions where they are few. */
  readonly permutations: number | null;
  readonly model: string | null;
};

/** A program that was opened: it answers questions, and shows what the compiler makes of them. */
export type Session = {
  /** The seed of the run: the one in the settings, or the default. */
  readonly seed: string;
  /** All that is known before running: warnings, and errors inside single queries. */
  readonly diagnostics: readonly Diagnostic[];
  /** Names of the file's queries, in order. */
  readonly queries: readonly string[];
  /** Names of the data sets that the file reads, in order. */
  readonly data: readonly string[];
  /** Names of the file's models and graphs, in order. */
  readonly models: readonly string[];
  /** Columns of the data sets, as numbers: bools are 0 and 1, missing cells NaN; those of labels are left out. */
  readonly observed: () => readonly Observed[];
  /** What the draws of a question hang on; null where it has none. */
  readonly conditions: (question: Question) => Conditions | null;
  /** Never rejects for a reason that lies in the program: the answer then carries the error. Lets the event loop run between blocks. */
  readonly answer: (question: Question, options: AnswerOptions) => Promise<Answer>;
  /** Simulation-based calibration of each form of a query; so many replications each. Errors as in `answer`. */
  readonly calibrate: (question: Question, replications: number, options: AnswerOptions) => Promise<QueryCalibration>;
  /** The plan in words. */
  readonly explain: (question: Question) => Outcome<string>;
  /** The texts of the functions that a run of the question makes, by their hashes: what a module compiled ahead of time holds. */
  readonly factories: (question: Question) => Outcome<ReadonlyMap<string, string>>;
  /** A stage of the compiler as text, for one query or, with null, for the whole file. */
  readonly emit: (stage: Stage, question: Question | null) => Outcome<string>;
  /** What actually caused an outcome, `outcome | evidence`, in a model; in the only one with null. */
  readonly causes: (question: string, model: string | null) => Outcome<CausesReport>;
  /** Divides an outcome's distance from its baseline among its causes. Errors as in `answer`. */
  readonly attribute: (asked: AttributionQuestion, options: AnswerOptions) => Promise<Outcome<AttributionReport>>;
  /** The causal graph of a model or `graph`; of the only one with null. */
  readonly graph: (model: string | null, options: GraphOptions) => Outcome<Graph>;
};

/** Parses, loads and checks a file. Fails where no query of it could be answered. */
export type OpenSession = (source: Source, host: Host, settings: Settings) => Outcome<Session>;
