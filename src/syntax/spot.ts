import type { IToken, TokenType } from 'chevrotain';
import { endOf, isA } from '../../grammar/recovery.js';
import * as t from '../../grammar/tokens.js';
import type { DiagnosticCode } from './codes.js';
import { spanOf } from './lex.js';
import { quoted } from './quote.js';
import { position, type Source, type Span } from './span.js';

/** The place where the parser was stopped: by the token `at`, or by the end of the text. */
export type Spot = { readonly source: Source; readonly tokens: readonly IToken[]; readonly at: number };

/** A diagnostic before it knows its source. */
export type Explanation = {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly span: Span;
  readonly hint: string | null;
};

/** A token in words. */
export function describe(token: IToken | undefined): string {
  if (token === undefined) return 'the end of the text';
  if (isA(token.tokenType, t.StringLiteral)) return `the string ${quoted(token.image)}`;
  if (token.tokenType === t.NumberLiteral) return `the number ${quoted(token.image)}`;
  if (t.reservedWords.includes(token.tokenType)) return `the reserved word ${quoted(token.image)}`;
  if (isA(token.tokenType, t.Identifier)) return `the name ${quoted(token.image)}`;
  return quoted(token.image);
}

export const found = (spot: Spot): IToken | undefined => spot.tokens[spot.at];
export const before = (spot: Spot): IToken | undefined => spot.tokens[spot.at - 1];

/** Whether the token found is of this type. */
export const isFound = (spot: Spot, ...types: readonly TokenType[]): boolean =>
  types.some((type) => isA(found(spot)?.tokenType, type));

/** Whether the token found stands on a later line than the one before it, or is the end. */
export function afterLineEnd(spot: Spot): boolean {
  const last = before(spot);
  const next = found(spot);
  if (next === undefined) return true;
  return last !== undefined && /[\n\r]/.test(spot.source.text.slice(endOf(last), next.startOffset));
}

/** The token found; where that is on a later line, the last token before it. */
export function spanAt(spot: Spot): Span {
  const last = before(spot);
  const next = found(spot);
  if (next !== undefined && (last === undefined || !afterLineEnd(spot))) return spanOf(next);
  return last === undefined ? { start: spot.source.text.length, end: spot.source.text.length } : spanOf(last);
}

/** The token found, wherever it stands. */
export const spanFound = (spot: Spot): Span => {
  const next = found(spot);
  return next === undefined ? spanAt(spot) : spanOf(next);
};

/** An explanation at the token found. */
export const say = (spot: Spot, code: Explanation['code'], message: string, hint: string | null): Explanation => ({
  code,
  message,
  span: spanFound(spot),
  hint,
});

const partners = new Map<TokenType, TokenType>([
  [t.RRound, t.LRound],
  [t.RSquare, t.LSquare],
  [t.RCurly, t.LCurly],
]);
const openers: ReadonlySet<TokenType> = new Set(partners.values());

/** The innermost bracket that is open before the token found, or none. */
export function openBracket(spot: Spot): IToken | null {
  const closed: TokenType[] = [];
  for (let i = spot.at - 1; i >= 0; i -= 1) {
    const token = spot.tokens[i]!;
    const partner = partners.get(token.tokenType);
    if (partner !== undefined) closed.push(partner);
    else if (openers.has(token.tokenType) && closed.pop() !== token.tokenType) return token;
  }
  return null;
}

/** An opening bracket whose partner was missing when the reader met something that cannot stand inside it. */
export function notClosed(spot: Spot, opener: IToken): Explanation {
  const found = spot.tokens[spot.at];
  const line = found === undefined ? null : position(spot.source.text, found.startOffset).line;
  const where = line === null ? describe(found) : `${describe(found)} on line ${line}`;
  const closer = opener.image === '(' ? ')' : opener.image === '[' ? ']' : '}';
  return {
    code: 'E0107',
    message: `This \`${opener.image}\` is never closed.`,
    span: spanOf(opener),
    hint: `A \`${closer}\` was expected before ${where}.`,
  };
}
