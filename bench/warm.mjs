// What a question costs once V8 has made its code: one process asks it again and again with other seeds, and only what comes after the
// first answers is counted. Prints seconds of the processor (all threads of the process) and of the clock for each later answer, and the mean answer.
//   node bench/warm.mjs '{"file": …, "query": …, "particles": N, "workers": N, "engine": NAME?, "method": NAME?, "seed": N}'
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from '../scripts/step.mjs';

const { scm } = await import(join(root, 'dist', 'index.js'));
const { nodeHost, nodePool } = await import(join(root, 'dist', 'node.js'));

/** Answers before V8 has made all code and threads are ready: at least so many, and so many seconds of them. */
const warmUps = 2;
const warmEnough = 1;
/** Answers that count: at least so many, and so many seconds of them. */
const fewest = 3;
const longEnough = 0.6;

const { file, query, particles, workers, engine, method, seed } = JSON.parse(process.argv[2]);
const files = scm.with({ host: nodeHost(dirname(file), { allowRead: [root] }), name: basename(file) });
const program = files(readFileSync(file, 'utf8'));
const pool = workers > 1 ? nodePool({ workers }) : undefined;
const settings = {
  samples: particles,
  ...(engine === undefined ? {} : { engine }),
  ...(method === undefined ? {} : { method }),
  ...(pool === undefined ? {} : { pool }),
};

const ask = async (turn) => {
  const before = process.cpuUsage();
  const start = performance.now();
  const { value } = await program.query(query, { ...settings, seed: `${seed}.${turn}` });
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { value, wall, cpu: (user + system) / 1e6 };
};

let turn = 0;
/** Answers with new seeds until there are so many, and so many seconds of them. */
async function answersFor(least, seconds) {
  const answers = [];
  for (let spent = 0; answers.length < least || spent < seconds; spent += answers.at(-1).wall)
    answers.push(await ask(turn++));
  return answers;
}

await answersFor(warmUps, warmEnough);
const answers = await answersFor(fewest, longEnough);
pool?.close();

const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;
process.stdout.write(
  `${JSON.stringify({
    cpu: mean(answers.map((answer) => answer.cpu)),
    wall: mean(answers.map((answer) => answer.wall)),
    value: mean(answers.map((answer) => answer.value)),
  })}\n`,
);
