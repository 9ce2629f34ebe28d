/** Names and kinds of a program's queries, read off its text by TypeScript's checker, so that editors complete them. */
import type {
  AnyAnswer,
  ChoiceAnswer,
  DistributionAnswer,
  IdentificationAnswer,
  NumberAnswer,
  PosteriorAnswer,
} from './answers.js';

type Space = ' ' | '\n' | '\t' | '\r';

type TrimLeft<S extends string> = S extends `${Space}${infer Rest}` ? TrimLeft<Rest> : S;
type TrimRight<S extends string> = S extends `${infer Rest}${Space}` ? TrimRight<Rest> : S;
type Trim<S extends string> = TrimRight<TrimLeft<S>>;

/** What stands before the first occurrence of a text. */
type Until<S extends string, Stop extends string> = S extends `${infer Before}${Stop}${string}` ? Before : S;

type WithoutLineComments<S extends string, Done extends string = ''> = S extends `${infer Before}//${infer After}`
  ? After extends `${string}\n${infer Rest}`
    ? WithoutLineComments<Rest, `${Done}${Before}\n`>
    : `${Done}${Before}`
  : `${Done}${S}`;

type WithoutBlockComments<S extends string, Done extends string = ''> = S extends `${infer Before}/*${infer After}`
  ? After extends `${string}*/${infer Rest}`
    ? WithoutBlockComments<Rest, `${Done}${Before} `>
    : `${Done}${Before}`
  : `${Done}${S}`;

/** Whether a word can begin after this text. */
type EndsWord<Before extends string> = Before extends '' | `${string}${Space | '}' | ')' | ']' | ';'}` ? true : false;

type IsName<S extends string> = S extends '' | `${string}${Space | '(' | '{' | '}' | '"'}${string}` ? false : true;

/** Pairs of name and answer, for each `query NAME = …`. Goes on behind the name, so its depth is the number of queries. */
type QueryPairs<S extends string, Found = never> = S extends `${infer Before}query ${infer Rest}`
  ? EndsWord<Before> extends true
    ? Rest extends `${infer Name}=${infer Asked}`
      ? IsName<Trim<Name>> extends true
        ? QueryPairs<Asked, Found | [Trim<Name>, AnswerOf<Asked>]>
        : QueryPairs<Rest, Found>
      : Found
    : QueryPairs<Rest, Found>
  : Found;

type AsRecord<Pairs extends [string, AnyAnswer]> = { readonly [Pair in Pairs as Pair[0]]: Pair[1] };

/** Answers by the names of the queries in a program's text; of any name where the text is not known to the checker. */
export type QueriesOf<S extends string> = string extends S
  ? Readonly<Record<string, AnyAnswer>>
  : AsRecord<QueryPairs<WithoutLineComments<WithoutBlockComments<S>>>>;

type HeadName<S extends string> = Until<Until<Until<Until<Until<TrimLeft<S>, ' '>, '\n'>, '('>, '{'>, '='>;

type NamesAfter<S extends string, Word extends string, Found = never> = S extends `${infer Before}${Word} ${infer Rest}`
  ? EndsWord<Before> extends true
    ? NamesAfter<Rest, Word, Found | HeadName<Rest>>
    : NamesAfter<Rest, Word, Found>
  : Found;

/** Names of the models and graphs in a program's text. */
export type ModelsOf<S extends string> = string extends S
  ? string
  : NamesAfter<WithoutLineComments<WithoutBlockComments<S>>, 'model' | 'graph'>;

/** Parts of a list; those with parentheses are left out. */
type ListNames<S extends string, Found = never> = S extends `${infer First},${infer Rest}`
  ? ListNames<Rest, Found | Plain<Trim<First>>>
  : Found | Plain<Trim<S>>;
type Plain<S extends string> = S extends `${string}(${string}` ? never : S;

/** Forms whose answer is always a number. */
type NumberForm = 'E' | 'Var' | 'Sd' | 'Median' | 'Q' | 'Cov' | 'Corr' | 'H' | 'I' | 'evidence';

/** The kind of answer that a question has, by how it begins. */
export type AnswerOf<S extends string> = string extends S ? AnyAnswer : Begins<TrimLeft<S>>;

type Begins<S extends string> = S extends `${'posterior' | 'predict'}(${infer Rest}`
  ? PosteriorAnswer<ListNames<Until<Until<Rest, '|'>, ')'>>>
  : S extends `${NumberForm}(${string}` | `${'(' | '-'}${string}` | `estimate ${string}`
    ? NumberAnswer
    : S extends `P(${string}`
      ? Until<S, '\n'> extends `${string}) ${'+' | '-' | '*' | '/'} ${string}`
        ? NumberAnswer
        : NumberAnswer | DistributionAnswer
      : S extends `${'argmax' | 'argmin'} ${string}`
        ? ChoiceAnswer
        : S extends `identify ${string}`
          ? IdentificationAnswer
          : AnyAnswer;
