/**
 * Conditions that a sum of draws equals something seen, solved for one of the draws: the draw is not made but computed, and its mass
 * is the weight. Summed over what it would have been drawn as, the condition and the draw weigh the same; so posterior and evidence
 * stay, and particles need not be lucky.
 */
import type { Instruction, InstructionOf, Program, Region, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { findFamily, withFlags, withFunctions } from '../ir/program.js';
import { mapRegions, maximalId, operandsOf } from '../ir/walk.js';

/** A sum of values with whole factors. */
type Sum = Map<ValueId, number>;

/**
 * The program with all such conditions solved, in all functions and loops. The draw must stand in the same region as its condition and
 * its family must have its mass function among the program's.
 */
export function solveConditions(program: Program): Program {
  const functions = Object.values(program.functions)
    .filter((f) => f.scores && f.draws)
    .flatMap((f) => {
      let next = maximalId(f.body) + 1;
      const body = solveRegion(program, f.body, () => next++);
      return body === f.body ? [] : [{ ...f, body }];
    });
  return functions.length === 0 ? program : withFlags(withFunctions(program, functions));
}

function solveRegion(program: Program, region: Region, fresh: () => ValueId): Region {
  let body = region.body.map((i) => mapRegions(i, (inner) => solveRegion(program, inner, fresh)));
  let changed = body.some((i, k) => i !== region.body[k]);
  for (let k = 0; k < body.length; k++) {
    const i = body[k]!;
    if (i.kind !== 'condition') continue;
    const solved = solveCondition(program, body, k, i, fresh);
    if (solved === null) continue;
    changed = true;
    k += solved.length - body.length;
    body = solved;
  }
  return changed ? { ...region, body } : region;
}

/** The body with the condition at `at` solved; null where it cannot be. */
function solveCondition(
  program: Program,
  body: readonly Instruction[],
  at: number,
  condition: InstructionOf<'condition'>,
  fresh: () => ValueId,
): Instruction[] | null {
  const made = new Map<ValueId, number>();
  body.forEach((i, k) => {
    for (const { id } of resultsOf(i)) made.set(id, k);
  });
  const defined = (id: ValueId): Instruction | null => {
    const k = made.get(id);
    return k === undefined || k > at ? null : body[k]!;
  };
  const equation = defined(condition.value);
  if (equation?.kind !== 'op' || equation.op !== 'eq') return null;
  const [left, right] = equation.args;
  const sum: Sum = new Map();
  if (left === undefined || right === undefined) return null;
  add(sum, left, 1, defined);
  add(sum, right, -1, defined);
  const chosen = latestDraw(program, sum, made, body);
  if (chosen === null) return null;
  const { draw, position, factor } = chosen;
  sum.delete(draw.result.id);
  const moved = needed([...sum.keys()], position, made, body);
  if (moved === null) return null;
  const before: Instruction[] = [];
  const place = draw.at;
  const type = draw.result.type;
  let total: ValueId | null = null;
  const put = (instruction: Instruction, result: Value): ValueId => {
    before.push(instruction);
    return result.id;
  };
  for (const [id, times] of sum) {
    // factor * draw + rest = 0, and the factor is 1 or -1.
    const scaled = -factor * times;
    let term = id;
    if (Math.abs(scaled) !== 1) {
      const number = { id: fresh(), type };
      const product = { id: fresh(), type };
      put({ kind: 'const', at: place, result: number, value: Math.abs(scaled) }, number);
      term = put({ kind: 'op', at: place, result: product, op: 'mul', args: [id, number.id] }, product);
    }
    const so = { id: fresh(), type };
    if (total !== null) {
      const op = scaled > 0 ? 'add' : 'sub';
      total = put({ kind: 'op', at: place, result: so, op, args: [total, term] }, so);
    } else total = scaled > 0 ? term : put({ kind: 'op', at: place, result: so, op: 'neg', args: [term] }, so);
  }
  if (total === null) return null;
  const zero = { id: fresh(), type };
  const { result, family, params, address, site } = draw;
  const solved: readonly Instruction[] = [
    ...moved,
    ...before,
    { kind: 'const', at: place, result: zero, value: 0 },
    { kind: 'op', at: place, result, op: 'add', args: [total, zero.id] },
    { kind: 'score', at: condition.at, family, params, value: result.id, address, site, abduct: false },
  ];
  const gone = new Set<Instruction>([...moved, draw, condition]);
  return body.flatMap((i) => (i === draw ? solved : gone.has(i) ? [] : [i]));
}

/** Adds `times` a value to a sum, taken apart as far as it is sums and differences of the same region. */
function add(sum: Sum, id: ValueId, times: number, defined: (id: ValueId) => Instruction | null): void {
  const i = defined(id);
  const [a, b] = i?.kind === 'op' ? i.args : [];
  if (i?.kind === 'op' && a !== undefined && i.result.type.kind === 'int') {
    if ((i.op === 'add' || i.op === 'sub') && b !== undefined) {
      add(sum, a, times, defined);
      add(sum, b, i.op === 'add' ? times : -times, defined);
      return;
    }
    if (i.op === 'neg') {
      add(sum, a, -times, defined);
      return;
    }
  }
  const so = (sum.get(id) ?? 0) + times;
  if (so === 0) sum.delete(id);
  else sum.set(id, so);
}

/** The last draw of a sum that may be computed instead: an int of a discrete family with a mass function, counted once. */
function latestDraw(
  program: Program,
  sum: Sum,
  made: ReadonlyMap<ValueId, number>,
  body: readonly Instruction[],
): { readonly draw: InstructionOf<'draw'>; readonly position: number; readonly factor: number } | null {
  let found: { readonly draw: InstructionOf<'draw'>; readonly position: number; readonly factor: number } | null = null;
  for (const [id, factor] of sum) {
    const position = made.get(id);
    const draw = position === undefined ? undefined : body[position];
    if (position === undefined || draw?.kind !== 'draw' || draw.shared || draw.copy) continue;
    if (draw.result.type.kind !== 'int' || Math.abs(factor) !== 1) continue;
    const family = findFamily(program, draw.family);
    if (family === null || !family.discrete || family.logpdf === null) continue;
    if (found === null || position > found.position) found = { draw, position, factor };
  }
  return found;
}

/**
 * The instructions behind a place that values hang on, in order: they can be moved before it. Null where some of them do more than
 * compute, or hang on what is made there.
 */
function needed(
  values: readonly ValueId[],
  position: number,
  made: ReadonlyMap<ValueId, number>,
  body: readonly Instruction[],
): readonly Instruction[] | null {
  const wanted = new Set<number>();
  const open = [...values];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const k = made.get(id);
    if (k === undefined || k < position || wanted.has(k)) continue;
    const i = body[k]!;
    if (k === position || !(i.kind === 'op' || i.kind === 'const' || i.kind === 'get' || i.kind === 'make'))
      return null;
    wanted.add(k);
    open.push(...operandsOf(i));
  }
  return [...wanted].sort((a, b) => a - b).map((k) => body[k]!);
}
