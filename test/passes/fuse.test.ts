/** Loops over the same indices as one, and arrays that are not made any more: never at the price of a bit. */
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import type { Builder } from '../../src/ir/build.js';
import type { IrType, Program, ValueId } from '../../src/ir/ir.js';
import { mainName } from '../../src/passes/assemble.js';
import { joinCommon } from '../../src/passes/cse.js';
import { fuse } from '../../src/passes/fuse/fuse.js';
import { hoist } from '../../src/passes/hoist.js';
import { slice } from '../../src/passes/slice.js';
import { explainPlan } from '../../src/plan/explain.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { expectSame, oracle, outcome, wasmAlone } from '../codegen/agree.js';
import { arrayProgram } from '../codegen/array_program.js';
import { int, real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { loopProgram } from './loop_program.js';
import { expectSameRun } from './same_run.js';
import { planOf } from './small_programs.js';
import { countOf, instructionsOf } from './structure.js';

/** What is left of a program after fusing and leaving out, with the same runs. */
function fused(program: Program): { readonly after: Program; readonly loops: number; readonly arrays: number } {
  const { program: joined, loops, arrays } = fuse(program, 'main');
  expectSameRun(program, joined);
  return { after: slice(joined, 'main').program, loops, arrays };
}

const draw = (b: Builder, root: ValueId, site: number, mean = b.real(0)): ValueId =>
  b.draw('normal', real, [mean, b.real(1)], root, site);

/** An array of n elements, each computed from its index. */
const comprehension = (b: Builder, n: ValueId, element: (i: ValueId) => ValueId, low = b.int(0)): ValueId =>
  b.forLoop(
    low,
    n,
    [b.op('fill', [b.op('max', [b.int(0), n]), b.real(Number.NaN)])],
    (i, [xs]) => [b.op('set', [xs!, i, element(i)], reals)],
    [reals],
  )[0]!;

const total = (b: Builder, xs: ValueId, n = b.op('length', [xs])): ValueId =>
  b.forLoop(b.int(0), n, [b.real(0)], (i, [sum]) => [b.op('add', [sum!, b.op('index', [xs, i])])])[0]!;

const operations = (program: Program): readonly string[] =>
  instructionsOf(program).flatMap((i) => (i.kind === 'op' ? [i.op] : []));

describe('an array between two loops', () => {
  test('is never made', () => {
    const program = mainProgram([real], (b, root) => {
      const x = draw(b, root, 10);
      return [
        total(
          b,
          comprehension(b, b.int(7), (i) => b.op('sin', [b.op('mul', [x, b.op('to_real', [i])])])),
        ),
      ];
    });
    const { after, loops, arrays } = fused(program);
    expect([loops, arrays, countOf(after, 'for')]).toEqual([1, 1, 1]);
    expect(operations(after)).not.toContain('set');
    expect(operations(after)).not.toContain('index');
  });

  test('nor with a length that is drawn, nor in a chain, nor with several readers', () => {
    const program = mainProgram([real, real], (b, root) => {
      const x = draw(b, root, 10);
      const n = b.op('floor', [b.op('mul', [x, b.real(5)])]);
      const xs = comprehension(b, n, (i) => b.op('mul', [x, b.op('to_real', [i])]));
      const ys = comprehension(b, b.op('length', [xs]), (i) => b.op('sin', [b.op('index', [xs, i])]));
      const zs = comprehension(b, b.op('length', [ys]), (i) =>
        b.op('mul', [b.op('index', [xs, i]), b.op('index', [ys, i])]),
      );
      return [total(b, zs), total(b, ys)];
    });
    const { after, loops, arrays } = fused(program);
    expect([loops, arrays, countOf(after, 'for')]).toEqual([4, 3, 1]);
    expect(operations(after)).not.toContain('set');
  });

  test('nor where the greatest element is asked for, from the first on', () => {
    const program = mainProgram([real, real], (b, root) => {
      const x = draw(b, root, 10);
      const xs = comprehension(b, b.int(6), (i) => b.op('cos', [b.op('add', [x, b.op('to_real', [i])])]));
      const greatest = b.forLoop(b.int(1), b.int(6), [b.op('index', [xs, b.int(0)])], (i, [best]) => [
        b.op('max', [best!, b.op('index', [xs, i])]),
      ]);
      return [...greatest, total(b, xs)];
    });
    const { after, loops, arrays } = fused(program);
    expect([loops, arrays, countOf(after, 'for')]).toEqual([2, 1, 1]);
  });

  test('nor where draws grow it one by one, whose noise stays what it was', () => {
    const program = mainProgram([real], (b, root) => {
      const path = b.forLoop(
        b.int(0),
        b.int(5),
        [b.real(0), b.constant(reals, [])],
        (t, [x, xs]) => {
          const next = draw(b, b.address(root, 12, t), 11, x!);
          return [next, b.op('extend', [xs!, t, next])];
        },
        [real, reals],
      );
      const later = draw(b, root, 13);
      return [b.op('add', [total(b, path[1]!), later])];
    });
    const { after, arrays } = fused(program);
    expect([arrays, countOf(after, 'for')]).toEqual([1, 1]);
    expect(operations(after)).not.toContain('extend');
  });

  test('nor in rows of rows', () => {
    const rows: IrType = {
      kind: 'array',
      element: { kind: 'array', element: { kind: 'real' }, length: null },
      length: null,
    };
    const program = mainProgram([real], (b, root) => {
      const x = draw(b, root, 10);
      const [table] = b.forLoop(
        b.int(0),
        b.int(3),
        [b.constant(rows, [[], [], []])],
        (i, [all]) => {
          const row = comprehension(b, b.int(4), (j) => b.op('mul', [x, b.op('to_real', [b.op('add', [i, j])])]));
          return [b.op('set', [all!, i, row], rows)];
        },
        [rows],
      );
      return b.forLoop(b.int(0), b.int(3), [b.real(0)], (i, [sum]) => [
        b.op('add', [sum!, total(b, b.op('index', [table!, i]))]),
      ]);
    });
    const { after } = fused(program);
    expect(countOf(after, 'for')).toBe(2);
    expect(operations(after)).not.toContain('set');
  });
});

describe('loops stay apart', () => {
  const apart = (program: Program): void => {
    expect(fused(program).loops).toBe(0);
  };

  test('where one reads beside its index, or goes over others', () => {
    const reading = (at: (b: Builder, i: ValueId) => ValueId, high: number): Program =>
      mainProgram([real], (b, root) => {
        const x = draw(b, root, 10);
        const xs = comprehension(b, b.int(6), (i) => b.op('mul', [x, b.op('to_real', [i])]));
        return b.forLoop(b.int(0), b.int(high), [b.real(0)], (i, [sum]) => [
          b.op('add', [sum!, b.op('index', [xs, at(b, i)])]),
        ]);
      });
    expect(fused(reading((_, i) => i, 6)).loops).toBe(1);
    apart(reading((_, i) => i, 5));
    apart(reading((b, i) => b.op('sub', [b.int(5), i]), 6));
  });

  test('where the second needs what the first ends in, directly or not', () => {
    for (const through of [false, true])
      apart(
        mainProgram([real], (b, root) => {
          const x = draw(b, root, 10);
          const [last] = b.forLoop(b.int(0), b.int(6), [x], (_, [y]) => [b.op('sin', [y!])]);
          const known = through ? b.op('exp', [last!]) : last!;
          return b.forLoop(b.int(0), b.int(6), [x], (_, [sum]) => [b.op('mul', [sum!, known])]);
        }),
      );
  });

  test('where both draw, or both weigh', () => {
    const both = (weighs: boolean): Program =>
      mainProgram([real], (b, root) => {
        const each = (site: number): ValueId =>
          b.forLoop(b.int(0), b.int(4), [b.real(0)], (i, [sum]) => {
            if (!weighs) return [b.op('add', [sum!, draw(b, b.address(root, site, i), site + 1)])];
            b.factor(b.op('sin', [b.op('add', [b.op('to_real', [i]), b.real(site)])]));
            return [b.op('add', [sum!, draw(b, root, 18)])];
          })[0]!;
        return [b.op('add', [each(12), each(15)])];
      });
    apart(both(false));
    apart(both(true));
  });

  test('where an element may have a fault and the reader weighs, or an array is too short', () => {
    const program = (length: number, weighs: boolean): Program =>
      mainProgram([real], (b, root) => {
        const x = draw(b, root, 10);
        const seen = b.make(
          reals,
          Array.from({ length }, () => x),
        );
        const xs = comprehension(b, b.int(4), (i) => b.op('index', [seen, b.op('mod', [i, b.int(4)])]));
        return b.forLoop(b.int(0), b.int(4), [b.real(0)], (i, [sum]) => {
          const element = b.op('index', [xs, i]);
          if (weighs) b.condition(b.op('lt', [element, b.real(0)]));
          return [b.op('add', [sum!, element])];
        });
      });
    apart(program(3, true));
    expect(fuse(program(3, false), 'main').loops).toBe(1);
    expectSameRun(program(3, false), fuse(program(3, false), 'main').program);
    apart(
      mainProgram([real], (b, root) => {
        const x = draw(b, root, 10);
        const [xs] = b.forLoop(
          b.int(0),
          b.int(4),
          [b.make(reals, [x, x])],
          (i, [all]) => [b.op('set', [all!, i, x], reals)],
          [reals],
        );
        return [total(b, xs!, b.int(4))];
      }),
    );
  });
});

describe('what lengths tell', () => {
  test('an element that is surely there is read in front of the loop', () => {
    const program = mainProgram([real], (b, root) => {
      const x = draw(b, root, 10);
      const xs = b.make(reals, [x, x]);
      const n = b.op('floor', [b.op('abs', [b.op('mul', [x, b.real(4)])])]);
      return b.forLoop(b.int(0), n, [b.real(0)], (_, [sum]) => [b.op('add', [sum!, b.op('index', [xs, b.int(1)])])]);
    });
    const after = hoist(program);
    const loop = instructionsOf(after).find((i) => i.kind === 'for');
    expect(loop?.kind === 'for' && loop.body.body.map((i) => i.kind === 'op' && i.op)).toEqual(['add']);
    expectSameRun(program, after);
  });

  test('an array that a loop makes anew as long as it was has a known length, one that grows has not', () => {
    const program = (grows: boolean): Program =>
      mainProgram([real, reals], (b, root) => {
        const x = draw(b, root, 10);
        const [, last] = b.whileLoop(
          [b.int(0), b.make(reals, [x, b.real(1), x])],
          ([k]) => b.op('lt', [k!, b.int(3)]),
          ([k, xs]) => {
            const next = comprehension(b, b.op('length', [xs!]), (i) =>
              b.op('mul', [b.op('index', [xs!, i]), b.op('cos', [x])]),
            );
            return [b.op('add', [k!, b.int(1)]), grows ? b.op('append', [next, x]) : next];
          },
          [int, reals],
        );
        return [total(b, last!), last!];
      });
    for (const grows of [false, true]) {
      const after = fuse(program(grows), 'main').program;
      expect(operations(after).filter((op) => op === 'length').length > 0).toBe(grows);
      expectSameRun(program(grows), after);
    }
  });

  test('nothing that is wrong of arrays that loops change', () => {
    for (let seed = 0; seed < 40; seed++) {
      const program = arrayProgram(seed);
      expectSameRun(program, hoist(fuse(program, 'main').program), { layouts: ['addressed'], count: 3 });
    }
  });

  test('a loop that was there before is not run again', () => {
    const program = (second: number): Program =>
      mainProgram([real], (b, root) => {
        const x = draw(b, root, 10);
        const xs = b.make(reals, [x, b.op('sin', [x])]);
        const sum = (k: number): ValueId =>
          b.forLoop(b.int(0), b.int(2), [b.real(0)], (i, [s]) => [
            b.op('add', [s!, b.op('mul', [b.op('index', [xs, i]), b.real(k)])]),
          ])[0]!;
        return [b.op('add', [sum(2), sum(second)])];
      });
    for (const [second, left] of [
      [2, 1],
      [3, 2],
    ] as const) {
      const after = joinCommon(program(second), 'main');
      expect(countOf(after, 'for')).toBe(left);
      expectSameRun(program(second), after);
    }
  });
});

test('random programs give the same bits, on all engines', () => {
  let [loops, arrays] = [0, 0];
  for (let seed = 0; seed < 240; seed++) {
    const program = loopProgram(seed);
    const found = fuse(program, 'main');
    loops += found.loops;
    arrays += found.arrays;
    if (found.loops === 0) continue;
    expectSameRun(program, found.program, { layouts: ['addressed', 'particle'] });
    if (seed % 4 > 0) continue;
    const after = slice(found.program, 'main', { mainOnly: true }).program;
    for (const engine of [javascript, wasmAlone])
      expectSame({ seed }, outcome(engine, after, 'addressed'), oracle(after, 'addressed'));
  }
  expect(loops).toBeGreaterThan(40);
  expect(arrays).toBeGreaterThan(8);
});

describe('in the language', () => {
  const model = `
    const grid = [0.05 * i for i in 0..80]
    model Field {
      a ~ normal(1, 0.2)
      s ~ gamma(2, 2)
      let f = [a * sin(t) for t in grid]
      let g = [1 / (1 + x * x / s) for x in f]
      energy := sum([x^2 for x in f])
      top := max([f[i] * g[i] for i in 0..80])
      level := mean(g) + variance(g)
    }
    query q = posterior(energy, top, level) using importance(samples = 100)`;
  const plan = (without: 'fuse' | null) => {
    const made = planOf(model, new Set(without === null ? [] : [without]));
    if (!('program' in made)) throw new Error(made.join('\n'));
    return made;
  };

  test('arrays of comprehensions and of the library are not made, with the same bits and in words', () => {
    const [on, off] = [plan(null), plan('fuse')];
    expect(on.fused).toMatchObject({ arrays: 4 });
    expect(countOf(off.program, 'for', mainName)).toBeGreaterThan(7);
    expect(countOf(on.program, 'for', mainName)).toBeLessThanOrEqual(2);
    expect(explainPlan(on, 'js')).toMatch(/fused: +\d+ loops run as part of others; 4 arrays are never made/);
    expect(explainPlan(off, 'js')).not.toContain('fused:');
    expect(on.layout.layout).toBe(off.layout.layout);
    const { layout } = on.layout;
    const bits = (made: typeof on) => {
      const { columns, logWeight } = javascript(made.program, mainName, {
        layout,
        key: keyFromSeed('fuse'),
        limits: { steps: 1e6, depth: 10, elements: 1e6 },
        externs: {},
      }).runBlock(0, 50);
      return { columns, logWeight };
    };
    expect(bits(on)).toEqual(bits(off));
  });

  test('rows of data with a linear predictor in an array are weighed by sums', () => {
    const text = `
      const x = [0.1 * i for i in 0..100]
      const seen = [0.3 * i for i in 0..100]
      model Line {
        a ~ normal(0, 1)
        b ~ normal(0, 1)
        s ~ gamma(2, 2)
        let mu = [a + b * v for v in x]
        for i in 0..100 {
          y[i] ~ normal(mu[i], s)
        }
      }
      query q = posterior(a | y = seen) using importance`;
    const made = planOf(text);
    expect('tunedBy' in made && made.tunedBy).toContain('statistics');
  });
});
