/** Text of expressions that give one number, word or value without changing anything. */
import { blockSize } from '../ir/engine.js';
import type { NoiseKind } from '../ir/ir.js';
import { mixHi, mixLo, REQUEST_SITE } from '../runtime/random/address.js';
import type { ColumnPlace, Expression, NoiseSource, Operand } from './low.js';
import { scalarText } from './scalar.js';
import { lengthLocal, line, nameOf, operandText, rawText, text, type Writer } from './writer.js';

const next: Readonly<Record<NoiseKind, string>> = {
  uniform: 'nextUniform(st)',
  normal: 'nextNormal(st)',
  exponential: 'nextExponential(st)',
};

/** Text of a number of noise. The unary plus keeps the result of a function with a slow path a double. */
function noiseText(w: Writer, noise: NoiseKind, source: NoiseSource): string {
  switch (source.kind) {
    case 'column':
      return columnText(w, source.group, source.slot);
    case 'particle':
      return `+${next[noise]}`;
    case 'addressed': {
      const { hi, lo, request } = source;
      if (hi.kind === 'literal' && lo.kind === 'literal') {
        const requestHi = mixHi(hi.value, lo.value, REQUEST_SITE, request);
        const requestLo = mixLo(hi.value, lo.value, REQUEST_SITE, request);
        return `(seedRequest(k0, k1, ${requestHi}, ${requestLo}, at.particle, st), +${next[noise]})`;
      }
      return `(seedAddressed(k0, k1, ${text(w, hi)}, ${text(w, lo)}, at.particle, ${request}, st), +${next[noise]})`;
    }
    case 'stream':
      return `+${next[noise].replace('st', text(w, source.state))}`;
    case 'taken':
      if (source.then === null) return `+trace.next(${numberOfKind[noise]})`;
      return `(trace.met() ? +trace.seen() : +trace.keep(${noiseText(w, noise, source.then)}))`;
    case 'tape':
      return `(trace.left() ? +trace.again() : ${noiseText(w, noise, source.then)})`;
  }
}

/** Numbers of the kinds of noise, for `Trace.next`. */
export const numberOfKind: Readonly<Record<NoiseKind, number>> = { uniform: 0, normal: 1, exponential: 2 };

const columnText = (w: Writer, group: number, slot: Operand | null): string =>
  slot === null ? `g${group}[q]` : `g${group}[${text(w, slot)} * ${w.program.chunk ?? 'chunk'} + q]`;

/** The state of a draw's stream in the block of the particle. */
const streamText = (w: Writer, group: number, slot: string): string =>
  w.program.chunk === null ? `g${group}[${slot} * blocks + (q / ${blockSize} | 0)]` : `g${group}[${slot}]`;

/** base^exponent, with the squares in locals of their own. */
function powerText(w: Writer, name: string, base: string, exponent: number): string {
  const factors: string[] = [];
  let square = base;
  let count = 0;
  for (let rest = Math.abs(exponent); ; square = nextSquare()) {
    if (rest % 2 === 1) factors.push(square);
    rest = Math.floor(rest / 2);
    if (rest === 0) break;
  }
  function nextSquare(): string {
    const squared = `${name}s${count++}`;
    line(w, `const ${squared} = ${square} * ${square};`);
    return squared;
  }
  const product = factors.length === 0 ? '1' : factors.reduce((a, b) => `(${a} * ${b})`);
  return exponent < 0 ? `(1 / ${product})` : product;
}

/** Whether the text may be put where its only reader is, instead of into a local. */
export const isMovable = (e: Expression): boolean => e.kind === 'scalar' || e.kind === 'equal_text';

/** The text of an expression; lines that it needs before are printed. `name` is that of its target. */
export function expressionText(
  w: Writer,
  e: Expression,
  name: string,
  at: number,
): { readonly text: string; readonly flag: boolean } {
  const plain = (t: string): { readonly text: string; readonly flag: boolean } => ({ text: t, flag: false });
  const all = (operands: readonly Operand[]): string => operands.map((o) => text(w, o)).join(', ');
  switch (e.kind) {
    case 'scalar':
      return scalarText(
        e.op,
        e.args.map((o) => operandText(w, o)),
      );
    case 'equal_text':
      return { text: `(${text(w, e.args[0]!)} ${e.negate ? '!==' : '==='} ${text(w, e.args[1]!)})`, flag: true };
    case 'power':
      if (!(Math.abs(e.exponent) < 2 ** 31)) return plain(`powerOf(${text(w, e.base)}, ${e.exponent})`);
      return plain(powerText(w, name, text(w, e.base), e.exponent));
    case 'power_any':
      return plain(`powerOf(${text(w, e.base)}, ${text(w, e.exponent)})`);
    case 'to_enum':
      return plain(`toEnum(${text(w, e.from)}, ${e.members}, ${at})`);
    case 'mix':
      return plain(`${e.half === 'hi' ? 'mixHi' : 'mixLo'}(${all([e.hi, e.lo])}, ${e.site}, ${text(w, e.index)})`);
    case 'length': {
      const length = lengthLocal(w, e.array);
      return plain(length === null ? `${rawText(w, e.array)}.length` : nameOf(length));
    }
    case 'index':
      return plain(`${rawText(w, e.array)}[${text(w, e.index)}]`);
    case 'update': {
      const operation = `${e.extend ? 'extend' : 'set'}${e.element === 'number' ? 'Number' : 'Value'}`;
      const absent = e.extend && e.element === 'value' ? `, ${text(w, e.absent)}` : '';
      return plain(`${operation}(${all([e.array, e.index, e.value])}${absent}, ${at})`);
    }
    case 'append':
      return plain(`append${e.element === 'number' ? 'Number' : 'Value'}(${all([e.array, e.value])}, ${at})`);
    case 'fill':
      return plain(`fill${e.element === 'number' ? 'Number' : 'Value'}(${all([e.count, e.value])}, ${at})`);
    case 'array':
      if (e.element === 'value') return plain(`[${all(e.parts)}]`);
      return plain(e.parts.length === 0 ? 'new Float64Array(0)' : `new Float64Array([${all(e.parts)}])`);
    case 'box':
      return plain(`[${all(e.parts)}]`);
    case 'unbox':
      return plain(`${text(w, e.from)}[${e.position}]`);
    case 'copy': {
      const length = lengthLocal(w, e.array);
      return plain(`${rawText(w, e.array)}.slice(${length === null ? '' : `0, ${nameOf(length)}`})`);
    }
    case 'reals':
      return plain(`countReals(${typeNumber(w, e)}, ${text(w, e.from)})`);
    case 'extern':
      return plain(`callHost(${e.callee}, ${typeNumber(w, e)}, ${at}, [${all(e.args)}])`);
    case 'noise':
      return plain(noiseText(w, e.noise, e.source));
    case 'stream_known':
      return plain(streamText(w, e.group, e.slot === null ? '0' : text(w, e.slot)));
    case 'replay':
      return { text: `trace.replay(${all([e.hi, e.lo])})`, flag: true };
    case 'placed':
      return plain(placedText(e.place));
  }
}

function placedText(place: ColumnPlace): string {
  switch (place.kind) {
    case 'column':
      return `x${place.column}[p]`;
    case 'if_any':
      return `(x${place.column} === null ? failIndex(${place.index}, ${place.list}.length, ${place.at}) : x${place.column}[p])`;
    case 'picked':
      return `${nameOf(place.column)}[p]`;
  }
}

/** Types are kept in a table outside the text. */
function typeNumber(w: Writer, { type }: Extract<Expression, { readonly kind: 'reals' | 'extern' }>): number {
  const { types } = w.program;
  const known = types.indexOf(type);
  return known >= 0 ? known : types.push(type) - 1;
}
