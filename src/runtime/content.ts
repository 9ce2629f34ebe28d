/**
 * Names for plain data by what is in it: equal data have equal names, other data other ones, but for chance in 2^-100 or so. Serves to find
 * again what was made of the same data before.
 */

/** Names of things that were named before; they are never changed. */
const known = new WeakMap<object, string>();

/** Words by which kinds of data are told apart. */
const tags = { number: 1, string: 2, array: 3, record: 4, typed: 5, other: 6, named: 7 } as const;

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/**
 * The name of numbers, strings, bools, null, undefined, typed arrays, arrays and records of these. Big arrays and records are named by themselves
 * and remembered, so that their elements are read once. Functions are all the same.
 */
export function contentOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const found = known.get(value);
    if (found !== undefined) return found;
  }
  // Two rounds at once, of the kind of cyrb53 (public domain), with different seeds.
  let [a, b, c, d] = [0x2b992ddf, 0x41c6ce57, 0x6a09e667, 0x3c6ef372];
  const mix = (word: number): void => {
    a = Math.imul(a ^ word, 2654435761);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ word, 1597334677);
    b = (b << 15) | (b >>> 17);
    c = Math.imul(c ^ word, 2246822507);
    c = (c << 11) | (c >>> 21);
    d = Math.imul(d ^ word, 3266489909);
    d = (d << 17) | (d >>> 15);
  };
  const mixNumber = (x: number): void => {
    double[0] = x;
    mix(words[0]!);
    mix(words[1]!);
  };
  const mixString = (text: string): void => {
    mix(text.length);
    for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i));
  };
  const visit = (part: unknown): void => {
    switch (typeof part) {
      case 'number':
        mix(tags.number);
        mixNumber(part);
        return;
      case 'string':
        mix(tags.string);
        mixString(part);
        return;
      case 'object':
        break;
      default:
        mix(tags.other);
        mixString(typeof part === 'boolean' ? String(part) : typeof part);
        return;
    }
    if (part === null) {
      mix(tags.other);
      return;
    }
    if (part instanceof Float64Array || part instanceof Int32Array) {
      mix(tags.typed);
      if (part.length > longArray && part !== value) {
        mix(tags.named);
        mixString(contentOf(part));
        return;
      }
      mix(part.length);
      for (let i = 0; i < part.length; i++) mixNumber(part[i]!);
      return;
    }
    if (Array.isArray(part)) {
      mix(tags.array);
      mix(part.length);
      for (const element of part) visit(element);
      return;
    }
    mix(tags.record);
    for (const name in part) {
      mixString(name);
      visit(Reflect.get(part, name));
    }
    mix(tags.record);
  };
  visit(value);
  const name = [a ^ (c >>> 7), b ^ (d >>> 9), c ^ (a >>> 11), d ^ (b >>> 5)]
    .map((word) => (Math.imul(word ^ (word >>> 16), 2246822507) >>> 0).toString(16).padStart(8, '0'))
    .join('');
  if (typeof value === 'object' && value !== null) known.set(value, name);
  return name;
}

/** Numbers from which on an array has a name of its own. */
const longArray = 256;

/** Things made of data, found again by its name; of many, those used last. */
export type Kept<T> = {
  /** What was made under a name, or what `make` makes now; what it throws is not kept. */
  readonly get: (name: string, make: () => T) => T;
  /** Keeps what was made elsewhere, unless there is something of the name. */
  readonly put: (name: string, thing: T) => void;
  readonly entries: () => readonly (readonly [name: string, thing: T])[];
};

/** Keeps so many things at most. */
export function keptThings<T>(most: number): Kept<T> {
  const things = new Map<string, { readonly thing: T }>();
  const keep = (name: string, found: { readonly thing: T }): void => {
    things.delete(name);
    things.set(name, found);
    const [oldest] = things.keys();
    if (things.size > most && oldest !== undefined) things.delete(oldest);
  };
  return {
    get: (name, make) => {
      const found = things.get(name) ?? { thing: make() };
      keep(name, found);
      return found.thing;
    },
    put: (name, thing) => {
      if (!things.has(name)) keep(name, { thing });
    },
    entries: () => [...things].map(([name, { thing }]) => [name, thing]),
  };
}
