/**
 * Columns of noise for kernels in JavaScript that stand in the memory of a WebAssembly instance and are filled there, four streams or particles
 * at a time: V8 has its code ready when a run begins, and nothing is copied. To the bit the numbers of `columnsOf`.
 */
import type { NoiseLayout } from '../ir/engine.js';
import type { NoiseKind } from '../ir/ir.js';
import type { Code } from '../runtime/assembly/code.js';
import { type CompiledModule, compileModule, instanceOf } from '../runtime/assembly/instance.js';
import { branchIf, get, i32, loop, set, types, when } from '../runtime/assembly/instructions.js';
import { newModule, type Routine } from '../runtime/assembly/module.js';
import { mixHi, mixLo, REQUEST_SITE } from '../runtime/random/address.js';
import {
  fillAddressedRoutines,
  fillLanesRoutines,
  fillRoutines,
  quad,
  seedLanesRoutine,
} from '../runtime/random/fill_routines.js';
import { LANES } from '../runtime/random/lanes_code.js';
import { seedColumnRoutine } from '../runtime/random/routines.js';
import { addressesOf } from './address.js';
import type { NoiseGroup } from './low.js';
import type { NoiseColumns, NoiseEntry } from './noise_columns.js';

const kinds = ['uniform', 'normal', 'exponential'] as const;
const { i32: word, f64: double } = types;

/** An entry of a table of streams that are filled one by one: four words. */
const single = { hi: 0, lo: 4, state: 8, out: 12, size: 16 } as const;
/** So few streams are filled one by one. */
const few = 2;

/** A routine that does something at each entry of a table; parameters 0 and 1 are where it begins and ends. */
const overTable = (
  params: Routine['params'],
  size: number,
  each: (link: Parameters<Routine['body']>[0]) => Code,
): Routine => ({
  params: [word, word, ...params],
  results: [],
  body: (link) =>
    when(
      i32.less(get(0), get(1)),
      loop([each(link), set(0, i32.add(get(0), i32.of(size))), branchIf(i32.less(get(0), get(1)), 0)]),
    ),
});

const field = (offset: number): Code => i32.load(get(0), offset);

const seedQuads = overTable([word, word, double], quad.size, (link) =>
  link.call(seedLanesRoutine, get(2), get(3), get(0), get(4), i32.of(0)),
);
const seedSingles = overTable([word, word, double], single.size, (link) =>
  link.call(seedColumnRoutine, get(2), get(3), field(single.hi), field(single.lo), get(4), field(single.state)),
);
const ofKinds = (make: (kind: NoiseKind) => Routine): Readonly<Record<NoiseKind, Routine>> => ({
  uniform: make('uniform'),
  normal: make('normal'),
  exponential: make('exponential'),
});
const fillQuads = ofKinds((kind) =>
  overTable([word], quad.size, (link) => link.call(fillLanesRoutines[kind], get(0), get(2))),
);
const fillSingles = ofKinds((kind) =>
  overTable([word], single.size, (link) =>
    link.call(fillRoutines[kind], field(single.state), field(single.out), get(2)),
  ),
);
const fillByAddress = ofKinds((kind) =>
  overTable([word, word, double, word], single.size, (link) =>
    link.call(
      fillAddressedRoutines[kind],
      get(2),
      get(3),
      field(single.hi),
      field(single.lo),
      get(4),
      field(single.out),
      get(5),
    ),
  ),
);

/** By layout and kinds of noise: tables are put behind what a module has, so that it serves all programs. */
const modules = new Map<string, CompiledModule | null>();

function moduleFor(layout: NoiseLayout, needed: readonly NoiseKind[]): CompiledModule | null {
  const name = `${layout} ${needed.join()}`;
  const known = modules.get(name);
  if (known !== undefined) return known;
  const link = newModule();
  for (const kind of needed) {
    if (layout === 'addressed') link.export(`fill ${kind}`, fillByAddress[kind]);
    else {
      link.export(`quads ${kind}`, fillQuads[kind]);
      link.export(`singles ${kind}`, fillSingles[kind]);
    }
  }
  if (layout === 'column') {
    link.export('seed quads', seedQuads);
    link.export('seed singles', seedSingles);
  }
  const made = compileModule(link.finish());
  modules.set(name, made);
  return made;
}

/** A column or stream: its address, its state, and where its numbers go. */
type Source = { readonly hi: number; readonly lo: number; readonly state: number; readonly out: number };
/** A table of words that is put into memory at `from`. */
type Table = { readonly from: number; readonly to: number; readonly words: Int32Array };

const pageBytes = 65_536;
/** Columns that take more stay outside. */
const mostBytes = 2 ** 28;

/**
 * As `columnsOf`, for columns and streams of the layouts `column` and `addressed`; null where there are none of them, too many, or where the host has no
 * WebAssembly with vectors.
 */
export function assembledColumns(
  groups: readonly NoiseGroup[],
  layout: NoiseLayout,
  chunk: number,
): NoiseColumns | null {
  const needed = kinds.filter((kind) => groups.some((group) => group.kind === 'column' && group.noise === kind));
  const bytes = groups.reduce((sum, { kind, size }) => sum + size * (kind === 'column' ? 8 * chunk : 16), 0);
  if (layout === 'particle' || needed.length === 0 || bytes > mostBytes) return null;
  const module = moduleFor(layout, needed);
  if (module === null) return null;
  const instance = instanceOf(module, {});
  let end = module.end;
  const reserve = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 16) * 16;
    return at;
  };
  const tableOf = (words: readonly number[]): Table => {
    const table = Int32Array.from(words);
    const from = reserve(table.byteLength);
    return { from, to: from + table.byteLength, words: table };
  };
  const places = groups.map(({ kind, size }) => reserve(size * (kind === 'column' ? 8 * chunk : 16)));
  const sourcesOf = (wanted: (group: NoiseGroup) => boolean): readonly Source[] =>
    groups.flatMap((group, g) =>
      wanted(group)
        ? addressesOf(group.chain).map(({ hi, lo }, k) => {
            if (group.kind === 'stream') return { hi, lo, state: places[g]! + 16 * k, out: 0 };
            const out = places[g]! + 8 * chunk * k;
            if (layout === 'column') return { hi, lo, state: 0, out };
            const [h, l] = [mixHi(hi, lo, REQUEST_SITE, group.request), mixLo(hi, lo, REQUEST_SITE, group.request)];
            return { hi: h, lo: l, state: 0, out };
          })
        : [],
    );
  const singlesOf = (sources: readonly Source[]): Table =>
    tableOf(sources.flatMap(({ hi, lo, state, out }) => [hi, lo, state === 0 ? reserve(16) : state, out]));
  const ofKind = (kind: NoiseKind): readonly Source[] =>
    sourcesOf((group) => group.kind === 'column' && group.noise === kind);
  const entries = (): readonly NoiseEntry[] => {
    const { memory } = instance;
    const missing = Math.ceil(end / pageBytes) - memory.buffer.byteLength / pageBytes;
    if (missing > 0) memory.grow(missing);
    return groups.map((group, g): NoiseEntry => {
      const numbers = new Float64Array(memory.buffer, places[g]!, group.kind === 'column' ? group.size * chunk : 0);
      const states =
        group.kind === 'column'
          ? []
          : Array.from({ length: group.size }, (_, k) => new Int32Array(memory.buffer, places[g]! + 16 * k, 4));
      return {
        group,
        addresses: addressesOf(group.chain),
        states,
        numbers,
        shown: group.kind === 'column' ? numbers : states,
      };
    });
  };
  const write = (tables: readonly Table[]): void => {
    for (const { from, words } of tables) new Int32Array(instance.memory.buffer, from, words.length).set(words);
  };
  if (layout === 'addressed') {
    const filled = needed.map((kind) => ({ fill: instance.routine(`fill ${kind}`), table: singlesOf(ofKind(kind)) }));
    const shown = entries();
    write(filled.map(({ table }) => table));
    return {
      entries: shown,
      start: () => {},
      fill: (key, particle, count) => {
        for (const { fill, table } of filled) fill(table.from, table.to, key[0], key[1], particle, count);
      },
    };
  }
  const filled = needed.map((kind) => {
    const sources = ofKind(kind);
    const rest = sources.length % LANES;
    const whole = rest > few ? sources.length : sources.length - rest;
    return {
      fillQuads: instance.routine(`quads ${kind}`),
      fillSingles: instance.routine(`singles ${kind}`),
      quads: tableOf(quadWords(sources.slice(0, whole), () => reserve(8 * chunk))),
      singles: singlesOf(sources.slice(whole)),
    };
  });
  const streams = singlesOf(sourcesOf((group) => group.kind === 'stream'));
  const shown = entries();
  write([...filled.flatMap(({ quads, singles }) => [quads, singles]), streams]);
  const [startQuads, startSingles] = [instance.routine('seed quads'), instance.routine('seed singles')];
  return {
    entries: shown,
    start: (key, block) => {
      for (const { quads, singles } of filled) {
        startQuads(quads.from, quads.to, key[0], key[1], block);
        startSingles(singles.from, singles.to, key[0], key[1], block);
      }
      startSingles(streams.from, streams.to, key[0], key[1], block);
    },
    fill: (_key, _particle, count) => {
      for (const { fillQuads, fillSingles, quads, singles } of filled) {
        fillQuads(quads.from, quads.to, count);
        fillSingles(singles.from, singles.to, count);
      }
    },
  };
}

/** Sources four by four; numbers of streams that are missing in the last four go to a column that nobody reads. */
function quadWords(sources: readonly Source[], nowhere: () => number): readonly number[] {
  const words = new Array<number>((Math.ceil(sources.length / LANES) * quad.size) / 4).fill(0);
  const whole = words.length === 0 ? 0 : (words.length * 4) / quad.size;
  for (let k = 0; k < whole * LANES; k++) {
    const at = (Math.floor(k / LANES) * quad.size) / 4 + (k % LANES);
    const { hi, lo, out } = sources[k] ?? { hi: 0, lo: 0, out: nowhere() };
    words[at + quad.his / 4] = hi;
    words[at + quad.los / 4] = lo;
    words[at + quad.outs / 4] = out;
  }
  return words;
}
