// Gives its argument back, by lines, and misbehaves above 0.9 in the way that it is told.
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const [, , how] = process.argv;
for await (const line of createInterface({ input: process.stdin })) {
  const { id, args } = JSON.parse(line);
  const [x] = args;
  const odd = x > 0.9;
  if (how === 'slow') await new Promise((resolve) => setTimeout(resolve, 4));
  while (odd && how === 'flood') if (!process.stdout.write('x'.repeat(2 ** 20))) await once(process.stdout, 'drain');
  if (odd && how === 'before') console.log('Traceback\n  of two lines');
  if (odd && how === 'instead') console.log('{{{{');
  else if (odd && how === 'nan') console.log(`{"id": ${id}, "value": NaN}`);
  else if (odd && how === 'other') console.log(JSON.stringify({ id: id + 1, value: -1 }));
  else console.log(JSON.stringify({ id, value: x }));
  if (odd && how === 'twice') console.log(JSON.stringify({ id, value: -1 }));
}
