/**
 * The file behind the command. The program itself is one script beside it, and with it lies what V8 made of that script when the package
 * was built: where this is the same V8, nothing has to be compiled again, which is most of a short run's time. It is built as a CommonJS
 * file, because Node takes 7 ms to make its loader of modules ready.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';

const file = join(__dirname, 'program.cjs');
const source = readFileSync(file, 'latin1');

/** The script starts with a comment that tells it from other builds; the code made of it starts with the same. */
const identityLength = 32;

function compiledBefore(): Buffer | undefined {
  try {
    const code = readFileSync(join(__dirname, 'program.bin'));
    const isOfScript = code.toString('latin1', 0, identityLength) === source.slice(2, 2 + identityLength);
    return isOfScript ? code.subarray(identityLength) : undefined;
  } catch {
    return undefined;
  }
}

const cachedData = compiledBefore();
const script = new vm.Script(source, {
  filename: file,
  ...(cachedData === undefined ? {} : { cachedData }),
});
// All flags are set behind the script, whose code was compiled under the defaults.
// The code that most of a run's planning goes through is called a few thousand times: V8 would have it optimised by threads of its own,
// for as much processor time as it then saves ten times over, while the run itself could use those cores. (Its default, times four.)
v8.setFlagsFromString('--interrupt-budget=540672');
// The room for new objects begins at 1 MB and would be doubled at each collection; planning makes more than that, most of which it keeps.
v8.setFlagsFromString('--semi-space-growth-factor=16');
const module = { exports: {} };
script.runInThisContext()(module.exports, require, module, file, (name: string): Promise<unknown> => import(name));
