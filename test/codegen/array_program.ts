/** Random programs that change arrays in loops, so that a wrong change in place shows. */

import type { Builder } from '../../src/ir/build.js';
import type { IrType, Program, ValueId } from '../../src/ir/ir.js';
import { int, real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { type Choices, choicesFrom, pair, pairs } from '../ir/random_expression.js';

type Place = {
  readonly b: Builder;
  readonly choices: Choices;
  readonly index: ValueId;
  readonly arrays: ValueId[];
  readonly lists: ValueId[];
};

const inRange = ({ b, choices, index }: Place, array: ValueId): ValueId =>
  b.op('mod', [b.op('add', [index, b.int(choices.below(5))]), b.op('length', [array])]);

function number(place: Place): ValueId {
  const { b, choices } = place;
  const array = choices.of(place.arrays);
  const element = b.op('index', [array, inRange(place, array)]);
  return choices.chance(0.5)
    ? element
    : b.op('add', [b.op('mul', [element, b.real(0.5)]), b.op('to_real', [place.index])]);
}

function changedArray(place: Place): ValueId {
  const { b, choices } = place;
  const array = choices.of(place.arrays);
  switch (choices.below(6)) {
    case 0:
      return b.op('append', [array, number(place)], reals);
    case 1:
      return b.op(
        'extend',
        [array, b.op('min', [b.int(choices.below(9)), b.op('length', [array])]), number(place)],
        reals,
      );
    case 2:
      return b.op('select', [b.op('lt', [number(place), b.real(2)]), array, choices.of(place.arrays)]);
    case 3:
      return b.ifElse(
        b.op('lt', [number(place), b.real(1)]),
        () => [changedArray(place)],
        () => [choices.of(place.arrays)],
        [reals],
      )[0]!;
    default:
      return b.op('set', [array, inRange(place, array), number(place)], reals);
  }
}

function changedList(place: Place): ValueId {
  const { b, choices } = place;
  const list = choices.of(place.lists);
  const item = b.make(pair, [number(place), b.op('lt', [number(place), b.real(1)])]);
  switch (choices.below(3)) {
    case 0:
      return b.op('append', [list, item], pairs);
    case 1:
      return b.op('extend', [list, b.op('min', [b.int(choices.below(6)), b.op('length', [list])]), item], pairs);
    default:
      return b.op('set', [list, inRange(place, list), item], pairs);
  }
}

function statements(place: Place, depth: number): void {
  const { choices } = place;
  for (let k = choices.below(4); k >= 0; k--) {
    if (choices.chance(0.6)) place.arrays.push(changedArray(place));
    else if (choices.chance(0.5)) place.lists.push(changedList(place));
    else if (depth > 0) place.arrays.push(...loop(place, depth - 1));
  }
}

/** A loop that carries arrays, which may change places, be kept as they were or be put into each other's. */
function loop(place: Place, depth: number): readonly ValueId[] {
  const { b, choices } = place;
  const types: readonly IrType[] = [reals, reals, pairs];
  const inits = [choices.of(place.arrays), choices.of(place.arrays), choices.of(place.lists)];
  const body = (index: ValueId, carried: readonly ValueId[]): readonly ValueId[] => {
    const inside: Place = {
      ...place,
      index,
      arrays: [...place.arrays, carried[0]!, carried[1]!],
      lists: [...place.lists, carried[2]!],
    };
    const recent = <T>(items: readonly T[]): T => items[items.length - 1 - choices.below(Math.min(3, items.length))]!;
    statements(inside, depth);
    return [recent(inside.arrays), recent(inside.arrays), recent(inside.lists)];
  };
  const results = choices.chance(0.6)
    ? b.forLoop(b.int(0), b.int(2 + choices.below(4)), inits, body, types)
    : b
        .whileLoop(
          [b.int(0), ...inits],
          ([i]) => b.op('lt', [i!, b.int(3)]),
          ([i, ...carried]) => [b.op('add', [i!, b.int(1)]), ...body(i!, carried)],
          [int, ...types],
        )
        .slice(1);
  place.lists.push(results[2]!);
  return results.slice(0, 2);
}

/** The program of a seed; it pauses now and then. */
export function arrayProgram(seed: number): Program {
  const choices = choicesFrom(seed + 1_000_000);
  return mainProgram([reals, reals, pairs, real], (b, root) => {
    const drawn = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
    const list = b.make(pairs, [b.make(pair, [drawn, b.bool(true)]), b.make(pair, [b.real(2), b.bool(false)])]);
    const place: Place = {
      b,
      choices,
      index: b.int(choices.below(3)),
      arrays: [
        b.constant(reals, [1, 2, 3]),
        b.make(reals, [drawn, b.real(0.5)]),
        b.op('fill', [b.op('floor', [b.op('add', [b.op('abs', [drawn]), b.real(2)])]), drawn], reals),
      ],
      lists: [list],
    };
    for (let k = 0; k < 3; k++) {
      statements(place, 2);
      place.arrays.push(...loop(place, 1));
      b.factor(number(place));
    }
    const [first, second] = [choices.of(place.arrays), place.arrays.at(-1)!];
    return [first, second, place.lists.at(-1)!, number(place)];
  });
}
