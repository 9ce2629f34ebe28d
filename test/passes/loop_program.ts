/** Random programs of loops over arrays: those that make one element by element, those that read it, and what stands between them. */
import type { Builder } from '../../src/ir/build.js';
import type { Program, ValueId } from '../../src/ir/ir.js';
import { int, real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { type Choices, choicesFrom } from '../ir/random_expression.js';

/** What can be read at a place: arrays that may be of any length, and numbers. */
type Place = {
  readonly b: Builder;
  readonly choices: Choices;
  readonly root: ValueId;
  readonly arrays: ValueId[];
  readonly numbers: ValueId[];
  readonly ends: readonly ValueId[];
  /** Some indices may be outside of an array. */
  readonly risky: boolean;
};

let site = 0;
const nextSite = (): number => 10 + (site++ % 20);

/** A number made of numbers and of elements at the index, at one beside it, or of the whole array's first. */
function expression({ b, choices, arrays, numbers, risky }: Place, index: ValueId | null, depth: number): ValueId {
  if (depth === 0 || choices.chance(0.2)) {
    if (arrays.length > 0 && choices.chance(index === null ? 0.2 : 0.7)) {
      const array = choices.of(arrays);
      const own = choices.chance(0.85) ? index : null;
      const at =
        own ?? (index !== null && choices.chance(0.5) ? b.op('sub', [index, b.int(1)]) : b.int(choices.below(2)));
      if (risky && choices.chance(0.5)) return b.op('index', [array, at]);
      const inside = b.op('and', [b.op('ge', [at, b.int(0)]), b.op('lt', [at, b.op('length', [array])])]);
      return own !== null && choices.chance(0.9)
        ? b.op('index', [array, at])
        : b.ifElse(
            inside,
            () => [b.op('index', [array, at])],
            () => [b.real(0.25)],
          )[0]!;
    }
    return numbers.length > 0 && choices.chance(0.7) ? choices.of(numbers) : b.real(choices.below(7) / 4 - 0.5);
  }
  const place = { b, choices, arrays, numbers, risky } as Place;
  const inner = (): ValueId => expression(place, index, depth - 1);
  switch (choices.below(5)) {
    case 0:
      return b.op('mul', [inner(), b.real(0.5)]);
    case 1:
      return b.op('max', [inner(), inner()]);
    case 2:
      return b.op('sin', [inner()]);
    default:
      return b.op('add', [inner(), inner()]);
  }
}

/** What a loop does beside computing: nothing in most of them. */
function effect(place: Place, index: ValueId, value: ValueId): ValueId {
  const { b, choices, root } = place;
  if (choices.chance(0.7)) return value;
  switch (choices.below(6)) {
    case 0:
    case 1:
    case 2:
      return b.draw('normal', real, [value, b.real(1)], b.address(root, nextSite(), index), nextSite());
    case 3:
      b.factor(b.op('sin', [value]));
      return value;
    case 4:
      b.score('normal', [value, b.real(1)], b.real(0.5), b.address(root, nextSite(), index), nextSite());
      return value;
    default:
      b.condition(b.op('lt', [b.op('sin', [value]), b.real(0.999)]));
      return value;
  }
}

/** A loop that makes an array, sums one up, takes the greatest element, or several of these; what it gives becomes part of the place. */
function loop(place: Place): void {
  const { b, choices } = place;
  const high = choices.of(place.ends);
  const fromOne = choices.chance(0.2);
  const low = b.int(fromOne || choices.chance(0.05) ? 1 : 0);
  const makes = choices.chance(0.6);
  const grows = choices.chance(0.4);
  const sums = !makes || choices.chance(0.3);
  const source = choices.of(place.arrays);
  const inits: ValueId[] = [];
  if (makes) inits.push(grows ? b.constant(reals, []) : b.op('fill', [b.op('max', [b.int(0), high]), b.real(0)]));
  if (sums) inits.push(fromOne && choices.chance(0.8) ? b.op('index', [source, b.int(0)]) : b.real(0));
  const results = b.forLoop(
    low,
    high,
    inits,
    (index, carried) => {
      const total = sums ? carried[carried.length - 1]! : null;
      const inside: Place = {
        ...place,
        arrays: [...place.arrays],
        numbers: [...place.numbers, b.op('to_real', [index]), ...(total === null ? [] : [total])],
      };
      const element = effect(inside, index, expression(inside, index, 1 + choices.below(3)));
      const next: ValueId[] = [];
      if (makes) next.push(b.op(grows ? 'extend' : 'set', [carried[0]!, index, element], reals));
      if (total !== null) {
        const read = fromOne ? b.op('index', [source, index]) : element;
        next.push(b.op(choices.chance(0.5) ? 'max' : 'add', [total, read]));
      }
      return next;
    },
    [...(makes ? [reals] : []), ...(sums ? [real] : [])],
  );
  if (makes) place.arrays.push(results[0]!);
  if (sums) place.numbers.push(results[results.length - 1]!);
}

/** The program of a seed: up to nine loops and statements in `main`. */
export function loopProgram(seed: number): Program {
  const choices = choicesFrom(seed + 3_000_000);
  site = 0;
  return mainProgram([real, reals, int], (b, root) => {
    const drawn = b.draw('normal', real, [b.real(0), b.real(1)], root, nextSite());
    const known = b.constant(
      reals,
      Float64Array.from({ length: 5 }, (_, k) => k - 1.5),
    );
    const length = b.op('length', [known]);
    const random = b.op('floor', [b.op('add', [b.op('abs', [drawn]), b.int(2)])]);
    const ends = choices.chance(0.7) ? [b.int(5), length] : [b.int(5), length, b.int(3), random];
    const risky = choices.chance(0.3);
    const place: Place = { b, choices, root, arrays: [known], numbers: [drawn], ends, risky };
    for (let k = 3 + choices.below(6); k > 0; k--) {
      if (choices.chance(0.8)) loop(place);
      else place.numbers.push(effect(place, b.int(k), expression(place, null, 2)));
    }
    b.factor(b.op('sin', [choices.of(place.numbers)]));
    const last = place.arrays[place.arrays.length - 1]!;
    return [
      place.numbers.slice(-3).reduce((x, y) => b.op('add', [x, y])),
      choices.chance(0.3) ? last : known,
      b.op('length', [last]),
    ];
  });
}
