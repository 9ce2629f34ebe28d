/** The characters of a CSV file into cells and records, without copying: the scanner hands out offsets. */

export type Scanner = {
  /** A cell of the current record; for a quoted one the offsets include its quotes. */
  readonly cell: (column: number, start: number, end: number, quoted: boolean) => void;
  /** The end of a record; `false` stops the scan. Blank lines are no records. */
  readonly row: (cells: number, start: number, end: number) => boolean;
  /** A quoted cell that runs into the end of the text, or has text behind its closing quote. */
  readonly unclosed: (start: number, end: number) => void;
};

const quote = 0x22;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** Scans from an offset (the start of a record) and returns the offset behind the last record that it read. */
export function scanRecords(text: string, separator: number, from: number, scanner: Scanner): number {
  const length = text.length;
  let at = from;
  while (at < length) {
    const recordStart = at;
    let column = 0;
    let recordEnd = at;
    for (;;) {
      while (at < length && isBlank(text.charCodeAt(at)) && text.charCodeAt(at) !== separator) at += 1;
      const start = at;
      if (text.charCodeAt(at) === quote) {
        const end = closingQuote(text, at);
        if (end === -1) {
          scanner.unclosed(start, length);
          return length;
        }
        at = end;
        while (at < length && isBlank(text.charCodeAt(at)) && text.charCodeAt(at) !== separator) at += 1;
        const next = text.charCodeAt(at);
        if (at < length && next !== separator && next !== carriageReturn && next !== lineFeed) {
          scanner.unclosed(start, end);
          return length;
        }
        scanner.cell(column, start, end, true);
        recordEnd = end;
      } else {
        let code = 0;
        while (at < length) {
          code = text.charCodeAt(at);
          if (code === separator || code === lineFeed || code === carriageReturn) break;
          at += 1;
        }
        let end = at;
        while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
        const lastOfLine = at >= length || code !== separator;
        if (column === 0 && end === start && lastOfLine) {
          at = afterLineBreak(text, at, length);
          column = -1;
          break;
        }
        scanner.cell(column, start, end, false);
        recordEnd = end;
      }
      column += 1;
      if (at < length && text.charCodeAt(at) === separator) {
        at += 1;
        continue;
      }
      at = afterLineBreak(text, at, length);
      break;
    }
    if (column > 0 && !scanner.row(column, recordStart, recordEnd)) return at;
  }
  return at;
}

/** The offset behind the quote that closes the cell, or -1. */
function closingQuote(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end === -1) return -1;
    if (text.charCodeAt(end + 1) !== quote) return end + 1;
    at = end + 2;
  }
}

function afterLineBreak(text: string, at: number, length: number): number {
  if (at >= length) return at;
  return text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed ? at + 2 : at + 1;
}
