// Writes docs/distributions.md, a page for each distribution and docs/functions.md from the `///` comments in stdlib/. `--check` compares instead of writing, and
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

/** What a documentation says about each of these starts with the word; anything before is the description. */
const parts = [
  ['Support', /^Support: /],
  ['Density', /^Density: /],
  ['Mass', /^Mass(?: or density)?: /],
  ['Drawing', /^(?=Drawn )/],
  ['Mechanism', /^Mechanism: /],
  ['Moments', /^(?=(Mean|Mean and variance|It has no mean|Variance)\b)/],
  ['Example', /^Example: /],
] as const;

/** A documentation by part. A part goes on until the next one begins. */
function partsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let current = '';
  for (const sentence of text.split(/(?<=[.…]) (?=[A-Z])/)) {
    const [name, start] = parts.find(([, pattern]) => pattern.test(sentence)) ?? [current, null];
    const words = start === null ? sentence : sentence.replace(start, '');
    const before = found.get(name);
    found.set(name, before === undefined ? words : `${before} ${words}`);
    current = name;
  }
  return found;
}

const source = (node: { readonly span: { readonly start: number; readonly end: number } }, text: string): string =>
  text.slice(node.span.start, node.span.end).replaceAll(/\s+/g, ' ');

function describeFamily(declaration: DeclarationOf<'dist'>, text: string): string {
  const conditions = declaration.entries.flatMap((e) => (e.kind === 'require' ? [source(e.condition, text)] : []));
  const entries = declaration.entries.flatMap((e) => (e.kind === 'entry' ? [e.name] : []));
  const list = (items: readonly string[], between: string): string => items.map((item) => `\`${item}\``).join(between);
  const said = partsOf(words(declaration));
  const parameters = declaration.parameters.map((p) => `\`${source(p, text)}\``).join(', ');
  return [
    `## \`${signature(declaration, text)}\``,
    '',
    said.get('') ?? '',
    '',
    `- **Parameters**: ${parameters}${conditions.length > 0 ? `; they must fulfil ${list(conditions, ' and ')}` : ''}`,
    ...parts.flatMap(([name]) => {
      const part = said.get(name);
      return part === undefined || name === 'Example' ? [] : [`- **${name}**: ${part}`];
    }),
    `- **Entries**: ${list(entries, ', ')}`,
    '',
    ...example(said.get('Example')),
  ].join('\n');
}

/** The code of an example as a block of its own, with what is said beside it. */
function example(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const code = [...text.matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? '');
  return ['```', ...code, '```', ''];
}

const describe = (file: File): string =>
  file.declarations.flatMap((d) => (d.kind === 'function' ? [describeFunction(d, file.source.text)] : [])).join('\n');

const families = readLibrary('stdlib/distributions');
const distsOf = (file: File): readonly DeclarationOf<'dist'>[] =>
  file.declarations.flatMap((d) => (d.kind === 'dist' ? [d] : []));

for (const { name, file } of families) {
  const overloads = distsOf(file).map((d) => describeFamily(d, file.source.text));
  writePage(
    `docs/distributions/${name}.md`,
    `# ${name}\n\n${overloads.join('\n')}\nThis page is made from [stdlib/distributions/${name}.scm](../../stdlib/distributions/${name}.scm), where the formulas stand.\nAll families: [distributions](../distributions.md).\n`,
  );
}

const index = families.map(({ name, file }) => {
  const [first] = distsOf(file);
  if (first === undefined) throw new Error(`${name}.scm declares no distribution`);
  const calls = distsOf(file)
    .filter((d) => d.name.text === name)
    .map((d) => `\`${name}(${d.parameters.map((p) => p.name.text).join(', ')})\``);
  const summary = (partsOf(words(first)).get('') ?? '').replace(/(?<=[.]) [A-Z].*$/, '');
  return `| [${name}](distributions/${name}.md) | ${calls.join(', ')} | ${summary.replaceAll('|', '\\|')} |`;
});

const groups = readLibrary('stdlib/functions').map(
  ({ name, file }) => `## ${name.replaceAll('_', ' ')}\n\n${describe(file)}\n`,
);

const primitives = Object.entries(builtins).map(
  ([name, { parameters, documentation }]) => `- \`${name}\`(${parameters.join(', ')}): ${documentation}`,
);

writePage(
  'docs/distributions.md',
  `# Distributions

The families of the library, each a \`dist\` declaration in \`stdlib/distributions\` and a page of its own; a program can declare more
in the same way ([the language](language.md#distributions-of-your-own)). Parameters go by position or by name. The *mechanism* is how
noise becomes a value where worlds share it: it decides counterfactuals. \`u\` is uniform between 0 and 1. These pages are written from
the library by \`scripts/build-distributions-doc.ts\`.

| family | call | |
|---|---|---|
${index.join('\n')}
`,
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
