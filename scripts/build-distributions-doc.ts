// Writes docs/distributions.md and docs/functions.md from the `///` comments in stdlib/. `--check` compares instead of writing, and
// fails where a page is not what the library gives.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtins } from '../src/check/builtins.js';
import { parse } from '../src/syntax/parse.js';
import type { DeclarationOf, File } from '../src/syntax/tree.js';
import { root, writePage } from './page.js';

type Documented = DeclarationOf<'dist' | 'function'>;

const readLibrary = (folder: string): readonly { readonly name: string; readonly file: File }[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.scm'))
    .sort()
    .map((name) => {
      const path = `${folder}/${name}`;
      return {
        name: name.slice(0, -'.scm'.length),
        file: parse({ name: path, text: readFileSync(join(root, path), 'utf8') }).file,
      };
    });

/** `normal(mean: real, sd: real): real`, as written. */
function signature(declaration: Documented, text: string): string {
  const [first] = declaration.parameters;
  const last = declaration.parameters.at(-1);
  const parameters = first === undefined || last === undefined ? '' : text.slice(first.span.start, last.span.end);
  const { result } = declaration;
  const type = result === null ? '' : `: ${text.slice(result.span.start, result.span.end)}`;
  return `${declaration.name.text}(${parameters})${type}`.replaceAll(/\s+/g, ' ');
}

/** The words of a documentation on one line: where its lines break is the formatter's business. */
function words(declaration: Documented): string {
  if (declaration.documentation === null)
    throw new Error(`${declaration.kind} ${declaration.name.text} has no documentation`);
  return declaration.documentation.replaceAll(/\s+/g, ' ');
}

const describeFunction = (declaration: DeclarationOf<'function'>, text: string): string =>
  `- \`${signature(declaration, text)}\` ${words(declaration)}`;

function describeFamily(declaration: DeclarationOf<'dist'>, text: string): string {
  const conditions = declaration.entries.flatMap((e) =>
    e.kind === 'require' ? [text.slice(e.condition.span.start, e.condition.span.end).replaceAll(/\s+/g, ' ')] : [],
  );
  const entries = declaration.entries.flatMap((e) => (e.kind === 'entry' ? [e.name] : []));
  const list = (items: readonly string[], between: string): string => items.map((item) => `\`${item}\``).join(between);
  const lines = [`\`${signature(declaration, text)}\``, '', words(declaration), ''];
  if (conditions.length > 0) lines.push(`- requires ${list(conditions, ' and ')}`);
  return [...lines, `- gives ${list(entries, ', ')}`, ''].join('\n');
}

const describe = (file: File): string =>
  file.declarations
    .flatMap((d) =>
      d.kind === 'dist'
        ? [describeFamily(d, file.source.text)]
        : d.kind === 'function'
          ? [describeFunction(d, file.source.text)]
          : [],
    )
    .join('\n');

const families = readLibrary('stdlib/distributions').map(({ name, file }) => `## ${name}\n\n${describe(file)}`);

const groups = readLibrary('stdlib/functions').map(
  ({ name, file }) => `## ${name.replaceAll('_', ' ')}\n\n${describe(file)}\n`,
);

const primitives = Object.entries(builtins).map(
  ([name, { parameters, documentation }]) => `- \`${name}\`(${parameters.join(', ')}): ${documentation}`,
);

writePage(
  'docs/distributions.md',
  `# Distributions

The families of the library, each a \`dist\` declaration in \`stdlib/distributions\`; a program can declare more in the same way
([the language](language.md#distributions-of-your-own)). Parameters go by position or by name. The *mechanism* is how noise becomes a
value where worlds share it: it decides counterfactuals. \`u\` is uniform between 0 and 1. This page is written from the library by
\`scripts/build-distributions-doc.ts\`.

${families.join('\n').trimEnd()}\n`,
);

writePage(
  'docs/functions.md',
  `# Functions

First the primitives, which the language has without a declaration; then the functions of \`stdlib/functions\`, which are written in
the language itself, with their accuracy. This page is written from the sources by \`scripts/build-distributions-doc.ts\`.

## primitives

${primitives.join('\n')}

${groups.join('\n').trimEnd()}\n`,
);
