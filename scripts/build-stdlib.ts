// Parses stdlib/**/*.scm and writes src/stdlib/precompiled.ts: a JSON tree for each declaration, so that a program pays only for
// the names it uses. `--check` compares instead of writing, and fails where the file is not what the library gives.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Entry, type Precompiled, shortened } from '../src/stdlib/format.js';
import { type Diagnostic, hasErrors } from '../src/syntax/diagnostic.js';
import { parse } from '../src/syntax/parse.js';
import { position } from '../src/syntax/span.js';
import type { Declaration, File } from '../src/syntax/tree.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'src/stdlib/precompiled.ts');

const scmFiles = (folder: string): readonly string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.scm'))
        .sort()
        .map((name) => `${folder}/${name}`)
    : [];

const show = (d: Diagnostic): string => {
  const { line, column } = position(d.source.text, d.span.start);
  return `${d.source.name}:${line}:${column}: ${d.code} ${d.message}\n`;
};

function parseFile(name: string): File {
  const { file, diagnostics } = parse({ name, text: readFileSync(join(root, name), 'utf8') });
  for (const diagnostic of diagnostics) process.stderr.write(show(diagnostic));
  if (hasErrors(diagnostics)) process.exitCode = 1;
  return file;
}

/** Documentation stays in the .scm files; a number that JSON cannot hold would come back as null. */
const treeJson = (tree: Declaration | readonly Declaration[]): string =>
  shortened(
    JSON.stringify(tree, (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`number out of range in ${key}`);
      return key === 'documentation' ? null : value;
    }),
  );

function compile(): Precompiled {
  const hash = createHash('sha256');
  const sources: { name: string; text: string }[] = [];
  const functions: Record<string, Entry> = {};
  const consts: Record<string, Entry> = {};
  const enums: Record<string, Entry> = {};
  const dists: Record<string, readonly Entry[]> = {};
  const modules: Record<string, Entry> = {};
  const twice = (kind: string, name: string): void => {
    process.stderr.write(`the library declares the ${kind} ${name} twice\n`);
    process.exitCode = 1;
  };
  const single = (
    into: Record<string, Entry>,
    declaration: Exclude<Declaration, { kind: 'import' | 'query' }>,
  ): void => {
    const name = declaration.name.text;
    if (Object.hasOwn(into, name)) twice(declaration.kind, name);
    into[name] = [sources.length - 1, treeJson(declaration)];
  };
  const read = (name: string): File => {
    const file = parseFile(name);
    sources.push({ name, text: file.source.text });
    hash.update(`${name}\0${file.source.text}\0`);
    return file;
  };
  for (const name of [...scmFiles('stdlib/functions'), ...scmFiles('stdlib/distributions')]) {
    for (const declaration of read(name).declarations) {
      if (declaration.kind === 'function') single(functions, declaration);
      else if (declaration.kind === 'const') single(consts, declaration);
      else if (declaration.kind === 'enum') single(enums, declaration);
      else if (declaration.kind === 'dist') {
        const key = declaration.name.text;
        dists[key] = [...(dists[key] ?? []), [sources.length - 1, treeJson(declaration)]];
      } else {
        process.stderr.write(`${name}: a ${declaration.kind} cannot stand in the prelude\n`);
        process.exitCode = 1;
      }
    }
  }
  for (const name of scmFiles('stdlib'))
    modules[name.slice('stdlib/'.length, -'.scm'.length)] = [sources.length, treeJson(read(name).declarations)];
  return { hash: hash.digest('hex'), sources, functions, consts, enums, dists, modules };
}

const quote = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\r', '\\r').replaceAll('\n', '\\n')}'`;

const entry = ([source, json]: Entry): string => `[${source}, ${quote(json)}]`;

const record = <V>(values: Readonly<Record<string, V>>, show: (value: V) => string): string =>
  `{\n${Object.keys(values)
    .sort()
    .map((name) => `    ${name}: ${show(values[name]!)},\n`)
    .join('')}  }`;

function print(library: Precompiled): string {
  const sources = library.sources.map((s) => `    { name: ${quote(s.name)}, text: ${quote(s.text)} },\n`).join('');
  return `/** Made by scripts/build-stdlib.ts from stdlib/. */
import type { Precompiled } from './format.js';

export const precompiled: Precompiled = {
  hash: '${library.hash}',
  sources: [\n${sources}  ],
  functions: ${record(library.functions, entry)},
  consts: ${record(library.consts, entry)},
  enums: ${record(library.enums, entry)},
  dists: ${record(library.dists, (overloads) => `[${overloads.map(entry).join(', ')}]`)},
  modules: ${record(library.modules, entry)},
};
`;
}

const text = print(compile());
if (process.argv.includes('--check')) {
  if (readFileSync(output, 'utf8') !== text) {
    process.stderr.write('src/stdlib/precompiled.ts is not what stdlib/ gives: run `npm run stdlib`\n');
    process.exitCode = 1;
  }
} else if (process.exitCode === undefined) {
  writeFileSync(output, text);
}
