/** A span in a tree's JSON, and the short form that it is stored in: half of the text would be spans. */
const span = /"span":\{"start":(\d+),"end":(\d+)\}/g;
const short = /~(\d+)-(\d+)~/g;

/** A tree's JSON with short spans. Throws where the text has something of that form already. */
export function shortened(json: string): string {
  const text = json.replace(span, '~$1-$2~');
  if (expanded(text) !== json) throw new Error('a tree with ~1-2~ in it cannot be stored');
  return text;
}

/** The JSON of a stored tree. */
export const expanded = (text: string): string => text.replace(short, '"span":{"start":$1,"end":$2}');

/** One declaration: the index of its file in `sources`, and its syntax tree as JSON with short spans. */
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
