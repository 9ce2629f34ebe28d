/** Every block of the guide and of the README runs, and its comments on numbers are true. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = ['README.md', 'docs/embedding.md'].map((name) => readFileSync(join(root, name), 'utf8')).join('\n');
const blocks = [...guide.matchAll(/```(?:ts|js)\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const folder = mkdtempSync(join(tmpdir(), 'whatif-guide-'));

beforeAll(async () => {
  const input = { index: join(root, 'src/index.ts'), node: join(root, 'src/node.ts') };
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { input, output: { entryFileNames: '[name].mjs' } },
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a line's comment says that it prints, where that is numbers: `0.55 0.909…`. */
const promised = [...guide.matchAll(/console\.log\((?!`)[^\n]*; \/\/ ([\d.]+…?(?: [\d.]+…?)*)/g)].map(
  ([, text = '']) => text,
);

it('runs as it stands', async () => {
  expect(blocks.length).toBeGreaterThanOrEqual(9);
  expect(promised.length).toBeGreaterThanOrEqual(6);
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...words: readonly unknown[]) => {
    printed.push(words.join(' '));
  });
  const before = process.cwd();
  for (const [i, block] of blocks.entries()) {
    const text = block
      .replaceAll("'whatif'", "'./index.mjs'")
      .replaceAll("'whatif/node'", "'./node.mjs'")
      .replaceAll("nodeHost('examples'", `nodeHost(${JSON.stringify(join(root, 'examples'))}`)
      .replaceAll("writeFileSync('model.mjs', ", `writeFileSync(${JSON.stringify(join(folder, 'model.mjs'))}, `);
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const file = join(folder, `block${i}.mjs`);
    writeFileSync(file, outputText);
    await import(pathToFileURL(file).href);
    // The module that a block writes imports the package by name.
    if (text.includes('emitModule')) {
      const written = readFileSync(join(folder, 'model.mjs'), 'utf8');
      writeFileSync(join(folder, 'model.mjs'), written.replace('"whatif"', '"./index.mjs"'));
    }
  }
  log.mockRestore();
  expect(process.cwd()).toBe(before);
  for (const promise of promised) {
    const words = promise.split(' ');
    const kept = printed.some((line) => {
      const given = line.split(' ');
      return words.every((word, k) => agrees(word, given[k] ?? ''));
    });
    expect(kept, `a line that prints ${promise}, in\n${printed.join('\n')}`).toBe(true);
  }
  expect(printed.join('\n')).toContain('did you mean `accidents`?');
});

/** `0.909…` is the beginning of a number, `0.55` a number. */
function agrees(word: string, given: string): boolean {
  if (word.endsWith('…')) return given.startsWith(word.slice(0, -1));
  return Number.isNaN(Number(word)) ? word === given : Math.abs(Number(word) - Number(given)) < 1e-9;
}
