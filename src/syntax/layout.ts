/**
 * Documents that know where they may be broken, and their layout within a width: groups are tried on one line first
 * (Wadler, "A prettier printer", 2003). Comments are pieces of their own, and none is ever dropped.
 */
export type Doc =
  | string
  | readonly Doc[]
  /** A space (or nothing, when tight) on one line; a new line where the group around it is broken. */
  | { readonly kind: 'line'; readonly tight: boolean; readonly hard: boolean; readonly blank: boolean }
  | { readonly kind: 'indent'; readonly body: Doc }
  | { readonly kind: 'group'; readonly body: Doc; readonly broken: boolean }
  /** A comment to the end of its line: what follows begins a new line. */
  | { readonly kind: 'trailing'; readonly text: string }
  /** A comment on lines of its own. */
  | { readonly kind: 'own'; readonly text: string; readonly blank: boolean }
  /** A comment between two words of a line. */
  | { readonly kind: 'inline'; readonly text: string };

export const line: Doc = { kind: 'line', tight: false, hard: false, blank: false };
export const softLine: Doc = { kind: 'line', tight: true, hard: false, blank: false };
export const hardLine: Doc = { kind: 'line', tight: true, hard: true, blank: false };
/** A new line with an empty line before it. */
export const blankLine: Doc = { kind: 'line', tight: true, hard: true, blank: true };

export const indent = (...parts: readonly Doc[]): Doc => ({ kind: 'indent', body: parts });

/**
 * Tries its body on one line. Hard lines, and comments that are followed by a line of the group, break it; comments on
 * lines of their own before its first word stand before the group.
 */
export function group(...parts: readonly Doc[]): Doc {
  const [comments, body] = leadingComments(parts);
  const made: Doc = { kind: 'group', body, broken: mustBreak(body) };
  return comments.length === 0 ? made : [...comments, made];
}

function leadingComments(doc: Doc): readonly [readonly Doc[], Doc] {
  if (!isList(doc)) {
    const leads = typeof doc !== 'string' && (doc.kind === 'own' || (doc.kind === 'line' && doc.blank));
    return leads ? [[doc], ''] : [[], doc];
  }
  const comments: Doc[] = [];
  for (const [i, part] of doc.entries()) {
    const [before, rest] = leadingComments(part);
    comments.push(...before);
    if (!isNothing(rest)) return [comments, comments.length === 0 ? doc : [rest, ...doc.slice(i + 1)]];
  }
  return [comments, ''];
}

const isNothing = (doc: Doc): boolean => doc === '' || (isList(doc) && doc.every(isNothing));

/** The parts with a separator between each two. */
export const separate = (parts: readonly Doc[], separator: Doc): readonly Doc[] =>
  parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part]));

const isList = (doc: Doc): doc is readonly Doc[] => Array.isArray(doc);

function mustBreak(body: Doc): boolean {
  let commented = false;
  const visit = (doc: Doc): boolean => {
    if (typeof doc === 'string') return false;
    if (isList(doc)) return doc.some(visit);
    switch (doc.kind) {
      case 'line':
        return doc.hard || commented;
      case 'indent':
        return visit(doc.body);
      case 'group':
        commented ||= endsInComment(doc.body);
        return doc.broken;
      case 'trailing':
        commented = true;
        return false;
      case 'own':
        return true;
      case 'inline':
        return false;
    }
  };
  return visit(body);
}

function endsInComment(doc: Doc): boolean {
  if (typeof doc === 'string') return false;
  if (isList(doc)) {
    const last = doc.findLast((part) => part !== '' && !(isList(part) && part.length === 0));
    return last !== undefined && endsInComment(last);
  }
  return doc.kind === 'trailing' || ((doc.kind === 'indent' || doc.kind === 'group') && endsInComment(doc.body));
}

const step = 2;
/** Comments behind lines longer than this do not move the comments of their neighbours. */
const alignLimit = 100;

type Line = { code: string; comment: string | null };

/** The lines written so far; the last one is being written. */
class Page {
  readonly lines: Line[] = [{ code: '', comment: null }];
  private spaceDue = false;

  get last(): Line {
    return this.lines[this.lines.length - 1]!;
  }
  /** Nothing but indentation stands on the line. */
  get atStart(): boolean {
    return this.last.comment === null && /^ *$/.test(this.last.code.slice(0, 200));
  }

  newLine(depth: number): void {
    if (this.atStart) this.last.code = ' '.repeat(depth * step);
    else this.lines.push({ code: ' '.repeat(depth * step), comment: null });
    this.spaceDue = false;
  }

  /** Puts one empty line before the line being written, but none at the beginning of the page or of a block. */
  blankBefore(): void {
    const previous = this.lines[this.lines.length - 2];
    if (previous !== undefined && previous.code !== '' && !previous.code.endsWith('{'))
      this.lines.splice(-1, 0, { code: '', comment: null });
  }

  write(text: string, depth: number): void {
    if (text === '') return;
    const follows = /^[,;]$/.test(text);
    if (this.last.comment !== null && !follows) this.newLine(depth);
    const closes = follows || /^[)\]}]/.test(text);
    if (this.spaceDue && !closes && !text.startsWith(' ') && !this.last.code.endsWith(' ')) this.last.code += ' ';
    this.spaceDue = false;
    this.last.code += this.atStart ? text.trimStart() : text;
  }

  space(): void {
    if (!this.atStart && this.last.comment === null && !this.last.code.endsWith(' ')) this.last.code += ' ';
  }

  inline(text: string, depth: number): void {
    if (this.last.comment !== null) this.newLine(depth);
    if (!this.atStart && !/[ ([]$/.test(this.last.code)) this.last.code += ' ';
    this.last.code += text;
    this.spaceDue = true;
  }

  own(text: string, blank: boolean, depth: number): void {
    this.newLine(depth);
    if (blank) this.blankBefore();
    this.last.code += text;
    this.newLine(depth);
  }
}

type Job = { readonly doc: Doc; readonly depth: number; readonly flat: boolean };

/** Lays a document out. Every line ends in `\n`; an empty document is the empty text. */
export function layOut(doc: Doc, width: number): string {
  const page = new Page();
  const jobs: Job[] = [{ doc, depth: 0, flat: false }];
  for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
    const { doc: next, depth, flat } = job;
    if (typeof next === 'string') {
      page.write(next, depth);
      continue;
    }
    if (isList(next)) {
      for (let i = next.length - 1; i >= 0; i -= 1) jobs.push({ doc: next[i]!, depth, flat });
      continue;
    }
    switch (next.kind) {
      case 'line':
        if (!flat || next.hard) page.newLine(depth);
        else if (!next.tight) page.space();
        if (next.blank) page.blankBefore();
        break;
      case 'indent':
        jobs.push({ doc: next.body, depth: depth + 1, flat });
        break;
      case 'group': {
        const oneLine = flat || (!next.broken && fits(next.body, jobs, width - page.last.code.length));
        jobs.push({ doc: next.body, depth, flat: oneLine });
        break;
      }
      case 'trailing':
        if (page.last.comment !== null) page.own(next.text, false, depth);
        else page.last.comment = next.text;
        break;
      case 'own':
        page.own(next.text, next.blank, depth);
        break;
      case 'inline':
        page.inline(next.text, depth);
        break;
    }
  }
  return finish(page.lines);
}

/** Whether the text up to the next possible new line fits into the space that is left. */
function fits(body: Doc, rest: readonly Job[], space: number): boolean {
  const jobs: { readonly doc: Doc; readonly flat: boolean }[] = [{ doc: body, flat: true }];
  let left = space;
  let commented = false;
  let behind = rest.length;
  while (left >= 0) {
    behind -= jobs.length === 0 ? 1 : 0;
    const job = jobs.pop() ?? rest[behind];
    if (job === undefined) return true;
    const { doc, flat } = job;
    if (typeof doc === 'string') {
      // Behind a comment only a comma stays on the line.
      if (commented && doc !== '') return doc !== ',' || left > 0;
      left -= doc.length;
    } else if (isList(doc)) for (let i = doc.length - 1; i >= 0; i -= 1) jobs.push({ doc: doc[i]!, flat });
    else
      switch (doc.kind) {
        case 'line':
          if (!flat || doc.hard) return true;
          left -= doc.tight ? 0 : 1;
          break;
        case 'indent':
          jobs.push({ doc: doc.body, flat });
          break;
        case 'group':
          jobs.push({ doc: doc.body, flat: flat && !doc.broken });
          break;
        case 'inline':
          left -= doc.text.length + 2;
          break;
        case 'trailing':
          commented = true;
          break;
        case 'own':
          return true;
      }
  }
  return false;
}

/** Joins the lines; comments behind neighbouring lines stand under one another. */
function finish(lines: readonly Line[]): string {
  const texts: string[] = [];
  for (let i = 0; i < lines.length; ) {
    let end = i;
    while (end < lines.length && lines[end]!.comment !== null) end += 1;
    const run = lines.slice(i, end).map((each) => ({ code: each.code.trimEnd(), comment: each.comment }));
    const column = Math.max(0, ...run.map((each) => each.code.length).filter((length) => length <= alignLimit));
    for (const each of run) texts.push(`${each.code.padEnd(column)} ${each.comment}`);
    if (end < lines.length) texts.push(lines[end]!.code.trimEnd());
    i = end + 1;
  }
  while (texts.length > 0 && texts[texts.length - 1] === '') texts.pop();
  return texts.length === 0 ? '' : `${texts.join('\n')}\n`;
}
