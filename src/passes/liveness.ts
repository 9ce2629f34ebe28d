import type { Func, Instruction, InstructionOf, Program, Region, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { findFunction, hasEffect, isAssertion } from '../ir/program.js';
import { operandsOf, regionsOf } from '../ir/walk.js';

/** What a function needs of itself to yield its results and have its effects. */
export type Live = {
  readonly isNeeded: (instruction: Instruction) => boolean;
  readonly isUsed: (id: ValueId) => boolean;
  /** Whether a loop has to carry its value number `position`: because of the result, or because an iteration reads it. */
  readonly isCarried: (loop: InstructionOf<'for' | 'while'>, position: number) => boolean;
};

/** How a value came to be: by an instruction, or as an argument of an instruction's region (null: of the function). */
type Origin = { readonly by: Instruction | null; readonly position: number; readonly isResult: boolean };

/**
 * Marks backwards from the function's yields and its effects; what is not marked is not needed. With `keepNoise` requests for
 * noise, draws, and calls that draw count as effects.
 */
export function findLive(func: Func, program: Program, keepNoise: boolean): Live {
  const origins = new Map<ValueId, Origin>();
  const owners = new Map<Instruction, Instruction>();
  const needed = new Set<Instruction>();
  const used = new Set<ValueId>();
  const carried = new Map<Instruction, Set<number>>();
  // By the loop or branch of the function itself, at whatever depth they stand in it: they go with it.
  const assertions = new Map<Instruction, Instruction[]>();
  const pending: ValueId[] = [];

  const use = (id: ValueId): void => {
    if (used.has(id)) return;
    used.add(id);
    pending.push(id);
  };
  const need = (instruction: Instruction): void => {
    if (needed.has(instruction)) return;
    needed.add(instruction);
    const owner = owners.get(instruction);
    if (owner !== undefined) need(owner);
    assertions.get(instruction)?.forEach(need);
    switch (instruction.kind) {
      case 'if':
        use(instruction.condition);
        return;
      case 'for':
        use(instruction.low);
        use(instruction.high);
        return;
      case 'while':
        instruction.condition.yields.forEach(use);
        return;
      default:
        operandsOf(instruction).forEach(use);
    }
  };
  const carry = (loop: InstructionOf<'for' | 'while'>, position: number): void => {
    const positions = carried.get(loop) ?? new Set();
    carried.set(loop, positions);
    if (positions.has(position)) return;
    positions.add(position);
    need(loop);
    for (const id of [loop.inits[position], loop.body.yields[position]]) if (id !== undefined) use(id);
  };
  const trace = (id: ValueId): void => {
    const origin = origins.get(id);
    if (origin === undefined || origin.by === null) return;
    const { by, position, isResult } = origin;
    if (by.kind === 'for' || by.kind === 'while') {
      const shift = by.kind === 'for' && !isResult ? 1 : 0;
      // The index of a `for` comes with the loop itself.
      if (position < shift) need(by);
      else carry(by, position - shift);
      return;
    }
    need(by);
    if (by.kind === 'if')
      for (const region of [by.then, by.otherwise]) {
        const yielded = region.yields[position];
        if (yielded !== undefined) use(yielded);
      }
  };
  const isEffect = (instruction: Instruction): boolean => {
    if (keepNoise) {
      if (instruction.kind === 'noise' || instruction.kind === 'draw') return true;
      if (instruction.kind === 'call' && (findFunction(program, instruction.callee)?.draws ?? true)) return true;
    }
    // Regions are looked into one by one.
    return regionsOf(instruction).length === 0 && hasEffect(instruction, program);
  };
  const effects: Instruction[] = [];
  const learn = (region: Region, owner: Instruction | null, outermost: Instruction | null): void => {
    region.args.forEach((arg, position) => {
      origins.set(arg.id, { by: owner, position, isResult: false });
    });
    for (const instruction of region.body) {
      if (owner !== null) owners.set(instruction, owner);
      resultsOf(instruction).forEach((result, position) => {
        origins.set(result.id, { by: instruction, position, isResult: true });
      });
      if (outermost !== null && isAssertion(instruction)) {
        const others = assertions.get(outermost) ?? [];
        assertions.set(outermost, [...others, instruction]);
      } else if (isEffect(instruction)) {
        // Copies of a region may share an effect that has no values of its own, so its owner is marked as well.
        effects.push(instruction);
        if (owner !== null) effects.push(owner);
      }
      for (const inner of regionsOf(instruction)) learn(inner, instruction, outermost ?? instruction);
    }
  };
  learn(func.body, null, null);
  effects.forEach(need);
  func.body.yields.forEach(use);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) trace(id);
  return {
    isNeeded: (instruction) => needed.has(instruction),
    isUsed: (id) => used.has(id),
    isCarried: (loop, position) => carried.get(loop)?.has(position) ?? false,
  };
}
