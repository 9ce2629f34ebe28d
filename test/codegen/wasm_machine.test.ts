import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { compileResumable, type Pauses, type ResumableKernel } from '../../src/codegen/resumable.js';
import { compileMachineWasm } from '../../src/codegen/wasm/machine/kernel.js';
import { buildFunction } from '../../src/ir/build.js';
import type { BlockResult, KernelOptions, NoiseLayout } from '../../src/ir/engine.js';
import type { Program } from '../../src/ir/ir.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { address, bool, int, real } from '../ir/families.js';
import { programOf } from '../ir/hand_program.js';
import { expectSame, options, oracle, outcome, outcomeOf } from './agree.js';
import { faultless } from './lockstep_programs.js';

/** Ancestors at a pause; those of even pauses stay where they are, so that rows can be copied in place. */
const ancestors = (pause: number, count: number): Int32Array => {
  const from = Int32Array.from({ length: count }, (_, k) => (k * (pause + 3) + pause * 7) % count);
  return pause % 2 === 1 ? from : from.map((_, k) => k - (k % 3));
};

/** Runs a block with resampling at each pause, and tells what was seen there. */
function resampled(kernel: ResumableKernel, block: number, count: number): BlockResult & { readonly seen: unknown } {
  const seen: unknown[] = [];
  kernel.start(block, count);
  for (let pause = 0; kernel.advance(); pause++) {
    seen.push(
      kernel.logWeight().slice(),
      Array.from(kernel.points(), (point) => point === -1),
    );
    kernel.copyRows(ancestors(pause, count));
    if (pause % 3 === 0) kernel.logWeight().fill(-pause);
  }
  return { ...kernel.finish(), seen };
}

function unpaused(kernel: ResumableKernel, block: number, count: number): BlockResult {
  kernel.start(block, count);
  return kernel.finish();
}

function machineOf(program: Program, settings: KernelOptions & { readonly pauses: Pauses }): ResumableKernel {
  const made = compileMachineWasm(program, 'main', settings);
  if ('reason' in made) throw new Error(made.reason);
  return made;
}

const pauseKinds = ['scores', 'resamples', 'never'] as const;

/** Lineages that split and die at random, seen at each split: recursion whose calls are never the same in two particles. */
const lineages = (age: number): Program =>
  programOf([
    buildFunction('survives', [address, real], [bool], { draws: true, scores: false }, (b, [a, t]) => {
      const next = b.op('sub', [t!, b.draw('exponential', real, [b.real(1)], a!, 10)]);
      return b.ifElse(
        b.op('lt', [next, b.real(0)]),
        () => [b.bool(true)],
        () =>
          b.ifElse(
            b.draw('bernoulli', bool, [b.real(0.4)], a!, 11),
            () => {
              const [one] = b.call('survives', [b.address(a!, 12), next], [bool]);
              const [other] = b.call('survives', [b.address(a!, 13), next], [bool]);
              return [b.op('or', [one!, other!])];
            },
            () => [b.bool(false)],
            [bool],
          ),
        [bool],
      );
    }),
    buildFunction(
      'branch',
      [address, real, int, real],
      [int],
      { draws: true, scores: true },
      (b, [a, from, left, rate]) => {
        const [t] = b.whileLoop(
          [from!],
          ([now]) => b.op('gt', [now!, b.op('sub', [from!, b.real(1)])]),
          ([now]) => {
            const next = b.op('sub', [now!, b.draw('exponential', real, [rate!], a!, 10)]);
            const [seen] = b.call('survives', [b.address(a!, 11), next], [bool]);
            const [weight] = b.ifElse(
              seen!,
              () => [b.real(-1.5)],
              () => [b.real(0.2)],
              [real],
            );
            b.factor(weight!);
            return [next];
          },
          [real],
        );
        b.score('normal', [t!, b.real(1)], b.real(0.5), a!, 12);
        return b.ifElse(
          b.op('le', [left!, b.int(0)]),
          () => [b.int(1)],
          () => {
            const fewer = b.op('sub', [left!, b.int(1)]);
            const [one] = b.call('branch', [b.address(a!, 13), t!, fewer, rate!], [int]);
            const [other] = b.call('branch', [b.address(a!, 14), t!, fewer, rate!], [int]);
            return [b.op('add', [one!, other!])];
          },
          [int],
        );
      },
    ),
    buildFunction('main', [address], [int, real], { draws: true, scores: true }, (b, [root]) => {
      const rate = b.draw('exponential', real, [b.real(1)], root!, 15);
      const [leaves] = b.call(
        'branch',
        [root!, b.op('add', [b.real(age), rate]), b.int(3), b.op('add', [rate, b.real(0.5)])],
        [int],
      );
      return [leaves!, rate];
    }),
  ]);

describe('machines in WebAssembly change no bit', () => {
  test.each([7000, 7100, 7200])('of random programs from %d on', (first) => {
    let compiled = 0;
    let rounds = 0;
    for (let seed = first; seed < first + 60; seed++) {
      const { program, layouts } = randomProgram(seed, 1 + (seed % 12));
      for (const layout of layouts) {
        const pauses = pauseKinds[seed % 3]!;
        const settings = { ...options(layout), pauses };
        const made = compileMachineWasm(program, 'main', settings);
        if ('reason' in made) continue;
        compiled += 1;
        const straight = outcomeOf(() => unpaused(made, 1, 10));
        expectSame({ seed, layout }, faultless(straight), faultless(oracle(program, layout)));
        const other = compileResumable(program, 'main', settings);
        const found = outcomeOf(() => {
          const run = resampled(made, 1, 10);
          rounds += 1;
          return run;
        });
        expectSame(
          { seed, layout, pauses },
          found,
          outcomeOf(() => resampled(other, 1, 10)),
        );
      }
    }
    expect(compiled).toBeGreaterThan(4);
    expect(rounds).toBeGreaterThan(4);
  });

  test.each(['addressed', 'particle'] as const)('of recursion through scores, %s', (layout: NoiseLayout) => {
    for (const pauses of pauseKinds) {
      const settings = { ...options(layout), pauses };
      const kernel = machineOf(lineages(3), settings);
      const other = compileResumable(lineages(3), 'main', settings);
      expect(outcomeOf(() => unpaused(kernel, 2, 40))).toEqual(outcome(javascript, lineages(3), layout, 2, 40));
      for (const [block, count] of [
        [0, 9],
        [1, 60],
      ] as const)
        expectSame(
          { layout, pauses, count },
          outcomeOf(() => resampled(kernel, block, count)),
          outcomeOf(() => resampled(other, block, count)),
        );
    }
  });

  test('of recursion that is deeper than the stack of the host', () => {
    const deep = programOf([
      buildFunction('down', [address, real], [real], { draws: true, scores: false }, (b, [a, n]) =>
        b.ifElse(
          b.op('gt', [n!, b.real(0)]),
          () => {
            const [rest] = b.call('down', [b.address(a!, 10), b.op('sub', [n!, b.real(1)])], [real]);
            return [b.op('add', [rest!, b.draw('normal', real, [b.real(0), b.real(1)], a!, 11)])];
          },
          () => [b.real(0)],
          [real],
        ),
      ),
      buildFunction('main', [address], [real, real], { draws: true, scores: true }, (b, [root]) => {
        const far = b.op('mul', [b.draw('uniform', real, [b.real(0), b.real(1)], root!, 12), b.real(60_000)]);
        const [first] = b.call('down', [b.address(root!, 13), far], [real]);
        b.score('normal', [first!, b.real(100)], b.real(0), root!, 14);
        const [second] = b.call('down', [b.address(root!, 15), b.op('div', [far, b.real(2)])], [real]);
        b.score('normal', [second!, b.real(100)], first!, root!, 16);
        return [first!, second!];
      }),
    ]);
    const settings = { ...options('particle'), pauses: 'scores' } as const;
    const more = { ...settings, limits: { steps: 1e8, depth: 100_000, elements: 10 } };
    expect(resampled(machineOf(deep, more), 0, 6)).toEqual(resampled(compileResumable(deep, 'main', more), 0, 6));
  });

  test('where runs are put back to the start', () => {
    const program = programOf([
      buildFunction('main', [address, real], [real], { draws: true, scores: true }, (b, [root, mean]) => {
        const x = b.draw('normal', real, [mean!, b.real(1)], root!, 10);
        b.score('normal', [x, b.real(1)], b.real(0.5), root!, 11);
        return [b.op('add', [x, mean!])];
      }),
    ]);
    const settings = { ...options('particle'), pauses: 'scores' } as const;
    const [found, wanted] = [machineOf(program, settings), compileResumable(program, 'main', settings)].map(
      (kernel) => {
        kernel.start(0, 5, [Float64Array.of(1, 2, 3, 4, 5)]);
        kernel.advance(1, 4);
        kernel.streams().set([7, 8, 9, 10], 8);
        kernel.restart(2, [Float64Array.of(30, 40)]);
        kernel.advance(0, 3);
        return [kernel.dimension().slice(), kernel.streams().slice(), kernel.finish()];
      },
    );
    expect(found).toEqual(wanted);
  });
});
