/**
 * Functions made of generated text, and those compiled ahead of time: pages that forbid `new Function` run the latter. A text decides
 * its function, so one table for all programs serves: it is found by the text's hash.
 */
import { keptThings } from '../runtime/content.js';

/** Makes a kernel's functions of what it is handed. */
export type Factory = (given: Readonly<Record<string, unknown>>) => unknown;

const ready = new Map<string, Factory>();

/** Makes factories compiled ahead of time known, by the hashes of their texts. */
export function registerFactories(factories: Readonly<Record<string, Factory>>): void {
  for (const [hash, factory] of Object.entries(factories)) ready.set(hash, factory);
}

let recorder: ((text: string) => void) | null = null;

/** All factory texts that `work` asks for, each once, by hash. */
export function recordFactories(work: () => void): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  recorder = (text) => texts.set(hashOf(text), text);
  try {
    work();
  } finally {
    recorder = null;
  }
  return texts;
}

/** Whether texts are being recorded, so that whoever keeps what was made of them must have it made again. */
export const isRecording = (): boolean => recorder !== null;

/** Thrown where the platform forbids code from text and the code is not ready. */
const forbidden = { forbiddenCode: true, message: 'codegen: the platform forbids code made at run time' } as const;

/** Whether something thrown says that the platform forbids code from text. */
export const isForbiddenCode = (thrown: unknown): boolean => thrown === forbidden;

/** The factory of a text. */
export function factoryOf(text: string): Factory {
  recorder?.(text);
  const known = ready.size === 0 ? undefined : ready.get(hashOf(text));
  if (known !== undefined) return known;
  if (!mayMakeCode()) throw forbidden;
  return made.get(text, () => {
    const factory: unknown = new Function('given', text);
    if (!isFactory(factory)) throw new Error('codegen: the text is no function');
    return factory;
  });
}

/** Factories that were made: what V8 has read of a text serves all functions that come of it. */
const made = keptThings<Factory>(64);

const isFactory = (made: unknown): made is Factory => typeof made === 'function';

let allowed: boolean | null = null;

/** Whether the platform makes functions of text. Asked once, since pages report each attempt that they forbid. */
export function mayMakeCode(): boolean {
  if (allowed === null) {
    try {
      allowed = typeof new Function('return 0') === 'function';
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

/** A hash of 106 bits in hexadecimal: two rounds of cyrb53 (public domain) with different seeds. */
function hashOf(text: string): string {
  return cyrb53(text, 1) + cyrb53(text, 2);
}

function cyrb53(text: string, seed: number): string {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (b & 0x1fffff).toString(16).padStart(6, '0') + (a >>> 0).toString(16).padStart(8, '0');
}
