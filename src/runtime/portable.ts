/**
 * Things that cannot be copied to a worker but can be made there again: an engine by its name, a kernel by its program. Each is
 * written down as a recipe when it is made; in a message the recipe takes its place.
 */

/** How a thing is made again: who makes it, and of what. */
type Recipe = { readonly maker: string; readonly from: unknown };

/** Those who make things from what a recipe says, by name. What they get may be anything. */
export type Makers = Readonly<Record<string, (from: unknown) => unknown>>;

const recipes = new WeakMap<object, Recipe>();

/** Writes down how a thing can be made again. Gives the thing. */
export function remakeable<T extends object>(thing: T, maker: string, from: unknown): T {
  recipes.set(thing, { maker, from });
  return thing;
}

/** The field by which a recipe in a message is known; no name of the language is spelt so. */
const mark = '\u0000made by';

/** A value with recipes in the place of what cannot be copied; null where it holds a function that has none. */
export function packed(value: unknown): { readonly value: unknown } | null {
  let whole = true;
  const result = rewritten(value, (thing) => {
    const recipe = recipes.get(thing);
    if (recipe !== undefined) {
      const from = packed(recipe.from);
      if (from === null) whole = false;
      return { [mark]: recipe.maker, from: from?.value };
    }
    if (typeof thing === 'function') whole = false;
    return null;
  });
  return whole ? { value: result } : null;
}

/** The value that was packed. */
export function unpacked(value: unknown, makers: Makers): unknown {
  return rewritten(
    value,
    (thing) => {
      if (!(mark in thing) || !('from' in thing)) return null;
      const make = makers[String(thing[mark])];
      if (make === undefined) throw new Error(`worker: nobody makes ${String(thing[mark])}`);
      return { made: make(unpacked(thing.from, makers)) };
    },
    'made',
  );
}

/**
 * A copy of plain data in which some things are replaced; what holds none of them is shared, not copied, and what was shared stays so.
 *
 * @param replace the replacement of a thing; null to look into it
 * @param inside the field of the replacement that is meant; left out: all of it
 */
function rewritten(value: unknown, replace: (thing: object) => object | null, inside?: string): unknown {
  const known = new Map<object, unknown>();
  const visit = (part: unknown): unknown => {
    if ((typeof part !== 'object' && typeof part !== 'function') || part === null || ArrayBuffer.isView(part))
      return part;
    if (known.has(part)) return known.get(part);
    known.set(part, part);
    const made = replaced(part);
    known.set(part, made);
    return made;
  };
  const replaced = (part: object): unknown => {
    const other = replace(part);
    if (other !== null) return inside === undefined ? other : Reflect.get(other, inside);
    if (typeof part === 'function') return part;
    if (Array.isArray(part)) {
      let changed: unknown[] | null = null;
      for (let i = 0; i < part.length; i++) {
        const element: unknown = part[i];
        const made = visit(element);
        if (made === element) continue;
        changed ??= [...part];
        changed[i] = made;
      }
      return changed ?? part;
    }
    const prototype: unknown = Object.getPrototypeOf(part);
    if (prototype !== Object.prototype && prototype !== null) return part;
    let changed: Record<string, unknown> | null = null;
    for (const [name, field] of Object.entries(part)) {
      const made = visit(field);
      if (made === field) continue;
      changed ??= { ...part };
      changed[name] = made;
    }
    return changed ?? part;
  };
  return visit(value);
}
