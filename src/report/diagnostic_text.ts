/** Diagnostics for people: code, message, the source line, a caret under the place, and the mend. */
import type { Diagnostic } from '../syntax/diagnostic.js';
import { position } from '../syntax/span.js';
import type { Paint } from './paint.js';

/** Longer source lines are shown in part, around the place. */
const longestExcerpt = 120;
const before = 40;

/**
 * ```
 * error[E0201]: unknown name `tempreature`
 *   --> icecream.scm:4:12
 *    |
 *  4 |   accidents := 0.5 * tempreature
 *    |                      ^^^^^^^^^^^
 *    = did you mean `temperature`?
 * ```
 */
export function diagnosticText(diagnostic: Diagnostic, paint: Paint): string {
  const { source, span } = diagnostic;
  const { line, column } = position(source.text, span.start);
  const mark = diagnostic.severity === 'error' ? paint.red : paint.yellow;
  const number = String(line);
  const margin = ' '.repeat(number.length);
  const bar = paint.dim('|');
  const lines = [
    `${mark(`${diagnostic.severity}[${diagnostic.code}]`)}${paint.bold(`: ${printable(diagnostic.message)}`)}`,
    `${margin}${paint.dim('-->')} ${printable(source.name)}:${line}:${column}`,
  ];
  const shown = excerpt(source.text, span.start, span.end, column);
  if (shown.text.trim() !== '') {
    lines.push(`${margin} ${bar}`, `${paint.dim(number)} ${bar} ${shown.text}`);
    lines.push(`${margin} ${bar} ${shown.indent}${mark('^'.repeat(shown.carets))}`);
  }
  if (diagnostic.hint !== null) lines.push(`${margin} ${paint.dim('=')} ${printable(diagnostic.hint)}`);
  return lines.join('\n');
}

type Excerpt = { readonly text: string; readonly indent: string; readonly carets: number };

/** The line of a place, cut to what fits; tabs become blanks so that the caret stands right. */
function excerpt(text: string, start: number, end: number, column: number): Excerpt {
  const lineStart = start - (column - 1);
  const lineBreak = text.indexOf('\n', start);
  const lineEnd = lineBreak === -1 ? text.length : lineBreak;
  const cutFrom = start - lineStart > longestExcerpt - before ? start - before : lineStart;
  const cutTo = Math.min(lineEnd, cutFrom + longestExcerpt);
  const width = [...text.slice(start, Math.max(Math.min(end, cutTo), start))].length;
  return {
    text: `${cutFrom > lineStart ? '…' : ''}${printable(text.slice(cutFrom, cutTo)).trimEnd()}${cutTo < lineEnd ? '…' : ''}`,
    indent: ' '.repeat([...text.slice(cutFrom, start)].length + (cutFrom > lineStart ? 1 : 0)),
    carets: Math.max(width, 1),
  };
}

/** Text that can't steer the terminal: tabs and line breaks become blanks, other control characters dots. */
const printable = (text: string): string =>
  text.replaceAll(/[\t\n]/g, ' ').replaceAll(/[\p{Cc}\p{Cf}]/gu, (c) => (c === '\r' ? '' : '·'));
