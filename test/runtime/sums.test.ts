import { describe, expect, test } from 'vitest';
import { compileModule, instanceOf } from '../../src/runtime/assembly/instance.js';
import { get, i32, types } from '../../src/runtime/assembly/instructions.js';
import { newModule } from '../../src/runtime/assembly/module.js';
import { collectAbove, foundLength, sumBlock, surveyBlock } from '../../src/runtime/sums/sums.js';
import { collectRoutine, sumRoutine, surveyRoutine } from '../../src/runtime/sums/sums_routines.js';

const most = 1024;

function assembled() {
  const link = newModule();
  const column = () => link.reserve(8 * (most + 2));
  const [logs, second, weights, above, found] = [column(), column(), column(), column(), column()];
  link.export('survey', {
    params: [types.i32],
    results: [],
    body: (m) => m.call(surveyRoutine, i32.of(logs), i32.of(second), get(0), i32.of(found)),
  });
  link.export('collect', {
    params: [types.i32, types.f64],
    results: [types.i32],
    body: (m) => m.call(collectRoutine, i32.of(logs), i32.of(above), get(0), get(1)),
  });
  link.export('sum', {
    params: [types.i32, types.f64],
    results: [],
    body: (m) => m.call(sumRoutine, i32.of(logs), i32.of(second), get(0), get(1), i32.of(weights), i32.of(found)),
  });
  const module = compileModule(link.finish());
  if (module === null) throw new Error('no WebAssembly');
  const instance = instanceOf(module, {});
  const view = (at: number, length: number) => new Float64Array(instance.memory.buffer, at, length);
  return {
    logs: view(logs, most),
    second: view(second, most),
    weights: view(weights, most),
    above: view(above, most),
    found: view(found, foundLength),
    survey: instance.routine('survey'),
    collect: instance.routine('collect'),
    sum: instance.routine('sum'),
  };
}

const own = assembled();

let state = 7;
const random = (): number => {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};

const special = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, -0, 0, -800, -745.5, -708.5, -700];

/** Columns with more or less of what is rare in them. */
function columns(count: number, rare: number) {
  const number = (scale: number): number =>
    random() < rare ? special[Math.floor(random() * special.length)]! : scale * (random() + random() - 1);
  return {
    logs: Float64Array.from({ length: count }, () => number(20)),
    second: Float64Array.from({ length: count }, () => number(3)),
  };
}

/** NaN has many forms, of which neither language says which one comes out: all are the same here; -0 is not 0. */
const same = (a: Float64Array, b: Float64Array): void => expect(a).toEqual(b);

describe('sums in WebAssembly have the bits of those in JavaScript', () => {
  const cases = [1, 2, 3, 7, 64, 511, 1023, 1024].flatMap((count) => [0, 0.02, 0.5, 1].map((rare) => [count, rare]));
  test.each(cases)('of %d draws, a share of %d of them unusual', (count, rare) => {
    for (let round = 0; round < 4; round++) {
      const { logs, second } = columns(count!, rare!);
      own.logs.set(logs);
      const dimensions = Float64Array.from({ length: count! }, () => Math.floor(3 * random()));
      own.second.set(dimensions);
      const found = new Float64Array(foundLength);
      own.found.fill(0);
      surveyBlock(logs, dimensions, count!, found);
      own.survey(count!);
      same(own.found, found);
      const above = new Float64Array(count!);
      const held = collectAbove(logs, count!, -5, above, 0);
      expect(own.collect(count!, -5)).toBe(held);
      same(own.above.slice(0, held), above.slice(0, held));
      const max = found[0]!;
      own.second.set(second);
      const weights = new Float64Array(count! + 1);
      sumBlock(second, logs, count!, max, weights, found);
      own.sum(count!, max);
      same(own.found, found);
      same(own.weights.slice(0, count), weights.slice(0, count));
    }
  });
});
