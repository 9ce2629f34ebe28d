import { Matrix, solve } from 'ml-matrix';
import type { UnitColumn } from '../estimate/units.js';
import { gammaTail } from './tail.js';
import { silent, type TestMaker, type TestResult, untestable } from './test.js';

/** All pairs of rows are compared. */
const mostRows = 5000;
/** How much of what is given is left as noise (the paper's ε). */
const ridge = 1e-3;
/** A kernel matrix is written with at most this many factors. */
const mostFactors = 200;

/**
 * The kernel test of (conditional) independence with the gamma approximation of its null law (Zhang, Peters, Janzing and Schölkopf, "Kernel-based
 * conditional independence test and application in causal discovery", UAI 2011, theorems 3 and 5, sections 3.2 and 3.3): finds any kind of dependence.
 * Gaussian kernels of quantities, equality of labels. Kernel matrices are products of factors (incomplete Cholesky decomposition), so a test of n
 * rows takes n² steps and not n³.
 */
export const kernel: TestMaker = {
  name: 'kernel',
  summary: 'any kind of dependence, by kernels; up to some thousand rows',
  make: (columns) => {
    const rows = columns[0]?.values.length ?? 0;
    if (rows > mostRows) return untestable(`it compares all pairs of rows, and ${rows} rows are too many for that`);
    const scaled = columns.map((column): UnitColumn => ({ ...column, values: scaledValues(column) }));
    return {
      ok: true,
      test: {
        name: 'kernel',
        test: (x, y, given) => {
          if (rows < 10) return silent;
          const [a, b] = [scaled[x]!, scaled[y]!];
          const others = given.map((v) => scaled[v]!);
          const width = rows <= 200 ? 0.8 : rows < 1200 ? 0.5 : 0.3;
          return others.length === 0
            ? unconditional(factorsOf([a], width, rows), factorsOf([b], width, rows))
            : conditional(a, b, others, width, rows);
        },
      },
    };
  },
};

/** Quantities with mean 0 and variance 1; labels as they are. */
function scaledValues({ values, levels }: UnitColumn): Float64Array {
  if (levels !== null) return values;
  let mean = 0;
  for (const v of values) mean += v / values.length;
  let variance = 0;
  for (const v of values) variance += (v - mean) ** 2 / values.length;
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  return values.map((v) => (v - mean) * scale);
}

/** Centred factors of a kernel matrix of some columns: the matrix is F Fᵀ. Stored row by row. */
type Factors = { readonly rows: number; readonly width: number; readonly values: Float64Array };

/** Incomplete Cholesky decomposition with pivots of the Gaussian kernel exp(−|u − v|² / (2 width² d)) of d quantities, times equality of labels. */
function factorsOf(columns: readonly UnitColumn[], width: number, rows: number): Factors {
  const quantities = columns.filter(({ levels }) => levels === null).map(({ values }) => values);
  const labels = columns.filter(({ levels }) => levels !== null).map(({ values }) => values);
  const scale = 1 / (2 * width * width * Math.max(1, quantities.length));
  const made: Float64Array[] = [];
  const left = new Float64Array(rows).fill(1);
  while (made.length < Math.min(mostFactors, rows)) {
    let pivot = 0;
    let total = 0;
    for (let r = 0; r < rows; r++) {
      total += left[r]!;
      if (left[r]! > left[pivot]!) pivot = r;
    }
    if (total < ridge * 0.1 || left[pivot]! < 1e-12) break;
    const factor = new Float64Array(rows);
    const root = Math.sqrt(left[pivot]!);
    for (const q of quantities) for (let r = 0; r < rows; r++) factor[r]! += (q[r]! - q[pivot]!) ** 2;
    for (let r = 0; r < rows; r++)
      factor[r] = labels.every((l) => l[r] === l[pivot]) ? Math.exp(-factor[r]! * scale) : 0;
    for (const f of made) {
      const share = f[pivot]!;
      for (let r = 0; r < rows; r++) factor[r]! -= f[r]! * share;
    }
    for (let r = 0; r < rows; r++) factor[r]! /= root;
    for (let r = 0; r < rows; r++) left[r] = Math.max(0, left[r]! - factor[r]! * factor[r]!);
    left[pivot] = 0;
    made.push(factor);
  }
  const values = new Float64Array(rows * made.length);
  for (const [k, factor] of made.entries()) {
    let mean = 0;
    for (const v of factor) mean += v / rows;
    for (let r = 0; r < rows; r++) values[r * made.length + k] = factor[r]! - mean;
  }
  return { rows, width: made.length, values };
}

/** Aᵀ B of two lists of factors. */
function products(a: Factors, b: Factors): Matrix {
  const out = new Float64Array(a.width * b.width);
  const [width, left, right] = [b.width, a.values, b.values];
  for (let r = 0, k = 0; r < a.rows; r++)
    for (let i = 0, at = 0; i < a.width; i++, k++) {
      const u = left[k]!;
      for (let j = r * width; j < (r + 1) * width; j++, at++) out[at] = out[at]! + u * right[j]!;
    }
  return Matrix.from1DArray(a.width, b.width, out);
}

/** The sum of the squares of Aᵀ B: the trace of the product of the two kernel matrices. */
const traceOfProduct = (a: Factors, b: Factors): number => products(a, b).norm('frobenius') ** 2;

function trace({ values }: Factors): number {
  let sum = 0;
  for (const v of values) sum += v * v;
  return sum;
}

/** Theorem 4 and section 3.3: T = tr(Kx Ky) / n against a gamma law of its mean and variance. */
function unconditional(x: Factors, y: Factors): TestResult {
  const n = x.rows;
  return judged(
    traceOfProduct(x, y) / n,
    (trace(x) * trace(y)) / (n * n),
    (2 * traceOfProduct(x, x) * traceOfProduct(y, y)) / n ** 4,
  );
}

function conditional(
  x: UnitColumn,
  y: UnitColumn,
  given: readonly UnitColumn[],
  width: number,
  rows: number,
): TestResult {
  const halved = given.map((c): UnitColumn => (c.levels === null ? { ...c, values: c.values.map((v) => v / 2) } : c));
  const others = factorsOf(given, width, rows);
  const left = without(factorsOf([x, ...halved], width, rows), others);
  const right = without(factorsOf([y], width, rows), others);
  // The eigenvalues of the null law are those of the entrywise product of both matrices: only their sum and sum of squares are needed.
  const n = rows;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const own = inner(left, i, i) * inner(right, i, i);
    mean += own;
    squares += own * own;
    for (let j = 0; j < i; j++) squares += 2 * (inner(left, i, j) * inner(right, i, j)) ** 2;
  }
  return judged(traceOfProduct(left, right) / n, mean / n, (2 * squares) / (n * n));
}

/** Entry (i, j) of the matrix of the factors. */
function inner({ width, values }: Factors, i: number, j: number): number {
  let sum = 0;
  for (let k = 0, a = i * width, b = j * width; k < width; k++) sum += values[a + k]! * values[b + k]!;
  return sum;
}

/** What kernel ridge regression on the given leaves: R F with R = ε (K + ε I)⁻¹ = I − G (GᵀG + ε I)⁻¹ Gᵀ. */
function without(of: Factors, given: Factors): Factors {
  const gram = products(given, given);
  for (let k = 0; k < given.width; k++) gram.set(k, k, gram.get(k, k) + ridge);
  const fitted = Float64Array.from(solve(gram, products(given, of)).to1DArray());
  const values = of.values.slice();
  const [width, all] = [of.width, given.values];
  for (let r = 0, k = 0; r < of.rows; r++)
    for (let i = 0, at = 0; i < given.width; i++, k++) {
      const g = all[k]!;
      for (let j = r * width; j < (r + 1) * width; j++, at++) values[j] = values[j]! - g * fitted[at]!;
    }
  return { ...of, values };
}

function judged(statistic: number, mean: number, variance: number): TestResult {
  if (!(mean > 0) || !(variance > 0)) return silent;
  const shape = (mean * mean) / variance;
  const scale = variance / mean;
  return { statistic, p: gammaTail(shape, statistic / scale), df: null, sparse: false };
}
