import { type AnsweringOptions, answerAll, failToAnswer, outputFor } from '../answering.js';
import { type DefineCommand, example } from '../command.js';
import { open, questionFrom } from '../input.js';
import { addRunningOptions } from '../options.js';

/** `whatif query FILE QUESTION…`: answers questions that are not in the file. */
export const query: DefineCommand = (command, context) => {
  addRunningOptions(command)
    .argument('<file>', 'program, or - for standard input')
    .argument('<question...>', 'as behind `query NAME =` in a program')
    .option('--out <file>', 'write the answers to a .json or .csv file too')
    .addHelpText('after', example("whatif query examples/icecream.scm 'E(accidents | do(icecream = 60))'"))
    .action((file: string, questions: readonly string[], options: AnsweringOptions) =>
      context.run(async () => {
        if (options.out !== undefined) outputFor(options.out);
        const opened = await open(file, options, context);
        if (!opened.ok) return failToAnswer(file, opened.diagnostics, options, context);
        return answerAll(file, opened.value, questions.map(questionFrom), options, context);
      }),
    );
};
