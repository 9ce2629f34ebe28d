/** Declarations that nothing names. */
import { diagnose } from '../syntax/diagnostic.js';
import type { Declaration } from '../syntax/tree.js';
import { type Found, note, type Session } from './session.js';

const nouns: Partial<Record<Declaration['kind'], string>> = {
  const: 'constant',
  data: 'data set',
  enum: 'enum',
  function: 'function',
  extern: 'function',
  dist: 'distribution',
};

/**
 * W0201 for declarations of a file with queries that are never used, W0203 for imported names. A file without queries is there
 * for others to import.
 */
export function reportUnusedDeclarations(session: Session, found: Found): void {
  const { main, queries } = session.project;
  const { source } = main;
  if (queries.length === 0) return;
  const usedNames = new Set<string>();
  for (const used of session.used) if (isDeclaration(used)) usedNames.add(used.name.text);
  for (const declaration of main.declarations) {
    if (declaration.kind === 'import') {
      for (const name of declaration.names)
        if (isKnown(session, name.text) && !usedNames.has(name.text) && !name.text.startsWith('_'))
          note(found, diagnose('W0203', `\`${name.text}\` is imported and never used`, source, name.span));
      continue;
    }
    const noun = nouns[declaration.kind];
    if (noun === undefined || declaration.kind === 'query' || session.used.has(declaration)) continue;
    const { text, span } = declaration.name;
    if (!text.startsWith('_')) note(found, diagnose('W0201', `the ${noun} \`${text}\` is never used`, source, span));
  }
}

type Named = { readonly name: { readonly text: string } };

const isDeclaration = (used: unknown): used is Named => typeof used === 'object' && used !== null && 'name' in used;

/** Models and graphs are there to be asked about, and count as used. */
const isKnown = ({ project }: Session, name: string): boolean =>
  project.functions.has(name) ||
  project.consts.has(name) ||
  project.data.has(name) ||
  project.enums.has(name) ||
  project.dists.has(name) ||
  project.externs.has(name);
