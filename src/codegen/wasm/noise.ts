/** Noise of kernels in WebAssembly: columns that are filled before the particles of a chunk run, and streams that belong to one draw. */
import type { NoiseLayout } from '../../ir/engine.js';
import type { NoiseKind } from '../../ir/ir.js';
import type { Code } from '../../runtime/assembly/code.js';
import { branchIf, get, i32, loop, set, tee, types } from '../../runtime/assembly/instructions.js';
import type { ModuleBuilder, Routine, Variable } from '../../runtime/assembly/module.js';
import { mixHi, mixLo, REQUEST_SITE } from '../../runtime/random/address.js';
import {
  fillAddressedRoutines,
  fillLanesRoutines,
  fillRoutines,
  quad,
  seedLanesRoutine,
} from '../../runtime/random/fill_routines.js';
import { LANES } from '../../runtime/random/lanes_code.js';
import { seedColumnRoutine } from '../../runtime/random/routines.js';
import { addressesOf } from '../address.js';
import type { NoiseGroup } from '../low.js';

/** The noise of a kernel: to the bit that of `columnsOf`. */
export type KernelNoise = {
  /** For each group the address of its numbers or states, as in `KernelPlaces.groups`. */
  readonly places: readonly number[];
  /** `(k0: i32, k1: i32)`: the key of the run, before anything else. */
  readonly setKey: Routine;
  /** `(block: f64)`: seeds the streams of a block. */
  readonly startBlock: Routine;
  /** `(first: f64, count: i32)`: fills so many numbers of every column, at most a chunk, for the particles from `first` on. */
  readonly fillNoise: Routine;
};

/** The variables that hold the key of the run. */
export const keyVariables = (link: ModuleBuilder): readonly [Variable, Variable] => [
  link.variable('key 0', types.i32),
  link.variable('key 1', types.i32),
];

/** A column or stream: its address, folded with the request in the addressed layout, its state, and where its numbers go. */
type Source = { readonly hi: number; readonly lo: number; readonly state: number; readonly out: number };

const kinds = ['uniform', 'normal', 'exponential'] as const;

/** Bytes of an entry of a table of sources: four words. */
const sourceBytes = 16;

/** A range of a table in memory. */
type Range = { readonly from: number; readonly to: number; readonly step: number };

/** Runs the body for each entry of a range, with its address in the local `at`; without entries nothing is linked. */
const each = ({ from, to, step }: Range, at: number, body: () => Code): Code =>
  from === to
    ? []
    : [
        set(at, i32.of(from)),
        loop([body(), branchIf(i32.less(tee(at, i32.add(get(at), i32.of(step))), i32.of(to)), 0)]),
      ];

function placeSources(link: ModuleBuilder, sources: readonly Source[]): Range {
  const words = Int32Array.from(sources.flatMap(({ hi, lo, state, out }) => [hi, lo, state, out]));
  const from = link.place(words);
  return { from, to: from + words.byteLength, step: sourceBytes };
}

/** Quads of the sources, four by four. */
function placeQuads(link: ModuleBuilder, sources: readonly Source[]): Range {
  const words = new Int32Array((sources.length / LANES) * (quad.size / 4));
  for (const [k, { hi, lo, out }] of sources.entries()) {
    const at = (Math.floor(k / LANES) * quad.size) / 4 + (k % LANES);
    words[at + quad.his / 4] = hi;
    words[at + quad.los / 4] = lo;
    words[at + quad.outs / 4] = out;
  }
  const from = link.place(words);
  return { from, to: from + words.byteLength, step: quad.size };
}

const field = (at: number, place: number): Code => i32.load(get(at), 4 * place);
const [hi, lo, state, out] = [0, 1, 2, 3];

/** @param chunk entries of a column */
export function kernelNoise(
  link: ModuleBuilder,
  groups: readonly NoiseGroup[],
  layout: NoiseLayout,
  chunk: number,
): KernelNoise {
  const places: number[] = [];
  const columns: Record<NoiseKind, Source[]> = { uniform: [], normal: [], exponential: [] };
  const streams: Source[] = [];
  for (const { kind, noise, request, chain } of groups) {
    const addresses = addressesOf(chain);
    const place = link.reserve(addresses.length * (kind === 'column' ? 8 * chunk : 16));
    places.push(place);
    for (const [k, address] of addresses.entries()) {
      if (kind === 'stream') streams.push({ ...address, state: place + 16 * k, out: 0 });
      else if (layout === 'column') columns[noise].push({ ...address, state: 0, out: place + 8 * chunk * k });
      else
        columns[noise].push({
          hi: mixHi(address.hi, address.lo, REQUEST_SITE, request),
          lo: mixLo(address.hi, address.lo, REQUEST_SITE, request),
          state: 0,
          out: place + 8 * chunk * k,
        });
    }
  }
  const [k0, k1] = keyVariables(link);
  const setKey: Routine = {
    params: [types.i32, types.i32],
    results: [],
    body: () => [k0.set(get(0)), k1.set(get(1))],
  };
  const made = layout === 'column' ? fromStreams(link, columns, streams) : byAddress(link, columns);
  return { places, setKey, ...made };
}

type Filling = Pick<KernelNoise, 'startBlock' | 'fillNoise'>;

function fromStreams(
  link: ModuleBuilder,
  columns: Readonly<Record<NoiseKind, readonly Source[]>>,
  streams: readonly Source[],
): Filling {
  const tables = kinds.map((kind) => {
    const whole = columns[kind].length - (columns[kind].length % LANES);
    const rest = columns[kind].slice(whole).map((source) => ({ ...source, state: link.reserve(16) }));
    return { kind, quads: placeQuads(link, columns[kind].slice(0, whole)), singles: placeSources(link, rest) };
  });
  const others = placeSources(link, streams);
  const startBlock: Routine = {
    params: [types.f64],
    results: [],
    body: (inner, locals) => {
      const at = locals.fresh(types.i32);
      const key = keyVariables(inner).map((k) => k.get);
      const seed = (): Code =>
        inner.call(seedColumnRoutine, ...key, field(at, hi), field(at, lo), get(0), field(at, state));
      return [
        tables.map(({ quads }) =>
          each(quads, at, () => inner.call(seedLanesRoutine, ...key, get(at), get(0), i32.of(0))),
        ),
        [...tables.map(({ singles }) => singles), others].map((range) => each(range, at, seed)),
      ];
    },
  };
  const fillNoise: Routine = {
    params: [types.f64, types.i32],
    results: [],
    body: (inner, locals) => {
      const at = locals.fresh(types.i32);
      return tables.map(({ kind, quads, singles }) => [
        each(quads, at, () => inner.call(fillLanesRoutines[kind], get(at), get(1))),
        each(singles, at, () => inner.call(fillRoutines[kind], field(at, state), field(at, out), get(1))),
      ]);
    },
  };
  return { startBlock, fillNoise };
}

function byAddress(link: ModuleBuilder, columns: Readonly<Record<NoiseKind, readonly Source[]>>): Filling {
  const tables = kinds.map((kind) => ({ kind, range: placeSources(link, columns[kind]) }));
  const startBlock: Routine = { params: [types.f64], results: [], body: () => [] };
  const fillNoise: Routine = {
    params: [types.f64, types.i32],
    results: [],
    body: (inner, locals) => {
      const at = locals.fresh(types.i32);
      const key = keyVariables(inner).map((k) => k.get);
      return tables.map(({ kind, range }) => {
        const fill = fillAddressedRoutines[kind];
        return each(range, at, () =>
          inner.call(fill, ...key, field(at, hi), field(at, lo), get(0), field(at, out), get(1)),
        );
      });
    },
  };
  return { startBlock, fillNoise };
}
