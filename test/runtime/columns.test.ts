/** Plain data as bytes, and files of it. */
import { mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromColumns, toColumns } from '../../src/runtime/columns.js';
import { readColumnsFile, writeColumnsFile } from '../../src/runtime/node_columns_file.js';

/** Typed arrays, some of them the middle of a longer buffer. */
const typed = fc.oneof(
  fc.float64Array(),
  fc.float64Array().map((a) => a.subarray(Math.min(1, a.length))),
  fc.float32Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int8Array(),
  fc.uint8Array(),
);
const names = fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'at', 'n', 'of'));
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.constantFrom(null, undefined, Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    typed,
    fc.array(fc.double(), { minLength: 5, maxLength: 20 }),
    fc.array(tie('data')),
    fc.array(fc.tuple(names, tie('data'))).map((fields) => Object.fromEntries(fields)),
  ),
}));

/** The columns behind each other, as a file has them. */
function bytesOf({ columns, bytes }: ReturnType<typeof toColumns>): Uint8Array {
  const whole = Buffer.alloc(bytes + 8).subarray(8);
  let at = 0;
  for (const column of columns) {
    whole.set(column, at);
    at += (column.length + 7) & ~7;
  }
  return whole;
}

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'whatif-columns-'));

describe('columns', () => {
  test('what is taken apart is put together to the bit', () => {
    fc.assert(
      fc.property(data, (value) => {
        const made = toColumns(value);
        expect(fromColumns(JSON.parse(JSON.stringify(made.tree)), bytesOf(made))).toStrictEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('typed arrays are bytes, not text', () => {
    const { tree, columns } = toColumns({ x: new Float64Array(1000), y: [...new Float64Array(1000)] });
    expect(JSON.stringify(tree).length).toBeLessThan(100);
    expect(columns.map((c) => c.length)).toEqual([8000, 8000]);
  });

  test('an array that comes back has a buffer of its own', () => {
    const made = toColumns([Float64Array.of(1, 2), Float64Array.of(3)]);
    const back = fromColumns(made.tree, bytesOf(made));
    if (!Array.isArray(back)) throw new Error('an array was written');
    expect(back.map((a: Float64Array) => a.buffer.byteLength)).toEqual([16, 8]);
  });

  test('what is no plain data is refused', () => {
    expect(() => toColumns({ f: () => 1 })).toThrow('function');
    expect(() => fromColumns({ $: 'f64', at: 0, n: 9 }, new Uint8Array(8))).toThrow('not what was written');
  });
});

describe('files of columns', () => {
  test('come back as they were written, and nothing else is left in the folder', () => {
    const dir = folder();
    const file = path.join(dir, 'a.columns');
    const value = {
      places: Int32Array.of(1, -2),
      outputs: [{ steps: 5, x: Float64Array.of(Number.NaN, -0) }, 'é', undefined],
    };
    for (const when of ['now', 'soon'] as const) {
      writeColumnsFile(file, value, when);
      expect(readColumnsFile(file)).toStrictEqual({ value });
    }
    expect(readdirSync(dir)).toEqual(['a.columns']);
  });

  test('a file that is cut, changed or of another kind is known', () => {
    const file = path.join(folder(), 'a.columns');
    writeColumnsFile(file, { x: Float64Array.of(1, 2, 3) }, 'now');
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length += 7) {
      truncateSync(file, length);
      expect(readColumnsFile(file)).toBeNull();
      writeFileSync(file, whole);
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      writeFileSync(file, changed);
      expect(readColumnsFile(file)).toBeNull();
    }
  });

  test('columns of nothing leave a file readable', () => {
    const file = path.join(folder(), 'a.columns');
    const value = { none: Float64Array.from([]), cut: Float64Array.of(1, 2).subarray(2), some: Float64Array.of(3) };
    writeColumnsFile(file, [value, structuredClone(value), 1], 'now');
    expect(readColumnsFile(file)?.value).toStrictEqual([value, structuredClone(value), 1]);
  });
});
