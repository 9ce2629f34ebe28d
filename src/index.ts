/**
 * Whatif as a library: open a program, ask it questions, look at what the compiler sees. Everything here runs in Node and in a browser;
 * files come through a `Host`.
 *
 * @packageDocumentation
 */
export type { Graph, GraphEdge, GraphNode } from './causal/graph.js';
export type { Estimand } from './causal/identify/estimand.js';
export type { Factory } from './codegen/factories.js';
export type { DeclaredEnum } from './data/column.js';
export { type CsvOptions, parseCsv } from './data/csv.js';
export type {
  CommandRefusal,
  CommandReply,
  CommandRequest,
  Host,
  ReadRequest,
  RunningCommand,
  TableReader,
  TableRequest,
} from './data/host.js';
export type { Column, NestedValue, Table } from './data/table.js';
export type { EmitOptions, StoredProgram } from './embed/ahead.js';
export type {
  AnswerBase,
  AnyAnswer,
  ChoiceAnswer,
  DistributionAnswer,
  DrawColumn,
  Draws,
  IdentificationAnswer,
  Named,
  NumberAnswer,
  PosteriorAnswer,
} from './embed/answers.js';
export type { Assigned } from './embed/assigned.js';
export type {
  AnswerOptions,
  AttributionQuestion,
  GraphOptions,
  OpenSession,
  Progress,
  Question,
  Session,
  Settings,
  Stage,
} from './embed/contract.js';
export { defaultSettings } from './embed/contract.js';
export { isWhatifError, placeOf, type WhatifError } from './embed/error.js';
export { batched } from './embed/host_function.js';
export type { AnswerOf, ModelsOf, QueriesOf } from './embed/names.js';
export type { Pace } from './embed/pace.js';
export type { CausalProgram, GraphView, MethodName, Queries, RunOptions } from './embed/program.js';
export { restore } from './embed/restore.js';
export type { Run, RunProgress } from './embed/run.js';
export { type ProgramOptions, type Scm, scm } from './embed/scm.js';
export { defaultSeed, type Embedding, openEmbedded, openSession } from './embed/session.js';
export type { HostFunction, HostValue, Interpolation } from './embed/value.js';
export type { Approximation } from './inference/backend.js';
export type { Histogram } from './inference/statistics/histogram.js';
export type { Constant, IrType } from './ir/ir.js';
export type { FamilyType, Field, Type } from './ir/type.js';
export { type LeftOut, type OptionalPass, optionalPasses } from './passes/passes.js';
export { type EngineName, engineNames } from './plan/engine_names.js';
export type {
  Answer,
  AnswerDiagnostics,
  AnswerKind,
  Bounds,
  Check,
  DerivationStep,
  Identification,
  Mass,
  NamedHistogram,
  Report,
  Sample,
  Scalar,
  VariableSummary,
} from './report/answer.js';
export type { AttributionReport, Contribution } from './report/attribution.js';
export type { Calibration, QueryCalibration, TargetCalibration } from './report/calibration.js';
export type { CausesReport, ReportedCause, ReportedSetting } from './report/causes.js';
export type { Conditions, Observed, Seen } from './report/inference_data.js';
export type { Crew, Job, Pieces, Pool, Stop } from './runtime/jobs.js';
export { type CodeEntry, type DiagnosticCode, errorCatalogue } from './syntax/codes.js';
export { type Diagnostic, diagnose, fail, type Outcome, type Severity, succeed } from './syntax/diagnostic.js';
export { format } from './syntax/format.js';
export { type Placeholder, position, type Source, type Span } from './syntax/span.js';
export { version } from './version.js';
