/** Finds every error of a file that can be found before running. */

import { unknown } from '../ir/type.js';
import { isLibrary, preludeNames } from '../stdlib/prelude.js';
import type { Diagnostic } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import type { DeclarationOf, Query } from '../syntax/tree.js';
import { annotationType } from './annotations.js';
import { checkCommand } from './command.js';
import { checkConstant, newSession } from './constants.js';
import { checkDistShape, distInstance } from './families.js';
import { functionInstance } from './functions.js';
import { checkGraph } from './graphs.js';
import { modelInfo } from './models.js';
import { ownNames } from './prelude_names.js';
import type { Declared, Project } from './project.js';
import { checkQueryDeclaration } from './queries.js';
import { type Found, newFrame, note, report, type Session } from './session.js';
import { reportUnusedDeclarations } from './unused.js';

/** Checks all declarations and queries of a project; those of the library are checked where they are used. */
export function check(project: Project): readonly Diagnostic[] {
  const session = newSession(project);
  const found: Found = new Map();
  for (const declared of own(project.consts, preludeNames.consts))
    checkConstant(session, declared.declaration.name.text);
  for (const declared of project.externs.values()) checkExtern(session, declared, found);
  for (const declared of own(project.functions, preludeNames.functions)) checkFunction(session, declared, found);
  for (const overloads of own(project.dists, preludeNames.dists))
    for (const declared of overloads) if (!isLibrary(declared.source)) checkDist(session, declared, found);
  for (const [name, { declaration, source }] of project.models)
    modelInfo(newFrame(session, 'query', source, null, new Map(), found), name, declaration.name.span);
  for (const { declaration, source } of project.graphs.values())
    checkGraph(newFrame(session, 'query', source, null, new Map(), found), declaration);
  for (const { declaration, source } of project.queries) checkQueryDeclaration(session, declaration, source, found);
  for (const diagnostic of session.found.values()) note(found, diagnostic);
  reportUnusedDeclarations(session, found);
  return sorted(found);
}

/** Checks a question that is not in the file. */
export function checkQuery(project: Project, query: Query, source: Source): readonly Diagnostic[] {
  const session = newSession(project);
  const found: Found = new Map();
  checkQueryDeclaration(session, query, source, found);
  return sorted(found).filter((d) => d.source === source);
}

/** The declarations of the files themselves. */
const own = <T>(declarations: ReadonlyMap<string, T>, library: readonly string[]): readonly T[] =>
  ownNames(declarations, library)
    .map((name) => declarations.get(name))
    .filter((declared) => declared !== undefined);

/** A function is checked as it stands even if nothing calls it: with arguments that could be anything. */
function checkFunction(session: Session, declared: Declared<DeclarationOf<'function'>>, found: Found): void {
  const frame = newFrame(session, 'constant', declared.source);
  const types = declared.declaration.parameters.map((p) =>
    p.annotation === null ? unknown : annotationType(frame, p.annotation),
  );
  for (const diagnostic of frame.found.values()) note(found, diagnostic);
  for (const diagnostic of functionInstance(session, declared, types).found.values()) note(found, diagnostic);
}

function checkExtern(session: Session, declared: Declared<DeclarationOf<'extern'>>, found: Found): void {
  const frame = newFrame(session, 'constant', declared.source, null, new Map(), found);
  for (const { name, annotation } of declared.declaration.parameters) {
    if (annotation === null)
      report(
        frame,
        'E0329',
        `the parameter \`${name.text}\` of an \`extern fn\` needs a type`,
        name.span,
        `write \`${name.text}: real\``,
      );
    else annotationType(frame, annotation);
  }
  annotationType(frame, declared.declaration.result);
  checkCommand(frame, declared.declaration);
}

function checkDist(session: Session, declared: Declared<DeclarationOf<'dist'>>, found: Found): void {
  const frame = newFrame(session, 'constant', declared.source, null, new Map(), found);
  checkDistShape(frame, declared.declaration);
  const types = declared.declaration.parameters.map((p) =>
    p.annotation === null ? unknown : annotationType(frame, p.annotation),
  );
  for (const diagnostic of distInstance(session, declared, types).found.values()) note(found, diagnostic);
}

/** By place; those of the file first, then those of its imports. */
export function sorted(found: Found): readonly Diagnostic[] {
  const order = new Map<Source, number>();
  for (const { source } of found.values()) if (!order.has(source)) order.set(source, order.size);
  return [...found.values()].sort(
    (a, b) => order.get(a.source)! - order.get(b.source)! || a.span.start - b.span.start || a.span.end - b.span.end,
  );
}
