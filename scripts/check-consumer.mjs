// Checks the packed library as others use it: installed in an empty TypeScript project it completes names in the editor, type-checks and
// runs, for both ways of resolving modules; compiled ahead of time it runs where code made at run time is forbidden; and bundled it
// gives the same bits in Chromium, where there is one (`node scripts/chromium.mjs` installs one; with `--long` this script does).
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { build } from 'vite';
import { findChromium, installChromium, resultsOfPages } from './chromium.mjs';
import { run } from './step.mjs';

const MODEL = `
enum Drug { A, B }
model Squad {
  order ~ bernoulli(0.5)
  nervous ~ bernoulli(0.1)
  a := order or nervous
  dead := a or order
}
model Dose {
  drug ~ categorical(Drug, [0.25, 0.75])
  size ~ gamma(2, 1)
  y := exp(-size) * (if drug == A then 2 else 1) + sample student_t(5, 0, 1)
}
query risk = P(dead) in Squad
query without_a = P(dead[do(a = false)] | dead) in Squad
query effect = E(y | size > 1) in Dose using importance(samples = 5000)
query draws = posterior(size, y) in Dose using importance(samples = 2000)
`;

/** Where an editor asks for completions, and some of what it must offer. */
const COMPLETIONS = {
  '/*queries*/': ['risk', 'without_a', 'effect', 'draws'],
  '/*number*/': ['value', 'se', 'interval', 'warnings'],
  '/*variables*/': ['size', 'y'],
  '/*columns*/': ['size', 'y'],
  '/*question*/': ['risk', 'without_a', 'effect', 'draws'],
  '/*model*/': ['Squad', 'Dose'],
  '/*method*/': ['exact', 'importance'],
};

const CONSUMER = `
import { scm, isWhatifError } from 'whatif';
const program = scm(\`${MODEL}\`);
const answers = await program.run();
const risk: number | null = answers./*queries*/risk.value;
const effect: number = answers.effect./*number*/value;
const variables = answers.draws.variables./*variables*/size;
const column = answers.draws.draws?.columns./*columns*/y;
const again = await program.query('/*question*/risk');
const graph = program.graph('/*model*/Squad');
const one = await program.query('E(y) in Dose', { method: '/*method*/importance', samples: 1000 });
const weight: number = 0.25;
const tagged = scm\`model M { x ~ bernoulli(\${weight})  y := x or x }\`;
const asked = await tagged.query\`P(y | do(x = \${true}))\`;
const failed = await program.query('E(z) in Dose').answer.catch((error: unknown) => isWhatifError(error));
console.log(JSON.stringify([risk, effect, variables?.mean, column?.length, again.value, graph.nodes.length, one.value, asked.value, failed]));
`;

/** The consumer's text; completions are asked for where the marks stood. */
const withoutMarks = (text) => Object.keys(COMPLETIONS).reduce((rest, mark) => rest.replace(mark, ''), text);

/** What runs in Node and in the browser alike; the result is a text of numbers with all their digits. */
const PROBE = `
const numbers = (answers) => [
  answers.risk.value, answers.without_a.value, answers.effect.value, answers.effect.se,
  ...answers.draws.draws.columns.y.slice(0, 50), answers.draws.variables.size.mean,
];
const interpreted = (answers) => Object.values(answers).some((a) => a.warnings.some((w) => w.code === 'W0657'));
`;
const PLAIN = `
import { scm } from 'whatif';
${PROBE}
const answers = await scm(${JSON.stringify(MODEL)}).run();
export const result = JSON.stringify([numbers(answers), interpreted(answers)]);
`;
const AHEAD = `
import { program } from './model.mjs';
${PROBE}
const answers = await program.run();
export const result = JSON.stringify([numbers(answers), interpreted(answers)]);
`;

const problems = [];
const expect = (truth, message) => {
  if (!truth) problems.push(message);
};

/** Runs a program; its output, or a problem. */
async function must(what, command, args, folder) {
  const { code, output } = await run(command, args, {}, folder);
  if (code !== 0) problems.push(`${what}: ${command} ${args.join(' ')}\n${output}`);
  return output;
}

const optionsFor = (resolution) => ({
  target: ts.ScriptTarget.ES2022,
  module: resolution === ts.ModuleResolutionKind.Node16 ? ts.ModuleKind.Node16 : ts.ModuleKind.ESNext,
  moduleResolution: resolution,
  moduleDetection: ts.ModuleDetectionKind.Force,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  types: [],
});

/** Type-checks the consumer, asks for completions, and writes its JavaScript. */
function checkTypes(folder, file, options, name) {
  const host = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) =>
      ts.sys.fileExists(path) ? ts.ScriptSnapshot.fromString(ts.sys.readFile(path) ?? '') : undefined,
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    ...{ fileExists: ts.sys.fileExists, readFile: ts.sys.readFile, readDirectory: ts.sys.readDirectory },
    ...{ directoryExists: ts.sys.directoryExists, getDirectories: ts.sys.getDirectories, realpath: ts.sys.realpath },
  };
  const service = ts.createLanguageService(host);
  const program = service.getProgram();
  for (const { messageText } of ts.getPreEmitDiagnostics(program))
    problems.push(`types (${name}): ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  for (const [mark, wanted] of Object.entries(COMPLETIONS)) {
    const at = withoutMarks(CONSUMER.slice(0, CONSUMER.indexOf(mark))).length;
    const offered = service.getCompletionsAtPosition(file, at, {})?.entries.map((entry) => entry.name) ?? [];
    const missing = wanted.filter((word) => !offered.includes(word));
    expect(
      missing.length === 0,
      `completions (${name}) at ${mark}: ${missing.join(', ')} not among ${offered.slice(0, 20).join(', ')}`,
    );
  }
  for (const { name: path, text } of service.getEmitOutput(file).outputFiles) writeFileSync(path, text);
}

/** Bundles a module for the browser as one script. */
async function bundle(folder, entry, out) {
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      lib: { entry: join(folder, entry), formats: ['es'], fileName: () => `${out}.js` },
      outDir: join(folder, 'web'),
      emptyOutDir: false,
      target: 'es2022',
    },
  });
  const text = readFileSync(join(folder, 'web', `${out}.js`), 'utf8');
  const [wanted] = /(?:\bfrom|\bimport)\s*["'][\w:/]+["']/.exec(text) ?? [];
  expect(wanted === undefined, `the bundle ${out} asks for other modules: ${wanted}`);
}

/** Serves the bundles, each with its page; that of `ahead` forbids code made at run time. */
async function inBrowser(folder, browser) {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const name = path.includes('ahead') ? 'ahead' : 'plain';
    if (path.endsWith('.js')) {
      response.setHeader('content-type', 'text/javascript');
      response.end(readFileSync(join(folder, 'web', `${name}.js`)));
      return;
    }
    response.setHeader('content-type', 'text/html');
    if (name === 'ahead') response.setHeader('content-security-policy', "script-src 'self'");
    const starter = path.endsWith('start.mjs');
    if (starter) {
      response.setHeader('content-type', 'text/javascript');
      const text = `import('./${name}.js').then((m) => { globalThis.result = m.result; }, (e) => { globalThis.result = String(e.stack); });`;
      response.end(text);
      return;
    }
    response.end(`<!doctype html><meta charset="utf-8"><script type="module" src="/${name}-start.mjs"></script>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  try {
    return await resultsOfPages(browser, [`http://127.0.0.1:${port}/plain`, `http://127.0.0.1:${port}/ahead`], 120);
  } finally {
    server.close();
  }
}

/**
 * All checks of a tarball; what is wrong, one text a problem.
 * @param {string} tarball
 * @param {boolean} long whether to install a browser where there is none
 * @returns {Promise<readonly string[]>}
 */
export async function checkConsumer(tarball, long) {
  const folder = mkdtempSync(join(tmpdir(), 'whatif-consumer-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"name":"consumer","private":true,"type":"module"}\n');
    await must('install', 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], folder);
    if (problems.length > 0) return problems;
    mkdirSync(join(folder, 'web'));

    const outputs = [];
    for (const [name, resolution] of [
      ['node16', ts.ModuleResolutionKind.Node16],
      ['bundler', ts.ModuleResolutionKind.Bundler],
    ]) {
      const file = join(folder, `${name}.ts`);
      writeFileSync(file, withoutMarks(CONSUMER));
      checkTypes(folder, file, optionsFor(resolution), name);
      outputs.push(await must(name, 'node', [join(folder, `${name}.js`)], folder));
    }
    expect(outputs[0] === outputs[1] && outputs[0].startsWith('[0.5'), `the consumer printed ${outputs.join(' and ')}`);

    writeFileSync(join(folder, 'squad.scm'), MODEL);
    const command = join(folder, 'node_modules', 'whatif', 'dist', 'cli.cjs');
    await must('ahead of time', 'node', [command, 'compile', 'squad.scm', '--aot', 'model.mjs'], folder);
    writeFileSync(join(folder, 'plain.mjs'), PLAIN);
    writeFileSync(join(folder, 'ahead.mjs'), AHEAD);
    const print = (name) => `import('./${name}.mjs').then((m) => console.log(m.result))`;
    const forbidding = ['--disallow-code-generation-from-strings', '-e'];
    const plain = await must('plain', 'node', ['-e', print('plain')], folder);
    const ahead = await must('ahead of time', 'node', [...forbidding, print('ahead')], folder);
    const slow = await must('interpreted', 'node', [...forbidding, print('plain')], folder);
    expect(plain.trim().endsWith('],false]'), `in Node: ${plain}`);
    expect(ahead === plain, `ahead of time ${ahead} is not ${plain}`);
    expect(slow.trim() === plain.trim().replace(/false\]$/, 'true]'), `interpreted ${slow} is not ${plain} with W0657`);

    await bundle(folder, 'plain.mjs', 'plain');
    await bundle(folder, 'ahead.mjs', 'ahead');
    const browser = long ? installChromium() : findChromium();
    if (browser === null) {
      if (long) problems.push('no Chromium could be installed');
      process.stdout.write(
        'note: no Chromium here, bundles were not run in one; `node scripts/chromium.mjs` installs one\n',
      );
      return problems;
    }
    const pages = await inBrowser(folder, browser);
    for (const page of pages) expect(page === plain.trim(), `in the browser: ${page} is not ${plain}`);
  } catch (error) {
    problems.push(String(error instanceof Error ? error.stack : error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return problems;
}
