/** Bytes of WebAssembly, nested so that putting instructions together copies nothing (W3C, WebAssembly Core Specification 2.0, chapter 5). */

/** Bytes of instructions; an array within stands for its contents. */
export type Code = readonly (number | Uint8Array | Code)[];

/** Each number below 128 alone: most numbers are so small. */
const alone: readonly (readonly number[])[] = Array.from({ length: 128 }, (_, value) => [value]);

/** An unsigned number below 2^32 in LEB128. */
export function unsigned(value: number): readonly number[] {
  let rest = value >>> 0;
  if (rest < 128) return alone[rest]!;
  const bytes: number[] = [];
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
export function doubleBytes(value: number): Uint8Array {
  double[0] = value;
  return bytesOfDouble.slice();
}
const double = new Float64Array(1);
const bytesOfDouble = new Uint8Array(double.buffer);

/** All bytes in a row. */
export function flatten(code: Code): Uint8Array {
  let bytes = new Uint8Array(256);
  let at = 0;
  const ready = (more: number): void => {
    if (at + more <= bytes.length) return;
    const longer = new Uint8Array(2 * (at + more));
    longer.set(bytes);
    bytes = longer;
  };
  const write = (parts: Code): void => {
    for (let k = 0; k < parts.length; k++) {
      const part = parts[k]!;
      if (typeof part === 'number') {
        if (at === bytes.length) ready(1);
        bytes[at++] = part;
      } else if (part instanceof Uint8Array) {
        ready(part.length);
        bytes.set(part, at);
        at += part.length;
      } else write(part);
    }
  };
  write(code);
  return bytes.subarray(0, at);
}

/** Code behind its length. */
export function sized(code: Code): Code {
  const bytes = flatten(code);
  return [unsigned(bytes.length), bytes];
}
/** Items behind their number. */
export const list = (items: readonly Code[]): Code => [unsigned(items.length), items];
/** A name in ASCII. */
export const asciiName = (text: string): Code => sized([...text].map((c) => c.charCodeAt(0)));
