import { readSync } from 'node:fs';

const pause = new Int32Array(new SharedArrayBuffer(4));

/** All of standard input, waiting for it: a pipe that another process has set to non-blocking has nothing to give at times. */
export function readStandardInput(): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(65536);
    let read = 0;
    try {
      read = readSync(0, chunk);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'EOF') break;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 10);
      continue;
    }
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
  }
  return Buffer.concat(chunks);
}
