/** Tables that a command names itself, beside those of a program. */
import { nodeHost } from '../data/node_files.js';
import type { Table } from '../data/table.js';
import type { Outcome } from '../syntax/diagnostic.js';

/** Reads a table as a program would: the ending of the file tells its format, CSV if it tells none. E05xx where it can not be read. */
export async function readTable(file: string): Promise<Outcome<Table>> {
  const host = nodeHost('.', { allowRead: [], data: new Map([['table', file]]) });
  const ask = (): Outcome<Table> =>
    host.readTable({
      path: file,
      source: { name: '<command line>', text: file },
      span: { start: 0, end: file.length },
      reader: 'csv',
      table: 'table',
      enums: [],
      separator: null,
    });
  const read = ask();
  return (await host.load()) ? ask() : read;
}
