/** Reads and checks a file in one go. */

import type { Host } from '../data/host.js';
import type { Diagnostic } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import { check, sorted } from './check.js';
import { loadWhatCanBe } from './load.js';
import type { Project } from './project.js';
import { type Found, note } from './session.js';

/**
 * All diagnostics of a file: of reading it, and of what could be read. Where the text cannot be parsed, a declaration with an
 * error of spelling is not what its author means, and names may be missing that stand in what was skipped: nothing more is said about
 * either.
 */
export function checkSource(source: Source, host: Host): Loaded {
  const loaded = loadWhatCanBe(source, host);
  return { ...loaded, diagnostics: checkLoaded(source, loaded) };
}

/** A program that was read, as far as it could be, and what reading it found. */
type Loaded = { readonly project: Project; readonly diagnostics: readonly Diagnostic[] };

/** All diagnostics of a program that was read; its values may have been changed since. */
export function checkLoaded(source: Source, { project, diagnostics: loaded }: Loaded): readonly Diagnostic[] {
  const spelling = loaded.filter(isSpelling).filter((d) => d.source === source);
  const missing = loaded.some((d) => isFailedImport(d, project));
  const all = [...loaded, ...check(project)];
  const doubtful = spelling.length === 0 ? null : doubtfulText(project, spelling);
  const found: Found = new Map();
  for (const diagnostic of all) {
    if (missing && ofUnknownNames.has(diagnostic.code)) continue;
    if (doubtful === null || isSpelling(diagnostic) || isReliable(diagnostic, project, doubtful))
      note(found, diagnostic);
  }
  return sorted(found);
}

const isSpelling = (diagnostic: Diagnostic): boolean => diagnostic.code.startsWith('E01');

/** Whether a diagnostic says that an import of all names of a file brought none. */
const isFailedImport = (diagnostic: Diagnostic, project: Project): boolean =>
  project.main.declarations.some(
    (d) =>
      d.kind === 'import' &&
      d.names.length === 0 &&
      diagnostic.source === project.main.source &&
      d.pathSpan.start === diagnostic.span.start,
  );

/** What a text with errors of spelling leaves open. */
type Doubtful = {
  /** Declarations that have such an error. */
  readonly declarations: readonly Span[];
  /** The words of these declarations and of all that stands in none. */
  readonly words: ReadonlySet<string>;
};

const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

function doubtfulText(project: Project, spelling: readonly Diagnostic[]): Doubtful {
  const { text } = project.main.source;
  const pieces: string[] = [];
  const declarations: Span[] = [];
  let at = 0;
  for (const { span } of project.main.declarations) {
    pieces.push(text.slice(at, span.start));
    at = span.end;
    if (!spelling.some((d) => overlap(d.span, span))) continue;
    declarations.push(span);
    pieces.push(text.slice(span.start, span.end));
  }
  pieces.push(text.slice(at));
  return { declarations, words: new Set(pieces.join(' ').match(/[\p{L}\p{N}_]+/gu)) };
}

/** Whether a diagnostic would be there without the errors of spelling. */
function isReliable({ severity, code, source, span }: Diagnostic, project: Project, doubtful: Doubtful): boolean {
  if (severity === 'warning' || ofMissingDeclarations.has(code)) return false;
  if (source !== project.main.source) return true;
  if (doubtful.declarations.some((d) => overlap(d, span))) return false;
  return !ofUnknownNames.has(code) || !doubtful.words.has(source.text.slice(span.start, span.end));
}

/** Codes that a declaration which was skipped, or not imported, causes elsewhere; they stand at the name. */
const ofUnknownNames: ReadonlySet<string> = new Set([
  'E0201',
  'E0202',
  'E0203',
  'E0204',
  'E0210',
  'E0401',
  'E0414',
  'E0438',
  'E0441',
]);

/** The same for codes that name nothing. */
const ofMissingDeclarations: ReadonlySet<string> = new Set(['E0319', 'E0406', 'E0407', 'E0435']);
