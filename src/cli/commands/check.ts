import { diagnosticsJson, jsonText } from '../../report/json.js';
import type { Diagnostic } from '../../syntax/diagnostic.js';
import { type DefineCommand, example } from '../command.js';
import { exitCodeOfDiagnostics } from '../exit_code.js';
import { open, tell } from '../input.js';
import { addReadingOptions, type SharedOptions } from '../options.js';

/** `whatif check FILE…`: every error that can be known before running. */
export const check: DefineCommand = (command, context) => {
  addReadingOptions(command)
    .argument('<file...>', 'programs, or - for standard input')
    .addHelpText('after', example('whatif check model.scm', 'whatif check --json examples/*.scm'))
    .action((files: readonly string[], options: SharedOptions) =>
      context.run(async () => {
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
