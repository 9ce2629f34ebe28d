/** The words and signs of a BIF file. */
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';

export type Token = {
  readonly kind: 'word' | 'sign' | 'end';
  /** Without the quotes. */
  readonly text: string;
  /** A quoted word is never a keyword. */
  readonly quoted: boolean;
  readonly span: Span;
};

const signs = new Set('{}()[],;|');

/**
 * Splits a text into signs (braces, brackets, parentheses, commas, semicolons and bars), quoted words and bare words, which end at blanks, signs, quotes and
 * comments (`// …` and `/* … *\/`). The last token is of the kind `end`. E0540 for a quote or comment that is not closed.
 */
export function bifTokens(source: Source): {
  readonly tokens: readonly Token[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { text } = source;
  const tokens: Token[] = [];
  const diagnostics: Diagnostic[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const push = (kind: Token['kind'], word: string, quoted: boolean, start: number, end: number): void => {
    tokens.push({ kind, text: word, quoted, span: { start, end } });
  };
  const unclosed = (what: string, end: number): void => {
    diagnostics.push(diagnose('E0540', `this ${what} is not closed`, source, { start: at, end }));
  };
  while (at < text.length) {
    const sign = text[at]!;
    if (/\s/.test(sign)) at += 1;
    else if (text.startsWith('//', at)) at = lineEnd(text, at);
    else if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      if (close === -1) unclosed('comment', Math.min(at + 2, text.length));
      at = close === -1 ? text.length : close + 2;
    } else if (sign === '"') {
      const line = lineEnd(text, at);
      const close = text.indexOf('"', at + 1);
      const closed = close !== -1 && close < line;
      if (!closed) unclosed('quote', line);
      const end = closed ? close : line;
      push('word', text.slice(at + 1, end), true, at, closed ? end + 1 : end);
      at = closed ? end + 1 : end;
    } else if (signs.has(sign)) {
      push('sign', sign, false, at, at + 1);
      at += 1;
    } else {
      const end = wordEnd(text, at);
      push('word', text.slice(at, end), false, at, end);
      at = end;
    }
  }
  push('end', '', false, text.length, text.length);
  return { tokens, diagnostics };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function wordEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && !/[\s{}()[\],;|"]/.test(text[at]!)) {
    if (text.startsWith('//', at) || text.startsWith('/*', at)) break;
    at += 1;
  }
  return at;
}
