/** Readers of Arrow and Parquet files. They are packages of their own, which a user installs beside this one. */
import type { DiagnosticCode } from '../syntax/codes.js';
import type { StoredColumn } from './columnar.js';

export type ColumnarFormat = 'arrow' | 'parquet';

/** The columns of a file, or why there are none. */
export type Decoded =
  | { readonly ok: true; readonly columns: readonly StoredColumn[]; readonly rows: number }
  | { readonly ok: false; readonly code: DiagnosticCode; readonly why: string; readonly hint: string | null };

const packages = { arrow: 'apache-arrow', parquet: 'hyparquet' } as const;
const nouns = { arrow: 'Arrow', parquet: 'Parquet' } as const;

/** Loads a package by its name. Tests give one that has none. */
type LoadPackage = (name: string) => Promise<unknown>;

const fromInstalled: LoadPackage = (name) => import(name);

/** Reads a file: E0518 where the package is not installed, E0504 where the bytes are not of the format. */
export async function decodeColumnar(
  format: ColumnarFormat,
  bytes: Uint8Array,
  load: LoadPackage = fromInstalled,
): Promise<Decoded> {
  const name = packages[format];
  let reader: unknown;
  try {
    reader = await load(name);
  } catch {
    const why = `is read by the package \`${name}\`, which is not installed`;
    return { ok: false, code: 'E0518', why, hint: `run \`npm install ${name}\` where whatif is installed` };
  }
  try {
    const decoded = format === 'arrow' ? arrowColumns(reader, bytes) : await parquetColumns(reader, bytes);
    if (decoded !== null) return decoded;
  } catch {
    // The reader says in words of its own that the bytes are wrong, or packed in a way that it does not know.
  }
  return { ok: false, code: 'E0504', why: `can not be read as ${nouns[format]}`, hint: null };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

/** Calls a method of an object whose types are not known here. */
function call(target: unknown, method: string, ...args: readonly unknown[]): unknown {
  const found = isObject(target) ? target[method] : undefined;
  if (typeof found !== 'function') throw new TypeError(`there is no ${method}`);
  return Reflect.apply(found, target, args);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Types of Arrow by their numbers in its format; dictionaries are told by what they hold. */
const arrowKinds: Readonly<Record<number, StoredColumn['kind']>> = {
  2: 'int',
  3: 'real',
  5: 'label',
  6: 'bool',
  20: 'label',
};
const arrowDictionary = -1;

function arrowColumns(reader: unknown, bytes: Uint8Array): Decoded | null {
  const table = call(reader, 'tableFromIPC', bytes);
  if (!isObject(table) || !isObject(table.schema)) return null;
  const rows = Number(table.numRows);
  const columns = listOf(table.schema.fields).map((field, index): StoredColumn => {
    const { name, type } = isObject(field) ? field : {};
    const held = isObject(type) && type.typeId === arrowDictionary ? type.dictionary : type;
    const kind = (isObject(held) ? arrowKinds[Number(held.typeId)] : undefined) ?? null;
    const vector = call(table, 'getChildAt', index);
    const cells = kind === null ? [] : Array.from({ length: rows }, (_, row) => call(vector, 'get', row));
    return { name: String(name), kind, stored: String(type), cells };
  });
  return { ok: true, columns, rows };
}

async function parquetColumns(reader: unknown, bytes: Uint8Array): Promise<Decoded | null> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const metadata = call(reader, 'parquetMetadata', file);
  const schema = call(reader, 'parquetSchema', metadata);
  if (!isObject(schema)) return null;
  const records = listOf(await call(reader, 'parquetReadObjects', { file, metadata }));
  const columns = listOf(schema.children).map((child): StoredColumn => {
    const element = isObject(child) && isObject(child.element) ? child.element : {};
    const name = String(element.name);
    const kind = isObject(child) && listOf(child.children).length === 0 ? parquetKind(element) : null;
    const stored = [element.type ?? 'group', element.converted_type ?? ''].join(' ').trim();
    return { name, kind, stored, cells: records.map((record) => (isObject(record) ? record[name] : null)) };
  });
  return { ok: true, columns, rows: records.length };
}

/** Text is bytes that are said to be text; numbers that stand for dates or decimals have a converted type too. */
function parquetKind(element: Readonly<Record<string, unknown>>): StoredColumn['kind'] {
  if (element.repetition_type === 'REPEATED') return null;
  const converted = element.converted_type;
  switch (element.type) {
    case 'DOUBLE':
    case 'FLOAT':
      return 'real';
    case 'BOOLEAN':
      return 'bool';
    case 'INT32':
    case 'INT64':
      return converted === undefined || /^U?INT_(?:8|16|32|64)$/.test(String(converted)) ? 'int' : null;
    case 'BYTE_ARRAY':
      return converted === 'UTF8' || converted === 'ENUM' ? 'label' : null;
    default:
      return null;
  }
}
