/** Products of factors, summed down to a few variables. */
import { type Factor, logScaleOf, multiplyInto, newTable, odometer, scaled } from './factor.js';
import { type Scope, stridesIn, unionOf, type Variable } from './value.js';

/** The product of factors, summed to each of the targets; the variables of these must be among the factors'. */
export function contract(factors: readonly Factor[], targets: readonly Scope[]): readonly Factor[] {
  const sorted = (scope: Scope): Scope => [...scope].sort((a, b) => a.id - b.id);
  const clique = unionOf([...factors.map((f) => sorted(f.scope)), ...targets.map(sorted)]);
  const logScale = logScaleOf(factors);
  return factors.some((f) => f.map !== null)
    ? throughMaps(factors, clique, targets, logScale)
    : dense(factors, clique, targets, logScale);
}

function dense(
  factors: readonly Factor[],
  clique: Scope,
  targets: readonly Scope[],
  logScale: number,
): readonly Factor[] {
  const [first = []] = targets;
  const inTarget = new Set(first);
  // With what is summed out last, the sums of the first target run over neighbouring cells.
  const order = [...first, ...clique.filter((v) => !inTarget.has(v))];
  const table = newTable(order, 1);
  for (const factor of factors) multiplyInto(table, order, factor);
  return targets.map((target, k) => {
    const out = newTable(target, 0);
    if (k === 0) {
      const inner = table.length / out.length;
      for (let i = 0, base = 0; i < out.length; i++, base += inner) {
        let sum = 0;
        for (let j = base; j < base + inner; j++) sum += table[j]!;
        out[i] = sum;
      }
    } else {
      const strides = stridesIn(order, target);
      const { digits, advance } = odometer(order);
      for (const value of table) {
        let at = 0;
        for (let d = 0; d < digits.length; d++) at += digits[d]! * strides[d]!;
        out[at] = out[at]! + value;
        advance();
      }
    }
    return scaled(target, out, logScale);
  });
}

/** Where a table is read or written: the strides of free variables, and of certain ones by their numbers. */
type Access = {
  readonly table: Float64Array;
  readonly free: readonly number[];
  /** The stride of the last free variable. */
  readonly step: number;
  readonly certain: Int32Array;
  readonly strides: Int32Array;
  /** Where the present run of the last free variable starts. */
  base: number;
};

function throughMaps(
  factors: readonly Factor[],
  clique: Scope,
  targets: readonly Scope[],
  logScale: number,
): readonly Factor[] {
  // Two maps to one variable: the second is a test.
  const making: Factor[] = [];
  const tests: Factor[] = [];
  const made = new Set<Variable>();
  for (const factor of factors) {
    if (factor.map === null) continue;
    const child = factor.scope.at(-1)!;
    (made.has(child) ? tests : making).push(factor);
    made.add(child);
  }
  // The largest variable runs innermost.
  const free = clique.filter((v) => !made.has(v)).sort((a, b) => a.values.length - b.values.length);
  const ordered = inOrder(making, free);
  const certain = ordered.map((f) => f.scope.at(-1)!);
  const access = (scope: Scope, table: Float64Array): Access => {
    const byCertain = stridesIn(certain, scope);
    const used = byCertain.flatMap((stride, k) => (stride === 0 ? [] : [k]));
    const along = stridesIn(free, scope);
    return {
      table,
      free: along,
      step: along.at(-1) ?? 0,
      certain: Int32Array.from(used),
      strides: Int32Array.from(used, (k) => byCertain[k]!),
      base: 0,
    };
  };
  const none = new Float64Array(0);
  const steps = ordered.map((f) => ({ map: f.map!, at: access(f.scope.slice(0, -1), none) }));
  const checks = tests.map((f) => ({
    map: f.map!,
    at: access(f.scope.slice(0, -1), none),
    child: certain.indexOf(f.scope.at(-1)!),
  }));
  const reads = factors.filter((f) => f.map === null).map((f) => access(f.scope, f.table));
  const writes = targets.map((t) => access(t, newTable(t, 0)));
  const all = [...steps.map((s) => s.at), ...checks.map((c) => c.at), ...reads, ...writes];
  const numbers = new Int32Array(certain.length);
  const inner = free.at(-1)?.values.length ?? 1;
  const { digits, advance } = odometer(free.slice(0, -1));
  const offsetOf = (a: Access, k: number): number => {
    let at = a.base + k * a.step;
    for (let c = 0; c < a.certain.length; c++) at += numbers[a.certain[c]!]! * a.strides[c]!;
    return at;
  };
  do {
    for (const a of all) {
      let base = 0;
      for (let d = 0; d < digits.length; d++) base += digits[d]! * a.free[d]!;
      a.base = base;
    }
    for (let k = 0; k < inner; k++) {
      let weight = 1;
      for (let s = 0; s < steps.length && weight > 0; s++) {
        const number = steps[s]!.map[offsetOf(steps[s]!.at, k)]!;
        numbers[s] = number;
        if (number < 0) weight = 0;
      }
      for (let c = 0; c < checks.length && weight > 0; c++) {
        const { map, at, child } = checks[c]!;
        if (map[offsetOf(at, k)] !== numbers[child]) weight = 0;
      }
      for (let r = 0; r < reads.length && weight > 0; r++) weight *= reads[r]!.table[offsetOf(reads[r]!, k)]!;
      if (weight === 0) continue;
      for (let w = 0; w < writes.length; w++) {
        const write = writes[w]!;
        const at = offsetOf(write, k);
        write.table[at] = write.table[at]! + weight;
      }
    }
  } while (advance() >= 0);
  return targets.map((target, k) => scaled(target, writes[k]!.table, logScale));
}

/** Maps in an order in which each finds what it needs. */
function inOrder(maps: readonly Factor[], free: Scope): readonly Factor[] {
  const known = new Set<Variable>(free);
  const left = new Set(maps);
  const out: Factor[] = [];
  while (left.size > 0) {
    const ready = [...left].filter((f) => f.scope.slice(0, -1).every((v) => known.has(v)));
    if (ready.length === 0) throw new Error('exact: maps in a circle');
    for (const factor of ready) {
      left.delete(factor);
      out.push(factor);
      known.add(factor.scope.at(-1)!);
    }
  }
  return out;
}
