/** Numbers of noise for one particle at a time. */
import type { NoiseKind } from '../../ir/ir.js';
import type { Code } from '../../runtime/assembly/code.js';
import { choose, f64, get, i32, set, tee, types } from '../../runtime/assembly/instructions.js';
import type { HostRoutine, ModuleBuilder, Routine } from '../../runtime/assembly/module.js';
import { mixHi, mixLo, REQUEST_SITE } from '../../runtime/random/address.js';
import {
  addressedRoutines,
  exponentialRoutine,
  type InlineStream,
  inlineStream,
  mixHiRoutine,
  mixLoRoutine,
  normalRoutine,
  seedParticleRoutine,
  uniformRoutine,
} from '../../runtime/random/routines.js';
import type { Block, NoiseSource, Operand } from '../low.js';
import { anyStatement } from '../unused.js';
import type { Site } from './contract.js';
import { keyVariables } from './noise.js';
import { ownStreamCode, replayedCode, takenCode } from './trace_routines.js';
import { fromWord, numberOf, type Writer, wholeOf, wordOf } from './writer.js';

/** A column's number of the particle. */
function columnCode(w: Writer, group: number, slot: Operand | null): Code {
  const { groups, chunk } = w.program.places;
  if (w.place === null) throw new Error('codegen: columns are read in main alone');
  const at = groups[group]!;
  if (slot === null) return f64.load(get(w.place), at);
  return f64.load(i32.add(get(w.place), i32.mul(slotCode(w, slot), i32.of(8 * chunk))), at);
}

/** The number of an entry of a group. */
const slotCode = (w: Writer, slot: Operand): Code => wholeOf(w, slot)?.code ?? i32.truncateUnsigned(numberOf(w, slot));

/** The address of a known stream's state. */
export function streamCode(w: Writer, group: number, slot: Operand | null): Code {
  const at = w.program.places.groups[group]!;
  if (slot === null) return i32.of(at);
  return i32.add(i32.of(at), i32.shl(slotCode(w, slot), i32.of(4)));
}

const states = new WeakMap<ModuleBuilder, number>();

/** The address of the state of the particle's stream. */
export function stateAt(link: ModuleBuilder): number {
  const known = states.get(link);
  if (known !== undefined) return known;
  const made = link.reserve(16);
  states.set(link, made);
  return made;
}

const routines: Readonly<Record<NoiseKind, Routine>> = {
  uniform: uniformRoutine,
  normal: normalRoutine,
  exponential: exponentialRoutine,
};

/** Seeds the stream of the particle. */
export const seedCode = (link: ModuleBuilder, particle: Code): Code =>
  link.call(seedParticleRoutine, ...keyVariables(link).map((k) => k.get), particle, i32.of(stateAt(link)));

/** Longest run of draws that stand in the text of a function; more are calls. */
const mostInline = 16;

/** Numbers of the particle's stream that a body asks for. */
function drawsOf(body: Block): number {
  let count = 0;
  anyStatement(body, (s) => {
    if (s.kind === 'set' && s.value.kind === 'noise' && s.value.source.kind === 'particle') count += 1;
    return false;
  });
  return count;
}

/** The stream of the particle in locals of a function; null where it stays in memory. */
export function streamIn({ link, locals }: Site, body: Block): InlineStream | null {
  const draws = drawsOf(body);
  return draws === 0 || draws > mostInline ? null : inlineStream(link, locals, i32.of(stateAt(link)));
}

/** One number of noise. */
export function noiseCode(w: Writer, noise: NoiseKind, source: NoiseSource): Code {
  const { link } = w.site;
  const routine = routines[noise];
  switch (source.kind) {
    case 'column':
      return columnCode(w, source.group, source.slot);
    case 'particle':
      return w.stream === null ? link.call(routine, i32.of(stateAt(link))) : w.stream[noise]();
    case 'stream':
      return link.call(routine, wordOf(w, source.state));
    case 'addressed': {
      const { hi, lo, request } = source;
      const key = keyVariables(link).map((k) => k.get);
      const site = i32.of(REQUEST_SITE);
      const folded =
        hi.kind === 'literal' && lo.kind === 'literal'
          ? [mixHi, mixLo].map((mix) => i32.of(mix(hi.value, lo.value, REQUEST_SITE, request)))
          : [mixHiRoutine, mixLoRoutine].map((mix) =>
              link.call(mix, wordOf(w, hi), wordOf(w, lo), site, i32.of(request)),
            );
      return link.call(addressedRoutines[noise], ...key, ...folded, w.program.totals.particle.get);
    }
    case 'taken':
      return takenCode(link, source.then === null ? ownStreamCode(link, noise) : noiseCode(w, noise, source.then));
    case 'tape':
      return replayedCode(link, noiseCode(w, noise, source.then));
  }
}

const hostMix: HostRoutine = {
  host: 'mix',
  params: [types.i32, types.i32, types.i32, types.f64, types.i32],
  results: [types.i32],
};

/** Half of an extended address; an index that is no word is left to the host. */
export function mixCode(w: Writer, half: 'hi' | 'lo', hi: Operand, lo: Operand, site: number, index: Operand): Code {
  const { link, locals } = w.site;
  const routine = half === 'hi' ? mixHiRoutine : mixLoRoutine;
  const whole = wholeOf(w, index);
  if (whole !== null) return link.call(routine, wordOf(w, hi), wordOf(w, lo), i32.of(site), whole.code);
  const wide = locals.fresh(types.f64);
  const at = locals.fresh(types.i32);
  return [
    set(wide, numberOf(w, index)),
    choose(
      types.i32,
      f64.equal(fromWord(tee(at, i32.truncate(get(wide)))), get(wide)),
      link.call(routine, wordOf(w, hi), wordOf(w, lo), i32.of(site), get(at)),
      link.call(hostMix, wordOf(w, hi), wordOf(w, lo), i32.of(site), get(wide), i32.of(half === 'hi' ? 1 : 0)),
    ),
  ];
}
