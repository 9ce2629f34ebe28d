/** The words and signs of the language. */
import { createToken, Lexer, type TokenType } from 'chevrotain';
import {
  matchBlockComment,
  matchLineComment,
  matchName,
  matchSingleQuoted,
  matchStray,
  matchString,
  matchUnterminatedComment,
  matchUnterminatedString,
  nameStartUnits,
  strayStartUnits,
} from './characters.js';

// ---------------------------------------------------------------- categories

/** Any operator between two operands; precedence is settled when the tree is built. */
export const InfixOperator = createToken({ name: 'InfixOperator', pattern: Lexer.NA, label: 'an operator' });

// ---------------------------------------------------------------- names and words

export const Identifier = createToken({
  name: 'Identifier',
  pattern: matchName,
  start_chars_hint: nameStartUnits,
  line_breaks: false,
  label: 'a name',
});

/** A value of a host program in a template; no text is one. The `payload` of a token is its name. */
export const Placeholder = createToken({
  name: 'Placeholder',
  pattern: Lexer.NA,
  categories: [Identifier],
  label: 'a value of the host program',
});

const word = (name: string, text: string, categories: TokenType[]): TokenType =>
  createToken({ name, pattern: text, longer_alt: Identifier, label: `'${text}'`, categories });

/** A reserved word: never a name. */
const reserved = (name: string, text: string): TokenType => word(name, text, []);
/** A word of one construct: a name wherever its construct cannot start. */
const contextual = (name: string, text: string): TokenType => word(name, text, [Identifier]);

export const Enum = reserved('Enum', 'enum');
export const Const = reserved('Const', 'const');
export const Fn = reserved('Fn', 'fn');
export const Sample = reserved('Sample', 'sample');
export const If = reserved('If', 'if');
export const Then = reserved('Then', 'then');
export const Else = reserved('Else', 'else');
export const Match = reserved('Match', 'match');
export const For = reserved('For', 'for');
export const In = reserved('In', 'in');
export const While = reserved('While', 'while');
export const Let = reserved('Let', 'let');
export const Var = reserved('Var', 'var');
export const Return = reserved('Return', 'return');
export const Observe = reserved('Observe', 'observe');
export const Factor = reserved('Factor', 'factor');
export const Param = reserved('Param', 'param');
export const Latent = reserved('Latent', 'latent');
export const Require = reserved('Require', 'require');
export const Do = reserved('Do', 'do');
export const True = reserved('True', 'true');
export const False = reserved('False', 'false');
export const Not = reserved('Not', 'not');
export const And = word('And', 'and', [InfixOperator]);
export const Or = word('Or', 'or', [InfixOperator]);

/** The words that can never be names. */
export const reservedWords: readonly TokenType[] = [
  Enum,
  Const,
  Fn,
  Sample,
  If,
  Then,
  Else,
  Match,
  For,
  In,
  While,
  Let,
  Var,
  Return,
  Observe,
  Factor,
  Param,
  Latent,
  Require,
  And,
  Or,
  Not,
  Do,
  True,
  False,
];

export const Import = contextual('Import', 'import');
export const Data = contextual('Data', 'data');
export const Extern = contextual('Extern', 'extern');
export const Dist = contextual('Dist', 'dist');
export const Model = contextual('Model', 'model');
export const Graph = contextual('Graph', 'graph');
export const Query = contextual('Query', 'query');
export const Given = contextual('Given', 'given');
export const Weighted = contextual('Weighted', 'weighted');
export const Under = contextual('Under', 'under');
export const Selected = contextual('Selected', 'selected');
export const By = contextual('By', 'by');
export const Using = contextual('Using', 'using');
export const Argmax = contextual('Argmax', 'argmax');
export const Argmin = contextual('Argmin', 'argmin');
export const Of = contextual('Of', 'of');
export const Identify = contextual('Identify', 'identify');
export const Estimate = contextual('Estimate', 'estimate');
export const From = contextual('From', 'from');
export const Resample = contextual('Resample', 'resample');
export const Command = contextual('Command', 'command');
export const Cost = contextual('Cost', 'cost');

/** The query forms; names everywhere but before `(` in a query. */
export const FormName = createToken({
  name: 'FormName',
  pattern: /P|E|Var|Sd|Median|Q|Cov|Corr|posterior|predict|H|I|evidence/,
  longer_alt: Identifier,
  categories: [Identifier],
  label: 'a query form (P, E, Var, Sd, Median, Q, Cov, Corr, posterior, predict, H, I, evidence)',
});

const contextualWords: readonly TokenType[] = [
  Import,
  Data,
  Extern,
  Dist,
  Model,
  Graph,
  Query,
  Given,
  Weighted,
  Under,
  Selected,
  By,
  Using,
  Argmax,
  Argmin,
  Of,
  Identify,
  Estimate,
  From,
  Resample,
  Command,
  Cost,
  FormName,
];

// ---------------------------------------------------------------- signs

const sign = (name: string, text: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: text, label: `'${text}'`, categories });

export const LRound = sign('LRound', '(');
export const RRound = sign('RRound', ')');
export const LSquare = sign('LSquare', '[');
export const RSquare = sign('RSquare', ']');
export const LCurly = sign('LCurly', '{');
export const RCurly = sign('RCurly', '}');
export const Comma = sign('Comma', ',');
export const Semicolon = sign('Semicolon', ';');
export const Bar = sign('Bar', '|');
export const Dot = sign('Dot', '.');
export const Colon = sign('Colon', ':');
export const Becomes = sign('Becomes', ':=');
export const Tilde = sign('Tilde', '~');
export const FatArrow = sign('FatArrow', '=>');
export const RightArrow = sign('RightArrow', '->');
export const BothArrow = sign('BothArrow', '<->');
export const Equals = sign('Equals', '=', [InfixOperator]);
export const Minus = sign('Minus', '-', [InfixOperator]);
export const Less = sign('Less', '<', [InfixOperator]);
export const Caret = sign('Caret', '^', [InfixOperator]);
export const Range = sign('Range', '..', [InfixOperator]);
export const ClosedRange = sign('ClosedRange', '..=', [InfixOperator]);
export const DoubleEquals = sign('DoubleEquals', '==', [InfixOperator]);
export const NotEquals = sign('NotEquals', '!=', [InfixOperator]);
export const LessEquals = sign('LessEquals', '<=', [InfixOperator]);
export const Greater = sign('Greater', '>', [InfixOperator]);
export const GreaterEquals = sign('GreaterEquals', '>=', [InfixOperator]);
export const Plus = sign('Plus', '+', [InfixOperator]);
export const Times = sign('Times', '*', [InfixOperator]);
export const Divide = sign('Divide', '/', [InfixOperator]);
export const Remainder = sign('Remainder', '%', [InfixOperator]);
export const Approximately = createToken({
  name: 'Approximately',
  pattern: /~=|≈/,
  categories: [InfixOperator],
  label: "'~='",
});

// ---------------------------------------------------------------- literals

/** Digits on both sides of the point; `1..T` is `1`, `..`, `T`. */
export const NumberLiteral = createToken({
  name: 'NumberLiteral',
  pattern: /\d+(\.\d+)?([eE][+-]?\d+)?/,
  label: 'a number',
});

export const StringLiteral = createToken({
  name: 'StringLiteral',
  pattern: matchString,
  start_chars_hint: ['"'],
  line_breaks: false,
  label: 'a string',
});

// ---------------------------------------------------------------- what other languages write

export const UnterminatedString = createToken({
  name: 'UnterminatedString',
  pattern: matchUnterminatedString,
  start_chars_hint: ['"'],
  line_breaks: false,
  categories: [StringLiteral],
});
export const SingleQuoted = createToken({
  name: 'SingleQuoted',
  pattern: matchSingleQuoted,
  start_chars_hint: ["'"],
  line_breaks: false,
  categories: [StringLiteral],
});
/** `!`, tried after `!=`. */
const Exclamation = sign('Exclamation', '!', [Not]);
/** Signs of other languages that have one clear meaning here: parsed as that, and reported. */
export const foreignSigns: readonly { readonly type: TokenType; readonly meant: string }[] = [
  { type: sign('StrictEquals', '===', [DoubleEquals, InfixOperator]), meant: '==' },
  { type: sign('StrictNotEquals', '!==', [NotEquals, InfixOperator]), meant: '!=' },
  { type: sign('Diamond', '<>', [NotEquals, InfixOperator]), meant: '!=' },
  { type: sign('DoubleStar', '**', [Caret, InfixOperator]), meant: '^' },
  { type: sign('DoubleAmpersand', '&&', [And, InfixOperator]), meant: 'and' },
  { type: sign('DoubleBar', '||', [Or, InfixOperator]), meant: 'or' },
  { type: Exclamation, meant: 'not' },
];
/** `x += 1` and its kin. */
export const CompoundAssignment = createToken({ name: 'CompoundAssignment', pattern: /\+=|-=|\*=|\/=/ });
export const Stray = createToken({
  name: 'Stray',
  pattern: matchStray,
  start_chars_hint: strayStartUnits,
  line_breaks: true,
});

// ---------------------------------------------------------------- what stands between

export const WhiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: /\s+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
/** The lexer keeps comments apart under this name. */
export const commentGroup = 'comments';
export const LineComment = createToken({
  name: 'LineComment',
  pattern: matchLineComment,
  start_chars_hint: ['/'],
  line_breaks: false,
  group: commentGroup,
});
export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: matchBlockComment,
  start_chars_hint: ['/'],
  line_breaks: true,
  group: commentGroup,
});
export const UnterminatedComment = createToken({
  name: 'UnterminatedComment',
  pattern: matchUnterminatedComment,
  start_chars_hint: ['/'],
  line_breaks: true,
  group: commentGroup,
});

/** Every token type in the order in which the lexer tries them: a longer sign before its beginning. */
export const tokenTypes: TokenType[] = [
  WhiteSpace,
  LineComment,
  BlockComment,
  UnterminatedComment,
  ...reservedWords,
  ...contextualWords,
  Identifier,
  Placeholder,
  NumberLiteral,
  StringLiteral,
  UnterminatedString,
  SingleQuoted,
  ...foreignSigns.map((foreign) => foreign.type).filter((type) => type !== Exclamation),
  CompoundAssignment,
  BothArrow,
  RightArrow,
  FatArrow,
  Becomes,
  Approximately,
  ClosedRange,
  Range,
  DoubleEquals,
  NotEquals,
  Exclamation,
  LessEquals,
  GreaterEquals,
  LRound,
  RRound,
  LSquare,
  RSquare,
  LCurly,
  RCurly,
  Comma,
  Semicolon,
  Bar,
  Dot,
  Colon,
  Equals,
  Tilde,
  Minus,
  Less,
  Greater,
  Caret,
  Plus,
  Times,
  Divide,
  Remainder,
  InfixOperator,
  Stray,
];

/** The lexer. It knows offsets only; it never fails, since `Stray` takes what nothing else takes. */
export const lexer = new Lexer(tokenTypes, {
  positionTracking: 'onlyOffset',
  ensureOptimizations: true,
  skipValidations: true,
});
