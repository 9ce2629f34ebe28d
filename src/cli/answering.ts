/** Answers questions one after another and prints the report: what `run` and `query` have in common. */

import type { Question, Session } from '../embed/contract.js';
import type { Answer, Report } from '../report/answer.js';
import { reportText } from '../report/answer_text.js';
import { reportCsv } from '../report/csv_out.js';
import { diagnosticJson, jsonText, reportJson } from '../report/json.js';
import type { Diagnostic } from '../syntax/diagnostic.js';
import { version } from '../version.js';
import { type Context, UsageError } from './command.js';
import { type ExitCode, exitCodeOfAnswers, exitCodeOfFailure } from './exit_code.js';
import { tell } from './input.js';
import type { SharedOptions } from './options.js';
import { progressLine } from './progress.js';

export type AnsweringOptions = SharedOptions & { readonly out?: string };

/** How a file for the answers is written, by its ending; wrong usage for any other. */
export function outputFor(file: string): (report: Report) => string {
  if (file.endsWith('.json')) return (report) => jsonText(reportJson(report));
  if (file.endsWith('.csv')) return reportCsv;
  throw new UsageError(`--out takes a file that ends in .json or .csv, not ${file}`);
}

/** Answers all questions; after Ctrl-C prints what was answered, the last one from the draws so far, and gives 130. */
export async function answerAll(
  file: string,
  session: Session,
  questions: readonly Question[],
  options: AnsweringOptions,
  { terminal }: Context,
): Promise<ExitCode> {
  const output = options.out === undefined ? null : outputFor(options.out);
  const answers: Answer[] = [];
  const line = progressLine(terminal, options.quiet ?? false);
  const interrupted = whenAborted(terminal.signal);
  for (const question of questions) {
    const label = question.kind === 'named' ? question.name : 'query';
    const onProgress = (progress: Parameters<typeof line.update>[1]): void => line.update(label, progress);
    const answering = session.answer(question, { signal: terminal.signal, onProgress });
    const answer = await Promise.race([answering, interrupted]);
    if (answer !== null) answers.push(answer);
    if (terminal.signal.aborted) break;
  }
  line.clear();
  const report: Report = { file, seed: session.seed, answers };
  terminal.out(
    options.json
      ? jsonText(reportJson(report))
      : reportText(report, { paint: terminal.paintOut, width: terminal.width }),
  );
  if (output !== null && options.out !== undefined)
    save(options.out, output(report), (path, text) => terminal.write(path, text));
  tell(
    answers.flatMap((answer) => [...answer.warnings, ...(answer.error === null ? [] : [answer.error])]),
    options,
    terminal,
  );
  if (!terminal.signal.aborted) return exitCodeOfAnswers(answers);
  if (!options.quiet) terminal.error(`interrupted: ${answers.length} of ${questions.length} queries answered\n`);
  return 130;
}

/** Says why no query of a program could be answered; in JSON as a run without queries. */
export function failToAnswer(
  file: string,
  diagnostics: readonly Diagnostic[],
  options: AnsweringOptions,
  { terminal }: Context,
): ExitCode {
  tell(diagnostics, options, terminal);
  if (options.json)
    terminal.out(
      jsonText({
        whatif: version,
        file,
        seed: options.seed ?? null,
        queries: [],
        diagnostics: diagnostics.map(diagnosticJson),
      }),
    );
  return exitCodeOfFailure(diagnostics);
}

function save(file: string, text: string, write: (file: string, text: string) => void): void {
  try {
    write(file, text);
  } catch {
    throw new UsageError(`can not write ${file}`);
  }
}

/** Milliseconds that an interrupted run has to hand over what it drew. */
const grace = 500;

/** Resolves to null some time after the signal is aborted. */
const whenAborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => setTimeout(resolve, grace, null), { once: true });
  });
