/** Functions that other programs compute: `extern fn f(x: real): real from command "python sim.py"`. */
import { formatOf, partsOf, wordsOfCommand } from '../check/command.js';
import type { Declared, Project } from '../check/project.js';
import { plainName } from '../check/rename.js';
import type { CommandRefusal, CommandReply, Host } from '../data/host.js';
import { batchedExtern, type Extern, guardedName } from '../ir/extern.js';
import { commandFault } from '../ir/faults.js';
import type { Constant } from '../ir/ir.js';
import type { Type } from '../ir/type.js';
import { absentValue, toConstant } from '../ir/values.js';
import { typeOfAnnotation } from '../lower/annotation.js';
import { askPatiently } from '../runtime/waiting.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { DeclarationOf } from '../syntax/tree.js';
import { inward, outward } from './host_function.js';

/** The functions of a project that commands compute. */
export type Commands = {
  /** By name, and by the name under which a failing call is no fault (`guardedName`). */
  readonly externs: Readonly<Record<string, Extern>>;
  /** How many calls were made, and how many of them failed, since the program was opened. */
  readonly tally: () => readonly Tally[];
};

/** Calls of one function. */
type Tally = {
  readonly declared: Declared<DeclarationOf<'extern'>>;
  readonly calls: number;
  readonly failures: number;
  /** Why the first call that failed did. */
  readonly first: string | null;
};

/** W0620 for each function some calls of which failed after the counts of `before` were taken. */
export function failedCalls(before: readonly Tally[], after: readonly Tally[]): readonly Diagnostic[] {
  return after.flatMap(({ declared, calls, failures, first }, k) => {
    const count = failures - (before[k]?.failures ?? 0);
    const made = calls - (before[k]?.calls ?? 0);
    if (count === 0) return [];
    const { name } = declared.declaration;
    const message = `${count} of ${made} calls of \`${plainName(name.text)}\` gave no value, and their runs are left out; the first: ${first ?? 'unknown'}`;
    return [diagnose('W0620', message, declared.source, name.span)];
  });
}

/** An answer's error, which is not the evidence's fault where no call of a function gave a value. */
export function errorAfterCalls(
  error: Diagnostic | null,
  before: readonly Tally[],
  after: readonly Tally[],
): Diagnostic | null {
  if (error?.code !== 'E0610') return error;
  const silent = after.find(({ calls, failures }, k) => {
    const made = calls - (before[k]?.calls ?? 0);
    return made > 0 && failures - (before[k]?.failures ?? 0) === made;
  });
  if (silent === undefined) return error;
  const name = plainName(silent.declared.declaration.name.text);
  return {
    ...error,
    message: `No run is left: no call of \`${name}\` gave a value.`,
    hint: 'run the command by hand on one line of input, and see what it answers',
  };
}

/** Makes the commands of a project ready; none is started before it is called. */
export function commandsOf(project: Project, host: Host): Commands {
  const externs: Record<string, Extern> = {};
  const tallies: (() => Tally)[] = [];
  for (const [name, declared] of project.externs) {
    if (declared.declaration.command === null) continue;
    const made = commandFunction(project, declared, host);
    externs[name] = made.plain;
    externs[guardedName(name)] = made.guarded;
    tallies.push(made.tally);
  }
  return { externs, tally: () => tallies.map((tally) => tally()) };
}

type Answer = { readonly ok: true; readonly value: Constant } | { readonly ok: false; readonly why: string };

function commandFunction(
  project: Project,
  declared: Declared<DeclarationOf<'extern'>>,
  host: Host,
): { readonly plain: Extern; readonly guarded: Extern; readonly tally: () => Tally } {
  const { declaration, source } = declared;
  const types = declaration.parameters.map((p) =>
    p.annotation === null ? null : typeOfAnnotation(project, p.annotation),
  );
  const result = typeOfAnnotation(project, declaration.result);
  const format = formatOf(declaration);
  const columns = result === null ? 1 : partsOf(result).length;
  const words = wordsOfCommand(declaration.command?.text ?? '') ?? [];
  const running = host.openCommand?.({ words, format, columns, source }) ?? null;
  let calls = 0;
  let failures = 0;
  let first: string | null = null;

  const ask = (asked: readonly (readonly Constant[])[]): readonly Answer[] => {
    if (running === null)
      throw commandFault('E0620', `The command "${declaration.command?.text}" can not run: this platform runs none.`);
    const plain = asked.map((args) =>
      args.map((value, i) => (format === 'columns' ? value : jsonValue(outward(types[i] ?? null, value)))),
    );
    return askPatiently({ name: declaration.name.text, calls: plain }, (patience) => {
      const replies = running.call(plain, patience);
      return replies === null ? null : answersFrom(replies);
    });
  };
  /** Counts calls, each once: a job that is begun again remembers what comes out. */
  const answersFrom = (replies: readonly CommandReply[] | CommandRefusal): readonly Answer[] => {
    if ('code' in replies) throw commandFault(replies.code, replies.message);
    calls += replies.length;
    return replies.map((reply): Answer => {
      const answer = reply.ok ? readReply(reply.value) : reply;
      if (!answer.ok) {
        failures += 1;
        first ??= answer.why;
      }
      return answer;
    });
  };
  const readReply = (value: unknown): Answer => {
    try {
      return { ok: true, value: inward(result, format === 'columns' ? shaped(result, value) : numbered(value)) };
    } catch (thrown) {
      return { ok: false, why: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  };

  const absent = result === null ? Number.NaN : toConstant(absentValue(result));
  const guarded = batchedExtern((asked) => ask(asked).map((a) => (a.ok ? [1, a.value] : [0, absent])));
  const plain: Extern = (...args) => {
    const [answer] = ask([args]);
    if (answer?.ok === true) return answer.value;
    throw new Error(answer?.why ?? 'it gave nothing');
  };
  return { plain, guarded, tally: () => ({ declared, calls, failures, first }) };
}

/** JSON has no infinities: they go as strings, and NaN, which stands for absence, as null. */
function jsonValue(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? null : String(value);
  if (value instanceof Float64Array) return Array.from(value, jsonValue);
  if (Array.isArray(value)) return value.map(jsonValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, jsonValue(part)]));
}

const spelled: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

/** What a reply holds, numbers that JSON has no sign for put in the place of their names. */
function numbered(value: unknown): unknown {
  if (typeof value === 'string') return Object.hasOwn(spelled, value) ? spelled[value] : value;
  if (Array.isArray(value)) return value.map(numbered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, numbered(part)]));
}

/** The numbers of a row of columns as a value of the type. */
function shaped(type: Type | null, value: unknown): unknown {
  const row: readonly unknown[] = Array.isArray(value) ? value : [];
  if (row.some((part) => Number.isNaN(part))) throw new TypeError('it gave NaN');
  if (type?.kind === 'tuple') return type.elements.map((element, i) => scalarOf(element, row[i]));
  if (type?.kind === 'record')
    return Object.fromEntries(type.fields.map((field, i) => [field.name, scalarOf(field.type, row[i])]));
  return scalarOf(type, row[0]);
}

function scalarOf(type: Type | null, part: unknown): unknown {
  if (type?.kind === 'bool') return part === 1 ? true : part === 0 ? false : part;
  return type?.kind === 'enum' && typeof part === 'number' ? type.members[part] : part;
}
