import { type Outcome, succeed } from './diagnostic.js';
import { type Doc, layOut } from './layout.js';
import { parseText } from './parse.js';
import type { Source } from './span.js';
import type { Declaration, File } from './tree.js';
import { textless, type Weaver, weave } from './weave.js';
import { writeDeclaration } from './write_declaration.js';

/** Lines are broken to fit into this many columns. */
export const lineWidth = 120;

/**
 * A file in the one style: two spaces a level, one statement a line, at most one empty line between lines, comments
 * where they stand. The formatted text has the same tree. A file with syntax errors is not formatted.
 */
export function format(source: Source): Outcome<string> {
  const { file, diagnostics, lexed } = parseText(source);
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return succeed(layOut(writeFile(file, weave(lexed.stream, lexed.comments)), lineWidth));
}

function writeFile(file: File, weaver: Weaver): Doc {
  const items = file.declarations.map((d, i) => [i === 0 ? '' : weaver.nextItem(), writeDeclaration(d, weaver)]);
  return [items, weaver.dangling()];
}

/** The text of a declaration that has none: a tree that was made, not read. */
export const printDeclaration = (declaration: Declaration): string =>
  layOut(writeDeclaration(declaration, textless), lineWidth);
