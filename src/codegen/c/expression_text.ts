/** C text of expressions. */
import type { NoiseKind, PlaceId } from '../../ir/ir.js';
import { mixHi, mixLo, REQUEST_SITE } from '../../runtime/random/address.js';
import { numberOfKind } from '../emit_expression.js';
import type { Expression, Local, NoiseSource, Operand } from '../low.js';
import {
  copyText,
  declare,
  emitFill,
  emitIndex,
  emitLabel,
  emitParts,
  emitUpdate,
  equalText,
  lengthText,
  unboxText,
} from './array_text.js';
import { wordText } from './numbers.js';
import { realsText } from './reals_text.js';
import { powerText, scalarText } from './scalar_text.js';
import { flagText, line, nameOf, refuse, text, type Writer } from './writer.js';

/** The place of the particle's number in a column, or of a stream, within its group. */
const slotText = (w: Pick<Writer, 'flags' | 'program'>, slot: Operand | null): string =>
  slot === null ? '0' : `(int64_t)${text(w, slot)}`;

/** A number of a column, for the particle at place `q` of the chunk. */
const columnText = (w: Pick<Writer, 'flags' | 'program'>, group: number, slot: Operand | null): string =>
  `g${group}[${slotText(w, slot)} * STRIDE + q]`;

/** Statements in front, and the text of a number of noise. */
function noiseText(w: Writer, noise: NoiseKind, source: NoiseSource): string {
  switch (source.kind) {
    case 'column':
      return columnText(w, source.group, source.slot);
    case 'particle':
      return `next_${noise}(${w.streams ? '&own' : '&k->own'})`;
    case 'stream':
      return `next_${noise}((stream*)${text(w, source.state)})`;
    case 'addressed': {
      const { hi, lo, request } = source;
      const seeded =
        hi.kind === 'literal' && lo.kind === 'literal'
          ? `seed_request(k->key0, k->key1, ${wordText(mixHi(hi.value, lo.value, REQUEST_SITE, request))}, ` +
            `${wordText(mixLo(hi.value, lo.value, REQUEST_SITE, request))}, k->particle)`
          : `seed_addressed(k->key0, k->key1, ${text(w, hi)}, ${text(w, lo)}, k->particle, ${request})`;
      return `next_${noise}((stream[]){${seeded}})`;
    }
    case 'taken':
      if (source.then === null) return `trace_next(k, ${numberOfKind[noise]})`;
      return `(trace_met(k) ? trace_seen(k) : trace_keep(k, ${noiseText(w, noise, source.then)}))`;
    case 'tape':
      return `(trace_left(k) ? trace_again(k) : ${noiseText(w, noise, source.then)})`;
  }
}

/** Writes the setting of a local. */
export function emitSet(w: Writer, target: Local, e: Expression, at: PlaceId): void {
  switch (e.kind) {
    case 'scalar': {
      const found = scalarText(
        e.op,
        e.args.map((o) => ({ number: text(w, o), flag: flagText(w, o) })),
      );
      declare(w, target, found.text);
      return;
    }
    case 'equal_text':
      declare(w, target, equalText(w, e));
      return;
    case 'power': {
      const lines = powerText(nameOf(target), text(w, e.base), e.exponent);
      for (const t of lines.slice(0, -1)) line(w, t);
      declare(w, target, lines.at(-1) ?? '1.0');
      return;
    }
    case 'power_any':
      declare(w, target, `power_of(${text(w, e.base)}, ${text(w, e.exponent)})`);
      return;
    case 'to_enum':
      emitLabel(w, target, e, at);
      return;
    case 'mix':
      declare(w, target, `mix_${e.half}(${text(w, e.hi)}, ${text(w, e.lo)}, ${wordText(e.site)}, ${text(w, e.index)})`);
      return;
    case 'length':
      declare(w, target, lengthText(w, e.array));
      return;
    case 'index':
      emitIndex(w, target, e, at);
      return;
    case 'update':
    case 'append':
      emitUpdate(w, target, e, at);
      return;
    case 'fill':
      emitFill(w, target, e, at);
      return;
    case 'array':
    case 'box':
      emitParts(w, target, e);
      return;
    case 'unbox':
      declare(w, target, unboxText(w, target, e));
      return;
    case 'copy':
      declare(w, target, copyText(w, e));
      return;
    case 'reals':
      declare(w, target, `(double)${realsText(w.program, e.type, text(w, e.from))}`);
      return;
    case 'noise':
      declare(w, target, noiseText(w, e.noise, e.source));
      return;
    case 'stream_known':
      declare(w, target, `(value)(k->streams[${e.group}] + ${slotText(w, e.slot)})`);
      return;
    case 'extern':
      return refuse('it calls functions of the host');
    case 'replay':
      declare(w, target, `trace_replay(k, ${text(w, e.hi)}, ${text(w, e.lo)})`);
      return;
    case 'placed':
      refuse('it pauses');
  }
}
