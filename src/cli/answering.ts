/** Answers questions one after another and prints the report: what `run` and `query` have in common. */

import type { Question, Session } from '../embed/contract.js';
import type { Answer, Report } from '../report/answer.js';
import { reportText } from '../report/answer_text.js';
import { reportCsv } from '../report/csv_out.js';
import { diagnosticJson, jsonText, reportJson } from '../report/json.js';
import type { NodePool } from '../runtime/node_pool.js';
import type { Diagnostic } from '../syntax/diagnostic.js';
import { version } from '../version.js';
import { type Context, UsageError, WriteError } from './command.js';
import { drawsEnding, writeDraws } from './draws_file.js';
import { type ExitCode, exitCodeOfAnswers, exitCodeOfFailure } from './exit_code.js';
import { type FilesRead, tell } from './input.js';
import { type Keeping, keepRun } from './keeping.js';
import type { AnsweringOptions } from './options.js';
import { progressLine } from './progress.js';
import type { Terminal } from './terminal.js';

/** The ending of a file that holds a shard's part of a run. */
export const partEnding = '.whatif';

/** How a file for the answers is written, by its ending; wrong usage for any other. */
export function outputFor(file: string): (report: Report) => string {
  if (file.endsWith('.json')) return (report) => jsonText(reportJson(report));
  if (file.endsWith('.csv')) return reportCsv;
  throw new UsageError(`--out takes a file that ends in .json or .csv, not ${file}`);
}

/** Refuses a file that the answers, or a shard's part, could not be written to. */
export function checkOutput({ out, shard, draws }: AnsweringOptions): void {
  if (draws !== undefined) drawsEnding(draws);
  if (draws !== undefined && shard !== undefined)
    throw new UsageError('--draws is for whole runs: give it to `whatif merge`');
  if (shard !== undefined) {
    if (out === undefined || !out.endsWith(partEnding))
      throw new UsageError(`--shard writes a part of the run: say where with --out NAME${partEnding}`);
  } else if (out !== undefined) outputFor(out);
}

/** What is asked, and the files that the program was read from. */
export type Asking = {
  readonly file: string;
  readonly questions: readonly Question[];
  readonly read: FilesRead;
  readonly pool: NodePool;
};

/** Answers all questions; after Ctrl-C prints what was answered, the last one from the draws so far, and gives 130. */
export async function answerAll(
  { file, questions, read, pool }: Asking,
  session: Session,
  options: AnsweringOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal } = context;
  const say = (text: string): void => {
    if (!options.quiet) line.note(text);
  };
  const line = progressLine(terminal, options.quiet ?? false);
  const again = [file, ...options.data.map(([, path]) => path)].includes('-') ? null : read;
  const keeping = keepRun(context.args, file, options, pool, context.begun, () => again, say);
  const { before } = keeping.tally();
  if (before.jobs > 0) say(`taken over: ${workText(before)}\n`);
  const answers: Answer[] = [];
  const interrupted = whenAborted(terminal.signal);
  for (const [i, question] of questions.entries()) {
    const label = question.kind === 'named' ? question.name : 'query';
    const onProgress = (progress: Parameters<typeof line.update>[1]): void => line.update(label, progress);
    const answering = session.answer(question, { signal: terminal.signal, onProgress, pool: keeping.pool(i) });
    const answer = await Promise.race([answering, interrupted]);
    if (answer !== null) answers.push(answer);
    if (terminal.signal.aborted) break;
  }
  line.clear();
  if (before.jobs > 0) say(`done now: ${workText(keeping.tally().now)}\n`);
  const problems = answers.flatMap((answer) => [...answer.warnings, ...(answer.error === null ? [] : [answer.error])]);
  const shared = options.shard !== undefined && !terminal.signal.aborted;
  if (shared) {
    tell(problems, options, terminal);
    return endShard(answers, options, keeping, context);
  }
  const report: Report = { file, seed: session.seed, answers };
  await allOf(terminal, [
    () =>
      terminal.out(
        options.json
          ? jsonText(reportJson(report))
          : reportText(report, { paint: terminal.paintOut, width: terminal.width }),
      ),
    () => {
      const { out } = options;
      if (out !== undefined && options.shard === undefined) terminal.write(out, outputFor(out)(report));
    },
    async () => {
      if (options.draws === undefined) return;
      const written = await writeDraws(options.draws, report, questions, session, terminal);
      say(written.length === 0 ? 'no query has draws to write\n' : `draws: ${written.join(', ')}\n`);
    },
    () => tell(problems, options, terminal),
  ]);
  if (!terminal.signal.aborted) {
    keeping.end();
    return exitCodeOfAnswers(answers);
  }
  const kept = keeping.keep();
  const answered = answers.filter(({ error }) => error === null).length;
  say(`interrupted: ${answered} of ${questions.length} queries answered\n`);
  if (kept !== '') say(kept);
  return 130;
}

/** Does what writes answers to different places: one that can not be written keeps no other from it. Throws what came first. */
async function allOf(terminal: Terminal, writes: readonly (() => void | Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const write of writes) {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof WriteError)) throw error;
      if (failures.length > 0) terminal.error(`error: ${error.message}\n`);
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Writes a shard's part, unless something kept it from doing its share. */
function endShard(
  answers: readonly Answer[],
  { out = '', shard, json, quiet }: AnsweringOptions,
  keeping: Keeping,
  { terminal }: Context,
): ExitCode {
  const code = exitCodeOfAnswers(answers);
  const stopped = answers.some(({ warnings }) => warnings.some((warning) => warning.code === 'W0606'));
  if (code !== 0 || stopped) {
    const kept = stopped ? keeping.keep() : '';
    if (kept === '') keeping.end();
    if (!quiet) {
      terminal.error(`no part was written${stopped ? ': a limit ended the run before its share was done' : ''}\n`);
      if (kept !== '') terminal.error(kept);
    }
    return code === 0 ? 3 : code;
  }
  const jobs = keeping.writePart(out);
  keeping.end();
  const name = `${shard?.number}/${shard?.of}`;
  terminal.out(
    json ? jsonText({ whatif: version, shard: name, out, jobs }) : `shard ${name}: ${jobs} jobs in ${out}\n`,
  );
  return 0;
}

const workText = ({ jobs, steps }: { readonly jobs: number; readonly steps: number }): string =>
  `${jobs} ${jobs === 1 ? 'job' : 'jobs'}, ${steps} steps`;

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

/** Milliseconds that an interrupted run has to hand over what it drew. */
const grace = 2000;

/** Resolves to null some time after the signal is aborted. */
const whenAborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => setTimeout(resolve, grace, null), { once: true });
  });
