/**
 * Gathers approximate evidence: what `~=` compares becomes two arrays of numbers that `main` yields behind its outputs, the summaries
 * of the run and what was seen of them. A program without `approximate` is what engines and methods can run.
 */
import { type Builder, createBuilder } from '../ir/build.js';
import type { Func, Instruction, IrType, PlaceId, Program, Region, ValueId } from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';
import { findFunction, withFlags, withFunctions } from '../ir/program.js';
import { some, valuesOf } from '../ir/walk.js';

/** The type of the summaries, and of what was seen. */
export const vectorType: IrType = { kind: 'array', element: { kind: 'real' }, length: null };

/** The program without `approximate`, or where it stands in a place that it cannot be gathered from. */
type Gathered =
  | {
      readonly ok: true;
      readonly program: Program;
      /** How many statements compare; in a loop, one stands for all its rounds. */
      readonly statements: number;
    }
  | { readonly ok: false; readonly at: PlaceId; readonly message: string };

/** The summaries so far, and what was seen of them; null: none yet. */
type Pair = readonly [ValueId, ValueId] | null;

/**
 * Gathers what `main` compares, in the order of execution: numbers, bools and enum members as one number each, arrays, tuples and records
 * part by part. All else that the program does stays as it is.
 */
export function gatherSummaries(program: Program, main: string): Gathered {
  const func = findFunction(program, main);
  if (func === null) throw new Error(`summaries: no function ${main}`);
  const outside = Object.values(program.functions).find((f) => f !== func && some(f.body, isApproximate));
  if (outside !== undefined) {
    let at: PlaceId = -1;
    some(outside.body, (i) => {
      if (isApproximate(i)) at = i.at;
      return at !== -1;
    });
    return { ok: false, at, message: "'~=' stands in a function that calls itself, or that is called for each row." };
  }
  const b = createBuilder({ known: valuesOf(func.body) });
  let statements = 0;
  some(func.body, (i) => {
    if (isApproximate(i)) statements++;
    return false;
  });
  const { instructions, value } = b.collect((): readonly ValueId[] => {
    const pair = whole(b, func.body) ?? gather(b, func.body.body, null) ?? [emptyVector(b), emptyVector(b)];
    return [...func.body.yields, ...pair];
  });
  const gathered: Func = {
    ...func,
    body: { ...func.body, body: instructions, yields: value },
    results: [...func.results, vectorType, vectorType],
  };
  return { ok: true, program: withFlags(withFunctions(program, [gathered])), statements };
}

const isApproximate = (i: Instruction): boolean => i.kind === 'approximate';

const emptyVector = (b: Builder): ValueId => b.constant(vectorType, new Float64Array(0));

const isNumbers = (type: IrType): boolean =>
  type.kind === 'array' && (type.element.kind === 'real' || type.element.kind === 'int');

const isScalar = (type: IrType): boolean => ['real', 'int', 'bool', 'enum'].includes(type.kind);

/**
 * Where all that is compared stands at the top of `main` and is one array of numbers, or numbers alone, nothing need be copied: the pair.
 * Else null, with nothing emitted.
 */
function whole(b: Builder, { body }: Region): Pair {
  const compared = body.filter((i) => i.kind === 'approximate');
  const all = body.every((i) => i.kind === 'approximate' || !some({ args: [], body: [i], yields: [] }, isApproximate));
  const [only, ...others] = compared;
  if (!all || only === undefined) return null;
  const types = compared.flatMap((i) => [b.typeOf(i.value), b.typeOf(i.seen)]);
  const one = others.length === 0 && types.every(isNumbers);
  if (!one && !types.every(isScalar)) return null;
  for (const i of body) if (i.kind !== 'approximate') b.emit(i);
  if (one) return [only.value, only.seen];
  const vector = (ids: readonly ValueId[]): ValueId =>
    b.make(
      { kind: 'array', element: { kind: 'real' }, length: ids.length },
      ids.map((id) => number(b, id)),
    );
  return [vector(compared.map((i) => i.value)), vector(compared.map((i) => i.seen))];
}

/** Emits a region's instructions with the summaries appended on the way; gives the pair at its end. */
function gather(b: Builder, body: readonly Instruction[], from: Pair): Pair {
  let pair = from;
  for (const i of body) {
    if (i.kind === 'approximate') {
      const [values, seen] = pair ?? [emptyVector(b), emptyVector(b)];
      pair = b.withPlace(i.at, () => [append(b, values, i.value), append(b, seen, i.seen)]);
      continue;
    }
    if (!some({ args: [], body: [i], yields: [] }, isApproximate)) {
      b.emit(i);
      continue;
    }
    pair = through(b, i, pair ?? [emptyVector(b), emptyVector(b)]);
  }
  return pair;
}

/** An instruction with regions that compare: the pair goes in and comes out of it. */
function through(b: Builder, i: Instruction, [values, seen]: readonly [ValueId, ValueId]): Pair {
  const results = [b.fresh(vectorType), b.fresh(vectorType)] as const;
  const inner = (region: Region, args: readonly ValueId[], take: number): Region => {
    const fresh = args.length === 0 ? [] : [b.fresh(vectorType), b.fresh(vectorType)];
    b.learn(valuesOf(region));
    const start: Pair = args.length === 0 ? [values, seen] : [fresh[0]!.id, fresh[1]!.id];
    const { instructions, value } = b.collect(() => gather(b, region.body, start));
    const pair = value ?? start;
    const yields = take === 0 ? region.yields : [...region.yields, ...pair];
    return { args: [...region.args, ...fresh], body: instructions, yields };
  };
  switch (i.kind) {
    case 'if':
      b.emit({
        ...i,
        results: [...i.results, ...results],
        then: inner(i.then, [], 2),
        otherwise: inner(i.otherwise, [], 2),
      });
      break;
    case 'for':
      b.emit({
        ...i,
        results: [...i.results, ...results],
        inits: [...i.inits, values, seen],
        body: inner(i.body, [values, seen], 2),
      });
      break;
    case 'while':
      b.emit({
        ...i,
        results: [...i.results, ...results],
        inits: [...i.inits, values, seen],
        condition: inner(i.condition, [values, seen], 0),
        body: inner(i.body, [values, seen], 2),
      });
      break;
    default:
      throw new Error(`summaries: '~=' inside ${i.kind}`);
  }
  return [results[0].id, results[1].id];
}

/** The array with the numbers of a value behind it. */
function append(b: Builder, to: ValueId, value: ValueId): ValueId {
  const type = b.typeOf(value);
  switch (type.kind) {
    case 'array': {
      const { element } = type;
      if (!isIrType(element)) throw new Error('summaries: an array of no values');
      const [result] = b.forLoop(b.int(0), b.op('length', [value]), [to], (k, [so = to]) => [
        append(b, so, b.op('index', [value, k], element)),
      ]);
      return result ?? to;
    }
    case 'tuple':
      return type.elements.reduce((so, _, k) => append(b, so, b.get(value, k)), to);
    case 'record':
      return type.fields.reduce((so, _, k) => append(b, so, b.get(value, k)), to);
    default:
      return b.op('append', [to, number(b, value)], vectorType);
  }
}

/** A scalar as a real number. */
function number(b: Builder, id: ValueId): ValueId {
  const type = b.typeOf(id);
  if (type.kind === 'real') return id;
  return b.op('to_real', [type.kind === 'enum' ? b.op('to_int', [id]) : id], { kind: 'real' });
}
