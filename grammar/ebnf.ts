import type { GrammarRule, Production } from './productions.js';

/** A rule a line group, in the notation of the XML recommendation (W3C 2008, section 6): `?`, `*`, `+`, `|`, quotes. */
export function ebnf(rules: readonly GrammarRule[]): string {
  return rules
    .map(({ name, production, note }) => `${note === null ? '' : `/* ${note} */\n`}${rule(name, production)}`)
    .join('\n\n');
}

const width = 100;

function rule(name: string, production: Production): string {
  const whole = `${name} ::= ${text(production, 'choice')}`;
  if (whole.length <= width || production.kind !== 'choice') return whole;
  return [
    `${name} ::=`,
    ...production.alternatives.map((each, i) => `  ${i === 0 ? ' ' : '|'} ${text(each, 'sequence')}`),
  ].join('\n');
}

/** How tightly the surroundings bind: what may stand there without parentheses. */
type Surroundings = 'choice' | 'sequence' | 'suffix';

function text(production: Production, surroundings: Surroundings): string {
  const wrapped = (body: string, needed: boolean): string => (needed ? `( ${body} )` : body);
  switch (production.kind) {
    case 'literal':
      return production.text.includes("'") ? `"${production.text}"` : `'${production.text}'`;
    case 'reference':
      return production.name;
    case 'sequence':
      return wrapped(production.parts.map((part) => text(part, 'sequence')).join(' '), surroundings === 'suffix');
    case 'choice':
      return wrapped(
        production.alternatives.map((each) => text(each, 'sequence')).join(' | '),
        surroundings !== 'choice',
      );
    case 'optional':
      return `${text(production.body, 'suffix')}?`;
    case 'repeated':
      return `${text(production.body, 'suffix')}${production.least === 0 ? '*' : '+'}`;
  }
}
