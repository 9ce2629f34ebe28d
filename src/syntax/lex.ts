import { EOF, type IToken, type TokenType } from 'chevrotain';
import { maximumErrors } from '../../grammar/base.js';
import { endOf, isA, type TokenStream } from '../../grammar/recovery.js';
import * as t from '../../grammar/tokens.js';
import { type Diagnostic, diagnose } from './diagnostic.js';
import { quoted } from './quote.js';
import type { Source, Span } from './span.js';
import type { Comment } from './tree.js';

/** A file with more words and signs than this is not read. */
export const maximumTokens = 200_000;

/** The words and signs of a text, its comments in order, and what was wrong with their spelling. */
export type Lexed = {
  readonly stream: TokenStream;
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
};

export const spanOf = (token: IToken): Span => ({ start: token.startOffset, end: endOf(token) });

/** Cuts a text into tokens. Misspelt numbers, strings and signs are reported and replaced by what they were meant to be. */
export function lex(source: Source): Lexed {
  const { tokens: written, groups } = t.lexer.tokenize(blanked(source));
  const raw = groups[t.commentGroup] ?? [];
  const { tokens: all, diagnostics: misplaced } = withPlaceholders(written, raw, source);
  const unclosed: readonly Diagnostic[] = raw
    .filter((comment) => comment.tokenType === t.UnterminatedComment)
    .map((comment) =>
      diagnose(
        'E0104',
        'This comment is never closed.',
        source,
        { start: comment.startOffset, end: comment.startOffset + 2 },
        'Write `*/` where it ends.',
      ),
    );
  const diagnostics: Diagnostic[] = [...unclosed, ...misplaced];
  const comments = raw.map((comment) => ({ text: comment.image, span: spanOf(comment) }));
  if (all.length > maximumTokens) {
    const message = `This file has ${all.length} words and signs; the limit is ${maximumTokens}.`;
    const hint = 'Put long tables into a data file: data trial = csv("trial.csv").';
    diagnostics.push(diagnose('E0115', message, source, spanOf(all[maximumTokens]!), hint));
    return { stream: { text: source.text, tokens: [] }, comments, diagnostics };
  }
  const tokens: IToken[] = [];
  for (let i = 0; i < all.length; ) {
    const taken = misspeltNumber(all, i);
    if (taken > 1) {
      const span = { start: all[i]!.startOffset, end: endOf(all[i + taken - 1]!) };
      if (diagnostics.length <= maximumErrors) diagnostics.push(malformedNumber(source, span));
      const number = all[i]!.tokenType === t.Dot ? all[i + 1]! : all[i]!;
      tokens.push({ ...number, image: source.text.slice(span.start, span.end), startOffset: span.start });
    } else {
      const problem = misspelling(source, all[i]!);
      if (problem !== null && diagnostics.length <= maximumErrors) diagnostics.push(problem);
      if (all[i]!.tokenType !== t.Stray) tokens.push(all[i]!);
    }
    i += taken;
  }
  // The lexer leaves the ends out; the parser needs them to place its rules.
  for (const token of tokens) token.endOffset = endOf(token) - 1;
  return { stream: { text: source.text, tokens }, comments, diagnostics };
}

/** The text with blanks for its placeholders. */
function blanked({ text, placeholders = [] }: Source): string {
  let read = '';
  let at = 0;
  for (const { span } of placeholders) {
    read += text.slice(at, span.start) + ' '.repeat(span.end - span.start);
    at = span.end;
  }
  return read + text.slice(at);
}

/** The tokens with one for each placeholder. In a comment it says nothing; in a string it has no meaning. */
function withPlaceholders(
  written: readonly IToken[],
  comments: readonly IToken[],
  source: Source,
): { readonly tokens: readonly IToken[]; readonly diagnostics: readonly Diagnostic[] } {
  const { placeholders = [], text } = source;
  const diagnostics: Diagnostic[] = [];
  const tokens = [...written];
  const holds = (token: IToken, { start }: Span): boolean => token.startOffset <= start && start < endOf(token);
  for (const { name, span } of placeholders) {
    if (comments.some((comment) => holds(comment, span))) continue;
    const next = tokens.findIndex((token) => endOf(token) > span.start);
    const at = next === -1 ? tokens.length : next;
    const around = tokens[at];
    if (around !== undefined && holds(around, span)) {
      const message = 'A value cannot stand inside of a string.';
      diagnostics.push(
        diagnose('E0531', message, source, span, 'interpolate the whole string, without quotes around it'),
      );
      continue;
    }
    const image = text.slice(span.start, span.end);
    const token = {
      image,
      startOffset: span.start,
      tokenType: t.Placeholder,
      tokenTypeIdx: t.Placeholder.tokenTypeIdx ?? 0,
    };
    tokens.splice(at, 0, { ...token, payload: name });
  }
  return { tokens, diagnostics };
}

const meanings = new Map<TokenType, string>(t.foreignSigns.map((foreign) => [foreign.type, foreign.meant]));

function misspelling(source: Source, token: IToken): Diagnostic | null {
  const span = spanOf(token);
  const meant = meanings.get(token.tokenType);
  if (meant !== undefined)
    return diagnose('E0112', `${quoted(token.image)} has no meaning here.`, source, span, `Write \`${meant}\`.`);
  switch (token.tokenType) {
    case t.UnterminatedString:
      return diagnose('E0103', 'This string has no closing quote on its line.', source, span, 'End it with `"`.');
    case t.SingleQuoted:
      return diagnose('E0113', 'Strings stand in double quotes.', source, span, 'Write `"…"`.');
    case t.Stray:
      return diagnose(
        'E0102',
        `${quoted(token.image)} has no meaning in the language.`,
        source,
        span,
        strayHint(token.image),
      );
    default:
      return null;
  }
}

function strayHint(image: string): string | null {
  if (image.startsWith('#')) return 'A comment begins with `//`.';
  if (image.startsWith('&')) return 'Write `and`.';
  if (image.startsWith('?')) return 'Write `if c then a else b`.';
  if (/^[“”„‘’'`]/.test(image)) return 'A string stands in straight double quotes: "…".';
  if (/^[≤≥≠−×÷∼←]/.test(image)) {
    const ascii: Readonly<Record<string, string>> = {
      '≤': '<=',
      '≥': '>=',
      '≠': '!=',
      '−': '-',
      '×': '*',
      '÷': '/',
      '∼': '~',
      '←': ':=',
    };
    return `Write \`${ascii[image[0]!]}\`.`;
  }
  return null;
}

/** How many tokens from here make one misspelt number; 1 if none. */
function misspeltNumber(tokens: readonly IToken[], start: number): number {
  const touches = (i: number): boolean => {
    const next = tokens[i + 1];
    return next !== undefined && endOf(tokens[i]!) === next.startOffset;
  };
  const type = (i: number): TokenType => tokens[i]?.tokenType ?? EOF;
  if (type(start) === t.Dot) {
    const beginsNumber = type(start + 1) === t.NumberLiteral && touches(start);
    const endsOperand = start > 0 && touches(start - 1) && operandEnds.some((end) => isA(type(start - 1), end));
    return beginsNumber && !endsOperand ? 2 : 1;
  }
  if (type(start) !== t.NumberLiteral) return 1;
  let i = start;
  const joins = (): boolean =>
    touches(i) && (type(i + 1) === t.Dot || isA(type(i + 1), t.Identifier) || type(i + 1) === t.NumberLiteral);
  while (joins()) i += 1;
  return i - start + 1;
}

const operandEnds = [t.Identifier, t.RRound, t.RSquare, t.RCurly, t.Dot];

function malformedNumber(source: Source, span: Span): Diagnostic {
  const image = source.text.slice(span.start, span.end);
  const say = (message: string, hint: string | null): Diagnostic => diagnose('E0105', message, source, span, hint);
  if (/^\.\d+$/.test(image)) return say('A number has digits on both sides of its point.', `Write \`0${image}\`.`);
  if (/^\d+\.$/.test(image)) return say('A number has digits on both sides of its point.', `Write \`${image}0\`.`);
  const product = /^(\d+(?:\.\d+)?)([\p{L}_].*)$/u.exec(image);
  if (product !== null && !/^[eE]$/.test(product[2]!))
    return say(
      `${quoted(image)} is neither a number nor a name.`,
      `A product is written \`${product[1]} * ${product[2]}\`; a name begins with a letter.`,
    );
  return say(
    `${quoted(image)} is not a number.`,
    'Write digits, a point with digits on both sides, an exponent: 12, 0.5, 1e-9.',
  );
}
