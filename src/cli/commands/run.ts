import { answerAll, checkOutput, failToAnswer } from '../answering.js';
import { type DefineCommand, example } from '../command.js';
import { type FilesRead, namedQuestions, open, tell } from '../input.js';
import { poolFor } from '../keeping.js';
import { type AnsweringOptions, addAnsweringOptions, collect } from '../options.js';

type RunOptions = AnsweringOptions & { readonly query: readonly string[] };

/** `whatif run FILE`: answers every query of the file. */
export const run: DefineCommand = (command, context) => {
  addAnsweringOptions(command)
    .argument('<file>', 'program, or - for standard input')
    .option('--query <name>', 'answer only this query (repeatable)', collect(String), [])
    .addHelpText(
      'after',
      example('whatif run examples/berkeley.scm', 'whatif run model.scm --query effect --seed 7 --json'),
    )
    .action((file: string, options: RunOptions) =>
      context.run(async () => {
        checkOutput(options);
        const pool = poolFor(options);
        const read: FilesRead = new Map();
        const opened = await open(file, options, context, read);
        if (!opened.ok) return failToAnswer(file, opened.diagnostics, options, context);
        const session = opened.value;
        const questions = namedQuestions(options.query, session);
        tell(warnings([...opened.diagnostics, ...session.diagnostics]), options, context.terminal);
        if (questions.length === 0 && !options.quiet) context.terminal.error(`${file} has no queries\n`);
        return answerAll({ file, questions, read, pool }, session, options, context);
      }),
    );
};

/** Errors in single queries come back with their answers. */
const warnings = <T extends { readonly severity: string }>(diagnostics: readonly T[]): readonly T[] =>
  diagnostics.filter((d) => d.severity === 'warning');
