/** Questions across worlds as text: `P(y[do(x = 1)], not y[do(x = 0)] | z = 1)`. */

/** A variable in a world; a value in a world is a text, or what another variable is in its own world; null: the variable's own name stands for it. */
export type WorldTerm = { readonly variable: string; readonly action: ReadonlyMap<string, WorldTerm | string | null> };

/** A variable in a world with its value; null where none is written. */
export type WorldEvent = WorldTerm & { readonly value: string | null };

/** P(events | evidence). */
export type CounterfactualQuestion = {
  readonly events: readonly WorldEvent[];
  readonly evidence: readonly WorldEvent[];
};

const token =
  /\s*("[^"]*"|\[\s*do\(|\bdo\(|\band\b|\bnot\b|==?|[()[\]|,]|[-+]?[\p{L}\p{N}_][\p{L}\p{N}_.]*(?:\[(?!\s*do\()[^\]]*\])?)/uy;

/** Whether a question speaks of worlds. */
export const speaksOfWorlds = (text: string): boolean => /\[\s*do\(/.test(text);

/**
 * Reads events between commas or `and`, each a variable, in a world `[do(…)]` or in the world seen, with `= value`, with `not` before it, or without a value. A `do(…)`
 * right of the bar operates on all worlds. Null where the text is something else.
 */
export function parseCounterfactual(text: string): CounterfactualQuestion | null {
  const inner = /^\s*P\(([\s\S]*)\)\s*$/.exec(text)?.[1];
  const tokens = inner === undefined ? null : split(inner);
  if (tokens === null) return null;
  let at = 0;
  const take = (sign: RegExp): boolean => {
    if (!sign.test(tokens[at] ?? '')) return false;
    at += 1;
    return true;
  };
  const word = (): string | null => {
    const found = tokens[at];
    if (found === undefined || !/^["\p{L}\p{N}_+-]/u.test(found) || /^(?:and|not|do\()$/.test(found)) return null;
    at += 1;
    return found.replace(/^"(.*)"$/, '$1');
  };
  const actions = (): ReadonlyMap<string, WorldTerm | string | null> | null => {
    const set = new Map<string, WorldTerm | string | null>();
    do {
      const name = word();
      if (name === null || set.has(name)) return null;
      let value: WorldTerm | string | null = null;
      if (take(/^==?$/)) {
        const other = word();
        if (other === null) return null;
        value = other;
        if (take(/^\[/)) {
          const action = actions();
          if (action === null || !take(/^\]$/)) return null;
          value = { variable: other, action };
        }
      }
      set.set(name, value);
    } while (take(/^,$/));
    return take(/^\)$/) ? set : null;
  };
  const deniedOnes = new Set<string>();
  const event = (): WorldEvent | null => {
    const denied = take(/^not$/);
    const variable = word();
    if (variable === null) return null;
    const action = take(/^\[/) ? actions() : new Map<string, string>();
    if (action === null || (action.size > 0 && !take(/^\]$/))) return null;
    if (denied) {
      deniedOnes.add(variable);
      return { variable, action, value: 'false' };
    }
    const value = take(/^==?$/) ? word() : null;
    return value === null && /^=/.test(tokens[at - 1] ?? '') ? null : { variable, action, value };
  };
  const events: WorldEvent[] = [];
  const evidence: WorldEvent[] = [];
  let operated: ReadonlyMap<string, WorldTerm | string | null> = new Map();
  let list = events;
  for (;;) {
    const acted = list === evidence && take(/^do\($/) ? actions() : undefined;
    if (acted === null) return null;
    const next = acted === undefined ? event() : null;
    if (acted === undefined && next === null) return null;
    if (acted !== undefined) operated = new Map([...operated, ...acted]);
    if (next !== null) list.push(next);
    if (at === tokens.length) break;
    if (list === events && take(/^\|$/)) list = evidence;
    else if (!take(/^(?:,|and)$/)) return null;
  }
  const everywhere = (all: readonly WorldEvent[]): readonly WorldEvent[] =>
    all.map((e) => ({
      ...e,
      action: new Map([...operated, ...e.action]),
      // Beside `not y` a bare `y` is no variable but what is denied there.
      value: e.value ?? (deniedOnes.has(e.variable) ? 'true' : null),
    }));
  return { events: everywhere(events), evidence: everywhere(evidence) };
}

function split(text: string): readonly string[] | null {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = token.lastIndex) {
    const found = token.exec(text)?.[1];
    if (found === undefined) return null;
    tokens.push(found);
  }
  return tokens;
}
