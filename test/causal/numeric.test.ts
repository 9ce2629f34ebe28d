/** The worked numbers of the cases, each asked as a program or of data. The few that other tests own are named here, so that the count is whole. */
import { afterAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';
import { type Case, ofKind } from './cases.js';

const cases = new Map(ofKind('numeric').map((c): [string, Case] => [c.id, c]));

/** What a case expects under a name, `a::b` for b inside of a. */
function expected(id: string, path: string): unknown {
  let found: unknown = cases.get(id)?.expected;
  for (const name of path.split('::')) {
    if (typeof found !== 'object' || found === null || !(name in found)) throw new Error(`${id}: no ${path}`);
    found = Object.entries(found).find(([key]) => key === name)?.[1];
  }
  return found;
}

async function ask(program: string, query: string, csv = ''): Promise<number | boolean> {
  const source = { name: 'main.scm', text: `${program}\nquery q = ${query}` };
  const session = openSession(source, memoryHost({ 'd.csv': csv }), defaultSettings);
  if (!session.ok) throw new Error(session.diagnostics.map((d) => `${d.code} ${d.message}`).join('; '));
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const { error, value, exact } = await session.value.answer({ kind: 'named', name: 'q' }, options);
  if (error !== null) throw new Error(`${error.code} ${error.message}`);
  if (csv === '') expect(exact).toBe(true);
  return typeof value === 'number' ? value : Number.NaN;
}

type Asked = { readonly program: string; readonly csv?: string; readonly queries: Readonly<Record<string, string>> };

/** Rows of counts. */
const csvOf = (names: string, cells: readonly (readonly [string, number])[]): string =>
  `${names},n\n${cells.map(([values, n]) => `${values},${n}`).join('\n')}\n`;

const recovered: readonly (readonly [string, number, number])[] = [
  ['false,true', 81, 87],
  ['false,false', 234, 270],
  ['true,true', 192, 263],
  ['true,false', 55, 80],
];
const cancer: readonly (readonly [string, number, number])[] = [
  ['true,true', 57, 380],
  ['false,true', 19, 20],
  ['true,false', 2, 20],
  ['false,false', 342, 380],
];
const counted = (rows: readonly (readonly [string, number, number])[]): readonly (readonly [string, number])[] =>
  rows.flatMap(([at, ones, total]) => [[`${at},true`, ones] as const, [`${at},false`, total - ones] as const]);

const simpson = 'data d = csv("d.csv")\ngraph G { z -> x, y  x -> y }';
const doors = 'data d = csv("d.csv")\ngraph G { x -> z -> y  x <-> y }';
const difference = 'E(y[do(x = true)] - y[do(x = false)]';

const asked: Readonly<Record<string, readonly Asked[]>> = {
  'num-simpson-drug': [
    {
      program: simpson,
      csv: csvOf('z,x,y', counted(recovered)),
      queries: {
        'P(Y|do(drug))': 'estimate P(y | do(x = true)) from d weighted n by backdoor(z, refute = none)',
        'P(Y|do(nodrug))': 'estimate P(y | do(x = false)) from d weighted n by auto(refute = none)',
        ATE: `estimate ${difference}) from d weighted n by backdoor(refute = none)`,
        ATT: `estimate ${difference} | x) from d weighted n by backdoor(z, refute = none)`,
        ATU: `estimate ${difference} | not x) from d weighted n by backdoor(z, refute = none)`,
      },
    },
    {
      program: `model M {
        z ~ bernoulli(343 / 700)
        x ~ bernoulli(if z then 263 / 343 else 87 / 357)
        y ~ bernoulli(if z then (if x then 192 / 263 else 55 / 80) else (if x then 81 / 87 else 234 / 270))
      }`,
      queries: {
        'P(Y|X=drug)': 'P(y | x)',
        'P(Y|X=nodrug)': 'P(y | not x)',
        naive_difference: 'P(y | x) - P(y | not x)',
        ATE: 'P(y | do(x = true)) - P(y | do(x = false))',
        ATT: 'P(y[do(x = true)] | x) - P(y[do(x = false)] | x)',
        ATU: 'P(y[do(x = true)] | not x) - P(y[do(x = false)] | not x)',
      },
    },
  ],
  'num-frontdoor': [
    {
      program: doors,
      csv: csvOf('x,z,y', counted(cancer)),
      queries: {
        'P(cancer|do(smoke))': 'estimate P(y | do(x = true)) from d weighted n by frontdoor(z, refute = none)',
        'P(cancer|do(nonsmoke))': 'estimate P(y | do(x = false)) from d weighted n by auto(refute = none)',
        ATE: `estimate ${difference}) from d weighted n by frontdoor(refute = none)`,
      },
    },
    {
      program: `model M {
        x ~ bernoulli(0.5)
        z ~ bernoulli(if x then 0.95 else 0.05)
        y ~ bernoulli(if z then (if x then 57 / 380 else 19 / 20) else (if x then 2 / 20 else 342 / 380))
      }`,
      queries: { 'P(cancer|smoke)': 'P(y | x)', 'P(cancer|nonsmoke)': 'P(y | not x)' },
    },
  ],
  'num-mediation': [
    {
      program: `model M {
        t ~ bernoulli(0.5)
        m ~ bernoulli(if t then 0.75 else 0.4)
        y ~ bernoulli(if t then (if m then 0.8 else 0.4) else (if m then 0.3 else 0.2))
      }`,
      queries: {
        TE: 'P(y | do(t = true)) - P(y | do(t = false))',
        NDE: 'P(y[do(t = true, m = m[do(t = false)])]) - P(y[do(t = false)])',
        NIE: 'P(y[do(t = false, m = m[do(t = true)])]) - P(y[do(t = false)])',
        NIE_reverse: 'P(y[do(t = true, m = m[do(t = false)])]) - P(y[do(t = true)])',
        'CDE(m=0)': 'P(y | do(t = true, m = false)) - P(y | do(t = false, m = false))',
        'CDE(m=1)': 'P(y | do(t = true, m = true)) - P(y | do(t = false, m = true))',
        'NIE/TE': `(P(y[do(t = false, m = m[do(t = true)])]) - P(y[do(t = false)]))
          / (P(y | do(t = true)) - P(y | do(t = false)))`,
        'NDE/TE': `(P(y[do(t = true, m = m[do(t = false)])]) - P(y[do(t = false)]))
          / (P(y | do(t = true)) - P(y | do(t = false)))`,
        '1-NDE/TE': `1 - (P(y[do(t = true, m = m[do(t = false)])]) - P(y[do(t = false)]))
          / (P(y | do(t = true)) - P(y | do(t = false)))`,
      },
    },
  ],
  'num-firing-squad': [
    {
      program: `model M {
        order ~ bernoulli(0.5)
        captain := order
        a := captain
        b := captain
        dead := a or b
      }`,
      queries: {
        'deterministic (W absent)::S1 prediction: not A => not D': 'P(not dead | not a)',
        'deterministic (W absent)::S2 abduction: not D => not C': 'P(not captain | not dead)',
        'deterministic (W absent)::S3 transduction: A => B': 'P(b | a)',
        'deterministic (W absent)::S4 action: not C => D_A & not B_A':
          'P(dead[do(a = true)] and not b[do(a = true)] | not captain)',
        'deterministic (W absent)::S5 counterfactual: D => D_{not A}': 'P(dead[do(a = false)] | dead)',
      },
    },
    {
      program: `model M {
        u ~ bernoulli(0.7)
        w ~ bernoulli(0.1)
        c := u
        a := c or w
        b := c
        d := a or b
      }`,
      queries: {
        'probabilistic::values p=0.7,q=0.1::P(D)': 'P(d)',
        'probabilistic::values p=0.7,q=0.1::P(not D_{not A}|D)': 'P(not d[do(a = false)] | d)',
        'probabilistic::values p=0.7,q=0.1::P(D_{not A}|D)': 'P(d[do(a = false)] | d)',
      },
    },
  ],
  'num-coins': [
    {
      program: `model M { x ~ bernoulli(0.5)  y ~ bernoulli(0.5)  z := x or y  w ~ bernoulli(if z then 0.9 else 0.1) }`,
      queries: {
        'P(X=1|Z=1)': 'P(x | z)',
        'P(X=1|Y=1,Z=1)': 'P(x | y, z)',
        'P(X=1|Y=0,Z=1)': 'P(x | not y, z)',
        'corr(X,Y|Z=1)': 'Corr(x, y | z)',
        'with W: W=1 w.p. .9 if Z else .1 -> P(X=1|W=1)': 'P(x | w)',
      },
    },
  ],
  'num-monty': [
    {
      program: `model M {
        car ~ discrete_uniform(1, 3)
        opened ~ categorical([0, 0, if car == 1 then 0.5 else (if car == 3 then 1 else 0), if car == 1 then 0.5 else (if car == 2 then 1 else 0)])
      }`,
      queries: {
        'P(win|switch)': 'P(car == 2 | opened = 2) + P(car == 3 | opened = 2)',
        'P(win|stay)': 'P(car == 1 | opened = 2)',
      },
    },
  ],
  'num-did': [
    {
      program: 'data d = csv("d.csv")\ngraph G { nj -> fte }',
      // Two stores in each cell, as far above its mean as below.
      csv: `nj,period,fte\n${[
        ['true,0', 20.44],
        ['true,1', 21.03],
        ['false,0', 23.33],
        ['false,1', 21.17],
      ]
        .flatMap(([at, mean]) => [`${at},${Number(mean) - 1}`, `${at},${Number(mean) + 1}`])
        .join('\n')}\n`,
      queries: {
        DiD: 'estimate E(fte[do(nj = true)] - fte[do(nj = false)]) from d by did(time = period, refute = none)',
      },
    },
  ],
  'num-pg-iv': [
    {
      program: `model M {
        z ~ bernoulli(0.8)
        u ~ bernoulli(0.3)
        x ~ bernoulli(1 - (if u then (if z then 0.9 else 0.2) else (if z then 0.3 else 0.1)))
        y ~ bernoulli(1 - (if u then (if x then 0.7 else 0.2) else (if x then 0.8 else 0.5)))
      }`,
      queries: {
        'P(X|Z=1)::0': 'P(not x | z)',
        'P(X|Z=1)::1': 'P(x | z)',
        'P(X|do(Z=1))::0': 'P(not x | do(z = true))',
        'P(Y|do(X=1))::0': 'P(not y | do(x = true))',
        'P(Y|do(X=1))::1': 'P(y | do(x = true))',
      },
    },
  ],
  'num-pg-1459': [
    {
      program: `model M {
        w ~ bernoulli(0.3)
        x ~ bernoulli(1 - (if w then 0.4 else 0.7))
        y ~ bernoulli(1 - (if w then (if x then 0.1 else 0.5) else 0.7))
      }`,
      queries: {
        'P(Y|do(X=1),W=1)::0': 'P(not y | do(x = true), w)',
        'P(Y|do(X=1),W=1)::1': 'P(y | do(x = true), w)',
      },
    },
  ],
  'num-pg-1459b': [
    {
      program: `model M {
        w1 ~ bernoulli(0.3)
        w2 ~ bernoulli(0.7)
        x ~ bernoulli(1 - (if w1 then (if w2 then 0.8 else 0.3) else (if w2 then 0.4 else 0.7)))
        y ~ bernoulli(1 - [[[0.7, 0.7], [0.5, 0.1]], [[0.9, 0.2], [0.4, 0.6]]][int(w1)][int(w2)][int(x)])
      }`,
      queries: {
        'P(Y|do(X=1),W1=1)::0': 'P(not y | do(x = true), w1)',
        'P(Y|do(X=1),W1=1)::1': 'P(y | do(x = true), w1)',
      },
    },
  ],
  'num-cq-1': [
    {
      program: `enum Response { never, harmed, helped, always }
      model M {
        x ~ bernoulli(2 / 3)
        response ~ categorical(Response, [3 / 18, 4 / 18, 5 / 18, 6 / 18])
        y := response == always or (if x then response == helped else response == harmed)
      }`,
      queries: { 'Y[X=1] - Y[X=0]': 'E(int(y[do(x = true)]) - int(y[do(x = false)]))' },
    },
  ],
  'num-cq-2': [
    {
      program: `enum Response { never, harmed, helped, always }
      model M {
        x ~ bernoulli(0.5)
        response ~ categorical(Response, [0.25, 0.25, 0.25, 0.25])
        y := response == always or (if x then response == helped else response == harmed)
      }`,
      queries: {
        'ATE  Y[X=1] - Y[X=0]': 'E(int(y[do(x = true)]) - int(y[do(x = false)]))',
        'PNS  Y[X=1] > Y[X=0]': 'P(y[do(x = true)] and not y[do(x = false)])',
        'PN   Y[X=0]==0 :|: X==1 & Y==1': 'P(not y[do(x = false)] | x, y)',
        'PS   Y[X=1]==1 :|: X==0 & Y==0': 'P(y[do(x = true)] | not x, not y)',
      },
    },
  ],
};

/** Cases that are no questions of a program, with what they are of. */
const elsewhere: Readonly<Record<string, string>> = {
  'num-pn-radiation': 'bounds of causation from counts',
  'num-vitaminA': 'bounds by an instrument',
  'num-evalue': 'sensitivity of an estimate',
  'num-rv': 'sensitivity of an estimate',
};

let answered = 0;

describe.each(Object.entries(asked))('%s', (id, programs) => {
  test.each(
    programs.flatMap(({ program, csv, queries }) =>
      Object.entries(queries).map(([path, query]) => ({ program, csv, path, query })),
    ),
  )('$path', async ({ program, csv, path, query }) => {
    const wanted = expected(id, path);
    const found = await ask(program, query, csv);
    // The cases print ten digits.
    expect(found).toBeCloseTo(Number(wanted), 9);
    answered += 1;
  });
});

test('every case is answered here or named', () => {
  expect([...Object.keys(asked), ...Object.keys(elsewhere)].sort()).toEqual([...cases.keys()].sort());
});

afterAll(() => {
  const of = Object.keys(asked).length;
  const lines = Object.entries(elsewhere).map(([id, what]) => `  ${id}: ${what}`);
  console.info([`${of} of ${cases.size} numeric cases: ${answered} numbers; in other tests:`, ...lines].join('\n'));
});
