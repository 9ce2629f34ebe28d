/** Reads a file and what it imports, and finds which names of the imports it sees. */

import type { Host } from '../data/host.js';
import { libraryModule, moduleNames } from '../stdlib/prelude.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import { parse } from '../syntax/parse.js';
import type { Source } from '../syntax/span.js';
import type { Declaration, DeclarationOf, File } from '../syntax/tree.js';
import { didYouMean } from './suggest.js';

type Import = { readonly declaration: DeclarationOf<'import'>; readonly module: Module | null };

export type Module = { readonly file: File; readonly imports: readonly Import[] };

export type Named = Exclude<Declaration, { readonly kind: 'import' | 'query' }>;

/** The modules in the order in which they were met, the main file first. A file is read once, however often it is imported. */
export function readModules(
  source: Source,
  host: Host,
): { readonly modules: readonly Module[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const read = new Map<string, Module>();
  const open: string[] = [];

  const visit = (file: File): Module => {
    const name = file.source.name;
    open.push(name);
    const imports: Import[] = [];
    const module: Module = { file, imports };
    read.set(name, module);
    for (const declaration of file.declarations)
      if (declaration.kind === 'import') imports.push({ declaration, module: follow(declaration, file.source) });
    open.pop();
    return module;
  };

  const follow = (declaration: DeclarationOf<'import'>, from: Source): Module | null => {
    const { path, pathSpan } = declaration;
    const file = isPath(path) ? readFile(declaration, from) : readLibrary(path, declaration, from);
    if (file === null) return null;
    const name = file.source.name;
    if (open.includes(name)) {
      const circle = [...open.slice(open.indexOf(name)), name].join('" imports "');
      diagnostics.push(diagnose('E0520', `this import goes in a circle: "${circle}"`, from, pathSpan));
      return null;
    }
    return read.get(name) ?? visit(file);
  };

  const readFile = (declaration: DeclarationOf<'import'>, from: Source): File | null => {
    const outcome = host.readText({ path: declaration.path, source: from, span: declaration.pathSpan });
    diagnostics.push(...outcome.diagnostics);
    if (!outcome.ok) return null;
    const known = read.get(outcome.value.name);
    if (known !== undefined) return known.file;
    const parsed = parse(outcome.value);
    diagnostics.push(...parsed.diagnostics);
    return parsed.file;
  };

  const readLibrary = (path: string, declaration: DeclarationOf<'import'>, from: Source): File | null => {
    const library = libraryModule(path);
    if (library !== null) return { source: library.source, declarations: library.declarations, comments: [] };
    const hint = didYouMean(path, moduleNames) ?? `a file of your own is written with its path: "./${path}.scm"`;
    diagnostics.push(diagnose('E0521', `the library has no module "${path}"`, from, declaration.pathSpan, hint));
    return null;
  };

  const parsed = parse(source);
  diagnostics.push(...parsed.diagnostics);
  visit(parsed.file);
  return { modules: [...read.values()], diagnostics };
}

/** `"kernels"` is a module of the library, `"./mine.scm"` a file. */
const isPath = (path: string): boolean => /[./\\]/.test(path);

export const namedDeclarations = (module: Module): readonly Named[] =>
  module.file.declarations.filter((d): d is Named => d.kind !== 'import' && d.kind !== 'query');

/** What the imports of a module bring into its sight, and the names asked for that are not there. */
export function importedDeclarations(module: Module): {
  readonly declarations: readonly { readonly declaration: Named; readonly from: Module }[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const declarations: { declaration: Named; from: Module }[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { declaration, module: from } of module.imports) {
    if (from === null) continue;
    const offered = namedDeclarations(from);
    const { names } = declaration;
    for (const offer of offered)
      if (names.length === 0 || names.some((n) => n.text === offer.name.text))
        declarations.push({ declaration: offer, from });
    for (const name of names) {
      if (offered.some((d) => d.name.text === name.text)) continue;
      const hint = didYouMean(
        name.text,
        offered.map((d) => d.name.text),
      );
      diagnostics.push(
        diagnose('E0216', `"${declaration.path}" has no \`${name.text}\``, module.file.source, name.span, hint),
      );
    }
  }
  return { declarations, diagnostics };
}
