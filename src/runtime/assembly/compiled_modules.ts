/**
 * Modules that were compiled, by their bytes: each is compiled once in a process, however many kernels are made of it. Worker threads are
 * handed those of the thread that asks, and share their machine code.
 */
import { shelf } from '../handed.js';

const modules = shelf<object>('modules', 64);

/** The module of some bytes, compiled by `compile` where it is not there. What `compile` throws is thrown. */
export const moduleOf = (bytes: Uint8Array, compile: (bytes: Uint8Array) => object): object =>
  modules.get(nameOf(bytes), () => compile(bytes));

/** A name of 106 bits and the length: two rounds of cyrb53 (public domain) over words of four bytes. */
function nameOf(bytes: Uint8Array): string {
  return `${bytes.length.toString(16)} ${cyrb53(bytes, 1)}${cyrb53(bytes, 2)}`;
}

function cyrb53(bytes: Uint8Array, seed: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  const mix = (word: number): void => {
    a = Math.imul(a ^ word, 2654435761);
    b = Math.imul(b ^ word, 1597334677);
    // Multiplication moves bits up only; turning brings them back.
    a = (a << 13) | (a >>> 19);
    b = (b << 15) | (b >>> 17);
  };
  for (let at = 0; at < whole; at += 4) mix(view.getInt32(at, true));
  for (let at = whole; at < bytes.length; at++) mix(bytes[at]!);
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (b & 0x1fffff).toString(16).padStart(6, '0') + (a >>> 0).toString(16).padStart(8, '0');
}
