/** Draws that engines sum up where they are give the rows of those that are summed up in JavaScript, to the bit. */
import { describe, expect, test } from 'vitest';
import { functionOf } from '../../src/codegen/facts.js';
import { javascript } from '../../src/codegen/javascript.js';
import { summingOf } from '../../src/codegen/summing.js';
import { defaultLimits, type Kernel, type KernelOptions, type Summing } from '../../src/ir/engine.js';
import type { Program } from '../../src/ir/ir.js';
import { mainName } from '../../src/passes/assemble.js';
import { planOf } from '../passes/small_programs.js';
import { options, wasmAlone } from './agree.js';
import { hasCompiler, native } from './native_programs.js';

const models: Readonly<Record<string, string>> = {
  'weights of one kind': `
    model M { a ~ normal(0, 2)  b ~ half_cauchy(5)  y ~ normal(a * b, 1.5) }
    query q = E(a | y = 0.5)`,
  'few weights': `
    model M { a ~ uniform(0, 1)  y ~ bernoulli(if a < 0.0003 then 0.5 else 0) }
    query q = E(a | y = true)`,
  'no output': `
    model M { a ~ normal(0, 2)  y ~ normal(a, 1.5) }
    query q = evidence(y = 0.5)`,
  'no number': `
    model M { a ~ normal(0, 1)  y ~ normal(a, 1) }
    query q = E(sqrt(a) | y = 0.5)`,
  'weights of two dimensions': `
    model M {
      a ~ normal(0, 1)  c ~ bernoulli(0.998)
      if c { observe 0.5 ~ normal(a, 1) } else { observe true ~ bernoulli(0.3) }
    }
    query q = E(a)`,
  'too deep for the host': `
    fn down(n: int): real { if n <= 0 { return 0.5 } return 1 + down(n - 1) }
    model M { a ~ uniform(0, 1)  y ~ normal(if a > 0.998 then down(40000) else a, 1000) }
    query q = E(a | y = 0.5)`,
};

function planned(text: string): Program {
  const made = planOf(text);
  if (!('program' in made)) throw new Error(made.join('\n'));
  return made.program;
}

const blocks = 5;

/** All that is found of some blocks; a mixed one is looked at as it stands in the room. */
function found(summing: Summing, draws: number, dimension: number): readonly unknown[] {
  const pieces: unknown[] = [];
  for (let done = 0; done < draws; ) {
    const { rows, above, ...rest } = summing.blocks(3 + done / 1024, draws - done, dimension, -3);
    done += (rows.length / 11) * 1024;
    pieces.push({ rows: rows.slice(), above: above.slice(), ...rest });
    if (!rest.mixed) continue;
    const count = Math.min(1024, draws - done);
    const { logWeight } = summing.room();
    logWeight.fill(Number.NEGATIVE_INFINITY, count >> 1, count);
    const survey = summing.survey(count, -4).slice();
    pieces.push(survey, summing.room().above.slice(0, survey[3]), summing.sum(count, survey[0]!).slice());
    done += 1024;
  }
  return pieces;
}

describe('sums of blocks', () => {
  const byC = (program: Program, _: string, given: KernelOptions) => native(program, given);
  const engines = { wasm: wasmAlone, ...(hasCompiler ? { native: byC } : {}) };
  test.each(Object.entries(models))('%s', { timeout: 30_000 }, (_, text) => {
    const program = planned(text);
    const given = { ...options('column'), limits: { ...defaultLimits, depth: 1e6 } };
    const { results } = functionOf(program, mainName);
    const reference = summingOf(javascript(program, mainName, given), results);
    // Interpreting what is deep takes long.
    const deep = text.includes('down');
    const dimensions = deep ? [1] : [0, 1];
    for (const draws of deep ? [1100] : [1024 * blocks, 1500, 1]) {
      const expected = dimensions.map((dimension) => found(reference, draws, dimension));
      for (const [name, engine] of Object.entries(engines)) {
        const kernel: Kernel | { readonly reason: string } = engine(program, mainName, given);
        if ('reason' in kernel || kernel.summing === undefined) throw new Error(`${name} sums nothing up`);
        const { summing } = kernel;
        expect({ name, found: dimensions.map((dimension) => found(summing, draws, dimension)) }).toEqual({
          name,
          found: expected,
        });
      }
    }
  });
});
