/** Programs with light damage through the whole line: each question is answered or gets a diagnostic, and nothing is thrown. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { answer, programs } from '../models/programs.js';
import { mutant, type Random, randomFrom } from './mutate.js';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../models/language');
const host = nodeHost(folder, { allowRead: [] });
const texts = programs.map(({ text }) => text);
const word = /\b(?:\d+(?:\.\d+)?|true|false|[a-z]\w*)\b/g;

/** One word in sixty becomes another word of the same program: most results can still be read. */
function exchanged(text: string, random: Random): string {
  const words = text.match(word) ?? [''];
  return text.replace(word, (w) => (random(60) === 0 ? words[random(words.length)]! : w));
}

/** Words of the machine room, which no user should read. */
const inside = /undefined|\[object|codegen|interpreter:|lowering|internal|is not a function/;

test.each([1, 2, 3, 4])('500 programs, set %i', async (set) => {
  const random = randomFrom(100 + set);
  const settings = { ...defaultSettings, samples: 3, timeLimit: 10 };
  const found: string[] = [];
  let answers = 0;
  for (let i = 0; i < 500; i++) {
    const text = random(3) === 0 ? mutant(texts, random) : exchanged(texts[random(texts.length)]!, random);
    try {
      const opened = openSession({ name: 'mutant.scm', text }, host, settings);
      const query = opened.ok ? opened.value.queries[random(Math.max(1, opened.value.queries.length))] : undefined;
      if (!opened.ok || query === undefined) continue;
      const { error } = await answer(opened.value, query);
      answers += 1;
      if (error !== null && inside.test(error.message)) found.push(`${query}: ${error.message}\nin ${text}`);
    } catch (thrown) {
      found.push(`${thrown instanceof Error ? thrown.stack : JSON.stringify(thrown)}\nin ${text}`);
    }
  }
  expect(found).toEqual([]);
  expect(answers).toBeGreaterThan(100);
});
