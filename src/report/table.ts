/** Aligned text tables. */

export type TableColumn = {
  readonly header: string;
  readonly align: 'left' | 'right';
};

type TableOptions = {
  /** Applied to the padded header line, such as a colour. */
  readonly header?: (text: string) => string;
  /** Characters in a line; the last column is cut with an ellipsis where a line would be longer. */
  readonly width?: number;
};

const gap = '  ';

/** A table as lines: a header, and a line for each row, columns two blanks apart, no blanks at the ends. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): readonly string[] {
  const widths = columns.map((column, i) =>
    Math.max(displayWidth(column.header), ...rows.map((row) => displayWidth(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cut(
      columns
        .map((column, i) => pad(cells[i] ?? '', widths[i]!, column.align))
        .join(gap)
        .trimEnd(),
      options.width,
    );
  const header = line(columns.map((column) => column.header));
  return [options.header === undefined ? header : options.header(header), ...rows.map(line)];
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(width - displayWidth(text), 0));
  return align === 'left' ? text + blanks : blanks + text;
}

const combining = /\p{Mn}/gu;

/** Characters that a terminal shows; combining marks take no room. */
const displayWidth = (text: string): number => [...text.replaceAll(combining, '')].length;

function cut(text: string, width: number | undefined): string {
  if (width === undefined || displayWidth(text) <= width) return text;
  return `${[...text]
    .slice(0, Math.max(width - 1, 1))
    .join('')
    .trimEnd()}…`;
}
