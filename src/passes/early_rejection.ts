/**
 * Early rejection: where a distance can only grow while the summaries are computed, a run ends as soon as it has passed the greatest
 * distance of interest. Conditions between the draws do that, so an engine has to leave a particle whose weight is zero.
 */
import { type Builder, createBuilder } from '../ir/build.js';
import type { Constant, Func, Instruction, InstructionOf, IrType, Program, Region, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { findFunction, weighs, withFlags, withFunctions } from '../ir/program.js';
import { some, valuesOf } from '../ir/walk.js';
import { mainName } from './assemble.js';
import type { WrittenMeasure } from './comparison.js';
import { vectorType } from './summaries.js';

/** Distances that sum up or take the greatest of differences, element by element. */
export type Norm = 'euclidean' | 'manhattan' | 'maximum';

const real: IrType = { kind: 'real' };
/** The bound is widened by so much, lest rounding reject what is just at it; who reads the distance decides. */
const slack = 1 + 1e-9;

/**
 * The program, whose last two yields are the summaries and what was seen of them, with conditions that the distance so far is not above a
 * bound: a real number that `main` takes behind the root address. Null where that would be wrong or of no use: there is evidence
 * beside, what was seen is random, or the summaries do not come one after another, between draws.
 */
export function rejectEarly(program: Program, norm: Norm, measure: WrittenMeasure): Program | null {
  const func = findFunction(program, mainName);
  if (func === null || measure?.kind === 'factor') return null;
  if (Object.values(program.functions).some(({ body }) => some(body, weighs))) return null;
  const [values = -1, seen = -1] = func.body.yields.slice(-2);
  const made = new Map(func.body.body.flatMap((i) => resultsOf(i).map((result) => [result.id, i] as const)));
  const target = numbersOf(made.get(seen));
  if (target === null || (measure !== null && measure.scales.length !== target.length)) return null;
  const b = createBuilder({ known: valuesOf(func.body) });
  const bound = b.fresh(real);
  const limits: Limits = { norm, target, scales: scalesOf(measure, target.length), bound: bound.id };
  const maker = made.get(values);
  const body =
    maker?.kind === 'make' && maker.parts.length === target.length
      ? betweenParts(b, func.body, maker.parts, made, limits)
      : maker?.kind === 'for'
        ? insideLoop(b, func.body, maker, values, limits)
        : null;
  if (body === null) return null;
  const changed: Func = { ...func, body: { ...func.body, args: [...func.body.args, bound], body } };
  return withFlags(withFunctions(program, [changed]));
}

type Limits = {
  readonly norm: Norm;
  readonly target: Float64Array;
  readonly scales: Scales;
  readonly bound: ValueId;
};

/** Scales one by one or all of them, as values. */
type Scales = {
  readonly one: (b: Builder, k: number) => ValueId;
  readonly all: (b: Builder) => ValueId;
};

function scalesOf(measure: Exclude<WrittenMeasure, { readonly kind: 'factor' }>, length: number): Scales {
  if (measure?.kind === 'parameters') {
    const { scales } = measure;
    return { one: (_, k) => scales[k]!, all: (b) => b.make(vectorType, scales) };
  }
  const scales = measure?.scales ?? new Float64Array(length).fill(1);
  return { one: (b, k) => b.real(scales[k]!), all: (b) => b.constant(vectorType, scales) };
}

function numbersOf(instruction: Instruction | undefined): Float64Array | null {
  if (instruction?.kind !== 'const') return null;
  const { value } = instruction;
  if (value instanceof Float64Array) return value;
  if (typeof value === 'number' || typeof value === 'string') return null;
  const isNumber = (x: Constant): x is number => typeof x === 'number';
  return value.every(isNumber) ? Float64Array.from(value) : null;
}

/** What the sum is compared with: it is of squares for the Euclidean distance. */
function limitOf(b: Builder, { norm, bound }: Limits): ValueId {
  const wide = b.op('mul', [bound, b.real(slack)]);
  return norm === 'euclidean' ? b.op('mul', [wide, wide]) : wide;
}

/** The sum with one more difference, and the condition on it. */
function grow(b: Builder, norm: Norm, sum: ValueId, difference: ValueId, limit: ValueId): ValueId {
  const size = norm === 'euclidean' ? b.op('mul', [difference, difference]) : b.op('abs', [difference]);
  const next = b.op(norm === 'maximum' ? 'max' : 'add', [sum, size]);
  b.condition(b.op('le', [next, limit]));
  return next;
}

/** Summaries that are computed one by one at the top of `main`: each is looked at when it is there. */
function betweenParts(
  b: Builder,
  region: Region,
  parts: readonly ValueId[],
  made: ReadonlyMap<ValueId, Instruction>,
  limits: Limits,
): readonly Instruction[] | null {
  const after = new Map<Instruction, number[]>();
  for (const [k, part] of parts.entries()) {
    const source = sourceOf(made, part);
    if (source === null) return null;
    const waiting = after.get(source) ?? [];
    waiting.push(k);
    after.set(source, waiting);
  }
  if (after.size < 2) return null;
  return b.collect(() => {
    const limit = limitOf(b, limits);
    let sum = b.real(0);
    for (const i of region.body) {
      b.emit(i);
      for (const k of after.get(i) ?? []) {
        const part = valueBefore(made, parts[k]!);
        const off = b.op('sub', [part, b.real(limits.target[k]!)]);
        sum = grow(b, limits.norm, sum, b.op('div', [off, limits.scales.one(b, k)]), limit);
      }
    }
  }).instructions;
}

/** A number before it was made real. */
function valueBefore(made: ReadonlyMap<ValueId, Instruction>, id: ValueId): ValueId {
  const maker = made.get(id);
  return maker?.kind === 'op' && maker.op === 'to_real' ? valueBefore(made, maker.args[0] ?? id) : id;
}

const sourceOf = (made: ReadonlyMap<ValueId, Instruction>, id: ValueId): Instruction | null =>
  made.get(valueBefore(made, id)) ?? null;

/** Summaries that a loop at the top of `main` fills an array with, one in each round. */
function insideLoop(
  b: Builder,
  region: Region,
  loop: InstructionOf<'for'>,
  values: ValueId,
  limits: Limits,
): readonly Instruction[] | null {
  const position = loop.results.findIndex((result) => result.id === values);
  const whole = loop.body.args[position + 1];
  const written = loop.body.body.find((i) => resultsOf(i).some((r) => r.id === loop.body.yields[position]));
  if (whole === undefined || written?.kind !== 'op' || (written.op !== 'set' && written.op !== 'extend')) return null;
  const [array, index = -1, value = -1] = written.args;
  if (array !== whole.id || !isInside(region, loop, index, limits.target.length)) return null;
  return b.collect(() => {
    for (const i of region.body) {
      if (i !== loop) {
        b.emit(i);
        continue;
      }
      const limit = limitOf(b, limits);
      const start = b.real(0);
      const target = b.constant(vectorType, limits.target);
      const scales = limits.scales.all(b);
      const carried = b.fresh(real);
      const { instructions, value: sum } = b.collect(() => {
        let so = carried.id;
        for (const inner of loop.body.body) {
          b.emit(inner);
          if (inner !== written) continue;
          const off = b.op('sub', [value, b.op('index', [target, index])]);
          so = grow(b, limits.norm, so, b.op('div', [off, b.op('index', [scales, index])]), limit);
        }
        return so;
      });
      b.emit({
        ...loop,
        results: [...loop.results, b.fresh(real)],
        inits: [...loop.inits, start],
        body: {
          args: [...loop.body.args, carried],
          body: instructions,
          yields: [...loop.body.yields, sum],
        },
      });
    }
  }).instructions;
}

/** Whether an index, the number of the round or that with a constant added, lies inside an array in every round. */
function isInside(region: Region, loop: InstructionOf<'for'>, index: ValueId, length: number): boolean {
  const numbers = new Map<ValueId, number>();
  some(region, (i) => {
    if (i.kind === 'const' && typeof i.value === 'number') numbers.set(i.result.id, i.value);
    return false;
  });
  const [low, high] = [numbers.get(loop.low), numbers.get(loop.high)];
  const shift = shiftOf(loop, index, numbers);
  if (low === undefined || high === undefined || shift === null) return false;
  return low + shift >= 0 && high + shift <= length;
}

function shiftOf(loop: InstructionOf<'for'>, index: ValueId, numbers: ReadonlyMap<ValueId, number>): number | null {
  const round = loop.body.args[0]?.id;
  if (index === round) return 0;
  const step = loop.body.body.find((i) => i.kind === 'op' && i.result.id === index);
  if (step?.kind !== 'op') return null;
  const [a = -1, c = -1] = step.args;
  if (step.op === 'add' && a === round) return numbers.get(c) ?? null;
  if (step.op === 'add' && c === round) return numbers.get(a) ?? null;
  const less = step.op === 'sub' && a === round ? numbers.get(c) : undefined;
  return less === undefined ? null : -less;
}
