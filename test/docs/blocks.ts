/** The fenced blocks of a page in Markdown. */

export type Block = {
  /** The first word behind the fence. */
  readonly language: string;
  /** The other words. */
  readonly note: string;
  readonly text: string;
  /** Where its first line stands, from 1. */
  readonly line: number;
  /** The nearest heading above. */
  readonly heading: string;
};

export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: { readonly info: string; readonly line: number; readonly lines: string[] } | null = null;
  for (const [i, line] of page.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line)?.[1];
    if (open !== null && fence === undefined) open.lines.push(line);
    else if (open !== null) {
      const [language = '', ...note] = open.info.split(' ');
      const text = `${open.lines.join('\n')}\n`;
      blocks.push({ language, note: note.join(' '), text, line: open.line, heading });
      open = null;
    } else if (fence !== undefined) open = { info: fence, line: i + 2, lines: [] };
    else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
  }
  return blocks;
}
