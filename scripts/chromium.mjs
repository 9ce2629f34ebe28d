// A headless Chromium: finds the machine's own, or one that `node scripts/chromium.mjs` installs under `node_modules/.cache`; and opens
// pages in it, over its debugging pipe. Nothing but npm is needed, on Linux x64; elsewhere install a Chromium and put it on the PATH.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './step.mjs';

const VERSION = '147.0.0';
const cache = join(root, 'node_modules', '.cache', 'chromium');
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The path of a Chromium, or null. */
export function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    ...(process.env.CHROMIUM ? [process.env.CHROMIUM] : []),
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    join(cache, 'bin', 'chromium'),
  ];
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** Installs a Chromium from npm's registry where there is none; the path, or null where that fails. */
export function installChromium() {
  const found = findChromium();
  if (found !== null) return found;
  mkdirSync(join(cache, 'bin'), { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true,"type":"module"}\n');
  const npm = ['install', '--no-audit', '--no-fund', '--prefix', cache, `@sparticuz/chromium@${VERSION}`];
  spawnSync('npm', npm, { stdio: 'inherit' });
  // The package unpacks itself into the folder for temporary files; with this variable its libraries too.
  const unpack = "import('@sparticuz/chromium').then((m) => m.default.executablePath())";
  const env = { ...process.env, TMPDIR: join(cache, 'bin'), AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  spawnSync(process.execPath, ['--input-type=module', '-e', unpack], { cwd: cache, env, stdio: 'inherit' });
  return findChromium();
}

/** The environment in which a Chromium finds its libraries: the machine's, or else those that came with it. */
function environmentFor(path) {
  const missing = spawnSync('ldd', [path], { encoding: 'utf8' }).stdout?.includes('not found') ?? false;
  const own = join(cache, 'bin', 'al2023', 'lib');
  return missing && existsSync(own) ? { ...process.env, LD_LIBRARY_PATH: own } : process.env;
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--remote-debugging-pipe',
];

/**
 * Opens pages one after another, and gives what `globalThis.result` of each becomes: a text that the page sets when it is done.
 * @param {string} path of the browser
 * @param {readonly string[]} urls
 * @param {number} seconds after which a page has failed
 * @returns {Promise<readonly string[]>}
 */
export async function resultsOfPages(path, urls, seconds) {
  const profile = mkdtempSync(join(tmpdir(), 'whatif-chromium-'));
  const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: environmentFor(path),
  });
  const [, , , toBrowser, fromBrowser] = child.stdio;
  const waiting = new Map();
  let buffer = '';
  let last = 0;
  fromBrowser.setEncoding('utf8').on('data', (chunk) => {
    buffer += chunk;
    for (let end = buffer.indexOf('\0'); end !== -1; end = buffer.indexOf('\0')) {
      const message = JSON.parse(buffer.slice(0, end));
      buffer = buffer.slice(end + 1);
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  toBrowser.on('error', () => {});
  const gone = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the browser ended with ${code}`)));
  });
  gone.catch(() => {});
  const ask = (method, params = {}, sessionId = undefined) => {
    last += 1;
    const id = last;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return Promise.race([answer, gone]);
  };
  try {
    const results = [];
    for (const url of urls) {
      const { targetId } = (await ask('Target.createTarget', { url })).result;
      const { sessionId } = (await ask('Target.attachToTarget', { targetId, flatten: true })).result;
      const until = Date.now() + seconds * 1000;
      let result;
      while (result === undefined) {
        if (Date.now() > until) throw new Error(`${url} gave nothing within ${seconds} s`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        const answer = await ask('Runtime.evaluate', { expression: 'globalThis.result' }, sessionId);
        result = answer.result?.result?.value;
      }
      results.push(result);
    }
    return results;
  } finally {
    // Closed by itself, it ends its processes before it ends; otherwise it is ended.
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    await Promise.race([ask('Browser.close').then(() => gone), gone]).catch(() => {});
    clearTimeout(late);
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = installChromium();
  process.stdout.write(path === null ? 'no Chromium could be installed\n' : `${path}\n`);
  process.exitCode = path === null ? 1 : 0;
}
