import type { Answer } from '../report/answer.js';
import type { Diagnostic } from '../syntax/diagnostic.js';

/** 0 answered; 1 the program has errors; 2 wrong usage; 3 no answer could be had; 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** The code of an error: no method (E0492), trouble while running and limits (E06xx, E07xx) leave a sound program without an answer. */
const exitCodeOfError = ({ code }: Diagnostic): 1 | 3 => (/^E(?:0[67]|0492$)/.test(code) ? 3 : 1);

/** The code of a program that could not be opened: that of its worst error. */
export const exitCodeOfFailure = (diagnostics: readonly Diagnostic[]): 1 | 3 =>
  exitCodeOfDiagnostics(diagnostics) === 3 ? 3 : 1;

/** The code of the worst error among diagnostics; warnings don't count. */
export const exitCodeOfDiagnostics = (diagnostics: readonly Diagnostic[]): 0 | 1 | 3 =>
  worst(diagnostics.filter((d) => d.severity === 'error').map(exitCodeOfError));

/** The code of the worst query. */
export const exitCodeOfAnswers = (answers: readonly Answer[]): 0 | 1 | 3 =>
  worst(answers.map((answer) => (answer.error === null ? 0 : exitCodeOfError(answer.error))));

const worst = (codes: readonly (0 | 1 | 3)[]): 0 | 1 | 3 =>
  codes.reduce<0 | 1 | 3>((most, code) => (code > most ? code : most), 0);
