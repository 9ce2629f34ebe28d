import { Option } from 'commander';
import type { Question, Session, Stage } from '../../embed/contract.js';
import { jsonText } from '../../report/json.js';
import type { Diagnostic } from '../../syntax/diagnostic.js';
import { position, type Source } from '../../syntax/span.js';
import { type Context, type DefineCommand, example, UsageError } from '../command.js';
import { type ExitCode, exitCodeOfDiagnostics, exitCodeOfFailure } from '../exit_code.js';
import { hostOf, namedQuestions, open, questionFrom, readSource, tell, tellFailure } from '../input.js';
import { addRunningOptions, type SharedOptions, settingsOf } from '../options.js';

/** Stages that need the text alone, then those that need the checked program. */
const stages = ['tokens', 'ast', 'ir', 'plan', 'js', 'wat'] as const;

type CompileOptions = SharedOptions & {
  readonly emit?: (typeof stages)[number];
  readonly aot?: string;
  readonly query?: string;
};

/** `whatif compile FILE --emit STAGE`: a stage of the compiler; `--aot OUT.mjs`: a module that runs the program without making code. */
export const compile: DefineCommand = (command, context) => {
  addRunningOptions(command)
    .argument('<file>', 'program, or - for standard input')
    .argument('[question]', 'a question that is not in the file')
    .addOption(new Option('--emit <stage>', 'what to show').choices([...stages]))
    .option('--aot <file>', 'write an ES module with the program and its compiled functions')
    .option('--query <name>', 'only for this query')
    .addHelpText(
      'after',
      example(
        'whatif compile examples/icecream.scm --emit ir',
        'whatif compile model.scm --emit js --query effect',
        'whatif compile model.scm --aot model.mjs',
      ),
    )
    .action((file: string, asked: string | undefined, options: CompileOptions) =>
      context.run(() => {
        const { emit, aot } = options;
        if ((emit === undefined) === (aot === undefined)) throw new UsageError('give --emit <stage> or --aot <file>');
        if (aot !== undefined) return writeModule(aot, file, asked, options, context);
        if (emit === undefined) throw new UsageError('give --emit <stage>');
        if (emit === 'tokens' || emit === 'ast')
          return emitText(emit, readSource(file, context.terminal), options, context);
        return emitProgram(emit, file, asked, options, context);
      }),
    );
};

async function emitText(
  stage: 'tokens' | 'ast',
  source: Source,
  options: CompileOptions,
  { terminal }: Context,
): Promise<ExitCode> {
  let text: string;
  let diagnostics: readonly Diagnostic[];
  if (stage === 'ast') {
    const { parse } = await import('../../syntax/parse.js');
    const parsed = parse(source);
    diagnostics = parsed.diagnostics;
    text = `${JSON.stringify(parsed.file.declarations, null, 2)}\n`;
  } else {
    const { lex } = await import('../../syntax/lex.js');
    const lexed = lex(source);
    diagnostics = lexed.diagnostics;
    text = tokensText(source, lexed.stream.tokens, options.json ?? false);
  }
  terminal.out(text);
  tell(diagnostics, options, terminal);
  return exitCodeOfDiagnostics(diagnostics);
}

type Token = { readonly tokenType: { readonly name: string }; readonly image: string; readonly startOffset: number };

function tokensText(source: Source, tokens: readonly Token[], json: boolean): string {
  const rows = tokens.map((token) => ({
    ...position(source.text, token.startOffset),
    token: token.tokenType.name,
    text: token.image,
  }));
  if (json) return jsonText(rows);
  return rows.map((row) => `${`${row.line}:${row.column}`.padEnd(10)}${row.token.padEnd(18)} ${row.text}\n`).join('');
}

async function emitProgram(
  stage: Stage,
  file: string,
  asked: string | undefined,
  options: CompileOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal } = context;
  const opened = await open(file, options, context);
  const emitted = opened.ok ? opened.value.emit(stage, questionOf(asked, options, opened.value)) : opened;
  if (!emitted.ok) {
    tellFailure(emitted.diagnostics, options, terminal);
    return exitCodeOfFailure(emitted.diagnostics);
  }
  tell(emitted.diagnostics, options, terminal);
  terminal.out(emitted.value.endsWith('\n') ? emitted.value : `${emitted.value}\n`);
  return 0;
}

async function writeModule(
  out: string,
  file: string,
  asked: string | undefined,
  options: CompileOptions,
  { terminal }: Context,
): Promise<ExitCode> {
  const { programOf } = await import('../../embed/program.js');
  const { isWhatifError } = await import('../../embed/error.js');
  const template = { source: readSource(file, terminal), values: new Map() };
  const host = hostOf(file, options);
  const { assignments: given } = settingsOf(options);
  const write = async (): Promise<ExitCode> => {
    try {
      const program = programOf({ template, host, defaults: {}, given, named: new Map(), operations: [] });
      const text = program.emitModule({ questions: asked === undefined ? [] : [asked] });
      tell(program.check(), options, terminal);
      terminal.write(out, text);
      return 0;
    } catch (thrown) {
      if (!isWhatifError(thrown)) throw thrown;
      // Tables that take time to read are there the second time.
      if (await host.load()) return write();
      tellFailure(thrown.diagnostics, options, terminal);
      return exitCodeOfFailure(thrown.diagnostics);
    }
  };
  return write();
}

function questionOf(asked: string | undefined, options: CompileOptions, session: Session): Question | null {
  if (asked !== undefined && options.query !== undefined) throw new UsageError('give a question or --query, not both');
  if (asked !== undefined) return questionFrom(asked);
  return options.query === undefined ? null : (namedQuestions([options.query], session)[0] ?? null);
}
