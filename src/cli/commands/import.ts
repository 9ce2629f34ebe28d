import { diagnosticJson, jsonText } from '../../report/json.js';
import { type DefineCommand, example, UsageError } from '../command.js';
import { readSource, tell } from '../input.js';
import { addVoiceOptions, type VoiceOptions } from '../options.js';

type ImportOptions = VoiceOptions & { readonly out?: string; readonly bool?: boolean; readonly queries: boolean };

/** `whatif import net.bif`: the program of a Bayesian network. */
export const importNetwork: DefineCommand = (command, context) => {
  addVoiceOptions(command)
    .argument('<file>', 'Bayesian network in BIF, or - for standard input')
    .option('-o, --out <file>', 'write the program to a .scm file, not to standard output')
    .option('--bool', 'make yes and no, and true and false in any case, truth values')
    .option('--no-queries', 'leave out the queries for the distribution of each variable')
    .addHelpText('after', example('whatif import asia.bif -o asia.scm && whatif run asia.scm'))
    .action((file: string, options: ImportOptions) =>
      context.run(async () => {
        const { terminal } = context;
        const { out } = options;
        if (out !== undefined && !out.endsWith('.scm'))
          throw new UsageError(`-o takes a file that ends in .scm, not ${out}`);
        const { importBif } = await import('../../import/bif.js');
        const source = readSource(file, terminal);
        const imported = importBif(source, { truths: options.bool ?? false, queries: options.queries });
        tell(imported.diagnostics, options, terminal);
        const program = imported.ok ? imported.value : null;
        if (program !== null && out !== undefined) terminal.write(out, program);
        if (options.json)
          terminal.out(
            jsonText({
              file: program === null ? null : (out ?? null),
              program: out === undefined ? program : null,
              diagnostics: imported.diagnostics.map(diagnosticJson),
            }),
          );
        else if (program !== null && out === undefined) terminal.out(program);
        else if (program !== null && !options.quiet) terminal.error(`now run: whatif run ${out}\n`);
        return program === null ? 1 : 0;
      }),
    );
};
