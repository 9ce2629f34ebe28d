import { type Estimand, one, probability } from './estimand.js';

const token =
  /\s*(sum(?=\{)|P_(?=\{)|P(?=\()|(?:[\p{L}_][\p{L}\p{N}_.]*(?:\[[^\]]*\])?(?:=[\p{L}\p{N}_.+-]+)?|"(?:[^"\\]|\\.)*")\**|[{}()[\]|/,1])/uy;

/**
 * Reads an estimand as `estimandText` writes it; null where the text is none. A sum reaches to the end of its bracket, and `[…] / […]` binds
 * closer than a product. What is read is the expression as written: nothing is simplified.
 */
export function parseEstimand(text: string): Estimand | null {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = token.lastIndex) {
    const found = token.exec(text)?.[1];
    if (found === undefined) return null;
    tokens.push(found);
  }
  let at = 0;
  const take = (sign: string): boolean => {
    if (tokens[at] !== sign) return false;
    at += 1;
    return true;
  };
  const names = (): readonly string[] | null => {
    const list: string[] = [];
    do {
      const name = tokens[at];
      if (name === undefined || !/^[\p{L}_"]/u.test(name)) return null;
      list.push(unquoted(name));
      at += 1;
    } while (take(','));
    return list;
  };
  const probabilityHere = (): Estimand | null => {
    let action: readonly string[] | null = [];
    if (take('P_')) {
      action = take('{') ? names() : null;
      if (action === null || !take('}')) return null;
    } else if (!take('P')) return null;
    if (!take('(')) return null;
    const of = names();
    const given = take('|') ? names() : [];
    return of !== null && given !== null && take(')') ? probability(of, given, action) : null;
  };
  const bracket = (): Estimand | null => {
    const inner = take('[') ? expression() : null;
    return inner !== null && take(']') ? inner : null;
  };
  const factor = (): Estimand | null => {
    if (take('1')) return one;
    if (take('sum')) {
      const over = take('{') ? names() : null;
      const body = over !== null && take('}') ? expression() : null;
      return over === null || body === null ? null : { kind: 'sum', over, body };
    }
    if (tokens[at] !== '[') return probabilityHere();
    const above = bracket();
    if (above === null || !take('/')) return above;
    const below = bracket();
    return below === null ? null : { kind: 'quotient', above, below };
  };
  const expression = (): Estimand | null => {
    const factors: Estimand[] = [];
    while (at < tokens.length && tokens[at] !== ']') {
      const next = factor();
      if (next === null) return null;
      factors.push(next);
    }
    const [only, ...others] = factors;
    if (only === undefined) return null;
    return others.length === 0 ? only : { kind: 'product', factors };
  };
  const parsed = expression();
  return at === tokens.length ? parsed : null;
}

/** A name in quotes as what it says, with the stars behind it. */
function unquoted(name: string): string {
  const close = name.lastIndexOf('"');
  if (close === -1) return name;
  const said: unknown = JSON.parse(name.slice(0, close + 1));
  return `${String(said)}${name.slice(close + 1)}`;
}
