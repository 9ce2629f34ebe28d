/** Effects from data where the graph has edges of unknown direction. */
import { describe, expect, test } from 'vitest';
import { graphClass, membersOfClass } from '../../src/causal/class/members.js';
import { type GraphEdge, graphNode } from '../../src/causal/graph.js';
import { edgesOf, neighbours } from '../../src/causal/indexed.js';
import { descendants } from '../../src/causal/reach.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';
import { answerBlocks } from '../../src/report/answer_text.js';
import { plain } from '../../src/report/paint.js';
import { memoryHost } from '../check/host.js';
import { streamOf } from './simulate.js';

const header = ['a', 'x', 'm', 'y'];
const rows = (() => {
  const noise = streamOf('class effects');
  return Array.from({ length: 400 }, () => {
    const a = noise.normal();
    const x = 0.8 * a + noise.normal();
    const m = 1.2 * x + noise.normal();
    return [a, x, m, 0.7 * m - 0.5 * a + noise.normal()];
  });
})();
const csv = [header.join(), ...rows.map((row) => row.join())].join('\n');

async function ask(graph: string, question: string): Promise<Answer> {
  const text = `data study = csv("study.csv")\ngraph G { ${graph} }\nquery q = ${question} in G`;
  const session = openSession({ name: 'main.scm', text }, memoryHost({ 'study.csv': csv }), defaultSettings);
  if (!session.ok) throw new Error(session.diagnostics.map((d) => `${d.code} ${d.message}`).join('; '));
  const settings = { signal: new AbortController().signal, onProgress: () => undefined };
  return session.value.answer({ kind: 'named', name: 'q' }, settings);
}

const effect = (by: string): string => `estimate E(y[do(x = 1)] - y[do(x = 0)]) from study by ${by}`;

/** The members of the class of a graph as text, with the causes of x and whether y is an effect of it. */
function membersOf(graph: string) {
  const edges = [...graph.matchAll(/(\w) (->|--) (\w)/g)].map(
    ([, from, kind, to]): GraphEdge => ({ from: from!, to: to!, kind: kind === '->' ? '->' : '--' }),
  );
  const found = graphClass({ nodes: header.map((name) => graphNode(name)), edges });
  if (!found.ok) throw new Error(found.message);
  return [...membersOfClass(found.value)].map((member) => ({
    text: `a x m y ${edgesOf(member)
      .map(({ from, to }) => `${header[from]} -> ${header[to]}`)
      .join('  ')}`,
    causes: [...neighbours(member.parents, 1)].sort().join(),
    moves: descendants(member, [1]).has(3),
  }));
}

const triangle = 'a -- x  x -- y  a -- y  m';

describe.each([
  ['all directions open among three', triangle],
  ['a chain', 'a -- x  x -- m  m -- y'],
  ['two lines at the exposure, and what follows', 'a -- x  x -- m  m -> y  a -> y'],
  ['a line elsewhere', 'a -> x  a -- m  m -> x  x -> y  a -> y  m -> y'],
])('%s', (_, graph) => {
  test('gives what each member gives, with the share of the members', async () => {
    const members = membersOf(graph);
    const answer = await ask(graph, effect('auto'));
    expect(answer.error).toBeNull();
    const wanted = new Map<number, number>();
    for (const causes of new Set(members.map((m) => m.causes))) {
      const part = members.filter((m) => m.causes === causes);
      const single = part[0]!.moves ? await ask(part[0]!.text, effect('auto')) : { value: 0 };
      const value = Number(single.value);
      wanted.set(value, (wanted.get(value) ?? 0) + part.length / members.length);
    }
    const given = new Map(
      answer.kind === 'value'
        ? [[Number(answer.value), 1] as const]
        : (answer.distribution ?? []).map(({ value, p }) => [Number(value), p] as const),
    );
    expect([...given.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [value, share] of wanted) expect(given.get(value)).toBeCloseTo(share, 12);
  });
});

describe('a class of three nodes that all joined', () => {
  test('holds the effect of each set of causes, with errors', async () => {
    const { kind, value, distribution, method } = await ask(triangle, effect('backdoor()'));
    expect([kind, value]).toEqual(['distribution', null]);
    const [zero, ...others] = distribution ?? [];
    expect(zero).toEqual({ value: 0, p: 0.5, se: 0, valueSe: 0 });
    expect(others.map(({ p }) => p).sort()).toEqual([1 / 6, 2 / 6]);
    for (const { valueSe } of others) expect(valueSe).toBeGreaterThan(0.01);
    expect(method).toContain('backdoor(a): ');
    expect(method).toContain('no effect');
  });
  test('is one number where an arrow is enough', async () => {
    const answer = await ask('a -> x  x -> m  m -- y  x -> y', effect('auto'));
    expect(answer.kind).toBe('value');
    expect(answer.se).toBeGreaterThan(0);
  });
  test('gives the mean of one arm where the exposure changes nothing', async () => {
    const { distribution } = await ask('x -- y', 'estimate E(y | do(x = 1)) from study by auto');
    const mean = rows.reduce((sum, row) => sum + row[3]! / rows.length, 0);
    expect(distribution?.some(({ value }) => Math.abs(Number(value) - mean) < 1e-12)).toBe(true);
    expect(distribution?.map(({ p }) => p)).toEqual([0.5, 0.5]);
  });
});

test.each([
  ['frontdoor()', triangle, 'E0672'],
  ['iv()', triangle, 'E0672'],
  ['backdoor(m)', 'a -- x  x -- m  m -> y', 'E0554'],
  ['auto', 'a -- x  x <-> y', 'E0670'],
  ['auto', 'a -- x  x -- m  m -- y  y -- a', 'E0671'],
])('by %s in %s is %s', async (by, graph, code) => {
  expect((await ask(graph, effect(by))).error?.code).toBe(code);
});

test('the table for people says the value with its error, and the share', async () => {
  const answer = await ask(triangle, effect('auto'));
  const text = answerBlocks([answer], { paint: plain, width: 120 }).flat().join('\n');
  expect(text).toMatch(/^ +0 {2,}0.5 /m);
  expect(text).toMatch(/\d ± 0\.\d+ +0\.1666/);
});
