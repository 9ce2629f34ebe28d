/** Names declared twice in the sight of one file. */
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import { position, type Source, type Span } from '../syntax/span.js';
import type { Name } from '../syntax/tree.js';
import { type Module, type Named, namedDeclarations } from './modules.js';

/** Declarations of one namespace may not share a name: a value and a type may. Distributions are overloads of each other. */
type Namespace = 'value' | 'call' | 'type' | 'model' | 'query';

type Entry = { readonly kind: string; readonly source: Source; readonly span: Span; readonly what: string };

const namespaceOf = (declaration: Named): Namespace => {
  switch (declaration.kind) {
    case 'const':
    case 'data':
      return 'value';
    case 'enum':
      return 'type';
    case 'function':
    case 'extern':
    case 'dist':
      return 'call';
    case 'model':
    case 'operated':
    case 'graph':
      return 'model';
  }
};

const nouns: Readonly<Record<Named['kind'], string>> = {
  const: 'constant',
  data: 'data set',
  enum: 'enum',
  function: 'function',
  extern: 'function',
  dist: 'distribution',
  model: 'model',
  operated: 'model',
  graph: 'graph',
};

/** E0205 for every second declaration of a name; members of enums clash with constants and data sets, not with each other. */
export function duplicateNames(
  module: Module,
  imported: readonly { readonly declaration: Named; readonly from: Module }[],
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const taken = new Map<string, Entry>();
  const source = module.file.source;
  const claim = (namespace: Namespace, name: Name, entry: Entry, allowed: readonly string[]): void => {
    const key = `${namespace} ${name.text}`;
    const before = taken.get(key);
    if (before === undefined) taken.set(key, entry);
    else if (!allowed.includes(before.kind)) {
      const at = entry.source === source ? entry.span : importSpan(module, name.text);
      const place =
        before.source === source
          ? `in line ${position(source.text, before.span.start).line}`
          : `in "${before.source.name}"`;
      diagnostics.push(
        diagnose(
          'E0205',
          `\`${name.text}\` is the name of a ${before.what} ${place} already`,
          source,
          at,
          'give one of them another name',
        ),
      );
    }
  };
  const claimAll = (declaration: Named, from: Source): void => {
    const { kind, name } = declaration;
    claim(
      namespaceOf(declaration),
      name,
      { kind, source: from, span: name.span, what: nouns[kind] },
      kind === 'dist' ? ['dist'] : [],
    );
    if (declaration.kind !== 'enum') return;
    const seen = new Set<string>();
    for (const member of declaration.members) {
      if (seen.has(member.text) && from === source) {
        diagnostics.push(
          diagnose('E0213', `\`${name.text}\` has the member \`${member.text}\` twice`, source, member.span),
        );
      } else {
        claim(
          'value',
          member,
          { kind: 'member', source: from, span: member.span, what: `member of \`${name.text}\`` },
          ['member'],
        );
      }
      seen.add(member.text);
    }
  };
  const queries = module.file.declarations.filter((d) => d.kind === 'query');
  const all = [
    ...namedDeclarations(module).map((declaration) => ({ declaration, source })),
    ...imported.map(({ declaration, from }) => ({ declaration, source: from.file.source })),
  ];
  for (const { declaration, source: from } of all) claimAll(declaration, from);
  for (const query of queries)
    if (query.name !== null)
      claim('query', query.name, { kind: 'query', source, span: query.name.span, what: 'query' }, []);
  return diagnostics;
}

/** Where the file imports a name: the name in the list, or the path. */
function importSpan(module: Module, name: string): Span {
  for (const { declaration } of module.imports) {
    const listed = declaration.names.find((n) => n.text === name);
    if (listed !== undefined) return listed.span;
  }
  return module.imports[0]?.declaration.pathSpan ?? { start: 0, end: 0 };
}
