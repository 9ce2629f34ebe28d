import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/check/check_source.js';
import { nodeHost } from '../../src/data/node_files.js';
import { expectedAnswers } from './expected.js';

const folder = path.join(import.meta.dirname, '..', '..', 'examples');
const examples = readdirSync(folder).filter((name) => name.endsWith('.scm'));
const sourceOf = (name: string) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') });

describe.each(examples)('%s', (name) => {
  it('checks with its tables', () => {
    const { diagnostics } = checkSource(sourceOf(name), nodeHost(folder, { allowRead: [] }));
    // Acting on what nothing reads is the point of two of them.
    expect(diagnostics.filter((d) => d.code !== 'W0401').map((d) => d.message)).toEqual([]);
  });

  it('begins with its story', () => {
    expect(sourceOf(name).text).toMatch(/^(?:\/\/ .+\n){2,}/);
  });
});

it('answers behind //= are read as they are meant', () => {
  const text = [
    'query a = P(x) //= 0.5 / 0.55',
    'query b = P(x)',
    '  * 2 //= -14.65 (12.5 + 25/116 * 10): and so on',
    'query c = P(x) //= 1 - 0.99^96',
    'query d = P(x) //= mu: 4.5, theta[0]: 2 / 3',
    'query e = P(x) // 7',
    'query f = P(x) //= 0.5 + 1.5 / 6',
  ].join('\n');
  expect(expectedAnswers({ name: 'x.scm', text })).toEqual([
    { query: 'a', answer: 0.5 / 0.55, rounding: 0 },
    { query: 'b', answer: -14.65, rounding: 0.005 },
    { query: 'c', answer: 1 - 0.99 ** 96, rounding: 0 },
    {
      query: 'd',
      answer: new Map([
        ['mu', 4.5],
        ['theta[0]', 2 / 3],
      ]),
      rounding: 0,
    },
    { query: 'f', answer: 0.75, rounding: 0 },
  ]);
});
