/** A half-open range of UTF-16 offsets in a source text. */
export type Span = {
  readonly start: number;
  readonly end: number;
};

/** A text with a name to show in messages: a path, `<query>`, or `<template>`. */
export type Source = {
  readonly name: string;
  readonly text: string;
  /** Where values of a host program stand in the text, in order; none in a file. */
  readonly placeholders?: readonly Placeholder[];
};

/** A place of a template that a value of the host program fills: one name in the grammar, which no text can spell. */
export type Placeholder = { readonly name: string; readonly span: Span };

/** Whether a name is that of a placeholder: `${1}`. */
export const isPlaceholder = (name: string): boolean => name.startsWith('${');

/** The smallest span that covers both. */
export const cover = (a: Span, b: Span): Span => ({
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
});

/** Line and column of an offset, both counted from 1; columns count UTF-16 units. */
export function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = next + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
