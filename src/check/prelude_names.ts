/** Puts the standard library under the declarations of a project. */
import { preludeConst, preludeDists, preludeEnum, preludeFunction, preludeNames } from '../stdlib/prelude.js';
import type { DeclarationOf, Name } from '../syntax/tree.js';
import { builtins } from './builtins.js';
import { lazyMap, overlay } from './lazy_map.js';
import type { Declared, Project } from './project.js';
import { isEmpty, type Renaming } from './rename.js';
import { libraryRenaming } from './scope.js';

/** The declarations of the files, before the library is added. */
export type Collected = {
  readonly enums: Map<string, Declared<DeclarationOf<'enum'>>>;
  readonly consts: Map<string, Declared<DeclarationOf<'const'>>>;
  readonly data: Map<string, Project['data'] extends ReadonlyMap<string, infer V> ? V : never>;
  readonly externs: Map<string, Declared<DeclarationOf<'extern'>>>;
  readonly functions: Map<string, Declared<DeclarationOf<'function'>>>;
  readonly dists: Map<string, readonly Declared<DeclarationOf<'dist'>>[]>;
  readonly models: Map<string, Declared<DeclarationOf<'model'> | DeclarationOf<'operated'>>>;
  readonly graphs: Map<string, Declared<DeclarationOf<'graph'>>>;
};

/** A name that the files take stays in reach of the library's own code as `name@library`. */
export function addPrelude(own: Collected): Omit<Project, 'main' | 'queries' | 'supplied' | 'chosen'> {
  const libraryNames = new Set([...preludeNames.functions, ...preludeNames.dists, ...Object.keys(builtins)]);
  const calls = [...own.functions.keys(), ...own.externs.keys(), ...own.dists.keys()].filter((n) =>
    libraryNames.has(n),
  );
  const renaming: Renaming = libraryRenaming({
    takenCalls: new Set(calls),
    takenValues: new Set([...own.consts.keys(), ...own.data.keys()].filter((n) => preludeNames.consts.includes(n))),
    takenTypes: new Set([...own.enums.keys()].filter((n) => preludeNames.enums.includes(n))),
  });
  const under = <D extends Nameable>(
    names: readonly string[],
    taken: ReadonlyMap<string, string>,
    decode: (name: string, renaming: Renaming) => Declared<D>,
  ): ReadonlyMap<string, Declared<D>> =>
    lazyMap(
      names.map((name) => taken.get(name) ?? name),
      (name) => named(decode(libraryName(name), renaming), name),
    );
  const dists = lazyMap(
    preludeNames.dists.map((name) => renaming.calls.get(name) ?? name),
    (name) => preludeDists(libraryName(name), renaming).map((d) => named(d, name)),
  );
  return {
    ...own,
    enums: overlay(own.enums, under(preludeNames.enums, renaming.types, preludeEnum)),
    consts: overlay(own.consts, under(preludeNames.consts, renaming.values, preludeConst)),
    functions: overlay(own.functions, under(preludeNames.functions, renaming.calls, preludeFunction)),
    dists: withOverloads(own, dists, renaming),
  };
}

const libraryName = (name: string): string => (name.endsWith('@library') ? name.slice(0, -'@library'.length) : name);

type Nameable = { readonly name: Name };

const named = <D extends Nameable>(declared: Declared<D>, name: string): Declared<D> =>
  declared.declaration.name.text === name
    ? declared
    : { ...declared, declaration: { ...declared.declaration, name: { ...declared.declaration.name, text: name } } };

/** A family of the library keeps its overloads behind those that the files add to its name. */
function withOverloads(own: Collected, library: Project['dists'], renaming: Renaming): Project['dists'] {
  if (isEmpty(renaming)) return overlay(own.dists, library);
  const merged = new Map(own.dists);
  for (const [name, overloads] of own.dists) {
    const behind = library.get(`${name}@library`);
    if (behind !== undefined) merged.set(name, [...overloads, ...behind.map((d) => named(d, name))]);
  }
  return overlay(merged, library);
}

/** The names that the files themselves declare, found without decoding a tree of the library. */
export function ownNames(declarations: ReadonlyMap<string, unknown>, library: readonly string[]): readonly string[] {
  const preluded = new Set(library);
  return [...declarations.keys()].filter(
    (name) => !name.endsWith('@library') && (!preluded.has(name) || declarations.has(`${name}@library`)),
  );
}
