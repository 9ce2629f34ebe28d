/** The grammar as data, read off the parser: what EBNF and railroad diagrams are made from. */
import type { ISerializedGast } from 'chevrotain';
import { WhatifParser } from './parser.js';
import * as t from './tokens.js';

/** A right-hand side. A sequence of nothing is the empty text. */
export type Production =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Production[] }
  | { readonly kind: 'choice'; readonly alternatives: readonly Production[] }
  | { readonly kind: 'optional'; readonly body: Production }
  | { readonly kind: 'repeated'; readonly body: Production; readonly least: 0 | 1 };

/** A rule with what it says. `note` is for what productions cannot say. */
export type GrammarRule = { readonly name: string; readonly production: Production; readonly note: string | null };

type Part = ISerializedGast & {
  readonly name?: string;
  readonly nonTerminalName?: string;
  readonly definition?: readonly Part[];
};

const lexical = [t.Identifier.name, t.NumberLiteral.name, t.StringLiteral.name, t.InfixOperator.name, t.FormName.name];

const spellings = new Map(t.tokenTypes.map((type) => [type.name, (type.LABEL ?? type.name).replace(/^'(.*)'$/, '$1')]));

function productionOf(part: Part): Production {
  const sequence = (): Production => {
    const parts = (part.definition ?? []).map(productionOf);
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  };
  switch (part.type) {
    case 'Terminal': {
      const name = part.name ?? '';
      return lexical.includes(name)
        ? { kind: 'reference', name }
        : { kind: 'literal', text: spellings.get(name) ?? name };
    }
    case 'NonTerminal':
      return { kind: 'reference', name: part.nonTerminalName ?? part.name ?? '' };
    case 'Alternation':
      return { kind: 'choice', alternatives: (part.definition ?? []).map(productionOf) };
    case 'Option':
      return { kind: 'optional', body: sequence() };
    case 'Repetition':
      return { kind: 'repeated', body: sequence(), least: 0 };
    case 'RepetitionMandatory':
      return { kind: 'repeated', body: sequence(), least: 1 };
    default:
      return sequence();
  }
}

const isUsedAs = (category: typeof t.Identifier) => (type: typeof t.Identifier) =>
  type.CATEGORIES?.includes(category) === true && !t.foreignSigns.some((foreign) => foreign.type === type);

const choiceOf = (texts: readonly string[]): Production => ({
  kind: 'choice',
  alternatives: texts.map((text) => ({ kind: 'literal', text })),
});

const named = (name: string): Production => ({ kind: 'reference', name });

/** All rules of the parser in the order in which they are needed from `file` down, then the words. */
export function grammarRules(): readonly GrammarRule[] {
  const parts: readonly Part[] = new WhatifParser().getSerializedGastProductions();
  const byName = new Map(parts.map((part) => [part.name ?? '', productionOf(part)]));
  const ordered: string[] = [];
  const visit = (name: string): void => {
    const production = byName.get(name);
    if (production === undefined || ordered.includes(name)) return;
    ordered.push(name);
    for (const reference of referencesIn(production)) visit(reference);
  };
  visit('file');
  visit('question');
  const operators = t.tokenTypes.filter(isUsedAs(t.InfixOperator)).map((type) => spellings.get(type.name) ?? '');
  const rules = ordered.map((name) => ({ name, production: byName.get(name)!, note: notes[name] ?? null }));
  return [
    ...rules,
    { name: t.InfixOperator.name, production: choiceOf(operators), note: precedence },
    { name: t.FormName.name, production: choiceOf(String(t.FormName.PATTERN).slice(1, -1).split('|')), note: null },
    ...lexicalRules,
  ];
}

const notes: Readonly<Record<string, string>> = {
  reference: 'In a query the names of forms before ( begin a form.',
  statement: 'The word resample is a statement where no sign of a node, an assignment or a call follows.',
  arrow: "The signs '<' '-' and '-' '-' are written together: <- and --.",
};

const precedence =
  'From loose to tight: .. ..= (no chain); or; and; the prefix not; == != < <= > >= = ~= (no chain); + -; * / %; the ' +
  'prefix -; ^ (to the right). The prefix sample binds tightest. A single = compares in query forms and observe only.';

const lexicalRules: readonly GrammarRule[] = [
  {
    name: t.Identifier.name,
    production: {
      kind: 'sequence',
      parts: [
        { kind: 'choice', alternatives: [named('letter'), { kind: 'literal', text: '_' }] },
        {
          kind: 'repeated',
          least: 0,
          body: {
            kind: 'choice',
            alternatives: [named('letter'), named('digit'), named('mark'), { kind: 'literal', text: '_' }],
          },
        },
      ],
    },
    note: `Letters, digits and combining marks are those of Unicode. Reserved words are no names: ${t.reservedWords
      .map((type) => spellings.get(type.name))
      .join(' ')}.`,
  },
  {
    name: t.NumberLiteral.name,
    production: {
      kind: 'sequence',
      parts: [
        named('digits'),
        { kind: 'optional', body: { kind: 'sequence', parts: [{ kind: 'literal', text: '.' }, named('digits')] } },
        {
          kind: 'optional',
          body: {
            kind: 'sequence',
            parts: [choiceOf(['e', 'E']), { kind: 'optional', body: choiceOf(['+', '-']) }, named('digits')],
          },
        },
      ],
    },
    note: null,
  },
  {
    name: t.StringLiteral.name,
    production: {
      kind: 'sequence',
      parts: [
        { kind: 'literal', text: '"' },
        { kind: 'repeated', least: 0, body: { kind: 'choice', alternatives: [named('character'), named('escape')] } },
        { kind: 'literal', text: '"' },
      ],
    },
    note: 'On one line. An escape is \\" \\\\ \\n \\t or \\u{…} with a number in base 16.',
  },
];

function referencesIn(production: Production): readonly string[] {
  switch (production.kind) {
    case 'literal':
      return [];
    case 'reference':
      return [production.name];
    case 'sequence':
      return production.parts.flatMap(referencesIn);
    case 'choice':
      return production.alternatives.flatMap(referencesIn);
    case 'optional':
    case 'repeated':
      return referencesIn(production.body);
  }
}
