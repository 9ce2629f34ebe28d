/** From a text to a project: imports followed, tables read, names collected. */

import type { Host } from '../data/host.js';
import type { Table } from '../data/table.js';
import { isLibrary } from '../stdlib/prelude.js';
import { type Diagnostic, fail, hasErrors, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import type { DeclarationOf, Query } from '../syntax/tree.js';
import { duplicateNames } from './duplicates.js';
import { importedDeclarations, type Named, namedDeclarations, readModules } from './modules.js';
import { addPrelude, type Collected } from './prelude_names.js';
import type { Declared, Project, Supplied } from './project.js';
import { isEmpty, parseRenamed } from './rename.js';
import { finalNames, renamingOf } from './scope.js';
import { readData } from './tables.js';

/** Reads a file and all it imports. Fails where a file cannot be read or parsed, or names clash. */
export function loadProject(source: Source, host: Host): Outcome<Project> {
  const { project, diagnostics } = loadWhatCanBe(source, host);
  return hasErrors(diagnostics) ? fail(...diagnostics) : succeed(project, diagnostics);
}

/** As `loadProject`, but with errors too there is a project, of what could be read: a checker has more to say about it. */
export function loadWhatCanBe(
  source: Source,
  host: Host,
): { readonly project: Project; readonly diagnostics: readonly Diagnostic[] } {
  const { modules, diagnostics: found } = readModules(source, host);
  const diagnostics: Diagnostic[] = [...found];
  const main = modules[0]!;
  const names = finalNames(modules);
  const collected = emptyCollection();
  const values = new Map<string, Supplied>();
  for (const module of modules) {
    const imported = importedDeclarations(module);
    if (!isLibrary(module.file.source))
      diagnostics.push(...imported.diagnostics, ...duplicateNames(module, imported.declarations));
  }
  // Tables bind their labels to enums, wherever these are declared.
  for (const enums of [true, false])
    for (const module of modules) {
      const renaming = renamingOf(module, module === main, names);
      for (const declaration of namedDeclarations(module)) {
        if ((declaration.kind === 'enum') !== enums) continue;
        const name = names.of.get(declaration) ?? declaration.name.text;
        const unchanged = name === declaration.name.text && isEmpty(renaming);
        const final = unchanged ? declaration : rename(declaration, name, JSON.stringify(declaration), renaming);
        add(collected, values, final, module.file.source, host, diagnostics);
      }
    }
  const queries = main.file.declarations
    .filter((d): d is Query => d.kind === 'query')
    .map((declaration) => ({ declaration, source: main.file.source }));
  return {
    project: { main: main.file, ...addPrelude(collected), supplied: values, chosen: new Map(), queries },
    diagnostics,
  };
}

const isNamed = (tree: unknown): tree is Named =>
  typeof tree === 'object' && tree !== null && 'kind' in tree && 'name' in tree;

function rename(declaration: Named, name: string, json: string, renaming: Parameters<typeof parseRenamed>[1]): Named {
  const copy = parseRenamed(json, renaming);
  return isNamed(copy) ? { ...copy, name: { ...copy.name, text: name } } : declaration;
}

const emptyCollection = (): Collected => ({
  enums: new Map(),
  consts: new Map(),
  data: new Map(),
  externs: new Map(),
  functions: new Map(),
  dists: new Map(),
  models: new Map(),
  graphs: new Map(),
});

/** The first of two declarations of one name counts. */
function add(
  into: Collected,
  values: Map<string, Supplied>,
  declaration: Named,
  source: Source,
  host: Host,
  diagnostics: Diagnostic[],
): void {
  const name = declaration.name.text;
  switch (declaration.kind) {
    case 'enum':
      put(into.enums, name, { declaration, source });
      break;
    case 'const':
      put(into.consts, name, { declaration, source });
      break;
    case 'extern':
      put(into.externs, name, { declaration, source });
      break;
    case 'function':
      put(into.functions, name, { declaration, source });
      break;
    case 'dist':
      into.dists.set(name, [...(into.dists.get(name) ?? []), { declaration, source }]);
      break;
    case 'model':
    case 'operated':
      put<Declared<DeclarationOf<'model' | 'operated'>>>(into.models, name, { declaration, source });
      break;
    case 'graph':
      put(into.graphs, name, { declaration, source });
      break;
    case 'data': {
      const outcome = readData(
        declaration,
        source,
        host,
        [...into.enums.values()].map((e) => e.declaration),
      );
      diagnostics.push(...outcome.diagnostics);
      const nested = outcome.ok ? outcome.value.nested : undefined;
      if (nested !== undefined) put(values, name, { ...nested, declaration });
      else put(into.data, name, { declaration, source, table: outcome.ok ? outcome.value : unreadTable });
      break;
    }
  }
}

function put<T>(map: Map<string, T>, name: string, value: T): void {
  if (!map.has(name)) map.set(name, value);
}

/** Stands for a table that could not be read; nothing is said about its columns. */
export const unreadTable: Table = { columns: [], rows: 0 };
