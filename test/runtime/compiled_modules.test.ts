import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { moduleOf } from '../../src/runtime/assembly/compiled_modules.js';
import { compileModule } from '../../src/runtime/assembly/instance.js';
import { newModule } from '../../src/runtime/assembly/module.js';
import { takeThings, thingsToHand } from '../../src/runtime/handed.js';

const bytesOf = (n: number): Uint8Array => Uint8Array.from([0, 97, 115, 109, n & 255, n >> 8, 0]);

const modulesThere = () => thingsToHand(new Set()).filter((one) => one.shelf === 'modules');

test('a module is compiled once for the same bytes', () => {
  const compiled: number[] = [];
  const compile = (bytes: Uint8Array): object => ({ at: compiled.push(bytes[4]!) });
  const first = moduleOf(bytesOf(1), compile);
  const other = moduleOf(bytesOf(2), compile);
  expect(moduleOf(bytesOf(1), compile)).toBe(first);
  expect(moduleOf(bytesOf(2), compile)).toBe(other);
  expect(other).not.toBe(first);
  expect(compiled).toEqual([1, 2]);
});

test('few are kept, those used last', () => {
  const compile = (bytes: Uint8Array): object => ({ of: bytes[4] });
  const kept = moduleOf(bytesOf(300), compile);
  for (let n = 301; n < 360; n++) moduleOf(bytesOf(n), compile);
  expect(moduleOf(bytesOf(300), compile)).toBe(kept);
  for (let n = 360; n < 420; n++) moduleOf(bytesOf(n), compile);
  expect(modulesThere().length).toBe(64);
  expect(moduleOf(bytesOf(300), compile)).toBe(kept);
});

test('another thread need not compile it', () => {
  const finished = newModule().finish();
  const module = compileModule(finished)!.module;
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(modulesThere().filter(({ thing }) => thing === module));
  const handed = receiveMessageOnPort(port2)?.message;
  port1.close();
  // Here it is forgotten, as if it had never been.
  for (let n = 1000; n < 1064; n++) moduleOf(bytesOf(n), () => ({}));
  expect(modulesThere().some(({ thing }) => thing === module)).toBe(false);
  takeThings(handed);
  expect(() =>
    moduleOf(finished.bytes, () => {
      throw new Error('compiled again');
    }),
  ).not.toThrow();
});

test('what a thread was handed before it is not handed again', () => {
  const known = new Set<string>();
  moduleOf(bytesOf(2000), () => ({}));
  expect(thingsToHand(known).length).toBeGreaterThan(0);
  expect(thingsToHand(known)).toEqual([]);
  const one = moduleOf(bytesOf(2001), () => ({}));
  expect(thingsToHand(known).map(({ thing }) => thing)).toEqual([one]);
});
