import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFunction, createBuilder } from '../../src/ir/build.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Func, Program, ValueId } from '../../src/ir/ir.js';
import { findFlags, findFunction, hasEffect, withFlags, withFunctions } from '../../src/ir/program.js';
import { verify } from '../../src/ir/verify.js';
import {
  cloneRegion,
  definitions,
  freeValues,
  inlineRegion,
  mapRegions,
  maximalId,
  rewrite,
  substitute,
  typesOf,
  useCounts,
  usesOf,
  valuesOf,
  visit,
} from '../../src/ir/walk.js';
import { arbitraryProgram, comparable, externs, limits, type RandomProgram } from './arbitrary_program.js';
import { address, bool, int, real } from './families.js';
import { mainProgram, programOf } from './hand_program.js';
import { key } from './run.js';

const outcome = (program: Program, layouts: RandomProgram['layouts']): unknown =>
  layouts.map((layout) => {
    try {
      return comparable(interpret(program, 'main', { layout, key, limits, externs }).runBlock(0, 5));
    } catch (thrown) {
      if (isFault(thrown)) return thrown;
      throw thrown;
    }
  });

const loop = buildFunction('loop', [real], [real], { draws: false, scores: false }, (b, [x]) =>
  b.forLoop(b.int(0), b.int(3), [b.real(0)], (k, [sum]) => [
    b.ifElse(
      b.op('lt', [k, b.int(1)]),
      () => [b.op('add', [sum!, x!])],
      () => [sum!],
    )[0]!,
  ]),
);

describe('regions', () => {
  test('what is made, used and free', () => {
    const [forLoop] = loop.body.body.filter((i) => i.kind === 'for');
    expect(forLoop?.kind).toBe('for');
    if (forLoop?.kind !== 'for') return;
    const x = loop.body.args[0]!.id;
    expect([...freeValues(forLoop.body)]).toEqual([x]);
    expect([...usesOf(forLoop)]).toEqual([forLoop.low, forLoop.high, ...forLoop.inits, x]);
    expect(freeValues(loop.body).size).toBe(0);
    expect(maximalId(loop.body)).toBe(valuesOf(loop.body).length - 1);
    expect(useCounts(loop.body).get(x)).toBe(1);
    expect(typesOf(loop.body).get(forLoop.body.args[0]!.id)).toEqual(int);
    expect(definitions(loop.body).get(forLoop.results[0]!.id)).toEqual({
      kind: 'result',
      instruction: forLoop,
      region: loop.body,
      position: 0,
    });
    expect(definitions(loop.body).get(x)).toEqual({ kind: 'argument', region: loop.body, position: 0 });
  });

  test('what nothing changes stays the same object', () => {
    fc.assert(
      fc.property(arbitraryProgram, ({ program }) => {
        for (const { body } of Object.values(program.functions)) {
          expect(rewrite(body, (i) => i)).toBe(body);
          expect(substitute(body, new Map([[-5, 3]]))).toBe(body);
        }
      }),
      { seed: 4, numRuns: 20 },
    );
  });

  test('a change keeps what stands beside it', () => {
    const body = rewrite(loop.body, (i) => (i.kind === 'const' && i.value === 3 ? { ...i, value: 4 } : i));
    expect(body).not.toBe(loop.body);
    const same = body.body.filter((i, k) => i === loop.body.body[k]);
    expect(same).toHaveLength(body.body.length - 1);
  });

  test('substitution reaches every depth, and yields', () => {
    const x = loop.body.args[0]!.id;
    const region = substitute({ ...loop.body, yields: [x] }, new Map([[x, 77]]));
    expect(region.yields).toEqual([77]);
    expect([...freeValues(region)]).toEqual([77]);
  });
});

describe('copies', () => {
  const renumbered = (func: Func): Func => {
    const builder = createBuilder();
    for (let k = 0; k < 50; k++) builder.fresh(real);
    return { ...func, body: cloneRegion(func.body, builder.fresh) };
  };

  test('a program with other value numbers keeps the rules and gives the same answers', () => {
    fc.assert(
      fc.property(arbitraryProgram, ({ program, layouts }) => {
        const copy = withFunctions(program, Object.values(program.functions).map(renumbered));
        const before = new Set(valuesOf(program.functions.main!.body).map((v) => v.id));
        expect(verify(copy)).toEqual([]);
        expect(valuesOf(copy.functions.main!.body).every((v) => v.id >= 50)).toBe(true);
        expect(before.size).toBe(valuesOf(copy.functions.main!.body).length);
        expect(outcome(copy, layouts)).toEqual(outcome(program, layouts));
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  test('calls put in line give the same answers, steps apart', () => {
    fc.assert(
      fc.property(arbitraryProgram, ({ program, layouts }) => {
        const main = program.functions.main!;
        const builder = createBuilder({ known: valuesOf(main.body) });
        const renamed = new Map<ValueId, ValueId>();
        const inlined = rewrite(main.body, (i) => {
          const callee = i.kind === 'call' ? findFunction(program, i.callee) : null;
          if (i.kind !== 'call' || callee === null || callee.name === 'again') return i;
          const { instructions, yields } = inlineRegion(callee.body, i.args, builder.fresh);
          i.results.forEach((result, k) => {
            renamed.set(result.id, yields[k]!);
          });
          return instructions;
        });
        const resolve = (id: ValueId): ValueId => (renamed.has(id) ? resolve(renamed.get(id)!) : id);
        const by = new Map([...renamed.keys()].map((id) => [id, resolve(id)]));
        const copy = withFunctions(program, [{ ...main, body: substitute(inlined, by) }]);
        expect(verify(copy)).toEqual([]);
        const show = (value: unknown): string =>
          JSON.stringify(value, (_, v: unknown) => (typeof v === 'number' ? String(v) : v)).replaceAll(
            /"steps":"\d+"/g,
            '',
          );
        expect(show(outcome(copy, layouts))).toBe(show(outcome(program, layouts)));
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  test('arguments may be given by value number', () => {
    const builder = createBuilder();
    const x = builder.fresh(real);
    const copy = cloneRegion(loop.body, builder.fresh, new Map([[loop.body.args[0]!.id, x.id]]));
    expect(copy.args).toEqual([]);
    expect([...freeValues(copy)]).toEqual([x.id]);
  });
});

describe('flags and effects', () => {
  test('draws and scores are found through calls, recursive ones too', () => {
    const even = (name: string, other: string, draws: boolean): Func =>
      buildFunction(name, [address, int], [int], { draws: false, scores: false }, (b, [root, n]) => {
        if (draws) b.draw('normal', real, [b.real(0), b.real(1)], root!, 10);
        return b.ifElse(
          b.op('le', [n!, b.int(0)]),
          () => [n!],
          () => b.call(other, [root!, n!], [int]),
        );
      });
    const program = programOf([even('a', 'b', false), even('b', 'a', true), even('c', 'c', false)]);
    const flags = findFlags(program);
    expect([flags.get('a')?.draws, flags.get('b')?.draws, flags.get('c')?.draws]).toEqual([true, true, false]);
    expect(flags.get('a')?.scores).toBe(false);
    expect(withFlags(program)).toBe(program);
    expect(flags.get('normal.draw')?.draws).toBe(true);
  });

  test('weights and checks are effects, at any depth and through calls; draws are not', () => {
    const checks = buildFunction('checks', [bool], [], { draws: false, scores: false }, (b, [x]) => {
      b.check(x!, 'E0601', 'No.');
      return [];
    });
    const scores = buildFunction('scores', [real], [], { draws: false, scores: false }, (b, [x]) => {
      b.ifElse(
        b.bool(true),
        () => {
          b.factor(x!);
          return [];
        },
        () => [],
      );
      return [];
    });
    const main = buildFunction('main', [address], [], { draws: true, scores: true }, (b, [root]) => {
      b.draw('normal', real, [b.real(0), b.real(1)], root!, 10);
      b.call('loop', [b.real(1)], [real]);
      b.call('checks', [b.bool(true)], []);
      b.call('scores', [b.real(1)], []);
      b.forLoop(b.int(0), b.int(2), [], () => {
        b.condition(b.bool(true));
        return [];
      });
      b.forLoop(b.int(0), b.int(2), [], () => []);
      return [];
    });
    const program = programOf([loop, checks, scores, main]);
    const effects = program.functions
      .main!.body.body.filter((i) => i.kind !== 'const')
      .map((i) => hasEffect(i, program));
    expect(effects).toEqual([false, false, true, true, true, false]);
  });
});

describe('builder', () => {
  test('learns the values of instructions that it did not make', () => {
    const func = mainProgram([bool], (b) => [b.bool(true)]).functions.main!;
    const b = createBuilder({ known: valuesOf(func.body) });
    const { instructions } = b.collect(() => {
      visit(func.body, (i) => b.emit(mapRegions(i, (r) => r)));
      b.op('not', [func.body.yields[0]!]);
    });
    expect(instructions).toHaveLength(2);
    expect(b.typeOf(2)).toEqual(bool);
  });

  test('refuses what has no type, and code without a region', () => {
    const b = createBuilder();
    expect(() => b.int(1)).toThrow('no open region');
    b.collect(() => {
      expect(() => b.op('and', [b.int(1), b.int(2)])).toThrow('and of int, int');
      expect(() => b.get(b.int(1), 0)).toThrow('part 0');
      expect(() => b.op('neg', [999])).toThrow('%999 is unknown');
    });
  });

  test('joins the types of branches, and puts instructions at the place that is set', () => {
    const b = createBuilder({ place: 4 });
    const { instructions } = b.collect(() => {
      const flag = b.withPlace(7, () => b.bool(true));
      const [joined] = b.ifElse(
        flag,
        () => [b.int(1)],
        () => [b.real(1)],
      );
      expect(b.typeOf(joined!)).toEqual(real);
    });
    expect(instructions.map((i) => i.at)).toEqual([7, 4]);
  });
});
