import type { IToken } from 'chevrotain';
import { endOf, isA, type TokenStream } from '../../grammar/recovery.js';
import * as t from '../../grammar/tokens.js';
import { blankLine, type Doc, hardLine } from './layout.js';
import type { Comment } from './tree.js';

/** Where the words of a document come from: each word brings the comments along that stand around it in the text. */
export type Weaver = {
  /** The next word or sign. */
  readonly take: (text: string) => Doc;
  /** The next string as it was written. */
  readonly takeString: (fallback: string) => Doc;
  /** What stands between two items of a list of lines: a new line, after an empty line where the text has one. */
  readonly nextItem: () => Doc;
  /** Comments before a closing bracket, each on lines of its own. */
  readonly dangling: () => readonly Doc[];
};

/** Words of a tree that has no text. */
export const textless: Weaver = {
  take: (text) => text,
  takeString: (fallback) => fallback,
  nextItem: () => hardLine,
  dangling: () => [],
};

const breaks = (gap: string): number => gap.match(/\r\n|\n|\r/g)?.length ?? 0;
const isSeparator = (token: IToken): boolean => token.tokenType === t.Comma || token.tokenType === t.Semicolon;
const isClosing = (token: IToken | undefined): boolean =>
  token !== undefined && [t.RRound, t.RSquare, t.RCurly, t.Comma, t.Semicolon].includes(token.tokenType);

/** Those of `I(a; b)`. */
function semicolonsInParentheses(tokens: readonly IToken[]): ReadonlySet<IToken> {
  const open: IToken[] = [];
  const found = new Set<IToken>();
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === t.LRound || type === t.LSquare || type === t.LCurly) open.push(token);
    else if (type === t.RRound || type === t.RSquare || type === t.RCurly) open.pop();
    else if (type === t.Semicolon && open.at(-1)?.tokenType === t.LRound) found.add(token);
  }
  return found;
}

/**
 * Words of a text that was read without errors. Words must be taken in the order of the text; signs that the one style
 * leaves out (`;`, a comma before a closing bracket) are passed over.
 */
export function weave({ text, tokens }: TokenStream, comments: readonly Comment[]): Weaver {
  const separating = semicolonsInParentheses(tokens);
  let nextToken = 0;
  let nextComment = 0;
  /** End of the last word or comment that was handed out. */
  let last = 0;
  /** Whether the last word has a comment to the end of its line. */
  let commented = false;

  const gapTo = (offset: number): string => text.slice(last, offset);
  const commentBefore = (offset: number): Comment | undefined => {
    const comment = comments[nextComment];
    return comment !== undefined && comment.span.start < offset ? comment : undefined;
  };
  const advance = (comment: Comment): string => {
    nextComment += 1;
    last = comment.span.end;
    return comment.text.replace(/\r\n?/g, '\n').trimEnd();
  };
  const startOf = (index: number): number => tokens[index]?.startOffset ?? text.length;

  const leading = (token: IToken | undefined, allAlone = false): Doc[] => {
    const offset = token?.startOffset ?? text.length;
    const run: Comment[] = [];
    for (let i = nextComment; comments[i] !== undefined && comments[i]!.span.start < offset; i += 1)
      run.push(comments[i]!);
    // What stands before a comment of its own on the same line gets a line of its own, too.
    const alone: boolean[] = [];
    for (let i = run.length - 1; i >= 0; i -= 1) {
      const behind = text.slice(run[i]!.span.end, run[i + 1]?.span.start ?? offset);
      alone[i] = allAlone || run[i]!.text.startsWith('//') || breaks(behind) > 0 || alone[i + 1] === true;
    }
    const docs = run.map((comment, i): Doc => {
      const blank = breaks(gapTo(comment.span.start)) > 1;
      const words = advance(comment);
      return alone[i] === true ? { kind: 'own', text: words, blank } : { kind: 'inline', text: words };
    });
    const owned = alone.at(-1) === true;
    if (owned && token !== undefined && !isClosing(token) && breaks(gapTo(offset)) > 1) docs.push(blankLine);
    return docs;
  };

  const trailing = (): Doc[] => {
    const docs: Doc[] = [];
    for (;;) {
      const comment = commentBefore(startOf(nextToken));
      const stop = comment ?? null;
      if (stop === null) {
        // A sign that is left out: what is said behind it is said of the word before it.
        if (!isLeftOut(nextToken) || breaks(gapTo(startOf(nextToken))) > 0) return docs;
        last = endOf(tokens[nextToken]!);
        nextToken += 1;
        continue;
      }
      if (breaks(gapTo(stop.span.start)) > 0) return docs;
      const endsLine = stop.text.startsWith('//');
      const nextOnLine = breaks(text.slice(stop.span.end, startOf(nextToken))) === 0;
      if (!endsLine && nextOnLine && !isClosing(tokens[nextToken])) return docs;
      docs.push(endsLine ? { kind: 'trailing', text: advance(stop) } : { kind: 'inline', text: advance(stop) });
      if (endsLine) return docs;
    }
  };

  const isLeftOut = (index: number): boolean => {
    const token = tokens[index];
    if (token === undefined) return false;
    if (token.tokenType === t.Semicolon) return leavesOutSemicolon(token, index);
    return token.tokenType === t.Comma && isClosing(tokens[index + 1]);
  };
  /** It stays in `I(a; b)` and behind a bare `return` that is not the last of its block. */
  const leavesOutSemicolon = (token: IToken, index: number): boolean => {
    if (tokens[index - 1]?.tokenType === t.Return) return tokens[index + 1]?.tokenType === t.RCurly;
    return !separating.has(token);
  };
  const takeWhere = (wanted: (token: IToken) => boolean, write: (token: IToken | undefined) => string): Doc => {
    const docs: Doc[] = [];
    while (nextToken < tokens.length && !wanted(tokens[nextToken]!)) {
      docs.push(...leading(tokens[nextToken]));
      last = endOf(tokens[nextToken]!);
      nextToken += 1;
    }
    const token = tokens[nextToken];
    docs.push(...leading(token), write(token));
    if (token !== undefined) last = endOf(token);
    nextToken += 1;
    // The comment behind the word before a comma moves behind the comma: what stands there already comes next.
    const behind = commented && token !== undefined && isSeparator(token) ? [] : trailing();
    commented = behind.some((doc) => typeof doc !== 'string' && 'kind' in doc && doc.kind === 'trailing');
    docs.push(...behind);
    return docs;
  };

  const spelling = (token: IToken): string => (token.image === '≈' ? '~=' : token.image.normalize('NFC'));
  return {
    take: (wanted) =>
      takeWhere(
        (token) => spelling(token) === wanted,
        () => wanted,
      ),
    takeString: (fallback) =>
      takeWhere(
        (token) => isA(token.tokenType, t.StringLiteral),
        (token) => token?.image ?? fallback,
      ),
    nextItem: () => {
      const upcoming = commentBefore(startOf(nextToken))?.span.start ?? startOf(nextToken);
      return breaks(gapTo(upcoming)) > 1 ? blankLine : hardLine;
    },
    dangling: () => leading(tokens[nextToken], true),
  };
}
