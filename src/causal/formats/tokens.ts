/** Words and signs of the texts that graphs are written in. */
import { type Diagnostic, diagnose } from '../../syntax/diagnostic.js';
import type { Source, Span } from '../../syntax/span.js';

/** A word, without its quotes; a sign or arrow; or the end of the text. */
export type GraphToken = {
  readonly kind: 'word' | 'sign' | 'end';
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
};

const arrows = ['<->', '<-', '->', '--', '@->', '<-@', '@-@', '@--', '--@'] as const;
const signs = new Set('{}[]();,=');
const word = /(?:-(?=[\d.]))?[^\s{}[\]();,="<>-]+(?:-(?![->])[^\s{}[\]();,="<>-]+)*/uy;

/**
 * Splits a text into words, quoted words, arrows and signs; comments (`//`, `/* *\/`, and `#` at the start of a line) are left out. The last token is of the
 * kind `end`. E0550 for a quote or comment that is not closed, and for a character that stands for nothing.
 */
export function graphTokens(source: Source): {
  readonly tokens: readonly GraphToken[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { text } = source;
  const tokens: GraphToken[] = [];
  const diagnostics: Diagnostic[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const push = (kind: GraphToken['kind'], value: string, end: number, quoted = false): void => {
    tokens.push({ kind, text: value, quoted, span: { start: at, end } });
    at = end;
  };
  const problem = (message: string, end: number): void => {
    diagnostics.push(diagnose('E0550', message, source, { start: at, end }));
    at = end;
  };
  while (at < text.length) {
    const sign = text[at]!;
    const arrow = arrows.find((a) => text.startsWith(a, at));
    if (/\s/.test(sign)) at += 1;
    else if (text.startsWith('//', at) || (sign === '#' && (at === 0 || text[at - 1] === '\n'))) at = lineEnd(text, at);
    else if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      if (close === -1) problem('this comment is not closed', text.length);
      else at = close + 2;
    } else if (sign === '"') {
      const close = closingQuote(text, at);
      if (close === -1) problem('this quote is not closed', lineEnd(text, at));
      else push('word', text.slice(at + 1, close).replaceAll(/\\(.)/gs, '$1'), close + 1, true);
    } else if (arrow !== undefined) push('sign', arrow, at + arrow.length);
    else if (signs.has(sign)) push('sign', sign, at + 1);
    else {
      word.lastIndex = at;
      const [found] = word.exec(text) ?? [];
      if (found === undefined) problem(`'${sign}' stands for nothing in a graph`, at + 1);
      else push('word', found, at + found.length);
    }
  }
  push('end', '', text.length);
  return { tokens, diagnostics };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function closingQuote(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}
