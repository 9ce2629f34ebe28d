/** Instructions that only compute, as functions that change a state. */
import { defaultLimits } from '../../ir/engine.js';
import { stepsFault } from '../../ir/faults.js';
import { type Instruction, type InstructionOf, type Region, resultsOf } from '../../ir/ir.js';
import { applyPrimitive, floorMod } from '../../ir/primitives.js';
import {
  absentValue,
  arrayValue,
  asElements,
  asNumber,
  fromConstant,
  type RuntimeValue,
  toConstant,
} from '../../ir/values.js';
import type { Evaluate } from '../solver.js';
import type { State } from './distribution.js';
import { type Budget, giveUp } from './refusal.js';
import { finite, type Scope } from './scope.js';
import { setAffine } from './series.js';

/** Changes a state in place. */
export type Each = (state: State) => void;

/** What computing needs beside the function. */
export type Computing = {
  readonly budget: Budget;
  readonly pure: (name: string) => Evaluate;
};

/** The instructions of a region that computes only, one after another. */
function computeRegion(scope: Scope, region: Region, host: Computing): Each {
  const steps = region.body.flatMap((i) => (scope.lives.of.has(i) ? [compute(scope, i, host)] : []));
  if (steps.length === 0) return () => undefined;
  return (state) => {
    host.budget.spend(steps.length);
    for (const step of steps) step(state);
  };
}

/** One instruction that computes only. */
export function compute(scope: Scope, i: Instruction, host: Computing): Each {
  const { lives } = scope;
  const needed = resultsOf(i).map((r) => lives.of.get(i)?.after.has(r.id) === true);
  switch (i.kind) {
    case 'op':
      return lives.moments.has(i.result.id) ? momentOp(scope, i) : op(scope, i);
    case 'make': {
      const reads = i.parts.map(scope.read);
      const { type } = i.result;
      return put(scope, i.result.id, (state) => {
        const parts = reads.map((get) => get(state));
        if (type.kind === 'unit') return 0;
        return type.kind === 'array' ? arrayValue(type.element, parts) : parts;
      });
    }
    case 'get': {
      const get = scope.read(i.target);
      const absent = absentValue(i.result.type);
      return put(scope, i.result.id, (state) => asElements(get(state))[i.position] ?? absent);
    }
    case 'node':
      return scope.assign([{ to: i.result, from: i.value }]);
    case 'check': {
      const get = scope.read(i.value);
      return (state) => {
        if (get(state) !== 1) throw { fault: true, code: i.code, message: i.message, at: i.at };
      };
    }
    case 'if': {
      const condition = scope.read(i.condition);
      const [then, otherwise] = [i.then, i.otherwise].map((region) => {
        const run = computeRegion(scope, region, host);
        const assign = scope.assign(kept(i.results, region.yields, needed));
        return (state: State) => {
          run(state);
          assign(state);
        };
      });
      return (state) => (condition(state) === 1 ? then?.(state) : otherwise?.(state));
    }
    case 'for': {
      const [low, high] = [scope.number(i.low), scope.number(i.high)];
      const carried = lives.of.get(i)?.carried ?? [];
      const [counter, ...args] = i.body.args;
      const slot = counter === undefined ? undefined : lives.slots.get(counter.id);
      const enter = scope.assign(kept(args, i.inits, carried));
      const run = computeRegion(scope, i.body, host);
      const again = scope.assign(kept(args, i.body.yields, carried));
      const leave = scope.assign(
        kept(
          i.results,
          args.map((a) => a.id),
          needed,
        ),
      );
      return (state) => {
        const end = high(state);
        const start = low(state);
        enter(state);
        for (let k = start; k < end; k++) {
          host.budget.spend(1);
          if (slot !== undefined) state.values[slot] = k;
          run(state);
          again(state);
        }
        leave(state);
      };
    }
    case 'while': {
      const carried = lives.of.get(i)?.carried ?? [];
      const heads = i.condition.args;
      const enter = scope.assign(kept(heads, i.inits, carried));
      const test = computeRegion(scope, i.condition, host);
      const condition = scope.read(i.condition.yields[0] ?? -1);
      const down = scope.assign(
        kept(
          i.body.args,
          heads.map((a) => a.id),
          carried,
        ),
      );
      const run = computeRegion(scope, i.body, host);
      const again = scope.assign(kept(heads, i.body.yields, carried));
      const leave = scope.assign(
        kept(
          i.results,
          heads.map((a) => a.id),
          needed,
        ),
      );
      return (state) => {
        enter(state);
        for (let steps = 0; ; steps++) {
          if (steps > defaultLimits.steps) throw stepsFault(defaultLimits.steps, i.at);
          host.budget.spend(1);
          test(state);
          if (condition(state) !== 1) break;
          down(state);
          run(state);
          again(state);
        }
        leave(state);
      };
    }
    case 'call': {
      const reads = i.args.map(scope.read);
      const [result] = i.results;
      if (result === undefined || i.results.length !== 1) return giveUp(`${i.callee} has several results`);
      const evaluate = host.pure(i.callee);
      return put(scope, result.id, (state) => {
        host.budget.spend(10);
        return fromConstant(result.type, evaluate(...reads.map((get) => toConstant(get(state))))) ?? Number.NaN;
      });
    }
    case 'extern':
      return giveUp(`${i.callee} is a function of the host program`);
    case 'approximate':
      return giveUp('it asks for approximate equality');
    default:
      throw new Error(`enumerate: cannot compute ${i.kind}`);
  }
}

/** Results and what they get, without those that nobody needs. */
export const kept = <T>(
  results: readonly T[],
  from: readonly number[],
  needed: readonly boolean[],
): readonly { readonly to: T; readonly from: number }[] =>
  results.flatMap((to, k) => (needed[k] === true ? [{ to, from: from[k] ?? -1 }] : []));

/** Writes a value that is known in each state, or its moments. */
function put(scope: Scope, id: number, value: (state: State) => RuntimeValue): Each {
  const { lives } = scope;
  const moment = lives.moments.get(id);
  if (moment !== undefined) {
    return (state) => {
      const x = value(state);
      setAffine(state.series, lives.rank, moment, -1, 0, -1, 0, finite(typeof x === 'number' ? x : Number.NaN));
    };
  }
  const slot = lives.slots.get(id);
  if (slot === undefined) return value;
  return (state) => {
    state.values[slot] = value(state);
  };
}

function op(scope: Scope, i: InstructionOf<'op'>): Each {
  const setting = {
    from: i.args[0] === undefined ? i.result.type : scope.type(i.args[0]),
    type: i.result.type,
    at: i.at,
    elements: defaultLimits.elements,
  };
  const scalars = binary[i.op];
  const [first, second] = i.args;
  if (scalars !== undefined && first !== undefined && second !== undefined) {
    const [a, b] = [scope.read(first), scope.read(second)];
    return put(scope, i.result.id, (state) => scalars(asNumber(a(state)), asNumber(b(state))));
  }
  const reads = i.args.map(scope.read);
  return put(scope, i.result.id, (state) =>
    applyPrimitive(
      i.op,
      reads.map((get) => get(state)),
      setting,
    ),
  );
}

/** The commonest primitives on numbers, as in `primitives.ts`. */
const binary: Readonly<Partial<Record<InstructionOf<'op'>['op'], (a: number, b: number) => number>>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  mod: floorMod,
  eq: (a, b) => (a === b ? 1 : 0),
  ne: (a, b) => (a !== b ? 1 : 0),
  lt: (a, b) => (a < b ? 1 : 0),
  le: (a, b) => (a <= b ? 1 : 0),
  gt: (a, b) => (a > b ? 1 : 0),
  ge: (a, b) => (a >= b ? 1 : 0),
  and: (a, b) => (a === 1 && b === 1 ? 1 : 0),
  or: (a, b) => (a === 1 || b === 1 ? 1 : 0),
};

/** An affine operation on numbers of which only moments are kept. */
function momentOp(scope: Scope, i: InstructionOf<'op'>): Each {
  const { moments, rank } = scope.lives;
  const { id } = i.result;
  const [a = -1, b = -1, c = -1] = i.args;
  const term = (x: number, factor: number) => ({ id: x, factor });
  switch (i.op) {
    case 'add':
      return scope.affine(id, [term(a, 1), term(b, 1)]);
    case 'sub':
      return scope.affine(id, [term(a, 1), term(b, -1)]);
    case 'neg':
      return scope.affine(id, [term(a, -1)]);
    case 'to_real':
    case 'to_int':
      return scope.affine(id, [term(a, 1)]);
    case 'mul':
    case 'div': {
      const random = moments.has(a) ? a : b;
      const known = scope.number(random === a ? b : a);
      const [target, from] = [moments.get(id), moments.get(random)];
      if (target === undefined || from === undefined) break;
      const divide = i.op === 'div';
      return (state) => {
        const x = known(state);
        setAffine(state.series, rank, target, from, finite(divide ? 1 / x : x), -1, 0, 0);
      };
    }
    case 'select': {
      const condition = scope.read(a);
      const then = scope.assign([{ to: i.result, from: b }]);
      const otherwise = scope.assign([{ to: i.result, from: c }]);
      return (state) => (condition(state) === 1 ? then : otherwise)(state);
    }
    default:
      break;
  }
  return op(scope, i);
}
