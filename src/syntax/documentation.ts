import type { IToken } from 'chevrotain';
import { endOf } from '../../grammar/recovery.js';
import type { Comment, Documentation } from './tree.js';

/** Hands out the `///` comments of a text to what stands below them, and keeps account of what was handed out. */
export type DocumentationDesk = {
  readonly above: (offset: number) => Documentation;
  /** Comments that document nothing. */
  readonly remaining: () => readonly Comment[];
};

/** Index of the last element that begins before the offset, or -1. */
function lastBefore<T>(list: readonly T[], startOf: (element: T) => number, offset: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(list[middle]!) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The run of `///` lines nearest above a declaration documents it; a blank line between lines ends the run. */
export function documentationDesk(
  text: string,
  tokens: readonly IToken[],
  comments: readonly Comment[],
): DocumentationDesk {
  const lastTokenEnd = (offset: number): number => {
    const token = tokens[lastBefore(tokens, (each) => each.startOffset, offset)];
    return token === undefined ? 0 : endOf(token);
  };
  // A comment of exactly three slashes documents, unless it stands behind something on its line.
  const lines = comments.filter((comment) => {
    if (!/^\/\/\/(?!\/)/.test(comment.text)) return false;
    const floor = lastTokenEnd(comment.span.start);
    return floor === 0 || /[\n\r]/.test(text.slice(floor, comment.span.start));
  });
  const used = new Set<Comment>();
  const above = (offset: number): Documentation => {
    const floor = lastTokenEnd(offset);
    const run: Comment[] = [];
    for (let i = lastBefore(lines, (line) => line.span.start, offset); i >= 0; i -= 1) {
      const line = lines[i]!;
      const next = run[0];
      if (line.span.start < floor) break;
      if (next !== undefined && !/^[^\S\n\r]*(\r\n|\n|\r)[^\S\n\r]*$/.test(text.slice(line.span.end, next.span.start)))
        break;
      run.unshift(line);
    }
    if (run.length === 0 || run.some((line) => used.has(line))) return null;
    for (const line of run) used.add(line);
    return run.map((line) => line.text.slice(3).replace(/^ /, '').trimEnd()).join('\n');
  };
  return { above, remaining: () => comments.filter((comment) => !used.has(comment)) };
}
