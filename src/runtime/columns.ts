/**
 * Plain data as bytes: typed arrays stay columns of raw numbers (in the byte order of the machine, which is the same on all that are
 * known to run this), all else is a small text of JSON beside them. What comes back is the same to the bit: NaN, -0 and undefined too.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Data that was taken apart: `tree` refers to places in the columns, which stand one after another, each at a multiple of 8 bytes. */
type Columns = { readonly tree: Json; readonly columns: readonly Uint8Array[]; readonly bytes: number };

/** The field that marks what JSON has no words for. */
const mark = '$';
/** A plain array of at least so many numbers is a column. */
const longList = 8;

const kinds = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  i16: Int16Array,
  u16: Uint16Array,
  i8: Int8Array,
  u8: Uint8Array,
} as const;

type Kind = keyof typeof kinds;

const isKind = (name: unknown): name is Kind => typeof name === 'string' && Object.hasOwn(kinds, name);

/** Takes plain data apart: numbers, strings, bools, null, undefined, typed arrays, arrays and records of these. */
export function toColumns(value: unknown): Columns {
  const columns: Uint8Array[] = [];
  let bytes = 0;
  const place = (view: ArrayBufferView): number => {
    const at = bytes;
    columns.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    bytes += aligned(view.byteLength);
    return at;
  };
  const visit = (part: unknown): Json => {
    switch (typeof part) {
      case 'number':
        return Number.isFinite(part) && !Object.is(part, -0)
          ? part
          : { [mark]: Object.is(part, -0) ? '-0' : `${part}` };
      case 'string':
      case 'boolean':
        return part;
      case 'undefined':
        return { [mark]: 'undefined' };
      case 'object':
        return part === null ? null : visitObject(part);
      default:
        throw new TypeError(`columns: a ${typeof part} is no plain data`);
    }
  };
  const visitObject = (part: object): Json => {
    for (const kind of Object.keys(kinds)) {
      if (isKind(kind) && part instanceof kinds[kind] && ArrayBuffer.isView(part))
        return { [mark]: kind, at: place(part), n: part.length };
    }
    if (Array.isArray(part)) {
      if (part.length < longList || !part.every((element) => typeof element === 'number')) return part.map(visit);
      return { [mark]: 'list', at: place(Float64Array.from(part)), n: part.length };
    }
    const fields = Object.entries(part).map(([name, field]) => [name, visit(field)] as const);
    return mark in part ? { [mark]: 'record', of: fields } : Object.fromEntries(fields);
  };
  const tree = visit(value);
  return { tree, columns, bytes };
}

/** Puts data together again. Throws where the tree is none that `toColumns` gives, or the bytes are too few. */
export function fromColumns(tree: unknown, bytes: Uint8Array): unknown {
  const column = (kind: Kind, at: unknown, n: unknown) => {
    const Column = kinds[kind];
    if (typeof at !== 'number' || typeof n !== 'number') throw broken();
    const length = n * Column.BYTES_PER_ELEMENT;
    if (at + length > bytes.byteLength) throw broken();
    // A copy of its own; `slice` of Node's buffers makes none.
    return new Column(new Uint8Array(bytes.subarray(at, at + length)).buffer);
  };
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    if (!(mark in part)) return Object.fromEntries(Object.entries(part).map(([name, field]) => [name, visit(field)]));
    const [kind, at, n, of] = [part[mark], Reflect.get(part, 'at'), Reflect.get(part, 'n'), Reflect.get(part, 'of')];
    if (isKind(kind)) return column(kind, at, n);
    switch (kind) {
      case 'list':
        return Array.from(column('f64', at, n));
      case 'undefined':
        return undefined;
      case 'record':
        if (!Array.isArray(of)) throw broken();
        return Object.fromEntries(
          of.map((entry) => {
            if (!Array.isArray(entry)) throw broken();
            return [String(entry[0]), visit(entry[1])];
          }),
        );
      default:
        return Number(kind);
    }
  };
  return visit(tree);
}

const broken = (): Error => new Error('columns: this is not what was written');

/** The next multiple of 8. */
export const aligned = (bytes: number): number => (bytes + 7) & ~7;
