import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/check/check_source.js';
import type { Host } from '../../src/data/host.js';
import { parseJsonRows } from '../../src/data/json_rows.js';
import type { Table } from '../../src/data/table.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { fail, type Outcome } from '../../src/syntax/diagnostic.js';

const read = (value: unknown, enums: readonly { name: string; members: readonly string[] }[] = []): Outcome<Table> =>
  parseJsonRows(
    { name: 't.json', text: typeof value === 'string' ? value : JSON.stringify(value) },
    { table: 't', enums },
  );

const nestedOf = (value: unknown, enums: Parameters<typeof read>[1] = []): unknown => {
  const outcome = read(value, enums);
  return outcome.ok ? outcome.value.nested : outcome.diagnostics.map((d) => `${d.code} ${d.message}`);
};

/** Files by path, read as JSON. */
const hostOf = (files: Readonly<Record<string, unknown>>): Host => ({
  readText: () => fail(),
  readTable: ({ path, table, enums }) =>
    parseJsonRows({ name: path, text: JSON.stringify(files[path]) }, { table, enums }),
});

async function answersOf(text: string, files: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
  const opened = openSession({ name: 'main.scm', text }, hostOf(files), defaultSettings);
  if (!opened.ok) throw new Error(opened.diagnostics.map((d) => d.message).join('\n'));
  expect([...opened.diagnostics, ...opened.value.diagnostics]).toEqual([]);
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const answers: unknown[] = [];
  for (const name of opened.value.queries) {
    const { value, error } = await opened.value.answer({ kind: 'named', name }, options);
    answers.push(error === null ? value : error.message);
  }
  return answers;
}

describe('JSON tables', () => {
  it('are arrays of flat records and records of columns', () => {
    const rows = read([
      { 'a b': 1, c: true },
      { 'a b': null, d: 'x' },
    ]);
    expect(rows.ok && rows.value.columns.map((c) => [c.name, c.type.kind, [...c.values]])).toEqual([
      ['a_b', 'int', [1, Number.NaN]],
      ['c', 'bool', [1, Number.NaN]],
      ['d', 'enum', [Number.NaN, 0]],
    ]);
    const columns = read({ count: 2, x: [1.5, 2], y: ['u', null] });
    expect(columns.ok && [columns.value.rows, columns.value.nested]).toEqual([2, undefined]);
  });
});

describe('nested JSON', () => {
  it('is records and arrays, with one type for what stands at one place', () => {
    expect(nestedOf({ a: 1, b: [[1, 2], [3.5]], c: { d: [true, null] } })).toEqual({
      type: {
        kind: 'record',
        fields: [
          { name: 'a', type: { kind: 'int' } },
          {
            name: 'b',
            type: { kind: 'array', length: 2, element: { kind: 'array', length: null, element: { kind: 'real' } } },
          },
          {
            name: 'c',
            type: {
              kind: 'record',
              fields: [{ name: 'd', type: { kind: 'array', length: 2, element: { kind: 'bool' } } }],
            },
          },
        ],
      },
      value: [1, [Float64Array.of(1, 2), Float64Array.of(3.5)], [Float64Array.of(1, Number.NaN)]],
    });
  });

  it('has missing values where a record lacks a field', () => {
    const kinds = { name: 'Kind', members: ['node', 'leaf'] };
    expect(nestedOf([{ k: 'leaf', sub: [] }, { sub: [{ x: 1 }, { y: 'u' }, null] }], [kinds])).toMatchObject({
      type: {
        length: 2,
        element: {
          fields: [
            { name: 'k', type: { kind: 'enum', name: 'Kind' } },
            { name: 'sub', type: { length: null } },
          ],
        },
      },
      value: [
        [1, []],
        [
          Number.NaN,
          [
            [1, ''],
            [Number.NaN, 'u'],
            [Number.NaN, ''],
          ],
        ],
      ],
    });
  });

  it.each([
    [[1, 'a'], 'E0517 `t[1]` is a label, and `t[0]` is a number'],
    [{ a: [{ b: [1] }, { b: 2 }] }, 'E0517 `t.a[1].b` is a number, and `t.a[0].b` is an array'],
    [{ a: {} }, 'E0517 `t.a` is a record without fields'],
    [{ a: { 'x y': 1, 'x-y': 2 } }, 'E0511 two fields of `t.a` are called `x_y`'],
    [{ a: { ' ': 1 } }, 'E0512 a field of `t.a` has no name'],
    [JSON.stringify(1), 'E0516 t.json is no table: neither an array nor a record'],
    ['[', 'E0516 t.json is no table: it is not JSON'],
    [[], 'E0516 t.json is no table: it is empty'],
    [`${'['.repeat(70)}"x"${']'.repeat(70)}`, `E0517 \`t${'[0]'.repeat(65)}\` nests more than 64 deep`],
  ])('is refused where it has no type: %j', (value, message) => {
    expect(nestedOf(value)).toEqual([message]);
  });

  it('is used as records, arrays and trees in a program', async () => {
    const tree = {
      age: 5,
      children: [
        { age: 3, children: [] },
        { age: 2, children: [{ age: 1.5, children: [] }] },
      ],
    };
    const people = [
      { name: 'a', visits: [{ day: 1 }, { day: 2 }] },
      { name: 'b', visits: [] },
      { name: 'c', ill: true, visits: [{ day: 7 }] },
    ];
    const program = `
enum Name { a, b, c }
data tree = json("tree.json")
data people = json("people.json")
fn total(node) = node.age + sum([total(child) for child in node.children])
const ages = total(tree)
model M {
  x ~ normal(tree.children[1].children[0].age, 1)
  y := sum([sum([v.day for v in p.visits]) for p in people if p.name != b])
  z ~ bernoulli(if people[2].ill then 0.75 else 0)
}
query inner = E(x)
query days = E(y)
query ill = P(z)
query sums = E(x - x + ages + len(people))
`;
    expect(await answersOf(program, { 'tree.json': tree, 'people.json': people })).toEqual([1.5, 10, 0.75, 14.5]);
  });

  it('is no table and hides no node', () => {
    const text = `
data t = json("t.json")
model M { param p ~ beta(1, 1)  x ~ bernoulli(p)  t ~ normal(0, 1) }
query q = P(x) given t
query r = E(t.y)
`;
    const { diagnostics } = checkSource({ name: 'main.scm', text }, hostOf({ 't.json': { a: { b: 1 } } }));
    expect(diagnostics.map((d) => d.code)).toContain('E0207');
    expect(diagnostics.map((d) => d.code)).toContain('E0201');
  });
});
