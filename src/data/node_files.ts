/**
 * Files for programs that run under Node. A program reads only what stays under the folder of the file that is run, or under
 * a folder that the user allows; links are resolved before that is decided, and a refused file is never opened.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { DiagnosticCode } from '../syntax/codes.js';
import { diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { parseCsv } from './csv.js';
import type { Host, ReadRequest } from './host.js';
import { parseJsonRows } from './json_rows.js';
import { readStandardInput } from './node_stdin.js';

export type NodeHostOptions = {
  /** Folders beside that of the run file from which a program may read, as the user wrote them. */
  readonly allowRead: readonly string[];
  /** Files to read in the place of a data set's own, by its name: what `--data name=path` says. The user chose them, so they may lie anywhere. `-` is standard input. */
  readonly data?: ReadonlyMap<string, string>;
  /** Bytes in one file; 512 MB if left out. */
  readonly largest?: number;
};

const defaultLargest = 512 * 1024 * 1024;

/** Why a file was not read. Says nothing of what is in it. */
type Refusal = { readonly code: DiagnosticCode; readonly why: string; readonly hint: string | null };

const refuse = (code: DiagnosticCode, why: string, hint: string | null = null): Refusal => ({ code, why, hint });

/**
 * A host for a program in `folder` (of the file that is run, as the user wrote it; the working folder for standard input).
 * Paths in the run file start from that folder, those in an import from the import's own.
 */
export function nodeHost(folder: string, options: NodeHostOptions): Host {
  const root = realFolder(folder);
  const allowed = options.allowRead.map(realFolder);
  const largest = options.largest ?? defaultLargest;
  // Folders of the sources that were read, by their names; the run file, and all others, lie in the root.
  const folders = new Map<string, string>();

  const readText = (request: ReadRequest): Outcome<Source> => {
    const roots = path.isAbsolute(request.path) ? allowed : [root, ...allowed];
    const found = locate(request.path, folders.get(request.source.name) ?? root, roots);
    if (typeof found !== 'string') return reject(request, found);
    const text = readUtf8(found, largest, constants.O_NOFOLLOW);
    if (typeof text !== 'string') return reject(request, text);
    const name = nameFrom(folder, root, found);
    folders.set(name, path.dirname(found));
    return succeed({ name, text });
  };
  const readChosen = (file: string, request: ReadRequest): Outcome<Source> => {
    const text = file === '-' ? readInput() : readUtf8(path.resolve(file), largest, 0);
    return typeof text === 'string' ? succeed({ name: file, text }) : reject({ ...request, path: file }, text);
  };
  return {
    readText,
    readTable: (request) => {
      const chosen = options.data?.get(request.table);
      const source = chosen === undefined ? readText(request) : readChosen(chosen, request);
      if (!source.ok) return source;
      const { table, enums, separator } = request;
      if (readsAsJson(request.reader, chosen)) return parseJsonRows(source.value, { table, enums });
      return parseCsv(source.value, { table, enums, ...(separator === null ? {} : { separator }) });
    },
  };
}

/** A file that the user puts in the place of another may be of the other format: its ending tells. */
function readsAsJson(reader: 'csv' | 'json', chosen: string | undefined): boolean {
  if (chosen?.endsWith('.json')) return true;
  if (chosen?.endsWith('.csv')) return false;
  return reader === 'json';
}

function reject(request: ReadRequest, { code, why, hint }: Refusal): Outcome<never> {
  return fail(diagnose(code, `${JSON.stringify(request.path)} ${why}`, request.source, request.span, hint));
}

/** The real path of a file that may be read, or why it may not. */
function locate(written: string, from: string, roots: readonly string[]): string | Refusal {
  const outside = refuse(
    'E0502',
    'lies outside the folder of the program',
    'move it there, or allow its folder with `--allow-read DIR`',
  );
  if (written.includes('\0')) return refuse('E0501', 'is not a path');
  const wanted = path.resolve(from, written);
  // Decided before the file system is asked, so that a program can't find out which files exist elsewhere.
  if (!isUnder(wanted, roots)) return outside;
  let real: string;
  try {
    real = realpathSync(wanted);
  } catch (error) {
    return codeOf(error) === 'EACCES' || codeOf(error) === 'ELOOP'
      ? refuse('E0504', 'can not be read')
      : refuse('E0501', 'is not there');
  }
  return isUnder(real, roots) ? real : outside;
}

const isUnder = (file: string, roots: readonly string[]): boolean =>
  roots.some((root) => {
    const inner = path.relative(root, file);
    return inner !== '' && inner !== '..' && !inner.startsWith(`..${path.sep}`) && !path.isAbsolute(inner);
  });

/** The text of a file that `locate` or the user has let pass. `flags` keeps a link from taking its place in between. */
function readUtf8(file: string, largest: number, flags: number): string | Refusal {
  let descriptor: number;
  try {
    // Not blocking: a pipe without a writer would hang.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? refuse('E0501', 'is not there') : refuse('E0504', 'can not be read');
  }
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) return refuse('E0504', 'is not a file');
    if (facts.size > largest) return refuse('E0503', `is larger than ${Math.floor(largest / 1024 ** 2)} MB`);
    return decodeUtf8(readFileSync(descriptor));
  } catch {
    return refuse('E0504', 'can not be read');
  } finally {
    closeSync(descriptor);
  }
}

function readInput(): string | Refusal {
  try {
    return decodeUtf8(readStandardInput());
  } catch {
    return refuse('E0504', 'can not be read');
  }
}

function decodeUtf8(bytes: Uint8Array): string | Refusal {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('E0504', 'is not text in UTF-8');
  }
}

/** A folder without links; as written if it is not there. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return path.resolve(folder);
  }
}

/** A file's name in messages: beside the run file as the user wrote its folder, with `/` on every system; absolute if it lies elsewhere. */
function nameFrom(folder: string, root: string, file: string): string {
  const inner = path.relative(root, file);
  return inner.startsWith('..') || path.isAbsolute(inner) ? file : path.join(folder, inner).split(path.sep).join('/');
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
