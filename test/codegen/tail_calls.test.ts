/** Functions that end in themselves: WebAssembly begins them again, and nobody sees it. */
import { expect, test } from 'vitest';
import { buildFunction } from '../../src/ir/build.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { address, bool, int, real } from '../ir/families.js';
import { programOf } from '../ir/hand_program.js';
import { outcome, wasmAlone } from './agree.js';
import { limits } from './limit_programs.js';

/**
 * Lineages that split and die: the first line of a split is followed by a call, the other one in its place. `scores` weighs each line, and some
 * end the particle; both arguments change places from call to call.
 */
const lines = (age: number, scores: boolean): Program =>
  programOf([
    buildFunction('lives', [address, real, real, int], [bool, real], { draws: true, scores }, (b, [a, t, other, n]) => {
      const next = b.op('sub', [t!, b.draw('exponential', real, [b.real(1)], a!, 10)]);
      if (scores) {
        b.factor(b.op('mul', [next, b.real(0.01)]));
        b.condition(b.op('gt', [b.op('add', [next, other!]), b.real(-1.2)]));
      }
      return b.ifElse(
        b.op('lt', [next, b.real(0)]),
        () => [b.bool(true), next],
        () =>
          b.ifElse(
            b.draw('bernoulli', bool, [b.real(0.55)], a!, 11),
            () => {
              const more = b.op('add', [n!, b.int(1)]);
              const [one, at] = b.call('lives', [b.address(a!, 12), next, other!, more], [bool, real]);
              return b.ifElse(
                one!,
                () => [b.bool(true), at!],
                () => b.call('lives', [b.address(a!, 13), other!, next, more], [bool, real]),
                [bool, real],
              );
            },
            () => [b.op('gt', [n!, b.int(6)]), other!],
            [bool, real],
          ),
        [bool, real],
      );
    }),
    buildFunction('main', [address], [bool, real, real], { draws: true, scores }, (b, [root]) => {
      const x = b.draw('uniform', real, [b.real(0), b.real(1)], root!, 14);
      const [one, at] = b.call('lives', [b.address(root!, 15), b.real(age), x, b.int(0)], [bool, real]);
      const [, other] = b.call('lives', [b.address(root!, 16), x, b.real(age), b.int(0)], [bool, real]);
      return [one!, at!, b.op('add', [other!, b.draw('uniform', real, [b.real(0), b.real(1)], root!, 17)])];
    }),
  ]);

test.each(['addressed', 'particle'] as const)('the same bits, %s', (layout: NoiseLayout) => {
  for (const scores of [false, true])
    for (const block of [0, 1, 2]) {
      const wanted = outcome(interpret, lines(2, scores), layout, block, 200);
      expect(wanted).toMatchObject({ count: 200 });
      expect(outcome(wasmAlone, lines(2, scores), layout, block, 200)).toEqual(wanted);
    }
});

test('faults where steps and depth end', () => {
  const codes = new Set<unknown>();
  for (const name of ['steps', 'depth'] as const)
    for (let limit = 0; limit < 24; limit++) {
      const more = limits({ [name]: limit });
      const wanted = outcome(interpret, lines(3, false), 'particle', 0, 12, more);
      expect({ name, limit, found: outcome(wasmAlone, lines(3, false), 'particle', 0, 12, more) }).toEqual({
        name,
        limit,
        found: wanted,
      });
      if (typeof wanted === 'object' && wanted !== null && 'code' in wanted) codes.add(wanted.code);
    }
  expect([...codes].sort()).toEqual(['E0701', 'E0702']);
});
