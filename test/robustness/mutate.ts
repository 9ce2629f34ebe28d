/** Texts that nobody would write: programs with random damage, and random bytes. */

/** A small generator of whole numbers below a bound, from a seed (mulberry32). */
export type Random = (bound: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** Pieces that meet a parser where it is weak. */
const pieces = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  '|',
  '~',
  ':=',
  '=',
  '==',
  '..',
  '..=',
  '=>',
  '->',
  '<->',
  '-',
  '^',
  '%',
  '"',
  "'",
  '`',
  '//',
  '/*',
  '*/',
  '///',
  '${',
  '\\',
  '\u0000',
  '\u200d',
  '\ud800',
  '\u2028',
  'é',
  '😀',
  '.',
  '1.',
  '.5',
  '1e999',
  '1e',
  '0x1F',
  '99999999999999999999',
  '\r',
  '\t',
  'query ',
  'model ',
  'dist ',
  'graph ',
  'enum ',
  'const ',
  'data ',
  'import ',
  'extern fn ',
  'fn ',
  'if ',
  'else ',
  'then ',
  'for ',
  'in ',
  'while ',
  'match ',
  'let ',
  'var ',
  'return ',
  'observe ',
  'factor ',
  'param ',
  'latent ',
  'sample ',
  'do(',
  'P(',
  'E(',
  'I(',
  'posterior(',
  'evidence(',
  'identify ',
  'estimate ',
  'argmax ',
  'given ',
  'using ',
  'not ',
  'and ',
  'or ',
  'true',
  'false',
  '_',
  'normal(0, -1)',
  'x[',
  'x[0]',
  '[do(x = 1)]',
  '__proto__',
  'constructor',
  'toString',
  'prototype',
  'resample',
  'infinity',
  'exists(',
  'require ',
  'draw = ',
  'logpdf(x) = ',
];

/** Which kinds of damage a text can take. */
const damages: readonly ((text: string, other: string, random: Random) => string)[] = [
  (text, _, random) => cut(text, random(text.length), 1 + random(12), ''),
  (text, _, random) => cut(text, random(text.length), 0, pieces[random(pieces.length)]!),
  (text, _, random) => cut(text, random(text.length), 1, pieces[random(pieces.length)]!),
  (text, _, random) => cut(text, random(text.length), 1, String.fromCodePoint(random(0x2fff))),
  (text, _, random) => text.slice(0, random(text.length)),
  (text, _, random) => text.slice(random(text.length)),
  (text, _, random) => {
    const start = random(text.length);
    return cut(text, start, 0, text.slice(start, start + random(80)));
  },
  (text, other, random) => {
    const start = random(other.length);
    return cut(text, random(text.length), random(40), other.slice(start, start + random(80)));
  },
  (text, _, random) => swapWords(text, random),
  (text, _, random) => swapLines(text, random),
];

const cut = (text: string, start: number, length: number, put: string): string =>
  text.slice(0, start) + put + text.slice(start + length);

function swapWords(text: string, random: Random): string {
  const words = text.split(/(\b)/);
  const i = random(words.length);
  const j = random(words.length);
  [words[i], words[j]] = [words[j]!, words[i]!];
  return words.join('');
}

function swapLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const i = random(lines.length);
  const [line] = lines.splice(i, 1);
  lines.splice(random(lines.length + 1), 0, line!);
  return lines.join('\n');
}

/** One to three damages to one of the texts. */
export function mutant(texts: readonly string[], random: Random): string {
  let text = texts[random(texts.length)]!;
  for (let k = 1 + random(3); k > 0; k--)
    text = damages[random(damages.length)]!(text, texts[random(texts.length)]!, random);
  return text;
}

/** Up to 300 random bytes, read as a file is: what is no UTF-8 becomes replacement characters. */
export function randomBytes(random: Random): string {
  const bytes = Uint8Array.from({ length: 1 + random(300) }, () => (random(3) === 0 ? random(256) : 32 + random(95)));
  return new TextDecoder().decode(bytes);
}
