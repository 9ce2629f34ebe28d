/** Hosts of programs that live in memory. */
import type { Host } from '../data/host.js';
import type { Table } from '../data/table.js';
import { type Diagnostic, diagnose, fail, succeed } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';

/** A host without files. */
export const noFiles: Host = {
  readText: ({ path, source, span }) => fail(fileless(path, source, span)),
  readTable: ({ path, source, span }) => fail(fileless(path, source, span)),
};

const fileless = (path: string, source: Source, span: Span): Diagnostic =>
  diagnose('E0501', `"${path}": this program was given no files`, source, span, 'give a host, or the rows as a value');

/** Imported files and tables, by who asks and for what. */
export type FilesRead = { readonly texts: ReadonlyMap<string, Source>; readonly tables: ReadonlyMap<string, Table> };

const keyOf = ({ name }: Source, wanted: string): string => `${name} ${wanted}`;

/** A host that remembers what it gave. */
export function remembering(host: Host): { readonly host: Host; readonly read: FilesRead } {
  const texts = new Map<string, Source>();
  const tables = new Map<string, Table>();
  return {
    read: { texts, tables },
    host: {
      readText: (request) => {
        const text = host.readText(request);
        if (text.ok) texts.set(keyOf(request.source, request.path), text.value);
        return text;
      },
      readTable: (request) => {
        const table = host.readTable(request);
        if (table.ok) tables.set(keyOf(request.source, request.table), table.value);
        return table;
      },
      ...(host.openCommand === undefined ? {} : { openCommand: host.openCommand }),
    },
  };
}

/** A host that gives what another one gave. */
export const replaying = ({ texts, tables }: FilesRead): Host => ({
  readText: (request) => {
    const text = texts.get(keyOf(request.source, request.path));
    return text === undefined ? noFiles.readText(request) : succeed(text);
  },
  readTable: (request) => {
    const table = tables.get(keyOf(request.source, request.table));
    return table === undefined ? noFiles.readTable(request) : succeed(table);
  },
});
