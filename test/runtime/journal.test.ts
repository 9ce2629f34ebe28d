/** Journals and shards, over a pool that works here. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serialPool } from '../../src/runtime/jobs.js';
import { type JobPlace, type Journal, recordingPool } from '../../src/runtime/journal.js';
import { isPutOff, shardPool } from '../../src/runtime/shard.js';
import { inputs, runAll } from './jobs.js';

const keyOf = ({ question, crew, run, index }: JobPlace): string => `${question} ${crew} ${run} ${index}`;

/** A journal in memory; `done` counts what was added. */
function memory(
  records = new Map<string, unknown>(),
): Journal & { readonly records: Map<string, unknown>; done: number } {
  const journal = {
    records,
    done: 0,
    find: (place: JobPlace) => (records.has(keyOf(place)) ? { output: records.get(keyOf(place)) } : undefined),
    add: (place: JobPlace, output: unknown) => {
      journal.done += 1;
      records.set(keyOf(place), output);
    },
  };
  return journal;
}

const plain = runAll(serialPool, inputs(9));

describe('a recording pool', () => {
  test('gives what the pool gives, and writes each job down at its place', () => {
    const journal = memory();
    const pool = recordingPool(serialPool, journal, 3);
    expect(runAll(pool, inputs(9))).toEqual(plain);
    expect(runAll(pool, inputs(2))).toEqual(plain.slice(0, 2));
    expect([...journal.records.keys()].slice(7)).toEqual(['3 0 0 7', '3 0 0 8', '3 1 0 0', '3 1 0 1']);
  });

  test('does only what is not known, whichever jobs these are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(8)), (known) => {
        const journal = memory(new Map(known.map((index) => [`0 0 0 ${index}`, plain[index]])));
        const heard: number[] = [];
        const outputs = runAll(recordingPool(serialPool, journal, 0), inputs(9), undefined, (i) => heard.push(i));
        expect(outputs).toEqual(plain);
        expect(journal.done).toBe(9 - known.length);
        expect(heard.sort()).toEqual([...plain.keys()]);
      }),
    );
  });

  test('stopped, gives the longest beginning that is finished', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(8)), fc.nat(9), (known, after) => {
        const journal = memory(new Map(known.map((index) => [`0 0 0 ${index}`, plain[index]])));
        let made = 0;
        const stop = () => (++made > after ? 'abort' : undefined);
        const outputs = runAll(recordingPool(serialPool, journal, 0), inputs(9), stop);
        const first = Array.from(plain.keys()).find((index) => !journal.records.has(`0 0 0 ${index}`)) ?? 9;
        expect(outputs).toEqual(plain.slice(0, first));
      }),
    );
  });
});

describe('shards', () => {
  test('do every job once, and together what one does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 12 }), (count, of) => {
        const all = memory();
        for (let number = 1; number <= of; number++) {
          const own = memory();
          expect(() => runAll(recordingPool(shardPool(serialPool, { number, of }), own, 0), inputs(count))).toThrow(
            expect.objectContaining({ putOff: true }),
          );
          for (const [key, output] of own.records) {
            expect(all.records.has(key)).toBe(false);
            all.records.set(key, output);
          }
        }
        const before = all.done;
        expect(runAll(recordingPool(serialPool, all, 0), inputs(count))).toEqual(runAll(serialPool, inputs(count)));
        expect(all.done).toBe(before);
      }),
    );
  });

  test('a single job is done by each, and is not the end', () => {
    const pool = shardPool(serialPool, { number: 2, of: 3 });
    expect(runAll(pool, inputs(1))).toEqual(plain.slice(0, 1));
    expect(pool.whole).toBe(true);
  });

  test('one that was stopped has done nothing that could be merged', () => {
    const pool = shardPool(serialPool, { number: 1, of: 2 });
    expect(runAll(pool, inputs(9), () => 'time')).toEqual([]);
  });

  test('only the end of a share is a putting off', () => {
    expect(isPutOff({ putOff: true })).toBe(true);
    expect([new Error('x'), null, { fault: true }].map(isPutOff)).toEqual([false, false, false]);
  });
});
