/** Random networks of bools, labels and normals: what rows weigh, particle by particle, against enumeration. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { defaultLimits } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { programsOf } from './programs_of.js';

/** A probability: a number, or one of the parameters p and q. */
type Chance = number | 'p' | 'q';

/** A node: a bool by chance for each state of its parents, a bool computed of two others, or a normal around a bool of its parent. */
type Node =
  | { readonly kind: 'draw'; readonly parents: readonly number[]; readonly chances: readonly Chance[] }
  | { readonly kind: 'and'; readonly left: number; readonly right: number }
  | { readonly kind: 'branch'; readonly parent: number; readonly chances: readonly Chance[] };

type Network = {
  readonly nodes: readonly Node[];
  readonly rows: readonly { readonly cells: readonly (0 | 1 | null)[]; readonly weight: number }[];
  readonly under: { readonly node: number; readonly chance: number } | null;
  readonly selected: number | null;
};

const chance: fc.Arbitrary<Chance> = fc.oneof(fc.constantFrom<Chance>('p', 'q'), fc.constantFrom(0.2, 0.5, 0.9, 0, 1));

const nodeAt = (i: number): fc.Arbitrary<Node> => {
  const before = fc.nat({ max: Math.max(0, i - 1) });
  const draw = fc.uniqueArray(before, { maxLength: i === 0 ? 0 : 2 }).chain((parents) =>
    fc.record({
      kind: fc.constant('draw' as const),
      parents: fc.constant(parents),
      chances: fc.array(chance, { minLength: 4, maxLength: 4 }),
    }),
  );
  if (i === 0) return draw;
  const computed = fc.record({ kind: fc.constant('and' as const), left: before, right: before });
  const branch = fc.record({
    kind: fc.constant('branch' as const),
    parent: before,
    chances: fc.array(chance, { minLength: 2, maxLength: 2 }),
  });
  return fc.oneof({ weight: 3, arbitrary: draw }, computed, branch);
};

const network: fc.Arbitrary<Network> = fc.integer({ min: 1, max: 4 }).chain((size) =>
  fc.record({
    nodes: fc.tuple(...Array.from({ length: size }, (_, i) => nodeAt(i))),
    rows: fc.array(
      fc.record({
        cells: fc.array(fc.constantFrom(0 as const, 1 as const, null), { minLength: size, maxLength: size }),
        weight: fc.constantFrom(1, 2, 0.5, 3, 0),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    under: fc.option(fc.record({ node: fc.nat({ max: size - 1 }), chance: fc.constantFrom(0.5, 0.3) })),
    selected: fc.option(fc.nat({ max: size - 1 })),
  }),
);

function textOf({ nodes, under, selected }: Network): string {
  const statements = nodes.map((node, i) => {
    if (node.kind === 'and') return `n${i} := n${node.left} and not n${node.right}`;
    if (node.kind === 'branch')
      return `n${i} := if n${node.parent} then sample bernoulli(${node.chances[1]}) else not sample bernoulli(${node.chances[0]})`;
    const [a, b] = node.parents;
    const [c0, c1, c2, c3] = node.chances;
    if (a === undefined) return `n${i} ~ bernoulli(${c0})`;
    if (b === undefined) return `n${i} ~ bernoulli(if n${a} then ${c1} else ${c0})`;
    return `n${i} ~ bernoulli(if n${a} then (if n${b} then ${c3} else ${c2}) else if n${b} then ${c1} else ${c0})`;
  });
  const from = under === null ? '' : ` under do(n${under.node} ~ bernoulli(${under.chance}))`;
  const chosen = selected === null ? '' : ` selected by n${selected}`;
  return `data rows = csv("rows.csv")
model M {
  param p ~ beta(2, 2)
  param q ~ beta(2, 2)
  ${statements.join('\n  ')}
}
query answer = posterior(p, q) given rows weighted w${from}${chosen}
`;
}

/** The probability that a unit has these cells. */
function likelihood({ nodes, under }: Network, cells: readonly (0 | 1 | null)[], p: number, q: number): number {
  const number = (c: Chance | undefined): number => (c === 'p' ? p : c === 'q' ? q : (c ?? 0));
  const of = (happens: boolean, c: number): number => (happens ? c : 1 - c);
  let total = 0;
  for (let code = 0; code < 1 << nodes.length; code++) {
    const value = (i: number): boolean => ((code >> i) & 1) === 1;
    if (cells.some((cell, i) => cell !== null && (cell === 1) !== value(i))) continue;
    total += nodes.reduce((so, node, i) => {
      if (under?.node === i) return so * of(value(i), under.chance);
      if (node.kind === 'and') return value(i) === (value(node.left) && !value(node.right)) ? so : 0;
      if (node.kind === 'branch')
        return (
          so * (value(node.parent) ? of(value(i), number(node.chances[1])) : of(!value(i), number(node.chances[0])))
        );
      const state =
        node.parents.length === 2 ? 2 * Number(value(node.parents[0]!)) + Number(value(node.parents[1]!)) : 0;
      const one = node.parents.length === 1 ? Number(value(node.parents[0]!)) : state;
      return so * of(value(i), number(node.chances[one]));
    }, 1);
  }
  return total;
}

test.prop([network], { numRuns: 60 })('rows weigh what enumeration says', (net) => {
  const { selected } = net;
  const rows = net.rows.map(({ cells, weight }) => ({
    weight,
    cells: cells.map((cell, i) => (i === selected && cell === 0 ? 1 : cell)),
  }));
  const names = net.nodes.map((_, i) => `n${i}`);
  const lines = rows.map(({ cells, weight }) => [...cells.map((c) => c ?? ''), weight].join(','));
  const { program } = programsOf(textOf(net), { 'rows.csv': `${[...names, 'w'].join(',')}\n${lines.join('\n')}\n` });
  const kernel = interpret(program, 'main', {
    layout: 'addressed',
    key: keyFromSeed('rows'),
    limits: defaultLimits,
    externs: {},
  });
  const { columns, logWeight } = kernel.runBlock(0, 4);
  const column = (k: number): Float64Array => (columns[k] instanceof Float64Array ? columns[k] : new Float64Array(0));
  const known = (cells: readonly (0 | 1 | null)[]): readonly (0 | 1 | null)[] =>
    cells.map((cell, i) => (i === selected ? 1 : cell));
  const nothing = net.nodes.map(() => null);
  const logLikelihood = (p: number, q: number): number =>
    rows.reduce((so, { cells, weight }) => {
      if (weight === 0) return so;
      const chosen = selected === null ? 1 : likelihood(net, known(nothing), p, q);
      return so + weight * (Math.log(likelihood(net, known(cells), p, q)) - Math.log(chosen));
    }, 0);
  for (let particle = 0; particle < 4; particle++) {
    const [p = Number.NaN, q = Number.NaN] = [column(0)[particle], column(1)[particle]];
    // A run without weight need not have values; whether rows are impossible hangs on no parameter inside (0, 1).
    const exact = Number.isNaN(p) ? logLikelihood(0.5, 0.5) : logLikelihood(p, q);
    if (Number.isFinite(exact)) expect(logWeight[particle]).toBeCloseTo(exact, 8);
    else expect(logWeight[particle]).toBe(Number.NEGATIVE_INFINITY);
  }
});
