/** What a run was asked, and of what: enough to ask it again, and to see that it is still the same question. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { version } from '../version.js';
import type { Shard } from './shard.js';

/** `folder` is where the command was given, and `inputs` are the files that it read, by their paths from there. */
export type RunHeader = {
  readonly format: 1;
  readonly whatif: string;
  /** The engine of JavaScript: another may round otherwise. */
  readonly v8: string;
  readonly folder: string;
  readonly args: readonly string[];
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  readonly shard: Shard | null;
};

/** A file as it was when it was read: changes until it is hashed are seen. */
export type Stamp = { readonly size: number; readonly changed: number };

/** Null where there is no such file. */
export function stampOf(file: string): Stamp | null {
  const facts = statSync(file, { throwIfNoEntry: false });
  return facts === undefined ? null : { size: facts.size, changed: facts.mtimeMs };
}

const hashOf = (file: string): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(readFileSync(file)).digest('hex');

/** The header of a run that this process has begun. Throws where a file is not any longer what was read. */
export function headerFor(args: readonly string[], read: ReadonlyMap<string, Stamp>, shard: Shard | null): RunHeader {
  const folder = process.cwd();
  const inputs = [...read].map(([file, stamp]) => {
    const now = stampOf(file);
    if (now?.size !== stamp.size || now.changed !== stamp.changed)
      throw new Error(`${file} has changed since it was read`);
    return { path: path.relative(folder, path.resolve(file)), sha256: hashOf(file) };
  });
  return { format: 1, whatif: version, v8: process.versions.v8, folder, args, inputs, shard };
}

/** A header from its JSON form; null where it is none. */
export function readHeader(value: unknown): RunHeader | null {
  if (!isRecord(value)) return null;
  const { format, whatif, v8, folder, args, inputs, shard } = value;
  if (format !== 1 || typeof whatif !== 'string' || typeof v8 !== 'string' || typeof folder !== 'string') return null;
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === 'string') || !Array.isArray(inputs)) return null;
  const files = inputs.flatMap((input: unknown) =>
    isRecord(input) && typeof input.path === 'string' && typeof input.sha256 === 'string'
      ? [{ path: input.path, sha256: input.sha256 }]
      : [],
  );
  const known =
    isRecord(shard) && typeof shard.number === 'number' && typeof shard.of === 'number'
      ? { number: shard.number, of: shard.of }
      : null;
  return { format, whatif, v8, folder, args, inputs: files, shard: known };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Why a run can't be gone on with here, in `folder`; null where it can. */
export function whyOther(header: RunHeader, folder: string): string | null {
  if (header.whatif !== version) return `it was begun by whatif ${header.whatif}, and this is ${version}`;
  if (header.v8 !== process.versions.v8)
    return `it was begun on V8 ${header.v8}, and this Node has ${process.versions.v8}, which may round otherwise`;
  for (const { path: file, sha256 } of header.inputs) {
    const full = path.resolve(folder, file);
    let now: string;
    try {
      now = hashOf(full);
    } catch {
      return `${file} can not be read any more`;
    }
    if (now !== sha256) return `${file} has changed since then`;
  }
  return null;
}
