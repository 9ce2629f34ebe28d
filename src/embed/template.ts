/** Templates: text of a program with values of the host program between. */
import type { Placeholder, Source } from '../syntax/span.js';
import { type HostValue, readValue } from './value.js';

/** How a placeholder is shown where its line is quoted. */
export const shownPlaceholder = '$\u007b…}';

/** A text with the values of its placeholders, by their names. */
export type Template = { readonly source: Source; readonly values: ReadonlyMap<string, HostValue> };

/**
 * The template that a tag is called with. Values become names that no text can spell, and never text.
 *
 * @param start number of the first placeholder; those of one program have different numbers
 */
export function templateOf(
  name: string,
  strings: TemplateStringsArray,
  values: readonly unknown[],
  start: number,
): Template {
  let text = '';
  const placeholders: Placeholder[] = [];
  const read = new Map<string, HostValue>();
  strings.raw.forEach((raw, i) => {
    // A piece with a broken escape has no cooked form; it is read as it was written.
    text += strings[i] ?? raw;
    if (i >= values.length) return;
    const placeholder = `\${${start + i}}`;
    placeholders.push({ name: placeholder, span: { start: text.length, end: text.length + shownPlaceholder.length } });
    text += shownPlaceholder;
    read.set(placeholder, readValue(values[i]));
  });
  return { source: { name, text, placeholders }, values: read };
}

/** A text without placeholders. */
export const plainTemplate = (name: string, text: string): Template => ({ source: { name, text }, values: new Map() });
