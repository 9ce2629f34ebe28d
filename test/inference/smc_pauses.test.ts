import { describe, expect, test } from 'vitest';
import { withPauses } from '../../src/inference/smc/pauses.js';
import { distinctEves } from '../../src/inference/smc/population.js';
import { prepareFilter } from '../../src/inference/smc/replica.js';
import type { Builder } from '../../src/ir/build.js';
import type { Program, ValueId } from '../../src/ir/ir.js';
import { engines } from '../../src/plan/engines.js';
import { finished } from '../../src/runtime/jobs.js';
import { options } from '../codegen/agree.js';
import { real } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';

const draw = (b: Builder, at: ValueId, site: number): ValueId =>
  b.draw('normal', real, [b.real(0), b.real(1)], at, site);
const score = (b: Builder, at: ValueId, mean: ValueId, site: number): void => {
  b.score('normal', [mean, b.real(1)], b.real(0.5), at, site);
};

/** A draw and a score in each of `steps` rounds. */
const chain = (steps: number): Program =>
  mainProgram([real], (b, root) => {
    const [x] = b.forLoop(b.int(0), b.int(steps), [b.real(0)], (t, [before]) => {
      const here = b.address(root, 11, t);
      const next = b.op('add', [before!, draw(b, here, 12)]);
      score(b, here, next, 13);
      return [next];
    });
    return [x!];
  });

const pausesOf = (program: Program): number => {
  const paused = withPauses(program, 'main', 'particle');
  const filter = prepareFilter({
    program: paused.program,
    main: 'main',
    engine: engines.js,
    options: options('particle'),
    particles: 50,
    resampling: 'systematic',
    threshold: 1,
    trials: null,
  });
  return finished(filter(0)).pauses;
};

describe('particles pause', () => {
  test('before what is drawn after a score, and in no round but once', () => {
    // The first round has no score before it, but is the same place of the program.
    expect(pausesOf(chain(7))).toBe(7);
  });

  test('not between scores that nothing is drawn between', () => {
    const program = mainProgram([real], (b, root) => {
      const x = draw(b, root, 10);
      b.forLoop(b.int(0), b.int(20), [b.real(0)], (t, [s]) => {
        score(b, b.address(root, 11, t), x, 12);
        return [s!];
      });
      const y = draw(b, root, 13);
      score(b, root, y, 14);
      return [y];
    });
    expect(pausesOf(program)).toBe(1);
  });

  test('not after the last draw, so that the last weights stay', () => {
    const program = mainProgram([real], (b, root) => {
      const x = draw(b, root, 10);
      score(b, root, x, 11);
      return [x];
    });
    expect(withPauses(program, 'main', 'particle')).toMatchObject({ pauses: false, unaligned: false });
  });

  test('not where a draw decides whether a run comes there', () => {
    const program = mainProgram([real], (b, root) => {
      const x = draw(b, root, 10);
      const [y] = b.ifElse(
        b.op('gt', [x, b.real(0)]),
        () => {
          score(b, root, x, 11);
          return [draw(b, root, 12)];
        },
        () => [b.real(0)],
      );
      return [y!];
    });
    expect(withPauses(program, 'main', 'particle')).toMatchObject({ pauses: false, unaligned: true });
  });

  test('where the model says so alone, if it does', () => {
    const program = mainProgram([real], (b, root) => {
      const x = draw(b, root, 10);
      score(b, root, x, 11);
      const y = draw(b, root, 12);
      score(b, root, y, 13);
      b.resample();
      const z = draw(b, root, 14);
      return [z];
    });
    expect(withPauses(program, 'main', 'particle')).toMatchObject({ pauses: true, asked: true });
    expect(pausesOf(program)).toBe(1);
  });
});

test('a filter is no importance sampling: ancestors of the first step are lost', () => {
  const { program } = withPauses(chain(60), 'main', 'particle');
  const common = { main: 'main', engine: engines.js, options: options('particle') };
  const setup = { ...common, program, particles: 200, resampling: 'systematic' };
  const eves = (threshold: number): number => {
    const { eve, logWeight, resampled } = finished(prepareFilter({ ...setup, threshold, trials: null })(0));
    expect(resampled > 0).toBe(threshold > 0);
    return distinctEves(eve, logWeight);
  };
  expect(eves(0)).toBe(200);
  expect(eves(1)).toBeLessThan(60);
});
