import { jsonText } from '../../report/json.js';
import { version } from '../../version.js';
import { type DefineCommand, example } from '../command.js';
import { type ExitCode, exitCodeOfFailure } from '../exit_code.js';
import { namedQuestions, open, questionFrom, tell, tellFailure } from '../input.js';
import { addRunningOptions, collect, type SharedOptions } from '../options.js';

type ExplainOptions = SharedOptions & { readonly query: readonly string[] };

/** `whatif explain FILE [QUESTION…]`: the plan of each query in words. */
export const explain: DefineCommand = (command, context) => {
  addRunningOptions(command)
    .argument('<file>', 'program, or - for standard input')
    .argument('[question...]', 'questions that are not in the file, in place of its queries')
    .option('--query <name>', 'explain only this query (repeatable)', collect(String), [])
    .addHelpText('after', example('whatif explain examples/berkeley.scm --query counterfactual'))
    .action((file: string, asked: readonly string[], options: ExplainOptions) =>
      context.run(async () => {
        const { terminal } = context;
        const opened = await open(file, options, context);
        if (!opened.ok) {
          tellFailure(opened.diagnostics, options, terminal);
          return exitCodeOfFailure(opened.diagnostics);
        }
        const session = opened.value;
        const questions = asked.length > 0 ? asked.map(questionFrom) : namedQuestions(options.query, session);
        let code: ExitCode = 0;
        const plans: { readonly name: string | null; readonly plan: string | null }[] = [];
        for (const question of questions) {
          const plan = session.explain(question);
          tell(plan.diagnostics, options, terminal);
          if (!plan.ok) code = 1;
          plans.push({ name: question.kind === 'named' ? question.name : null, plan: plan.ok ? plan.value : null });
        }
        const heading = (name: string | null): string => terminal.paintOut.bold(name ?? 'query');
        terminal.out(
          options.json
            ? jsonText({ whatif: version, file, queries: plans })
            : plans
                .flatMap(({ name, plan }) => (plan === null ? [] : [`${heading(name)}\n${plan.trimEnd()}\n`]))
                .join('\n'),
        );
        return code;
      }),
    );
};
