/** How a column gets a name that a program can write. */

/** Words that the grammar reserves, and `rows`, which every table has already. */
const taken = new Set(
  (
    'enum const fn sample if then else match for in while let var return observe factor param latent require and or not do true ' +
    'false rows'
  ).split(' '),
);

/**
 * A header's text as an identifier: anything but letters, digits and `_` becomes `_` (`Sepal Length` is `Sepal_Length`), a
 * leading digit gets a `_` before it (`_2019`), and reserved words and `rows` one behind them (`for_`). Null if nothing but blanks is there.
 */
export function identifierOf(header: string): string | null {
  const text = header.trim();
  if (text === '') return null;
  const spelled = text.normalize('NFC').replaceAll(/[^\p{L}\p{N}_]+/gu, '_');
  if (/^\p{N}/u.test(spelled)) return `_${spelled}`;
  return taken.has(spelled) ? `${spelled}_` : spelled;
}
