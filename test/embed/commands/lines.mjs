// Doubles its argument, one line at a time; misbehaves where it is told to.
import { createInterface } from 'node:readline';

for await (const line of createInterface({ input: process.stdin })) {
  const { id, args } = JSON.parse(line);
  const [x] = args;
  if (x > 2) console.log(JSON.stringify({ id, error: 'too hot' }));
  else if (x < -2.5) process.exit(3);
  else if (x > -0.001 && x < 0.001 && process.argv[2] === 'slow') await new Promise(() => setTimeout(() => {}, 1e6));
  else console.log(JSON.stringify({ id, value: process.argv[2] === 'wrong' ? 'a string' : 2 * x }));
}
