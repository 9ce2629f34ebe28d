/** Threads: who does what, what is thrown, and what becomes of a thread that dies. */
import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { type Job, type Pieces, type Pool, type Stop, serialPool } from '../../src/runtime/jobs.js';
import { type NodePool, type NodePoolOptions, nodePool } from '../../src/runtime/node_pool.js';
import { doubling, type Input, inputs, type Output } from './jobs.js';

const echo = new URL('./echo_worker.mjs', import.meta.url);
let pool: NodePool;
const open = (options: NodePoolOptions): NodePool => {
  pool = nodePool({ entry: echo, patience: 0, ...options });
  return pool;
};
afterEach(() => pool.close());

type Setup = { readonly factor: number; readonly deaths?: Int32Array };

/** The doubling, which takes this thread some time. */
const slow = (milliseconds: number): Job<Setup, Input, Output> => ({
  ...doubling,
  prepare: (setup) => {
    const work = doubling.prepare(setup);
    return (input) => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
      return work(input);
    };
  },
});

/** Drives a run as a session does: the event loop has its turn. */
async function drive(
  list: readonly Input[],
  setup: Setup = { factor: 2 },
  milliseconds = 5,
  stop: (finished: number) => Stop = () => undefined,
): Promise<readonly Output[]> {
  const running = pool.open(slow(milliseconds), setup).run(list);
  let step = running.next();
  while (step.done !== true) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    step = running.next(stop(step.value));
  }
  return step.value;
}

const doubles = (outputs: readonly Output[]): readonly number[] => outputs.map(({ double }) => double);
const wanted = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => 2 * i);
const threads = (outputs: readonly Output[]): number =>
  new Set(outputs.map((output) => ('threadId' in output ? output.threadId : 0))).size;

/** A job in pieces that ends after some of them; Infinity: never. */
const inPieces: Job<null, number, number> = {
  name: 'in pieces',
  prepare: () =>
    function* (pieces): Pieces<number> {
      for (let k = 0; k < pieces; k++) {
        const end = performance.now() + 1;
        while (performance.now() < end);
        yield;
      }
      return pieces;
    },
};

describe.each([
  ['in a pool', (): Pool => open({ workers: 1 })],
  ['alone', (): Pool => serialPool],
])('a job in pieces, %s', (_, poolOf) => {
  test('is interrupted, and gives what it gives', () => {
    const running = poolOf().open(inPieces, null).run([100, 0, 3]);
    let pauses = 0;
    let step = running.next();
    for (; step.done !== true; step = running.next()) if (step.value === 0) pauses += 1;
    expect(pauses).toBeGreaterThan(0);
    expect(step.value).toEqual([100, 0, 3]);
  });

  test('is given up where it is stopped', () => {
    const running = poolOf().open(inPieces, null).run([0, Number.POSITIVE_INFINITY, 3]);
    let step = running.next();
    for (let k = 0; k < 4 && step.done !== true; k++) step = running.next();
    expect(running.next('abort')).toEqual({ done: true, value: [0] });
  });
});

describe('a pool of threads', () => {
  test('that is eager has threads before it has worked', async () => {
    open({ workers: 2, eager: true });
    const crew = pool.open(slow(5), { factor: 2 });
    expect(pool.started()).toBe(true);
    const running = crew.run(inputs(200));
    let step = running.next();
    while (step.done !== true) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      step = running.next();
    }
    expect(doubles(step.value)).toEqual(wanted(200));
    expect(pool.lent()).toBeGreaterThan(0);
  });

  test.each([1, 2, 4])('%i workers: all jobs, in order', async (workers) => {
    open({ workers });
    const outputs = await drive(inputs(200));
    expect(doubles(outputs)).toEqual(wanted(200));
    expect(threads(outputs)).toBeGreaterThanOrEqual(Math.min(workers, 2));
    expect(threads(outputs)).toBeLessThanOrEqual(workers);
    expect(outputs[3]?.column).toEqual(Float64Array.of(3, Number.NaN));
  });

  test('has no more threads than are of use', () => {
    open({ workers: 1000 });
    expect(pool.workers).toBe(4 * availableParallelism());
  });

  test('short work starts no thread', async () => {
    open({ workers: 4, patience: 1000 });
    expect(threads(await drive(inputs(10)))).toBe(1);
  });

  test('a setup stays here that holds a function, or something that is not copied, or that no thread can prepare', async () => {
    open({ workers: 2 });
    const setups = [
      { factor: 2, extern: () => 1 },
      { factor: 2, later: Promise.resolve(1) },
    ];
    for (const setup of setups) {
      const outputs = await drive(inputs(60), setup);
      expect([threads(outputs), doubles(outputs)]).toEqual([1, wanted(60)]);
    }
    const none = await drive(inputs(100), { factor: 0 });
    expect([threads(none), doubles(none)[99]]).toEqual([1, 0]);
    expect(pool.lent()).toBe(0);
    // The threads live on.
    expect(threads(await drive(inputs(100)))).toBe(2);
  });

  test('many crews, more than a worker remembers, taken up again', async () => {
    open({ workers: 2 });
    const crews = Array.from({ length: 12 }, (_, k) => pool.open(slow(1), { factor: k }));
    for (let round = 0; round < 2; round++) {
      for (const [k, crew] of crews.entries()) {
        const running = crew.run(inputs(20));
        let step = running.next();
        while (step.done !== true) step = running.next();
        expect(doubles(step.value)).toEqual(inputs(20).map(({ number }) => k * number));
      }
    }
  });

  test('what the first job in order throws is thrown', async () => {
    for (const workers of [1, 3]) {
      open({ workers });
      const list = inputs(60).map((input) => (input.number % 20 === 19 ? { ...input, fails: true } : input));
      await expect(drive(list)).rejects.toMatchObject({ fault: true, code: 'E0701', message: 'job 19' });
      // The pool is none the worse for it.
      expect(doubles(await drive(inputs(30)))).toEqual(wanted(30));
      pool.close();
    }
  });

  test('stopped, it gives the beginning that is finished', async () => {
    open({ workers: 3 });
    const outputs = await drive(inputs(1000), undefined, 1, (finished) => (finished > 50 ? 'time' : undefined));
    expect(doubles(outputs)).toEqual(wanted(outputs.length));
    expect(outputs.length).toBeLessThan(1000);
    expect(outputs.length).toBeGreaterThan(30);
  });

  test('a thread that dies is replaced, and its job done again', async () => {
    open({ workers: 2 });
    const deaths = new Int32Array(new SharedArrayBuffer(4)).fill(1);
    const outputs = await drive(inputs(200), { factor: 2, deaths });
    expect(doubles(outputs)).toEqual(wanted(200));
    // One death, and then the one in its place has come to jobs.
    expect(deaths[0]).toBeLessThan(0);
  });

  test('a job that two threads die of is given up', async () => {
    open({ workers: 2 });
    const deaths = new Int32Array(new SharedArrayBuffer(4)).fill(1000);
    await expect(drive(inputs(200), { factor: 2, deaths })).rejects.toMatchObject({ fault: true, code: 'E0690' });
  });

  test('where no thread can be started all is done here', async () => {
    open({ workers: 3, entry: new URL('./no_such_file.mjs', import.meta.url) });
    const outputs = await drive(inputs(60));
    expect(doubles(outputs)).toEqual(wanted(60));
    expect(threads(outputs)).toBe(1);
  });

  test('both threads work while one of them sleeps', async () => {
    open({ workers: 2 });
    const crew = pool.open(slow(5), { factor: 2 });
    const through = async (list: readonly Input[]): Promise<readonly Output[]> => {
      const running = crew.run(list);
      let step = running.next();
      while (step.done !== true) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        step = running.next();
      }
      return step.value;
    };
    await through(inputs(200));
    const start = performance.now();
    const outputs = await through(inputs(10).map((input) => ({ ...input, sleeps: 600 })));
    expect(threads(outputs)).toBe(2);
    expect(performance.now() - start).toBeGreaterThan(580);
  });
});
