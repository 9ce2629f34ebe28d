/** One declaration: the index of its file in `sources`, and its syntax tree as JSON. */
export type Entry = readonly [source: number, json: string];

/** The standard library as scripts/build-stdlib.ts writes it: trees are text until a program names them. */
export type Precompiled = {
  /** SHA-256 of the library's files. */
  readonly hash: string;
  readonly sources: readonly { readonly name: string; readonly text: string }[];
  /** The prelude, seen by every program. */
  readonly functions: Readonly<Record<string, Entry>>;
  readonly consts: Readonly<Record<string, Entry>>;
  readonly enums: Readonly<Record<string, Entry>>;
  readonly dists: Readonly<Record<string, readonly Entry[]>>;
  /** Modules for `import "name"`; each entry's JSON is a list of declarations. */
  readonly modules: Readonly<Record<string, Entry>>;
};
