// Gives a column back, with too many bytes or too few.
const [, , how] = process.argv;
let held = Buffer.alloc(0);
process.stdin.on('data', (data) => {
  held = Buffer.concat([held, data]);
  while (held.length >= 8 && held.length >= 8 * (1 + held.readDoubleLE(0))) {
    const count = held.readDoubleLE(0);
    const column = held.subarray(8, 8 * (1 + count));
    held = held.subarray(8 * (1 + count));
    const odd = Array.from({ length: count }, (_, i) => column.readDoubleLE(8 * i)).some((x) => x > 0.95);
    if (how === 'short' && odd) process.stdout.write(column.subarray(8));
    else if (how === 'text') process.stdout.write(Buffer.concat([Buffer.from('hello\n'), column]));
    else if (how === 'long') process.stdout.write(Buffer.concat([column, Buffer.alloc(8)]));
    else process.stdout.write(column);
  }
});
