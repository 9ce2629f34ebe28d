import { answerAll, checkOutput, failToAnswer } from '../answering.js';
import { type DefineCommand, example } from '../command.js';
import { type FilesRead, open, questionFrom } from '../input.js';
import { poolFor } from '../keeping.js';
import { type AnsweringOptions, addAnsweringOptions } from '../options.js';

/** `whatif query FILE QUESTION…`: answers questions that are not in the file. */
export const query: DefineCommand = (command, context) => {
  addAnsweringOptions(command)
    .argument('<file>', 'program, or - for standard input')
    .argument('<question...>', 'as behind `query NAME =` in a program')
    .addHelpText('after', example("whatif query examples/icecream.scm 'E(accidents | do(icecream = 60))'"))
    .action((file: string, questions: readonly string[], options: AnsweringOptions) =>
      context.run(async () => {
        checkOutput(options);
        const pool = poolFor(options);
        const read: FilesRead = new Map();
        const opened = await open(file, options, context, read);
        if (!opened.ok) return failToAnswer(file, opened.diagnostics, options, context);
        return answerAll({ file, questions: questions.map(questionFrom), read, pool }, opened.value, options, context);
      }),
    );
};
