/**
 * The blocks of a BIF file (Interchange Format for Bayesian Networks 0.15, Cozman 1998, as bnlearn, pgmpy and JavaBayes write it): nothing is
 * looked up or added up here. Commas between names and numbers may be left out, and what `property` says is passed over.
 */
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import { bifTokens, type Token } from './bif_tokens.js';

/** A name, label or number as it stands in the file. */
export type Word = { readonly text: string; readonly span: Span };

export type VariableBlock = {
  readonly name: Word;
  /** The number of states that the file states. */
  readonly count: Word;
  readonly states: readonly Word[];
};

/** Numbers of a `table`, of a `default`, or of the row of some states of the parents. */
export type Entry = {
  readonly kind: 'table' | 'default' | 'row';
  readonly key: readonly Word[];
  readonly values: readonly Word[];
  readonly span: Span;
};

export type ProbabilityBlock = {
  readonly child: Word;
  readonly parents: readonly Word[];
  readonly entries: readonly Entry[];
  readonly span: Span;
};

export type BifFile = {
  readonly name: Word | null;
  readonly variables: readonly VariableBlock[];
  readonly probabilities: readonly ProbabilityBlock[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Reads all blocks; after a mistake goes on with the next one. E0540 for what does not follow the format. */
export function parseBif(source: Source): BifFile {
  const { tokens, diagnostics: found } = bifTokens(source);
  const diagnostics: Diagnostic[] = [...found];
  const variables: VariableBlock[] = [];
  const probabilities: ProbabilityBlock[] = [];
  let name: Word | null = null;
  let at = 0;

  const peek = (): Token => tokens[at]!;
  const take = (): Token => {
    const token = peek();
    if (token.kind !== 'end') at += 1;
    return token;
  };
  const isSign = (sign: string): boolean => peek().kind === 'sign' && peek().text === sign;
  const isKeyword = (word: string): boolean => peek().kind === 'word' && !peek().quoted && peek().text === word;
  const wrong = (expected: string): null => {
    const { kind, text, span } = peek();
    const what = kind === 'end' ? 'the end of the file' : JSON.stringify(text.slice(0, 40));
    diagnostics.push(diagnose('E0540', `Expected ${expected}, found ${what}.`, source, span));
    return null;
  };
  const sign = (text: string): Token | null => (isSign(text) ? take() : wrong(`\`${text}\``));
  const word = (what: string): Token | null => (peek().kind === 'word' ? take() : wrong(what));
  /** Words, with or without commas between them, up to a closing sign. */
  const words = (what: string, close: string): readonly Word[] | null => {
    const list: Word[] = [];
    while (!isSign(close)) {
      const next = word(list.length === 0 ? what : `\`,\` or \`${close}\``);
      if (next === null) return null;
      list.push(next);
      if (isSign(',')) take();
    }
    take();
    return list;
  };
  const property = (): boolean => {
    while (!isSign(';') && peek().kind !== 'end') take();
    return sign(';') !== null;
  };

  const network = (): boolean => {
    const title = word('the name of the network');
    if (title === null) return false;
    name = title;
    if (sign('{') === null) return false;
    while (!isSign('}')) {
      if (!isKeyword('property')) return wrong('`property` or `}`') !== null;
      if (!property()) return false;
    }
    take();
    return true;
  };

  const variable = (): boolean => {
    const title = word('the name of a variable');
    if (title === null || sign('{') === null) return false;
    let block: VariableBlock | null = null;
    while (!isSign('}')) {
      if (isKeyword('property')) {
        if (!property()) return false;
      } else if (isKeyword('type') && block === null) {
        take();
        if (!isKeyword('discrete'))
          return wrong('`discrete`, the one kind of variable that networks here can have') !== null;
        take();
        if (sign('[') === null) return false;
        const count = word('the number of states');
        if (count === null || sign(']') === null || sign('{') === null) return false;
        const states = words('a state', '}');
        if (states === null || sign(';') === null) return false;
        block = { name: title, count, states };
      } else return wrong(block === null ? '`type`, `property` or `}`' : '`property` or `}`') !== null;
    }
    if (block === null) return wrong('`type discrete [ n ] { … };`') !== null;
    take();
    variables.push(block);
    return true;
  };

  const entry = (): Entry | null => {
    const first = peek();
    let kind: Entry['kind'];
    let key: readonly Word[] = [];
    if (isSign('(')) {
      take();
      const states = words('a state', ')');
      if (states === null) return null;
      kind = 'row';
      key = states;
    } else if (isKeyword('table') || isKeyword('default')) kind = take().text === 'table' ? 'table' : 'default';
    else return wrong('`table`, `default`, a row such as `(yes, no) 0.9, 0.1;`, or `}`');
    const values = words('a probability', ';');
    return values === null
      ? null
      : { kind, key, values, span: { start: first.span.start, end: tokens[at - 1]!.span.end } };
  };

  const probability = (start: Span): boolean => {
    if (sign('(') === null) return false;
    const child = word('the name of a variable');
    if (child === null) return false;
    // Older files put a comma or nothing in the place of the bar.
    if (isSign('|') || isSign(',')) take();
    const parents = words('the name of a parent', ')');
    if (parents === null || sign('{') === null) return false;
    const entries: Entry[] = [];
    while (!isSign('}')) {
      if (isKeyword('property')) {
        if (!property()) return false;
        continue;
      }
      const next = entry();
      if (next === null) return false;
      entries.push(next);
    }
    const span = { start: start.start, end: take().span.end };
    probabilities.push({ child, parents, entries, span });
    return true;
  };

  /** After a mistake: to the next block, which starts behind a closing brace or at the start of a line. */
  const skip = (): void => {
    while (peek().kind !== 'end') {
      const { start } = peek().span;
      const fresh = /(?:^|\n)[ \t]*$/.test(source.text.slice(Math.max(0, start - 200), start));
      if (fresh && ['network', 'variable', 'probability'].some(isKeyword)) return;
      take();
    }
  };

  while (peek().kind !== 'end') {
    const before = at;
    const { span } = peek();
    let read = false;
    if (isKeyword('network')) {
      take();
      read = network();
    } else if (isKeyword('variable')) {
      take();
      read = variable();
    } else if (isKeyword('probability')) {
      take();
      read = probability(span);
    } else wrong('`network`, `variable` or `probability`');
    if (read) {
      while (isSign(';')) take();
      continue;
    }
    if (at === before) take();
    skip();
  }
  return { name, variables, probabilities, diagnostics };
}
