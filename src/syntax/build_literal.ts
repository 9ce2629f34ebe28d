import type { IToken } from 'chevrotain';
import type { BuildContext } from './build_context.js';
import { spanOf } from './lex.js';
import { quoted } from './quote.js';
import type { Expr } from './tree.js';

/** A number; one that cannot be held is reported. */
export function buildNumber(token: IToken, context: BuildContext): Expr {
  const value = Number(token.image);
  const integer = /^\d+$/.test(token.image);
  if (value === Number.POSITIVE_INFINITY)
    context.report(
      'E0114',
      `${quoted(token.image)} is larger than any real.`,
      spanOf(token),
      'The largest real is about 1.8e308.',
    );
  else if (integer && value > Number.MAX_SAFE_INTEGER) {
    const hint = 'Whole numbers are exact up to 9007199254740991; write a real, such as 1e20.';
    context.report('E0114', `${quoted(token.image)} is too large for a whole number.`, spanOf(token), hint);
  }
  return { kind: 'number', value, integer, text: token.image, span: spanOf(token) };
}

const simpleEscapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' };

/** A string without its quotes and escapes. The first escape that is none is reported. */
export function buildString(token: IToken, context: BuildContext): Expr & { readonly kind: 'string' } {
  const quote = token.image[0]!;
  const closed = token.image.length > 1 && token.image.endsWith(quote);
  const inner = token.image.slice(1, closed ? -1 : undefined);
  const pieces: string[] = [];
  let last = 0;
  let wrong = false;
  for (let at = inner.indexOf('\\'); at !== -1; at = inner.indexOf('\\', last)) {
    pieces.push(inner.slice(last, at));
    const read = readEscape(inner, at);
    if (read.text === null && !wrong) {
      wrong = true;
      const start = token.startOffset + 1 + at;
      const shown = inner.slice(at, at + read.length);
      const hint = 'Known are \\" \\\\ \\n \\t \\u{e9}; a backslash itself is written \\\\.';
      if (shown !== "\\'" || quote !== "'")
        context.report('E0106', `${quoted(shown)} is no escape.`, { start, end: start + read.length }, hint);
    }
    pieces.push(read.text ?? inner.slice(at + 1, at + read.length));
    last = at + read.length;
  }
  pieces.push(inner.slice(last));
  return { kind: 'string', value: pieces.join(''), span: spanOf(token) };
}

/** The character an escape stands for (`null` if it is none) and how many characters it takes. */
function readEscape(inner: string, at: number): { readonly text: string | null; readonly length: number } {
  const letter = inner[at + 1];
  if (letter === undefined) return { text: null, length: 1 };
  const simple = Object.hasOwn(simpleEscapes, letter) ? simpleEscapes[letter] : undefined;
  if (simple !== undefined) return { text: simple, length: 2 };
  const point = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(inner.slice(at, at + 10));
  if (point === null) return { text: null, length: 2 };
  const code = Number.parseInt(point[1]!, 16);
  return { text: code <= 0x10ffff ? String.fromCodePoint(code) : null, length: point[0].length };
}
