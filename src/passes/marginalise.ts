import { requireFault } from '../ir/faults.js';
import type { Constant, Instruction, InstructionOf, IrType, PlaceId, Program, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import type { OpName } from '../ir/ops.js';
import { findFamily, findFunction, weighs } from '../ir/program.js';
import { cloneRegion, regionsOf, some, usesOf } from '../ir/walk.js';
import type { Piece } from './surgery.js';

/** The program that instructions stand in, and numbers for new values. */
export type Setting = { readonly program: Program; readonly fresh: (type: IrType) => Value };

/** A sum that would need more instructions than this is not written out. */
const mostInstructions = 20_000;

const real: IrType = { kind: 'real' };
const bool: IrType = { kind: 'bool' };

/** Whether the values of a draw can be listed by its type alone: bools and enums. */
export const isListed = (draw: InstructionOf<'draw'>): boolean => valuesOf(draw) !== null;

/** The values of a draw that can be listed by its type alone, as numbers; null where they cannot. */
function valuesOf(draw: InstructionOf<'draw'>): readonly number[] | null {
  const { type } = draw.result;
  if (type.kind === 'bool') return [0, 1];
  return type.kind === 'enum' ? type.members.map((_, i) => i) : null;
}

/** The log density of a value under the family of a draw or score, behind the test of its parameters; null where it has none. */
export function logDensity(
  { family: key, params, site, at }: InstructionOf<'draw' | 'score'>,
  value: ValueId,
  { program, fresh }: Setting,
): Piece | null {
  const family = findFamily(program, key);
  if (family === null || family.logpdf === null) return null;
  const body: Instruction[] = [];
  if (family.require !== null) {
    const holds = fresh(bool);
    const { code, message } = requireFault(family.name, program.sites[site]?.name ?? `site ${site}`, at);
    body.push(
      { kind: 'call', at, results: [holds], callee: family.require, args: params },
      { kind: 'check', at, value: holds.id, code, message },
    );
  }
  // A draw of an enum is of a family of whole numbers.
  let seen = value;
  if (family.value.kind === 'int') {
    const number = fresh(family.value);
    body.push({ kind: 'op', at, result: number, op: 'to_int', args: [value] });
    seen = number.id;
  }
  const density = fresh(real);
  body.push({ kind: 'call', at, results: [density], callee: family.logpdf, args: [...params, seen] });
  return { body, value: density.id };
}

/** Whether the instruction draws, itself or below it. */
export const drawsIn = (instruction: Instruction, program: Program): boolean =>
  some({ args: [], body: [instruction], yields: [] }, (i) => i.kind === 'draw' || isCall(i, program, 'draws'));

const isCall = (i: Instruction, program: Program, does: 'draws' | 'scores'): boolean =>
  i.kind === 'call' && findFunction(program, i.callee)?.[does] === true;

/** Whether a score of a continuous value stands in a branch or loop, so that not all runs weigh by densities of one dimension. */
export const weighsUnevenly = (body: readonly Instruction[], program: Program): boolean =>
  body.some((i) =>
    regionsOf(i).some((region) =>
      some(region, (inner) => inner.kind === 'score' && findFamily(program, inner.family)?.dimension !== 0),
    ),
  );

/**
 * Sums a unit's draws of bools and enums out: what hangs on them gives way to one factor, the log of the sum over their values of what they
 * weigh. Null where another draw hangs on them, or the sum would be too long. Where nothing is drawn the body stays.
 */
export function sumOut(body: readonly Instruction[], setting: Setting): readonly Instruction[] | null {
  const hanging = new Set<ValueId>();
  const summed: Instruction[] = [];
  const kept: Instruction[] = [];
  for (const i of body) {
    const listed = some({ args: [], body: [i], yields: [] }, (d) => d.kind === 'draw' && valuesOf(d) !== null);
    if (!listed && ![...usesOf(i)].some((id) => hanging.has(id))) {
      kept.push(i);
      continue;
    }
    for (const { id } of resultsOf(i)) hanging.add(id);
    summed.push(i);
  }
  if (summed.length === 0) return body;
  if (weighsUnevenly(summed, setting.program)) return null;
  const total = logTotal(summed, setting);
  if (total === null) return null;
  const at = summed[0]?.at ?? -1;
  return [...kept, ...total.body, { kind: 'factor', at, value: total.value }];
}

/**
 * The log of what instructions weigh, with their draws of bools and enums summed out: the log of E[exp(weight)]. Null where there are other
 * draws, or draws and scores in loops.
 */
export function logTotal(body: readonly Instruction[], setting: Setting): Piece | null {
  const state: State = { ...setting, left: mostInstructions, failed: false };
  const piece = total(state, body);
  return state.failed ? null : piece;
}

type State = Setting & { left: number; failed: boolean };

function total(state: State, list: readonly Instruction[]): Piece {
  const { program, fresh } = state;
  const out: Instruction[] = [];
  let sum: ValueId | null = null;
  const emit = (at: PlaceId, op: OpName, args: readonly ValueId[], type = real): ValueId => {
    const result = fresh(type);
    out.push({ kind: 'op', at, result, op, args });
    return result.id;
  };
  const number = (at: PlaceId, value: Constant): ValueId => {
    const result = fresh(real);
    out.push({ kind: 'const', at, result, value });
    return result.id;
  };
  const add = (at: PlaceId, value: ValueId): void => {
    sum = sum === null ? value : emit(at, 'add', [sum, value]);
  };
  const finish = (): Piece => ({ body: out, value: sum ?? number(-1, 0) });
  const fail = (): Piece => {
    state.failed = true;
    return finish();
  };
  for (const [k, i] of list.entries()) {
    if (state.failed || --state.left < 0) return fail();
    const { at } = i;
    if (i.kind === 'score') {
      const density = logDensity(i, i.value, state);
      if (density === null) return fail();
      out.push(...density.body);
      add(at, density.value);
    } else if (i.kind === 'factor') add(at, i.value);
    else if (i.kind === 'condition') {
      add(at, emit(at, 'select', [i.value, number(at, 0), number(at, Number.NEGATIVE_INFINITY)]));
    } else if (i.kind === 'draw') {
      const values = valuesOf(i);
      if (values === null) return fail();
      const terms = values.map((value) => {
        const result = fresh(i.result.type);
        out.push({ kind: 'const', at, result, value });
        const density = logDensity(i, result.id, state);
        if (density === null) return fail().value;
        out.push(...density.body);
        return term(state, density.value, list.slice(k + 1), i.result.id, result.id, out, at);
      });
      add(at, logSum(terms, state, out, at));
      return finish();
    } else if (i.kind === 'if' && (drawsIn(i, program) || weighsIn(i, program))) {
      // What follows stands in both branches: it may hang on what is drawn in them.
      const rest = drawsIn(i, program) ? list.slice(k + 1) : null;
      const branch = (region: typeof i.then): { readonly body: readonly Instruction[]; readonly yields: ValueId[] } => {
        const by = new Map(i.results.map((r, p) => [r.id, region.yields[p] ?? r.id]));
        const after = rest === null ? [] : cloneRegion({ args: [], body: rest, yields: [] }, fresh, by).body;
        const piece = total(state, [...region.body, ...after]);
        return { body: piece.body, yields: [...(rest === null ? region.yields : []), piece.value] };
      };
      const result = fresh(real);
      const then = { args: [], ...branch(i.then) };
      const otherwise = { args: [], ...branch(i.otherwise) };
      const results = [...(rest === null ? i.results : []), result];
      out.push({ kind: 'if', at, results, condition: i.condition, then, otherwise });
      add(at, result.id);
      if (rest !== null) return finish();
    } else if (drawsIn(i, program) || weighsIn(i, program)) return fail();
    else out.push(i);
  }
  return finish();
}

const weighsIn = (instruction: Instruction, program: Program): boolean =>
  some({ args: [], body: [instruction], yields: [] }, (i) => weighs(i) || isCall(i, program, 'scores'));

/** log p + what the rest weighs given the value; the rest is not run where the value is impossible. */
function term(
  state: State,
  density: ValueId,
  rest: readonly Instruction[],
  drawn: ValueId,
  value: ValueId,
  out: Instruction[],
  at: PlaceId,
): ValueId {
  const { fresh } = state;
  const copy = cloneRegion({ args: [], body: rest, yields: [] }, fresh, new Map([[drawn, value]]));
  const given = total(state, copy.body);
  const [never, possible, both, result] = [fresh(real), fresh(bool), fresh(real), fresh(real)];
  out.push(
    { kind: 'const', at, result: never, value: Number.NEGATIVE_INFINITY },
    { kind: 'op', at, result: possible, op: 'gt', args: [density, never.id] },
    {
      kind: 'if',
      at,
      results: [result],
      condition: possible.id,
      then: {
        args: [],
        body: [...given.body, { kind: 'op', at, result: both, op: 'add', args: [density, given.value] }],
        yields: [both.id],
      },
      otherwise: { args: [], body: [], yields: [never.id] },
    },
  );
  return result.id;
}

/** log(Σ exp(terms)), minus infinity where all terms are. */
function logSum(terms: readonly ValueId[], { fresh }: State, out: Instruction[], at: PlaceId): ValueId {
  const op = (body: Instruction[], name: OpName, args: readonly ValueId[], type = real): ValueId => {
    const result = fresh(type);
    body.push({ kind: 'op', at, result, op: name, args });
    return result.id;
  };
  const [first, ...others] = terms;
  const never = fresh(real);
  out.push({ kind: 'const', at, result: never, value: Number.NEGATIVE_INFINITY });
  if (first === undefined) return never.id;
  const most = others.reduce((so, next) => op(out, 'max', [so, next]), first);
  const possible = op(out, 'gt', [most, never.id], bool);
  const inner: Instruction[] = [];
  const shares = terms.map((t) => op(inner, 'exp', [op(inner, 'sub', [t, most])]));
  const sum = shares.reduce((so, next) => op(inner, 'add', [so, next]));
  const log = op(inner, 'add', [most, op(inner, 'log', [sum])]);
  const result = fresh(real);
  const then = { args: [], body: inner, yields: [log] };
  out.push({
    kind: 'if',
    at,
    results: [result],
    condition: possible,
    then,
    otherwise: { args: [], body: [], yields: [never.id] },
  });
  return result.id;
}
