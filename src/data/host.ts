import type { Outcome } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import type { Table } from './table.js';

/** A file that a program names: the path as written, and where it is written. Paths are relative to `source`. */
export type ReadRequest = { readonly path: string; readonly source: Source; readonly span: Span };

/** Formats of tables. */
export type TableReader = 'csv' | 'json' | 'arrow' | 'parquet';

/** A table that a program names. */
export type TableRequest = ReadRequest & {
  readonly reader: TableReader;
  /** Name of the data set. */
  readonly table: string;
  /** Enums that labels may bind to, in the order of the text. */
  readonly enums: readonly { readonly name: string; readonly members: readonly string[] }[];
  /** The separator of a CSV, one character; null for a comma. */
  readonly separator: string | null;
};

/**
 * How a program reaches files. The host decides what may be read (E0501 not found, E0502 refused, E0504 unreadable …) and
 * reports at the place of the request. One file always comes under the same `Source.name`.
 */
export type Host = {
  readonly readText: (request: ReadRequest) => Outcome<Source>;
  readonly readTable: (request: TableRequest) => Outcome<Table>;
  /** Rows that a placeholder of a template gives: `path` is the placeholder's name. */
  readonly suppliedTable?: (request: Omit<TableRequest, 'reader' | 'separator'>) => Outcome<Table>;
  /** Makes a command ready that computes a function; it is started at the first call. Left out where there are no commands. */
  readonly openCommand?: (request: CommandRequest) => RunningCommand;
};

/** A command that a program names. */
export type CommandRequest = {
  /** The program and its arguments. */
  readonly words: readonly string[];
  readonly format: 'json' | 'columns';
  /** Columns of a reply in the format `columns`. */
  readonly columns: number;
  /** Where it is declared: the command runs in the folder of this file. */
  readonly source: Source;
};

/** What a command says to one call: what JSON holds, or one number for each column; or why there is nothing. */
export type CommandReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: string };

/** Why a command gives no answers at all. */
export type CommandRefusal = { readonly code: 'E0620' | 'E0621'; readonly message: string };

/**
 * A command that answers blocks of calls, each the list of its arguments, in order. It waits for the replies, at most `patience` milliseconds where
 * that is given, and then gives null: asked once more for the same calls it goes on, and for others it drops those.
 */
export type RunningCommand = {
  readonly call: (
    calls: readonly (readonly unknown[])[],
    patience?: number,
  ) => readonly CommandReply[] | CommandRefusal | null;
};
