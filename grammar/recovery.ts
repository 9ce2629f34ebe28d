/**
 * Where to go on after a syntax error. The follow sets of the grammar are too coarse for that (a name may stand almost
 * anywhere), so the place is looked for in the token stream: the next text that can only be a statement or declaration.
 */
import type { IToken, TokenType } from 'chevrotain';
import * as t from './tokens.js';

/** The tokens of a text together with the text, which tells where lines begin. */
export type TokenStream = { readonly text: string; readonly tokens: readonly IToken[] };

/** Offset behind a token's last character. */
export const endOf = (token: IToken): number => token.startOffset + token.image.length;

/** Index of a token that is known to be in the stream. */
export function indexOfToken(stream: TokenStream, token: IToken): number {
  let low = 0;
  let high = stream.tokens.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stream.tokens[middle]!.startOffset < token.startOffset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const typeAt = (stream: TokenStream, index: number): TokenType | undefined => stream.tokens[index]?.tokenType;

/** Whether a token of this type can stand for that type: the type itself or one of its kinds. */
export const isA = (type: TokenType | undefined, wanted: TokenType): boolean =>
  type !== undefined && (type === wanted || (type.CATEGORIES?.includes(wanted) ?? false));

const isName = (stream: TokenStream, index: number): boolean => isA(typeAt(stream, index), t.Identifier);

/** Whether the token at this index is the first on its line. */
export function startsLine(stream: TokenStream, index: number): boolean {
  const token = stream.tokens[index];
  const before = stream.tokens[index - 1];
  if (token === undefined || before === undefined) return true;
  return /[\n\r]/.test(stream.text.slice(endOf(before), token.startOffset));
}

/** How far the line of this token is indented, in characters. */
function indentationOf(stream: TokenStream, index: number): number {
  const offset = stream.tokens[index]?.startOffset ?? 0;
  const before = stream.text.slice(0, offset);
  const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  return /^[^\S\n\r]*/.exec(stream.text.slice(lineStart, offset))?.[0].length ?? 0;
}

/**
 * Whether a declaration begins that cannot have been meant to stand inside the one that begins at `outer`: it is the
 * first on its line, which is indented no further.
 */
export const endsBraces = (stream: TokenStream, outer: number, index: number): boolean =>
  startsDeclaration(stream, index) &&
  startsLine(stream, index) &&
  indentationOf(stream, index) <= indentationOf(stream, outer);

const opensBodyAfterName = new Map<TokenType, readonly TokenType[]>([
  [t.Model, [t.LCurly, t.LRound, t.Equals]],
  [t.Graph, [t.LCurly]],
  [t.Dist, [t.LRound]],
  [t.Query, [t.Equals]],
  [t.Data, [t.Equals]],
  [t.Enum, [t.LCurly]],
  [t.Const, [t.Equals, t.Colon]],
  [t.Fn, [t.LRound]],
]);

/** The names that begin declarations. */
export const declarationWords: ReadonlySet<TokenType> = new Set([t.Import, t.Extern, ...opensBodyAfterName.keys()]);

/**
 * Whether a declaration was likely meant to begin here, whatever follows: its word stands at the very beginning of a
 * line. In braces that is believed of reserved words only.
 */
function seemsDeclaration(stream: TokenStream, index: number, what: Resume): boolean {
  const type = typeAt(stream, index);
  if (type === undefined || !startsLine(stream, index) || indentationOf(stream, index) > 0) return false;
  if (type === t.Enum || type === t.Const || type === t.Fn) return true;
  return what === 'declaration' && declarationWords.has(type);
}

/** Whether the text from here on can only be a declaration. */
export function startsDeclaration(stream: TokenStream, index: number): boolean {
  const type = typeAt(stream, index);
  if (type === undefined) return false;
  if (type === t.Import) return isA(typeAt(stream, index + 1), t.StringLiteral);
  if (type === t.Extern) return typeAt(stream, index + 1) === t.Fn;
  const after = opensBodyAfterName.get(type);
  if (after === undefined) return false;
  const third = typeAt(stream, index + 2);
  return isName(stream, index + 1) && third !== undefined && after.includes(third);
}

const statementWords: ReadonlySet<TokenType> = new Set([
  t.Let,
  t.Var,
  t.For,
  t.While,
  t.Return,
  t.Observe,
  t.Factor,
  t.Param,
  t.Latent,
  t.Require,
]);
const wordsAtLineStart: ReadonlySet<TokenType> = new Set([t.If, t.Match]);
const openers: ReadonlySet<TokenType> = new Set([t.LRound, t.LSquare, t.LCurly]);
const closers = new Map<TokenType, TokenType>([
  [t.RRound, t.LRound],
  [t.RSquare, t.LSquare],
  [t.RCurly, t.LCurly],
]);

/** Index behind the bracket that closes the one at `index`, or `index` if none does soon. */
function behindBrackets(stream: TokenStream, index: number): number {
  let depth = 0;
  for (let i = index; i < stream.tokens.length && i < index + 200; i += 1) {
    const type = typeAt(stream, i);
    if (type !== undefined && openers.has(type)) depth += 1;
    if (type !== undefined && closers.has(type)) depth -= 1;
    if (depth === 0) return i + 1;
  }
  return index;
}

/** Whether a statement begins here beyond doubt, or (at the start of a line) in all likelihood. */
function startsStatement(stream: TokenStream, index: number): boolean {
  const type = typeAt(stream, index);
  if (type === undefined) return false;
  if (statementWords.has(type)) return true;
  const first = startsLine(stream, index);
  if (wordsAtLineStart.has(type)) return first;
  if (!isName(stream, index)) return false;
  const before = typeAt(stream, index - 1);
  if (before === t.Comma || before === t.LRound || before === t.Dot) return false;
  if (before !== undefined && first && isA(before, t.InfixOperator)) return false;
  const bracketed = typeAt(stream, index + 1) === t.LSquare;
  const next = typeAt(stream, bracketed ? behindBrackets(stream, index + 1) : index + 1);
  if (next === t.Tilde || next === t.Becomes) return true;
  return first && (next === t.Equals || next === t.LRound || next === t.CompoundAssignment);
}

/** Whether an arrow or the rest of a list of names makes this the beginning of a `graph` statement. */
function startsEdge(stream: TokenStream, index: number): boolean {
  const type = typeAt(stream, index);
  if (type === t.Latent) return true;
  const before = typeAt(stream, index - 1);
  return startsLine(stream, index) && isName(stream, index) && before !== t.Comma && before !== t.RightArrow;
}

/** Whether an entry of a `dist` begins here. */
function startsEntry(stream: TokenStream, index: number): boolean {
  if (typeAt(stream, index) === t.Require) return true;
  if (!isName(stream, index) || !startsLine(stream, index)) return false;
  const bracketed = typeAt(stream, index + 1) === t.LRound;
  const next = typeAt(stream, bracketed ? behindBrackets(stream, index + 1) : index + 1);
  return next === t.Equals || next === t.LCurly;
}

/** What the text after an error is searched for. */
export type Resume = 'statement' | 'edge' | 'entry' | 'declaration';

const startsOf: Readonly<Record<Resume, (stream: TokenStream, index: number) => boolean>> = {
  statement: startsStatement,
  edge: startsEdge,
  entry: startsEntry,
  declaration: () => false,
};

/**
 * Index of the token to go on with after an error at `from` in an item that began at `start`: the beginning of another
 * item of the same kind or of a declaration, or the `}` or `;` that ends the list. Brackets opened on the way are skipped.
 */
export function resumeAt(stream: TokenStream, start: number, from: number, what: Resume): number {
  const open = new OpenBrackets();
  for (let i = from; i < stream.tokens.length; i += 1) {
    const type = typeAt(stream, i)!;
    if (i > start) {
      if (startsDeclaration(stream, i) || seemsDeclaration(stream, i, what)) return i;
      const listed = open.depth === 0 || startsLine(stream, i);
      if (listed && !open.has(t.LCurly) && startsOf[what](stream, i)) return i;
    }
    if (openers.has(type)) open.push(type);
    const opener = closers.get(type);
    if (opener !== undefined && !open.close(opener) && type === t.RCurly && what !== 'declaration') return i;
    if (type === t.Semicolon && open.depth === 0) return i;
  }
  return stream.tokens.length;
}

/** The brackets that are open, with counts so that a closing bracket without an opener costs nothing. */
class OpenBrackets {
  private readonly stack: TokenType[] = [];
  private readonly counts = new Map<TokenType, number>();

  get depth(): number {
    return this.stack.length;
  }

  has(opener: TokenType): boolean {
    return (this.counts.get(opener) ?? 0) > 0;
  }

  push(opener: TokenType): void {
    this.stack.push(opener);
    this.counts.set(opener, (this.counts.get(opener) ?? 0) + 1);
  }

  /** Closes the innermost bracket of this type and what was left open in it; false if there is none. */
  close(opener: TokenType): boolean {
    if (!this.has(opener)) return false;
    for (;;) {
      const last = this.stack.pop()!;
      this.counts.set(last, this.counts.get(last)! - 1);
      if (last === opener) return true;
    }
  }
}

/** Index of the sign that begins the body behind a broken header, or -1 when another item begins first. */
export function bodyAfter(stream: TokenStream, from: number, begins: readonly TokenType[]): number {
  for (let i = from; i < stream.tokens.length; i += 1) {
    const type = typeAt(stream, i);
    if (type !== undefined && begins.includes(type)) return i;
    if (type === t.RCurly || type === t.Semicolon) return -1;
    if (i > from && (startsDeclaration(stream, i) || startsStatement(stream, i))) return -1;
  }
  return -1;
}
