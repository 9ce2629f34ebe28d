/**
 * Files of plain data: eight bytes that say what they are, the length of the tree and a checksum of all but these eight (32 bits each, the
 * lowest byte first), the tree as JSON, filled up with spaces to a multiple of 8, and the columns (`columns.ts`).
 */
import { close, closeSync, fsync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { aligned, fromColumns, toColumns } from './columns.js';

const magic = new TextEncoder().encode('whatif\n\u0001');
const headBytes = magic.length + 8;

const padding = new Uint8Array(8);

/**
 * Loading the module takes time that only those who write should pay. No bytes change no sum; the function of Node 20 forgets what came before where
 * a view of none has no memory.
 */
const checksum = (bytes: Uint8Array, before: number): number =>
  bytes.length === 0 ? before : process.getBuiltinModule('node:zlib').crc32(bytes, before);

/**
 * Writes plain data to a file. Throws what the file system throws.
 *
 * @param when as for `writeWhole`; a file that was to be on the disk soon, and was not when the machine went down, is known by its checksum
 */
export function writeColumnsFile(file: string, value: unknown, when: 'now' | 'soon'): void {
  const { tree, columns } = toColumns(value);
  const text = Buffer.from(JSON.stringify(tree));
  const parts: Uint8Array[] = [text, Buffer.alloc(aligned(text.length) - text.length, 0x20)];
  for (const column of columns) {
    parts.push(column);
    const rest = aligned(column.length) - column.length;
    if (rest > 0) parts.push(padding.subarray(0, rest));
  }
  const head = Buffer.alloc(headBytes);
  head.set(magic);
  head.writeUInt32LE(text.length, magic.length);
  const sum = parts.reduce((sum, part) => checksum(part, sum), checksum(head.subarray(magic.length, -4), 0));
  head.writeUInt32LE(sum, magic.length + 4);
  writeWhole(file, [head, ...parts], when);
}

/**
 * Writes bytes in one piece: into another file, which then takes the name, so that a process that is killed at any moment leaves all of
 * them or none under it.
 *
 * @param when whether they are on the disk when this returns; waiting for it may take a second
 */
export function writeWhole(file: string, parts: readonly Uint8Array[], when: 'now' | 'soon'): void {
  const temporary = `${file}.${process.pid}.new`;
  try {
    const descriptor = openSync(temporary, 'w');
    let open = true;
    try {
      for (const part of parts) for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at);
      if (when === 'now') fsyncSync(descriptor);
      else {
        open = false;
        fsync(descriptor, () => close(descriptor));
      }
    } finally {
      if (open) closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (when === 'now') syncFolder(path.dirname(file));
}

/** The new name is on the disk too. Some systems cannot open a folder; there the name comes with the next one. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // What was written is whole either way.
  }
}

/** What a file holds; null where it is none that was written whole. Throws where it can't be read. */
export function readColumnsFile(file: string): { readonly value: unknown } | null {
  const bytes = readFileSync(file);
  if (bytes.length < headBytes || !bytes.subarray(0, magic.length).equals(magic)) return null;
  const length = bytes.readUInt32LE(magic.length);
  const rest = bytes.subarray(headBytes);
  const sum = checksum(rest, checksum(bytes.subarray(magic.length, headBytes - 4), 0));
  if (sum !== bytes.readUInt32LE(magic.length + 4) || length > rest.length) return null;
  const tree: unknown = JSON.parse(rest.toString('utf8', 0, length));
  return { value: fromColumns(tree, rest.subarray(aligned(length))) };
}
