import { describe, expect, it } from 'vitest';
import type { Instruction } from '../../src/ir/ir.js';
import type { verify } from '../../src/ir/verify.js';
import { visit } from '../../src/ir/walk.js';
import { programsOf } from './programs_of.js';

/** Instructions of one kind in `main`, with the loops around them. */
function inMain<K extends Instruction['kind']>(program: Parameters<typeof verify>[0], kind: K) {
  const found: Extract<Instruction, { readonly kind: K }>[] = [];
  const is = (i: Instruction): i is Extract<Instruction, { readonly kind: K }> => i.kind === kind;
  const main = program.functions.main;
  if (main !== undefined)
    visit(main.body, (i) => {
      if (is(i)) found.push(i);
    });
  return found;
}

const regression = `data rows = csv("rows.csv")
model M {
  param a ~ normal(0, 10)
  param b ~ normal(0, 10)
  x ~ normal(0, 1)
  y ~ normal(a + b * x, 1)
}
query q = E(b) given rows
`;

const coins = `data rows = csv("rows.csv")
enum Kind { a, b }
model M {
  param p[Kind] ~ beta(1, 1)
  param q ~ beta(1, 1)
  kind ~ categorical(Kind, [q, 1 - q])
  heads ~ bernoulli(p[kind])
}
query q = E(q) given rows
`;

describe('rows in the IR', () => {
  it('of continuous cells are one loop of scores over the columns', () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${i / 10},${Math.sin(i)}`).join('\n');
    const { program } = programsOf(regression, { 'rows.csv': `x,y\n${rows}\n` });
    const loops = inMain(program, 'for');
    expect(loops.length).toBe(1);
    const [loop] = loops;
    expect(loop?.inits).toEqual([]);
    const kinds = loop?.body.body.map((i) => i.kind) ?? [];
    expect(kinds.filter((k) => k === 'score').length).toBe(2);
    expect(kinds).not.toContain('draw');
    const constants = inMain(program, 'const').filter((c) => c.value instanceof Float64Array);
    expect(constants.map((c) => (c.value instanceof Float64Array ? c.value.length : 0))).toEqual([200, 200]);
  });

  it('draw what is missing at the address of their row', () => {
    const { program } = programsOf(regression, { 'rows.csv': 'x,y\n1,2\n,3\n,4\n5,\n' });
    // Two rows without x; the row without y needs no draw of it.
    expect(inMain(program, 'draw').filter((d) => program.sites[d.site]?.name === 'x').length).toBe(2);
    expect(inMain(program, 'draw').filter((d) => program.sites[d.site]?.name === 'y')).toEqual([]);
    expect(new Set(inMain(program, 'draw').map((d) => `${d.address}/${d.site}`)).size).toBe(4);
  });

  it('that are equal are one row, to the power of their count', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `${i % 3 === 0 ? 'a' : 'b'},${i % 2}`).join('\n');
    const { given, program } = programsOf(coins, { 'rows.csv': `kind,heads\n${rows}\n` });
    expect(given.map((g) => g.rows)).toEqual([4]);
    expect(given[0]?.weights?.reduce((a, b) => a + b)).toBe(1000);
    expect(inMain(program, 'score')).toEqual([]);
    expect(inMain(program, 'factor').length).toBe(8);
    const called = inMain(program, 'call').map((c) => c.callee);
    expect(called).toContain('bernoulli(real).logpdf');
  });

  it('leave out what only new units need', () => {
    const { program } = programsOf(coins, { 'rows.csv': 'kind,heads\na,1\nb,0\n' });
    expect(
      inMain(program, 'draw')
        .map((d) => program.sites[d.site]?.name)
        .sort(),
    ).toEqual(['p', 'p', 'q']);
  });

  it('sum a bool that is missing out in one factor', () => {
    const { program } = programsOf(coins, { 'rows.csv': 'kind,heads\n,1\n' });
    expect(inMain(program, 'factor').length).toBe(1);
    expect(
      inMain(program, 'draw')
        .map((d) => program.sites[d.site]?.name)
        .sort(),
    ).toEqual(['p', 'p', 'q']);
  });

  it('of which nothing is known leave nothing', () => {
    const { program } = programsOf(coins, { 'rows.csv': 'kind,heads\n,\n,\n' });
    expect(inMain(program, 'factor')).toEqual([]);
    expect(inMain(program, 'for')).toEqual([]);
  });
});
