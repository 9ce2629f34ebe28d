import { describe, expect, test } from 'vitest';
import { emitJavaScript, javascript } from '../../src/codegen/javascript.js';
import { compileResumable } from '../../src/codegen/resumable.js';
import { buildFunction } from '../../src/ir/build.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import type { Program, ValueId } from '../../src/ir/ir.js';
import { address, bool, int, real, triple } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { expectSame, options, oracle, outcome, outcomeOf, wasmAlone } from './agree.js';

const layouts: readonly NoiseLayout[] = ['addressed', 'column', 'particle'];

function expectAgreement(program: Program, in_: readonly NoiseLayout[] = layouts): void {
  for (const layout of in_) {
    expectSame(layout, outcome(javascript, program, layout), oracle(program, layout));
    expectSame([layout, 'wasm'], outcome(wasmAlone, program, layout), oracle(program, layout));
    const kernel = compileResumable(program, 'main', options(layout));
    kernel.start(1, 10);
    expectSame([layout, 'paused'], outcomeOf(kernel.finish), oracle(program, layout));
  }
}

type World = (b: Parameters<Parameters<typeof mainProgram>[1]>[0], root: ValueId, copy: boolean) => ValueId;

const twoWorlds = (world: World): Program =>
  mainProgram([real, real], (b, root) => [world(b, root, false), world(b, root, true)]);

describe('columns', () => {
  test('a loop with constant bounds has a column for each iteration', () => {
    const program = twoWorlds((b, root, copy) => {
      const outer = b.forLoop(b.int(-1), b.int(3), [b.real(0)], (i, [sum]) => {
        const here = b.address(root, 10, i);
        return b.forLoop(b.int(0), b.int(2), [sum!], (j, [inner]) => {
          const x = b.draw('normal', real, [inner!, b.real(1)], b.address(here, 11, j), 12, { shared: true, copy });
          return [b.op('add', [inner!, b.op('sin', [x])])];
        });
      });
      return outer[0]!;
    });
    expectAgreement(program);
    expect(emitJavaScript(program, 'main', options('column'))).toMatch(/g0\[.*\* 512 \+ q\]/);
    expect(emitJavaScript(program, 'main', options('column'))).not.toContain('trace');
  });

  test('draws of many numbers read their own stream, in loops too', () => {
    expectAgreement(
      mainProgram([real, real], (b, root) => {
        const first = b.draw('three', triple, [b.real(1)], root, 10);
        const [sum] = b.forLoop(b.int(0), b.int(3), [b.real(0)], (i, [s]) => {
          const g = b.draw(
            'gamma',
            real,
            [b.op('add', [b.op('to_real', [i]), b.real(1.5)])],
            b.address(root, 11, i),
            12,
          );
          return [
            b.op('add', [s!, b.op('add', [g, b.draw('mixed', real, [b.real(0.4)], b.address(root, 13, i), 14)])]),
          ];
        });
        return [sum!, b.op('index', [first, b.int(2)])];
      }),
    );
  });

  test('a branch that draws, a draw met twice, and addresses known only when running', () => {
    expectAgreement(
      mainProgram([real, real], (b, root) => {
        const coin = b.draw('bernoulli', bool, [b.real(0.5)], root, 10);
        const draw = (): ValueId => b.draw('normal', real, [b.real(0), b.real(1)], root, 11);
        const [x] = b.ifElse(
          coin,
          () => [draw()],
          () => [b.real(0)],
        );
        const there = b.address(root, 12, b.op('floor', [b.op('mul', [b.op('abs', [x!]), b.real(2)])]));
        const y = b.draw('three', triple, [x!], there, 13);
        return [b.op('add', [draw(), x!]), b.op('index', [y, b.int(1)])];
      }),
    );
  });

  test('particles of weight zero take their share', () => {
    expectAgreement(
      mainProgram([real], (b, root) => {
        b.condition(b.draw('bernoulli', bool, [b.real(0.5)], root, 10));
        b.score(
          'uniform',
          [b.real(0), b.real(1)],
          b.draw('normal', real, [b.real(0.5), b.real(1)], root, 11),
          root,
          12,
        );
        return [b.draw('gamma', real, [b.real(2)], root, 13)];
      }),
    );
  });
});

describe('fixed noise', () => {
  test('of evidence at the top of main is held in locals', () => {
    const program = mainProgram([real, bool, real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10, { shared: true });
      b.score('normal', [x, b.real(2)], b.real(1.5), root, 11, true);
      b.score('bernoulli', [b.real(0.3)], b.bool(true), root, 12, true);
      const again = b.draw('normal', real, [b.real(3), b.real(1)], root, 10, { shared: true, copy: true });
      return [
        b.draw('normal', real, [again, b.real(2)], root, 11, { shared: true, copy: true }),
        b.draw('bernoulli', bool, [b.real(0.6)], root, 12, { shared: true, copy: true }),
        again,
      ];
    });
    expectAgreement(program);
    for (const layout of layouts) expect(emitJavaScript(program, 'main', options(layout))).not.toContain('trace');
  });

  test('of evidence in loops, branches and functions is looked up', () => {
    const world =
      (seen: boolean) =>
      (b: Parameters<World>[0], root: ValueId): ValueId =>
        b.forLoop(b.int(0), b.int(4), [b.real(0)], (i, [sum]) => {
          const here = b.address(root, 10, i);
          const [x] = b.ifElse(
            b.op('eq', [b.op('mod', [i, b.int(2)]), b.int(0)]),
            () => {
              if (!seen)
                return [b.draw('normal', real, [b.real(1), b.real(2)], here, 11, { shared: true, copy: true })];
              b.score('normal', [sum!, b.real(1)], b.real(0.5), here, 11, true);
              return [b.real(0.5)];
            },
            () => [b.draw('exponential', real, [b.real(2)], here, 12, { shared: true, copy: !seen })],
          );
          return [b.op('add', [sum!, x!])];
        })[0]!;
    expectAgreement(mainProgram([real, real], (b, root) => [world(true)(b, root), world(false)(b, root)]));
  });

  test('of vectors goes to nested draws, and to a race', () => {
    expectAgreement(
      mainProgram([triple, int], (b, root) => {
        const coin = b.draw('bernoulli', bool, [b.real(0.5)], root, 9);
        const weights = b.make({ kind: 'array', element: { kind: 'real' }, length: null }, [
          b.real(0.2),
          b.op('to_real', [coin]),
          b.real(0.3),
        ]);
        b.score('three', [b.real(0)], b.constant(triple, [1, 2, 9]), root, 10, true);
        b.score('categorical', [weights], b.int(2), root, 11, true);
        return [
          b.draw('three', triple, [b.op('to_real', [coin])], root, 10, { shared: true, copy: true }),
          b.draw('categorical', int, [weights], root, 11, { shared: true, copy: true }),
        ];
      }),
    );
  });

  test('counts draws without a factual partner', () => {
    const program = programOf([
      buildFunction('draws', [address, int], [real], { draws: true, scores: false }, (b, [a, n]) =>
        b.forLoop(b.int(0), n!, [b.real(0)], (i, [s]) => [
          b.op('add', [
            s!,
            b.draw('normal', real, [b.real(0), b.real(1)], b.address(a!, 10, i), 11, { shared: true, copy: true }),
          ]),
        ]),
      ),
      buildFunction('main', [address], [real, real], { draws: true, scores: false }, (b, [root]) => {
        const [x] = b.forLoop(b.int(0), b.int(3), [b.real(0)], (i, [s]) => [
          b.op('add', [
            s!,
            b.draw('normal', real, [b.real(0), b.real(1)], b.address(b.address(root!, 12), 10, i), 11, {
              shared: true,
            }),
          ]),
        ]);
        const coin = b.draw('bernoulli', bool, [b.real(0.5)], root!, 13);
        const [y] = b.call(
          'draws',
          [b.address(root!, 12), b.op('add', [b.int(2), b.op('mul', [b.int(3), b.op('to_int', [coin])])])],
          [real],
        );
        return [x!, y!];
      }),
    ]);
    expectAgreement(program, ['addressed', 'particle']);
    expect(javascript(program, 'main', options('addressed')).runBlock(0, 200).unaligned).toBeGreaterThan(0);
  });
});

describe('speed', () => {
  test('many draws do not fall off a cliff', () => {
    const many = (draws: number): Program =>
      mainProgram([real], (b, root) => {
        let sum = b.real(0);
        for (let k = 0; k < draws; k++) {
          const x = b.draw('normal', real, [sum, b.real(1)], b.address(root, 10, b.int(k)), 11);
          sum = b.op('mul', [b.op('add', [sum, x]), b.real(0.5)]);
          b.score('normal', [sum, b.real(2)], b.real(1), b.address(root, 12, b.int(k)), 13);
        }
        return [sum];
      });
    /** CPU time for each draw, the least of some rounds. */
    const time = (draws: number): number => {
      const kernel = javascript(many(draws), 'main', options('particle'));
      for (let block = 0; block < 8; block++) kernel.runBlock(block, 1024);
      const rounds = Array.from({ length: 4 }, (_, block) => {
        const before = process.cpuUsage().user;
        kernel.runBlock(block, 1024);
        return (process.cpuUsage().user - before) / 1024 / draws;
      });
      return Math.min(...rounds);
    };
    expect(time(600)).toBeLessThan(8 * time(20));
  });
});
