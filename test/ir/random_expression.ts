import type { Builder } from '../../src/ir/build.js';
import { flows } from '../../src/ir/flow.js';
import type { IrType, ValueId } from '../../src/ir/ir.js';
import { nextUniform } from '../../src/runtime/random/uniform.js';
import { seedState } from '../../src/runtime/random/xoshiro.js';
import { bool, int, real, reals, string, triple } from './families.js';

/** Choices that a seed decides. */
export type Choices = {
  /** 0 … below - 1. */
  readonly below: (count: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly of: <T>(items: readonly T[]) => T;
};

export function choicesFrom(seed: number): Choices {
  const state = new Int32Array(4);
  seedState(seed, 0, 0, 0, 0, 0, state);
  const below = (count: number): number => Math.floor(nextUniform(state) * count);
  return { below, chance: (p) => nextUniform(state) < p, of: (items) => items[below(items.length)]! };
}

const color: IrType = { kind: 'enum', name: 'Color', members: ['red', 'green', 'blue'] };
export const pair: IrType = { kind: 'tuple', elements: [{ kind: 'real' }, { kind: 'bool' }] };
const point: IrType = {
  kind: 'record',
  fields: [
    { name: 'x', type: { kind: 'real' } },
    { name: 'count', type: { kind: 'int' } },
    { name: 'tail', type: { kind: 'array', element: { kind: 'real' }, length: null } },
  ],
};
const ints: IrType = { kind: 'array', element: { kind: 'int' }, length: null };
export const pairs: IrType = {
  kind: 'array',
  element: { kind: 'tuple', elements: [{ kind: 'real' }, { kind: 'bool' }] },
  length: null,
};
const grid: IrType = {
  kind: 'array',
  element: { kind: 'array', element: { kind: 'real' }, length: null },
  length: null,
};

/** Types that random values have; the simple ones more often. */
export const valueTypes: readonly IrType[] = [
  real,
  real,
  real,
  int,
  int,
  bool,
  bool,
  color,
  reals,
  reals,
  triple,
  ints,
  pair,
  point,
  pairs,
  grid,
  string,
];

/** Where random code is being put: what can be used there. */
export type Place = {
  readonly b: Builder;
  readonly choices: Choices;
  /** Values in sight, innermost last. */
  readonly scope: ValueId[];
  /** Whether an operation may fault or give NaN, seldom. */
  readonly risky: boolean;
};

/** A value of the type: one in sight, a literal, or an expression of at most `depth` levels. */
export function randomValue(place: Place, type: IrType, depth: number): ValueId {
  const { choices } = place;
  if (choices.chance(depth === 0 ? 0.75 : 0.4)) {
    const seen = place.scope.filter((id) => flows(type, place.b.typeOf(id)));
    if (seen.length > 0) return choices.of(seen);
  }
  return depth <= 0 ? literal(place, type) : expression(place, type, depth - 1);
}

const numbers = [-3, -1, -0.5, 0, 0.25, 1, 1.5, 2, 10];

function literal({ b, choices }: Place, type: IrType): ValueId {
  const someReals = (): number[] => Array.from({ length: 1 + choices.below(3) }, () => choices.of(numbers));
  const flip = (): number => choices.below(2);
  switch (type) {
    case real:
      return b.real(choices.of(numbers));
    case int:
      return b.int(choices.below(7) - 2);
    case bool:
      return b.bool(choices.chance(0.5));
    case string:
      return b.constant(string, choices.of(['', 'a', 'quote " \\ ` </script> \u2028', '__proto__']));
    case color:
      return b.constant(color, choices.below(3));
    case triple:
      return b.constant(
        triple,
        Float64Array.from([0, 1, 2], () => choices.of(numbers)),
      );
    case ints:
      return b.constant(ints, [choices.below(5), choices.below(5) - 2]);
    case pair:
      return b.constant(pair, [choices.of(numbers), flip()]);
    case pairs:
      return b.constant(pairs, [
        [choices.of(numbers), flip()],
        [choices.of(numbers), flip()],
      ]);
    case point:
      return b.constant(point, [choices.of(numbers), choices.below(4), someReals()]);
    case grid:
      return b.constant(grid, [someReals(), Float64Array.from(someReals())]);
    default:
      return b.constant(reals, choices.chance(0.5) ? someReals() : Float64Array.from(someReals()));
  }
}

/** Keeps a number finite and small, so that nothing downstream becomes NaN by chance. */
const clamp = (b: Builder, x: ValueId, bound: number): ValueId =>
  b.typeOf(x).kind === 'int'
    ? b.op('max', [b.op('min', [x, b.int(bound)]), b.int(-bound)])
    : b.op('max', [b.op('min', [x, b.real(bound)]), b.real(-bound)]);

/** An index inside an array, which no random array is without. */
function insideOf({ b, risky, choices }: Place, array: ValueId, index: ValueId): ValueId {
  if (risky && choices.chance(0.03)) return index;
  const whole = b.typeOf(index).kind === 'int' ? index : b.op('to_int', [index]);
  return b.op('mod', [whole, b.op('length', [array])]);
}

/** More than zero. */
export const positive = (place: Place, depth: number): ValueId =>
  place.b.op('add', [place.b.op('abs', [randomValue(place, real, depth)]), place.b.real(0.1)]);

/** Between 0 and 1, not the ends. */
export const probability = (place: Place, depth: number): ValueId => {
  const size = positive(place, depth);
  return place.b.op('div', [size, place.b.op('add', [size, place.b.real(1)])]);
};

function expression(place: Place, type: IrType, depth: number): ValueId {
  const { b, choices } = place;
  const value = (of: IrType): ValueId => randomValue(place, of, depth);
  if (choices.chance(0.15)) return b.op('select', [value(bool), value(type), value(type)]);
  if (choices.chance(0.1))
    return b.ifElse(
      value(bool),
      () => [inner(place, type, depth)],
      () => [inner(place, type, depth)],
      [type],
    )[0]!;
  switch (type) {
    case real:
      return realExpression(place, value);
    case int:
      return intExpression(place, value);
    case bool:
      return boolExpression(place, value);
    case color:
      if (place.risky && choices.chance(0.05)) return b.op('to_enum', [value(int)], color);
      return b.op('to_enum', [b.op('mod', [value(int), b.int(3)])], color);
    case reals:
    case ints:
    case pairs:
    case grid:
      return arrayExpression(place, type, value);
    case pair:
      if (choices.chance(0.4)) return element(place, value(pairs), value(int));
      return b.make(pair, [value(real), value(bool)]);
    case point:
      return b.make(point, [value(real), value(int), value(reals)]);
    case triple:
      return b.make(triple, [value(real), value(real), value(int)]);
    default:
      return literal(place, type);
  }
}

/** A value made inside a branch: what it makes is out of sight afterwards. */
export function inner(place: Place, type: IrType, depth: number): ValueId {
  return randomValue({ ...place, scope: [...place.scope] }, type, depth);
}

const element = (place: Place, array: ValueId, index: ValueId): ValueId =>
  place.b.op('index', [array, insideOf(place, array, index)]);

function realExpression(place: Place, value: (type: IrType) => ValueId): ValueId {
  const { b, choices } = place;
  const number = (): ValueId => value(choices.of([real, real, int]));
  switch (choices.below(14)) {
    case 0:
      return b.op('to_real', [value(choices.of([int, bool]))]);
    case 1:
      return b.op('sub', [value(real), number()]);
    case 2:
      return clamp(b, b.op('mul', [value(real), number()]), 1000);
    case 3:
      return b.op('div', [value(real), b.op('add', [b.op('abs', [number()]), b.real(0.5)])]);
    case 4:
      return b.op('exp', [clamp(b, number(), 4)]);
    case 5:
      return b.op('log', [b.op('add', [b.op('abs', [number()]), b.real(0.01)])]);
    case 6:
      return b.op('sqrt', [b.op('abs', [number()])]);
    case 7:
      return b.op(choices.of(['sin', 'cos'] as const), [number()]);
    case 8:
      return clamp(b, b.op('power', [value(real), b.int(choices.below(6))]), 1000);
    case 9:
      return clamp(b, b.op('pow', [positive(place, 0), clamp(b, number(), 3)]), 1000);
    case 10:
      return element(place, value(choices.of([reals, triple])), value(choices.of([int, color])));
    case 11:
      return b.get(value(choices.of([pair, point])), 0);
    case 12:
      return b.op(choices.of(['min', 'max'] as const), [value(real), number()]);
    default:
      return b.op(choices.of(['neg', 'abs', 'sign'] as const), [value(real)]);
  }
}

function intExpression(place: Place, value: (type: IrType) => ValueId): ValueId {
  const { b, choices } = place;
  switch (choices.below(9)) {
    case 0:
      return b.op(choices.of(['floor', 'ceil', 'round', 'trunc'] as const), [clamp(b, value(real), 1000)]);
    case 1:
      return clamp(b, b.op('mul', [value(int), value(int)]), 1000);
    case 2:
      return b.op(choices.of(['mod', 'idiv'] as const), [
        value(int),
        b.op('add', [b.op('abs', [value(int)]), b.int(1)]),
      ]);
    case 3:
      return b.op('to_int', [value(choices.of([bool, color, int]))]);
    case 4:
      return b.op('length', [value(choices.of([reals, ints, pairs, grid]))]);
    case 5:
      return element(place, value(ints), value(int));
    case 6:
      return b.get(value(point), 1);
    case 7:
      return clamp(b, b.op(choices.of(['add', 'sub'] as const), [value(int), value(int)]), 1000);
    default:
      if (choices.chance(0.5)) return b.op(choices.of(['min', 'max'] as const), [value(int), value(int)]);
      return b.op(choices.of(['neg', 'abs', 'sign'] as const), [value(int)]);
  }
}

function boolExpression(place: Place, value: (type: IrType) => ValueId): ValueId {
  const { b, choices } = place;
  switch (choices.below(7)) {
    case 0: {
      const type = choices.of([real, int, bool, color, string]);
      return b.op(choices.of(['eq', 'ne'] as const), [value(type), value(type)]);
    }
    case 1:
      return b.op('not', [value(bool)]);
    case 2:
      return b.op(choices.of(['and', 'or'] as const), [value(bool), value(bool)]);
    case 3:
      return b.op('exists', [value(choices.of([real, int, reals, pair]))]);
    case 4:
      return b.get(value(pair), 1);
    default:
      return b.op(choices.of(['lt', 'le', 'gt', 'ge'] as const), [value(real), value(choices.of([real, int]))]);
  }
}

function arrayExpression(place: Place, type: IrType, value: (type: IrType) => ValueId): ValueId {
  const { b, choices } = place;
  const of = type === ints ? int : type === pairs ? pair : type === grid ? reals : real;
  /** A value for an element: an array of ints may stand where one of reals is asked for, but takes ints only. */
  const elementFor = (array: ValueId): ValueId => {
    const found = b.typeOf(array);
    return value(found.kind === 'array' && found.element.kind === 'int' ? int : of);
  };
  switch (choices.below(7)) {
    case 0: {
      const array = value(type);
      return b.op('append', [array, elementFor(array)], type);
    }
    case 1: {
      const array = value(type);
      return b.op('set', [array, insideOf(place, array, value(int)), elementFor(array)], type);
    }
    case 2: {
      const array = value(type);
      const there = b.op('mod', [value(int), b.int(4)]);
      // A gap would be NaN: it may be as long as faults and NaN are welcome.
      const index = place.risky && choices.chance(0.1) ? there : b.op('min', [there, b.op('length', [array])]);
      return b.op('extend', [array, index, elementFor(array)], type);
    }
    case 3:
      return b.op('fill', [b.op('add', [b.op('mod', [value(int), b.int(3)]), b.int(1)]), value(of)], type);
    case 4:
      if (type === reals) return choices.chance(0.5) ? value(triple) : b.get(value(point), 2);
      if (type === grid) return b.make(grid, [value(reals), value(triple)]);
      return b.make(type, [value(of)]);
    case 5:
      if (type === reals) return element(place, value(grid), value(int));
      return b.make(type, [value(of), value(of)]);
    default:
      return b.make(type, [value(of), value(of), value(of)]);
  }
}
