import { type DiagnosticCode, errorCatalogue } from './codes.js';
import type { Source, Span } from './span.js';

/** Errors keep a program from running, warnings do not. */
export type Severity = 'error' | 'warning';

/** Everything that can go wrong for a user, from a typing slip to a run out of steps, is one of these. */
export type Diagnostic = {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly source: Source;
  readonly span: Span;
  /** What to write instead, where it can be known. */
  readonly hint: string | null;
};

/** A value, or the diagnostics that say why there is none. Warnings may accompany a value. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Makes a diagnostic; its severity comes from the catalogue. */
export const diagnose = (
  code: DiagnosticCode,
  message: string,
  source: Source,
  span: Span,
  hint: string | null = null,
): Diagnostic => ({ code, severity: errorCatalogue[code].severity, message, source, span, hint });

/** A value, with what is to be said of it. */
export const succeed = <T>(value: T, diagnostics: readonly Diagnostic[] = []): Outcome<T> => ({
  ok: true,
  value,
  diagnostics,
});

/** No value, and why. */
export const fail = (...diagnostics: readonly Diagnostic[]): Outcome<never> => ({ ok: false, diagnostics });

/** Whether one of the diagnostics is an error. */
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((d) => d.severity === 'error');
