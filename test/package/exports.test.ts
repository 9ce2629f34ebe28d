/** What a module exports is for other modules: a value that none of them names stays inside. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The modules of the package itself: what they export is for others. */
const doors: ReadonlySet<string> = new Set(['src/index.ts', 'src/node.ts']);

const sources = ['src', 'grammar', 'test', 'scripts', 'bench'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== 'bench', encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const path = join(folder, file);
      return { path, text: readFileSync(join(root, path), 'utf8') };
    }),
);

/** The names in `{ a, type B, c as d }`, as the module calls them that they are from. */
const namesIn = (list: string): readonly string[] =>
  list.split(',').map((name) =>
    name
      .trim()
      .replace(/^type /, '')
      .replace(/ as .*/, ''),
  );

/** By file: the names that other files take from it, and `*` where one takes it as a whole. */
function taken(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const take = (by: string, from: string, names: readonly string[]): void => {
    const path = join(dirname(by), from).replace(/\.js$/, '.ts');
    found.set(path, new Set([...(found.get(path) ?? []), ...names]));
  };
  for (const { path, text } of sources) {
    for (const [, list, from] of text.matchAll(
      /^(?:import|export) (?:type )?(?:\{([^}]*)\}|\*[^']*) from '(\.[^']+)'/gm,
    ))
      take(path, from!, list === undefined ? ['*'] : namesIn(list));
    for (const [, from] of text.matchAll(/\bimport\('(\.[^']+)'\)/g)) take(path, from!, ['*']);
  }
  return found;
}

test('every exported value is imported somewhere', () => {
  const uses = taken();
  const idle = sources
    .filter(({ path }) => path.startsWith('src') && !doors.has(path))
    .flatMap(({ path, text }) => {
      const names = uses.get(path);
      if (names?.has('*')) return [];
      const values = [...text.matchAll(/^export (?:async |abstract )?(?:const|function\*?|class) (\w+)/gm)];
      return values.flatMap(([, name]) => (names?.has(name!) ? [] : [`${path} ${name}`]));
    });
  expect(idle).toEqual([]);
});
