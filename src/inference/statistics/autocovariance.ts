/** Lags that are summed one by one before a transform of the whole series pays. */
const few = 64;

/**
 * The autocovariances of a series, by lag: (1/n) Σ (x_i - m)(x_(i + lag) - m), divided by n at every lag, which keeps their matrix
 * positive. Lags are computed when they are asked for; beyond the first few all of them at once by a Fourier transform of the series
 * padded to twice its length.
 *
 * @returns 0 for a lag that is not below the length
 */
export function autocovarianceOf(series: Float64Array): (lag: number) => number {
  const n = series.length;
  const mean = meanOf(series);
  const centred = series.map((x) => x - mean);
  const known: number[] = [];
  let all: Float64Array | null = null;
  return (lag) => {
    if (lag >= n) return 0;
    if (all !== null) return all[lag]!;
    if (lag >= few) {
      all = byTransform(centred);
      return all[lag]!;
    }
    for (let next = known.length; next <= lag; next++) known.push(productAt(centred, next) / n);
    return known[lag]!;
  };
}

/** The mean of a series, in order. */
export function meanOf(series: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < series.length; i++) sum += series[i]!;
  return sum / series.length;
}

function productAt(centred: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = 0; i + lag < centred.length; i++) sum += centred[i]! * centred[i + lag]!;
  return sum;
}

/** Autocovariances as the inverse transform of the squared spectrum (Wiener and Khinchin). */
function byTransform(centred: Float64Array): Float64Array {
  const n = centred.length;
  let size = 1;
  while (size < 2 * n) size *= 2;
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  real.set(centred);
  const turns = turnsOf(size / 2);
  transform(real, imaginary, turns);
  for (let k = 0; k < size; k++) {
    real[k] = real[k]! * real[k]! + imaginary[k]! * imaginary[k]!;
    imaginary[k] = 0;
  }
  // The spectrum is even, so that the forward transform is the inverse one but for its scale.
  transform(real, imaginary, turns);
  return real.subarray(0, n).map((x) => x / size / n);
}

/** Numbers that are taken through all short steps at a time, while they are near. */
const near = 2 ** 12;

/** The discrete Fourier transform in place, for a length that is a power of 2 (Cooley and Tukey 1965, decimation in time). */
function transform(real: Float64Array, imaginary: Float64Array, turns: Turns): void {
  const size = real.length;
  reverseBits(real);
  reverseBits(imaginary);
  const short = Math.min(size, near);
  for (let from = 0; from < size; from += short)
    for (let half = 1; half < short; half *= 2) combine(real, imaginary, turns, half, from, from + short);
  for (let half = short; half < size; half *= 2) combine(real, imaginary, turns, half, 0, size);
}

/** Cosines and sines of the parts of half a turn. */
type Turns = { readonly cosines: Float64Array; readonly sines: Float64Array };

function turnsOf(half: number): Turns {
  const [cosines, sines] = [new Float64Array(half), new Float64Array(half)];
  for (let k = 0; k < half; k++) {
    cosines[k] = Math.cos((Math.PI * k) / half);
    sines[k] = -Math.sin((Math.PI * k) / half);
  }
  return { cosines, sines };
}

/** Makes one transform of each two neighbouring ones of length `half` between two places. */
function combine(
  real: Float64Array,
  imaginary: Float64Array,
  { cosines, sines }: Turns,
  half: number,
  from: number,
  to: number,
): void {
  const stride = cosines.length / half;
  for (let block = from; block < to; block += 2 * half) {
    for (let k = 0; k < half; k++) {
      const cosine = cosines[k * stride]!;
      const sine = sines[k * stride]!;
      const i = block + k;
      const j = i + half;
      const re = real[j]! * cosine - imaginary[j]! * sine;
      const im = real[j]! * sine + imaginary[j]! * cosine;
      real[j] = real[i]! - re;
      imaginary[j] = imaginary[i]! - im;
      real[i]! += re;
      imaginary[i]! += im;
    }
  }
}

function reverseBits(values: Float64Array): void {
  const size = values.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [values[i], values[j]] = [values[j]!, values[i]!];
  }
}
