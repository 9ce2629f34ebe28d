import { calibrationsJson, calibrationText, type QueryCalibration } from '../../report/calibration.js';
import { diagnosticsJson, jsonText } from '../../report/json.js';
import { nodePool } from '../../runtime/node_pool.js';
import type { Diagnostic } from '../../syntax/diagnostic.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import { type ExitCode, exitCodeOfDiagnostics, exitCodeOfFailure } from '../exit_code.js';
import { namedQuestions, open, tell } from '../input.js';
import { addRunningOptions, collect, count, type SharedOptions } from '../options.js';
import { progressLine } from '../progress.js';

type CheckOptions = SharedOptions & {
  readonly calibrate?: boolean;
  readonly replications?: number;
  readonly query: readonly string[];
};

/** Replications where no number is given. */
const defaultReplications = 200;

/** `whatif check FILE…`: every error that can be known before running. With `--calibrate`: whether methods give right posteriors. */
export const check: DefineCommand = (command, context) => {
  addRunningOptions(command)
    .argument('<file...>', 'programs, or - for standard input')
    .option('--calibrate', 'run simulation-based calibration of the queries')
    .option('--query <name>', 'calibrate only this query (repeatable)', collect(String), [])
    .option('--replications <n>', `data sets to make up for each query (${defaultReplications})`, count)
    .addHelpText(
      'after',
      example(
        'whatif check model.scm',
        'whatif check --json examples/*.scm',
        'whatif check model.scm --calibrate --query effect --replications 500',
      ),
    )
    .action((files: readonly string[], options: CheckOptions) =>
      context.run(async () => {
        if (options.calibrate === true) {
          const [file, ...others] = files;
          if (file === undefined || others.length > 0) throw new UsageError('--calibrate takes one file');
          return calibrateAll(file, options, context);
        }
        const { terminal } = context;
        const found: Diagnostic[] = [];
        for (const file of files) {
          const opened = await open(file, options, context);
          found.push(...new Set([...opened.diagnostics, ...(opened.ok ? opened.value.diagnostics : [])]));
        }
        tell(found, options, terminal);
        if (options.json) terminal.out(jsonText(diagnosticsJson(found)));
        else if (!options.quiet) terminal.error(`${verdict(files.length, found)}\n`);
        return exitCodeOfDiagnostics(found) === 0 ? 0 : 1;
      }),
    );
};

function verdict(files: number, found: readonly Diagnostic[]): string {
  const errors = found.filter((d) => d.severity === 'error').length;
  const counted = (n: number, noun: string): string => `${n === 0 ? 'no' : n} ${noun}${n === 1 ? '' : 's'}`;
  return `${counted(files, 'file')}: ${counted(errors, 'error')}, ${counted(found.length - errors, 'warning')}`;
}

/** 0 where all is calibrated, 1 where something is not, 3 where nothing could be concluded. */
async function calibrateAll(file: string, options: CheckOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const opened = await open(file, options, context);
  if (!opened.ok) {
    tell(opened.diagnostics, options, terminal);
    return exitCodeOfFailure(opened.diagnostics);
  }
  const session = opened.value;
  const done: QueryCalibration[] = [];
  const line = progressLine(terminal, options.quiet ?? false);
  const pool = nodePool(options.workers === undefined ? {} : { workers: options.workers });
  for (const question of namedQuestions(options.query, session)) {
    const label = question.kind === 'named' ? question.name : 'query';
    const onProgress = (progress: Parameters<typeof line.update>[1]): void => line.update(label, progress);
    const found = await session.calibrate(question, options.replications ?? defaultReplications, {
      signal: terminal.signal,
      onProgress,
      pool,
    });
    line.clear();
    done.push(found);
    if (found.error !== null) tell([found.error], options, terminal);
    else if (!options.json) {
      terminal.out(calibrationText(found, { paint: terminal.paintOut, width: terminal.width }));
      tell(
        found.calibrations.flatMap((c) => (c.firstFailure === null ? [] : [c.firstFailure])),
        options,
        terminal,
      );
    }
    if (terminal.signal.aborted) break;
  }
  pool.close();
  if (options.json) terminal.out(jsonText(calibrationsJson(file, session.seed, done)));
  if (terminal.signal.aborted) return 130;
  const verdicts = done.flatMap((q) =>
    q.error === null ? q.calibrations.map((c) => c.verdict) : ['undecided' as const],
  );
  if (verdicts.includes('not calibrated')) return 1;
  return verdicts.includes('undecided') ? 3 : 0;
}
