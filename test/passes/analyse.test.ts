import { describe, expect, test } from 'vitest';
import type { Builder } from '../../src/ir/build.js';
import { buildFunction } from '../../src/ir/build.js';
import { defaultLimits } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { IrType, ValueId } from '../../src/ir/ir.js';
import { type Analysis, analyse } from '../../src/passes/analyse.js';
import { requestOfDraw } from '../../src/passes/requests.js';
import { address, bool, int, real, triple } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';

const facts = (results: readonly IrType[], body: (b: Builder, root: ValueId) => readonly ValueId[]): Analysis =>
  analyse(mainProgram(results, body), 'main');

const normal = (b: Builder, at: ValueId, site: number, mean = b.real(0)): ValueId =>
  b.draw('normal', real, [mean, b.real(1)], at, site);

describe('columns', () => {
  test('draws at the top and in loops with constant bounds', () => {
    const found = facts([real], (b, root) => {
      const x = normal(b, root, 10);
      return b.forLoop(b.int(2), b.int(5), [x], (i, [s]) =>
        b.forLoop(b.int(0), b.int(4), [s!], (k, [t]) => [normal(b, b.address(b.address(root, 11, i), 12, k), 13, t!)]),
      );
    });
    expect(found.columns).toBe(13);
    expect(found.places.map((p) => p.times)).toEqual([1, 12]);
    expect(found.cost).toMatchObject({ steps: 15, exact: true });
  });

  test.each<[string, RegExp, (b: Builder, root: ValueId) => void]>([
    [
      'in a branch',
      /equally often/,
      (b, root) => {
        b.ifElse(
          b.op('lt', [normal(b, root, 10), b.real(0)]),
          () => [normal(b, root, 11)],
          () => [b.real(0)],
        );
      },
    ],
    [
      'in a while loop',
      /equally often/,
      (b, root) => {
        b.whileLoop(
          [b.int(0)],
          ([k]) => b.op('lt', [k!, b.int(3)]),
          ([k]) => {
            normal(b, b.address(root, 11, k!), 10);
            return [b.op('add', [k!, b.int(1)])];
          },
        );
      },
    ],
    [
      'in a loop with a random end',
      /equally often/,
      (b, root) => {
        const n = b.op('to_int', [b.draw('bernoulli', bool, [b.real(0.5)], root, 11)]);
        b.forLoop(b.int(0), n, [], (i) => {
          normal(b, b.address(root, 12, i), 10);
          return [];
        });
      },
    ],
    [
      'at one address for all iterations',
      /not known/,
      (b, root) => {
        b.forLoop(b.int(0), b.int(3), [], () => {
          normal(b, root, 10);
          return [];
        });
      },
    ],
    [
      'at an address computed from the index',
      /not known/,
      (b, root) => {
        b.forLoop(b.int(0), b.int(3), [], (i) => {
          normal(b, b.address(root, 12, b.op('mul', [i, i])), 10);
          return [];
        });
      },
    ],
    [
      'twice at one address',
      /twice/,
      (b, root) => {
        normal(b, root, 10);
        normal(b, root, 10);
      },
    ],
    [
      'in a loop and once more at one of its addresses',
      /twice/,
      (b, root) => {
        b.forLoop(b.int(0), b.int(3), [], (i) => {
          normal(b, b.address(root, 12, i), 10);
          return [];
        });
        normal(b, b.address(root, 12, b.int(2)), 10);
      },
    ],
    [
      'shared and of several requests',
      /more than one/,
      (b, root) => {
        b.draw('three', triple, [b.real(0)], root, 10, { shared: true });
      },
    ],
  ])('none where a draw stands %s', (_, why, body) => {
    const found = facts([], (b, root) => {
      body(b, root);
      return [];
    });
    expect(found.columns).toBeNull();
    expect(found.noColumns).toMatch(why);
  });

  test('addresses beside a loop are no clash, and worlds share a column', () => {
    const found = facts([], (b, root) => {
      b.forLoop(b.int(0), b.int(3), [], (i) => {
        normal(b, b.address(root, 12, i), 10);
        return [];
      });
      normal(b, b.address(root, 12, b.int(3)), 10);
      for (const copy of [false, true]) b.draw('bernoulli', bool, [b.real(0.5)], root, 11, { shared: true, copy });
      b.score('normal', [b.real(0), b.real(1)], b.real(0), root, 13, true);
      return [];
    });
    expect(found.columns).toBe(6);
    expect(found.singleRequest).toBe(true);
  });

  test('draws in functions that are called', () => {
    const step = buildFunction('step', [address, int], [real], { draws: true, scores: false }, (b, [at, i]) => [
      normal(b, b.address(at!, 10, i!), 11),
    ]);
    const deep = buildFunction('deep', [address], [real], { draws: true, scores: false }, (b, [at]) =>
      b.ifElse(
        b.op('lt', [normal(b, at!, 12), b.real(0)]),
        () => b.call('deep', [b.address(at!, 13)], [real]),
        () => [b.real(0)],
      ),
    );
    const main = (name: string) =>
      programOf([
        step,
        deep,
        buildFunction('main', [address], [], { draws: true, scores: false }, (b, [root]) => {
          if (name === 'deep') b.call('deep', [root!], [real]);
          else
            b.forLoop(b.int(0), b.int(4), [], (i) => {
              b.call('step', [root!, i], [real]);
              return [];
            });
          return [];
        }),
      ]);
    expect(analyse(main('step'), 'main')).toMatchObject({ columns: 4, hasRandomTrips: false });
    expect(analyse(main('deep'), 'main')).toMatchObject({ columns: null, hasRandomTrips: true });
    expect(analyse(main('deep'), 'main').cost.exact).toBe(false);
  });
});

describe('scores', () => {
  const score = (b: Builder, root: ValueId): void => b.score('normal', [b.real(0), b.real(1)], b.real(1), root, 15);

  test('are aligned where no draw decides about them', () => {
    const found = facts([], (b, root) => {
      const x = normal(b, root, 10);
      b.forLoop(b.int(0), b.int(7), [], () => {
        score(b, root);
        return [];
      });
      b.factor(x);
      return [];
    });
    expect(found).toMatchObject({ scoresAligned: true, scores: 8, hasRandomTrips: false });
  });

  test('are not where one does', () => {
    const inBranch = facts([], (b, root) => {
      b.ifElse(
        b.op('lt', [normal(b, root, 10), b.real(0)]),
        () => {
          score(b, root);
          return [];
        },
        () => [],
      );
      return [];
    });
    expect(inBranch).toMatchObject({ scoresAligned: false, scores: null, hasRandomTrips: false });
    // The end of the inner loop is random only after the first iteration of the outer one.
    const carried = facts([], (b, root) => {
      b.forLoop(b.int(0), b.int(3), [b.int(0)], (i, [n]) => {
        b.forLoop(b.int(0), n!, [], () => {
          score(b, root);
          return [];
        });
        return [b.op('to_int', [b.draw('bernoulli', bool, [b.real(0.5)], b.address(root, 10, i), 11)])];
      });
      return [];
    });
    expect(carried).toMatchObject({ scoresAligned: false, hasRandomTrips: true });
  });
});

test('requests of draws', () => {
  const program = mainProgram([], () => []);
  const names = ['normal', 'bernoulli', 'exponential', 'gamma', 'categorical', 'three', 'mixed', 'none'];
  expect(names.map((name) => requestOfDraw(program, name, false))).toEqual([
    'normal',
    'uniform',
    'exponential',
    null,
    null,
    null,
    null,
    null,
  ]);
});

test('exact steps are those that a run counts', () => {
  const program = mainProgram([real], (b, root) => {
    b.draw(
      'categorical',
      int,
      [b.make({ kind: 'array', element: { kind: 'real' }, length: 2 }, [b.real(1), b.real(2)])],
      root,
      10,
    );
    b.draw('three', triple, [b.real(0)], root, 11);
    b.score('three', [b.real(0)], b.make(triple, [b.real(0), b.real(0), b.real(0)]), root, 12);
    return b.forLoop(b.int(0), b.int(3), [b.real(0)], (i, [s]) => [
      b.op('add', [s!, normal(b, b.address(root, 13, i), 14)]),
    ]);
  });
  const { cost } = analyse(program, 'main');
  const ran = interpret(program, 'main', {
    layout: 'addressed',
    key: [1, 2],
    limits: defaultLimits,
    externs: {},
  }).runBlock(0, 1);
  // The length of the weights of a `categorical` is not part of its parameter's type here.
  expect(cost.exact).toBe(false);
  expect(ran.steps).toBe(2 + 3 + 3);
  expect(cost.steps).toBe(8 + 3 + 3);
});
