/** Functions that other programs compute, and functions of the host that take blocks. */
import { describe, expect, test } from 'vitest';
import { wordsOfCommand } from '../../src/check/command.js';
import { nodeHost } from '../../src/data/node_files.js';
import { batched, isWhatifError, scm } from '../../src/index.js';

const folder = `${import.meta.dirname}/commands`;
const host = (timeLimit = 20, processes = 2) => nodeHost(folder, { allowRead: [], commands: { timeLimit, processes } });
const program = (command: string, more = '') => `
  extern fn f(x: real): real from command "${command}" ${more}
  model M { x ~ normal(0, 1)  y := f(x)  z ~ normal(y, 1) }
  query q = E(y | z = 1) using importance(samples = 700)
  query unused = E(x) using importance(samples = 700)`;
const asked = (text: string, on = host()) => scm.with({ host: on })(text);
const codeOf = async (work: PromiseLike<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (thrown) {
    return isWhatifError(thrown) ? (thrown.diagnostics[0]?.code ?? '') : String(thrown);
  }
};

describe('commands', () => {
  test('are words without a shell', () => {
    expect(wordsOfCommand('python  "my sim.py" -x=\'a "b"\' "" c\\d')).toEqual([
      'python',
      'my sim.py',
      '-x=a "b"',
      '',
      'c\\d',
    ]);
    expect(wordsOfCommand('"a\\"b" $HOME;rm')).toEqual(['a"b', '$HOME;rm']);
    for (const none of ['', ' \t', '"a', "a '", '""']) expect(wordsOfCommand(none)).toBeNull();
  });

  test('do not run unless they are allowed, and only where they are needed', async () => {
    const refused = asked(program('node lines.mjs'), nodeHost(folder, { allowRead: [] }));
    expect(await codeOf(refused.query('q'))).toBe('E0620');
    expect(await codeOf(refused.query('unused'))).toBe('none');
    expect(await codeOf(scm(program('node lines.mjs') as string).query('q'))).toBe('E0620');
  });

  test('that do not work say so', async () => {
    expect(await codeOf(asked(program('no-such-program-here')).query('q'))).toBe('E0621');
    expect(await codeOf(asked(program('node no_such_file.mjs')).query('q'))).toBe('E0621');
  });

  test('give what a function of the host gives, by lines and by columns', async () => {
    const inside = `
      extern fn f(x: real): real from command "node lines.mjs"
      model M { x ~ normal(0, 1)  observe x > -2.5  observe x <= 2  y := f(x)  z ~ normal(y, 1) }
      query q = E(y | z = 1) using importance(samples = 700)`;
    const expected = await scm(inside as string)
      .with({ f: (x: number) => 2 * x })
      .query('q');
    const lines = await asked(program('node lines.mjs', 'cost 3')).query('q');
    // Noise comes from one stream for each particle in both, and a failing call is a weight of zero as a condition is.
    expect(lines.kind === 'value' && expected.kind === 'value' && lines.value).toBeCloseTo(
      expected.kind === 'value' ? expected.value : Number.NaN,
      12,
    );
    expect(lines.warnings.map((w) => w.code)).toContain('W0620');
    const columns = await asked(`
      extern fn g(x: real): (real, bool) from command "node columns.mjs" by columns
      model M { x ~ normal(0, 1)  observe x <= 2  let (a, b) = g(x)  y := a  up := b  z ~ normal(y, 1) }
      query q = E(y | z = 1) using importance(samples = 700)
      query up = P(up == (x > 0)) using importance(samples = 700)`).run();
    expect(columns.q?.kind === 'value' ? columns.q.value : null).toBeCloseTo(
      expected.kind === 'value' ? expected.value : Number.NaN,
      12,
    );
    expect(columns.up?.value).toBe(1);
  }, 60_000);

  test('that never give a value are blamed, and not the evidence', async () => {
    const run = asked(`
      extern fn f(x: real): real from command "node lines.mjs"
      model M { x ~ uniform(3, 4)  y := f(x) }
      query q = E(y | x > 3.5) using importance(samples = 100)`).query('q');
    await expect(run).rejects.toMatchObject({
      diagnostics: [{ code: 'E0610', message: 'No run is left: no call of `f` gave a value.' }, { code: 'W0620' }],
    });
  }, 60_000);

  test('that die in a block are asked again call by call', async () => {
    const { q } = await asked(`
      extern fn g(x: real): { a: real, b: bool } from command "node columns.mjs" by columns
      model M { x ~ uniform(2.88, 2.901)  y := g(x).a }
      query q = E(y) using importance(samples = 150)`).run();
    // Uniform below 2.9; the rest ended the process.
    expect(q?.kind === 'value' && Math.abs(q.value - 2 * 2.89)).toBeLessThan(5 * 2 * (0.02 / Math.sqrt(12 * 140)));
    const warning = q?.warnings.find((w) => w.code === 'W0620');
    expect(warning?.code).toBe('W0620');
    expect(Number(/^(\d+) of 150 /.exec(warning?.message ?? '')?.[1])).toBeGreaterThan(3);
  }, 60_000);

  test('that take too long, and answers of another type, cost their particle only', async () => {
    const slow = await asked(
      `extern fn f(x: real): real from command "node lines.mjs slow"
       model M { k ~ categorical([0.98, 0.02])  y := f(if k == 0 then 1.0 else 0.0) }
       query q = E(y) using importance(samples = 100)`,
      host(0.3),
    ).query('q');
    expect(slow.kind === 'value' && slow.value).toBe(2);
    expect(slow.warnings.find((w) => w.code === 'W0620')?.message).toMatch(/took longer than 0.3 s/);
    const wrong = asked(program('node lines.mjs wrong').replaceAll('700', '100')).query('q');
    expect(await codeOf(wrong)).toBe('E0610');
  }, 60_000);

  const odd = (command: string, samples = 100): string => `
    extern fn f(x: real): real from command "node ${command}" ${command.includes('columns') ? 'by columns' : ''}
    model M { x ~ uniform(0, 1)  y := f(x) }
    query q = E(y) using importance(samples = ${samples})`;

  test('that write other lines lose the calls without a reply, and no others, on any number of processes', async () => {
    const of = async (how: string, processes: number) => {
      const answer = await asked(odd(`odd.mjs ${how}`), host(20, processes)).query('q');
      const [warning] = answer.warnings.filter((w) => w.code === 'W0620');
      return { value: answer.value, failed: Number(/^(\d+) of 100 /.exec(warning?.message ?? '0 of 100 ')?.[1]) };
    };
    const whole = await of('none', 2);
    const cut = await of('nan', 2);
    expect(whole.failed).toBe(0);
    expect(cut.failed).toBeGreaterThan(3);
    // What is written beside a reply is not the reply.
    for (const how of ['before', 'twice'])
      for (const processes of [1, 2]) expect(await of(how, processes)).toEqual(whole);
    // What is written in its place is none.
    for (const how of ['instead', 'other'])
      for (const processes of [1, 3]) expect(await of(how, processes)).toEqual(cut);
  }, 120_000);

  test('whose columns have too many bytes are never believed', async () => {
    for (const how of ['text', 'long']) {
      const run = asked(odd(`odd_columns.mjs ${how}`)).query('q');
      await expect(run).rejects.toMatchObject({ diagnostics: [{ code: 'E0621' }] });
      await expect(run).rejects.toThrow('it wrote more than its reply');
    }
  }, 60_000);

  test('whose columns end too early are asked again soon, call by call', async () => {
    const start = performance.now();
    // A block of fifty may take fifty seconds, but not to write its last number.
    const answer = await asked(odd('odd_columns.mjs short', 50), host(1, 1)).query('q');
    const [warning] = answer.warnings.filter((w) => w.code === 'W0620');
    expect(warning?.message).toMatch(/^[1-9] of 50 calls .* it took longer than 1 s/);
    expect(performance.now() - start).toBeLessThan(50_000);
  }, 120_000);

  test('that print without end are told so', async () => {
    const run = asked(odd('odd.mjs flood').replace('f(x)', 'f(0.95)')).query('q');
    await expect(run).rejects.toThrow('it printed more than 256 MB in one line');
  }, 120_000);

  test('that hang end with the time limit, and Ctrl-C is heard', async () => {
    const hanging = odd('lines.mjs slow').replace('f(x)', 'f(0.0)');
    const start = performance.now();
    expect(await codeOf(asked(hanging, host(100)).query('q', { timeLimit: 1 }))).toBe('E0612');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 1000);
    await expect(asked(hanging, host(100)).query('q', { signal: abort.signal })).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(60_000);
  }, 120_000);

  test('that are waited for in several stretches give what they give in one', async () => {
    // In the model itself a block is asked at once; in a branch each call is.
    for (const call of ['f(x)', 'if x > 0.5 then f(x) else 0']) {
      const text = odd('odd.mjs slow', 300).replace('f(x) }', `${call} }`);
      const slow = await asked(text).query('q');
      const quick = await asked(text)
        .with({ f: (x: number) => x })
        .query('q');
      expect(slow.value).toBe(quick.value);
    }
    // Chains and filters keep what they were at from job to job.
    for (const method of ['smc(particles = 100)', 'mh(samples = 60, warmup = 20, chains = 2)']) {
      const text = odd('odd.mjs slow')
        .replace('y := f(x) }', 'y := f(x)  z ~ normal(y, 0.5)  v ~ normal(if x > 0.5 then f(x / 2) else y, 0.5) }')
        .replace(/E\(y\).*/, `E(y | z = 0.7, v = 0.2) using ${method}`);
      const slow = await asked(text).query('q');
      const quick = await asked(text)
        .with({ f: (x: number) => x })
        .query('q');
      expect(slow.value).toBe(quick.value);
    }
  }, 120_000);

  test('can be stood in for by a function', async () => {
    const stub = asked(program('node lines.mjs'), nodeHost(folder, { allowRead: [] })).with({ f: (x: number) => x });
    expect(Math.abs(Number((await stub.query('q')).value) - 0.5)).toBeLessThan(0.1);
  });
});

describe('functions that take blocks', () => {
  const text = `
    extern fn f(x: real, on: bool): real
    extern fn g(x: real): vector
    model M { x ~ normal(0, 1)  b ~ bernoulli(0.5)  observe b  y := f(x, b)  u ~ normal(y, 1)  w := sum(g(u)) }
    query q = E(w | u > 0) using importance(samples = 2500)`;

  test('are asked block by block, and give what calls one by one give', async () => {
    const single = await scm(text as string)
      .with({ f: (x: number, on: boolean) => (on ? x * x : 0), g: (x: number) => [x, 2 * x] })
      .query('q');
    const sizes: number[] = [];
    const block = await scm(text as string)
      .with({
        f: batched((xs: Float64Array, on: readonly boolean[]) => {
          sizes.push(xs.length);
          return xs.map((x, i) => (on[i] ? x * x : 0));
        }),
        g: batched((xs: Float64Array) => Array.from(xs, (x) => [x, 2 * x])),
      })
      .query('q');
    expect(block.value).toBe(single.value);
    // Three blocks, without the particles that are dead.
    expect(sizes.length).toBe(3);
    expect(Math.max(...sizes)).toBeLessThan(1024);
    expect(Math.min(...sizes)).toBeGreaterThan(100);
  });

  test('are asked alone in branches, and must answer every call', async () => {
    const branches = `
      extern fn f(x: real): real
      model M { x ~ normal(0, 1)  y := if x > 0 then f(x) else 0 }
      query q = E(y) using importance(samples = 200)`;
    const sizes = new Set<number>();
    const half = batched((xs: Float64Array) => {
      sizes.add(xs.length);
      return xs;
    });
    await scm(branches as string)
      .with({ f: half })
      .query('q');
    expect([...sizes]).toEqual([1]);
    const short = scm(text as string).with({ f: batched(() => [1, 2, 3]), g: () => [1] });
    expect(await codeOf(short.query('q'))).toBe('E0605');
  });
});

test('the cost of a call counts against the budget', async () => {
  const drawn = async (cost: string): Promise<number> => {
    const program = `
      extern fn f(x: real): real ${cost}
      model M { x ~ normal(0, 1)  y := f(x) }
      query q = E(y | y > 2)`;
    const answer = await scm(program as string)
      .with({ f: (x: number) => x })
      .query('q');
    return answer.drawn;
  };
  expect(await drawn('')).toBeGreaterThan(20_000);
  expect(await drawn('cost 100')).toBe(10_240);
});
