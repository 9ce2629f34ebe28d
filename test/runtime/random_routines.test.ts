/** Random numbers in WebAssembly are those of the functions in JavaScript, to the bit. */
import { expect, test } from 'vitest';
import { compileModule, type Instance, instanceOf } from '../../src/runtime/assembly/instance.js';
import { branchIf, f64, get, i32, loop, set, types } from '../../src/runtime/assembly/instructions.js';
import { type ModuleBuilder, newModule, type Routine } from '../../src/runtime/assembly/module.js';
import { mixHi, mixLo, REQUEST_SITE } from '../../src/runtime/random/address.js';
import {
  fillAddressedExponential,
  fillAddressedNormal,
  fillAddressedUniform,
} from '../../src/runtime/random/addressed_fill.js';
import { nextExponential } from '../../src/runtime/random/exponential.js';
import { fillExponential, fillNormal, fillUniform } from '../../src/runtime/random/fill.js';
import {
  fillAddressedRoutines,
  fillLanesRoutines,
  fillRoutines,
  quad,
  seedLanesRoutine,
} from '../../src/runtime/random/fill_routines.js';
import { nextNormal } from '../../src/runtime/random/normal.js';
import * as routines from '../../src/runtime/random/routines.js';
import { seedAddressed, seedColumn, seedParticle, seedRequest } from '../../src/runtime/random/source.js';
import { nextUniform } from '../../src/runtime/random/uniform.js';
import { nextWord } from '../../src/runtime/random/xoshiro.js';

function built(write: (link: ModuleBuilder) => void): Instance {
  const link = newModule();
  write(link);
  const compiled = compileModule(link.finish());
  if (compiled === null) throw new Error('the module is not valid');
  return instanceOf(compiled, {});
}

const stateAt = ({ memory }: Instance, at: number): Int32Array => new Int32Array(memory.buffer, at, 4);

const kinds = {
  uniform: [routines.uniformRoutine, nextUniform],
  normal: [routines.normalRoutine, nextNormal],
  exponential: [routines.exponentialRoutine, nextExponential],
} as const;
const names = ['uniform', 'normal', 'exponential'] as const;

/** Fills `count` numbers from an address on, with the state in locals. */
const inlineFill = (kind: (typeof names)[number], state: number): Routine => ({
  params: [types.i32, types.i32],
  results: [],
  body: (link, locals) => {
    const stream = routines.inlineStream(link, locals, i32.of(state));
    return [
      stream.load,
      set(1, i32.add(get(0), i32.shl(get(1), i32.of(3)))),
      loop([
        f64.store(get(0), stream[kind]()),
        set(0, i32.add(get(0), i32.of(8))),
        branchIf(i32.less(get(0), get(1)), 0),
      ]),
      stream.store,
    ];
  },
});

test.each(names)('the next %s, by a call and with the state in locals', (kind) => {
  const count = 4000;
  let [state, room] = [0, 0];
  const instance = built((link) => {
    state = link.reserve(16);
    room = link.reserve(8 * count);
    link.export('next', kinds[kind][0]);
    link.export('fill', inlineFill(kind, state));
  });
  const [next, fill] = [instance.routine('next'), instance.routine('fill')];
  const wanted = Int32Array.of(1, -2, 3, 0x7fffffff);
  stateAt(instance, state).set(wanted);
  const numbers = new Float64Array(instance.memory.buffer, room, count);
  let differing = 0;
  let far = 0;
  for (let round = 0; round < 25; round++) {
    for (let i = 0; i < count; i++) if (next(state) !== kinds[kind][1](wanted)) differing += 1;
    expect(stateAt(instance, state)).toEqual(wanted);
    fill(room, count);
    for (const number of numbers) {
      if (number !== kinds[kind][1](wanted)) differing += 1;
      if (Math.abs(number) > (kind === 'normal' ? 3.66 : 7.7)) far += 1;
    }
    expect(stateAt(instance, state)).toEqual(wanted);
  }
  expect(differing).toBe(0);
  if (kind !== 'uniform') expect(far).toBeGreaterThan(10);
});

const words = (
  (state: Int32Array) => () =>
    nextWord(state)
)(Int32Array.of(4, 5, 6, 7));
const particles = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 7, 2 ** 53 - 1];

test('states of streams and addresses', () => {
  let state = 0;
  const instance = built((link) => {
    state = link.reserve(16);
    link.export('particle', routines.seedParticleRoutine);
    link.export('request', routines.seedRequestRoutine);
    link.export('addressed', routines.seedAddressedRoutine);
    link.export('column', routines.seedColumnRoutine);
    link.export('mixHi', routines.mixHiRoutine);
    link.export('mixLo', routines.mixLoRoutine);
  });
  const wanted = new Int32Array(4);
  const same = (): void => expect(stateAt(instance, state)).toEqual(wanted);
  for (let round = 0; round < 50; round++) {
    const [k0, k1, hi, lo, site, index] = [words(), words(), words(), words(), words(), words()];
    const number = particles[round % particles.length]!;
    seedParticle(k0, k1, number, wanted);
    instance.routine('particle')(k0, k1, number, state);
    same();
    seedRequest(k0, k1, hi, lo, number, wanted);
    instance.routine('request')(k0, k1, hi, lo, number, state);
    same();
    seedAddressed(k0, k1, hi, lo, number, round % 3, wanted);
    instance.routine('addressed')(k0, k1, hi, lo, number, round % 3, state);
    same();
    seedColumn(k0, k1, hi, lo, number, wanted);
    instance.routine('column')(k0, k1, hi, lo, number, state);
    same();
    expect(instance.routine('mixHi')(hi, lo, site, index)).toBe(mixHi(hi, lo, site, index));
    expect(instance.routine('mixLo')(hi, lo, site, index)).toBe(mixLo(hi, lo, site, index));
  }
});

test.each(names)('one %s number by address', (kind) => {
  const instance = built((link) => link.export('next', routines.addressedRoutines[kind]));
  const state = new Int32Array(4);
  let differing = 0;
  for (let round = 0; round < 20_000; round++) {
    const [k0, k1, hi, lo] = [words(), words(), words(), words()];
    const particle = particles[round % particles.length]!;
    seedRequest(k0, k1, hi, lo, particle, state);
    if (instance.routine('next')(k0, k1, hi, lo, particle) !== kinds[kind][1](state)) differing += 1;
  }
  expect(differing).toBe(0);
});

const jsFills = { uniform: fillUniform, normal: fillNormal, exponential: fillExponential } as const;
const addressedFills = {
  uniform: fillAddressedUniform,
  normal: fillAddressedNormal,
  exponential: fillAddressedExponential,
} as const;
const longest = 1500;
const sizes = Array.from({ length: 60 }, (_, round) => [0, 1, 2, 3, 4, 5, longest][round] ?? (round * 7919) % longest);

/** Places at which two columns differ. */
const differing = (a: Float64Array, b: Float64Array): number => a.reduce((n, x, i) => n + (x === b[i] ? 0 : 1), 0);

test.each(names)('columns of %s numbers of one stream', (kind) => {
  let [state, room] = [0, 0];
  const instance = built((link) => {
    state = link.reserve(16);
    room = link.reserve(8 * longest + 8);
    link.export('fill', fillRoutines[kind]);
  });
  const own = Int32Array.of(1, 2, 3, 4);
  stateAt(instance, state).set(own);
  const numbers = new Float64Array(longest);
  for (const size of sizes) {
    jsFills[kind](own, numbers, 0, size);
    instance.routine('fill')(state, room, size);
    expect(differing(new Float64Array(instance.memory.buffer, room, size), numbers)).toBe(0);
    expect(stateAt(instance, state)).toEqual(own);
  }
});

test.each(names)('columns of %s numbers of four streams, and their seeds', (kind) => {
  let [at, room] = [0, 0];
  const instance = built((link) => {
    at = link.reserve(quad.size);
    room = link.reserve(4 * 8 * longest);
    link.export('seed', seedLanesRoutine);
    link.export('fill', fillLanesRoutines[kind]);
  });
  const memory = new Int32Array(instance.memory.buffer);
  const addresses = Array.from({ length: 4 }, () => ({ hi: words(), lo: words() }));
  const outs = [2, 0, 3, 1].map((place) => room + 8 * longest * place);
  for (const [lane, { hi, lo }] of addresses.entries()) {
    memory[(at + quad.his) / 4 + lane] = hi;
    memory[(at + quad.los) / 4 + lane] = lo;
    memory[(at + quad.outs) / 4 + lane] = outs[lane]!;
  }
  const wanted = new Float64Array(longest);
  for (const [block, step] of [
    [0, 0],
    [2 ** 32 - 2, 1],
    [2 ** 40 + 5, 0],
  ] as const) {
    const states = addresses.map(({ hi, lo }, lane) => {
      const state = new Int32Array(4);
      seedColumn(8, 9, hi, lo, block + step * lane, state);
      return state;
    });
    instance.routine('seed')(8, 9, at, block, step);
    for (const size of sizes) {
      instance.routine('fill')(at, size);
      for (const [lane, state] of states.entries()) {
        jsFills[kind](state, wanted, 0, size);
        expect(differing(new Float64Array(instance.memory.buffer, outs[lane], size), wanted)).toBe(0);
        expect([0, 1, 2, 3].map((w) => memory[(at + quad.states) / 4 + 4 * w + lane])).toEqual([...state]);
      }
    }
  }
});

test.each(names)('columns of %s numbers by address', (kind) => {
  let room = 0;
  const instance = built((link) => {
    room = link.reserve(8 * longest + 8);
    link.export('fill', fillAddressedRoutines[kind]);
  });
  const state = new Int32Array(4);
  const wanted = new Float64Array(longest);
  for (const [round, size] of sizes.slice(0, 20).entries()) {
    const [k0, k1, hi, lo] = [words(), words(), words(), words()];
    const particle = [0, 1024, 2 ** 32 - 700, 2 ** 32 - 2, 2 ** 45 + 3][round % 5]!;
    addressedFills[kind](k0, k1, hi, lo, 2, particle, state, wanted, 0, size);
    const numbers = new Float64Array(instance.memory.buffer, room, size + 1);
    numbers[size] = 7;
    const request = [mixHi(hi, lo, REQUEST_SITE, 2), mixLo(hi, lo, REQUEST_SITE, 2)] as const;
    instance.routine('fill')(k0, k1, ...request, particle, room, size);
    expect(differing(numbers.subarray(0, size), wanted)).toBe(0);
    expect(numbers[size]).toBe(7);
  }
});
