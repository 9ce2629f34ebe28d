/** Cuts cells out of a text without making a new string for a label that was seen just before. */

const slots = 256;

/** The text of cells: equal short cells mostly come back as one string, which spares the garbage collector millions of slices. */
export function cellCutter(text: string): (start: number, end: number) => string {
  const seen = new Array<string>(slots).fill('');
  return (start, end) => {
    const length = end - start;
    if (length > 32) return text.slice(start, end);
    const slot = (length * 31 + text.charCodeAt(start) * 7 + text.charCodeAt(end - 1) * 13) & (slots - 1);
    const candidate = seen[slot]!;
    if (candidate.length === length && text.startsWith(candidate, start)) return candidate;
    const cell = text.slice(start, end);
    seen[slot] = cell;
    return cell;
  };
}
