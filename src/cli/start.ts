/**
 * The file behind the command. The program itself is one script beside it, and with it lies what V8 made of that script when the package
 * was built: where this is the same V8, nothing has to be compiled again, which is most of a short run's time.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';

const file = fileURLToPath(new URL('./program.cjs', import.meta.url));
const source = readFileSync(file, 'latin1');

/** The script starts with a comment that tells it from other builds; the code made of it starts with the same. */
const identityLength = 32;

function compiledBefore(): Buffer | undefined {
  try {
    const code = readFileSync(fileURLToPath(new URL('./program.bin', import.meta.url)));
    const isOfScript = code.toString('latin1', 0, identityLength) === source.slice(2, 2 + identityLength);
    return isOfScript ? code.subarray(identityLength) : undefined;
  } catch {
    return undefined;
  }
}

const cachedData = compiledBefore();
const script = new vm.Script(source, {
  filename: file,
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  ...(cachedData === undefined ? {} : { cachedData }),
});
// The code that most of a run's planning goes through is called a few thousand times: V8 would have it optimised by threads of its own,
// for as much processor time as it then saves ten times over, while the run itself could use those cores. (Its default, times four. Set
// behind the script, whose code was compiled under the default.)
v8.setFlagsFromString('--interrupt-budget=540672');
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(file), module, file);
