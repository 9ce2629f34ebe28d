/** `whatif discover` and `whatif implications --data`: words, JSON, formats, exit codes. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { processTerminal } from '../../src/cli/terminal.js';
import { streamOf } from '../causal/simulate.js';
import { runCommand, scratch } from './fake.js';

const folder = scratch();
const file = (name: string, text: string): string => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};
const ask = async (...args: readonly string[]) => {
  const { code, out, error } = await runCommand([...args]);
  return { code, out, error, json: args.includes('--json') && code === 0 ? JSON.parse(out) : null };
};

const noise = streamOf('a collider');
const rows = Array.from({ length: 400 }, () => {
  const [a, b] = [noise.normal(), noise.normal()];
  const c = a + b + noise.normal();
  return [a, b, c, c + noise.normal()];
});
const quantities = file('quantities.csv', `a,b,c,d\n${rows.map((row) => row.join(',')).join('\n')}\n`);
const labels = file(
  'labels.csv',
  `x,y,z\n${rows.map(([a, b, c]) => [a! > 0 ? 'high' : 'low', b! > 0, c! > 1 ? 2 : c! > -1 ? 1 : 0].join(',')).join('\n')}\n`,
);
const found = 'a --> c\nb --> c\nc --> d\n';

describe('discover', () => {
  it('prints the class, and what it was found by', async () => {
    const { code, out, error } = await ask('discover', quantities);
    expect([code, error]).toEqual([0, '']);
    expect(out).toMatch(/^a --> c\nb --> c\nc --> d\n\npc by fisher_z at 0.05, \d+ tests, 400 rows\n$/);
  });

  it('finds circles by FCI', async () => {
    const { out } = await ask('discover', quantities, '--method', 'fci');
    expect(out).toContain('a o-> c\nb o-> c\nc --> d\n');
  });

  it.each([
    ['scm', 'graph Found {\n  a -> c\n  b -> c\n  c -> d\n}\n'],
    ['dagitty', 'dag {\n  a\n  b\n  c\n  d\n  a -> c\n  b -> c\n  c -> d\n}\n'],
  ])('writes %s', async (format, expected) => {
    expect((await ask('discover', quantities, '--format', format)).out).toBe(expected);
  });

  it('writes marks in the languages that have them', async () => {
    const dot = await ask('discover', quantities, '--method', 'fci', '--format', 'dot');
    expect(dot.out).toContain('"a" -> "c" [dir=both, arrowtail=odot, arrowhead=normal];');
    const pag = await ask('discover', quantities, '--method', 'fci', '--format', 'dagitty');
    expect(pag.out).toContain('pag {');
    expect(pag.out).toContain('  a @-> c\n');
    const none = await ask('discover', quantities, '--method', 'fci', '--format', 'scm');
    expect([none.code, none.out]).toEqual([3, '']);
    expect(none.error).toContain('E0662');
  });

  it('is told what is known', async () => {
    const two = file('two.csv', `u,v\n${rows.map(([a, , c]) => `${a},${c}`).join('\n')}\n`);
    expect((await ask('discover', two)).out).toContain('u -- v\n');
    expect((await ask('discover', two, '--tiers', 'u < v')).out).toContain('u --> v\n');
    expect((await ask('discover', two, '--require', 'v -> u')).out).toContain('v --> u\n');
    expect((await ask('discover', two, '--forbid', 'v -> u')).out).toContain('u --> v\n');
    expect((await ask('discover', two, '--forbid', 'v -> u', '--forbid', 'u -> v')).out).toMatch(/^u\nv\n\n/);
  });

  it('counts how often edges are found, by the seed', async () => {
    const args = ['discover', quantities, '--bootstrap', '20', '--json'] as const;
    const { json } = await ask(...args);
    expect(json.bootstrap.replicates).toBe(20);
    const edge = json.bootstrap.edges.find((e: { a: string; b: string }) => e.a === 'a' && e.b === 'c');
    expect(edge.share).toBe(1);
    expect(edge.marks.reduce((sum: number, m: { share: number }) => sum + m.share, 0)).toBeCloseTo(1, 12);
    expect((await ask(...args)).json).toEqual(json);
    expect((await ask(...args, '--seed', '2')).json.bootstrap).not.toEqual(json.bootstrap);
    const { out } = await ask('discover', quantities, '--bootstrap', '20');
    expect(out).toMatch(/^a --> c {2}100 % {2}\(/);
    expect(out).toContain('shares of 20 tables');
  });

  it('gives the marks of each edge in JSON', async () => {
    const { json } = await ask('discover', quantities, '--json');
    expect(json).toMatchObject({
      method: 'pc',
      rows: 400,
      left: 0,
      seed: '1',
      nodes: ['a', 'b', 'c', 'd'],
      bootstrap: null,
    });
    expect(json.edges[2]).toEqual({ a: 'c', b: 'd', at_a: 'tail', at_b: 'arrow' });
    expect(json.figures.tests).toBeGreaterThan(6);
  });

  it('takes whole numbers for labels where labels are tested', async () => {
    const { json } = await ask('discover', labels, '--test', 'g2', '--json');
    expect(json.how).toContain('g2');
    expect(json.edges).toEqual([
      { a: 'x', b: 'z', at_a: 'tail', at_b: 'arrow' },
      { a: 'y', b: 'z', at_a: 'tail', at_b: 'arrow' },
    ]);
  });

  it.each(['ges', 'exact'])('searches by %s', async (method) => {
    expect((await ask('discover', quantities, '--method', method)).out.startsWith(found)).toBe(true);
    const { json } = await ask('discover', labels, '--method', method, '--score', 'bdeu', '--json');
    expect(json.how).toContain('BDeu');
    expect(json.edges.map((e: { a: string; b: string }) => `${e.a} ${e.b}`)).toEqual(['x z', 'y z']);
  });

  it('leaves out rows that lack a value, and says so', async () => {
    const gap = file('gap.csv', `a,b,c,d\n1,,2,3\n${rows.map((row) => row.join(',')).join('\n')}\n`);
    const { out, error } = await ask('discover', gap);
    expect(out.startsWith(found)).toBe(true);
    expect(error).toContain('1 of 401 rows');
  });

  it.each([
    [['--test', 'g2'], 3, 'E0660'],
    [['--tiers', 'a < q'], 2, 'no column `q`'],
    [['--tiers', 'a <'], 2, 'tiers as in'],
    [['--require', 'a'], 2, 'arrow as in'],
    [['--require', 'a -> b', '--forbid', 'a -> b'], 3, 'E0660'],
    [['--alpha', '1.5'], 2, 'between 0 and 1'],
    [['--method', 'pd'], 2, 'pc'],
    [['--method', 'ges', '--score', 'bdeux'], 2, 'bdeu'],
    [['--method', 'ges', '--score', 'bdeu'], 3, 'quantities'],
    [['--bootstrap', '5', '--format', 'dot'], 2, '--bootstrap'],
  ] as const)('%j is refused', async (args, code, words) => {
    const { code: was, out, error } = await ask('discover', quantities, ...args);
    expect([was, out]).toEqual([code, '']);
    expect(error).toContain(words);
  });

  it('reads a table or says why not', async () => {
    expect((await ask('discover', path.join(folder, 'nothing.csv'))).error).toContain('E0501');
    expect((await ask('discover', file('bad.csv', 'a,b\n1\n'))).error).toContain('E0513');
    expect((await ask('discover', file('void.csv', 'a,b\n,1\n2,\n'))).error).toContain('no row');
  });
});

describe('discover on a graph', () => {
  const hidden = file('hidden.dagitty', 'dag { u [latent] z -> x; u -> x; u -> y; w -> y }');
  it('says what endless data would tell', async () => {
    const { code, out } = await ask('discover', hidden, '--method', 'fci');
    expect(code).toBe(0);
    expect(out).toMatch(/^z o-> x\nx <-> y\nw o-> y\n\nfci by separation in the graph, \d+ tests\n$/);
    const { json } = await ask('discover', file('chain.dot', 'digraph { a -> b -> c }'), '--json');
    expect(json).toMatchObject({ rows: null, left: null, bootstrap: null, nodes: ['a', 'b', 'c'] });
    expect(json.edges.map((e: { at_b: string }) => e.at_b)).toEqual(['tail', 'tail']);
  });
  it.each([
    [hidden, ['--bootstrap', '5'], 2, 'is about a table'],
    [hidden, ['--method', 'ges'], 2, 'needs a table'],
    [file('circle.dagitty', 'dag { a -> b -> a }'), [], 1, 'E0552'],
    [file('line.dagitty', 'pdag { a -- b }'), [], 3, 'E0672'],
  ] as const)('%s %j is refused', async (graph, args, code, words) => {
    const { code: was, error } = await ask('discover', graph, ...args);
    expect(was).toBe(code);
    expect(error).toContain(words);
  });
});

it('an interrupt can end a search that never pauses', () => {
  const before = process.listenerCount('SIGINT');
  const terminal = processTerminal();
  expect(process.listenerCount('SIGINT')).toBe(before + 1);
  terminal.endOnInterrupt();
  expect(process.listenerCount('SIGINT')).toBe(before);
});

describe('implications with data', () => {
  const right = file('right.dagitty', 'dag { a -> c <- b; c -> d }');
  const wrong = file('wrong.dagitty', 'dag { a -> b; c -> d; a -> d }');

  it('gives p values and a verdict', async () => {
    const { code, out } = await ask('implications', right, '--data', quantities);
    expect(code).toBe(0);
    expect(out).toMatch(/^a ⫫ b {7}p = 0\.\d{4}\n/);
    expect(out).toContain('the data contradict none of 3 by fisher_z on 400 rows');
    const not = await ask('implications', wrong, '--data', quantities);
    expect(not.out).toContain('contradicted');
    expect(not.out).toContain('the data contradict ');
  });

  it('corrects for many tests in JSON', async () => {
    const { json } = await ask('implications', wrong, '--data', quantities, '--json');
    expect(json).toMatchObject({ test: 'fisher_z', rows: 400, alpha: 0.05, contradicted: true });
    for (const one of json.independencies) {
      expect(one.holm).toBeGreaterThanOrEqual(one.p);
      expect(one.contradicted).toBe(one.holm <= 0.05);
    }
    expect(Math.min(...json.independencies.map((one: { holm: number }) => one.holm))).toBeCloseTo(
      json.independencies.length * Math.min(...json.independencies.map((one: { p: number }) => one.p)),
      12,
    );
  });

  it('stays without p where there is no table', async () => {
    const { json } = await ask('implications', right, '--json');
    expect(json).toEqual({
      independencies: [
        { x: 'a', y: 'b', given: [], p: null },
        { x: 'a', y: 'd', given: ['c'], p: null },
        { x: 'b', y: 'd', given: ['c'], p: null },
      ],
    });
  });

  it('refuses a table that lacks columns, or the wrong test', async () => {
    const lacking = await ask('implications', right, '--data', labels);
    expect([lacking.code, lacking.out]).toEqual([3, '']);
    expect(lacking.error).toContain('no columns `a`, `c`, `b`, `d`');
    expect((await ask('implications', right, '--data', quantities, '--test', 'chi2')).error).toContain('E0661');
    expect((await ask('implications', right, '--test', 'chi2')).code).toBe(2);
    expect((await ask('implications', right, '--data', quantities, '--data', labels)).code).toBe(2);
  });
});
