import { attributionJson, attributionText } from '../../report/attribution.js';
import { jsonText } from '../../report/json.js';
import { type DefineCommand, example } from '../command.js';
import { exitCodeOfFailure } from '../exit_code.js';
import { open, tell, tellFailure } from '../input.js';
import { addRunningOptions, count, type SharedOptions } from '../options.js';
import { progressLine } from '../progress.js';

type AttributeOptions = SharedOptions & {
  readonly model?: string;
  readonly baseline?: string;
  readonly tail?: boolean;
  readonly permutations?: number;
};

/** `whatif attribute FILE 'y | x = 1, z = 2'`: what each cause adds to an outcome, by Shapley values. */
export const attribute: DefineCommand = (command, context) => {
  addRunningOptions(command)
    .argument('<file>', 'program, or - for standard input')
    .argument('<question>', "the outcome and the unit, or what was done: 'y | x = 1, z = 2', 'y | do(x = 1, z = 2)'")
    .option('--baseline <conditions>', "what to compare with: 'x = 0', 'do(x = 0)' (default: any unit, nothing done)")
    .option('--tail', 'attribute how far out the outcome lies: the log probability of one as far')
    .option('--permutations <n>', 'draw so many orders of the causes in place of all coalitions', count)
    .option('--model <name>', 'which model, where the file has several')
    .addHelpText(
      'after',
      example("whatif attribute examples/icecream.scm 'accidents | temperature = 30, accidents = 17'"),
    )
    .action((file: string, asked: string, options: AttributeOptions) =>
      context.run(async () => {
        const { terminal } = context;
        const opened = await open(file, options, context);
        const line = progressLine(terminal, options.quiet ?? false);
        const request = {
          question: asked,
          baseline: options.baseline ?? null,
          score: options.tail === true ? 'tail' : 'mean',
          permutations: options.permutations ?? null,
          model: options.model ?? null,
        } as const;
        const running = { signal: terminal.signal, onProgress: line.update.bind(null, 'attribution') };
        const found = opened.ok ? await opened.value.attribute(request, running) : opened;
        line.clear();
        if (!found.ok) {
          tellFailure(found.diagnostics, options, terminal);
          return exitCodeOfFailure(found.diagnostics);
        }
        tell(found.diagnostics, options, terminal);
        terminal.out(options.json ? jsonText(attributionJson(found.value)) : `${attributionText(found.value)}\n`);
        return 0;
      }),
    );
};
