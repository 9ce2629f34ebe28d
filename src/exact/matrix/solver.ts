/** The solver of programs that draw vectors and matrices. */
import { isFault } from '../../ir/faults.js';
import type { Func, Program } from '../../ir/ir.js';
import { findFunction } from '../../ir/program.js';
import { costOf } from '../../passes/cost.js';
import type { JointLaw, Law } from '../law.js';
import { type Problem, type Refusal, refuse, type Solver } from '../solver.js';
import { dot, inverted, type Rows, rootOf, rowsOf, symmetric } from './linear.js';
import { type Normal, normalOf, quadraticFeatures } from './normal.js';
import { distributionOf, featuresOf, type NormalWishart, type Point, type Role } from './normal_wishart.js';
import { countOf, type Draw, drawsOf, opened, type Shape, yieldingDraws } from './opened.js';
import { type Fit, leastSquares, residualOf, spreadNumbers, sumOf } from './points.js';
import { covarianceOf, lawOf, normalLaw, type Target, targetFeatures, targetOf } from './target.js';

/** Numbers of all vectors together, and rows of a matrix. */
const mostNumbers = 24;
const mostRows = 8;
/** Draws from the prior that tell where to begin. */
const priorDraws = 32;
/** So far from its form a log weight may be by rounding, by itself and for each unit of its size. */
const tolerance = { absolute: 1e-8, relative: 1e-11 } as const;
/** What the density of what is drawn may lack of an integral of 1. */
const properWithin = 1e-6;

/**
 * A covariance or precision matrix with vectors that are normal given it (normal-inverse-Wishart and normal-Wishart), or vectors that are
 * jointly normal by themselves. Neither family nor program is read: the log of the weight, as a function of what is drawn, is asked at
 * points, and is a sum of the functions that such a distribution has in its density, or the program is refused.
 */
export const matrices: Solver = {
  name: 'matrix',
  solve: (problem) => {
    const { program, main: name } = problem;
    const main = findFunction(program, name);
    if (main === null) return refuse('there is no program');
    const draws = drawsOf(program, main);
    if (typeof draws === 'string') return refuse(draws);
    try {
      return solveOpen(problem, main, draws);
    } catch (thrown) {
      if (isFault(thrown)) return refuse('the weight has no value at some points');
      throw thrown;
    }
  },
};

/** What is asked of an opened program at points: logs of weights, and the targets. */
type Asked = { readonly logWeights: readonly number[]; readonly targets: readonly (readonly number[])[] };
type Ask = (points: readonly Point[]) => Asked;

/** The draws of a program: their shapes, and where they lie. */
type Scene = {
  readonly size: number;
  readonly lengths: readonly number[];
  /** Points of the prior's size. */
  readonly start: Around;
};

/** A place around which points are laid: means and a scale of the matrix. */
type Around = { readonly centre: Rows; readonly matrix: Rows; readonly width: Rows };

function solveOpen(problem: Problem, main: Func, draws: readonly Draw[]): ReturnType<Solver['solve']> {
  const { program } = problem;
  const families = [...new Set(draws.map((d) => d.family))];
  const run = (p: Program) => problem.run(p, families);
  const shapes = shapesOf(run(yieldingDraws(program, main, draws))([], priorDraws).columns);
  if (shapes === null) return refuse('a draw has no size that is known, or is no symmetric matrix');
  const scene = sceneOf(shapes);
  if (typeof scene === 'string') return refuse(scene);
  const prior = opened(
    program,
    main,
    draws,
    shapes.map((s) => s.shape),
    false,
  );
  const whole = opened(
    program,
    main,
    draws,
    shapes.map((s) => s.shape),
    true,
  );
  if (prior === null || whole === null) return refuse('what is drawn hangs on what is seen');
  const points = 2 * featureCount(scene) + 16;
  if (costOf(whole, problem.main).operations * points * 6 > problem.budget)
    return refuse('its weight takes too long to ask at many points');
  const asks = [prior, whole].map((p) => askOf(run(p), draws, shapes));
  const [askPrior, askWhole] = [asks[0]!, asks[1]!];
  const roles: readonly Role[] = scene.size === 0 ? ['covariance'] : ['covariance', 'precision'];
  let reason = '';
  for (const role of roles) {
    const before = found(askPrior, scene, role);
    if (typeof before === 'string') {
      reason = before;
      continue;
    }
    if (Math.abs(before.logTotal) > properWithin) return refuse('the density of what is drawn has no integral of 1');
    const after = found(askWhole, scene, role);
    if (typeof after === 'string') return refuse(after);
    return answered(problem, askWhole, scene, role, after);
  }
  return refuse(reason);
}

type Shaped = { readonly shape: Shape; readonly draws: readonly Rows[] };

/** Shapes of columns of draws; null where one differs from draw to draw, or a matrix is not symmetric. */
function shapesOf(columns: readonly (Float64Array | readonly unknown[])[]): readonly Shaped[] | null {
  const out: Shaped[] = [];
  for (const column of columns) {
    const draws: Rows[] = [];
    let shape: Shape | null = null;
    for (const value of column) {
      if (typeof value !== 'object' || value === null) return null;
      const rows = rowsIn(value);
      if (rows === null) return null;
      const kind = rows.nested ? 'matrix' : 'vector';
      const size = rows.nested ? rows.rows.length : rows.rows[0]!.length;
      if (shape !== null && (shape.kind !== kind || shape.size !== size)) return null;
      if (rows.nested && !isSymmetric(rows.rows)) return null;
      shape = { kind, size };
      draws.push(rows.rows);
    }
    if (shape === null || shape.size === 0) return null;
    out.push({ shape, draws });
  }
  return out;
}

function rowsIn(value: object): { readonly nested: boolean; readonly rows: Rows } | null {
  const parts: readonly unknown[] = Array.from(value instanceof Float64Array ? value : Object.values(value));
  if (parts.every((x): x is number => typeof x === 'number')) return { nested: false, rows: [parts] };
  const rows = parts.map((row) =>
    typeof row === 'object' && row !== null ? Array.from(Object.values(row), Number) : [],
  );
  return { nested: true, rows };
}

const isSymmetric = (m: Rows): boolean =>
  m.every(
    (row, i) =>
      row.length === m.length &&
      row.every((x, j) => Math.abs(x - m[j]![i]!) <= 1e-9 * Math.sqrt(Math.abs(m[i]![i]! * m[j]![j]!))),
  );

function sceneOf(shapes: readonly Shaped[]): Scene | string {
  const matrixes = shapes.filter((s) => s.shape.kind === 'matrix');
  const vectors = shapes.filter((s) => s.shape.kind === 'vector');
  const [matrix] = matrixes;
  if (matrixes.length > 1) return 'there are several matrices';
  const size = matrix?.shape.size ?? 0;
  const lengths = vectors.map((v) => v.shape.size);
  if (size > mostRows || lengths.reduce((a, b) => a + b, 0) > mostNumbers) return 'there are too many numbers';
  if (size > 0 && lengths.some((n) => n !== size)) return 'vectors are of other lengths than the matrix';
  const centre = vectors.map(({ draws, shape }) =>
    Array.from({ length: shape.size }, (_, i) => median(draws.map((d) => d[0]![i]!))),
  );
  const scale = rowsOf(size, (i, j) => (i === j ? median(matrix!.draws.map((d) => d[i]![i]!)) : 0));
  const width = vectors.map(({ draws }, k) =>
    centre[k]!.map((m, i) => median(draws.map((d) => Math.abs(d[0]![i]! - m))) || 1),
  );
  return { size, lengths, start: { centre, matrix: scale, width } };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const featureCount = ({ size, lengths }: Scene): number => {
  const numbers = lengths.reduce((a, b) => a + b, 0);
  const n = lengths.length;
  return size === 0 ? 1 + numbers + (numbers * (numbers + 1)) / 2 : 2 + size * (size + 1) + numbers + (n * (n + 1)) / 2;
};

/** Points around a place; `spread` tells how far away. */
function pointsAround({ centre, matrix, width }: Around, count: number, spread: number): readonly Point[] {
  const next = spreadNumbers();
  const root = matrix.length === 0 ? [] : (rootOf(matrix) ?? []);
  const size = matrix.length;
  return Array.from({ length: count }, () => {
    const noise = rowsOf(size, () => spread * next());
    // L exp-like: (I + N)(I + N)' on both sides of the root keeps it positive definite.
    const inner = rowsOf(size, (i, j) => (i === j ? Math.exp(noise[i]![j]!) : 0.5 * noise[i]![j]!));
    const factor = rowsOf(size, (i, j) => root[i]!.reduce((sum, x, k) => sum + x * inner[k]![j]!, 0));
    return {
      matrix: symmetric(rowsOf(size, (i, j) => dot(factor[i]!, factor[j]!))),
      vectors: centre.map((m, k) => m.map((x, i) => x + 2 * spread * width[k]![i]! * next())),
    };
  });
}

/** Asks an opened program at points. */
function askOf(run: ReturnType<Problem['run']>, draws: readonly Draw[], shapes: readonly Shaped[]): Ask {
  return (points) => {
    const columns = draws.flatMap((_, k) => {
      const { shape } = shapes[k]!;
      const number = shapes.slice(0, k).filter((s) => s.shape.kind === 'vector').length;
      return Array.from({ length: countOf(shape) }, (_, n) =>
        Float64Array.from(points, ({ matrix, vectors }) =>
          shape.kind === 'matrix' ? matrix[Math.floor(n / shape.size)]![n % shape.size]! : vectors[number]![n]!,
        ),
      );
    });
    const { logWeight, columns: targets } = run(columns, points.length);
    return { logWeights: [...logWeight], targets: targets.map((c) => Array.from(c, Number)) };
  };
}

type Found = NormalWishart | Normal;

/** The distribution of the form that the weight is to have; or why it has not. Found twice: around the prior, then around itself. */
function found(ask: Ask, scene: Scene, role: Role): Found | string {
  const { size, lengths } = scene;
  const features = (point: Point): readonly number[] =>
    size === 0 ? quadraticFeatures(point.vectors.flat()) : featuresOf(point, role);
  const make = (coefficients: readonly number[]): Found | null =>
    size === 0
      ? normalOf(
          coefficients,
          lengths.reduce((a, b) => a + b, 0),
        )
      : distributionOf(coefficients, size, lengths.length, role);
  const count = 2 * featureCount(scene) + 16;
  let coefficients: readonly number[] | null = null;
  let around = scene.start;
  for (const spread of [1, 0.6, 0.6]) {
    const points = pointsAround(around, count, spread);
    const { logWeights } = ask(points);
    if (!logWeights.every(Number.isFinite)) return 'the weight has no value at some points';
    const rows = points.map(features);
    // What is left of the weight is small, and so is its rounding.
    const left = logWeights.map((w, i) => w - (coefficients === null ? 0 : sumOf(rows[i]!, coefficients)));
    const more: Fit | null = leastSquares(rows, left);
    if (more === null) return 'points do not tell the form of the weight';
    const before: readonly number[] | null = coefficients;
    coefficients = more.coefficients.map((c, k) => c + (before?.[k] ?? 0));
    const size = Math.max(...logWeights.map(Math.abs));
    if (more.residual > tolerance.absolute + tolerance.relative * size)
      return 'the weight is not that of normal vectors and a Wishart matrix';
    const made = make(coefficients);
    if (made === null) return 'the weight has no finite integral';
    around = aroundOf(made, scene);
  }
  // Far from where it was found it must be the same.
  const points = pointsAround(scene.start, count, 1.7);
  const { logWeights } = ask(points);
  const limit = tolerance.absolute + 10 * tolerance.relative * Math.max(...logWeights.map(Math.abs));
  const off = !logWeights.every(Number.isFinite) || residualOf(points.map(features), logWeights, coefficients!) > limit;
  const made = off ? null : make(coefficients!);
  return made ?? 'the weight is not that of normal vectors and a Wishart matrix';
}

function aroundOf(made: Found, { lengths }: Scene): Around {
  if (made.kind === 'normal') {
    let next = 0;
    const cut = (f: (i: number) => number): Rows => {
      next = 0;
      return lengths.map((n) => Array.from({ length: n }, () => f(next++)));
    };
    return {
      centre: cut((i) => made.mean[i]!),
      matrix: [],
      width: cut((i) => Math.sqrt(made.covariance[i]![i]!)),
    };
  }
  const { nu, psi, means, spread, role } = made;
  const covariance = psi.map((row) => row.map((x) => x / nu));
  return {
    centre: means,
    matrix: role === 'covariance' ? covariance : inverted(covariance),
    width: means.map((m, k) => m.map((_, i) => Math.sqrt(spread[k]![k]! * covariance[i]![i]!))),
  };
}

function answered(
  problem: Problem,
  ask: Ask,
  scene: Scene,
  role: Role,
  made: Found,
): ReturnType<Solver['solve']> | Refusal {
  const { size, lengths } = scene;
  const around = aroundOf(made, scene);
  const count = 2 * (1 + size * (size + 1) + lengths.reduce((a, b) => a + b, 0)) + 16;
  const points = pointsAround(around, count, 1);
  const { targets: values } = ask(points);
  const rows = points.map(targetFeatures);
  const targets: Target[] = [];
  for (const wanted of values) {
    const line = wanted.every(Number.isFinite) ? leastSquares(rows, wanted) : null;
    const most = Math.max(...wanted.map(Math.abs), 1e-300);
    if (line === null || line.residual > 1e-9 * most) return refuse('a target is not linear in what is drawn');
    const reach = rows[0]!.map((_, k) => Math.max(...rows.map((row) => Math.abs(row[k]!))));
    const clean = line.coefficients.map((c, k) => (Math.abs(c) * reach[k]! < 1e-10 * most ? 0 : rounded(c)));
    targets.push(targetOf(clean, size, lengths, role));
  }
  const laws: Law[] = [];
  for (const target of targets) {
    const law = made.kind === 'normal' ? normalLaw(target, made) : lawOf(target, made, problem);
    if (law === null) return refuse('the mean of a target is not known');
    laws.push(law);
  }
  const covariance = (a: number, b: number): number | null => covarianceOf(targets[a]!, targets[b]!, made);
  const joint = (outputs: readonly number[]): JointLaw | null =>
    made.kind === 'normal' && outputs.every((k) => laws[k]!.kind === 'normal')
      ? {
          kind: 'normal',
          mean: Float64Array.from(outputs, (k) => {
            const law = laws[k]!;
            return law.kind === 'normal' ? law.mean : Number.NaN;
          }),
          covariance: Float64Array.from(outputs.flatMap((a) => outputs.map((b) => covariance(a, b) ?? Number.NaN))),
        }
      : null;
  return {
    ok: true,
    solved: {
      logEvidence: made.logTotal,
      leftOut: 0,
      marginal: (output) => laws[output]!,
      covariance,
      joint,
      how: [howOf(made)],
    },
  };
}

/** A coefficient that is a short number but for rounding. */
function rounded(c: number): number {
  const near = Number(c.toPrecision(10));
  return Math.abs(c - near) <= 1e-11 * Math.abs(c) ? near : c;
}

function howOf(made: Found): string {
  if (made.kind === 'normal')
    return `The weight is that of ${made.mean.length} jointly normal numbers, which are integrated in closed form.`;
  const matrix = made.role === 'covariance' ? 'an inverse Wishart' : 'a Wishart';
  const with_ = made.means.length === 0 ? '' : ` with ${made.means.length} normal vectors given it`;
  return `The weight is that of ${matrix} matrix${with_}: ${made.nu.toPrecision(6)} degrees of freedom, integrated in closed form.`;
}
