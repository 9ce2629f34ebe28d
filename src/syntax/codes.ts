import type { Severity } from './diagnostic.js';

/** What `docs/errors.md` prints for one code. */
export type CodeEntry = {
  readonly severity: Severity;
  readonly title: string;
  /** What it means and what to do, in plain sentences. */
  readonly explanation: string;
};

const error = (title: string, explanation: string): CodeEntry => ({ severity: 'error', title, explanation });
const warning = (title: string, explanation: string): CodeEntry => ({ severity: 'warning', title, explanation });

/**
 * Every diagnostic code. E01xx spelling, E02xx names, E03xx types, E04xx models and queries, E05xx data and files,
 * E06xx running, E07xx limits; W… warnings. A code never changes its meaning.
 */
export const errorCatalogue = {
  E0101: error('unexpected text', 'The parser met something that cannot stand here; the message says what was expected.'),
  W0201: warning('unused name', 'A local name, parameter or declaration is never read.'),
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof errorCatalogue;
