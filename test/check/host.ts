/** A host whose files are in memory, for tests. */

import { parseCsv } from '../../src/data/csv.js';
import type { Host } from '../../src/data/host.js';
import { diagnose, fail, succeed } from '../../src/syntax/diagnostic.js';

/** Files by path; paths start from one folder, whoever names them. */
export function memoryHost(files: Readonly<Record<string, string>>): Host {
  const read: Host['readText'] = ({ path, source, span }) => {
    const name = path.replace(/^\.\//, '');
    const text = Object.hasOwn(files, name) ? files[name] : undefined;
    return text === undefined
      ? fail(diagnose('E0501', `"${path}" is not there`, source, span))
      : succeed({ name, text });
  };
  return {
    readText: read,
    readTable: (request) => {
      const source = read(request);
      return source.ok ? parseCsv(source.value, { table: request.table, enums: request.enums }) : source;
    },
  };
}
