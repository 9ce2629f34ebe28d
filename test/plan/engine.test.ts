import { describe, expect, test } from 'vitest';
import { tiered } from '../../src/codegen/tiered.js';
import { scm } from '../../src/index.js';
import { defaultLimits, type Engine } from '../../src/ir/engine.js';
import { mainName } from '../../src/passes/assemble.js';
import { chooseEngine, worthCompiling } from '../../src/plan/choose_engine.js';
import { engineNames } from '../../src/plan/engine_names.js';
import { engineNamed, engines } from '../../src/plan/engines.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
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

describe('the engine that is chosen', () => {
  const plan = (draws: number | null, exact = true) => ({
    options: { samples: draws },
    size: 10,
    facts: { cost: { steps: 0, operations: 10, exact } },
  });

  test('is JavaScript where little is to be done', () => {
    expect(chooseEngine(plan(worthCompiling / 20), 'auto')).toMatchObject({ name: 'js', engine: engines.js });
  });

  test('is WebAssembly where much is to be done, if it is there', () => {
    const found = chooseEngine(plan(worthCompiling), 'auto');
    expect(found?.engine).toBe(engineNamed('wasm') ?? engines.js);
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
