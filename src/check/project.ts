import type { Table } from '../data/table.js';
import type { Constant } from '../ir/ir.js';
import type { Type } from '../ir/type.js';
import type { Source } from '../syntax/span.js';
import type { DeclarationOf, File, Query } from '../syntax/tree.js';

/** A declaration with the text that it stands in. */
export type Declared<T> = { readonly declaration: T; readonly source: Source };

/** A value that the host program hands over, or that a declaration reads from a file. */
export type Supplied = {
  readonly type: Type;
  readonly value: Constant;
  readonly declaration?: DeclarationOf<'data'>;
};

type Declarations<T> = ReadonlyMap<string, Declared<T>>;

/** All that a file can name, imports and the standard library included: what the checker and the lowering look names up in. */
export type Project = {
  readonly main: File;
  readonly enums: Declarations<DeclarationOf<'enum'>>;
  readonly consts: Declarations<DeclarationOf<'const'>>;
  readonly data: ReadonlyMap<string, Declared<DeclarationOf<'data'>> & { readonly table: Table }>;
  readonly externs: Declarations<DeclarationOf<'extern'>>;
  readonly functions: Declarations<DeclarationOf<'function'>>;
  /** Overloads of one family name, in the order in which they are tried: the file's own before the library's. */
  readonly dists: ReadonlyMap<string, readonly Declared<DeclarationOf<'dist'>>[]>;
  readonly models: Declarations<DeclarationOf<'model'> | DeclarationOf<'operated'>>;
  readonly graphs: Declarations<DeclarationOf<'graph'>>;
  /** Values of the host program, by names that no text can spell, and nested values that `data` reads. */
  readonly supplied: ReadonlyMap<string, Supplied>;
  /** What the variables of an `argmax` stand for while one candidate is asked about; in a query they come before all other names. */
  readonly chosen: ReadonlyMap<string, Supplied>;
  readonly queries: readonly Declared<Query>[];
};
