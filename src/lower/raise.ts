import type { DiagnosticCode } from '../syntax/codes.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';

/** What is thrown inside the lowering and the passes, and becomes a value again at their edge. */
export type Raised = { readonly raised: Diagnostic };

/** Leaves the lowering with a diagnostic. */
export function raise(
  code: DiagnosticCode,
  message: string,
  source: Source,
  span: Span,
  hint: string | null = null,
): never {
  const raised: Raised = { raised: diagnose(code, message, source, span, hint) };
  throw raised;
}

/** Tells a diagnostic that was raised from a defect of the program. */
export const isRaised = (thrown: unknown): thrown is Raised =>
  typeof thrown === 'object' && thrown !== null && 'raised' in thrown;
