/**
 * Numbers that loops only add to. What a run does must not hang on them: then they are no part of a loop's state, and where all that
 * becomes of them in the end is affine, their moments are enough.
 */
import { type Func, type Instruction, type InstructionOf, type Region, resultsOf, type ValueId } from '../../ir/ir.js';
import { operandsOf, typesOf, visit } from '../../ir/walk.js';

/** What is known of the loops of a function. */
export type Accumulators = {
  /** Positions of the carried values of each `while` that are only added to. */
  readonly of: ReadonlyMap<Instruction, ReadonlySet<number>>;
  /** Values of which only moments are kept. */
  readonly moments: ReadonlySet<ValueId>;
};

type While = InstructionOf<'while'>;

/**
 * Finds the accumulators of a function.
 *
 * @param byMoments whether numbers that only flow, by affine operations, into the function's results may be kept by their moments
 */
export function accumulatorsOf(func: Func, byMoments: boolean): Accumulators {
  const of = new Map<Instruction, ReadonlySet<number>>();
  visit(func.body, (i) => {
    if (i.kind === 'while') of.set(i, additivePositions(i));
  });
  return { of, moments: byMoments ? momentsOf(func, of) : new Set() };
}

/** Positions j with: the next value is the old one plus or minus what no carried value of this kind has a part in, on every path. */
function additivePositions(loop: While): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [j, arg] of loop.body.args.entries()) {
    if (arg.type.kind !== 'int' && arg.type.kind !== 'real') continue;
    const inCondition = loop.condition.args[j]?.id;
    if (inCondition !== undefined && usesOf(loop.condition, new Set([inCondition])) > 0) continue;
    const sums = sumsFrom(loop.body, arg.id);
    const next = loop.body.yields[j];
    if (next === undefined || !sums.values.has(next)) continue;
    // Every use of a partial sum makes another one or is this yield.
    const elsewhere = loop.body.yields.filter((id, k) => k !== j && sums.values.has(id)).length;
    if (elsewhere === 0 && usesOf(loop.body, sums.values) === sums.uses + 1) found.add(j);
  }
  return found;
}

/** The values of a region that are `start` plus something, and how many uses of such values it takes to make them. */
function sumsFrom(region: Region, start: ValueId): { readonly values: Set<ValueId>; readonly uses: number } {
  const values = new Set<ValueId>([start]);
  let uses = 0;
  const has = (id: ValueId | undefined): boolean => id !== undefined && values.has(id);
  const enter = (inner: Region): void => {
    for (const i of inner.body) step(i);
  };
  const step = (i: Instruction): void => {
    if (i.kind === 'op') {
      const [a, b] = i.args;
      const sum = (i.op === 'add' && has(a) !== has(b)) || (i.op === 'sub' && has(a) && !has(b));
      if (!sum) return;
      values.add(i.result.id);
      uses += 1;
    } else if (i.kind === 'node' && has(i.value) && !i.indices.some(has)) {
      values.add(i.result.id);
      uses += 1;
    } else if (i.kind === 'if') {
      enter(i.then);
      enter(i.otherwise);
      for (const [k, r] of i.results.entries()) {
        if (!has(i.then.yields[k]) || !has(i.otherwise.yields[k])) continue;
        values.add(r.id);
        uses += 2;
      }
    } else if (i.kind === 'for') {
      const sums = i.inits.flatMap((id, k) => (has(id) ? [k] : []));
      for (const k of sums) values.add(i.body.args[k + 1]?.id ?? start);
      enter(i.body);
      for (const k of sums) {
        const result = i.results[k];
        if (!has(i.body.yields[k]) || result === undefined) continue;
        values.add(result.id);
        uses += 2;
      }
    } else if (i.kind === 'while') {
      const additive = additivePositions(i);
      for (const [k, id] of i.inits.entries()) {
        const result = i.results[k];
        if (!has(id) || !additive.has(k) || result === undefined) continue;
        // Inside of the loop it is a sum of its own.
        values.add(result.id);
        uses += 1;
      }
    }
  };
  enter(region);
  return { values, uses };
}

/** How often the values are used, by instructions and yields at any depth; addresses do not count. */
function usesOf(region: Region, values: ReadonlySet<ValueId>): number {
  let count = 0;
  const add = (id: ValueId): void => {
    if (values.has(id)) count += 1;
  };
  const enter = (inner: Region): void => {
    for (const i of inner.body) {
      if (i.kind === 'address') continue;
      operandsOf(i).forEach(add);
      if (i.kind === 'if') [i.then, i.otherwise].forEach(enter);
      else if (i.kind === 'for') enter(i.body);
      else if (i.kind === 'while') [i.condition, i.body].forEach(enter);
    }
    inner.yields.forEach(add);
  };
  enter(region);
  return count;
}

/** The numbers that come from accumulators and go nowhere but, by affine operations, into each other and the results. */
function momentsOf(func: Func, of: ReadonlyMap<Instruction, ReadonlySet<number>>): ReadonlySet<ValueId> {
  const types = typesOf(func.body);
  const number = (id: ValueId): boolean => types.get(id)?.kind === 'int' || types.get(id)?.kind === 'real';
  const positions = new Map<Instruction, Set<number>>([...of].map(([i, set]) => [i, new Set(set)]));
  for (;;) {
    const derived = derivedFrom(func.body, positions);
    const affine = affineOnly(func, derived, positions, number);
    let dropped = false;
    for (const [i, set] of positions) {
      if (i.kind !== 'while') continue;
      for (const j of [...set]) {
        const three = [i.condition.args[j], i.body.args[j], i.results[j]];
        if (three.every((v) => v !== undefined && affine.has(v.id))) continue;
        set.delete(j);
        dropped = true;
      }
    }
    if (!dropped) return new Set([...derived].filter((id) => affine.has(id)));
  }
}

/** All values that accumulators have a part in. */
function derivedFrom(body: Region, positions: ReadonlyMap<Instruction, ReadonlySet<number>>): Set<ValueId> {
  const derived = new Set<ValueId>();
  const flow = (to: ValueId | undefined, ...from: (ValueId | undefined)[]): void => {
    if (to !== undefined && from.some((id) => id !== undefined && derived.has(id))) derived.add(to);
  };
  for (let size = -1; size !== derived.size; ) {
    size = derived.size;
    visit(body, (i) => {
      switch (i.kind) {
        case 'if':
          for (const [k, r] of i.results.entries()) flow(r.id, i.then.yields[k], i.otherwise.yields[k], i.condition);
          return;
        case 'for':
          for (const [k, r] of i.results.entries()) {
            flow(i.body.args[k + 1]?.id, i.inits[k], i.body.yields[k]);
            flow(r.id, i.inits[k], i.body.yields[k], i.low, i.high);
          }
          return;
        case 'while':
          for (const [k, r] of i.results.entries()) {
            const ids = [i.condition.args[k]?.id, i.body.args[k]?.id, r.id];
            for (const id of ids) flow(id, i.inits[k], i.body.yields[k]);
            if (positions.get(i)?.has(k)) for (const id of ids) if (id !== undefined) derived.add(id);
          }
          return;
        default:
          for (const r of resultsOf(i)) flow(r.id, ...operandsOf(i));
      }
    });
  }
  return derived;
}

/** The numbers all whose uses are affine and go to such numbers or to the function's results: the greatest such set. */
function affineOnly(
  func: Func,
  derived: ReadonlySet<ValueId>,
  positions: ReadonlyMap<Instruction, ReadonlySet<number>>,
  number: (id: ValueId) => boolean,
): Set<ValueId> {
  const good = new Set<ValueId>([...typesOf(func.body).keys()].filter(number));
  const need = (id: ValueId | undefined, ok: boolean): void => {
    if (id !== undefined && !ok) good.delete(id);
  };
  const all = (ids: readonly (ValueId | undefined)[]): boolean => ids.every((id) => id !== undefined && good.has(id));
  const step = (i: Instruction): void => {
    switch (i.kind) {
      case 'op':
        for (const [k, id] of i.args.entries()) need(id, good.has(i.result.id) && isAffine(i, k, derived));
        return;
      case 'node':
        need(i.value, good.has(i.result.id));
        for (const id of i.indices) need(id, false);
        return;
      case 'if':
        need(i.condition, false);
        for (const [k, r] of i.results.entries())
          for (const region of [i.then, i.otherwise]) need(region.yields[k], good.has(r.id));
        return;
      case 'for':
        need(i.low, false);
        need(i.high, false);
        for (const [k, r] of i.results.entries()) {
          const ok = all([r.id, i.body.args[k + 1]?.id]);
          for (const id of [i.inits[k], i.body.yields[k], r.id, i.body.args[k + 1]?.id]) need(id, ok);
        }
        return;
      case 'while':
        need(i.condition.yields[0], false);
        for (const [k, r] of i.results.entries()) {
          const ids = [r.id, i.body.args[k]?.id, i.condition.args[k]?.id];
          const ok = all(ids) && positions.get(i)?.has(k) === true;
          for (const id of [...ids, i.inits[k], i.body.yields[k]]) need(id, ok);
        }
        return;
      case 'address':
      case 'const':
        return;
      default:
        for (const id of operandsOf(i)) need(id, false);
    }
  };
  for (let size = -1; size !== good.size; ) {
    size = good.size;
    visit(func.body, step);
  }
  return good;
}

/** Whether an operation is affine in its argument k, the others being known where the argument is not. */
function isAffine(i: InstructionOf<'op'>, k: number, derived: ReadonlySet<ValueId>): boolean {
  switch (i.op) {
    case 'add':
    case 'sub':
    case 'neg':
    case 'to_real':
    case 'to_int':
      return true;
    case 'mul':
      return !i.args.every((id) => derived.has(id));
    case 'div':
      return k === 0 && !derived.has(i.args[1] ?? -1);
    case 'select':
      return k > 0;
    default:
      return false;
  }
}
