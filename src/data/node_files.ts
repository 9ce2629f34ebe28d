/**
 * Files for programs that run under Node. A program reads only what stays under the folder of the file that is run, or under
 * a folder that the user allows; links are resolved before that is decided, and a refused file is never opened.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type CommandSettings, runningCommand } from '../runtime/node_command.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import { diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { tableOfColumns } from './columnar.js';
import { parseCsv } from './csv.js';
import type { CommandRequest, Host, ReadRequest, RunningCommand, TableReader, TableRequest } from './host.js';
import { parseJsonRows } from './json_rows.js';
import { type ColumnarFormat, type Decoded, decodeColumnar } from './node_columnar.js';
import { readStandardInput } from './node_stdin.js';
import type { Table } from './table.js';

export type NodeHostOptions = {
  /** Folders beside that of the run file from which a program may read, as the user wrote them. */
  readonly allowRead: readonly string[];
  /** Files to read in the place of a data set's own, by its name: what `--data name=path` says. The user chose them, so they may lie anywhere. `-` is standard input. */
  readonly data?: ReadonlyMap<string, string>;
  /** Bytes in one file; 512 MB if left out. */
  readonly largest?: number;
  /** Told of each file that is going to be read, here or by a command that names it, by its path. */
  readonly onRead?: (file: string) => void;
  /** Lets the program run the commands that it names, and says how; left out, it may run none. */
  readonly commands?: CommandSettings;
};

/**
 * A host that reads files. Readers of Arrow and Parquet take their time, while a program asks for its tables at once: the first time it is refused
 * (E0518), `load` reads what was asked for and says whether there was anything, and then the program is opened again.
 */
export type NodeHost = Host & { readonly load: () => Promise<boolean> };

const defaultLargest = 512 * 1024 * 1024;

/** Why a file was not read. Says nothing of what is in it. */
type Refusal = { readonly code: DiagnosticCode; readonly why: string; readonly hint: string | null };

const refuse = (code: DiagnosticCode, why: string, hint: string | null = null): Refusal => ({ code, why, hint });

/**
 * A host for a program in `folder` (of the file that is run, as the user wrote it; the working folder for standard input).
 * Paths in the run file start from that folder, those in an import from the import's own.
 */
export function nodeHost(folder: string, options: NodeHostOptions): NodeHost {
  const root = realFolder(folder);
  const allowed = options.allowRead.map(realFolder);
  const largest = options.largest ?? defaultLargest;
  // Folders of the sources that were read, by their names; the run file, and all others, lie in the root.
  const folders = new Map<string, string>();

  // Arrow and Parquet files by their paths: those that were asked for, and those that were read.
  const wanted = new Map<string, { readonly format: ColumnarFormat; readonly flags: number }>();
  const decoded = new Map<string, Decoded>();

  const locateFor = (request: ReadRequest): string | Refusal => {
    const roots = path.isAbsolute(request.path) ? allowed : [root, ...allowed];
    return locate(request.path, folders.get(request.source.name) ?? root, roots);
  };
  const readText = (request: ReadRequest): Outcome<Source> => {
    const found = locateFor(request);
    if (typeof found !== 'string') return reject(request, found);
    options.onRead?.(found);
    const text = readUtf8(found, largest, constants.O_NOFOLLOW);
    if (typeof text !== 'string') return reject(request, text);
    const name = nameFrom(folder, root, found);
    folders.set(name, path.dirname(found));
    return succeed({ name, text });
  };
  const readChosen = (file: string, request: ReadRequest): Outcome<Source> => {
    if (file !== '-') options.onRead?.(path.resolve(file));
    const text = file === '-' ? readInput() : readUtf8(path.resolve(file), largest, 0);
    return typeof text === 'string' ? succeed({ name: file, text }) : reject({ ...request, path: file }, text);
  };
  const readColumns = (request: TableRequest, format: ColumnarFormat, chosen: string | undefined): Outcome<Table> => {
    const named = chosen === undefined ? request : { ...request, path: chosen };
    const found = chosen === undefined ? locateFor(request) : path.resolve(chosen);
    if (typeof found !== 'string') return reject(named, found);
    const known = decoded.get(found);
    if (known === undefined) {
      options.onRead?.(found);
      wanted.set(found, { format, flags: chosen === undefined ? constants.O_NOFOLLOW : 0 });
      return reject(named, refuse('E0518', 'has not been loaded'));
    }
    if (!known.ok) return reject(named, refuse(known.code, known.why, known.hint));
    return tableOfColumns(known.columns, known.rows, JSON.stringify(named.path), request, request);
  };
  return {
    readText,
    readTable: (request) => {
      const chosen = options.data?.get(request.table);
      const reader = readerFor(request.reader, chosen);
      if (reader === 'arrow' || reader === 'parquet') return readColumns(request, reader, chosen);
      const source = chosen === undefined ? readText(request) : readChosen(chosen, request);
      if (!source.ok) return source;
      const { table, enums, separator } = request;
      if (reader === 'json') return parseJsonRows(source.value, { table, enums });
      return parseCsv(source.value, { table, enums, ...(separator === null ? {} : { separator }) });
    },
    load: async () => {
      const files = [...wanted];
      wanted.clear();
      for (const [file, { format, flags }] of files) {
        const bytes = readBytes(file, largest, flags);
        decoded.set(file, bytes instanceof Uint8Array ? await decodeColumnar(format, bytes) : { ok: false, ...bytes });
      }
      return files.length > 0;
    },
    openCommand: ({ source, ...request }) => {
      if (options.commands === undefined) return notAllowed(request);
      const home = folders.get(source.name) ?? root;
      for (const file of filesOf(request.words, home, largest)) options.onRead?.(file);
      return runningCommand({ ...request, ...options.commands, folder: home });
    },
  };
}

/**
 * Files that the words of a command name, as `sim.py` in `python sim.py`: its answers hang on them. A word without a separator in the
 * first place is a program of the system. Files that are too large to be read for every look at them are left out.
 */
function filesOf([program = '', ...args]: readonly string[], folder: string, largest: number): readonly string[] {
  const named = [
    ...(program.includes('/') ? [program] : []),
    ...args.map((word) => /^--?[\w-]+=(.+)$/.exec(word)?.[1] ?? word),
  ];
  return named.flatMap((name) => {
    const file = path.resolve(folder, name);
    const facts = statSync(file, { throwIfNoEntry: false });
    return facts?.isFile() === true && facts.size <= largest ? [file] : [];
  });
}

const notAllowed = ({ words }: Pick<CommandRequest, 'words'>): RunningCommand => ({
  call: () => ({
    code: 'E0620',
    message: `The program wants to run the command "${words.join(' ')}"; allow it with --allow-run if you trust it.`,
  }),
});

const endings: readonly (readonly [string, TableReader])[] = [
  ['.csv', 'csv'],
  ['.json', 'json'],
  ['.arrow', 'arrow'],
  ['.feather', 'arrow'],
  ['.parquet', 'parquet'],
];

/** A file that the user puts in the place of another may be of another format: its ending tells. */
const readerFor = (reader: TableReader, chosen: string | undefined): TableReader =>
  endings.find(([ending]) => chosen?.endsWith(ending))?.[1] ?? reader;

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

/** The text of a file that `locate` or the user has let pass. */
function readUtf8(file: string, largest: number, flags: number): string | Refusal {
  const bytes = readBytes(file, largest, flags);
  return bytes instanceof Uint8Array ? decodeUtf8(bytes) : bytes;
}

/** The bytes of a file. `flags` keeps a link from taking its place after it was let pass. */
function readBytes(file: string, largest: number, flags: number): Uint8Array | Refusal {
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
    return readFileSync(descriptor);
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
