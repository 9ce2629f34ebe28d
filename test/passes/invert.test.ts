import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFunction } from '../../src/ir/build.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Func, Instruction, Program, ValueId } from '../../src/ir/ir.js';
import type { OpName } from '../../src/ir/ops.js';
import { invert, makers } from '../../src/passes/invert.js';

/** One operation on the way from the source to the result: with a number on one side, or alone. */
type Step = { readonly op: OpName; readonly other: number | null; readonly first: boolean };

const real = { kind: 'real' } as const;
const other = fc.double({ min: 0.25, max: 4, noNaN: true }).chain((v) => fc.constantFrom(v, -v));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'sub', 'mul', 'div'), other, first: fc.boolean() }),
  fc.record({ op: fc.constantFrom('neg', 'exp'), other: fc.constant(null), first: fc.constant(true) }),
  fc.record({ op: fc.constantFrom('power'), other: fc.constantFrom(1, 3, 5), first: fc.constant(true) }),
  fc.record({ op: fc.constantFrom('pow'), other: fc.constantFrom(0.5, 2, 3), first: fc.constant(false) }),
);

/** A function of one number, through which the inverse is run back. */
function build(steps: readonly Step[]): Func | null {
  let possible = true;
  const func = buildFunction(
    'main',
    [{ kind: 'address' }],
    [real, real, real],
    { draws: false, scores: false },
    (b) => {
      const source = b.real(0.37);
      const body: Instruction[] = [];
      const emit = (i: Instruction): void => {
        b.emit(i);
        body.push(i);
      };
      let here = source;
      for (const { op, other: v, first } of steps) {
        const args = [here];
        if (v !== null) {
          const constant = b.fresh(op === 'power' ? { kind: 'int' } : real);
          emit({ kind: 'const', at: -1, result: constant, value: v });
          if (first) args.push(constant.id);
          else args.unshift(constant.id);
        }
        const result = b.fresh(real);
        emit({ kind: 'op', at: -1, result, op, args });
        here = result.id;
      }
      const inverse = invert(makers(body), here, source, here, b.fresh, -1);
      if (inverse === null) {
        possible = false;
        return [source, source, source];
      }
      for (const instruction of inverse.body) b.emit(instruction);
      return [here, inverse.source, inverse.logJacobian ?? b.real(0)];
    },
  );
  return possible ? func : null;
}

function evaluate(func: Func): readonly number[] {
  const program: Program = {
    version: 1,
    functions: { main: func },
    families: {},
    models: {},
    sites: {},
    places: [],
    sources: [],
  };
  const limits = { steps: 1000, depth: 10, elements: 10 };
  const { columns } = interpret(program, 'main', { layout: 'particle', key: [0, 0], limits, externs: {} }).runBlock(
    0,
    1,
  );
  return columns.map((c) => Number(c[0]));
}

/** The steps on plain numbers. */
const apply = (steps: readonly Step[], x: number): number =>
  steps.reduce((so, { op, other: v, first }) => {
    const [a, b] = first ? [so, v ?? 0] : [v ?? 0, so];
    switch (op) {
      case 'add':
        return a + b;
      case 'sub':
        return a - b;
      case 'mul':
        return a * b;
      case 'div':
        return a / b;
      case 'exp':
        return Math.exp(so);
      case 'power':
      case 'pow':
        return a ** b;
      default:
        return -so;
    }
  }, x);

describe('invert', () => {
  test('gives the source back, and the slope of the way', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const y = apply(steps, 0.37);
        const h = 1e-5;
        const slope = (apply(steps, 0.37 + h) - apply(steps, 0.37 - h)) / (2 * h);
        fc.pre(Math.abs(y) < 1e6 && Math.abs(y) > 1e-6 && Math.abs(slope) > 1e-4 && Math.abs(slope) < 1e4);
        const func = build(steps);
        expect(func).not.toBeNull();
        const [result, source, logJacobian] = evaluate(func!);
        expect(result).toBeCloseTo(y, 6);
        expect(source).toBeCloseTo(0.37, 6);
        expect(Math.abs(logJacobian! + Math.log(Math.abs(slope)))).toBeLessThan(1e-3);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('finds a way where the source is in both operands of something linear, and none where the operation loses it', () => {
    const way = (build: (op: (name: OpName, args: readonly ValueId[]) => ValueId, x: ValueId) => ValueId): unknown => {
      let next = 10;
      const body: Instruction[] = [];
      const fresh = () => ({ id: next++, type: real });
      const op = (name: OpName, args: readonly ValueId[]): ValueId => {
        const result = fresh();
        body.push({ kind: 'op', at: -1, result, op: name, args });
        return result.id;
      };
      const result = build(op, 1);
      return invert(makers(body), result, 1, 2, fresh, -1);
    };
    expect(way((op, x) => op('add', [x, x]))).not.toBeNull();
    expect(way((op, x) => op('sub', [op('mul', [3, x]), op('div', [x, 4])]))).not.toBeNull();
    expect(way((op, x) => op('mul', [x, x]))).toBeNull();
    expect(way((op, x) => op('mul', [x, op('exp', [x])]))).toBeNull();
    expect(way((op, x) => op('abs', [x]))).toBeNull();
    expect(way((op, x) => op('sin', [x]))).toBeNull();
    expect(way((op, x) => op('max', [x, 3]))).toBeNull();
    expect(way((op, x) => op('neg', [x]))).not.toBeNull();
  });
});
