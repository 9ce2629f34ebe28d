/** What the README shows is what the program prints. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';
import { reportText } from '../../src/report/answer_text.js';
import { plain } from '../../src/report/paint.js';
import { parse } from '../../src/syntax/parse.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const blocks = [...read('README.md').matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}));
/** The text under a program is its output; the first one is that of an example. Programs without one read data. */
const outputs = blocks.filter((b) => b.kind === 'text').map((b) => b.text);
const programs = [
  read('examples/berkeley.scm'),
  ...blocks.filter((b, i) => b.kind === 'scm' && blocks[i + 1]?.kind === 'text').map((b) => b.text),
];

test('every program has its output, or reads data', () => {
  expect(outputs.length).toBe(3);
  expect(programs.length).toBe(3);
  const others = blocks.filter((b) => b.kind === 'scm' && !programs.includes(b.text));
  for (const { text } of others) {
    expect(text).toMatch(/^data /);
    expect(parse({ name: 'README.md', text }).diagnostics).toEqual([]);
  }
});

test.each(outputs.map((output, i) => ({ output, text: programs[i] ?? '', name: /^\S+/.exec(output)?.[0] ?? '' })))(
  '$name',
  async ({ output, text, name }) => {
    const folder = name.startsWith('examples/') ? 'examples' : '.';
    const opened = openSession({ name, text }, nodeHost(folder, { allowRead: [] }), defaultSettings);
    if (!opened.ok) throw new Error(opened.diagnostics.map((d) => d.message).join('\n'));
    const { signal } = new AbortController();
    const answers: Answer[] = [];
    for (const query of opened.value.queries)
      answers.push(await opened.value.answer({ kind: 'named', name: query }, { signal, onProgress: () => {} }));
    expect(reportText({ file: name, seed: opened.value.seed, answers }, { paint: plain, width: null })).toBe(output);
  },
);
