/** The state of one check, and of the piece of text that is being checked. */
import type { Type } from '../ir/type.js';
import { isLibrary } from '../stdlib/prelude.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import { position, type Source, type Span } from '../syntax/span.js';
import type { Declaration, Name } from '../syntax/tree.js';
import type { Evaluator } from './evaluate.js';
import type { ModelFrame, ModelInfo } from './node_info.js';
import type { Declared, Project } from './project.js';
import { plainName } from './rename.js';
import { noReads, type Value } from './value.js';

export type Session = {
  readonly project: Project;
  readonly evaluator: Evaluator;
  /** Checked templates: by declaration, then by the types of the arguments. */
  readonly instances: Map<Declaration, Map<string, Instance>>;
  readonly models: Map<string, ModelInfo | 'open'>;
  readonly consts: Map<string, Value | 'open'>;
  /** What checking the constants found; they are checked when first used. */
  readonly found: Found;
  /** Templates being checked, outermost first. */
  readonly open: Instance[];
  /** Names of declarations that are used; the others may be complained about. */
  readonly used: Set<unknown>;
  /** Grows when what is known of an open template changes. */
  epoch: number;
  instanceCount: number;
  /** Nesting of expressions being checked. */
  depth: number;
};

export type Found = Map<string, Diagnostic>;

/** What running a piece of program may do besides giving a value. */
export type Effects = { draws: boolean; scores: boolean; noise: boolean };

/** A function, or a family's entries, at given types of arguments. */
export type Instance = {
  readonly name: string;
  readonly declaration: Declaration;
  /** The result as known so far: `unknown` until a way to a value is found. */
  result: Type;
  found: Found;
  effects: Effects;
  state: 'open' | 'done';
  /** Lowest position in `Session.open` of an unfinished template that this one asked; its own if there is none below. */
  lowest: number;
  /** Whether it was asked for while open: it calls itself, perhaps through others. */
  asked: boolean;
  /** Not final: it holds while the session's epoch is this one. Null when final. */
  epoch: number | null;
};

/** What kind of text is checked, which decides what may stand in it. */
export type Place = 'constant' | 'function' | 'entry' | 'sampler' | 'model' | 'query';

export type LocalForm = 'let' | 'var' | 'parameter' | 'loop' | 'argument';

export type Local = {
  readonly name: Name;
  readonly form: LocalForm;
  readonly value: () => Value;
  /** The statement that declares a `var`. */
  readonly slot: object | null;
  used: boolean;
};

type Scope = { readonly names: Map<string, Local>; readonly parent: Scope | null };

export type Slot = { readonly type: Type; readonly reads: ReadonlySet<string> };

/** The query that is checked. */
export type Asked = {
  /** What it asks about; a graph is a model without types. Null where that has an error already. */
  readonly model: ModelInfo | null;
  readonly graph: boolean;
  /** Whether `given` has it learn from rows. */
  readonly learns: boolean;
  /** Inside of a form, where nodes have names; `identify` leaves out values. */
  readonly inside: 'no' | 'form' | 'identify';
};

export type Frame = {
  readonly session: Session;
  readonly place: Place;
  readonly source: Source;
  readonly found: Found;
  /** Joined types of `var`s, kept from one pass over the text to the next. */
  readonly slots: Map<object, Slot>;
  readonly effects: Effects;
  readonly model: ModelFrame | null;
  readonly asked: Asked | null;
  scope: Scope;
  /** Whether this pass has learned something that an earlier part of the text may need. */
  changed: boolean;
  /** Nodes that decide whether the run gets here. */
  control: ReadonlySet<string>;
  /** Types returned so far, joined. */
  returned: Type | null;
};

export const newScope = (parent: Scope | null): Scope => ({ names: new Map(), parent });

export const noEffects = (): Effects => ({ draws: false, scores: false, noise: false });

export const newFrame = (
  session: Session,
  place: Place,
  source: Source,
  model: ModelFrame | null = null,
  slots: Map<object, Slot> = new Map(),
  found: Found = new Map(),
): Frame => ({
  session,
  place,
  source,
  found,
  slots,
  effects: noEffects(),
  model,
  asked: null,
  scope: newScope(null),
  changed: false,
  control: noReads,
  returned: null,
});

/** Notes a diagnostic; the same one at the same place counts once. */
export function report(
  frame: Frame,
  code: DiagnosticCode,
  message: string,
  span: Span,
  hint: string | null = null,
): void {
  note(frame.found, diagnose(code, message, frame.source, span, hint));
}

export function note(found: Found, diagnostic: Diagnostic): void {
  const key = `${diagnostic.code} ${diagnostic.source.name} ${diagnostic.span.start} ${diagnostic.span.end}`;
  if (!found.has(key)) found.set(key, diagnostic);
}

/**
 * Passes on what checking a template found. Trouble inside the library is the caller's: it is said at the call. Trouble inside
 * the user's own templates is said where it is, once, with the first call in the hint.
 */
export function passOn(frame: Frame, instance: Instance, source: Source, span: Span, types: string): void {
  if (isLibrary(source) && !isLibrary(frame.source)) {
    const found = [...instance.found.values()];
    // Of a function of the user's that was handed to the library it is said where it is.
    for (const diagnostic of found) if (!isLibrary(diagnostic.source)) note(frame.found, diagnostic);
    const first = found.find((diagnostic) => isLibrary(diagnostic.source));
    if (first === undefined) return;
    report(
      frame,
      'E0325',
      `\`${plainName(instance.name)}\` cannot take ${types === '' ? 'no arguments' : types}: ${first.message} (in ${first.source.name})`,
      span,
    );
    return;
  }
  for (const diagnostic of instance.found.values()) note(frame.found, fromCall(frame, diagnostic, source, span, types));
}

function fromCall(frame: Frame, diagnostic: Diagnostic, source: Source, span: Span, types: string): Diagnostic {
  const direct = diagnostic.source === source && !(diagnostic.hint ?? '').includes('called in line');
  if (!direct || diagnostic.severity === 'warning' || types === '' || diagnostic.code === 'E0317') return diagnostic;
  const { line } = position(frame.source.text, span.start);
  const call = `called in line ${line} with ${types}`;
  return { ...diagnostic, hint: diagnostic.hint === null ? call : `${diagnostic.hint} (${call})` };
}

/** Runs `body` in a scope of its own and complains about names of it that are never read. */
export function inScope<T>(frame: Frame, body: () => T): T {
  const outer = frame.scope;
  frame.scope = newScope(outer);
  const result = body();
  reportUnused(frame, frame.scope);
  frame.scope = outer;
  return result;
}

export function reportUnused(frame: Frame, scope: Scope): void {
  for (const { name, form, used } of scope.names.values()) {
    if (used || form === 'loop' || form === 'argument' || name.text.startsWith('_')) continue;
    report(
      frame,
      'W0201',
      `${form === 'parameter' ? 'the parameter' : 'the local name'} \`${name.text}\` is never read`,
      name.span,
    );
  }
}

/** Marks a top-level declaration as used. */
export const use = (frame: Frame, declared: Declared<unknown>): void => {
  frame.session.used.add(declared.declaration);
};

/** Words for the types of arguments: `(real, int[3])`. */
export const showArguments = (types: readonly string[]): string => (types.length === 0 ? '' : `(${types.join(', ')})`);
