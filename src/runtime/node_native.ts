/**
 * Compiles C with the compiler of the machine and loads what comes out, on Node. Libraries are kept in the user's cache folder under a hash of
 * their text, the compiler and the processor, so that a program is compiled once.
 */
import { type NativeCompiler, type NativeModule, nativeEngine } from '../codegen/c/native.js';
import { provideEngine } from '../plan/engines.js';

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
});

/** Milliseconds that compiling may take. */
const patience = 120_000;

type Compiler = { readonly command: string; readonly version: string };

let found: Compiler | null | undefined;

/** The C compiler of the machine: `CC`, or `cc`; null where there is none. */
function compilerHere(): Compiler | null {
  if (found !== undefined) return found;
  found = null;
  const command = process.env.CC || 'cc';
  const asked = needed().spawnSync(command, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  if (asked.status === 0) found = { command, version: asked.stdout };
  return found;
}

/** The folder for libraries, which nobody else may write into. */
function cacheFolder(): string {
  const { chmodSync, homedir, join, mkdirSync, statSync } = needed();
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(base, 'whatif', 'native');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
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

/** Makes room in the cache folder. */
function prune(folder: string): void {
  const { join, readdirSync, rmSync, statSync } = needed();
  const names = readdirSync(folder).filter((name) => name.endsWith('.node'));
  if (names.length <= mostKept) return;
  const aged = names.map((name) => ({ file: join(folder, name), age: statSync(join(folder, name)).mtimeMs }));
  aged.sort((a, b) => b.age - a.age);
  for (const { file } of aged.slice(keptThen)) rmSync(file, { force: true });
}

function compile({ command }: Compiler, text: string, file: string): string | null {
  const { dirname, renameSync, rmSync, spawnSync, writeFileSync } = needed();
  const own = `${file}.${process.pid}.${Math.round(performance.now() * 1000)}`;
  writeFileSync(`${own}.c`, text, { mode: 0o600 });
  const made = spawnSync(command, [effort(text), ...flags, ...ofPlatform, '-o', own, `${own}.c`, '-lm'], {
    encoding: 'utf8',
    timeout: patience,
  });
  rmSync(`${own}.c`, { force: true });
  if (made.status === 0) {
    // Another process may have been as quick: both files are the same.
    renameSync(own, file);
    prune(dirname(file));
    return null;
  }
  rmSync(own, { force: true });
  if (made.error !== undefined && 'code' in made.error && made.error.code === 'ETIMEDOUT')
    return `${command} took more than ${patience / 1000} s`;
  if (made.signal !== null) return `${command} was ended by ${made.signal}`;
  const why = made.error?.message ?? /error: (.*)/.exec(made.stderr)?.[1] ?? made.stderr.slice(0, 200);
  return `${command} refuses it: ${why}`;
}

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Libraries of this process, by the hashes of the texts they came of; a text that the compiler refused is not tried again. */
const loaded = new Map<string, ReturnType<NativeCompiler>>();

/** Compiles with the C compiler of the machine. */
export const nativeCompiler: NativeCompiler = (text) => {
  const { cpus, createHash, existsSync, join, release } = needed();
  const content = createHash('sha256').update(text).digest('hex');
  const known = loaded.get(content);
  if (known !== undefined) return known;
  const compiler = compilerHere();
  if (compiler === null) return { reason: 'there is no C compiler (`cc`) on this machine' };
  const machine = [process.version, process.arch, process.platform, release(), cpus()[0]?.model ?? ''];
  const hash = createHash('sha256');
  for (const part of [content, compiler.version, effort(text), ...flags, ...ofPlatform, ...machine])
    hash.update(part).update('\0');
  try {
    const file = join(cacheFolder(), `${hash.digest('hex').slice(0, 32)}.node`);
    const refused = existsSync(file) ? null : compile(compiler, text, file);
    const module = refused === null ? load(file) : { reason: refused };
    loaded.set(content, module);
    return module;
  } catch (thrown) {
    return { reason: `its library cannot be loaded: ${reasonOf(thrown)}` };
  }
};

/** Makes the engine `native` known. */
export const provideNative = (): void => provideEngine('native', nativeEngine(nativeCompiler));
