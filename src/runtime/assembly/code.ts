/** Bytes of WebAssembly, nested so that putting instructions together copies nothing (W3C, WebAssembly Core Specification 2.0, chapter 5). */

/** Bytes of instructions; an array within stands for its contents. */
export type Code = readonly (number | Code)[];

/** An unsigned number below 2^32 in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest >= 128) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** An int32 in signed LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; ) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 128);
  }
}

/** An int64 in signed LEB128. */
export function signedLong(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asIntN(64, value); ; ) {
    const low = Number(rest & 127n);
    rest >>= 7n;
    if ((rest === 0n && (low & 64) === 0) || (rest === -1n && (low & 64) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 128);
  }
}

/** The eight bytes of a double, lowest first. */
export const doubleBytes = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)];

/** All bytes in a row, put behind those of `into`. */
export function flatten(code: Code, into: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') into.push(part);
    else flatten(part, into);
  }
  return into;
}

/** How many bytes, without laying them in a row. */
export function sizeOf(code: Code): number {
  let size = 0;
  for (const part of code) size += typeof part === 'number' ? 1 : sizeOf(part);
  return size;
}

/** Code behind its length. */
export const sized = (code: Code): Code => [unsigned(sizeOf(code)), code];
/** Items behind their number. */
export const list = (items: readonly Code[]): Code => [unsigned(items.length), items];
/** A name in ASCII. */
export const asciiName = (text: string): Code => sized([...text].map((c) => c.charCodeAt(0)));
