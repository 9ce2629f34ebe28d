/** How one function's values are read and written in states. */
import type { Func, IrType, Program, Value, ValueId } from '../../ir/ir.js';
import { fromConstant, type RuntimeValue } from '../../ir/values.js';
import { type Accumulators, accumulatorsOf } from './accumulators.js';
import type { State } from './distribution.js';
import { type Lives, livesOf } from './liveness.js';
import { giveUp } from './refusal.js';
import { type Origin, rename, setAffine } from './series.js';

/** Reads a value that is known in each state. */
export type Read = (state: State) => RuntimeValue;

/** A function with what is known of its values. */
export type Scope = {
  readonly func: Func;
  readonly lives: Lives;
  readonly accumulators: Accumulators;
  readonly read: (id: ValueId) => Read;
  /** As `read`, a number. */
  readonly number: (id: ValueId) => (state: State) => number;
  readonly type: (id: ValueId) => IrType;
  /** Gives values to several results at once. */
  readonly assign: (pairs: readonly { readonly to: Value; readonly from: ValueId }[]) => (state: State) => void;
  /** result = α x + β y + c of numbers of which one at least is kept by its moments. */
  readonly affine: (
    result: ValueId,
    terms: readonly { readonly id: ValueId; readonly factor: number }[],
  ) => (state: State) => void;
};

/** The scope of a function. */
export function scopeOf(program: Program, func: Func, byMoments: boolean): Scope {
  const accumulators = accumulatorsOf(func, byMoments);
  const lives = livesOf(program, func, (id) => accumulators.moments.has(id));
  const { constants, slots, moments, rank, types } = lives;

  const typeOf = (id: ValueId): IrType => types.get(id) ?? { kind: 'unit' };
  const read = (id: ValueId): Read => {
    const constant = constants.get(id);
    if (constant !== undefined) {
      const value = fromConstant(typeOf(id), constant) ?? Number.NaN;
      return () => value;
    }
    const slot = slots.get(id);
    if (slot === undefined) throw new Error(`enumerate: %${id} has no slot`);
    return (state) => state.values[slot]!;
  };
  const number = (id: ValueId): ((state: State) => number) => {
    const get = read(id);
    return (state) => {
      const value = get(state);
      if (typeof value !== 'number') throw new Error(`enumerate: %${id} is no number`);
      return value;
    };
  };

  const assign: Scope['assign'] = (pairs) => {
    const plain: { slot: number; get: Read }[] = [];
    const renamed: { to: number; from: number | ((state: State) => number) }[] = [];
    for (const { to, from } of pairs) {
      const moment = moments.get(to.id);
      if (moment !== undefined) {
        renamed.push({ to: moment, from: moments.get(from) ?? number(from) });
        continue;
      }
      const slot = slots.get(to.id);
      if (slot !== undefined) plain.push({ slot, get: read(from) });
    }
    const [only] = plain;
    const unchanged: Origin[] = Array.from({ length: rank }, (_, from) => ({ from }));
    return (state) => {
      if (renamed.length > 0) {
        const origins = [...unchanged];
        for (const { to, from } of renamed)
          origins[to] = typeof from === 'number' ? { from } : { constant: finite(from(state)) };
        state.series = rename(state.series, rank, origins);
      }
      if (only !== undefined && plain.length === 1) {
        state.values[only.slot] = only.get(state);
        return;
      }
      const values = plain.map(({ get }) => get(state));
      for (const [k, { slot }] of plain.entries()) state.values[slot] = values[k]!;
    };
  };

  const affine: Scope['affine'] = (result, terms) => {
    const target = moments.get(result);
    if (target === undefined) throw new Error(`enumerate: %${result} has no moments`);
    const random = terms.filter(({ id }) => moments.has(id));
    const known = terms.filter(({ id }) => !moments.has(id)).map(({ id, factor }) => ({ get: number(id), factor }));
    const x = random[0] === undefined ? -1 : moments.get(random[0].id)!;
    const y = random[1] === undefined ? -1 : moments.get(random[1].id)!;
    const alpha = random[0]?.factor ?? 0;
    const beta = random[1]?.factor ?? 0;
    return (state) => {
      let constant = 0;
      for (const { get, factor } of known) constant += factor * finite(get(state));
      setAffine(state.series, rank, target, x, alpha, y, beta, constant);
    };
  };

  return { func, lives, accumulators, read, number, assign, affine, type: typeOf };
}

/** A number that moments can be taken of; an absent one has none. */
export function finite(value: number): number {
  return Number.isFinite(value) ? value : giveUp('a number whose moments are wanted is absent or infinite');
}
