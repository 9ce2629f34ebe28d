import { diagnosticJson, jsonText } from '../../report/json.js';
import { type Diagnostic, hasErrors } from '../../syntax/diagnostic.js';
import { type DefineCommand, example, UsageError } from '../command.js';
import { readSource, tell } from '../input.js';
import { addVoiceOptions, type VoiceOptions } from '../options.js';

type FormatOptions = VoiceOptions & { readonly check?: boolean; readonly write?: boolean };

/** `whatif format FILE…`: prints files in the one style, checks them, or rewrites them in place. */
export const format: DefineCommand = (command, context) => {
  addVoiceOptions(command)
    .argument('<file...>', 'programs, or - for standard input')
    .option('--check', 'name the files that are not in the style and end with 1')
    .option('--write', 'rewrite the files in place')
    .addHelpText('after', example('whatif format model.scm', 'whatif format --check examples/*.scm'))
    .action((files: readonly string[], options: FormatOptions) =>
      context.run(async () => {
        const { terminal } = context;
        if (options.check && options.write) throw new UsageError('give --check or --write, not both');
        if (options.write && files.includes('-')) throw new UsageError('standard input can not be written');
        const { format: toStyle } = await import('../../syntax/format.js');
        const wrong: Diagnostic[] = [];
        const changed: string[] = [];
        for (const file of files) {
          const source = readSource(file, terminal);
          const formatted = toStyle(source);
          if (!formatted.ok) {
            wrong.push(...formatted.diagnostics);
            continue;
          }
          if (formatted.value !== source.text) changed.push(file);
          if (!options.check && !options.write && !options.json) terminal.out(formatted.value);
          if (options.write && formatted.value !== source.text) terminal.write(file, formatted.value);
        }
        tell(wrong, options, terminal);
        if (options.json) terminal.out(jsonText({ changed, diagnostics: wrong.map(diagnosticJson) }));
        else if (options.check) terminal.out(changed.map((file) => `${file}\n`).join(''));
        return hasErrors(wrong) || (options.check && changed.length > 0) ? 1 : 0;
      }),
    );
};
