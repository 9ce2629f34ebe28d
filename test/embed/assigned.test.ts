import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.js';
import type { Host } from '../../src/data/host.js';
import { defaultSettings, type Question } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { diagnose, fail } from '../../src/syntax/diagnostic.js';

const host: Host = {
  readText: (request) => fail(diagnose('E0501', 'there is no file', request.source, request.span)),
  readTable: ({ table, enums }) => parseCsv({ name: 'd.csv', text: 'v\n1\n2\n' }, { table, enums }),
};

const program = `
enum Drug { A, B }
const c = 2
const which = A
data d = csv("d.csv")
model M(n: int, p: real) { k ~ binomial(n, p)  y := k + c + (if which == A then 0 else 100) }
model Fixed = do(M, k = 3)
model Bound = do(M(5, 1), k := k + 1)
model Twice = do(Bound, k = 9)
query bare = E(y) in M
query written = E(y) in M(10, 1)
query named = E(y) in M(p = 1.0, n = 10)
query operated = E(y) in Fixed
query bound = E(y) in Bound
query twice = E(y) in Twice
query rows = E(y) + d.rows + sum(d.v) + c in M(1, 1)
`;

const open = (text: string, given: Readonly<Record<string, string>>) =>
  openSession({ name: 'main.scm', text }, host, {
    ...defaultSettings,
    samples: 10,
    assignments: new Map(Object.entries(given)),
  });

const ask = async (question: Question, given: Readonly<Record<string, string>>) => {
  const opened = open(program, given);
  if (!opened.ok) return opened.diagnostics.filter((d) => d.severity === 'error').map((d) => d.code);
  const answer = await opened.value.answer(question, { signal: new AbortController().signal, onProgress: () => {} });
  return answer.error?.code ?? answer.value;
};

const named = (name: string): Question => ({ kind: 'named', name });

describe('values that a run gives', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, number | string]>([
    ['written', {}, 12],
    ['written', { c: '7' }, 17],
    ['written', { c: 'sqrt(16)' }, 14],
    ['written', { which: 'B' }, 112],
    ['written', { n: '4' }, 6],
    ['named', { n: '4' }, 6],
    ['bare', {}, 'E0310'],
    ['bare', { n: '4' }, 'E0310'],
    ['bare', { n: '4', p: '1' }, 6],
    ['operated', { n: '4', p: '1' }, 5],
    ['bound', { n: '4' }, 8],
    ['twice', {}, 11],
    ['bare', { n: '4.5', p: '1' }, 'E0301'],
    ['bare', { n: 'true', p: '1' }, 'E0301'],
    ['rows', {}, 1 + 2 + 2 + 3 + 2],
    ['rows', { c: '5' }, 1 + 5 + 2 + 3 + 5],
  ])('%s with %j', async (query, given, answer) => {
    expect(await ask(named(query), given)).toBe(answer);
  });

  it('reach questions that are not in the file', async () => {
    const source = { name: '<query>', text: 'E(y) in M' };
    expect(await ask({ kind: 'text', source }, { n: '3', p: '1' })).toBe(5);
  });

  it.each<readonly [Readonly<Record<string, string>>, string]>([
    [{ zzz: '1' }, 'E0201'],
    [{ c: 'nothing' }, 'E0201'],
    [{ which: 'C' }, 'E0201'],
    [{ c: '1 +' }, 'E0117'],
    [{ c: 'sample normal(0, 1)' }, 'E0421'],
  ])('%j is an error', async (given, code) => {
    expect(await ask(named('written'), given)).toContain(code);
  });

  it('hide no errors of the file, and make no new warnings', () => {
    const broken = open(`${program}\nmodel X {`, { c: '1' });
    expect(broken.diagnostics.map((d) => d.code)).toContain('E0107');
    expect(open(program, { c: '1' }).diagnostics.filter((d) => d.code === 'W0201')).toEqual([]);
  });
});
