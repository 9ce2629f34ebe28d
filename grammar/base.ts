import {
  type BaseParser as AnyParser,
  CstParser,
  EOF,
  type ILookaheadStrategy,
  type IOrAlt,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  isRecognitionException,
  LLkLookaheadStrategy,
  type TokenType,
} from 'chevrotain';
import {
  bodyAfter,
  declarationWords,
  endsBraces,
  indexOfToken,
  type Resume,
  resumeAt,
  startsDeclaration,
  startsLine,
  type TokenStream,
} from './recovery.js';
import * as t from './tokens.js';

/** Brackets, blocks and `if … then` may stand in one another this deep. */
export const maximumNesting = 200;
/** A file with more syntax errors than this is not read to its end. */
export const maximumErrors = 100;

/** A list of items between braces, or the file itself. */
export type ItemList = 'file' | 'block' | 'graph' | 'dist' | 'arms' | 'question';

/** What went wrong, by token index; the words for it are found by whoever shows it. */
export type SyntaxProblem =
  | { readonly kind: 'unexpected'; readonly error: IRecognitionException; readonly at: number; readonly start: number }
  | { readonly kind: 'no item'; readonly list: ItemList; readonly at: number; readonly start: number }
  | { readonly kind: 'not closed'; readonly opener: number; readonly at: number }
  | { readonly kind: 'too deep'; readonly at: number }
  | { readonly kind: 'too many'; readonly at: number };

class TooDeep extends Error {}

/** Messages are written elsewhere; an error says only the name of the token type that was expected, if it was one. */
const nameOfExpected: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: () => '',
  buildEarlyExitMessage: () => '',
};

const maxLookahead = 2;

const lookahead = new LLkLookaheadStrategy({ maxLookahead });

/** Looks ahead as ever, but works out how for each place of the grammar when a text first comes to it: most texts see few of them. */
const lazyLookahead: ILookaheadStrategy = {
  validate: (options) => lookahead.validate(options),
  buildLookaheadForAlternation: (options) => {
    let look: ReturnType<ILookaheadStrategy['buildLookaheadForAlternation']> | null = null;
    return function (this: AnyParser, alternatives?: IOrAlt<unknown>[]) {
      look ??= lookahead.buildLookaheadForAlternation(options);
      return look.call(this, alternatives);
    };
  },
  buildLookaheadForOptional: (options) => {
    let look: ReturnType<ILookaheadStrategy['buildLookaheadForOptional']> | null = null;
    return function (this: AnyParser) {
      look ??= lookahead.buildLookaheadForOptional(options);
      return look.call(this);
    };
  },
};

/** What all rules share: recovery in lists of items, limits, and whether a query is being read. */
export abstract class BaseParser extends CstParser {
  /** In the order in which they were met. */
  problems: SyntaxProblem[] = [];
  /** In a query `P(`, `E(` … are forms, not calls. */
  protected inQuery = false;
  private stream: TokenStream = { text: '', tokens: [] };
  private nesting = 0;
  private guessing = false;
  /** Index of the first word of the declaration that is being read. */
  private declared = 0;
  /** Whether that declaration has a `{` open. */
  private inBraces = false;

  constructor(skipValidations: boolean) {
    super(t.tokenTypes, {
      maxLookahead,
      lookaheadStrategy: lazyLookahead,
      nodeLocationTracking: 'onlyOffset',
      recoveryEnabled: false,
      skipValidations,
      errorMessageProvider: nameOfExpected,
    });
  }

  /**
   * Hands the parser a text; call one rule afterwards. `guessing` lets it take a line that looks like a declaration for
   * one wherever it stands: right for a text that is known to be wrong, where a bracket is likely missing.
   */
  load(stream: TokenStream, guessing: boolean): void {
    this.guessing = guessing;
    this.input = [...stream.tokens];
    this.stream = stream;
    this.problems = [];
    this.inQuery = false;
    this.nesting = 0;
    this.inBraces = false;
    this.declared = 0;
  }

  /** Index of the next token; the number of tokens at the end. */
  protected get at(): number {
    return this.atEnd ? this.stream.tokens.length : indexOfToken(this.stream, this.LA(1));
  }

  protected get atEnd(): boolean {
    return this.LA(1).tokenType === EOF;
  }

  /** Whether a line begins here that can only be a declaration: its first word is no name then. */
  protected atDeclarationLine(): boolean {
    if (!this.guessing || !declarationWords.has(this.LA(1).tokenType)) return false;
    if (this.inBraces) return endsBraces(this.stream, this.declared, this.at);
    return startsLine(this.stream, this.at) && startsDeclaration(this.stream, this.at);
  }

  /** One level deeper in brackets, blocks or conditions. */
  protected deepen(body: () => void): void {
    if (this.nesting >= maximumNesting && !this.RECORDING_PHASE) throw new TooDeep();
    this.nesting += 1;
    try {
      body();
    } finally {
      this.nesting -= 1;
    }
  }

  /** Reads something whose errors end with it: what follows is searched for the next item of the list. */
  protected guard(what: Resume, body: () => void): void {
    const start = this.at;
    try {
      body();
    } catch (error) {
      const at = this.report(error, start);
      this.skipTo(resumeAt(this.stream, start, at, what));
    }
  }

  /** Reads what stands before a body such as `{ … }`; after an error the body is still read if it is there. */
  protected guardHeader(body: () => void, begins: readonly TokenType[] = [t.LCurly]): void {
    const start = this.at;
    try {
      body();
    } catch (error) {
      const sign = bodyAfter(this.stream, this.at, begins);
      if (sign === -1) throw error;
      this.report(error, start);
      this.skipTo(sign);
    }
  }

  /**
   * Reads items until the list ends, and goes on behind text that is none. Braces end, too, where a declaration begins
   * that was not meant to stand in them.
   */
  protected items(list: ItemList, what: Resume, item: () => void): void {
    const around = this.inBraces;
    this.inBraces = list !== 'file';
    try {
      this.readItems(list, what, item);
    } finally {
      this.inBraces = around;
    }
  }

  private readItems(list: ItemList, what: Resume, item: () => void): void {
    const inFile = list === 'file';
    const ended = (): boolean => this.guessing && !inFile && endsBraces(this.stream, this.declared, this.at);
    for (;;) {
      this.MANY({
        GATE: () => !ended(),
        DEF: () => {
          if (inFile && !this.RECORDING_PHASE) this.declared = this.at;
          item();
        },
      });
      if (this.RECORDING_PHASE || this.atEnd || ended()) return;
      if (!inFile && this.LA(1).tokenType === t.RCurly) return;
      const at = this.at;
      this.note({ kind: 'no item', list, at, start: at });
      this.skipTo(Math.max(at + 1, resumeAt(this.stream, at, at, what)));
    }
  }

  /** Reports text behind the end of a question. */
  protected expectEnd(): void {
    if (!this.RECORDING_PHASE && !this.atEnd) this.note({ kind: 'no item', list: 'question', at: this.at, start: 0 });
  }

  /** The `}` of a list of items; where it is missing the reader is told which `{` it would close. */
  protected closeBrace(opener: IToken): void {
    if (this.RECORDING_PHASE || this.LA(1).tokenType === t.RCurly) this.CONSUME(t.RCurly);
    else this.note({ kind: 'not closed', opener: indexOfToken(this.stream, opener), at: this.at });
  }

  private report(error: unknown, start: number): number {
    const at = this.at;
    if (isRecognitionError(error)) this.note({ kind: 'unexpected', error, at, start });
    else if (error instanceof TooDeep) this.note({ kind: 'too deep', at });
    else throw error;
    return at;
  }

  private note(problem: SyntaxProblem): void {
    if (this.problems.length > maximumErrors) return;
    const same = this.problems.some((other) => other.at === problem.at && other.kind !== 'too many');
    if (same || (problem.kind === 'too deep' && this.problems.some((other) => other.kind === 'too deep'))) return;
    this.problems.push(this.problems.length === maximumErrors ? { kind: 'too many', at: problem.at } : problem);
  }

  private skipTo(index: number): void {
    const end = this.problems.length > maximumErrors ? this.stream.tokens.length : index;
    while (!this.atEnd && this.at < end) this.CONSUME(this.LA(1).tokenType, { LABEL: 'skipped' });
  }
}

const isRecognitionError = (error: unknown): error is IRecognitionException =>
  error instanceof Error && isRecognitionException(error);
