/**
 * Compiles C with the compiler of the machine and loads what comes out, on Node. Libraries are kept in the user's cache folder under a hash of
 * their text, the compiler and the processor, so that a program is compiled once.
 */
import { type NativeCompiler, type NativeModule, nativeEngine } from '../codegen/c/native.js';
import type { Refused } from '../codegen/c/program_text.js';
import { provideEngine } from '../plan/engines.js';
import { makeFolder } from './node_folder.js';

/** What is asked of the compiler: neither fused operations nor another order of them, so that bits stay. */
const flags = ['-march=native', '-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math', '-shared', '-fPIC', '-w'];
const ofPlatform: readonly string[] = [
  ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
  ...(process.arch === 'x64' ? ['-mprefer-vector-width=512'] : []),
];
/**
 * How hard the compiler tries: beyond so many characters, some 400 draws in a row, it takes a quarter of the time without vectors, and the
 * better code would not make up for the rest.
 */
const effort = (text: string): string => (text.length > 300_000 ? '-O1' : '-O3');

/** Modules of Node are loaded by who compiles: most runs do not. */
const needed = () => ({
  ...process.getBuiltinModule('node:child_process'),
  ...process.getBuiltinModule('node:crypto'),
  ...process.getBuiltinModule('node:fs'),
  ...process.getBuiltinModule('node:os'),
  ...process.getBuiltinModule('node:path'),
  ...process.getBuiltinModule('node:worker_threads'),
});

/** Milliseconds that compiling may take. */
const patience = 120_000;

/** A C compiler: a command with arguments of its own, and what it calls itself. */
type Compiler = { readonly words: readonly string[]; readonly version: string };

/** What the environment says: the compiler, and the folder of caches. */
type Environment = { readonly [name in 'CC' | 'XDG_CACHE_HOME']?: string | undefined };

/** The C compiler of the machine, or why there is none: `CC`, which may have arguments, as `make` reads it, or `cc`. */
function compilerOf({ CC = '' }: Environment): Compiler | Refused {
  const own = CC.split(/\s+/).filter((word) => word !== '');
  const words = own.length === 0 ? ['cc'] : own;
  const [command = '', ...args] = words;
  const { error, signal, status, stdout } = needed().spawnSync(command, [...args, '--version'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  if (status === 0) return { words, version: stdout };
  if (own.length === 0) return { reason: 'there is no C compiler (`cc`) on this machine' };
  const why = error?.message ?? (signal === null ? `it ends with code ${status}` : `${signal} ended it`);
  return { reason: `\`${words.join(' ')} --version\`, by the C compiler that \`CC\` names, does not work: ${why}` };
}

/** The folder for libraries, which nobody else may write into. */
function cacheFolder({ XDG_CACHE_HOME }: Environment): string {
  const { chmodSync, homedir, join, statSync } = needed();
  const base = XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(base, 'whatif', 'native');
  makeFolder(folder, 0o700);
  const { uid, mode } = statSync(folder);
  const me = process.getuid?.();
  if (me !== undefined && uid !== me) throw new Error(`${folder} belongs to another user`);
  if ((mode & 0o022) !== 0) chmodSync(folder, 0o700);
  return folder;
}

function isModule(made: unknown): made is NativeModule {
  return typeof made === 'object' && made !== null && 'create' in made && 'run' in made;
}

function load(file: string): NativeModule {
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, file);
  if (!isModule(module.exports)) throw new Error(`${file} is no library of Whatif`);
  return module.exports;
}

/** Libraries that are kept at most, and how many are left when the oldest go. */
const mostKept = 500;
const keptThen = 300;

/** Milliseconds after which nobody works on a file any more that has not taken its name. */
const abandoned = 10 * patience;

/** Makes room in the cache folder, and takes away what processes left that were ended. */
function prune(folder: string): void {
  const { join, readdirSync, rmSync, statSync } = needed();
  const aged = readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? [] : [{ file, named: name.endsWith('.node'), changed: found.mtimeMs }];
  });
  const libraries = aged.filter(({ named }) => named).sort((a, b) => b.changed - a.changed);
  const old = libraries.length > mostKept ? libraries.slice(keptThen) : [];
  const left = aged.filter(({ named, changed }) => !named && changed < Date.now() - abandoned);
  for (const { file } of [...old, ...left]) rmSync(file, { force: true });
}

/** The checksum of a file, of as many digits as names have. */
const checksumOf = (file: string): string => digest([needed().readFileSync(file)]);

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = needed().createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 32);
}

/** Compiles to a file; null, or why there is none. */
function compile({ words }: Compiler, text: string, to: string): string | null {
  const { rmSync, spawnSync, statSync, writeFileSync } = needed();
  const [command = '', ...args] = words;
  const source = `${to}.c`;
  writeFileSync(source, text, { mode: 0o600 });
  const made = spawnSync(command, [...args, effort(text), ...flags, ...ofPlatform, '-o', to, source, '-lm'], {
    encoding: 'utf8',
    timeout: patience,
  });
  rmSync(source, { force: true });
  const name = words.join(' ');
  if (made.status === 0)
    return (statSync(to, { throwIfNoEntry: false })?.size ?? 0) > 0
      ? null
      : `${name} ended without an error and wrote no library`;
  if (made.error !== undefined && 'code' in made.error && made.error.code === 'ETIMEDOUT')
    return `${name} took more than ${patience / 1000} s`;
  if (made.signal !== null) return `${name} was ended by ${made.signal}`;
  const why = made.error?.message ?? /error: (.*)/.exec(made.stderr)?.[1] ?? made.stderr.slice(0, 200);
  return `${name} refuses it: ${why}`;
}

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Loads, or says why not. */
function tryToLoad(file: string): NativeModule | Refused {
  try {
    return load(file);
  } catch (thrown) {
    return { reason: `its library cannot be loaded: ${reasonOf(thrown)}` };
  }
}

/**
 * The library of a text from the folder, or a new one. A library has its own checksum in its name, behind what it was made from: loading one
 * of which a part is missing would end the process. So each name is taken in one step by a file that is whole, and processes that compile
 * the same at a time don't disturb each other, though their compilers need not write the same bytes.
 *
 * @param origin what the library is made from, as a word
 */
function libraryOf(compiler: Compiler, text: string, folder: string, origin: string): NativeModule | Refused {
  const { basename, join, readdirSync, renameSync, rmSync, threadId } = needed();
  const nameOf = (sum: string): string => `${origin}-${sum}.node`;
  const there = readdirSync(folder).filter((name) => name.startsWith(`${origin}-`) && name.endsWith('.node'));
  const files = there.map((name) => join(folder, name));
  const whole = (file: string): boolean => {
    try {
      return basename(file) === nameOf(checksumOf(file));
    } catch {
      // Another process has taken it away, or it cannot be read.
      return false;
    }
  };
  for (const file of files) {
    const module = whole(file) ? tryToLoad(file) : null;
    if (module !== null && !('reason' in module)) return module;
  }
  const own = join(folder, `${origin}.${process.pid}.${threadId}.${Math.round(performance.now() * 1000)}`);
  try {
    const refused = compile(compiler, text, own);
    if (refused !== null) return { reason: refused };
    // Before it has its name: what cannot be loaded, or ends the process, is then found by nobody.
    const file = join(folder, nameOf(checksumOf(own)));
    const module = tryToLoad(own);
    if ('reason' in module) return module;
    renameSync(own, file);
    for (const useless of files) if (useless !== file) rmSync(useless, { force: true });
    prune(folder);
    return module;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Compiles with the C compiler that an environment names, and keeps libraries in its cache folder. */
export function nativeCompilerOf(environment: Environment): NativeCompiler {
  let compiler: Compiler | Refused | undefined;
  /** Libraries of this process, by the hashes of the texts they came of; a text that was refused is not tried again. */
  const loaded = new Map<string, ReturnType<NativeCompiler>>();
  const make = (text: string): NativeModule | Refused => {
    compiler ??= compilerOf(environment);
    if ('reason' in compiler) return compiler;
    const { cpus, release } = needed();
    const machine = [process.version, process.arch, process.platform, release(), cpus()[0]?.model ?? ''];
    const { words, version } = compiler;
    const origin = digest([text, ...words, version, effort(text), ...flags, ...ofPlatform, ...machine]);
    try {
      return libraryOf(compiler, text, cacheFolder(environment), origin);
    } catch (thrown) {
      return { reason: `there is no place for its library: ${reasonOf(thrown)}` };
    }
  };
  return (text) => {
    const content = digest([text]);
    const known = loaded.get(content);
    if (known !== undefined) return known;
    const made = make(text);
    loaded.set(content, made);
    return made;
  };
}

/** Compiles with the C compiler of the machine. */
export const nativeCompiler: NativeCompiler = nativeCompilerOf(process.env);

/** Makes the engine `native` known. */
export const provideNative = (): void => provideEngine('native', nativeEngine(nativeCompiler));
