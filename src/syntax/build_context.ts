import type { IToken } from 'chevrotain';
import type { DiagnosticCode } from './codes.js';
import { spanOf } from './lex.js';
import type { Source, Span } from './span.js';
import type { Documentation, Expr, Name } from './tree.js';

/** No expression of a tree is deeper than this, so that whoever walks it may recur. */
export const maximumDepth = 500;

/** What the builders of the tree share. */
export type BuildContext = {
  readonly source: Source;
  /** In `identify`, `do(x)` needs no value. */
  readonly bareDo: boolean;
  readonly report: (code: DiagnosticCode, message: string, span: Span, hint?: string | null) => void;
  /** The `///` comment above the text that begins at this offset; each is handed out once. */
  readonly documentation: (offset: number) => Documentation;
};

/**
 * What a single `=` means in an expression: it compares (in query forms and `observe`), it cannot stand here, or it
 * names an argument here and compares again inside the next brackets.
 */
export type EqualsMeaning = 'compares' | 'wrong' | 'names';

/** The meaning of `=` one bracket further in. */
export const inBrackets = (meaning: EqualsMeaning): EqualsMeaning => (meaning === 'names' ? 'compares' : meaning);
/** The meaning of `=` directly in the parentheses of a call or `do`. */
export const inCall = (meaning: EqualsMeaning): EqualsMeaning => (meaning === 'compares' ? 'names' : meaning);

/** Names are compared in Unicode's composed form, however they are typed; a placeholder has the name that it was given. */
export const nameOf = (token: IToken): Name => ({
  text: typeof token.payload === 'string' ? token.payload : token.image.normalize('NFC'),
  span: spanOf(token),
});

/** A hole: the diagnostic has been given. */
export const missing = (span: Span): Expr => ({ kind: 'missing', span });
