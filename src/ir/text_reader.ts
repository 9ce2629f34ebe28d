/** Reads the words, numbers, strings and marks of the IR's text form one after another. */

/** What cannot be read, thrown inside the reader and caught by `parseProgram`. */
type Unreadable = { readonly unreadable: string; readonly start: number; readonly end: number };

/** Whether a thrown thing is an `Unreadable`. */
export const isUnreadable = (thrown: unknown): thrown is Unreadable =>
  typeof thrown === 'object' && thrown !== null && 'unreadable' in thrown;

type Token = {
  readonly kind: 'word' | 'string' | 'number' | 'mark' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

/** A reader with one token of foresight. All `read` methods throw an `Unreadable` where something else stands. */
export type TextReader = {
  /** Takes the mark or keyword if it is next. */
  readonly take: (text: string) => boolean;
  readonly expect: (text: string) => void;
  /** Whether the mark or keyword is next. */
  readonly peek: (text: string) => boolean;
  /** A bare word. */
  readonly keyword: () => string;
  /** A name, bare or quoted. */
  readonly name: () => string;
  readonly string: () => string;
  /** A number: decimal, `NaN`, `Infinity`, `-Infinity`. */
  readonly number: () => number;
  readonly isNumber: () => boolean;
  readonly isString: () => boolean;
  /** Items separated by commas up to the closing mark, which is taken; the opening one was taken before. */
  readonly list: <T>(close: string, item: () => T) => T[];
  readonly atEnd: () => boolean;
  /** Throws at the next token. */
  readonly refuse: (expected: string) => never;
  /** Throws at the token that was taken last. */
  readonly refuseLast: (expected: string) => never;
};

const blank = /(?:\s+|\/\/[^\n]*)*/y;
const shapes = [
  ['number', /-?(?:Infinity|NaN|\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.])/y],
  ['word', /[A-Za-z_][\w.]*/y],
  ['string', /"(?:[^"\\\n]|\\.)*"/y],
  ['mark', /->|[%@:,=()[\]{}]/y],
] as const;

export function createTextReader(text: string): TextReader {
  let next = scan(0);
  let last = next;

  function scan(from: number): Token {
    blank.lastIndex = from;
    blank.test(text);
    const start = blank.lastIndex;
    if (start >= text.length) return { kind: 'end', text: '', start, end: start };
    for (const [kind, shape] of shapes) {
      shape.lastIndex = start;
      const found = shape.exec(text)?.[0];
      if (found !== undefined) return { kind, text: found, start, end: start + found.length };
    }
    const unreadable: Unreadable = { unreadable: 'cannot read this character', start, end: start + 1 };
    throw unreadable;
  }
  const refuseAt = (token: Token, expected: string): never => {
    const found = token.kind === 'end' ? 'the end of the text' : `'${token.text}'`;
    const unreadable: Unreadable = {
      unreadable: `expected ${expected}, found ${found}`,
      start: token.start,
      end: token.end,
    };
    throw unreadable;
  };
  const refuse = (expected: string): never => refuseAt(next, expected);
  const advance = (): Token => {
    last = next;
    next = scan(last.end);
    return last;
  };
  const peek = (mark: string): boolean => (next.kind === 'mark' || next.kind === 'word') && next.text === mark;
  const take = (mark: string): boolean => {
    const there = peek(mark);
    if (there) advance();
    return there;
  };
  const string = (): string => {
    if (next.kind !== 'string') return refuse('a string');
    try {
      const value: unknown = JSON.parse(next.text);
      if (typeof value !== 'string') return refuse('a string');
      advance();
      return value;
    } catch {
      return refuse('a string');
    }
  };
  const keyword = (): string => (next.kind === 'word' ? advance().text : refuse('a word'));
  return {
    take,
    expect: (mark) => {
      if (!take(mark)) refuse(`'${mark}'`);
    },
    peek,
    keyword,
    name: () => (next.kind === 'string' ? string() : next.kind === 'number' ? nameOfNumber() : keyword()),
    string,
    number: () => (next.kind === 'number' ? Number(advance().text) : refuse('a number')),
    isNumber: () => next.kind === 'number',
    isString: () => next.kind === 'string',
    list: <T>(close: string, item: () => T) => {
      const items: T[] = [];
      if (take(close)) return items;
      do items.push(item());
      while (take(','));
      if (!take(close)) refuse(`',' or '${close}'`);
      return items;
    },
    atEnd: () => next.kind === 'end',
    refuse,
    refuseLast: (expected) => refuseAt(last, expected),
  };

  /** `NaN` and `Infinity` are numbers, and may be names as well. */
  function nameOfNumber(): string {
    return /^[A-Z]/i.test(next.text) ? advance().text : refuse('a name');
  }
}
