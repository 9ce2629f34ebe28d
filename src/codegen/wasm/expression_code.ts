/** Code of expressions. */

import type { IrType, PlaceId } from '../../ir/ir.js';
import { partTypes } from '../../ir/values.js';
import type { Code } from '../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  f64,
  get,
  i32,
  loop,
  set,
  tee,
  types,
  when,
} from '../../runtime/assembly/instructions.js';
import type { HostRoutine, Routine } from '../../runtime/assembly/module.js';
import type { Expression, Local, Operand } from '../low.js';
import { irType } from '../shape.js';
import { allocate, headBytes, lengthOf, newArray } from './arena.js';
import { copyCode, fillCode, indexCode, lengthCode, partsCode, unboxCode, updateCode } from './array_code.js';
import type { Value } from './contract.js';
import { failCode, failing } from './faults.js';
import { mixCode, noiseCode, streamCode } from './sources.js';
import { replayNumbers } from './trace_routines.js';
import { depthOf, fromWord, numberOf, placeCode, placeOf, scalarOf, type Writer, wordOf } from './writer.js';

/** base^exponent for an exponent known only when running, as `powerOf`. */
const powerAny: Routine = {
  params: [types.f64, types.f64],
  results: [types.f64],
  body: (_link, locals) => {
    const [base, exponent] = [0, 1];
    const rest = locals.fresh(types.f64);
    const half = locals.fresh(types.f64);
    const product = locals.fresh(types.f64);
    const one = f64.of(1);
    return [
      set(rest, f64.abs(get(exponent))),
      set(product, one),
      block(
        loop([
          set(half, f64.floor(f64.mul(get(rest), f64.of(0.5)))),
          when(
            f64.equal(f64.sub(get(rest), f64.add(get(half), get(half))), one),
            set(product, f64.mul(get(product), get(base))),
          ),
          branchIf(f64.equal(tee(rest, get(half)), f64.of(0)), 1),
          set(base, f64.mul(get(base), get(base))),
          branch(0),
        ]),
      ),
      [f64.div(one, get(product)), get(product), f64.less(get(exponent), f64.of(0)), 0x1b],
    ];
  },
};

/** How many reals values of the type hold, where that is the same for all; null where it hangs on lengths. */
function fixedReals(type: IrType): number | null {
  if (type.kind === 'array') return fixedReals(irType(type.element)) === 0 ? 0 : null;
  const parts = partTypes(type);
  if (parts === null) return type.kind === 'real' ? 1 : 0;
  return parts.reduce<number | null>((sum, part) => {
    const more = fixedReals(irType(part));
    return sum === null || more === null ? null : sum + more;
  }, 0);
}

const realsRoutines = new WeakMap<IrType, Routine>();

/** Counts the reals of a value of a type that has arrays in it, as a word. */
function realsOf(type: IrType): Routine {
  const known = realsRoutines.get(type);
  if (known !== undefined) return known;
  const made: Routine = {
    params: [types.i32],
    results: [types.i32],
    body: (link, locals) => {
      const count = (of: IrType, address: Code): Code => {
        const fixed = fixedReals(of);
        return fixed === null ? link.call(realsOf(of), i32.load(address, headBytes)) : i32.of(fixed);
      };
      if (type.kind !== 'array') {
        const parts = partTypes(type) ?? [];
        return parts.reduce<Code>(
          (sum, part, k) => i32.add(sum, count(irType(part), i32.add(get(0), i32.of(8 * k)))),
          i32.of(0),
        );
      }
      const element = irType(type.element);
      const fixed = fixedReals(element);
      if (fixed !== null) return i32.mul(lengthOf(get(0)), i32.of(fixed));
      const [at, end, sum] = [locals.fresh(types.i32), locals.fresh(types.i32), locals.fresh(types.i32)];
      return [
        set(at, get(0)),
        set(end, i32.add(get(0), i32.shl(lengthOf(get(0)), i32.of(3)))),
        block(
          loop([
            branchIf(i32.atLeast(get(at), get(end)), 1),
            set(sum, i32.add(get(sum), count(element, get(at)))),
            set(at, i32.add(get(at), i32.of(8))),
            branch(0),
          ]),
        ),
        get(sum),
      ];
    },
  };
  realsRoutines.set(type, made);
  return made;
}

/** Number of the call in the table, its place, and where its arguments stand. */
const callNumber: HostRoutine = {
  host: 'call_number',
  params: [types.i32, types.i32, types.i32],
  results: [types.f64],
};
/** The same with a result that is no number. */
const callValue: HostRoutine = { ...callNumber, host: 'call_value', results: [types.i32] };

/** A call of a function of the host: its arguments stand in a new array. */
function externCode(w: Writer, target: Local, e: Extract<Expression, { readonly kind: 'extern' }>, at: PlaceId): Code {
  const { link, locals } = w.site;
  const args = locals.fresh(types.i32);
  const { callee, given, type } = e;
  const call = w.program.calls.push({ callee, given, type }) - 1;
  // The host writes such a result into the arena.
  if (target.slot !== 'number') link.export('allocate', allocate);
  return [
    set(args, link.call(newArray, i32.of(e.args.length))),
    e.args.map((o, k) =>
      o.slot === 'number'
        ? f64.store(get(args), numberOf(w, o), headBytes + 8 * k)
        : i32.store(get(args), wordOf(w, o), headBytes + 8 * k),
    ),
    link.call(target.slot === 'number' ? callNumber : callValue, i32.of(call), placeCode(at), get(args)),
  ];
}

/** Whether there is something to replay for an address. */
function replayCode(w: Writer, target: Local, hi: Operand, lo: Operand): Code {
  const code = w.site.link.call(replayNumbers, wordOf(w, hi), wordOf(w, lo));
  return w.flags.has(target.id) ? code : fromWord(code);
}

function toEnumCode(w: Writer, from: Operand, members: number, at: PlaceId): Code {
  const wide = w.site.locals.fresh(types.f64);
  const label = w.site.locals.fresh(types.i32);
  return [
    set(wide, numberOf(w, from)),
    set(label, i32.truncateUnsigned(get(wide))),
    when(
      i32.or(i32.atLeast(get(label), i32.of(members)), f64.unequal(f64.fromUnsigned(get(label)), get(wide))),
      failCode(w.site.link, failing.label, get(wide), i32.of(members), placeCode(at)),
    ),
    get(wide),
  ];
}

/** Whether the code may stand where its only reader is, instead of in a local. */
export const isMovable = (e: Expression): boolean =>
  e.kind === 'scalar' || e.kind === 'equal_text' || e.kind === 'power';

/** How deep the code of an expression that may be moved is nested. */
export function nesting(w: Writer, e: Expression): number {
  const operands = e.kind === 'scalar' || e.kind === 'equal_text' ? e.args : e.kind === 'power' ? [e.base] : [];
  return 1 + operands.reduce((most, o) => Math.max(most, depthOf(w, o)), 0);
}

/** A number or flag that may be moved. */
export function movableValue(w: Writer, e: Expression): Value {
  const { arithmetic } = w.program;
  switch (e.kind) {
    case 'scalar':
      return arithmetic.apply(
        w.site,
        e.op,
        e.args.map((o) => scalarOf(w, o)),
      );
    case 'power':
      return { code: arithmetic.power(w.site, numberOf(w, e.base), e.exponent), flag: false };
    case 'equal_text': {
      const [a, b] = [wordOf(w, e.args[0]!), wordOf(w, e.args[1]!)];
      return { code: e.negate ? i32.unequal(a, b) : i32.equal(a, b), flag: true };
    }
    default:
      throw new Error('codegen: an expression cannot be moved');
  }
}

/** Code that sets the target to an expression that may not be moved. */
export function setCode(w: Writer, target: Local, e: Expression, at: PlaceId): Code {
  const { link } = w.site;
  const to = (code: Code): Code => set(placeOf(w, target), code);
  switch (e.kind) {
    case 'power_any':
      return to(link.call(powerAny, numberOf(w, e.base), numberOf(w, e.exponent)));
    case 'to_enum':
      return to(toEnumCode(w, e.from, e.members, at));
    case 'mix':
      return to(mixCode(w, e.half, e.hi, e.lo, e.site, e.index));
    case 'length':
      return to(lengthCode(w, e));
    case 'index':
      return to(indexCode(w, e, at));
    case 'update':
    case 'append':
      return updateCode(w, target, e, at);
    case 'fill':
      return fillCode(w, target, e, at);
    case 'array':
    case 'box':
      return partsCode(w, target, e);
    case 'unbox':
      return to(unboxCode(w, target, e));
    case 'copy':
      return to(copyCode(w, e));
    case 'reals': {
      const fixed = fixedReals(e.type);
      return to(fixed === null ? fromWord(link.call(realsOf(e.type), wordOf(w, e.from))) : f64.of(fixed));
    }
    case 'extern':
      return to(externCode(w, target, e, at));
    case 'noise':
      return to(noiseCode(w, e.noise, e.source));
    case 'stream_known':
      return to(streamCode(w, e.group, e.slot));
    case 'replay':
      return to(replayCode(w, target, e.hi, e.lo));
    case 'placed':
      if (w.placed === undefined) throw new Error('codegen: columns are read in lockstep alone');
      return to(w.placed(e.place));
    case 'scalar':
    case 'power':
    case 'equal_text':
      throw new Error('codegen: an expression may be moved');
  }
}
