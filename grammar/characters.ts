/**
 * Pattern functions of tokens that a regular expression cannot describe: chevrotain drops the `u` flag, and a greedy
 * alternation over a megabyte exhausts the stack of the regular-expression engine.
 */
import type { CustomPatternMatcherFunc, CustomPatternMatcherReturn } from 'chevrotain';

const matched = (text: string, start: number, end: number): CustomPatternMatcherReturn => [text.slice(start, end)];

const startsName = /^[\p{L}_]$/u;
const continuesName = /^[\p{L}\p{M}\p{N}_]$/u;

const isAsciiNameUnit = (unit: number): boolean =>
  (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95 || (unit >= 48 && unit <= 57);

/** Whether a name may begin with the character at this offset. */
function nameStartsAt(text: string, offset: number): boolean {
  const point = text.codePointAt(offset);
  return point !== undefined && startsName.test(String.fromCodePoint(point));
}

/** Letters of any script, digits, combining marks and `_`; not a digit first. */
export const matchName: CustomPatternMatcherFunc = (text, offset) => {
  if (!nameStartsAt(text, offset)) return null;
  let end = offset;
  while (end < text.length) {
    const unit = text.charCodeAt(end);
    if (unit < 128) {
      if (!isAsciiNameUnit(unit)) break;
      end += 1;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
    if (!continuesName.test(character)) break;
    end += character.length;
  }
  return matched(text, offset, end);
};

const isLineEnd = (unit: number): boolean => unit === 10 || unit === 13;

/** Offset of the closing quote, or -1 and the offset where the line ends. */
function scanString(text: string, offset: number, quote: number): { readonly close: number; readonly lineEnd: number } {
  let at = offset + 1;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (isLineEnd(unit)) break;
    if (unit === quote) return { close: at, lineEnd: at };
    if (unit === 92 && at + 1 < text.length && !isLineEnd(text.charCodeAt(at + 1))) at += 1;
  }
  return { close: -1, lineEnd: at };
}

const stringWith =
  (quote: '"' | "'", closed: boolean): CustomPatternMatcherFunc =>
  (text, offset) => {
    if (text[offset] !== quote) return null;
    const { close, lineEnd } = scanString(text, offset, quote.charCodeAt(0));
    if (closed) return close === -1 ? null : matched(text, offset, close + 1);
    return close === -1 ? matched(text, offset, lineEnd) : null;
  };

/** `"…"` on one line; a backslash takes the next character along. */
export const matchString = stringWith('"', true);
/** `"…` with no closing quote before the line ends. */
export const matchUnterminatedString = stringWith('"', false);
/** `'…'`, which other languages write. */
export const matchSingleQuoted = stringWith("'", true);

/** `/* … *\/`, not nested. */
export const matchBlockComment: CustomPatternMatcherFunc = (text, offset) => {
  if (!text.startsWith('/*', offset)) return null;
  const close = text.indexOf('*/', offset + 2);
  return close === -1 ? null : matched(text, offset, close + 2);
};

/** `/* …` that is never closed: it takes the rest of the text. */
export const matchUnterminatedComment: CustomPatternMatcherFunc = (text, offset) =>
  text.startsWith('/*', offset) && text.indexOf('*/', offset + 2) === -1 ? matched(text, offset, text.length) : null;

/** `// …` to the end of the line. */
export const matchLineComment: CustomPatternMatcherFunc = (text, offset) => {
  if (!text.startsWith('//', offset)) return null;
  let end = offset + 2;
  while (end < text.length && !isLineEnd(text.charCodeAt(end))) end += 1;
  return matched(text, offset, end);
};

const known = /^[\s!-~]$/u;
const isStray = (character: string): boolean =>
  character !== '≈' && !startsName.test(character) && (!known.test(character) || "#$?@\\`'&".includes(character));

/** A run of characters that begin no token. */
export const matchStray: CustomPatternMatcherFunc = (text, offset) => {
  let end = offset;
  while (end < text.length) {
    const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
    if (!isStray(character)) break;
    end += character.length;
  }
  return end === offset ? null : matched(text, offset, end);
};

const unitsBetween = (low: number, high: number): number[] => Array.from({ length: high - low + 1 }, (_, i) => low + i);

/** chevrotain sorts the units from 256 up into buckets of 256: one of each bucket stands for all. */
const wideUnits = unitsBetween(1, 255).map((bucket) => bucket * 256);

/** First UTF-16 units of names, for the lexer's dispatch table. */
export const nameStartUnits: number[] = [
  ...unitsBetween(0, 255).filter((unit) => startsName.test(String.fromCharCode(unit))),
  ...wideUnits,
];

/** First UTF-16 units of runs of stray characters, for the lexer's dispatch table. */
export const strayStartUnits: number[] = [
  ...unitsBetween(0, 255).filter((unit) => isStray(String.fromCharCode(unit))),
  ...wideUnits,
];
