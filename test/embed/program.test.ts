/** Programs as objects: questions, operations, values, runs. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type AnyAnswer,
  type ChoiceAnswer,
  type DistributionAnswer,
  isWhatifError,
  type NumberAnswer,
  type Pool,
  type PosteriorAnswer,
  type Run,
  type RunProgress,
  scm,
} from '../../src/index.js';
import { serialPool } from '../../src/runtime/jobs.js';
import { memoryHost } from '../check/host.js';

const squad = scm(`
/* query hidden = E(x) */
model Squad {
  order ~ bernoulli(0.5) // query comment = P(order)
  nervous ~ bernoulli(0.1)
  a := order or nervous
  b := order
  dead := a or b
}
graph Sketch { order -> a, b -> dead }
query risk = P(dead) in Squad
query without_a = P(dead[do(a = false)] | dead) in Squad
query gap=P(dead | a) - P(dead) in Squad
query draws = posterior(order, dead) in Squad using importance(samples = 1000)
query count = E(int(dead)) in Squad
`);

const value = (answer: AnyAnswer): number => (answer.kind === 'value' ? answer.value : Number.NaN);

describe('types', () => {
  it('know the names and kinds of queries', () => {
    type Answers = Awaited<ReturnType<typeof squad.run>>;
    expectTypeOf<keyof Answers>().toEqualTypeOf<'risk' | 'without_a' | 'gap' | 'draws' | 'count'>();
    expectTypeOf<Answers['count']>().toEqualTypeOf<NumberAnswer>();
    expectTypeOf<Answers['gap']>().toEqualTypeOf<NumberAnswer>();
    expectTypeOf<Answers['risk']>().toEqualTypeOf<NumberAnswer | DistributionAnswer>();
    expectTypeOf<Answers['draws']>().toEqualTypeOf<PosteriorAnswer<'order' | 'dead'>>();
    expectTypeOf<(typeof squad.models)[number]>().toEqualTypeOf<'Squad' | 'Sketch'>();
    expectTypeOf(() => squad.query('E(int(a)) in Squad')).returns.toEqualTypeOf<Run<NumberAnswer>>();
    expectTypeOf(() => squad.query('argmax d in [1, 2] of E(d)')).returns.toEqualTypeOf<Run<ChoiceAnswer>>();
    expectTypeOf(() => squad.query('draws')).returns.toEqualTypeOf<Run<PosteriorAnswer<'order' | 'dead'>>>();
    const text: string = 'model M { y := 1 }';
    expectTypeOf(scm(text).run).returns.toEqualTypeOf<Run<Readonly<Record<string, AnyAnswer>>>>();
    const n: number = 3;
    // @ts-expect-error values spliced into a text are no data
    expect(scm(`model M { y := ${n} }`).models).toEqual(['M']);
    // @ts-expect-error there is no such model
    expect(() => squad.graph('Sqad')).toThrow(/E0406/);
  });
});

describe('programs', () => {
  it('know what is in them', () => {
    expect(squad.queries).toEqual(['risk', 'without_a', 'gap', 'draws', 'count']);
    expect(squad.models).toEqual(['Squad', 'Sketch']);
    expect(squad.check()).toEqual([]);
    expect(Object.isFrozen(squad)).toBe(true);
    expect(squad.explain('risk')).toContain('P(dead)');
    expect(squad.explain().match(/question:/g)?.length).toBe(6);
    expect(squad.explain('P(a) in Squad')).toContain('P(a)');
    expect(squad.explain('argmax v in bool of P(dead | do(order = v)) in Squad')).toContain('P(dead)');
    expect(squad.graph('Sketch', { do: ['a'] }).edges.map((e) => `${e.from}${e.to}`)).toEqual([
      'orderb',
      'adead',
      'bdead',
    ]);
  });

  it('answer queries', async () => {
    const { risk, without_a, gap, draws } = await squad.run();
    expect(risk.value).toBeCloseTo(0.55, 12);
    expect(without_a.value).toBeCloseTo(0.5 / 0.55, 12);
    expect(gap.value).toBeCloseTo(0.45, 12);
    expect(draws.draws?.columns.dead).toBeInstanceOf(Uint8Array);
    expect(draws.draws?.length).toBe(1000);
    expect(draws.draws?.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    expect(draws.variables.dead?.mean).toBeCloseTo(0.55, 1);
    expect(value(await squad.query(' count '))).toBeCloseTo(0.55, 12);
    expect((await squad.query('P(dead, 1)', {}).answer.catch((thrown) => thrown)).name).toBe('WhatifError');
  });

  it('give draws as typed columns', async () => {
    const program = scm`
      enum Drug { A, B }
      model M {
        x ~ normal(0, 1)  n ~ poisson(3)  b ~ bernoulli(0.5)  drug ~ categorical(Drug, [0.5, 0.5])
        v[0] := x  v[1] := 2 * x  __proto__ := n
      }
      query all = posterior(x, n, b, drug, v, __proto__) using importance(samples = 64)
    `;
    const answer = await program.query('all');
    if (answer.kind !== 'posterior' || answer.draws === null) return expect.unreachable();
    const { columns } = answer.draws;
    expect(Object.keys(columns).sort()).toEqual(['__proto__', 'b', 'drug', 'n', 'v[0]', 'v[1]', 'x']);
    expect(columns.x).toBeInstanceOf(Float64Array);
    expect(columns.n).toBeInstanceOf(Int32Array);
    expect(columns.b).toBeInstanceOf(Uint8Array);
    expect(columns['v[1]']?.[7]).toBe(2 * Number(columns.x?.[7]));
    expect(new Set<unknown>(Array.from<unknown>(columns.drug ?? []))).toEqual(new Set(['A', 'B']));
    const twice = await program.query('all');
    expect(twice.kind === 'posterior' && twice.draws?.columns.x).toEqual(columns.x);
    const other = await program.query('all', { seed: 2 });
    expect(other.kind === 'posterior' && other.draws?.columns.x).not.toEqual(columns.x);
  });

  it('are operated on from outside', async () => {
    const one = squad.do({ a: false });
    expect(value(await one.query('P(dead) in Squad'))).toBeCloseTo(0.5, 12);
    expect(value(await one.do({ order: true }, 'Squad').query('count'))).toBe(1);
    expect(value(await squad.do`order ~ bernoulli(${0.9})`.query('count'))).toBeCloseTo(0.91, 12);
    expect(value(await squad.query('count'))).toBeCloseTo(0.55, 12);
    expect(one.models).toEqual(['Squad', 'Sketch']);
    expect(
      squad
        .do({ zzz: 1 })
        .check()
        .map((d) => d.code),
    ).toEqual(['E0441']);
    expect(() => squad.do({ 'a or b': 1 })).toThrow(/E0441/);
  });

  it('with several models are operated on where the nodes are', async () => {
    const two = scm(`
      model A { x ~ normal(0, 1)  y := x + 1  f[0] := 1  f[1] := f[0] + x }
      model B { z ~ normal(0, 1)  y := z + 10 }
    `);
    const operated = two.do({ x: 5, 'f[0]': 7 });
    expect(value(await operated.query('E(y + f[1]) in A'))).toBe(18);
    expect(value(await operated.query('E(y) in B'))).toBeCloseTo(10, 9);
    expect(
      two
        .do({ q: 1 })
        .check()
        .map((d) => d.code),
    ).toEqual(['E0441']);
  });

  it('take values by name', async () => {
    const program = scm(`
      enum Drug { A, B }
      const c = 1
      const which = A
      data t = csv("t.csv")
      model M(n: int) { y := c + n + sum(t.v) + (if which == B then 100 else 0) }
      query q = E(y) in M
    `);
    const rows = [{ v: 10 }, { v: 20 }];
    expect((await program.with({ t: rows, n: 2 }).run()).q.value).toBe(33);
    expect((await program.with({ t: rows }).with({ n: 2, c: 0.5, which: 'B' }).run()).q.value).toBe(132.5);
    expect(program.check().map((d) => d.code)).toContain('E0501');
    expect(
      program
        .with({ t: rows, tt: rows })
        .check()
        .map((d) => d.code),
    ).toContain('E0201');
    expect(
      program
        .with({ t: rows, cc: 1 })
        .check()
        .map((d) => d.code),
    ).toContain('E0201');
    expect(() => program.with({ t: new Date() })).toThrow(/E0530/);
  });

  it('read files through a host', async () => {
    const files = scm.with({ name: 'main.scm', host: memoryHost({ 't.csv': 'v\n1\n2\n' }), defaults: { seed: 7 } });
    const program = files`data t = csv("t.csv") model M { y := sum(t.v) * ${2} }`;
    const answer = await program.query('E(y)');
    expect([value(answer), answer.seed]).toEqual([6, '7']);
  });
});

describe('runs', () => {
  const slow = scm`model M { x ~ normal(0, 1)  y := x^4 } query q = E(y) using importance(samples = ${20_000_000})`;

  it('tell their progress', async () => {
    const heard: RunProgress[] = [];
    const run = slow.query('q');
    for await (const progress of run) heard.push(progress);
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.at(-1)).toMatchObject({ query: 'q', draws: 20_000_000, total: 20_000_000, left: 0 });
    expect(heard.map(({ seconds }) => seconds)).toEqual(heard.map(({ seconds }) => seconds).sort((a, b) => a - b));
    expect(heard.at(-1)?.rate).toBeGreaterThan(1000);
    const again: RunProgress[] = [];
    for await (const progress of run) again.push(progress);
    expect(again).toEqual(heard);
    expect(value(await run)).toBeCloseTo(3, 1);
  });

  it('are done where the host says', async () => {
    let opened = 0;
    const open: Pool['open'] = (job, setup) => {
      opened += 1;
      return serialPool.open(job, setup);
    };
    const there = await slow.query('q', { pool: { workers: 1, open } });
    expect(opened).toBe(1);
    expect(value(there)).toBe(value(await slow.query('q')));
  });

  it('are aborted by a signal, and stopped with what they have', async () => {
    const reason = new Error('enough');
    await expect(slow.query('q', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const run = slow.run({ signal: controller.signal, samples: 50_000_000 });
    setTimeout(() => controller.abort(reason), 20);
    await expect(
      (async () => {
        for await (const _ of run);
      })(),
    ).rejects.toBe(reason);
    const stopped = slow.query('q', { samples: 50_000_000 });
    setTimeout(stopped.stop, 20);
    const answer = await stopped;
    expect(answer.warnings.map((w) => w.code)).toContain('W0606');
    expect(answer.drawn).toBeLessThan(50_000_000);
  });

  it('obey limits and the choice of engine', async () => {
    const late = await slow.query('q', { samples: 100_000_000, timeLimit: 0.05 });
    expect(late.warnings.map((w) => w.code)).toContain('W0606');
    const small = await slow.query('posterior(x)', { method: 'importance', samples: 3_000_000, memoryLimit: 1e6 });
    expect(small.drawn).toBeLessThan(100_000);
    const both = await Promise.all(
      (['js', 'interpreter'] as const).map((engine) => slow.query('q', { engine, samples: 2000 })),
    );
    expect(value(both[0]!)).toBe(value(both[1]!));
    const importance = await squad.query('count', { method: 'importance', samples: 500 });
    expect([importance.method, importance.drawn]).toEqual(['importance', 500]);
  });

  it('refuse values that options do not take, in words', async () => {
    const wrong = [
      [{ samples: -1 }, '`samples` is a whole number, at least 1, not -1'],
      [{ samples: 1.5 }, '`samples` is a whole number, at least 1, not 1.5'],
      [{ seed: Number.NaN }, '`seed` is a text or a finite number, not NaN'],
      [{ timeLimit: -1 }, '`timeLimit` is a number of seconds, above 0, not -1'],
      [{ memoryLimit: 0 }, '`memoryLimit` is a number of bytes, above 0, not 0'],
    ] as const;
    for (const [options, message] of wrong) {
      for (const ask of [() => slow.query('q', options), () => slow.run(options)]) {
        const thrown: unknown = await ask().then(
          () => null,
          (error: unknown) => error,
        );
        expect(isWhatifError(thrown) && thrown.diagnostics.map((d) => [d.code, d.message])).toEqual([
          ['E0409', message],
        ]);
      }
    }
  });

  it('that fail in part give the other answers', async () => {
    const program = scm('model M { x ~ normal(0, 1) }\nquery good = E(x)\nquery bad = E(x | x > 1, x < 1)');
    try {
      await program.run({ samples: 100, method: 'importance' });
      expect.unreachable();
    } catch (thrown) {
      if (!isWhatifError(thrown)) throw thrown;
      expect(thrown.diagnostics.map((d) => d.code)).toEqual(['E0610']);
      expect(Object.keys(thrown.answers ?? {})).toEqual(['good']);
    }
  });
});
