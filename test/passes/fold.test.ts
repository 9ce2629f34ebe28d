import { describe, expect, test } from 'vitest';
import { buildFunction, type createBuilder } from '../../src/ir/build.js';
import type { Constant, IrType, Program, ValueId } from '../../src/ir/ir.js';
import { isIrType, type OpName, opNames, opType } from '../../src/ir/ops.js';
import { findFunction } from '../../src/ir/program.js';
import { bind } from '../../src/passes/bind.js';
import { fold } from '../../src/passes/fold.js';
import { slice } from '../../src/passes/slice.js';
import { bool, int, real, reals } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { expectSameRun, outcome } from './same_run.js';
import { countOf, instructionsOf } from './structure.js';

/** The literals that main yields, undefined where one is not known. */
function yielded(program: Program): readonly (Constant | undefined)[] {
  const literals = new Map<ValueId, Constant>();
  for (const i of instructionsOf(program)) if (i.kind === 'const') literals.set(i.result.id, i.value);
  return findFunction(program, 'main')?.body.yields.map((id) => literals.get(id)) ?? [];
}

describe('arithmetic is that of the run', () => {
  const reals = [
    Number.NaN,
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    1e-320,
    1e308,
    -1e308,
    3,
    Math.PI,
    0.49999999999999994,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MAX_SAFE_INTEGER,
    2 ** 52 + 1,
  ];
  const ints = [0, -0, 1, 2, -1, -7, 5, 64, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER];
  const types: readonly IrType[] = [real, int, bool];
  const samples = (type: IrType): readonly number[] =>
    type.kind === 'real' ? reals : type.kind === 'int' ? ints : [0, 1];

  const tuples = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
    lists.reduce<readonly (readonly T[])[]>((so, list) => so.flatMap((t) => list.map((x) => [...t, x])), [[]]);

  const scalarOps = opNames.filter((op) => !['length', 'index', 'set', 'extend', 'fill', 'append'].includes(op));

  const cases = scalarOps.flatMap((op) =>
    [1, 2, 3].flatMap((arity) =>
      tuples(Array.from({ length: arity }, () => types)).flatMap((args) => {
        const languageTypes = args.filter((t) => t.kind !== 'address');
        const type = opType(op, languageTypes);
        return type !== null && isIrType(type) ? [{ op, args, type }] : [];
      }),
    ),
  );

  test('there are cases for every scalar operation', () => {
    const covered = new Set<OpName>(cases.map((c) => c.op));
    expect(scalarOps.filter((op) => !covered.has(op))).toEqual(['to_enum', 'absent']);
  });

  test.each(cases)('$op of $args.length', ({ op, args, type }) => {
    for (const values of tuples(
      args.map((t) => (t.kind === 'real' && args.length === 3 ? reals.slice(0, 4) : samples(t))),
    )) {
      if (op === 'power' && !Number.isSafeInteger(values[1])) continue;
      const before = mainProgram([type], (b) => [
        b.op(
          op,
          args.map((t, k) => b.constant(t, values[k] ?? 0)),
          type,
        ),
      ]);
      const after = fold(before, 'main');
      expect(countOf(after, 'op')).toBe(0);
      const ran = outcome(before, 'addressed', 1);
      if (typeof ran === 'string') expect.fail(ran);
      expect(yielded(after)[0]).toBe(ran.columns[0]?.[0]);
      expect(Object.is(yielded(after)[0], ran.columns[0]?.[0])).toBe(true);
    }
  });

  test('identities hold for every operand, one side known', () => {
    const binary = cases.filter((c) => c.args.length === 2 && c.op !== 'power');
    for (const { op, args, type } of binary) {
      for (const known of [0, 1]) {
        const [knownType, otherType] = [args[known] ?? real, args[1 - known] ?? real];
        for (const literal of [0, -0, 1, -1, 2]) {
          if (knownType.kind === 'bool' && literal !== 0 && literal !== 1) continue;
          const inner = buildFunction('inner', [otherType], [type], { draws: false, scores: false }, (b, [x]) => {
            const c = b.constant(knownType, literal);
            return [b.op(op, known === 0 ? [c, x!] : [x!, c], type)];
          });
          const withBool = otherType.kind === 'bool' ? [0, 1, Number.NaN] : samples(otherType);
          const main = buildFunction(
            'main',
            [{ kind: 'address' }],
            withBool.map(() => type),
            { draws: false, scores: false },
            (b) => withBool.map((x) => b.call('inner', [b.constant(otherType, x)], [type])[0]!),
          );
          const before = programOf([inner, main]);
          const foldedInner = fold(before, 'inner');
          expectSameRun(before, foldedInner, { layouts: ['addressed'], count: 1 });
        }
      }
    }
  });

  test('the square by pow and by products is the same double', () => {
    let x = 1e-160;
    for (let i = 0; i < 20_000; i++) {
      x = x * 1.0371 + (i % 7) * x * 1e-3;
      expect(x ** 2).toBe(x * x);
      expect((-x) ** 1).toBe(-x);
    }
  });
});

describe('identities that are not exact are left alone', () => {
  const left = (build: (b: ReturnType<typeof createBuilder>, x: ValueId) => ValueId): number => {
    const program = mainProgram([real], (b, root) => [
      build(b, b.draw('normal', real, [b.real(0), b.real(1)], root, 10)),
    ]);
    return countOf(fold(program, 'main'), 'op');
  };
  test.each([
    ['x + 0', 1, (b: ReturnType<typeof createBuilder>, x: ValueId) => b.op('add', [x, b.real(0)])],
    ['0 * x', 1, (b: ReturnType<typeof createBuilder>, x: ValueId) => b.op('mul', [b.real(0), x])],
    ['x - x', 1, (b: ReturnType<typeof createBuilder>, x: ValueId) => b.op('sub', [x, x])],
    ['x - 0', 0, (b: ReturnType<typeof createBuilder>, x: ValueId) => b.op('sub', [x, b.real(0)])],
    ['x * 1', 0, (b: ReturnType<typeof createBuilder>, x: ValueId) => b.op('mul', [x, b.real(1)])],
    ['x / 1', 0, (b: ReturnType<typeof createBuilder>, x: ValueId) => b.op('div', [x, b.real(1)])],
    ['-(-x)', 1, (b: ReturnType<typeof createBuilder>, x: ValueId) => b.op('neg', [b.op('neg', [x])])],
  ])('%s', (_, expected, build) => {
    expect(left(build)).toBe(expected);
  });
});

describe('structure', () => {
  test('parts of what was put together', () => {
    const pair: IrType = { kind: 'tuple', elements: [{ kind: 'real' }, { kind: 'int' }] };
    const program = mainProgram([real, int], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const made = b.make(pair, [x, b.int(7)]);
      return [b.get(made, 0), b.get(made, 1)];
    });
    const after = fold(program, 'main');
    expect(countOf(after, 'get')).toBe(0);
    expectSameRun(program, after);
  });

  test('elements of arrays that were set at known places', () => {
    const program = mainProgram([real, real, int], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const empty = b.op('fill', [b.int(3), b.real(0.25)]);
      const one = b.op('set', [empty, b.int(1), x]);
      const more = b.op('extend', [one, b.int(3), b.op('neg', [x])]);
      return [
        b.op('add', [b.op('index', [more, b.int(1)]), b.op('index', [more, b.int(2)])]),
        b.op('index', [b.op('append', [more, x]), b.int(4)]),
        b.op('length', [more]),
      ];
    });
    const after = fold(program, 'main');
    expect(instructionsOf(after).filter((i) => i.kind === 'op' && (i.op === 'index' || i.op === 'length'))).toEqual([]);
    expectSameRun(program, after);
  });

  test('an array that grew element by element is put together at once', () => {
    const program = mainProgram([reals], (b, root) => {
      const grown = [0, 1, 2].reduce<ValueId>(
        (xs, k) => b.op('extend', [xs, b.int(k), b.draw('normal', real, [b.real(k), b.real(1)], root, 10 + k)]),
        b.op('absent', [], reals),
      );
      return [grown];
    });
    const after = slice(fold(program, 'main'), 'main').program;
    expect([countOf(after, 'make'), countOf(after, 'op')]).toEqual([1, 0]);
    expectSameRun(program, after);
  });

  test('a gap that extend leaves is not taken for an element', () => {
    const program = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const one = b.make(reals, [x]);
      return [b.op('index', [b.op('extend', [one, b.int(3), x]), b.int(1)])];
    });
    expectSameRun(program, fold(program, 'main'));
  });

  test('branches, loops that never run, and values that a loop never changes', () => {
    const program = mainProgram([real, real, int], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const [y] = b.ifElse(
        b.op('lt', [b.int(1), b.int(2)]),
        () => [b.op('exp', [x])],
        () => [b.draw('normal', real, [x, b.real(1)], root, 11)],
      );
      const [z] = b.forLoop(b.int(4), b.int(4), [y!], (_, [s]) => [b.op('mul', [s!, s!])]);
      const high = b.op('to_int', [b.op('lt', [x, y!])]);
      const [n] = b.forLoop(b.int(0), high, [b.int(2), b.int(5)], (_, [a, c]) => [b.op('add', [a!, c!]), c!]);
      const [w] = b
        .whileLoop(
          [b.int(9), x],
          ([k]) => b.op('lt', [k!, b.int(3)]),
          ([k, v]) => [k!, b.op('neg', [v!])],
        )
        .slice(1);
      return [z!, w!, n!];
    });
    const after = fold(program, 'main');
    expect([countOf(after, 'if'), countOf(after, 'while'), countOf(after, 'for'), countOf(after, 'draw')]).toEqual([
      0, 0, 1, 1,
    ]);
    expectSameRun(program, after);
  });

  test('a loop that runs at least once stays', () => {
    const program = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      return b
        .whileLoop(
          [b.int(0), x],
          ([k]) => b.op('lt', [k!, b.int(3)]),
          ([k, v]) => [b.op('add', [k!, b.int(1)]), b.op('neg', [v!])],
        )
        .slice(1);
    });
    const after = fold(program, 'main');
    expect(countOf(after, 'while')).toBe(1);
    expectSameRun(program, after);
  });

  test('a value of a wider type keeps its type', () => {
    const ints: IrType = { kind: 'array', element: { kind: 'int' }, length: null };
    const program = mainProgram([reals], (b, root) => {
      const k = b.draw('categorical', int, [b.make(reals, [b.real(1), b.real(1)])], root, 10);
      const [wide] = b.ifElse(
        b.bool(true),
        () => [b.make(ints, [k])],
        () => [b.make(reals, [b.real(0.5)])],
        [reals],
      );
      return [b.op('append', [wide!, b.real(0.5)])];
    });
    expectSameRun(program, fold(program, 'main'));
  });

  test('checks and conditions that hold are left out, others stay', () => {
    const program = mainProgram([], (b) => {
      b.check(b.op('lt', [b.int(1), b.int(2)]), 'E0601', 'never');
      b.condition(b.bool(true));
      b.condition(b.bool(false));
      return [];
    });
    const after = fold(program, 'main');
    expect([countOf(after, 'check'), countOf(after, 'condition')]).toEqual([0, 1]);
    expectSameRun(program, after);
  });

  test('nodes stay and are not seen through', () => {
    const program = mainProgram([real], (b) => [b.op('exp', [b.node('x', [], b.op('neg', [b.real(1)]))])]);
    const after = fold(program, 'main');
    expect(countOf(after, 'node')).toBe(1);
    expect(instructionsOf(after).filter((i) => i.kind === 'op').length).toBe(1);
  });
});

describe('pure calls', () => {
  const pure = { draws: false, scores: false };
  const factorial = buildFunction('factorial', [int], [int], pure, (b, [n]) =>
    b.ifElse(
      b.op('le', [n!, b.int(1)]),
      () => [b.int(1)],
      () => [b.op('mul', [n!, b.call('factorial', [b.op('sub', [n!, b.int(1)])], [int])[0]!])],
    ),
  );
  const sum = buildFunction('sum', [reals], [real], pure, (b, [xs]) =>
    b.forLoop(b.int(0), b.op('length', [xs!]), [b.real(0)], (k, [s]) => [b.op('add', [s!, b.op('index', [xs!, k])])]),
  );
  const total = buildFunction('const total', [], [real], pure, (b) =>
    b.call('sum', [b.input(reals, 'trial.age')], [real]),
  );
  const forever = buildFunction('forever', [int], [int], pure, (b, [n]) =>
    b.whileLoop(
      [n!],
      ([k]) => b.op('ge', [k!, b.int(0)]),
      ([k]) => [b.op('add', [k!, b.int(1)])],
    ),
  );

  test('constants of the program are found once the data is bound', () => {
    const main = buildFunction('main', [{ kind: 'address' }], [real, int], pure, (b) => [
      ...b.call('const total', [], [real]),
      ...b.call('factorial', [b.int(10)], [int]),
    ]);
    const ages = new Float64Array([20, 30.5, 40]);
    const bound = bind(programOf([factorial, sum, total, main]), { 'trial.age': ages });
    expect(bound.missing).toEqual([]);
    const after = fold(bound.program, 'main');
    expect(yielded(after)).toEqual([90.5, 3_628_800]);
    expectSameRun(bound.program, after);
  });

  test('data is shared, and what is missing is named', () => {
    const program = mainProgram([reals, int], (b) => [b.input(reals, 'trial.age'), b.input(int, 'n')]);
    const ages = new Float64Array(1000);
    const { program: bound, missing } = bind(program, { 'trial.age': ages });
    expect(missing).toEqual(['n']);
    expect(yielded(bound)[0]).toBe(ages);
    expect(bind(bound, { n: 3 }).missing).toEqual([]);
    expect(bind(program, {}).program).toBe(program);
  });

  test('loops over literals alone are run', () => {
    const program = mainProgram([real], (b) =>
      b.forLoop(b.int(0), b.int(300), [b.real(0)], (k, [s]) => [b.op('add', [s!, b.op('sqrt', [k])])]),
    );
    const after = fold(program, 'main');
    expect(countOf(after, 'for')).toBe(0);
    expectSameRun(program, after);
  });

  test('what does not end, fails or draws is left for the run', () => {
    const fails = buildFunction('fails', [int], [real], pure, (b, [n]) => [
      b.op('index', [b.make(reals, [b.real(1)]), n!]),
    ]);
    const main = buildFunction('main', [{ kind: 'address' }], [int, real], pure, (b) => [
      ...b.call('forever', [b.int(0)], [int]),
      ...b.call('fails', [b.int(2)], [real]),
    ]);
    const after = fold(programOf([forever, fails, main]), 'main');
    expect(countOf(after, 'call')).toBe(2);
  });

  test('operations that fail are left for the run', () => {
    const program = mainProgram([real], (b) => [b.op('index', [b.make(reals, [b.real(1)]), b.int(1)])]);
    const after = fold(program, 'main');
    expect(outcome(after, 'addressed', 1)).toBe('E0602');
  });
});
