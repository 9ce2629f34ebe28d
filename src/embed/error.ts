/** What the embedding throws: diagnostics, written as the command line writes them. */
import { diagnosticText } from '../report/diagnostic_text.js';
import { plain } from '../report/paint.js';
import type { Diagnostic } from '../syntax/diagnostic.js';
import { position } from '../syntax/span.js';
import type { AnyAnswer } from './answers.js';

/** Why a program or a question has no answer. */
export type WhatifError = Error & {
  readonly name: 'WhatifError';
  /** Errors and warnings, the errors at their places in the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where only some queries of a run failed: the answers of the others, by name. */
  readonly answers?: Readonly<Record<string, AnyAnswer>>;
};

/** An error that says what these diagnostics say. */
export function whatifError(diagnostics: readonly Diagnostic[]): WhatifError {
  const errors = diagnostics.filter((d) => d.severity === 'error');
  const text = (errors.length > 0 ? errors : diagnostics).map((d) => diagnosticText(d, plain)).join('\n\n');
  return Object.assign(new Error(text), { name: 'WhatifError', diagnostics } as const);
}

/** Whether something thrown is an error of a program or question. */
export const isWhatifError = (thrown: unknown): thrown is WhatifError =>
  thrown instanceof Error && thrown.name === 'WhatifError' && 'diagnostics' in thrown;

/** Line and column, from 1, of the place of a diagnostic in its text. */
export const placeOf = ({ source, span }: Diagnostic): { readonly line: number; readonly column: number } =>
  position(source.text, span.start);
