import { describe, expect, test, vi } from 'vitest';
import { loadProject } from '../../src/check/load.js';
import { tiered } from '../../src/codegen/tiered.js';
import { scm } from '../../src/index.js';
import { defaultLimits, type Engine } from '../../src/ir/engine.js';
import { mainName } from '../../src/passes/assemble.js';
import { chooseEngine, worthCompiling } from '../../src/plan/choose_engine.js';
import { type EngineName, engineNames } from '../../src/plan/engine_names.js';
import { engineNamed, engines, provideEngine } from '../../src/plan/engines.js';
import { planOnce } from '../../src/plan/kept_plans.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { memoryHost } from '../check/host.js';
import { ask, open } from '../models/programs.js';
import { planOf } from '../passes/small_programs.js';

const model = 'model M { a ~ normal(0, 1)  y ~ normal(a, 1) }\n';
const asked = `${model}query q = E(a | y = 1) using importance(samples = 3000)`;

describe('an engine asked for by name', () => {
  const present = engineNames.filter((name) => name === 'auto' || engineNamed(name) !== null);

  test('gives the same bits as any other', async () => {
    const answers = [];
    for (const engine of present) answers.push(await ask(asked, { engine }));
    for (const { value, se, logEvidence, error } of answers)
      expect({ value, se, logEvidence, error }).toEqual({
        value: answers[0]!.value,
        se: answers[0]!.se,
        logEvidence: answers[0]!.logEvidence,
        error: null,
      });
  });

  test('that is not there is an error', async () => {
    for (const engine of engineNames.filter((name) => !present.includes(name)))
      expect((await ask(asked, { engine })).error?.code).toBe('E0655');
  });

  test('is taken by the embedding', async () => {
    const program = scm`model M { a ~ normal(0, 1)  y ~ normal(a, 1) }
      query q = E(a | y = 1) using importance(samples = 3000)`;
    const [js, interpreter] = await Promise.all(
      (['js', 'interpreter'] as const).map((engine) => program.query('q', { engine })),
    );
    expect(js).toMatchObject({ value: (interpreter as { readonly value: number }).value });
    expect(program.explain('q', { engine: 'interpreter' })).toMatch(/engine: +interpreter: asked for by name/);
  });
});

describe('an engine that cannot compile a program', () => {
  test('says so where it was asked for by name', async () => {
    provideEngine('native', (program, main, options) => ({
      ...engines.js(program, main, options),
      left: { to: 'js', because: 'there is no compiler' },
    }));
    const { value, warnings } = await ask(asked, { engine: 'native' });
    expect(warnings.map(({ code }) => code)).toEqual(['W0656']);
    expect(warnings[0]!.message).toContain('there is no compiler');
    expect(value).toBe((await ask(asked, { engine: 'js' })).value);
    const explained = open(asked, { engine: 'native' }).explain({ kind: 'named', name: 'q' });
    expect(explained.ok && explained.value).toMatch(
      /engine: +native: asked for by name. It leaves the program to 'js'/,
    );
  });
});

describe('an engine that the method does not run', () => {
  const series = `model W {
    d ~ normal(0, 1)
    x[1] ~ normal(0, 1)
    for t in 2..6 { x[t] ~ normal(x[t-1] + d, 1)  y[t] ~ normal(x[t], 1) }
  }\n`;
  const given = 'E(d | y[3] = 1, y[5] = 1) using';
  const alone = `${model}query q = E(a | y = 1) using`;
  const filters: readonly (readonly [string, string])[] = [
    ['smc', `${series}query q = ${given} smc(particles = 50, replicas = 4)`],
    ['rejuvenated', `${series}query q = ${given} smc(particles = 50, replicas = 4, rejuvenate = 1)`],
    ['alive', `${series}query q = E(d | y[5] > 0) using smc(particles = 50, replicas = 4)`],
    ['pmmh', `${series}query q = ${given} pmmh(samples = 20, particles = 20, warmup = 10)`],
    ['particle_gibbs', `${series}query q = ${given} particle_gibbs(samples = 20, particles = 20, warmup = 10)`],
    ['smc2', `${series}query q = ${given} smc2(parameters = 20, particles = 10)`],
  ];
  const chains = `${alone} mh(samples = 20, warmup = 10)`;
  const wholes: readonly (readonly [string, string])[] = [
    ['importance', `${alone} importance(samples = 2000)`],
    ['points of Sobol', `${alone} importance(samples = 2000, points = sobol)`],
    ['rejection', `${alone} rejection(samples = 20)`],
    ['tempered', `${alone} smc(particles = 50, replicas = 4, tempered = true)`],
    ['abc', `${model}query q = E(a | y ~= 1) using abc(simulations = 2000)`],
    ['abc_smc', `${model}query q = E(a | y ~= 1) using abc_smc(simulations = 2000)`],
  ];
  const native = (because: string | null): void =>
    provideEngine('native', (program, main, options) => ({
      ...engines.js(program, main, options),
      ...(because === null ? {} : { left: { to: 'js', because } }),
    }));
  /** What a run says of the engine, and `explain`. */
  const toldOf = async (text: string, engine: EngineName) => {
    const { error, warnings } = await ask(text, { engine });
    expect(error).toBeNull();
    const explained = open(text, { engine }).explain({ kind: 'named', name: 'q' });
    return {
      warned: warnings.flatMap(({ code, message }) => (code === 'W0656' ? [/ to '(\w+)'/.exec(message)?.[1]] : [])),
      explained: /^engine: +(.*)$/m.exec(explained.ok ? explained.value : '')?.[1],
    };
  };
  const wasmName = engineNamed('wasm') === null ? 'js' : 'wasm';

  test.each(filters)('is named, and the one that does: %s', async (_, text) => {
    native(null);
    for (const [engine, other] of [
      ['native', wasmName],
      ['interpreter', 'js'],
    ] as const) {
      const { warned, explained } = await toldOf(text, engine);
      expect(warned).toEqual([other]);
      expect(explained).toContain(
        `${engine}: asked for by name. It leaves the program to '${other}', because runs that`,
      );
    }
    for (const engine of ['auto', 'js', ...(wasmName === 'wasm' ? (['wasm'] as const) : [])] as const) {
      const { warned, explained } = await toldOf(text, engine);
      expect(warned).toEqual([]);
      expect(explained).not.toContain('leaves');
    }
  });

  test('is any but JavaScript for chains over noise', async () => {
    native(null);
    for (const engine of ['native', 'interpreter', ...(wasmName === 'wasm' ? (['wasm'] as const) : [])] as const) {
      const { warned, explained } = await toldOf(chains, engine);
      expect(warned).toEqual(['js']);
      expect(explained).toContain(`It leaves the program to 'js', because chains hold the noise`);
    }
    expect(await toldOf(chains, 'auto')).toMatchObject({ warned: [], explained: expect.stringMatching(/^js: chains/) });
    expect(await toldOf(chains, 'js')).toEqual({ warned: [], explained: 'js: asked for by name' });
  });

  test.each(wholes)('is told where it cannot compile what the method makes: %s', async (_, text) => {
    native(null);
    expect(await toldOf(text, 'native')).toEqual({ warned: [], explained: 'native: asked for by name' });
    expect((await toldOf(text, 'interpreter')).warned).toEqual([]);
    native('there is no compiler');
    const { warned, explained } = await toldOf(text, 'native');
    expect(warned).toEqual(['js']);
    expect(explained).toContain("It leaves the program to 'js', because there is no compiler");
  });
});

describe('the engine that is chosen', () => {
  const plan = (draws: number | null, exact = true) => ({
    method: { name: 'importance' },
    options: { samples: draws },
    facts: { cost: { steps: 0, operations: 10, exact } },
  });

  test('is JavaScript where little is to be done', () => {
    expect(chooseEngine(plan(worthCompiling / 20), 'auto')).toMatchObject({ name: 'js', engine: engines.js });
  });

  test('is WebAssembly where much is to be done, if it is there', () => {
    const found = chooseEngine(plan(worthCompiling), 'auto');
    expect(found?.engine).toBe(engineNamed('wasm') ?? engines.js);
  });

  test('changes on the way where it is not known how much is to be done', () => {
    expect(chooseEngine(plan(null), 'auto')?.name).toBe('auto');
    expect(chooseEngine(plan(100, false), 'auto')?.name).toBe('auto');
    const rejecting = { ...plan(100), method: { name: 'rejection' } };
    expect(chooseEngine(rejecting, 'auto')?.name).toBe('auto');
  });

  test('that changes on the way gives the same bits, draws summed up or kept', async () => {
    const long = `${model}query q = E(a | y = 1) using importance`;
    const kept = `${model}query q = posterior(a | y = 1) using importance`;
    for (const text of [long, kept]) {
      const [auto, js] = [await ask(text, { engine: 'auto' }), await ask(text, { engine: 'js' })];
      expect({ ...auto, seconds: 0 }).toEqual({ ...js, seconds: 0 });
    }
  });

  test('is JavaScript for modules that are compiled ahead of time', () => {
    const made = open(`${model}query q = E(a | y = 1) using importance(samples = 1000000)`).factories({
      kind: 'named',
      name: 'q',
    });
    expect(made.ok && [...made.value.values()].some((text) => text.includes('logWeights'))).toBe(true);
  });

  test('is told by explain', () => {
    const explained = open(asked).explain({ kind: 'named', name: 'q' });
    expect(explained.ok && explained.value).toMatch(/engine: +js: /);
  });
});

describe('an engine that another one takes over from', () => {
  const told =
    (name: string, log: string[]): Engine =>
    (program, main, options) => {
      log.push(`${name} made`);
      const kernel = engines.js(program, main, options);
      return {
        ...kernel,
        runBlock: (block, count) => {
          log.push(name);
          return kernel.runBlock(block, count);
        },
      };
    };

  test('hands over after so many operations', () => {
    const log: string[] = [];
    const made = planOf('model M { a ~ normal(0, 1)  b ~ normal(a, 1) }\nquery q = E(b) using importance');
    if (!('program' in made)) throw new Error(made.join('\n'));
    const { program, layout } = made;
    const options = { layout: layout.layout, key: keyFromSeed('1'), limits: defaultLimits, externs: {} };
    const kernel = tiered(told('first', log), told('second', log), 3000)(program, mainName, options);
    const blocks = [0, 1, 2, 3].map((block) => kernel.runBlock(block, 200));
    expect(log).toEqual(['first made', 'first', 'first', 'second made', 'second', 'second']);
    expect(blocks).toEqual([0, 1, 2, 3].map((block) => engines.js(program, mainName, options).runBlock(block, 200)));
  });
});

describe('what was compiled before', () => {
  const text =
    'model M { a ~ normal(0, 1)  y ~ normal(a, 1.25) }\nquery q = E(a | y = 1) using importance(samples = 3000)';
  const textsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = vi.spyOn(globalThis, 'Function');
    await work();
    const { length } = before.mock.calls;
    before.mockRestore();
    return length;
  };

  test('serves other seeds, and other sessions of the same text', async () => {
    expect(await textsOf(() => ask(text, { engine: 'js' }))).toBeGreaterThan(0);
    expect(await textsOf(() => ask(text, { engine: 'js', seed: '2' }))).toBe(0);
    expect((await ask(text, { engine: 'js', seed: '2' })).value).toBe(
      (await ask(text, { engine: 'interpreter', seed: '2' })).value,
    );
  });

  test('is planned once, unless it is asked otherwise', () => {
    const loaded = loadProject({ name: 'm.scm', text }, memoryHost({}));
    if (!loaded.ok) throw new Error('the program cannot be loaded');
    const [query] = loaded.value.queries;
    const form = query?.declaration.expression;
    if (query === undefined || form?.kind !== 'value' || form.value.kind !== 'form') throw new Error('no form');
    const { value } = form;
    const plan = (samples: number | null, method: string | null = null) => {
      const made = planOnce(loaded.value, query, value, 'M', { method, samples });
      if (!made.ok) throw new Error('no plan');
      return made.value;
    };
    expect(plan(null)).toBe(plan(null));
    expect(plan(5000).options.samples).toBe(5000);
    expect(plan(null).options.samples).toBe(3000);
    expect(plan(null, 'exact').exact).not.toBeNull();
  });

  test('gives a program the answers of each seed', async () => {
    const program = scm`model M { a ~ normal(0, 1)  y ~ normal(a, 1.5) }`;
    const asked = 'E(a | y = 1) using importance(samples = 3000)';
    const first = await program.query(asked, { seed: 1 });
    const other = await program.query(asked, { seed: 2 });
    const again = await program.query(asked, { seed: 1 });
    expect(again).toMatchObject({ value: (first as { readonly value: number }).value });
    expect(other).not.toMatchObject({ value: (first as { readonly value: number }).value });
  });
});
