/** The quantile of the standard normal where it must be fast, and the same to the bit everywhere. */
import { log } from '../../../runtime/math/log.js';

/**
 * The z below which a standard normal is with probability u, for 0 < u < 1; relative error about 1e-16. M. J. Wichura, "Algorithm AS 241: the
 * percentage points of the normal distribution" (Applied Statistics 37, 1988), PPND16.
 */
export function normalQuantile(u: number): number {
  const q = u - 0.5;
  if (q >= -0.425 && q <= 0.425) return (q * nearNumerator(0.180625 - q * q)) / nearDenominator(0.180625 - q * q);
  return q < 0 ? -beyond(u) : beyond(1 - u);
}

/** The z above which a standard normal is with probability p, for p <= 0.075. */
function beyond(p: number): number {
  const r = Math.sqrt(-log(p));
  return r <= 5 ? tailNumerator(r - 1.6) / tailDenominator(r - 1.6) : farNumerator(r - 5) / farDenominator(r - 5);
}

const nearNumerator = (r: number): number =>
  ((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
    13731.69376550946) *
    r +
    1971.5909503065513) *
    r +
    133.14166789178438) *
    r +
  3.3871328727963665;

const nearDenominator = (r: number): number =>
  ((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r +
    5394.196021424751) *
    r +
    687.1870074920579) *
    r +
    42.31333070160091) *
    r +
  1.0;

const tailNumerator = (r: number): number =>
  ((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r +
    3.6478483247632045) *
    r +
    5.769497221460691) *
    r +
    4.630337846156546) *
    r +
  1.4234371107496835;

const tailDenominator = (r: number): number =>
  ((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r + 0.14810397642748008) * r +
    0.6897673349851) *
    r +
    1.6763848301838038) *
    r +
    2.053191626637759) *
    r +
  1.0;

const farNumerator = (r: number): number =>
  ((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r + 0.026532189526576124) *
    r +
    0.29656057182850487) *
    r +
    1.7848265399172913) *
    r +
    5.463784911164114) *
    r +
  6.657904643501103;

const farDenominator = (r: number): number =>
  ((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r + 0.0007868691311456133) *
    r +
    0.014875361290850615) *
    r +
    0.1369298809227358) *
    r +
    0.599832206555888) *
    r +
  1.0;
