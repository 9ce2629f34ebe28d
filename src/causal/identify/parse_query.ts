import type { CausalQuery } from './identify.js';

/** A name of the language, a member of a family, or any text in quotes. */
const name = String.raw`(?:"[^"]+"|[\p{L}_][\p{L}\p{N}_.]*(?:\[[^\]]*\])?)`;
const names = new RegExp(name, 'gu');
const action = new RegExp(String.raw`^do\(\s*(${name}(?:\s*,\s*${name})*)\s*\)`, 'u');
const first = new RegExp(`^(${name})`, 'u');

/** Reads `P(y | do(x), z)`: outcomes left of the bar; actions and what is conditioned on right of it. Null where the text is something else. */
export function parseCausalQuery(text: string): CausalQuery | null {
  const inner = /^\s*P\(([\s\S]*)\)\s*$/.exec(text)?.[1];
  if (inner === undefined) return null;
  const bar = inner.indexOf('|');
  const outcome = listOf(bar === -1 ? inner : inner.slice(0, bar), false);
  const right = bar === -1 ? { action: [], given: [] } : listOf(inner.slice(bar + 1), true);
  if (outcome === null || right === null) return null;
  return { outcome: outcome.given, action: right.action, given: right.given, experiments: [] };
}

/** Names with commas between them; `do(…)` among them where it may stand. */
function listOf(
  text: string,
  acting: boolean,
): { readonly action: readonly string[]; readonly given: readonly string[] } | null {
  const acted: string[] = [];
  const given: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const found = acting ? action.exec(rest) : null;
    const one = found ?? first.exec(rest);
    if (one?.[1] === undefined) return null;
    for (const [text] of one[1].matchAll(names)) (found === null ? given : acted).push(text.replace(/^"(.*)"$/, '$1'));
    rest = rest.slice(one[0].length).trim();
    if (rest === '') break;
    if (!rest.startsWith(',')) return null;
    rest = rest.slice(1).trim();
    if (rest === '') return null;
  }
  return given.length === 0 && acted.length === 0 ? null : { action: acted, given };
}
