/**
 * Columns of numbers for kernels in JavaScript, made in WebAssembly and copied: four streams or particles at a time, and V8 has its code
 * ready when a run begins, where it takes JavaScript some ten thousand draws to be fast. To the bit the numbers of `fill.ts` and
 * `addressed_fill.ts`, which serve where the host has no WebAssembly.
 */
import type { NoiseKind } from '../../ir/ir.js';
import { compileModule, type Instance, instanceOf } from '../assembly/instance.js';
import { type ModuleBuilder, newModule } from '../assembly/module.js';
import { mixHi, mixLo, REQUEST_SITE } from './address.js';
import { fillAddressedExponential, fillAddressedNormal, fillAddressedUniform } from './addressed_fill.js';
import { fillExponential, fillNormal, fillUniform } from './fill.js';
import { fillAddressedRoutines, fillLanesRoutines, fillRoutines, quad } from './fill_routines.js';
import { LANES } from './lanes_code.js';

/** Up to four streams. */
export type Lanes = {
  /** Word `w` of the state of stream `k` at `4 w + k`; moved on. What stands there for streams that are missing may change. */
  readonly states: Int32Array;
  /** Where the numbers of each stream go. */
  readonly outs: readonly { readonly out: Float64Array; readonly offset: number }[];
};

/** Numbers of a stream that are made at a time. */
const most = 512;
/** So few streams are made one by one. */
const few = 2;

const inJavaScript = { uniform: fillUniform, normal: fillNormal, exponential: fillExponential } as const;
const addressedInJavaScript = {
  uniform: fillAddressedUniform,
  normal: fillAddressedNormal,
  exponential: fillAddressedExponential,
} as const;

type Call = (...args: readonly number[]) => number;

type Machine = {
  /** Where the four streams are, and the states of the one and the four. */
  readonly quad: number;
  readonly one: Int32Array;
  readonly states: Int32Array;
  readonly places: readonly number[];
  readonly numbers: readonly Float64Array[];
  readonly call: (name: string) => Call;
};

/** A module with one state, four states, and room for the numbers of so many streams. */
function machineOf(streams: number, write: (link: ModuleBuilder) => void): Machine | null {
  const link = newModule();
  const at = link.reserve(16);
  const four = link.reserve(quad.size);
  const places = Array.from({ length: streams }, () => link.reserve(8 * most));
  write(link);
  const module = compileModule(link.finish());
  if (module === null) return null;
  const { memory, routine }: Instance = instanceOf(module, {});
  new Int32Array(memory.buffer, four + quad.outs, LANES).set(places);
  return {
    quad: four,
    one: new Int32Array(memory.buffer, at, 4),
    states: new Int32Array(memory.buffer, four + quad.states, 4 * LANES),
    places,
    numbers: places.map((place) => new Float64Array(memory.buffer, place, most)),
    call: routine,
  };
}

type StreamFills = Machine & { readonly fillOne: Call; readonly fillFour: Call };
type AddressedFill = Machine & { readonly fill: Call };

const streamFills = new Map<NoiseKind, StreamFills | null>();
const addressedFills = new Map<NoiseKind, AddressedFill | null>();

function streamFillsOf(kind: NoiseKind): StreamFills | null {
  const known = streamFills.get(kind);
  if (known !== undefined) return known;
  const machine = machineOf(LANES, (link) => {
    link.export('one', fillRoutines[kind]);
    link.export('four', fillLanesRoutines[kind]);
  });
  const made = machine && { ...machine, fillOne: machine.call('one'), fillFour: machine.call('four') };
  streamFills.set(kind, made);
  return made;
}

function addressedFillOf(kind: NoiseKind): AddressedFill | null {
  const known = addressedFills.get(kind);
  if (known !== undefined) return known;
  const machine = machineOf(1, (link) => link.export('fill', fillAddressedRoutines[kind]));
  const made = machine && { ...machine, fill: machine.call('fill') };
  addressedFills.set(kind, made);
  return made;
}

/**
 * Draws of up to four streams, as by `fillUniform`, `fillNormal` or `fillExponential` for each.
 *
 * @param count numbers of each stream
 */
export function fillLanes(kind: NoiseKind, lanes: Lanes, count: number): void {
  const machine = streamFillsOf(kind);
  if (machine === null || lanes.outs.length <= few) {
    fillOneByOne(kind, machine, lanes, count);
    return;
  }
  // Copies, and no iterators: what is left here should be too little for V8 to spend time on.
  const { states, numbers, fillFour } = machine;
  const { outs } = lanes;
  for (let done = 0; done < count; done += most) {
    const part = Math.min(most, count - done);
    states.set(lanes.states);
    fillFour(machine.quad, part);
    lanes.states.set(states);
    for (let k = 0; k < outs.length; k++) {
      const { out, offset } = outs[k]!;
      const made = numbers[k]!;
      out.set(part === most ? made : made.subarray(0, part), offset + done);
    }
  }
}

const inHand = new Int32Array(4);

function fillOneByOne(kind: NoiseKind, machine: StreamFills | null, { states, outs }: Lanes, count: number): void {
  for (let k = 0; k < outs.length; k++) {
    const { out, offset } = outs[k]!;
    for (let word = 0; word < 4; word++) inHand[word] = states[word * LANES + k]!;
    fillColumn(kind, machine, inHand, out, offset, count);
    for (let word = 0; word < 4; word++) states[word * LANES + k] = inHand[word]!;
  }
}

function fillColumn(
  kind: NoiseKind,
  machine: StreamFills | null,
  state: Int32Array,
  out: Float64Array,
  offset: number,
  count: number,
): void {
  if (machine === null) {
    inJavaScript[kind](state, out, offset, count);
    return;
  }
  const { one, numbers, places, fillOne } = machine;
  const made = numbers[0]!;
  one.set(state);
  for (let done = 0; done < count; done += most) {
    const part = Math.min(most, count - done);
    fillOne(one.byteOffset, places[0]!, part);
    out.set(part === most ? made : made.subarray(0, part), offset + done);
  }
  state.set(one);
}

/**
 * One request of one draw of the addressed layout for `count` particles from `particle` on.
 *
 * @param hi the draw's address, with `lo`
 * @param request number of the noise value within the draw, from 0
 * @param out written at `offset` … `offset + count - 1`
 */
export function fillAddressed(
  kind: NoiseKind,
  k0: number,
  k1: number,
  hi: number,
  lo: number,
  request: number,
  particle: number,
  out: Float64Array,
  offset: number,
  count: number,
): void {
  const machine = addressedFillOf(kind);
  if (machine === null) {
    addressedInJavaScript[kind](k0, k1, hi, lo, request, particle, inHand, out, offset, count);
    return;
  }
  const { fill, numbers, places } = machine;
  const made = numbers[0]!;
  const requestHi = mixHi(hi, lo, REQUEST_SITE, request);
  const requestLo = mixLo(hi, lo, REQUEST_SITE, request);
  for (let done = 0; done < count; done += most) {
    const part = Math.min(most, count - done);
    fill(k0, k1, requestHi, requestLo, particle + done, places[0]!, part);
    out.set(part === most ? made : made.subarray(0, part), offset + done);
  }
}
