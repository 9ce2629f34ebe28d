import { describe, expect, test } from 'vitest';
import { compileModule, instanceOf } from '../../src/runtime/assembly/instance.js';
import { get, i32, types } from '../../src/runtime/assembly/instructions.js';
import { newModule } from '../../src/runtime/assembly/module.js';
import { rowLength, sumBlock, surveyBlock, surveyLength, surveyPlaces } from '../../src/runtime/sums/sums.js';
import { sumRoutine, surveyRoutine } from '../../src/runtime/sums/sums_routines.js';

const most = 1024;

function assembled() {
  const link = newModule();
  const column = () => link.reserve(8 * (most + 2));
  const [logs, second, weights, above, found] = [column(), column(), column(), column(), column()];
  link.export('survey', {
    params: [types.i32, types.f64],
    results: [],
    body: (m) => m.call(surveyRoutine, i32.of(logs), i32.of(second), get(0), get(1), i32.of(above), i32.of(found)),
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
    found: view(found, surveyLength),
    row: view(found, rowLength),
    survey: instance.routine('survey'),
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
      const found = new Float64Array(surveyLength);
      const above = new Float64Array(count!);
      surveyBlock(logs, dimensions, count!, -5, above, 0, found);
      own.survey(count!, -5);
      same(own.found, found);
      const held = found[surveyPlaces.above]!;
      expect(held).toBe(logs.filter((log) => log > -5).length);
      same(own.above.slice(0, held), above.slice(0, held));
      const max = found[surveyPlaces.max]!;
      own.second.set(second);
      const weights = new Float64Array(count! + 1);
      const row = new Float64Array(rowLength);
      sumBlock(second, logs, count!, max, weights, row);
      own.sum(count!, max);
      same(own.row, row);
      if (max === Number.NEGATIVE_INFINITY) continue;
      same(own.weights.slice(0, count), weights.slice(0, count));
    }
  });
});
