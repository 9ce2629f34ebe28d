import { type Estimand, freeNames } from './estimand.js';

/** How names, sums and quotients are spelled. */
type Spelling = {
  readonly name: (name: string) => string;
  readonly probability: (of: string, given: string, action: string) => string;
  readonly sum: (over: string, body: string) => string;
  readonly quotient: (above: string, below: string) => string;
  readonly bracketed: (text: string) => string;
};

const plain: Spelling = {
  name: (name) => name.replace(/^(.*?)(\**)$/, (_, stem: string, stars: string) => `${quoted(stem)}${stars}`),
  probability: (of, given, action) =>
    `P${action === '' ? '' : `_{${action}}`}(${of}${given === '' ? '' : ` | ${given}`})`,
  sum: (over, body) => `sum{${over}} ${body}`,
  quotient: (above, below) => `[${above}] / [${below}]`,
  bracketed: (text) => `[${text}]`,
};

const latex: Spelling = {
  name: (name) =>
    name
      .replace(/^(.*?)(\*+)$/, (_, stem: string, stars: string) => `${latexName(stem)}^{${stars}}`)
      .replace(/^([^\\^{}]+)$/, (_, stem: string) => latexName(stem)),
  probability: (of, given, action) =>
    `P${action === '' ? '' : `_{${action}}`}(${of}${given === '' ? '' : ` \\mid ${given}`})`,
  sum: (over, body) => `\\sum_{${over}} ${body}`,
  quotient: (above, below) => `\\frac{${above}}{${below}}`,
  bracketed: (text) => `\\left[${text}\\right]`,
};

/** A name of the language or a member of a family, with or without a value, as it is; any other text in quotes. */
const quoted = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_.]*(?:\[[^\]]*\])?(?:=[\p{L}\p{N}_.+-]+)?$/u.test(name) ? name : JSON.stringify(name);

/** One letter as it is, a longer name upright; an underscore is a character. */
const latexName = (name: string): string =>
  name.length === 1 ? name : `\\mathrm{${name.replaceAll(/[_ ]/g, '\\$&')}}`;

/** An estimand as text: `sum{z} P(y | x, z) P(z)`. A bound name that is also open outside gets a star; a sum reaches to the end of its bracket. */
export const estimandText = (e: Estimand): string => write(e, new Map(), freeNames(e), plain, false);

/** An estimand as LaTeX, without the dollar signs. */
export const estimandLatex = (e: Estimand): string => write(e, new Map(), freeNames(e), latex, false);

/**
 * @param renamed names that stand for bound ones here
 * @param taken names that mean something here
 * @param followed whether something stands behind in the same bracket, which a sum would take in
 */
function write(
  e: Estimand,
  renamed: ReadonlyMap<string, string>,
  taken: ReadonlySet<string>,
  spell: Spelling,
  followed: boolean,
): string {
  const list = (names: readonly string[]): string =>
    names.map((name) => spell.name(renamed.get(name) ?? name)).join(', ');
  switch (e.kind) {
    case 'probability':
      return spell.probability(list(e.of), list(e.given), list(e.action));
    case 'product':
      if (e.factors.length === 0) return '1';
      return e.factors.map((f, k) => write(f, renamed, taken, spell, followed || k + 1 < e.factors.length)).join(' ');
    case 'quotient':
      return spell.quotient(write(e.above, renamed, taken, spell, false), write(e.below, renamed, taken, spell, false));
    case 'sum': {
      const inner = new Map(renamed);
      const all = new Set(taken);
      const over = e.over.map((name) => {
        let fresh = name;
        while (all.has(fresh)) fresh += '*';
        inner.set(name, fresh);
        all.add(fresh);
        return spell.name(fresh);
      });
      const text = spell.sum(over.join(', '), write(e.body, inner, all, spell, false));
      return followed ? spell.bracketed(text) : text;
    }
  }
}
