import { causesJson, causesText } from '../../report/causes.js';
import { jsonText } from '../../report/json.js';
import { type DefineCommand, example } from '../command.js';
import { exitCodeOfFailure } from '../exit_code.js';
import { open, tell, tellFailure } from '../input.js';
import { addReadingOptions, type SharedOptions } from '../options.js';

/** `whatif causes FILE 'outcome | evidence'`: what actually caused an outcome, with witnesses. */
export const causes: DefineCommand = (command, context) => {
  addReadingOptions(command)
    .argument('<file>', 'program, or - for standard input')
    .argument('<question>', "the outcome and what is known: 'dead | order = true'")
    .option('--model <name>', 'which model, where the file has several')
    .addHelpText('after', example("whatif causes examples/firing_squad.scm 'dead | order = true, nervous = false'"))
    .action((file: string, asked: string, options: SharedOptions & { readonly model?: string }) =>
      context.run(async () => {
        const { terminal } = context;
        const opened = await open(file, options, context);
        const found = opened.ok ? opened.value.causes(asked, options.model ?? null) : opened;
        if (!found.ok) {
          tellFailure(found.diagnostics, options, terminal);
          return exitCodeOfFailure(found.diagnostics);
        }
        tell(found.diagnostics, options, terminal);
        terminal.out(options.json ? jsonText(causesJson(found.value)) : `${causesText(found.value)}\n`);
        return 0;
      }),
    );
};
