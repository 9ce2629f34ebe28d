/** `data trial = csv("trial.csv")`: what the declaration asks for, and the table that the host gives. */

import type { Host } from '../data/host.js';
import type { Table } from '../data/table.js';
import { diagnose, fail, type Outcome } from '../syntax/diagnostic.js';
import { isPlaceholder, type Source } from '../syntax/span.js';
import type { DeclarationOf, Expr } from '../syntax/tree.js';
import { didYouMean } from './suggest.js';

const readers = ['csv', 'json', 'arrow', 'parquet'] as const;

/** Reads the table of a `data` declaration. E0522: no such reader; E0523: arguments that are not a path and a separator. */
export function readData(
  declaration: DeclarationOf<'data'>,
  source: Source,
  host: Host,
  enums: readonly DeclarationOf<'enum'>[],
): Outcome<Table> {
  if (isPlaceholder(declaration.reader.text)) return suppliedTable(declaration, source, host, enums);
  const reader = readers.find((r) => r === declaration.reader.text);
  if (reader === undefined) {
    const hint =
      didYouMean(declaration.reader.text, readers) ??
      'tables are read by `csv("…")`, `json("…")`, `arrow("…")` and `parquet("…")`';
    return fail(
      diagnose('E0522', `there is no reader \`${declaration.reader.text}\``, source, declaration.reader.span, hint),
    );
  }
  let path: Extract<Expr, { readonly kind: 'string' }> | null = null;
  let separator: string | null = null;
  for (const argument of declaration.args) {
    const { value } = argument;
    const role = argument.name === null ? 'path' : argument.name.text;
    if (role === 'path' && path === null && value.kind === 'string') path = value;
    else if (role === 'separator' && reader === 'csv' && value.kind === 'string' && value.value.length === 1)
      separator = value.value;
    else
      return fail(
        diagnose('E0523', readerMistake(reader, role), source, argument.span, `write \`${reader}("table.${reader}")\``),
      );
  }
  if (path === null) {
    return fail(
      diagnose(
        'E0523',
        `\`${reader}\` takes the path of a table`,
        source,
        declaration.reader.span,
        `write \`${reader}("table.${reader}")\``,
      ),
    );
  }
  return host.readTable({
    path: path.value,
    source,
    span: path.span,
    reader,
    table: declaration.name.text,
    enums: enums.map((e) => ({ name: e.name.text, members: e.members.map((m) => m.text) })),
    separator,
  });
}

function readerMistake(reader: string, role: string): string {
  if (role === 'path') return `the path that \`${reader}\` reads is one string`;
  if (role === 'separator' && reader === 'csv') return 'the separator is a string of one character';
  return `\`${reader}\` has no argument \`${role}\``;
}

/** The rows that a host program gives in the place of a reader. */
function suppliedTable(
  { name, reader }: DeclarationOf<'data'>,
  source: Source,
  host: Host,
  enums: readonly DeclarationOf<'enum'>[],
): Outcome<Table> {
  const given = host.suppliedTable?.({
    path: reader.text,
    source,
    span: reader.span,
    table: name.text,
    enums: enums.map((e) => ({ name: e.name.text, members: e.members.map((m) => m.text) })),
  });
  return given ?? fail(diagnose('E0530', 'no rows were given for this data set', source, reader.span));
}
