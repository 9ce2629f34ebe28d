// A worker that knows one job, the doubling of `jobs.ts`, and says who did it. A factor of 0 it can't
// prepare; `setup.deaths` says how many times it is to die of a job,
// `input.sleeps` how many milliseconds it takes.
import { threadId, workerData } from 'node:worker_threads';

const { port, bell } = workerData;
const setups = new Map();

function send(message) {
  port.postMessage(message);
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}

port.on('message', (message) => {
  if (message.kind === 'prepare') {
    setups.set(message.crew, message.setup);
    send({ kind: message.setup.factor === 0 ? 'unable' : 'ready', crew: message.crew });
    return;
  }
  if (message.kind !== 'work') return;
  const { crew, run, index, claims, input } = message;
  const { factor, deaths } = setups.get(crew);
  if (Atomics.compareExchange(claims, index, 0, 1) !== 0) {
    send({ kind: 'skipped', run, index });
    return;
  }
  if (input.sleeps) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, input.sleeps);
  if (deaths !== undefined && Atomics.sub(deaths, 0, 1) > 0) process.exit(7);
  if (input.fails)
    send({ kind: 'thrown', run, index, thrown: { fault: true, code: 'E0701', message: `job ${input.number}`, at: 0 } });
  else {
    const column = Float64Array.of(input.number, Number.NaN);
    send({ kind: 'output', run, index, output: { double: factor * input.number, column, steps: 10, threadId } });
  }
});
