/** Estimands evaluated on the empirical distribution of units. */
import { type Estimand, freeNames } from '../identify/estimand.js';
import { type Effect, standardErrorOf, type UnitColumn, type Units, unestimable } from './units.js';

/** Values that a column of numbers may have and still be a label. */
const mostValues = 50;
/** Parts that an estimand may have once its sums are written out. */
const mostParts = 2_000_000;

/** A variable with finitely many values: what they are, and which one each unit has. */
type Discrete = { readonly values: readonly number[]; readonly codes: Int32Array };

function discrete({ values, levels }: UnitColumn): Discrete | null {
  const found =
    levels === null ? [...new Set(values)].sort((a, b) => a - b) : Array.from({ length: levels }, (_, k) => k);
  if (found.length > mostValues) return null;
  const codeOf = new Map(found.map((v, k) => [v, k]));
  return { values: found, codes: Int32Array.from(values, (v) => codeOf.get(v) ?? 0) };
}

/** The units' shares of each combination of some variables, with the derivative of the answer by each. */
type Margin = { readonly keys: Int32Array; readonly shares: Float64Array; readonly slopes: Float64Array };

/** A part of an expression at values of its names; parts that it is made of stand before it. */
type Part = { readonly value: number; readonly pass: (slope: number) => void; slope: number };

/**
 * The effect by an estimand of P(outcome | do(exposure), group), all whose variables have few values: each probability in it is a share of units. Its
 * error is that of the influence function, the derivative of the answer by the units' shares (Hampel, JASA 69, 1974; van der Vaart, Asymptotic
 * Statistics, 1998, section 20.1), which the parts pass down from the answer to the shares in one sweep (reverse accumulation).
 */
export function byEstimand(units: Units, estimand: Estimand): Effect {
  const { rows, outcome, exposure, arms, among, others, group = [] } = units;
  if (among !== null) return unestimable('only the effect among all units is known by a formula');
  const variables = new Map<string, Discrete>();
  for (const column of [outcome, exposure, ...others]) {
    const made = discrete(column);
    if (made === null)
      return unestimable(`\`${column.name}\` has more than ${mostValues} values, and the formula sums over labels`);
    variables.set(column.name, made);
  }
  const variable = (name: string): Discrete => {
    const found = variables.get(name);
    if (found === undefined) throw new Error(`estimate: the estimand names '${name}', which is no column`);
    return found;
  };
  const margins = new Map<string, Margin>();
  const marginOf = (names: readonly string[]): Margin => {
    const sorted = [...names].sort();
    const id = sorted.join();
    const before = margins.get(id);
    if (before !== undefined) return before;
    const keys = new Int32Array(rows);
    const size = sorted.reduce((product, name) => product * variable(name).values.length, 1);
    if (size > mostParts) throw tooLarge;
    for (const name of sorted) {
      const { values, codes } = variable(name);
      for (let r = 0; r < rows; r++) keys[r] = keys[r]! * values.length + codes[r]!;
    }
    const shares = new Float64Array(size);
    for (let r = 0; r < rows; r++) shares[keys[r]!]! += 1;
    for (let k = 0; k < size; k++) shares[k]! /= rows;
    const made = { keys, shares, slopes: new Float64Array(size) };
    margins.set(id, made);
    return made;
  };
  const keyIn = (names: readonly string[], at: ReadonlyMap<string, number>): number =>
    [...names].sort().reduce((key, name) => key * variable(name).values.length + at.get(name)!, 0);

  const tape: Part[] = [];
  const put = (value: number, pass: (slope: number) => void): Part => {
    if (tape.length >= mostParts) throw tooLarge;
    const part = { value, pass, slope: 0 };
    tape.push(part);
    return part;
  };
  const open = new Map<Estimand, readonly string[]>();
  const known = new Map<Estimand, Map<string, Part>>();
  const partAt = (e: Estimand, at: ReadonlyMap<string, number>): Part => {
    const names = open.get(e) ?? [...freeNames(e)];
    open.set(e, names);
    const table = known.get(e) ?? new Map<string, Part>();
    known.set(e, table);
    const key = names.map((name) => at.get(name)).join();
    const before = table.get(key);
    if (before !== undefined) return before;
    const made = compute(e, at);
    table.set(key, made);
    return made;
  };
  const add = (parts: readonly (readonly [number, Part])[]): Part =>
    put(
      parts.reduce((sum, [weight, { value }]) => sum + weight * value, 0),
      (slope) => {
        for (const [weight, part] of parts) part.slope += weight * slope;
      },
    );
  const compute = (e: Estimand, at: ReadonlyMap<string, number>): Part => {
    switch (e.kind) {
      case 'probability': {
        const [joint, beside] = [marginOf([...e.of, ...e.given]), marginOf(e.given)];
        const [k, g] = [keyIn([...e.of, ...e.given], at), keyIn(e.given, at)];
        const p = joint.shares[k]! / beside.shares[g]!;
        return put(p, (slope) => {
          if (Number.isNaN(p)) return;
          joint.slopes[k]! += slope / beside.shares[g]!;
          beside.slopes[g]! -= (slope * p) / beside.shares[g]!;
        });
      }
      case 'product': {
        const factors = e.factors.map((f) => partAt(f, at));
        // What is certain not to happen needs no other factor, which may then be unknown.
        const none = factors.some(({ value }) => value === 0);
        return put(none ? 0 : factors.reduce((p, { value }) => p * value, 1), (slope) => {
          factors.forEach((factor, k) => {
            const rest = factors.reduce((p, { value }, j) => (j === k ? p : p * value), 1);
            if (!Number.isNaN(rest)) factor.slope += slope * rest;
          });
        });
      }
      case 'quotient': {
        const [above, below] = [partAt(e.above, at), partAt(e.below, at)];
        const value = above.value === 0 ? 0 : above.value / below.value;
        return put(value, (slope) => {
          if (!(below.value > 0)) return;
          above.slope += slope / below.value;
          below.slope -= (slope * value) / below.value;
        });
      }
      case 'sum': {
        const parts: (readonly [number, Part])[] = [];
        const run = (k: number, inside: ReadonlyMap<string, number>): void => {
          const name = e.over[k];
          if (name === undefined) parts.push([1, partAt(e.body, inside)]);
          else for (let v = 0; v < variable(name).values.length; v++) run(k + 1, new Map([...inside, [name, v]]));
        };
        run(0, at);
        return add(parts);
      }
    }
  };

  // Names that stand open beside exposure and outcome may have any value, since nothing hangs on it: the most frequent one.
  const at = new Map<string, number>();
  for (const name of freeNames(estimand))
    if (name !== outcome.name && name !== exposure.name && !group.some((g) => g.name === name)) {
      const { shares } = marginOf([name]);
      at.set(name, shares.indexOf(Math.max(...shares)));
    }
  for (const { name, value } of group) {
    const place = variable(name).values.indexOf(value);
    if (place < 0) return unestimable('no unit meets the conditions');
    at.set(name, place);
  }
  const terms: (readonly [number, Part])[] = [];
  try {
    for (const { sign, value } of arms) {
      const x = variable(exposure.name).values.indexOf(value);
      if (x < 0 || !exposure.values.includes(value)) return unestimable('no unit has the exposure that is asked about');
      variable(outcome.name).values.forEach((y, k) => {
        const here = new Map([...at, [exposure.name, x], [outcome.name, k]]);
        if (y !== 0) terms.push([sign * y, partAt(estimand, here)]);
      });
    }
  } catch (thrown) {
    if (thrown === tooLarge) return unestimable('the formula has too many parts: its variables have too many values');
    throw thrown;
  }
  const answer = add(terms);
  if (!Number.isFinite(answer.value))
    return unestimable('the formula needs the share of something among units of which there are none (no overlap)');
  answer.slope = 1;
  for (let k = tape.length - 1; k >= 0; k--) if (tape[k]!.slope !== 0) tape[k]!.pass(tape[k]!.slope);
  const influence = new Float64Array(rows);
  for (const { keys, slopes } of margins.values()) for (let r = 0; r < rows; r++) influence[r]! += slopes[keys[r]!]!;
  return {
    ok: true,
    value: answer.value,
    se: standardErrorOf(influence),
    how: 'the formula of the effect on the shares of units',
    remarks: [],
  };
}

/** The names of an estimand, those that its sums bind among them. */
export function namesIn(e: Estimand): Set<string> {
  switch (e.kind) {
    case 'probability':
      return new Set([...e.of, ...e.given, ...e.action]);
    case 'sum':
      return new Set([...e.over, ...namesIn(e.body)]);
    case 'product':
      return new Set(e.factors.flatMap((f) => [...namesIn(f)]));
    case 'quotient':
      return new Set([...namesIn(e.above), ...namesIn(e.below)]);
  }
}

/** Thrown where an estimand is too large to be written out, and caught where that began. */
const tooLarge = Symbol('too large');
