/** The standard library's names, without a tree being decoded before a program names it. */
import type { Declared } from '../check/project.js';
import { parseRenamed, type Renaming } from '../check/rename.js';
import type { Source } from '../syntax/span.js';
import type { Declaration, DeclarationOf } from '../syntax/tree.js';
import { type Entry, expanded } from './format.js';
import { precompiled } from './precompiled.js';

const sources: readonly Source[] = precompiled.sources;

const librarySources: ReadonlySet<Source> = new Set(sources);

/** Whether a text is part of the standard library. */
export const isLibrary = (source: Source): boolean => librarySources.has(source);

/** Names that every program can use, by kind. */
export const preludeNames = {
  functions: Object.keys(precompiled.functions),
  dists: Object.keys(precompiled.dists),
  consts: Object.keys(precompiled.consts),
  enums: Object.keys(precompiled.enums),
} as const;

type Kind = 'function' | 'const' | 'enum' | 'dist';

const isKind = <K extends Kind>(tree: unknown, kind: K): tree is DeclarationOf<K> =>
  typeof tree === 'object' && tree !== null && 'kind' in tree && tree.kind === kind;

/** Precompiled text is written by the build and compared by a test: another shape is a broken build, not a user's mistake. */
const broken = (): never => {
  throw new Error('the precompiled standard library does not match this version: run scripts/build-stdlib.ts');
};

function decode<K extends Kind>(entry: Entry | undefined, kind: K, renaming: Renaming): Declared<DeclarationOf<K>> {
  const source = entry === undefined ? undefined : sources[entry[0]];
  if (entry === undefined || source === undefined) return broken();
  const declaration = parseRenamed(expanded(entry[1]), renaming);
  return isKind(declaration, kind) ? { declaration, source } : broken();
}

/** Decodes a declaration of the prelude; `name` is one of `preludeNames`. */
export const preludeFunction = (name: string, renaming: Renaming): Declared<DeclarationOf<'function'>> =>
  decode(precompiled.functions[name], 'function', renaming);

export const preludeConst = (name: string, renaming: Renaming): Declared<DeclarationOf<'const'>> =>
  decode(precompiled.consts[name], 'const', renaming);

export const preludeEnum = (name: string, renaming: Renaming): Declared<DeclarationOf<'enum'>> =>
  decode(precompiled.enums[name], 'enum', renaming);

export const preludeDists = (name: string, renaming: Renaming): readonly Declared<DeclarationOf<'dist'>>[] =>
  (precompiled.dists[name] ?? broken()).map((entry) => decode(entry, 'dist', renaming));

/** Names of the modules for `import "name"`. */
export const moduleNames: readonly string[] = Object.keys(precompiled.modules);

const isDeclarations = (tree: unknown): tree is readonly Declaration[] => Array.isArray(tree);

/** The declarations of a library module, or null where there is none of the name. */
export function libraryModule(
  name: string,
): { readonly source: Source; readonly declarations: readonly Declaration[] } | null {
  const entry = Object.hasOwn(precompiled.modules, name) ? precompiled.modules[name] : undefined;
  if (entry === undefined) return null;
  const source = sources[entry[0]];
  const declarations: unknown = JSON.parse(expanded(entry[1]));
  return source !== undefined && isDeclarations(declarations) ? { source, declarations } : broken();
}
