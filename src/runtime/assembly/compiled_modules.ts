/**
 * Modules that were compiled, by their bytes: each is compiled once in a process, however many kernels are made of it. Worker threads are
 * handed those of the thread that asks, and share their machine code.
 */

/** A module of WebAssembly, and the name that its bytes give it. */
export type NamedModule = { readonly name: string; readonly module: object };

const mostModules = 64;

/** The one used last at the end. */
const modules = new Map<string, object>();

/** The module of some bytes, compiled by `compile` where it is not there. What `compile` throws is thrown. */
export function moduleOf(bytes: Uint8Array, compile: (bytes: Uint8Array) => object): object {
  const name = nameOf(bytes);
  const known = modules.get(name);
  const module = known ?? compile(bytes);
  modules.delete(name);
  keep({ name, module });
  return module;
}

/** The modules that are there, for another thread. */
export const modulesToHand = (): readonly NamedModule[] => [...modules].map(([name, module]) => ({ name, module }));

/** Takes the modules of another thread. */
export function takeModules(handed: readonly NamedModule[]): void {
  for (const one of handed) if (!modules.has(one.name)) keep(one);
}

function keep({ name, module }: NamedModule): void {
  modules.set(name, module);
  const [oldest] = modules.keys();
  if (modules.size > mostModules && oldest !== undefined) modules.delete(oldest);
}

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
