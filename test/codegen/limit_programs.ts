/** Programs that come to the limits of a run: steps, depth and elements. */
import { buildFunction } from '../../src/ir/build.js';
import { defaultLimits, type KernelOptions } from '../../src/ir/engine.js';
import type { Family, Program } from '../../src/ir/ir.js';
import { address, int, mixed, real, reals } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';

/** Options with some limits other than the usual ones. */
export const limits = (more: Partial<KernelOptions['limits']>): Partial<KernelOptions> => ({
  limits: { ...defaultLimits, ...more },
});

/** Recursion so many calls deep, with a draw in each. */
export const down = (times: number): Program =>
  programOf([
    buildFunction('down', [address, int, real], [real], { draws: true, scores: false }, (b, [a, n, x]) =>
      b.ifElse(
        b.op('gt', [n!, b.int(0)]),
        () => {
          const noise = b.draw('normal', real, [x!, b.real(1)], a!, 10);
          const [r] = b.call('down', [b.address(a!, 11), b.op('sub', [n!, b.int(1)]), b.op('sin', [noise])], [real]);
          return [b.op('add', [b.op('mul', [r!, b.real(0.5)]), noise])];
        },
        () => [x!],
        [real],
      ),
    ),
    buildFunction('main', [address], [real], { draws: true, scores: false }, (b, [root]) =>
      b.withPlace(3, () => b.call('down', [b.address(root!, 12), b.int(times), b.real(0)], [real])),
    ),
  ]);

/** A family that draws itself, so many draws deep. */
export const ladder = (rungs: number): Program => {
  const draw = buildFunction('ladder', [address, int], [real], { draws: true, scores: false }, (b, [a, n]) =>
    b.ifElse(
      b.op('gt', [n!, b.int(0)]),
      () => {
        const noise = b.draw('normal', real, [b.real(0), b.real(1)], a!, 10);
        const lower = b.withPlace(4, () => b.draw('ladder', real, [b.op('sub', [n!, b.int(1)])], a!, 11));
        return [b.op('add', [b.op('mul', [lower, b.real(0.5)]), noise])];
      },
      () => [b.real(1)],
      [real],
    ),
  );
  const main = buildFunction('main', [address], [real], { draws: true, scores: false }, (b, [root]) => [
    b.withPlace(3, () => b.draw('ladder', real, [b.int(rungs)], root!, 12)),
  ]);
  const program = programOf([draw, main]);
  const parameters = [{ name: 'rungs', type: int }];
  const family: Family = { ...mixed.family, name: 'ladder', parameters, draw: 'ladder', logpdf: null, require: null };
  return { ...program, families: { ...program.families, ladder: family } };
};

/** A loop that never ends, at place 2. */
export const endless = mainProgram([int], (b) =>
  b.withPlace(2, () =>
    b.whileLoop(
      [b.int(0)],
      () => b.bool(true),
      ([n]) => [b.op('add', [n!, b.int(1)])],
      [int],
    ),
  ),
);

/** Two arrays of 2 elements that grow by 9. */
export const grows = mainProgram([reals, reals], (b) => {
  const start = b.op('fill', [b.int(2), b.real(1)], reals);
  const [x, y] = b.forLoop(
    b.int(0),
    b.int(9),
    [start, start],
    (i, [u, v]) => [
      b.op('append', [u!, b.op('to_real', [i])], reals),
      b.op('extend', [v!, b.op('add', [i, i]), b.real(3)], reals),
    ],
    [reals, reals],
  );
  return [x!, y!];
});

/** An array of 10^12 elements or more; how many is drawn. */
export const immense = mainProgram([reals], (b, root) => {
  const big = b.op('floor', [b.op('mul', [b.draw('uniform', real, [b.real(1), b.real(2)], root, 10), b.real(1e12)])]);
  return [b.op('fill', [big, b.real(0)], reals)];
});

/** A random walk that is kept in an array, whose first element changes at each step: the last place, and the array. */
export const longWalk = (size: number): Program =>
  mainProgram([real, reals], (b, root) => {
    const first = b.make(reals, [b.draw('normal', real, [b.real(0), b.real(1)], root, 10)]);
    const [x] = b.forLoop(
      b.int(1),
      b.int(size),
      [first],
      (t, [path]) => {
        const before = b.op('index', [path!, b.op('sub', [t, b.int(1)])]);
        const next = b.draw('normal', real, [before, b.real(1)], b.address(root, 11, t), 12);
        const longer = b.op('extend', [path!, t, next], reals);
        return [b.op('set', [longer, b.int(0), next], reals)];
      },
      [reals],
    );
    return [b.op('index', [x!, b.int(size - 1)]), x!];
  });

/** So many draws in a row, and a score after every third. */
export const straightLine = (draws: number): Program =>
  mainProgram([real, real], (b, root) => {
    let sum = b.real(0);
    for (let k = 0; k < draws; k++) {
      const x = b.draw('normal', real, [b.op('sin', [sum]), b.real(1)], b.address(root, 11, b.int(k)), 12);
      if (k % 3 === 0) b.score('normal', [x, b.real(2)], b.real(k % 7), b.address(root, 13, b.int(k)), 14);
      sum = b.op('add', [sum, x]);
    }
    return [sum, b.op('cos', [sum])];
  });
