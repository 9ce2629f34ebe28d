import { describe, expect, test } from 'vitest';
import { buildFunction } from '../../src/ir/build.js';
import type { BlockResult, NoiseLayout } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import { extendAddress, rootAddress } from '../../src/runtime/random/address.js';
import { nextNormal } from '../../src/runtime/random/normal.js';
import { addressedState, columnState, particleState } from '../../src/runtime/random/source.js';
import { nextUniform } from '../../src/runtime/random/uniform.js';
import { address, bool, int, real, reals, triple } from './families.js';
import { mainProgram, programOf } from './hand_program.js';
import { faultOf, key, optionsFor, run } from './run.js';

const layouts: readonly NoiseLayout[] = ['addressed', 'column', 'particle'];
const column = (result: BlockResult, k: number): readonly number[] => Array.from(result.columns[k] ?? [], Number);
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;

describe('noise to the bit', () => {
  const twoNormals = mainProgram([real, real], (b, root) => [
    b.draw('normal', real, [b.real(0), b.real(1)], root, 10),
    b.draw('normal', real, [b.real(3), b.real(2)], b.address(root, 11, b.int(4)), 12),
  ]);
  const first = extendAddress(rootAddress, 10, 0);
  const second = extendAddress(extendAddress(rootAddress, 11, 4), 12, 0);
  const state = new Int32Array(4);

  test('addressed: particle, address and request decide each number', () => {
    const kernel = interpret(twoNormals, 'main', optionsFor('addressed'));
    const result = kernel.runBlock(2, 5);
    for (let i = 0; i < 5; i++) {
      addressedState(key, first, 2048 + i, 0, state);
      expect(result.columns[0]![i]).toBe(nextNormal(state));
      addressedState(key, second, 2048 + i, 0, state);
      expect(result.columns[1]![i]).toBe(3 + 2 * nextNormal(state));
    }
  });

  test('column: one stream for each draw and block', () => {
    const result = interpret(twoNormals, 'main', optionsFor('column')).runBlock(3, 5);
    columnState(key, first, 3, state);
    for (let i = 0; i < 5; i++) expect(result.columns[0]![i]).toBe(nextNormal(state));
    columnState(key, second, 3, state);
    for (let i = 0; i < 5; i++) expect(result.columns[1]![i]).toBe(3 + 2 * nextNormal(state));
  });

  test('particle: one stream, in the order of execution', () => {
    const result = interpret(twoNormals, 'main', optionsFor('particle')).runBlock(1, 5);
    for (let i = 0; i < 5; i++) {
      particleState(key, 1024 + i, state);
      expect(result.columns[0]![i]).toBe(nextNormal(state));
      expect(result.columns[1]![i]).toBe(3 + 2 * nextNormal(state));
    }
  });

  test('nested draws take the stream of the outermost draw in the column layout, their own address in the addressed one', () => {
    const program = mainProgram([triple], (b, root) => [b.draw('three', triple, [b.real(0)], root, 10)]);
    const inColumns = run(program, 2, 'column').columns[0]!;
    columnState(key, first, 0, state);
    for (let i = 0; i < 2; i++)
      expect(inColumns[i]).toEqual(Float64Array.of(nextNormal(state), 2 * nextNormal(state), 3 * nextNormal(state)));
    const [addressed] = run(program, 1).columns[0]!;
    const parts = [0, 1, 2].map((k) => {
      addressedState(key, extendAddress(extendAddress(first, 0, k), 1, 0), 0, 0, state);
      return (k + 1) * nextNormal(state);
    });
    expect(addressed).toEqual(Float64Array.from(parts));
  });

  test.each(layouts)('%s: a block gives the same bits alone as after others', (layout) => {
    const kernel = interpret(twoNormals, 'main', optionsFor(layout));
    const alone = kernel.runBlock(1, 7);
    kernel.runBlock(0, 3);
    expect(kernel.runBlock(1, 7)).toEqual(alone);
  });
});

describe('weights', () => {
  test('linear Gaussian posterior by likelihood weighting', () => {
    // mu ~ normal(0, 1), 2 seen of normal(mu, 0.5): the posterior is normal(1.6, sqrt(0.2)).
    const program = mainProgram([real], (b, root) => {
      const mu = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      b.score('normal', [mu, b.real(0.5)], b.real(2), root, 11);
      return [mu];
    });
    const result = run(program, 1024);
    const weights = Array.from(result.logWeight, Math.exp);
    const total = weights.reduce((a, b) => a + b, 0);
    const mu = column(result, 0);
    const estimate = weights.reduce((sum, w, i) => sum + w * mu[i]!, 0) / total;
    const error = Math.sqrt(weights.reduce((sum, w, i) => sum + (w * (mu[i]! - estimate)) ** 2, 0)) / total;
    expect(Math.abs(estimate - 1.6)).toBeLessThan(4.5 * error);
    expect(error).toBeLessThan(0.05);
    expect(result.logWeight[0]).toBe(
      -0.5 * (((2 - mu[0]!) / 0.5) * ((2 - mu[0]!) / 0.5)) - Math.log(0.5) - 0.5 * Math.log(2 * Math.PI),
    );
    expect(Array.from(result.dimension)).toEqual(Array(1024).fill(1));
  });

  test('a condition leaves the runs that fail it without weight and without outputs', () => {
    const program = mainProgram([bool, reals], (b, root) => {
      const coin = b.draw('bernoulli', bool, [b.real(0.25)], root, 10);
      b.condition(coin);
      return [coin, b.op('fill', [b.int(2), b.real(1)])];
    });
    for (const layout of layouts) {
      const result = run(program, 1024, layout);
      const alive = column(result, 0).filter((x) => x === 1).length;
      expect(Math.abs(alive / 1024 - 0.25)).toBeLessThan(4.5 * Math.sqrt((0.25 * 0.75) / 1024));
      result.logWeight.forEach((w, i) => {
        expect(w).toBe(result.columns[0]![i] === 1 ? 0 : Number.NEGATIVE_INFINITY);
        expect(result.columns[1]![i]).toEqual(w === 0 ? Float64Array.of(1, 1) : new Float64Array(0));
      });
    }
  });

  test('dead runs stop, but go on in the column layout to take their share of the columns', () => {
    const program = mainProgram([real], (b, root) => {
      b.condition(b.draw('bernoulli', bool, [b.real(0.5)], root, 10));
      b.forLoop(b.int(0), b.int(3), [], () => []);
      return [b.draw('normal', real, [b.real(0), b.real(1)], root, 11)];
    });
    const inColumns = run(program, 64, 'column');
    expect(inColumns.steps).toBe(3 * 64);
    const state = new Int32Array(4);
    columnState(key, extendAddress(rootAddress, 11, 0), 0, state);
    for (const x of column(inColumns, 0)) {
      const noise = nextNormal(state);
      if (!Number.isNaN(x)) expect(x).toBe(noise);
    }
    const alive = run(program, 64, 'addressed');
    expect(alive.steps).toBe(3 * column(alive, 0).filter((x) => !Number.isNaN(x)).length);
  });

  test('factor adds, discrete scores have no dimension, arrays have one for each real', () => {
    const program = mainProgram([], (b, root) => {
      b.factor(b.real(-1.5));
      b.score('bernoulli', [b.real(0.25)], b.bool(false), root, 10);
      b.score('three', [b.real(0)], b.constant(triple, [0, 0, 0]), root, 11);
      return [];
    });
    const result = run(program, 1);
    const density = -3 * 0.5 * Math.log(2 * Math.PI) - Math.log(2) - Math.log(3);
    expect(result.logWeight[0]).toBeCloseTo(-1.5 + Math.log(0.75) + density, 12);
    expect(result.dimension[0]).toBe(3);
  });
});

describe('worlds', () => {
  test('what was seen of a coin stays so in a world where its cause changed nothing', () => {
    const program = mainProgram([bool, bool], (b, root) => {
      b.score('bernoulli', [b.real(0.3)], b.bool(true), root, 10, true);
      const copy = b.draw('bernoulli', bool, [b.real(0.3)], root, 10, { shared: true, copy: true });
      const likelier = b.draw('bernoulli', bool, [b.real(0.6)], root, 10, { shared: true, copy: true });
      return [copy, likelier];
    });
    for (const layout of layouts) {
      const result = run(program, 200, layout);
      expect(column(result, 0)).toEqual(Array(200).fill(1));
      expect(column(result, 1)).toEqual(Array(200).fill(1));
      expect(result.logWeight[0]).toBe(Math.log(0.3));
      expect(result.unaligned).toBe(0);
    }
  });

  test('the noise of a false coin is uniform over what gives false', () => {
    const program = mainProgram([bool], (b, root) => {
      b.score('bernoulli', [b.real(0.3)], b.bool(false), root, 10, true);
      return [b.draw('bernoulli', bool, [b.real(0.6)], root, 10, { shared: true, copy: true })];
    });
    // P(u < 0.6 | u >= 0.3) = 3 / 7
    const share = mean(column(run(program, 1024), 0));
    expect(Math.abs(share - 3 / 7)).toBeLessThan(4.5 * Math.sqrt(((3 / 7) * (4 / 7)) / 1024));
  });

  test('a normal keeps its noise: the copy moves with its mean', () => {
    const program = mainProgram([real], (b, root) => {
      b.score('normal', [b.real(1), b.real(2)], b.real(4), root, 10, true);
      return [b.draw('normal', real, [b.real(5), b.real(1)], root, 10, { shared: true, copy: true })];
    });
    for (const layout of layouts) expect(column(run(program, 3, layout), 0)).toEqual([6.5, 6.5, 6.5]);
  });

  test('the fixed numbers go to nested draws one after another, and to a race of clocks', () => {
    const program = mainProgram([triple, int], (b, root) => {
      b.score('three', [b.real(0)], b.constant(triple, [1, 2, 9]), root, 10, true);
      const weights = b.constant(reals, [0.2, 0.5, 0.3]);
      b.score('categorical', [weights], b.int(2), root, 11, true);
      return [
        b.draw('three', triple, [b.real(10)], root, 10, { shared: true, copy: true }),
        b.draw('categorical', int, [weights], root, 11, { shared: true, copy: true }),
      ];
    });
    for (const layout of layouts) {
      const result = run(program, 50, layout);
      expect(result.columns[0]![0]).toEqual(Float64Array.of(11, 12, 19));
      expect(column(result, 1)).toEqual(Array(50).fill(2));
    }
  });

  test.each(['addressed', 'column'] as const)('%s: a shared draw has the same noise in both worlds', (layout) => {
    const program = mainProgram([real, real], (b, root) => [
      b.draw('uniform', real, [b.real(0), b.real(1)], root, 10, { shared: true }),
      b.draw('uniform', real, [b.real(0), b.real(2)], root, 10, { shared: true, copy: true }),
    ]);
    const result = run(program, 20, layout);
    expect(column(result, 1)).toEqual(column(result, 0).map((x) => 2 * x));
    expect(result.unaligned).toBe(0);
  });

  test('copies of draws that were not reached before are counted', () => {
    const program = mainProgram([], (b, root) => {
      const coin = b.draw('bernoulli', bool, [b.real(0.5)], root, 10);
      b.ifElse(
        coin,
        () => [b.draw('uniform', real, [b.real(0), b.real(1)], root, 11)],
        () => [b.real(0)],
      );
      b.draw('uniform', real, [b.real(0), b.real(1)], root, 11, { shared: true, copy: true });
      b.draw('uniform', real, [b.real(0), b.real(1)], root, 12, { shared: true, copy: true });
      b.draw('uniform', real, [b.real(0), b.real(1)], root, 12, { shared: true, copy: true });
      b.draw('uniform', real, [b.real(0), b.real(1)], root, 13);
      return [];
    });
    const coins = mainProgram([bool], (b, root) => [b.draw('bernoulli', bool, [b.real(0.5)], root, 10)]);
    const tails = column(run(coins, 30), 0).filter((x) => x === 0).length;
    expect(run(program, 30).unaligned).toBe(30 + tails);
  });
});

describe('control and data', () => {
  test('loops, branches and recursion compute', () => {
    const factorial = buildFunction('factorial', [int], [int], { draws: false, scores: false }, (b, [n]) =>
      b.ifElse(
        b.op('le', [n!, b.int(1)]),
        () => [b.int(1)],
        () => [b.op('mul', [n!, b.call('factorial', [b.op('sub', [n!, b.int(1)])], [int])[0]!])],
      ),
    );
    const main = buildFunction('main', [address], [int, int, int], { draws: false, scores: false }, (b) => [
      b.call('factorial', [b.int(10)], [int])[0]!,
      b.forLoop(b.int(3), b.int(6), [b.int(0)], (k, [sum]) => [b.op('add', [sum!, b.op('mul', [k, k])])])[0]!,
      b.whileLoop(
        [b.int(27), b.int(0)],
        ([n]) => b.op('ne', [n!, b.int(1)]),
        ([n, steps]) => [
          b.ifElse(
            b.op('eq', [b.op('mod', [n!, b.int(2)]), b.int(0)]),
            () => [b.op('idiv', [n!, b.int(2)])],
            () => [b.op('add', [b.op('mul', [b.int(3), n!]), b.int(1)])],
          )[0]!,
          b.op('add', [steps!, b.int(1)]),
        ],
      )[1]!,
    ]);
    const result = run(programOf([factorial, main]), 1);
    expect(result.columns.map((c) => c[0])).toEqual([3628800, 50, 111]);
    expect(result.steps).toBe(10 + 3 + 111);
  });

  test('arrays are values: set copies, extend leaves absent elements between', () => {
    const pairs = {
      kind: 'array',
      element: { kind: 'tuple', elements: [{ kind: 'real' }, { kind: 'int' }] },
      length: null,
    } as const;
    const program = mainProgram([reals, reals, reals, pairs, bool, bool], (b) => {
      const xs = b.constant(reals, [1, 2]);
      const pair = b.make(pairs.element, [b.real(0.5), b.int(7)]);
      const extended = b.op('extend', [b.op('absent', [], pairs), b.int(1), pair]);
      return [
        xs,
        b.op('set', [xs, b.int(0), b.real(9)]),
        b.op('extend', [xs, b.int(3), b.real(4)]),
        extended,
        b.op('exists', [b.op('index', [extended, b.int(0)])]),
        b.op('exists', [b.op('index', [extended, b.int(1)])]),
      ];
    });
    expect(run(program, 1).columns.map((c) => c[0])).toEqual([
      Float64Array.of(1, 2),
      Float64Array.of(9, 2),
      Float64Array.of(1, 2, Number.NaN, 4),
      [
        [Number.NaN, Number.NaN],
        [0.5, 7],
      ],
      0,
      1,
    ]);
  });

  test('host functions are called with values and their answers checked', () => {
    const program = mainProgram([reals], (b) => [b.extern('double', [b.constant(reals, [1, 2])], reals)]);
    const double = (x: unknown): Float64Array =>
      x instanceof Float64Array ? x.map((v) => 2 * v) : new Float64Array(0);
    expect(run(program, 1, 'addressed', { externs: { double } }).columns[0]![0]).toEqual(Float64Array.of(2, 4));
    expect(faultOf(program, { externs: { double: () => 3 } }).code).toBe('E0605');
    expect(faultOf(program).code).toBe('E0605');
    expect(faultOf(mainProgram([real], (b) => [b.extern('constructor', [], real)])).code).toBe('E0605');
  });
});

test('uniform noise of the families is the runtime’s', () => {
  const program = mainProgram([real], (b, root) => [b.draw('uniform', real, [b.real(0), b.real(1)], root, 10)]);
  const state = new Int32Array(4);
  addressedState(key, extendAddress(rootAddress, 10, 0), 0, 0, state);
  expect(column(run(program, 1), 0)).toEqual([nextUniform(state)]);
});
