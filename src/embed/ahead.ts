/** Programs compiled ahead of time: ES modules with the functions of every question, for pages that forbid code made at run time. */
import { type Diagnostic, diagnose, fail, hasErrors, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { version } from '../version.js';
import type { Assigned } from './assigned.js';
import type { Question, Session } from './contract.js';
import type { FilesRead } from './hosts.js';
import type { Operation } from './operate.js';
import type { Made } from './program.js';
import type { Values } from './supply.js';

/** What a module is to hold. */
export type EmitOptions = {
  /** Questions that are not queries of the program; one asked later that is not here is interpreted. */
  readonly questions?: readonly string[];
  /** Where the module imports the library from; `whatif` by default. */
  readonly from?: string;
};

/** A program as a module holds it. */
export type StoredProgram = FilesRead & {
  /** The version that wrote it: another one may not find its functions, and interprets. */
  readonly whatif: string;
  readonly source: Source;
  readonly values: Values;
  readonly given: ReadonlyMap<string, Assigned>;
  readonly rows: Values;
  readonly operations: readonly Operation[];
};

/** The text of the module. Fails where a question has errors, or a placeholder holds a function. */
export function emitModule(
  { template, given, named, operations }: Made,
  read: FilesRead,
  session: Session,
  questions: readonly Question[],
  { from = 'whatif' }: EmitOptions,
): Outcome<string> {
  const { source, values } = template;
  const functions = functionsAmong(values, source);
  if (hasErrors(functions)) return fail(...functions);
  const factories = new Map<string, string>();
  for (const question of questions) {
    const made = session.factories(question);
    if (!made.ok) return made;
    for (const [hash, text] of made.value) factories.set(hash, text);
  }
  const rows = new Map([...named].filter(([, value]) => value.kind === 'rows'));
  const stored: StoredProgram = { whatif: version, source, values, given, rows, operations, ...read };
  const entries = [...factories].map(([hash, text]) => `  '${hash}'(given) {\n${text}\n  },`);
  const lines = [
    `// Written by whatif ${version}: a program with the functions of its questions, so that running it makes no code.`,
    `import { restore } from ${literal(from)};`,
    '',
    'const factories = {',
    ...entries,
    '};',
    '',
    `export const program = restore(${literal(stored)}, factories);`,
    '',
  ];
  return succeed(lines.join('\n'));
}

function functionsAmong(values: Values, source: Source): readonly Diagnostic[] {
  const hint = 'declare `extern fn f(x: real): real`, and give the function by .with({ f }) where the module is used';
  return (source.placeholders ?? [])
    .filter(({ name }) => values.get(name)?.kind === 'function')
    .map(({ span }) => diagnose('E0530', 'a function cannot be written into a module', source, span, hint));
}

/** Plain data as an expression of JavaScript. Strings are quoted so that they end neither a script nor a line. */
function literal(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Float64Array) return `Float64Array.of(${Array.from(value, literal).join()})`;
  if (value instanceof Map) return `new Map(${literal([...value])})`;
  if (Array.isArray(value)) return `[${value.map(literal).join()}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  // In brackets, `__proto__` is a name like any other.
  const fields = Object.entries(value).map(([name, field]) => `[${quoted(name)}]:${literal(field)}`);
  return `{${fields.join()}}`;
}

const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[<\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
