/** Names of declarations across modules: what the main file sees keeps its name, the rest gets one that nobody can write. */
import { preludeNames } from '../stdlib/prelude.js';
import { builtins } from './builtins.js';
import { importedDeclarations, type Module, type Named, namedDeclarations } from './modules.js';
import type { Renaming } from './rename.js';

type FinalNames = {
  readonly of: ReadonlyMap<Named, string>;
  /** Names of the prelude that the main file gives another meaning. */
  readonly takenCalls: ReadonlySet<string>;
  readonly takenValues: ReadonlySet<string>;
  readonly takenTypes: ReadonlySet<string>;
};

const isCall = (d: Named): boolean => d.kind === 'function' || d.kind === 'extern' || d.kind === 'dist';
const isValue = (d: Named): boolean => d.kind === 'const' || d.kind === 'data';

const preludeCalls = new Set([...preludeNames.functions, ...preludeNames.dists, ...Object.keys(builtins)]);
const preludeValues = new Set(preludeNames.consts);
const preludeTypes = new Set(preludeNames.enums);

/** Gives every declaration the name under which the project holds it. `modules[0]` is the main file. */
export function finalNames(modules: readonly Module[]): FinalNames {
  const of = new Map<Named, string>();
  const main = modules[0]!;
  const visible = new Set([
    ...namedDeclarations(main),
    ...importedDeclarations(main).declarations.map((i) => i.declaration),
  ]);
  for (const [index, module] of modules.entries())
    for (const declaration of namedDeclarations(module)) {
      const name = declaration.name.text;
      of.set(declaration, visible.has(declaration) ? name : `${name}@${index}`);
    }
  const taken = (among: ReadonlySet<string>, fits: (d: Named) => boolean): ReadonlySet<string> =>
    new Set([...visible].filter((d) => fits(d) && among.has(d.name.text)).map((d) => d.name.text));
  return {
    of,
    takenCalls: taken(preludeCalls, isCall),
    takenValues: taken(preludeValues, isValue),
    takenTypes: taken(preludeTypes, (d) => d.kind === 'enum'),
  };
}

const toLibrary = (names: ReadonlySet<string>): Map<string, string> =>
  new Map([...names].map((name) => [name, `${name}@library`]));

/** How the library's own declarations refer to library names that the main file has taken. */
export const libraryRenaming = (taken: Omit<FinalNames, 'of'>): Renaming => ({
  calls: toLibrary(taken.takenCalls),
  values: toLibrary(taken.takenValues),
  types: toLibrary(taken.takenTypes),
  models: new Map(),
  members: new Map(),
});

/** How a module's declarations refer to what the module sees. The main file's own words need no change. */
export function renamingOf(module: Module, isMain: boolean, names: FinalNames): Renaming {
  const none = { takenCalls: new Set<string>(), takenValues: new Set<string>(), takenTypes: new Set<string>() };
  const renaming = libraryRenaming(isMain ? none : names);
  const calls = new Map(renaming.calls);
  const values = new Map(renaming.values);
  const types = new Map(renaming.types);
  const models = new Map<string, string>();
  const members = new Map<string, string>();
  const seen = [...namedDeclarations(module), ...importedDeclarations(module).declarations.map((i) => i.declaration)];
  for (const declaration of isMain ? [] : seen) {
    const name = declaration.name.text;
    const final = names.of.get(declaration) ?? name;
    const map = isCall(declaration)
      ? calls
      : isValue(declaration)
        ? values
        : declaration.kind === 'enum'
          ? types
          : models;
    if (final === name) map.delete(name);
    else map.set(name, final);
    if (declaration.kind === 'enum' && final !== name)
      for (const member of declaration.members) members.set(member.text, final);
  }
  return { calls, values, types, models, members };
}
