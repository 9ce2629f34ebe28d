/** Prior knowledge as people write it. */
import type { Arrow } from './knowledge.js';

/** What a text says, or what is wrong with it as a sentence without its full stop. */
type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const wordsIn = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** The place of each name; the first that is no column is complained about. */
function placesOf(names: readonly string[], columns: readonly string[]): Parsed<readonly number[]> {
  const unknown = names.find((name) => !columns.includes(name));
  return unknown === undefined
    ? { ok: true, value: names.map((name) => columns.indexOf(name)) }
    : { ok: false, message: `the table has no column \`${unknown}\`; it has ${columns.join(', ')}` };
}

/** `a, b, c`: columns, each once. */
export function parseColumns(text: string, columns: readonly string[]): Parsed<readonly number[]> {
  const names = wordsIn(text);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (names.length === 0 || twice !== undefined)
    return { ok: false, message: twice === undefined ? 'write names as in "a, b"' : `\`${twice}\` stands twice` };
  return placesOf(names, columns);
}

/** `a, b < c < d, e`: columns by tiers, the earliest first. */
export function parseTiers(text: string, columns: readonly string[]): Parsed<readonly (readonly number[])[]> {
  const tiers: (readonly number[])[] = [];
  for (const part of text.split('<')) {
    const names = wordsIn(part);
    if (names.length === 0)
      return { ok: false, message: 'write tiers as in "a, b < c": causes stand left of their effects' };
    const places = placesOf(names, columns);
    if (!places.ok) return places;
    tiers.push(places.value);
  }
  const all = tiers.flat();
  const twice = all.find((place, k) => all.indexOf(place) !== k);
  return twice === undefined
    ? { ok: true, value: tiers }
    : { ok: false, message: `\`${columns[twice]}\` stands in two tiers` };
}

/** `a -> b`, with several names at either end where there are commas: an arrow for each pair. */
export function parseArrows(text: string, columns: readonly string[]): Parsed<readonly Arrow[]> {
  const sides = text.split('->').map(wordsIn);
  const [left, right] = sides;
  if (left === undefined || right === undefined || sides.length !== 2 || left.length * right.length === 0)
    return { ok: false, message: 'write an arrow as in "a -> b"' };
  const [from, to] = [placesOf(left, columns), placesOf(right, columns)];
  if (!from.ok) return from;
  if (!to.ok) return to;
  const arrows = from.value.flatMap((a) => to.value.map((b): Arrow => [a, b]));
  return arrows.some(([a, b]) => a === b)
    ? { ok: false, message: 'an arrow has two ends' }
    : { ok: true, value: arrows };
}
