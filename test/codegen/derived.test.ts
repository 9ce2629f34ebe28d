import { describe, expect, test } from 'vitest';
import { withJoinedChecks } from '../../src/codegen/checks.js';
import { withDerivedCarried } from '../../src/codegen/derived.js';
import { type Block, blocksOf, type Statement } from '../../src/codegen/low.js';
import { lower } from '../../src/codegen/lower.js';
import { compileWasm } from '../../src/codegen/wasm/kernel.js';
import type { Builder } from '../../src/ir/build.js';
import type { Engine } from '../../src/ir/engine.js';
import type { Program, ValueId } from '../../src/ir/ir.js';
import { int, real } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { expectSame, oracle, outcome } from './agree.js';

const assembled: Engine = (program, main, options) => {
  const made = compileWasm(program, main, options);
  if ('reason' in made) throw new Error(made.reason);
  return made;
};

/** A climb whose steps get harder; `more` is added up in every round. */
const climb = (goal: number, more: (b: Builder, x: ValueId) => ValueId): Program =>
  mainProgram([real, real, int], (b, root) => {
    const [x, sum, rounds] = b.whileLoop(
      [b.real(1), b.real(0), b.int(0)],
      ([height]) => b.op('lt', [height!, b.real(goal)]),
      ([height, total, round]) => {
        const chance = b.op('sub', [b.real(1), b.op('div', [height!, b.real(20)])]);
        const noise = b.draw(
          'uniform',
          real,
          [b.real(0), b.op('add', [chance, b.real(1)])],
          b.address(root, 10, round),
          11,
        );
        const [next] = b.ifElse(
          b.op('lt', [noise, b.op('mul', [chance, chance])]),
          () => [b.op('add', [height!, b.real(1)])],
          () => [height!],
          [real],
        );
        return [next!, b.op('add', [total!, more(b, height!)]), b.op('add', [round!, b.int(1)])];
      },
      [real, real, int],
    );
    return [x!, sum!, rounds!];
  });

const all = (block: Block): readonly Statement[] =>
  block.statements.flatMap((s) => [s, ...blocksOf(s).flatMap((b) => all(b))]);

const mains = (program: Program) => {
  const { main } = lower(program, 'main', { layout: 'particle', elements: 1e8, copied: false });
  const joined = withJoinedChecks(main);
  return { main, joined, derived: withDerivedCarried(joined) };
};

const programs: readonly (readonly [string, Program])[] = [
  ['of the value alone', climb(12, (b, x) => b.op('sqrt', [b.op('div', [x, b.real(3)])]))],
  [
    // What is cheap stays where it is, though what is moved hangs on it.
    'of what is cheap and read elsewhere',
    climb(9, (b, x) => {
      const cheap = b.op('add', [x, b.real(0.5)]);
      return b.op('mul', [cheap, b.op('exp', [b.op('div', [cheap, b.real(-7)])])]);
    }),
  ],
  ['and loops that are not entered', climb(0, (b, x) => b.op('log', [x]))],
];

describe('values that hang on one that seldom changes', () => {
  test.each(programs)('%s', (_name, program) => {
    expectSame('particle', outcome(assembled, program, 'particle'), oracle(program, 'particle'));
    expectSame('addressed', outcome(assembled, program, 'addressed'), oracle(program, 'addressed'));
  });

  test('are carried beside it', () => {
    const { joined, derived } = mains(programs[0]![1]);
    const carried = (block: Block): number =>
      all(block).reduce((sum, s) => sum + (s.kind === 'while' ? s.carried.length : 0), 0);
    expect(carried(derived.body)).toBeGreaterThan(carried(joined.body));
    const divides = (s: Statement): boolean => s.kind === 'set' && s.value.kind === 'scalar' && s.value.op === 'div';
    const [loop] = all(derived.body).filter((s) => s.kind === 'while');
    expect(loop?.kind === 'while' && loop.body.statements.some(divides)).toBe(false);
  });
});

test('a check for NaN that another makes as well is left to where that fails', () => {
  const { main, joined } = mains(programs[0]![1]);
  const onTheWay = (block: Block): number =>
    all(block)
      .filter((s) => s.kind === 'while')
      .flatMap((s) => (s.kind === 'while' ? s.body.statements : []))
      .filter((s) => s.kind === 'fail_unless').length;
  expect(onTheWay(joined.body)).toBeLessThan(onTheWay(main.body));
  const checks = (block: Block): number => all(block).filter((s) => s.kind === 'fail_unless').length;
  expect(checks(joined.body)).toBe(checks(main.body));
});
