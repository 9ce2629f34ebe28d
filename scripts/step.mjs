import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const windows = process.platform === 'win32';

/**
 * Runs a program of this machine or of `node_modules/.bin` in the repository and gathers what it prints
 * (both streams, in order). Resolves with the exit code, 127 where the program does not start.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [environment] added to this process's own
 * @param {string} [folder] where it runs; the repository by default
 * @returns {Promise<{code: number, output: string}>}
 */
export function run(command, args, environment = {}, folder = root) {
  const path = join(root, 'node_modules', '.bin') + delimiter + (process.env.PATH ?? '');
  return new Promise((resolve) => {
    const child = spawn(command === 'node' ? process.execPath : command, args, {
      cwd: folder,
      env: { ...process.env, PATH: path, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows && command !== 'node',
    });
    let output = '';
    const gather = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', gather);
    child.stderr.setEncoding('utf8').on('data', gather);
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}\n` }));
    child.on('close', (code, signal) => resolve({ code: code ?? 1, output: signal ? `${output}${signal}\n` : output }));
  });
}
