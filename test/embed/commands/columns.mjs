// Blocks of raw doubles: the count, a column; two columns back. Ends at the first argument above 2.9.
let held = Buffer.alloc(0);
process.stdin.on('data', (data) => {
  held = Buffer.concat([held, data]);
  while (held.length >= 8) {
    const count = held.readDoubleLE(0);
    if (held.length < 8 * (1 + count)) return;
    const xs = Array.from({ length: count }, (_, i) => held.readDoubleLE(8 * (1 + i)));
    held = held.subarray(8 * (1 + count));
    if (xs.some((x) => x > 2.9)) process.exit(1);
    const reply = Buffer.alloc(16 * count);
    for (let i = 0; i < count; i++) {
      reply.writeDoubleLE(xs[i] < -2.5 ? Number.NaN : 2 * xs[i], 8 * i);
      reply.writeDoubleLE(xs[i] > 0 ? 1 : 0, 8 * (count + i));
    }
    process.stdout.write(reply);
  }
});
