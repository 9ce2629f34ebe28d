/**
 * Philox4x32-10: a keyed bijection of 128 bits that serves as a counter-based random number generator.
 * J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 3.
 *
 * Writes the four output words (int32) to `out[0..3]`; allocates nothing.
 *
 * @param k0 first key word (int32)
 * @param k1 second key word (int32)
 * @param c0 counter words (int32), least significant first in the paper's order
 */
export function philox4x32(
  k0: number,
  k1: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  out: Int32Array,
): void {
  // Numbers stand here and not at the top of the module, whose variables V8 reads and checks at each use.
  const multiplier0 = 0xd2511f53 | 0;
  const multiplier0High = 0xd251;
  const multiplier0Low = 0x1f53;
  const multiplier1 = 0xcd9e8d57 | 0;
  const multiplier1High = 0xcd9e;
  const multiplier1Low = 0x8d57;
  const weyl0 = 0x9e3779b9 | 0;
  const weyl1 = 0xbb67ae85 | 0;
  const rounds = 10;
  let key0 = k0 | 0;
  let key1 = k1 | 0;
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  for (let round = 0; round < rounds; round++) {
    // The high word of a 32 x 32 product, from four products of 16-bit halves; no partial sum exceeds 2^32 - 1.
    let low = x0 & 0xffff;
    let high = x0 >>> 16;
    let middle = (Math.imul(multiplier0High, low) + (Math.imul(multiplier0Low, low) >>> 16)) | 0;
    let carry = (Math.imul(multiplier0Low, high) + (middle & 0xffff)) | 0;
    const high0 = (Math.imul(multiplier0High, high) + (middle >>> 16) + (carry >>> 16)) | 0;
    const low0 = Math.imul(multiplier0, x0);
    low = x2 & 0xffff;
    high = x2 >>> 16;
    middle = (Math.imul(multiplier1High, low) + (Math.imul(multiplier1Low, low) >>> 16)) | 0;
    carry = (Math.imul(multiplier1Low, high) + (middle & 0xffff)) | 0;
    const high1 = (Math.imul(multiplier1High, high) + (middle >>> 16) + (carry >>> 16)) | 0;
    const low1 = Math.imul(multiplier1, x2);
    x0 = high1 ^ x1 ^ key0;
    x1 = low1;
    x2 = high0 ^ x3 ^ key1;
    x3 = low0;
    key0 = (key0 + weyl0) | 0;
    key1 = (key1 + weyl1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}
