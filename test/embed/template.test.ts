/** Programs as templates: what is handed over is data, and mistakes point into the template. */
import { describe, expect, it } from 'vitest';
import { type AnyAnswer, type Interpolation, isWhatifError, placeOf, scm } from '../../src/index.js';

const value = (answer: AnyAnswer): number => (answer.kind === 'value' ? answer.value : Number.NaN);

const codes = (program: { readonly check: () => readonly { readonly code: string }[] }): readonly string[] =>
  program.check().map((d) => d.code);

const failure = async (run: PromiseLike<unknown>): Promise<readonly string[]> => {
  try {
    await run;
  } catch (thrown) {
    if (isWhatifError(thrown)) return thrown.diagnostics.map((d) => d.code);
    throw thrown;
  }
  return [];
};

describe('interpolated values', () => {
  it.each<readonly [string, Interpolation, string, number]>([
    ['a number', 2.5, 'v + 1', 3.5],
    ['a number that prints as a sign', -3, '2 ^ v * 8', 1],
    ['a number with an exponent', 1e-30, 'v * 1e30', 1],
    ['a bool', true, 'if v then 4 else 5', 4],
    ['an array', [1, 2, 3.5], 'sum(v) + len(v)', 9.5],
    ['an array of bools', [true, false, true], 'sum([int(b) for b in v])', 2],
    ['a typed array', Float32Array.of(0.5, 0.25), 'v[0] + v[1]', 0.75],
    ['bytes', Uint8Array.of(1, 255), 'v[1]', 255],
    [
      'a matrix',
      [
        [1, 2],
        [3, 4],
      ],
      'v[1, 0] + v[0][1]',
      5,
    ],
    ['a matrix of typed rows', [Float64Array.of(1, 2), Float64Array.of(3, 4)], 'v[1, 1]', 4],
    ['a record', { a: 1, b: { c: 41 } }, 'v.a + v.b.c', 42],
    ['rows', [{ a: 1, b: true }, { a: 4 }], 'v.a[1] + v.rows', 6],
    ['columns', { a: Int32Array.of(5, 6, 7), b: ['x', 'y', 'x'] }, 'v.a[2] + v.rows + int(v.b[1])', 11],
  ])('%s', async (_, given, formula, expected) => {
    // As a template: at every place where the value is read.
    const pieces = `model M { y := ${formula} }`.split(/\bv\b/);
    const strings = Object.assign(pieces, { raw: pieces });
    const tagged = scm(strings, ...pieces.slice(1).map(() => given));
    expect(value(await tagged.query('E(y)'))).toBeCloseTo(expected, 12);
    // By name, in the place of what the text declares.
    const declaration = formula.includes('v.rows') ? 'data v = csv("v.csv")' : 'const v = 0';
    const named = scm(`${declaration}\nmodel M { y := ${formula} }`.toString());
    expect(value(await named.with({ v: given }).query('E(y)'))).toBeCloseTo(expected, 12);
  });

  it('strings are labels, whatever they hold', async () => {
    const labels = [
      'plain',
      'with "quotes"',
      "it's",
      '`back`',
      '$\u007bx}',
      '__proto__',
      'new\nline',
      '1 + 1',
      '\\',
      '</script>',
    ];
    const rows = labels.map((label, i) => ({ label, i }));
    const program = scm`
      data t = ${rows}
      model M { k ~ discrete_uniform(0, ${labels.length - 1})  l := t.label[k] }
    `;
    for (const [i, label] of labels.entries())
      expect(value(await program.query`E(k | l = ${label})`), label).toBeCloseTo(i, 12);
  });

  it('strings bind to declared enums, alone and in arrays', async () => {
    const program = scm`
      enum Drug { A, B }
      model M { drug ~ categorical(Drug, ${[0.25, 0.75]})  hit := drug == ${['B', 'A']}[0] }
    `;
    expect(value(await program.query`P(drug = ${'A'})`)).toBeCloseTo(0.25, 12);
    expect(value(await program.query('P(hit)'))).toBeCloseTo(0.75, 12);
  });

  it('are never text of the program', async () => {
    const evil = '1) } model Evil { y := (2';
    expect(codes(scm`model M { y := ${evil} + 1 }`)).toEqual(['E0302']);
    expect(scm`model M { y := 1 } // ${evil}`.models).toEqual(['M']);
    const program = scm('model M { x ~ normal(0, 1)  y := x }');
    expect(() => program.do({ 'x = 1), do(y': 2 })).toThrow(/E0441/);
    await expect(program.query('E(x) } model N {')).rejects.toThrow(/E01/);
  });

  it('are rows to learn from', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ heads: i % 4 === 0 }));
    const coin = scm`model Coin { param p ~ beta(1, 1)  heads ~ bernoulli(p) } query q = P(heads) given ${rows}`;
    expect(value(await coin.query('q'))).toBeCloseTo(6 / 22, 12);
    expect(value(await coin.query`E(p) given ${rows.slice(0, 10)}`)).toBeCloseTo(4 / 12, 12);
  });

  it('are copied', async () => {
    const numbers = [1, 2, 3];
    const typed = Float64Array.of(1, 2);
    const program = scm`model M { y := sum(${numbers}) + sum(${typed}) }`;
    numbers[0] = 100;
    typed[0] = 100;
    expect(value(await program.query('E(y)'))).toBe(9);
  });

  it.each<readonly [string, Interpolation]>([
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a symbol as object', Object(Symbol('x'))],
    ['64-bit integers', BigInt64Array.of(1n)],
    ['mixed kinds', [1, 'a']],
    ['ragged kinds', [[1], ['a']]],
    ['missing cells outside of tables', [1, null]],
    ['mixed columns', [{ a: 1 }, { a: 'x' }]],
    ['deep cells', [{ a: { b: 1 } }]],
    ['an empty record', {}],
  ])('%s is E0530', (_, given) => {
    expect(codes(scm`model M { y := ${given} }`)).toEqual(['E0530']);
  });

  it('cannot be names, and stand in no string', () => {
    expect(codes(scm`model ${'M'} { y := 1 }`)).toEqual(['E0531']);
    expect(codes(scm`model M { ${'y'} := 1 }`)).toEqual(['E0531']);
    expect(codes(scm`data t = csv("${'t.csv'}") model M { y := 1 }`)).toContain('E0531');
    expect(codes(scm`data t = ${3} model M { y := t.rows }`)).toEqual(['E0530']);
  });

  it('are options of methods', async () => {
    const program = scm`model M { x ~ normal(0, 1) } query q = E(x^4) using importance(samples = ${2048})`;
    const { q } = await program.run();
    expect(q?.drawn).toBe(2048);
  });
});

describe('functions', () => {
  it('are called as they stand, with numbers', async () => {
    const program = scm`model M { x ~ discrete_uniform(1, 3)  y := ${(a: number, b: number) => a * b}(x, 10) }`;
    expect(value(await program.query('E(y | x = 2)'))).toBe(20);
  });

  it('are declared with types, by placeholder or by name', async () => {
    const detector = ({ energy, on }: { energy: number; on: boolean }, k: Float64Array): number[] =>
      on ? [energy, k.length] : [0, 0];
    const text = 'extern fn detector(state: { energy: real, on: bool }, k: int[]): real[]';
    const tagged = scm`
      enum Drug { A, B }
      extern fn f(drug: Drug): Drug = ${(drug: string) => (drug === 'A' ? 'B' : 'A')}
      model M { drug ~ categorical(Drug, [0.2, 0.8])  y := f(drug) }
    `;
    expect(value(await tagged.query('P(y = A)', { samples: 4000 }))).toBeCloseTo(0.8, 1);
    const named = scm(`${text}\nmodel M { x ~ bernoulli(1)  y := detector({ energy: 7.5, on: x }, [1, 2, 3]) }`);
    const program = named.with({ detector });
    expect(value(await program.query('E(y[0] + y[1])', { samples: 10 }))).toBe(10.5);
    expect(await failure(named.query('E(y[0])', { samples: 10 }))).toEqual(['E0605']);
  });

  it('that fail or give something else are E0605', async () => {
    const wrong = scm`model M { x ~ normal(0, 1)  y := ${(_: number) => 'text'}(x) }`;
    expect(await failure(wrong.query('E(y)', { samples: 10 }))).toEqual(['E0605']);
  });
});

describe('diagnostics', () => {
  it('point into the template', () => {
    const program = scm`model M {
  x ~ normal(${1}, ${[1, 2]})
  y ~ bernouli(${0.5})
}`;
    const [first, second] = program.check();
    expect([first?.code, second?.code]).toEqual(['E0301', 'E0202']);
    expect(first && placeOf(first)).toEqual({ line: 2, column: 20 });
    expect(second && placeOf(second)).toEqual({ line: 3, column: 7 });
    expect(program.text.split('\n')[1]).toBe('  x ~ normal($\u007b…}, $\u007b…})');
    expect(() => program.explain()).toThrow(
      /--> <template>:2:20\n {2}\|\n2 \| {3}x ~ normal\(\$\{…\}, \$\{…\}\)\n {2}\| {20}\^{4}/,
    );
  });

  it('of runs point there too', async () => {
    const program = scm`model M { s ~ uniform(${-2}, -1)  x ~ normal(0, s) }`;
    try {
      await program.query('E(x)', { method: 'importance' });
      expect.unreachable();
    } catch (thrown) {
      if (!isWhatifError(thrown)) throw thrown;
      const [d] = thrown.diagnostics;
      expect([d?.code, d?.source.name]).toEqual(['E0601', '<template>']);
    }
  });
});
