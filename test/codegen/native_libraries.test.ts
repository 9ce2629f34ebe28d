/** Libraries of the native engine, in a cache folder of their own, by compilers that behave in many ways. */
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compileNative, type NativeCompiler } from '../../src/codegen/c/native.js';
import { nativeCompilerOf } from '../../src/runtime/node_native.js';
import { real } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { options } from './agree.js';
import { hasCompiler } from './native_programs.js';

const root = mkdtempSync(join(tmpdir(), 'whatif-native-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const newFolder = (): string => mkdtempSync(join(root, 'cache-'));

/** A compiler that is a script, in which `$CC` stands for the machine's and `$out` for the file that is to be written. */
function scripted(lines: string): string {
  const file = join(mkdtempSync(join(root, 'cc-')), 'cc.sh');
  const find = 'prev=; for a; do [ "$prev" = -o ] && out=$a; prev=$a; done';
  writeFileSync(
    file,
    `CC='${process.env.CC || 'cc'}'\n${find}\n[ "$1" = --version ] && { echo scripted; exit 0; }\n${lines}\n`,
  );
  return `sh ${file}`;
}

const program = mainProgram([real], (b, at) => [b.draw('normal', real, [b.real(0), b.real(1)], at, 1)]);

/** What comes of compiling: draws, or the reason why there are none. */
function outcomeBy(compiler: NativeCompiler): unknown {
  const made = compileNative(compiler, program, 'main', options('column'));
  return 'reason' in made ? made.reason : made.runBlock(0, 3).columns;
}

const nativeFolder = (cache: string): string => join(cache, 'whatif', 'native');
const libraries = (cache: string): readonly string[] =>
  readdirSync(nativeFolder(cache)).map((name) => join(nativeFolder(cache), name));

/** A compiler that writes down how often it was called, a function that asks it in a process that knows nothing yet, and the count. */
function counted(cache: string, lines = '$CC "$@"') {
  const log = join(mkdtempSync(join(root, 'log-')), 'calls');
  writeFileSync(log, '');
  const CC = scripted(`echo >> ${log}\n${lines}`);
  return {
    ask: () => outcomeBy(nativeCompilerOf({ CC, XDG_CACHE_HOME: cache })),
    calls: () => readFileSync(log, 'utf8').length,
  };
}

describe.skipIf(!hasCompiler || process.platform === 'win32')('a library in the cache folder', () => {
  test('is loaded again, and is all that is there', () => {
    const cache = newFolder();
    const { ask, calls } = counted(cache);
    const first = ask();
    expect(first).toHaveLength(1);
    expect(ask()).toEqual(first);
    expect(calls()).toBe(1);
    expect(libraries(cache)).toEqual([expect.stringMatching(/\.node$/)]);
  });

  test.each([
    ['of which a half is missing', (size: number) => size / 2],
    ['that is empty', () => 0],
  ])('%s is compiled anew', (_, left) => {
    const cache = newFolder();
    const { ask, calls } = counted(cache);
    const first = ask();
    const [file = ''] = libraries(cache);
    const { size } = statSync(file);
    // A file of its own: the library is in use here.
    copyFileSync(file, `${file}.cut`);
    truncateSync(`${file}.cut`, Math.floor(left(size)));
    renameSync(`${file}.cut`, file);
    expect(ask()).toEqual(first);
    expect(calls()).toBe(2);
    expect(libraries(cache)).toHaveLength(1);
    expect(ask()).toEqual(first);
    expect(calls()).toBe(2);
  });

  test('of which one byte is another is compiled anew', () => {
    const cache = newFolder();
    const { ask, calls } = counted(cache);
    const first = ask();
    const [file = ''] = libraries(cache);
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(`${file}.changed`, bytes);
    renameSync(`${file}.changed`, file);
    expect(ask()).toEqual(first);
    expect(calls()).toBe(2);
  });

  test('is all that stays when a process was ended at its work', () => {
    const cache = newFolder();
    const { ask } = counted(cache);
    ask();
    const [file = ''] = libraries(cache);
    const [left, fresh] = [file.replace('.node', '.1.c'), file.replace('.node', '.2.c')];
    for (const name of [left, fresh]) writeFileSync(name, '');
    utimesSync(left, 0, 0);
    renameSync(file, `${file}.gone`);
    ask();
    expect(libraries(cache)).toEqual(expect.arrayContaining([fresh]));
    expect(libraries(cache)).not.toEqual(expect.arrayContaining([left]));
  });

  test('that cannot be loaded is not kept', () => {
    const cache = newFolder();
    const state = join(newFolder(), 'mended');
    const { ask } = counted(cache, `if [ -e ${state} ]; then $CC "$@"; else echo garbage > "$out"; fi`);
    expect(ask()).toMatch(/^its library cannot be loaded: /);
    expect(libraries(cache)).toEqual([]);
    writeFileSync(state, '');
    expect(ask()).toHaveLength(1);
  });
});

describe.skipIf(process.platform === 'win32')('the reason why there is no library', () => {
  const reasonOf = (CC: string | undefined, cache = newFolder()): unknown =>
    outcomeBy(nativeCompilerOf({ CC, XDG_CACHE_HOME: cache }));

  test.skipIf(process.platform !== 'linux')('is a cache folder that cannot be made', () => {
    expect(reasonOf(scripted('exit 0'), '/proc/x')).toMatch(/^there is no place for its library: .*ENOENT/);
    expect(reasonOf(scripted('exit 0'), '/dev/null')).toMatch(/^there is no place for its library: /);
  });

  test('is the compiler that CC names', () => {
    expect(reasonOf('false')).toBe(
      '`false --version`, by the C compiler that `CC` names, does not work: it ends with code 1',
    );
    expect(reasonOf('no-such-compiler -m64')).toMatch(/^`no-such-compiler -m64 --version`, .*ENOENT/);
  });

  test('is a compiler that writes nothing', () => {
    const CC = scripted('exit 0');
    expect(reasonOf(CC)).toBe(`${CC} ended without an error and wrote no library`);
    const empty = scripted(': > "$out"');
    expect(reasonOf(empty)).toBe(`${empty} ended without an error and wrote no library`);
  });

  test('is what the compiler says', () => {
    const CC = scripted('echo "error: not today" >&2; exit 1');
    expect(reasonOf(CC)).toBe(`${CC} refuses it: not today`);
  });
});
