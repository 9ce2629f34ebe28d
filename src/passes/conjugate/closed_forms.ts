/**
 * Functions of the library that are computed in pieces, for accuracy, by what they mean. A function counts only if its values agree with
 * the closed form: so one of the same name that computes something else is interpreted as it stands.
 */
import type { Instruction } from '../../ir/ir.js';
import { findFunction } from '../../ir/program.js';
import { holdsLatents, plainCall, type Setting } from './interpret.js';
import { numberPolynomial, type Polynomial, scale } from './polynomial.js';
import { type Abstract, combine, leaf, type Tree } from './value.js';

type ClosedForm = {
  readonly arity: number;
  /** How many of the first arguments must be without latent quantities. */
  readonly plain: number;
  /** The value at arguments; `constant` is what remains at the reference arguments. */
  readonly value: (x: readonly number[]) => number;
  readonly build: (x: readonly Polynomial[], setting: Setting, rest: Polynomial) => Polynomial;
  /** Arguments behind the plain ones at which the function itself gives the part without latent quantities. */
  readonly reference: readonly number[];
  /** What the closed form without that part is at the reference. */
  readonly atReference: (plain: readonly Polynomial[], setting: Setting) => Polynomial;
  readonly samples: readonly (readonly number[])[];
};

const nothing = (): Polynomial => numberPolynomial(0);
const lnGamma = (n: number): number => {
  // log Γ at whole numbers, for the samples.
  let sum = 0;
  for (let k = 2; k < n; k++) sum += Math.log(k);
  return sum;
};
const one = numberPolynomial(1);

const forms: Readonly<Record<string, ClosedForm>> = {
  log1p: {
    arity: 1,
    plain: 0,
    value: ([x = 0]) => Math.log1p(x),
    build: ([x], { algebra }) => algebra.logOf(algebra.plus(one, x!)),
    reference: [],
    atReference: nothing,
    samples: [[0.3], [2.5], [-0.4]],
  },
  expm1: {
    arity: 1,
    plain: 0,
    value: ([x = 0]) => Math.expm1(x),
    build: ([x], { algebra }) => algebra.minus(algebra.expOf(x!), one),
    reference: [],
    atReference: nothing,
    samples: [[0.3], [1.5], [-2]],
  },
  log1p_minus: {
    arity: 1,
    plain: 0,
    value: ([x = 0]) => Math.log1p(x) - x,
    build: ([x], { algebra }) => algebra.minus(algebra.logOf(algebra.plus(one, x!)), x!),
    reference: [],
    atReference: nothing,
    samples: [[0.3], [1.5], [-0.7]],
  },
  log_poisson_term: {
    arity: 2,
    plain: 1,
    value: ([k = 0, m = 0]) => k * Math.log(m) - m - lnGamma(k + 1),
    build: ([k, m], { algebra }, rest) => algebra.plus(algebra.minus(algebra.times(k!, algebra.logOf(m!)), m!), rest),
    reference: [1],
    atReference: () => numberPolynomial(-1),
    samples: [
      [1, 0.5],
      [4, 3],
      [7, 40],
      [2, 2],
    ],
  },
  log_beta_term: {
    arity: 4,
    plain: 2,
    value: ([a = 0, b = 0, x = 0, y = 0]) =>
      a * Math.log(x) + b * Math.log(y) + lnGamma(a + b) - lnGamma(a) - lnGamma(b),
    build: ([a, b, x, y], { algebra }, rest) =>
      algebra.plus(algebra.plus(algebra.times(a!, algebra.logOf(x!)), algebra.times(b!, algebra.logOf(y!))), rest),
    reference: [0.5, 0.5],
    atReference: ([a, b], { algebra }) => scale(algebra.plus(a!, b!), -Math.LN2),
    samples: [
      [1, 1, 0.25, 0.75],
      [2, 5, 0.5, 0.5],
      [6, 3, 0.75, 0.25],
      [4, 4, 0.125, 0.875],
    ],
  },
  log_binomial_term: {
    arity: 3,
    plain: 2,
    value: ([n = 0, k = 0, p = 0]) =>
      k * Math.log(p) + (n - k) * Math.log1p(-p) + lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1),
    build: ([n, k, p], { algebra }, rest) =>
      algebra.plus(
        algebra.plus(
          algebra.times(k!, algebra.logOf(p!)),
          algebra.times(algebra.minus(n!, k!), algebra.logOf(algebra.minus(one, p!))),
        ),
        rest,
      ),
    reference: [0.5],
    atReference: ([n]) => scale(n!, -Math.LN2),
    samples: [
      [5, 2, 0.25],
      [9, 9, 0.5],
      [4, 0, 0.75],
      [12, 7, 0.625],
    ],
  },
  log_negative_binomial_term: {
    arity: 3,
    plain: 2,
    value: ([k = 0, n = 0, odds = 0]) =>
      k * Math.log(odds) - (n + k) * Math.log1p(odds) + lnGamma(n + k) - lnGamma(n) - lnGamma(k + 1),
    build: ([k, n, odds], { algebra }, rest) =>
      algebra.plus(
        algebra.minus(
          algebra.times(k!, algebra.logOf(odds!)),
          algebra.times(algebra.plus(n!, k!), algebra.logOf(algebra.plus(one, odds!))),
        ),
        rest,
      ),
    reference: [1],
    atReference: ([k, n], { algebra }) => scale(algebra.plus(n!, k!), -Math.LN2),
    samples: [
      [2, 3, 0.5],
      [0, 4, 2],
      [7, 1, 1],
    ],
  },
};

/** The value of a call by its closed form, null where there is none that holds here. */
export function closedForm(callee: string, args: readonly Abstract[], setting: Setting): Tree | null {
  const name = /^[a-z0-9_]+/.exec(callee)?.[0] ?? '';
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form === undefined || args.length !== form.arity) return null;
  if (setting.exactly !== true && args.slice(0, form.plain).some((a) => holdsLatents(a, setting))) return null;
  const trees = args.flatMap((a) => (a.kind === 'number' ? [a.tree] : []));
  if (trees.length < args.length || !agrees(callee, form, setting)) return null;
  return combine(trees, (values) => {
    let rest = numberPolynomial(0);
    if (form.plain > 0) {
      const plain = values.slice(0, form.plain);
      const given = [...plain, ...form.reference.map((x) => numberPolynomial(x))];
      const real = { kind: 'real' } as const;
      const types = findFunction(setting.program, callee)?.body.args.map((a) => a.type) ?? [];
      const [whole] = plainCall(
        callee,
        given.map((value, k) => ({ kind: 'number', type: types[k] ?? real, tree: leaf(value) })),
        [real],
        setting,
      );
      if (whole?.kind !== 'number' || whole.tree.kind !== 'leaf') return leaf(numberPolynomial(Number.NaN));
      rest = setting.algebra.minus(whole.tree.value, form.atReference(plain, setting));
    }
    return leaf(form.build(values, setting, rest));
  });
}

/** Whether the function has the values of the closed form at the samples. */
function agrees(callee: string, form: ClosedForm, setting: Setting): boolean {
  const known = setting.compared.get(callee);
  if (known !== undefined) return known;
  const func = findFunction(setting.program, callee);
  const types = func?.body.args.map((a) => a.type) ?? [];
  const result = form.samples.every((sample) => {
    const call: Instruction = {
      kind: 'call',
      at: -1,
      results: [{ id: form.arity, type: { kind: 'real' } }],
      callee,
      args: sample.map((_, i) => i),
    };
    const values = setting.evaluator.run(setting.program, call, (id) => {
      const value = sample[id];
      return value === undefined ? null : { type: types[id] ?? { kind: 'real' }, value };
    });
    const value = values?.[0];
    return typeof value === 'number' && Math.abs(value - form.value(sample)) <= 1e-10 * Math.max(1, Math.abs(value));
  });
  setting.compared.set(callee, result);
  return result;
}
