import { parse } from '../../src/syntax/parse.js';
import type { Source } from '../../src/syntax/span.js';

/** What stands behind `//=`: one number, or numbers by name for the cells of a distribution and the variables of a posterior. */
export type Expected = {
  readonly query: string;
  readonly answer: number | ReadonlyMap<string, number>;
  /** Half a unit of the last digit of a decimal number, else 0. */
  readonly rounding: number;
};

/** The exact answers that a program writes behind its queries. */
export function expectedAnswers(source: Source): readonly Expected[] {
  const { file } = parse(source);
  const found: Expected[] = [];
  for (const declaration of file.declarations) {
    if (declaration.kind !== 'query' || declaration.name === null) continue;
    const { end } = declaration.span;
    const lineBreak = source.text.indexOf('\n', end);
    const rest = source.text.slice(end, lineBreak === -1 ? undefined : lineBreak);
    const note = /^\s*\/\/=\s*(.+)$/.exec(rest)?.[1];
    if (note !== undefined)
      found.push({ query: declaration.name.text, answer: answerOf(note), rounding: roundingOf(note) });
  }
  return found;
}

/** A plain decimal number is taken to be rounded in its last digit. */
function roundingOf(note: string): number {
  const digits = /^-?\d*\.(\d+)(?: \(|$)/.exec(note)?.[1]?.length;
  return digits === undefined ? 0 : 0.5 * 10 ** -digits;
}

/** `14.655 (12.5 + 25/116 * 10)` is 14.655; `1: 1 / 3, 2: 2 / 3` is two numbers by name. */
function answerOf(note: string): Expected['answer'] {
  if (!/^[\w[\].]+:/.test(note)) return arithmetic(note.split(' (')[0]!);
  return new Map(
    note.split(',').map((part) => {
      const [name, text] = part.split(':');
      return [name!.trim(), arithmetic(text ?? '')];
    }),
  );
}

/** A sum of products of numbers and powers, without brackets. */
function arithmetic(text: string): number {
  if (!/^[\d\s.e+*/^-]+$/.test(text)) throw new Error(`no number: ${text}`);
  const terms = text.trim().split(/\s+(?=[+-]\s)/);
  return terms.reduce((sum, term) => {
    const [, sign, product] = /^([+-]\s)?(.*)$/.exec(term) ?? [];
    return sum + (sign?.startsWith('-') ? -1 : 1) * productOf(product ?? '');
  }, 0);
}

function productOf(text: string): number {
  const [first, ...rest] = text.split(/\s+([*/])\s+/);
  let value = powerOf(first ?? '');
  for (let i = 0; i < rest.length; i += 2)
    value = rest[i] === '*' ? value * powerOf(rest[i + 1]!) : value / powerOf(rest[i + 1]!);
  return value;
}

const powerOf = (text: string): number => {
  const [base, exponent] = text.trim().split('^');
  const value = exponent === undefined ? Number(base) : Number(base) ** Number(exponent);
  if (Number.isNaN(value)) throw new Error(`no number: ${text}`);
  return value;
};
