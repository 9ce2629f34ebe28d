// Time from text to first answer inside of one process, in milliseconds of the clock: the first time, and later ones. Each text differs by
// a comment and a number, so that nothing that was made for an earlier one serves it.
//   node bench/first_answer.mjs MODEL.scm [ENGINE]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/step.mjs';

const { scm } = await import(join(root, 'dist', 'index.js'));
// Brings the engine `native`.
await import(join(root, 'dist', 'node.js'));
const [file, engine] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const name = /^query (\w+)/m.exec(text)[1];

const times = [];
for (let round = 0; round < 30; round++) {
  const mine = `${text.replaceAll(/samples = \d+/g, 'samples = 1024')}\nconst round_${round} = ${round}\n`;
  const start = performance.now();
  await scm(mine).query(name, engine === undefined ? {} : { engine });
  times.push(performance.now() - start);
}
process.stdout.write(`${JSON.stringify({ first: times[0], later: times.slice(10) })}\n`);
