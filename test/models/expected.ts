/**
 * Exact answers written behind `//=` in a program.
 *
 * The comment stands behind its query, or in the lines under it, and holds items set apart by commas:
 *
 * | item                     | meaning                                                                     |
 * |--------------------------|-----------------------------------------------------------------------------|
 * | `2/3`                    | the value; numbers, `pi`, `+ - * / ^ !`, `ln exp sqrt`                      |
 * | `exactly 1`              | the value, with no Monte Carlo error: within 1e-9                           |
 * | `A: 0.4`, `5: exactly 1` | the probability of a value in a distribution                                |
 * | `mean mu 16/3`           | of a variable of a posterior; also `sd`, `median`, `q05`, `q95`             |
 * | `evidence -7.186`        | the log marginal likelihood that comes with the answer                      |
 * | `low 0.1`, `high 0.7`    | the ends of bounds                                                          |
 * | `choice 2`               | what `argmax` or `argmin` chose                                             |
 * | `identified sum{z} …`    | the estimand of `identify`; `identified not` where there is none            |
 * | `error E0611`            | no answer, but a diagnostic of this code                                    |
 *
 * `(se < 0.1)` behind an item bounds the reported standard error; without it the bound is 0.02, or 2 % of the value where that
 * is more. Other words in parentheses are a note. A decimal number is taken to be rounded in its last digit.
 */

export type Expectation = {
  /** Where it is read off the answer. */
  readonly at:
    | { readonly kind: 'value' }
    | { readonly kind: 'mass'; readonly label: string }
    | { readonly kind: 'variable'; readonly field: Field; readonly name: string }
    | { readonly kind: 'evidence' }
    | { readonly kind: 'bound'; readonly end: 'low' | 'high' };
  readonly value: number;
  /** Half a unit of the last digit as written. */
  readonly rounding: number;
  readonly exactly: boolean;
  /** The standard error reported is at most this. */
  readonly maximumError: number;
  readonly text: string;
};

type Field = 'mean' | 'sd' | 'median' | 'q05' | 'q95';

export type Expected =
  | { readonly kind: 'numbers'; readonly numbers: readonly Expectation[] }
  | { readonly kind: 'choice'; readonly label: string }
  | { readonly kind: 'identified'; readonly estimand: string | null }
  | { readonly kind: 'error'; readonly code: string };

/** What each query of a program is expected to answer, by its name. */
export function expectedAnswers(program: string): ReadonlyMap<string, Expected> {
  const items = new Map<string, string[]>();
  let query: string | null = null;
  for (const line of program.split('\n')) {
    query = /^\s*query\s+(\w+)/.exec(line)?.[1] ?? query;
    const at = line.indexOf('//=');
    if (at === -1) continue;
    if (query === null) throw new Error(`an answer without a query: ${line}`);
    const text = line.slice(at + 3);
    const found = /^\s*identified\b/.test(text) ? [text.trim()] : splitItems(text);
    items.set(query, [...(items.get(query) ?? []), ...found]);
  }
  return new Map([...items].map(([name, texts]) => [name, expected(texts)]));
}

function expected(items: readonly string[]): Expected {
  const [first = ''] = items;
  const choice = /^choice (.+)$/.exec(first)?.[1];
  if (choice !== undefined) return { kind: 'choice', label: choice };
  const identified = /^identified (.+)$/.exec(first)?.[1];
  if (identified !== undefined) return { kind: 'identified', estimand: identified === 'not' ? null : identified };
  const code = /^error (E\d+)$/.exec(first)?.[1];
  if (code !== undefined) return { kind: 'error', code };
  return { kind: 'numbers', numbers: items.map(expectation) };
}

function expectation(text: string): Expectation {
  const variable = /^(mean|sd|median|q05|q95) (\S+(?: [^\s\]]+\])*) (.+)$/.exec(text);
  if (variable !== null)
    return numberAt({ kind: 'variable', field: fieldOf(variable[1]!), name: variable[2]! }, variable[3]!, text);
  const evidence = /^evidence (.+)$/.exec(text);
  if (evidence !== null) return numberAt({ kind: 'evidence' }, evidence[1]!, text);
  const bound = /^(low|high) (.+)$/.exec(text);
  if (bound !== null) return numberAt({ kind: 'bound', end: bound[1] === 'low' ? 'low' : 'high' }, bound[2]!, text);
  const mass = /^([\w.-]+): (.+)$/.exec(text);
  if (mass !== null) return numberAt({ kind: 'mass', label: mass[1]! }, mass[2]!, text);
  return numberAt({ kind: 'value' }, text, text);
}

function fieldOf(text: string): Field {
  switch (text) {
    case 'mean':
    case 'sd':
    case 'median':
    case 'q05':
    case 'q95':
      return text;
    default:
      throw new Error(`no field of a posterior: ${text}`);
  }
}

function numberAt(at: Expectation['at'], written: string, text: string): Expectation {
  const exactly = written.startsWith('exactly ');
  const source = exactly ? written.slice('exactly '.length) : written;
  const { value, rest } = evaluate(source);
  const bound = /\(se < ([\d.]+)\)/.exec(rest)?.[1];
  if (rest.trim() !== '' && !rest.trimStart().startsWith('('))
    throw new Error(`cannot read the expected answer: ${text}`);
  const digits = /^-?\d*\.(\d+)\s*(?:\(|$)/.exec(source)?.[1]?.length;
  return {
    at,
    value,
    exactly,
    rounding: Math.max(
      exactly || digits === undefined ? 1e-9 * Math.max(1, Math.abs(value)) : 0.5 * 10 ** -digits,
      1e-12 * Math.max(1, Math.abs(value)),
    ),
    maximumError: exactly ? 1e-9 : bound === undefined ? 0.02 * Math.max(1, Math.abs(value)) : Number(bound),
    text,
  };
}

/** Splits at commas that stand in no parentheses or brackets. */
function splitItems(text: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let item = '';
  for (const character of text) {
    if (character === '(' || character === '[') depth += 1;
    if (character === ')' || character === ']') depth -= 1;
    if (character === ',' && depth === 0) {
      items.push(item.trim());
      item = '';
    } else item += character;
  }
  return [...items, item.trim()].filter((i) => i !== '');
}

/** Evaluates the arithmetic at the start of a text: recursive descent, with the language's precedence. */
function evaluate(text: string): { readonly value: number; readonly rest: string } {
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    const found = new RegExp(`^\\s*(?:${pattern.source})`).exec(text.slice(at));
    if (found === null) return null;
    at += found[0].length;
    return found[0].trim();
  };
  const sum = (): number => {
    let total = product();
    for (let sign = take(/[+-]/); sign !== null; sign = take(/[+-]/)) total += sign === '+' ? product() : -product();
    return total;
  };
  const product = (): number => {
    let total = unary();
    for (let sign = take(/[*/]/); sign !== null; sign = take(/[*/]/))
      total = sign === '*' ? total * unary() : total / unary();
    return total;
  };
  const unary = (): number => (take(/-/) === null ? power() : -unary());
  const power = (): number => {
    const base = factorial(atom());
    return take(/\^/) === null ? base : base ** unary();
  };
  const factorial = (n: number): number =>
    take(/!/) === null ? n : Array.from({ length: n }, (_, i) => i + 1).reduce((a, b) => a * b, 1);
  const atom = (): number => {
    const digits = take(/(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/);
    if (digits !== null) return Number(digits);
    if (take(/pi/) !== null) return Math.PI;
    const name = take(/ln|exp|sqrt/);
    if (take(/\(/) === null) throw new Error(`cannot read the expected answer: ${text}`);
    const inner = sum();
    if (take(/\)/) === null) throw new Error(`a parenthesis is missing: ${text}`);
    if (name === null) return inner;
    return name === 'ln' ? Math.log(inner) : name === 'exp' ? Math.exp(inner) : Math.sqrt(inner);
  };
  return { value: sum(), rest: text.slice(at) };
}
